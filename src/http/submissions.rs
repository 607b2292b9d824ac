//! Reading submissions: one, a list, the sources. Making one is in `create.rs`.

#![expect(
    unused_qualifications,
    reason = "the path macro spells the type of the query out in full"
)]

use actix_web::HttpResponse;
use actix_web::web;
use actors::store::{Filter, State, Store, StoreError};
use judging::events::Event;
use judging::ids::{ContestId, LanguageId, ProblemId, SubmissionId, UserId};
use judging::submissions::Submission;
use judging::verdicts::Verdict;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, Code};
use super::shapes::{CompileView, RunView, Status, SubmissionView};
use super::times;
use crate::system::System;

/// Largest page.
const PAGE: usize = 200;
/// Events of one submission: every run of every attempt; a bound on what one answer costs.
const EVENTS: usize = 20_000;

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// For this problem.
    problem: Option<String>,
    /// In this language.
    language: Option<String>,
    /// In this contest.
    contest: Option<String>,
    /// By this user.
    user: Option<String>,
    /// With this verdict.
    verdict: Option<String>,
    /// The `next` of the page before.
    before: Option<String>,
    /// At most so many, 50 unless said otherwise, 200 at most.
    limit: Option<usize>,
}

/// One page, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct SubmissionPage {
    submissions: Vec<SubmissionLine>,
    /// Pass it as `before` to get the next page; null at the end.
    next: Option<String>,
}

/// A submission as lists show it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubmissionLine {
    id: String,
    status: Status,
    problem: String,
    language: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    contest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<String>,
    user: String,
    received_at: String,
    verdict: Option<&'static str>,
    score: Option<f64>,
    /// CPU time of the slowest run.
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_ms: Option<f64>,
    /// Peak memory of the hungriest run.
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_bytes: Option<u64>,
}

/// The sources of a submission.
#[derive(Serialize, ToSchema)]
pub(crate) struct Sources {
    files: Vec<SourceView>,
}

/// One file: `content` when it is UTF-8, else `contentBase64`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SourceView {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_base64: Option<String>,
}

/// Lists submissions, newest first.
#[utoipa::path(get, path = "/api/v1/submissions", tag = "submissions", params(ListQuery),
    responses((status = 200, body = SubmissionPage), (status = 400, body = super::error::ErrorBody)))]
pub(crate) async fn list(
    system: web::Data<System>,
    query: web::Query<ListQuery>,
) -> Result<web::Json<SubmissionPage>, ApiError> {
    let ListQuery {
        problem,
        language,
        contest,
        user,
        verdict,
        before,
        limit,
    } = query.into_inner();
    let limit = limit.unwrap_or(50);
    if !(1..=PAGE).contains(&limit) {
        return Err(ApiError::new(
            Code::InvalidRequest,
            format!("limit is between 1 and {PAGE}"),
        ));
    }
    let filter = Filter {
        tenant: None,
        user: user.map(UserId),
        problem: problem.map(ProblemId),
        contest: contest.map(ContestId),
        language: language.map(LanguageId),
        verdict: verdict.as_deref().map(parse_verdict).transpose()?,
    };
    let before = before.as_deref().map(parse_id).transpose()?;
    let page = read_store(&system, move |store| store.list(&filter, before, limit)).await?;
    Ok(web::Json(SubmissionPage {
        submissions: page.items.into_iter().map(line).collect(),
        next: page.next.map(|id| id.to_string()),
    }))
}

/// Reads one submission: its verdict with the evidence, or how far it has come.
#[utoipa::path(get, path = "/api/v1/submissions/{id}", tag = "submissions", params(("id" = String, Path, description = "a submission's id")),
    responses((status = 200, body = SubmissionView), (status = 404, body = super::error::ErrorBody)))]
pub(crate) async fn read(
    system: web::Data<System>,
    id: web::Path<String>,
) -> Result<web::Json<SubmissionView>, ApiError> {
    let id = parse_id(&id)?;
    read_store(&system, move |store| whole(store, id))
        .await?
        .map(web::Json)
        .ok_or_else(unknown)
}

/// Reads the sources of one submission.
#[utoipa::path(get, path = "/api/v1/submissions/{id}/source", tag = "submissions", params(("id" = String, Path, description = "a submission's id")),
    responses((status = 200, body = Sources), (status = 404, body = super::error::ErrorBody)))]
pub(crate) async fn source(
    system: web::Data<System>,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = parse_id(&id)?;
    let submission = read_store(&system, move |store| store.submission(id))
        .await?
        .ok_or_else(unknown)?;
    Ok(HttpResponse::Ok().json(Sources {
        files: submission
            .files
            .into_iter()
            .map(|file| source_view(file.name, file.content))
            .collect(),
    }))
}

/// A submission with everything known about it.
///
/// # Errors
/// [`StoreError`] when the store cannot be read.
pub(crate) fn whole(store: &Store, id: SubmissionId) -> Result<Option<SubmissionView>, StoreError> {
    let Some(found) = store.view(id)? else {
        return Ok(None);
    };
    let view = SubmissionView::queued(&found.submission);
    match found.state {
        State::Queued => Ok(Some(view)),
        State::Judging { .. } => Ok(Some(under_way(store, view, id)?)),
        State::Judged(summary) => {
            let report = store.judgement(summary.judgement)?;
            Ok(Some(match report {
                Some(report) => view.with_verdict(&report),
                None => view,
            }))
        }
    }
}

/// What the newest attempt has made so far.
fn under_way(
    store: &Store,
    mut view: SubmissionView,
    id: SubmissionId,
) -> Result<SubmissionView, StoreError> {
    view.status = Status::Judging;
    for sequenced in store.events_of(id, 0, EVENTS)? {
        match &sequenced.event {
            Event::JudgingStarted {
                judgement,
                testcase_count,
                ..
            } => {
                view.generation = judgement.generation;
                view.testcase_count = Some(*testcase_count);
                view.started_at = Some(times::iso(sequenced.at));
                view.compile = None;
                view.runs.clear();
            }
            Event::Compiled { compile, .. } => view.compile = Some(CompileView::from(compile)),
            Event::RunJudged { run, .. } => view.runs.push(RunView::from(run.as_ref())),
            Event::SubmissionAccepted(_) | Event::Judged(_) => (),
        }
    }
    Ok(view)
}

/// Reads the store on a thread that may block.
///
/// # Errors
/// [`Code::StoreUnavailable`] while it restarts, [`Code::Internal`] when it fails.
pub(crate) async fn read_store<T: Send + 'static>(
    system: &System,
    read: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, ApiError> {
    let store = system.store.clone();
    let outcome = web::block(move || read(&store)).await;
    match outcome {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(StoreError::NotOpen)) => Err(ApiError::new(
            Code::StoreUnavailable,
            "the store is restarting",
        )
        .retry_after(std::time::Duration::from_secs(1))),
        Ok(Err(error)) => Err(ApiError::internal("read the store", &error)),
        Err(error) => Err(ApiError::internal("read the store", &error)),
    }
}

/// Reads an id out of a path.
///
/// # Errors
/// [`Code::InvalidId`].
pub(crate) fn parse_id(text: &str) -> Result<SubmissionId, ApiError> {
    text.parse().map_err(|_| {
        ApiError::new(
            Code::InvalidId,
            "this is no submission's id: expected a UUID",
        )
    })
}

fn parse_verdict(text: &str) -> Result<Verdict, ApiError> {
    serde_json::from_value(serde_json::Value::from(text.to_uppercase())).map_err(|_| {
        ApiError::new(
            Code::InvalidRequest,
            "verdict is one of AC, WA, TLE, MLE, OLE, RTE, CE, JE",
        )
    })
}

/// Nobody has submitted this.
pub(crate) fn unknown() -> ApiError {
    ApiError::new(
        Code::SubmissionNotFound,
        "there is no submission with this id",
    )
}

fn line(view: actors::store::SubmissionView) -> SubmissionLine {
    let Submission {
        id,
        problem,
        language,
        contest,
        team,
        user,
        received_at,
        ..
    } = view.submission;
    let summary = match &view.state {
        State::Judged(summary) => Some(summary),
        State::Queued | State::Judging { .. } => None,
    };
    SubmissionLine {
        id: id.to_string(),
        status: match view.state {
            State::Queued => Status::Queued,
            State::Judging { .. } => Status::Judging,
            State::Judged(_) => Status::Done,
        },
        problem: problem.0,
        language: language.0,
        contest: contest.map(|id| id.0),
        team: team.map(|id| id.0),
        user: user.0,
        received_at: times::iso(received_at),
        verdict: summary.map(|summary| summary.verdict.code()),
        score: summary.and_then(|summary| summary.score),
        cpu_ms: summary.map(|summary| times::millis(summary.longest_cpu)),
        memory_bytes: summary.map(|summary| summary.peak_memory_bytes),
    }
}

fn source_view(name: String, content: Vec<u8>) -> SourceView {
    use base64::Engine;
    let (content, content_base64) = match String::from_utf8(content) {
        Ok(text) => (Some(text), None),
        Err(error) => {
            let encoded = base64::engine::general_purpose::STANDARD.encode(error.as_bytes());
            (None, Some(encoded))
        }
    };
    SourceView {
        name,
        content,
        content_base64,
    }
}
