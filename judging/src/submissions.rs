//! What a client hands in, after validation.

use serde::{Deserialize, Serialize};

use crate::ids::{
    ContestId, LanguageId, ProblemId, SubmissionId, TeamId, TenantId, Timestamp, UserId,
};

/// One source file of a submission; `name` is a bare file name without directories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// File name, `[A-Za-z0-9_][A-Za-z0-9_.-]*`.
    pub name: String,
    /// The bytes as handed in.
    pub content: Vec<u8>,
}

/// How urgent a submission is: served 6:3:1, so that low never starves.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Rejudges and background work; the first to be shed.
    Low,
    /// Everything unless said otherwise.
    #[default]
    Normal,
    /// Contest submissions; never shed.
    High,
}

/// A program to be judged against a problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Submission {
    /// Chosen before the submission is first written anywhere, and never changed on a retry.
    pub id: SubmissionId,
    /// The problem it is for.
    pub problem: ProblemId,
    /// The language it is written in.
    pub language: LanguageId,
    /// Main file or main class where the language needs one named; else found by rule.
    pub entry_point: Option<String>,
    /// One to 64 files.
    pub files: Vec<SourceFile>,
    /// Whose quota it counts against.
    pub tenant: TenantId,
    /// Who submitted it.
    pub user: UserId,
    /// The contest it belongs to, if any; then `team` is set too.
    pub contest: Option<ContestId>,
    /// The team that submitted it.
    pub team: Option<TeamId>,
    /// How urgent it is.
    pub priority: Priority,
    /// When it was received; orders submissions within a contest.
    pub received_at: Timestamp,
    /// What the client chose to make a repeated request harmless; unique within `tenant`.
    #[serde(default)]
    pub idempotency_key: Option<String>,
}
