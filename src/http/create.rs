//! `POST /api/v1/submissions`: from a body to a durable `202`. The hot path: nothing here locks or logs without need.

use std::time::Duration;

use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use actors::admission::{Client, Receipt, Rule};
use judging::ids::{ContestId, LanguageId, ProblemId, SubmissionId, TeamId};
use judging::submissions::{Priority, Submission};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::{ApiError, Code};
use super::intake::{self, Bounds, CreateBody};
use super::{identity, origin, times};
use crate::system::System;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What a `202` says.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Accepted {
    /// Names the submission from now on.
    id: String,
    /// `queued`.
    status: &'static str,
    problem: String,
    language: String,
    /// Its place in the log.
    seq: u64,
    /// Whether the `Idempotency-Key` was used before: then nothing new was made.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    repeated: bool,
}

/// Takes a submission in: when the answer comes, it is on disk and will be judged.
#[utoipa::path(post, path = "/api/v1/submissions", tag = "submissions",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "makes a repeated request harmless"),
        ("X-Gavel-User" = Option<String>, Header, description = "who submits; the client's address unless said otherwise"),
    ),
    request_body = CreateBody,
    responses(
        (status = 202, body = Accepted),
        (status = 400, body = super::error::ErrorBody),
        (status = 413, body = super::error::ErrorBody),
        (status = 422, body = super::error::ErrorBody),
        (status = 429, body = super::error::ErrorBody),
        (status = 503, body = super::error::ErrorBody),
    ))]
pub(crate) async fn create(
    system: web::Data<System>,
    request: HttpRequest,
    body: Result<web::Bytes, actix_web::Error>,
) -> Result<HttpResponse, ApiError> {
    origin::check(request.headers(), &system.http.allowed_origins)?;
    check_content_type(request.headers())?;
    if system.is_draining() {
        return Err(ApiError::new(Code::Draining, "the server is stopping")
            .retry_after(Duration::from_secs(5)));
    }
    let bytes = body.map_err(|error| broken_body(&error))?;
    let submission = draft(&system, &request, intake::parse(&bytes)?)?;
    drop(bytes);
    let (problem, language) = (submission.problem.clone(), submission.language.clone());
    let receipt = system
        .reception
        .accept(submission, &client(&system))
        .await?;
    Ok(answer(problem, language, receipt))
}

/// Whose limits apply: while everybody is on this machine, an address means nobody.
fn client(system: &System) -> Client {
    Client {
        quota: if system.http.quotas {
            Rule::Default
        } else {
            Rule::Off
        },
        ..Client::default()
    }
}

/// A submission out of a request: everything it names exists, everything it brings is sound.
fn draft(
    system: &System,
    request: &HttpRequest,
    mut body: CreateBody<'_>,
) -> Result<Submission, ApiError> {
    let catalogue = system.pools.catalogue();
    let language = catalogue
        .get(&body.language)
        .filter(|language| !language.internal)
        .ok_or_else(|| {
            ApiError::new(
                Code::UnknownLanguage,
                "nobody here speaks this language; see /api/v1/languages",
            )
        })?;
    let problem = ProblemId(body.problem.as_ref().to_owned());
    if system.problems.get(&problem).is_none() {
        return Err(ApiError::new(
            Code::UnknownProblem,
            "there is no problem with this id; see /api/v1/problems",
        ));
    }
    let bounds = Bounds {
        source_bytes: system.http.max_source.bytes(),
        files: system.http.max_files,
    };
    let files = intake::files(&mut body, bounds, || language.source.default.clone())?;
    let identity = identity::of(request)?;
    let received_at = times::now();
    let team = team(system, &body, &problem, received_at)?;
    let usual = if team.is_some() {
        Priority::High
    } else {
        Priority::Normal
    };
    let (contest, team) = team.unzip();
    Ok(Submission {
        id: SubmissionId(Uuid::now_v7()),
        problem,
        language: LanguageId(language.id.clone()),
        entry_point: body.entry_point,
        files,
        tenant: identity.tenant,
        user: identity.user,
        contest,
        team,
        priority: body.priority.unwrap_or(usual),
        received_at,
        idempotency_key: idempotency_key(request.headers())?,
    })
}

/// The contest and the team a submission names, when it may take part.
fn team(
    system: &System,
    body: &CreateBody<'_>,
    problem: &ProblemId,
    at: judging::ids::Timestamp,
) -> Result<Option<(ContestId, TeamId)>, ApiError> {
    let (contest, team) = match (&body.contest, &body.team) {
        (None, None) => return Ok(None),
        (Some(contest), Some(team)) => (ContestId(contest.clone()), TeamId(team.clone())),
        _ => {
            return Err(ApiError::new(
                Code::InvalidRequest,
                "contest and team come together",
            ));
        }
    };
    let Some(found) = system.contests.by_id.get(&contest) else {
        return Err(ApiError::new(
            Code::UnknownContest,
            "there is no contest with this id",
        ));
    };
    found.admits(&team, problem, at)?;
    Ok(Some((contest, team)))
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(key) = headers.get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    key.to_str()
        .ok()
        .filter(|key| (1..=128).contains(&key.len()))
        .map(|key| Some(key.to_owned()))
        .ok_or_else(|| {
            ApiError::new(
                Code::InvalidRequest,
                "Idempotency-Key is 1 to 128 printable characters",
            )
        })
}

/// Only JSON that says so: see [`ApiError::wrong_media_type`].
fn check_content_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(ApiError::wrong_media_type())
    }
}

fn broken_body(error: &actix_web::Error) -> ApiError {
    let status = error.as_response_error().status_code();
    match Code::of_status(status) {
        Code::BodyTooLarge => ApiError::new(
            Code::BodyTooLarge,
            "the request body is larger than this server takes",
        ),
        code => ApiError::new(code, format!("the request body broke off: {error}")),
    }
}

fn answer(problem: ProblemId, language: LanguageId, receipt: Receipt) -> HttpResponse {
    let id = receipt.submission.to_string();
    HttpResponse::Accepted()
        .insert_header((LOCATION, format!("/api/v1/submissions/{id}")))
        .json(Accepted {
            id,
            status: "queued",
            problem: problem.0,
            language: language.0,
            seq: receipt.seq,
            repeated: receipt.repeated,
        })
}
