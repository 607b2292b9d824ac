//! Who asks. Until there is access control, everybody who can connect is this machine's own user and counts as staff: quotas
//! go by the name a client gives itself, else by its address.

use actix_web::HttpRequest;
use actix_web::http::header::HeaderName;
use judging::ids::{TenantId, UserId};

use super::error::{ApiError, Code};

const USER: HeaderName = HeaderName::from_static("x-gavel-user");

/// Who submits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Whose quota and fairness it counts against; without access control each user is on its own.
    pub(crate) tenant: TenantId,
    /// Who it is.
    pub(crate) user: UserId,
    /// From where.
    pub(crate) address: String,
}

/// Reads who asks from a request.
///
/// # Errors
/// [`Code::InvalidRequest`] for a name that is none.
pub(crate) fn of(request: &HttpRequest) -> Result<Identity, ApiError> {
    let address = request
        .peer_addr()
        .map_or_else(String::new, |address| address.ip().to_string());
    let user = match request.headers().get(USER) {
        None => address.clone(),
        Some(name) => name
            .to_str()
            .ok()
            .filter(|name| is_name(name))
            .ok_or_else(|| {
                let sentence = "X-Gavel-User is 1 to 64 letters, digits, '.', '_', '-', '@' or ':'";
                ApiError::new(Code::InvalidRequest, sentence)
            })?
            .to_owned(),
    };
    Ok(Identity {
        tenant: TenantId(user.clone()),
        user: UserId(user),
        address,
    })
}

fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-@:".contains(&byte))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn check(name: Option<&str>, expected: Option<&str>) {
        let request = TestRequest::default().peer_addr("127.0.0.1:5".parse().unwrap());
        let request = match name {
            Some(name) => request.insert_header((USER, name)),
            None => request,
        };
        let user = of(&request.to_http_request())
            .ok()
            .map(|identity| identity.user.0);
        assert_eq!(user.as_deref(), expected, "{name:?}");
    }

    #[test]
    fn a_client_without_a_name_is_its_address() {
        check(None, Some("127.0.0.1"));
        check(Some("ada@example.org"), Some("ada@example.org"));
        check(Some(""), None);
        check(Some("a b"), None);
        check(Some(&"x".repeat(65)), None);
    }
}
