//! Which pages a browser may let in. Browsers send `Origin` with every WebSocket and every POST; programs send none.

use actix_web::http::Uri;
use actix_web::http::header::{HeaderMap, ORIGIN};

use super::error::{ApiError, Code};

/// Refuses a page of a foreign site: it would act with the address of the person who visits it.
///
/// Pages of this machine itself are let in, and those the configuration names. The `Host` header is no help here: a page
/// that rebinds its own name to a loopback address sends a matching one.
///
/// # Errors
/// [`Code::ForbiddenOrigin`].
pub(crate) fn check(headers: &HeaderMap, allowed: &[String]) -> Result<(), ApiError> {
    let Some(origin) = headers.get(ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().unwrap_or_default();
    if allowed
        .iter()
        .any(|allowed| allowed.eq_ignore_ascii_case(origin))
        || is_local(origin)
    {
        return Ok(());
    }
    Err(ApiError::new(
        Code::ForbiddenOrigin,
        "pages of this origin may not call this server; see http.allowed_origins",
    ))
}

fn is_local(origin: &str) -> bool {
    let Ok(uri) = origin.parse::<Uri>() else {
        return false;
    };
    let http = matches!(uri.scheme_str(), Some("http" | "https"));
    let local = match uri.host().unwrap_or_default() {
        "localhost" => true,
        host => host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback()),
    };
    http && local
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn check_origin(origin: Option<&str>, expected: bool) {
        let mut headers = HeaderMap::new();
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        let allowed = ["https://contest.example.org".to_owned()];
        assert_eq!(check(&headers, &allowed).is_ok(), expected, "{origin:?}");
    }

    #[test]
    fn foreign_pages_stay_out() {
        check_origin(None, true);
        check_origin(Some("http://localhost:5173"), true);
        check_origin(Some("http://127.0.0.1:8080"), true);
        check_origin(Some("http://[::1]:8080"), true);
        check_origin(Some("https://contest.example.org"), true);
        for foreign in [
            "null",
            "https://evil.example",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "https://contest.example.org.evil.example",
            "file://",
            "",
        ] {
            check_origin(Some(foreign), false);
        }
    }
}
