//! The one table from failures to HTTP: status, stable code, sentence. Internals stay in the log.
//!
//! Invariant: a client sees `{code, message, requestId}` for every status from 400 up, whoever produced the failure.

use std::fmt;
use std::time::Duration;

use actix_web::error::{JsonPayloadError, PayloadError};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use actors::admission::RefusalKind;
use judging::contests::Refusal;
use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong, in the words clients may rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    MalformedJson,
    InvalidRequest,
    InvalidId,
    InvalidSource,
    InvalidFileName,
    UnknownLanguage,
    UnknownProblem,
    UnknownContest,
    UnknownTeam,
    ForbiddenOrigin,
    ContestNotStarted,
    ContestOver,
    ProblemNotInContest,
    NotFound,
    SubmissionNotFound,
    ProblemNotFound,
    ContestNotFound,
    InvalidProblemId,
    VersionNotFound,
    ProblemInUse,
    ProblemNotUploaded,
    PackageTooLarge,
    MethodNotAllowed,
    SourceTooLarge,
    BodyTooLarge,
    UnsupportedMediaType,
    TooManySessions,
    TooManyTopics,
    TooManyMessages,
    StoreUnavailable,
    Busy,
    Draining,
    Internal,
}

impl Code {
    /// The table.
    const fn row(self) -> (StatusCode, &'static str) {
        use StatusCode as S;
        match self {
            Self::MalformedJson => (S::BAD_REQUEST, "malformed_json"),
            Self::InvalidRequest => (S::BAD_REQUEST, "invalid_request"),
            Self::InvalidId => (S::BAD_REQUEST, "invalid_id"),
            Self::InvalidSource => (S::UNPROCESSABLE_ENTITY, "invalid_source"),
            Self::InvalidFileName => (S::UNPROCESSABLE_ENTITY, "invalid_file_name"),
            Self::UnknownLanguage => (S::UNPROCESSABLE_ENTITY, "unknown_language"),
            Self::UnknownProblem => (S::UNPROCESSABLE_ENTITY, "unknown_problem"),
            Self::UnknownContest => (S::UNPROCESSABLE_ENTITY, "unknown_contest"),
            Self::UnknownTeam => (S::UNPROCESSABLE_ENTITY, "unknown_team"),
            Self::ForbiddenOrigin => (S::FORBIDDEN, "forbidden_origin"),
            Self::ContestNotStarted => (S::FORBIDDEN, "contest_not_started"),
            Self::ContestOver => (S::FORBIDDEN, "contest_over"),
            Self::ProblemNotInContest => (S::UNPROCESSABLE_ENTITY, "problem_not_in_contest"),
            Self::NotFound => (S::NOT_FOUND, "not_found"),
            Self::SubmissionNotFound => (S::NOT_FOUND, "submission_not_found"),
            Self::ProblemNotFound => (S::NOT_FOUND, "problem_not_found"),
            Self::ContestNotFound => (S::NOT_FOUND, "contest_not_found"),
            Self::InvalidProblemId => (S::UNPROCESSABLE_ENTITY, "invalid_problem_id"),
            Self::VersionNotFound => (S::NOT_FOUND, "version_not_found"),
            Self::ProblemInUse => (S::CONFLICT, "problem_in_use"),
            Self::ProblemNotUploaded => (S::CONFLICT, "problem_not_uploaded"),
            Self::PackageTooLarge => (S::PAYLOAD_TOO_LARGE, "package_too_large"),
            Self::MethodNotAllowed => (S::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::SourceTooLarge => (S::PAYLOAD_TOO_LARGE, "source_too_large"),
            Self::BodyTooLarge => (S::PAYLOAD_TOO_LARGE, "body_too_large"),
            Self::UnsupportedMediaType => (S::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
            Self::TooManySessions => (S::SERVICE_UNAVAILABLE, "too_many_sessions"),
            Self::TooManyTopics => (S::TOO_MANY_REQUESTS, "too_many_topics"),
            Self::TooManyMessages => (S::TOO_MANY_REQUESTS, "too_many_messages"),
            Self::StoreUnavailable => (S::SERVICE_UNAVAILABLE, "store_unavailable"),
            Self::Busy => (S::SERVICE_UNAVAILABLE, "busy"),
            Self::Draining => (S::SERVICE_UNAVAILABLE, "draining"),
            Self::Internal => (S::INTERNAL_SERVER_ERROR, "internal"),
        }
    }

    /// The code of a failure that only has a status: actix's own refusals.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            status if status.is_client_error() => Self::InvalidRequest,
            _ => Self::Internal,
        }
    }
}

/// A refusal or a failure on its way to the client.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    retry_after: Option<Duration>,
    request_id: String,
}

impl ApiError {
    /// With a sentence for the client.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        let (status, code) = code.row();
        Self {
            status,
            code,
            message: message.into(),
            retry_after: None,
            request_id: String::new(),
        }
    }

    /// A problem package breaks a rule: the reading of packages brings its own codes, as stable as the table's.
    pub(crate) fn package(code: &'static str, message: String) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            code,
            message,
            retry_after: None,
            request_id: String::new(),
        }
    }

    /// Our own failure: the cause goes to the log, the client learns that it was us.
    pub(crate) fn internal(step: &'static str, cause: &dyn fmt::Display) -> Self {
        tracing::error!(step, %cause, "request failed");
        Self::new(
            Code::Internal,
            "the server failed; the request id helps to find out why",
        )
    }

    /// Says when trying again makes sense.
    pub(crate) fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Names the request it answers.
    pub(crate) fn for_request(mut self, request_id: &str) -> Self {
        request_id.clone_into(&mut self.request_id);
        self
    }

    /// The code.
    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    /// The sentence.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for ApiError {}

/// The body of every answer with a status from 400 up.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorBody<'a> {
    /// Stable, for programs.
    #[schema(example = "unknown_language")]
    code: &'a str,
    /// A sentence, for people.
    message: &'a str,
    /// Names the request in the server's log.
    request_id: &'a str,
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        if let Some(wait) = self.retry_after {
            // whole seconds, never too early
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.insert_header((RETRY_AFTER, seconds.max(1)));
        }
        let body = ErrorBody {
            code: self.code,
            message: &self.message,
            request_id: &self.request_id,
        };
        response
            .insert_header((CONTENT_TYPE, "application/json"))
            .body(serde_json::to_vec(&body).unwrap_or_default())
    }
}

impl From<PayloadError> for ApiError {
    fn from(error: PayloadError) -> Self {
        match error {
            PayloadError::Overflow => Self::new(
                Code::BodyTooLarge,
                "the request body is larger than this server takes",
            ),
            other => Self::new(
                Code::InvalidRequest,
                format!("the request body broke off: {other}"),
            ),
        }
    }
}

/// Admission brings its own codes; they are as stable as the table's.
impl From<actors::admission::Refusal> for ApiError {
    fn from(refusal: actors::admission::Refusal) -> Self {
        let status = match refusal.kind {
            RefusalKind::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            RefusalKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            RefusalKind::Conflict => StatusCode::CONFLICT,
        };
        Self {
            status,
            code: refusal.code,
            message: refusal.message,
            retry_after: refusal.retry_after,
            request_id: String::new(),
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::NotStarted => Code::ContestNotStarted,
            Refusal::Over => Code::ContestOver,
            Refusal::UnknownProblem => Code::ProblemNotInContest,
            Refusal::UnknownTeam => Code::UnknownTeam,
        };
        Self::new(code, refusal.to_string())
    }
}

impl From<&JsonPayloadError> for ApiError {
    fn from(error: &JsonPayloadError) -> Self {
        match error {
            JsonPayloadError::OverflowKnownLength { .. } | JsonPayloadError::Overflow { .. } => {
                PayloadError::Overflow.into()
            }
            JsonPayloadError::ContentType => Self::wrong_media_type(),
            other => Self::new(Code::MalformedJson, other.to_string()),
        }
    }
}

impl ApiError {
    /// Bodies are JSON and say so: a page of a foreign site cannot send that without asking first.
    pub(crate) fn wrong_media_type() -> Self {
        Self::new(
            Code::UnsupportedMediaType,
            "send the body with Content-Type: application/json",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_times_are_rounded_up_to_whole_seconds() {
        for (wait, header) in [
            (0, "1"),
            (1, "1"),
            (999, "1"),
            (1_000, "1"),
            (1_001, "2"),
            (30_000, "30"),
        ] {
            let error =
                ApiError::new(Code::Busy, "slow down").retry_after(Duration::from_millis(wait));
            let response = error.error_response();
            assert_eq!(response.status(), 503);
            assert_eq!(
                response.headers().get(RETRY_AFTER).unwrap(),
                header,
                "{wait} ms"
            );
        }
    }

    #[test]
    fn statuses_of_others_get_a_code_too() {
        let code = |status| ApiError::new(Code::of_status(status), "").code();
        assert_eq!(code(StatusCode::NOT_FOUND), "not_found");
        assert_eq!(code(StatusCode::IM_A_TEAPOT), "invalid_request");
        assert_eq!(code(StatusCode::BAD_GATEWAY), "internal");
    }
}
