//! Why a submission was not taken, for people and for programs.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

/// What kind of answer a refusal is; the edges map it to their own codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// This client sends too much.
    TooManyRequests,
    /// The system cannot take it now, whoever sends it.
    Unavailable,
    /// The request contradicts an earlier one.
    Conflict,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable, for programs.
    pub code: &'static str,
    /// What kind of answer it is.
    pub kind: RefusalKind,
    /// One sentence for people.
    pub message: String,
    /// When the same request would pass, as far as is known; `None` when waiting does not help.
    pub retry_after: Option<Duration>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    pub(crate) fn new(
        code: &'static str,
        kind: RefusalKind,
        message: impl Into<String>,
        retry: Option<Duration>,
    ) -> Self {
        Self {
            code,
            kind,
            message: message.into(),
            retry_after: retry,
        }
    }

    pub(crate) fn unavailable(
        code: &'static str,
        message: impl Into<String>,
        retry: Duration,
    ) -> Self {
        Self::new(code, RefusalKind::Unavailable, message, Some(retry))
    }

    pub(crate) fn too_many(
        code: &'static str,
        message: impl Into<String>,
        retry: Duration,
    ) -> Self {
        Self::new(code, RefusalKind::TooManyRequests, message, Some(retry))
    }
}
