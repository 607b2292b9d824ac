//! What a contest's scoreboard looks like on the wire; also read by `gavel watch`.

use judging::contests::{Contest, ContestProblem, Phase};
use judging::scoreboards::Row;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::times;

/// A whole scoreboard.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StandingsView {
    pub(crate) contest_id: String,
    pub(crate) name: String,
    /// How often it changed; subscribe with it as `since` to miss nothing after it.
    pub(crate) seq: u64,
    /// `before`, `running`, `frozen` or `over`.
    #[schema(value_type = String, example = "running")]
    pub(crate) phase: Phase,
    pub(crate) start_time: String,
    pub(crate) end_time: String,
    /// Why some results are not shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) freeze_notice: Option<String>,
    #[schema(value_type = Vec<Object>)]
    pub(crate) problems: Vec<ContestProblem>,
    /// By rank, then by name.
    #[schema(value_type = Vec<Object>)]
    pub(crate) rows: Vec<Row>,
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
        #[schema(value_type = Vec<Object>)]
        rows: Vec<Row>,
    },
}

/// A contest without its scoreboard.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContestView {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    formal_name: Option<String>,
    start_time: String,
    end_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    freeze_time: Option<String>,
    /// `before`, `running`, `frozen` or `over`.
    #[schema(value_type = String, example = "running")]
    phase: Phase,
    penalty_minutes: u32,
    #[schema(value_type = Vec<Object>)]
    problems: Vec<ContestProblem>,
    #[schema(value_type = Vec<Object>)]
    teams: Vec<judging::contests::Team>,
}

impl From<&Contest> for ContestView {
    fn from(contest: &Contest) -> Self {
        Self {
            id: contest.id.to_string(),
            name: contest.name.clone(),
            formal_name: contest.formal_name.clone(),
            start_time: times::iso(contest.start),
            end_time: times::iso(contest.end()),
            freeze_time: contest.freeze_at().map(times::iso),
            phase: contest.phase(times::now()),
            penalty_minutes: contest.penalty_minutes,
            problems: contest.problems.clone(),
            teams: contest.teams.clone(),
        }
    }
}
