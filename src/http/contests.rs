//! Contests and their scoreboards.

#![expect(
    unused_qualifications,
    reason = "the path macro spells the type of the query out in full"
)]

use actix_web::web;
use actors::scoreboard::{BoardSnapshot, View};
use judging::contests::Contest;
use judging::ids::ContestId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, Code};
use super::standings::{ContestView, StandingsView};
use super::times;
use crate::system::System;

/// All contests.
#[derive(Serialize, ToSchema)]
pub(crate) struct ContestList {
    /// By id.
    contests: Vec<ContestView>,
    /// Files that describe no contest.
    broken: Vec<BrokenContest>,
}

/// A file that describes no contest.
#[derive(Serialize, ToSchema)]
pub(crate) struct BrokenContest {
    /// Its name.
    file: String,
    /// What is wrong with it.
    message: String,
}

/// Which board.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BoardQuery {
    /// `public` hides what was received after the freeze; `jury` shows everything.
    #[serde(default = "public")]
    #[param(value_type = Option<String>)]
    view: View,
}

fn public() -> View {
    View::Public
}

/// Lists the contests.
#[utoipa::path(get, path = "/api/v1/contests", tag = "contests", responses((status = 200, body = ContestList)))]
pub(crate) async fn list(system: web::Data<System>) -> web::Json<ContestList> {
    let contests = &system.contests;
    let broken = contests.broken.iter().map(|(path, message)| BrokenContest {
        file: path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        message: message.clone(),
    });
    web::Json(ContestList {
        contests: contests
            .by_id
            .values()
            .map(|contest| ContestView::from(contest.as_ref()))
            .collect(),
        broken: broken.collect(),
    })
}

/// Reads one contest.
#[utoipa::path(get, path = "/api/v1/contests/{id}", tag = "contests", params(("id" = String, Path, description = "a contest's id")),
    responses((status = 200, body = ContestView), (status = 404, body = super::error::ErrorBody)))]
pub(crate) async fn read(
    system: web::Data<System>,
    id: web::Path<String>,
) -> Result<web::Json<ContestView>, ApiError> {
    let contest = system
        .contests
        .by_id
        .get(&ContestId(id.into_inner()))
        .ok_or_else(unknown)?;
    Ok(web::Json(ContestView::from(contest.as_ref())))
}

/// Reads a scoreboard.
#[utoipa::path(get, path = "/api/v1/contests/{id}/scoreboard", tag = "contests",
    params(("id" = String, Path, description = "a contest's id"), BoardQuery),
    responses((status = 200, body = StandingsView), (status = 404, body = super::error::ErrorBody)))]
pub(crate) async fn scoreboard(
    system: web::Data<System>,
    id: web::Path<String>,
    query: web::Query<BoardQuery>,
) -> Result<web::Json<StandingsView>, ApiError> {
    let id = ContestId(id.into_inner());
    let snapshot = system
        .boards
        .snapshot(&id, query.view)
        .ok_or_else(unknown)?;
    let notice = system
        .boards
        .freeze_notice(&id)
        .filter(|_| query.view == View::Public);
    let contest = system.contests.by_id.get(&id).ok_or_else(unknown)?;
    Ok(web::Json(standings(contest, &snapshot, notice)))
}

/// A snapshot with what the contest says about itself.
pub(crate) fn standings(
    contest: &Contest,
    snapshot: &BoardSnapshot,
    freeze_notice: Option<String>,
) -> StandingsView {
    StandingsView {
        contest_id: contest.id.to_string(),
        name: contest.name.clone(),
        seq: snapshot.seq,
        phase: contest.phase(times::now()),
        start_time: times::iso(contest.start),
        end_time: times::iso(contest.end()),
        freeze_notice,
        problems: contest.problems.clone(),
        rows: snapshot.rows.clone(),
    }
}

fn unknown() -> ApiError {
    ApiError::new(Code::ContestNotFound, "there is no contest with this id")
}
