//! What a contest's scoreboard looks like on the wire; also read by `gavel watch`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A whole scoreboard.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StandingsView {
    pub(crate) contest_id: String,
    pub(crate) name: String,
    /// The place in the log up to which it is complete; subscribe with it as `since`.
    pub(crate) seq: u64,
    pub(crate) started: bool,
    pub(crate) ended: bool,
    /// Whether results of the last part are hidden from the public.
    pub(crate) frozen: bool,
    pub(crate) problems: Vec<ProblemColumn>,
    /// By rank, then by name.
    pub(crate) rows: Vec<RowView>,
}

/// One problem of a contest.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProblemColumn {
    pub(crate) id: String,
    pub(crate) label: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) color: Option<String>,
}

/// One team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RowView {
    /// Teams that are equal share a rank.
    pub(crate) rank: u32,
    pub(crate) team_id: String,
    /// The team's name.
    pub(crate) team: String,
    pub(crate) score: ScoreView,
    /// In the order of the contest's problems.
    pub(crate) problems: Vec<CellView>,
}

/// What a row is ranked by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScoreView {
    pub(crate) num_solved: u32,
    /// Minutes, penalties included.
    pub(crate) total_time: u64,
}

/// One team's doing on one problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CellView {
    pub(crate) problem_id: String,
    pub(crate) label: String,
    pub(crate) num_judged: u32,
    pub(crate) num_pending: u32,
    pub(crate) solved: bool,
    /// Minute of the first accepted submission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) time: Option<u64>,
    /// Whether nobody solved it earlier.
    #[serde(default)]
    pub(crate) first_to_solve: bool,
}

/// The payload of a `scoreboard` event.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum ScoreboardMessage {
    /// Everything.
    Snapshot {
        /// The whole board.
        standings: StandingsView,
    },
    /// The rows that are different now, ranks included.
    #[serde(rename_all = "camelCase")]
    Delta {
        contest_id: String,
        frozen: bool,
        rows: Vec<RowView>,
    },
}
