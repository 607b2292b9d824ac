//! `POST /api/v1/problems/{id}/verify`: the jury's submissions to a problem, judged here and held against what they promise.
//! The answer is one JSON object per line, as they come, and one with the sums at the end.

use std::sync::Arc;

use actix_web::error::Error;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::stream;
use judging::ids::ProblemId;
use judging::packages::ProblemPackage;
use serde::Serialize;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;

use super::error::{ApiError, Code};
use super::origin;
use crate::system::System;
use crate::verify::ledger::{Cost, Ledger};
use crate::verify::outcome::{Line, Verified};
use crate::verify::package::{Bench, OnBench, Wishes};

/// Verifications at once: one keeps a slot busy as long as no contestant wants it.
static AT_ONCE: Semaphore = Semaphore::const_new(1);

/// The last line.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sums {
    summary: bool,
    ok: bool,
    #[serde(flatten)]
    verified: Verified,
    #[serde(flatten)]
    cost: Cost,
}

/// Ends the work when nobody reads its lines any more.
struct Working {
    lines: mpsc::UnboundedReceiver<String>,
    work: JoinHandle<()>,
}

impl Drop for Working {
    fn drop(&mut self) {
        self.work.abort();
    }
}

/// Judges every jury submission of a problem and answers with a line for each, as they are judged.
#[utoipa::path(post, path = "/api/v1/problems/{id}/verify", tag = "problems", params(("id" = String, Path, description = "a problem's id")),
    responses((status = 200, body = Line, content_type = "application/x-ndjson", description = "a line per submission, then one with the sums"),
        (status = 404, body = super::error::ErrorBody), (status = 503, body = super::error::ErrorBody)))]
pub(crate) async fn verify(
    system: web::Data<System>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    origin::check(request.headers(), &system.http.allowed_origins)?;
    let package = system
        .problems
        .get(&ProblemId(id.into_inner()))
        .ok_or_else(|| ApiError::new(Code::ProblemNotFound, "there is no problem with this id"))?;
    let permit = AT_ONCE
        .try_acquire()
        .map_err(|_| ApiError::new(Code::Busy, "another problem is being verified"))?;
    let (sender, lines) = mpsc::unbounded_channel();
    let work = actix_web::rt::spawn(async move {
        let _permit = permit;
        work(&system, package, &sender).await;
    });
    let working = Working { lines, work };
    let body = stream::unfold(working, |mut working| async {
        let line = working.lines.recv().await?;
        Some((Ok::<_, Error>(web::Bytes::from(line)), working))
    });
    Ok(HttpResponse::Ok()
        .content_type("application/x-ndjson")
        .streaming(body))
}

/// Sends the lines of a problem; bounded by the number of its submissions.
async fn work(
    system: &System,
    package: Arc<ProblemPackage>,
    lines: &mpsc::UnboundedSender<String>,
) {
    let bench = Bench {
        system,
        // Contestants come first: jury submissions have low priority, and only this many wait at a time.
        permits: Semaphore::new(system.pools.slots()),
        ledger: Ledger::default(),
        wishes: Wishes::default(),
    };
    let send = |value: Result<String, serde_json::Error>| {
        // Who does not read any more is noticed when the answer is dropped.
        let _ = lines.send(value.unwrap_or_default() + "\n");
    };
    let tell = |line: Line| send(serde_json::to_string(&line));
    let shown = package.id.to_string();
    match OnBench::new(&bench, package, shown, &tell).verify().await {
        Ok(verified) => send(serde_json::to_string(&Sums {
            summary: true,
            ok: verified.counts.violated == 0,
            verified,
            cost: bench.ledger.cost(system.pools.slots()),
        })),
        Err(error) => tracing::error!(%error, "failed to verify a problem"),
    }
}
