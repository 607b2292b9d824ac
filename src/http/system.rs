//! The state of the whole: actors and their restarts, breakers, pools, queues. And, when switched on, failures to plant.

use actix_web::web;
use actors::admission::GateStatus;
use actors::breaker::BreakerState;
use actors::pool::{PoolKind, PoolReport};
use actors::scheduler::{GetSchedulerReport, SchedulerReport};
use actors::supervision::{ActorStatus, PanicPlace};
use serde::{Deserialize, Serialize};
use std::sync::atomic::Ordering;
use utoipa::ToSchema;

use super::error::{ApiError, Code};
use super::times;
use crate::system::System;

/// Everything.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SystemView {
    version: &'static str,
    uptime_ms: f64,
    draining: bool,
    /// Long-lived actors and threads by name; children by kind.
    #[schema(value_type = Vec<Object>)]
    actors: Vec<ActorStatus>,
    /// Who is let in, and the breakers of admission.
    #[schema(value_type = Object)]
    admission: GateStatus,
    pools: Vec<PoolView>,
    queue: QueueView,
    /// Judgements under way, oldest first.
    running: Vec<RunningView>,
    jobs: JobsView,
    sessions: usize,
    store: StoreView,
}

/// A pool.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PoolView {
    kind: &'static str,
    wall: &'static str,
    /// Programs at once, at most.
    slots: usize,
    /// Slots that are kept ready now.
    live: usize,
    /// Sandboxes that are ready and wait for work.
    spares: usize,
    busy: usize,
    waiting: usize,
    /// Memory of all its programs together, at most.
    memory_budget_bytes: u64,
    /// Memory that programs under way may use.
    memory_used_bytes: u64,
    /// How many times as long as elsewhere programs take behind its wall.
    time_factor: f64,
    /// How long making the last sandbox took.
    #[serde(skip_serializing_if = "Option::is_none")]
    cold_start_ms: Option<f64>,
    /// The breaker of its wall.
    #[schema(value_type = Object)]
    breaker: BreakerState,
}

/// Jobs that wait.
#[derive(Serialize, ToSchema)]
pub(crate) struct QueueView {
    high: usize,
    normal: usize,
    low: usize,
    total: usize,
}

/// A judgement under way.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunningView {
    submission_id: String,
    generation: u32,
    problem: String,
    language: String,
    /// The pool it was started in.
    pool: &'static str,
    attempt: u32,
    since: String,
}

/// Jobs since the start.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobsView {
    settled: u64,
    retried: u64,
    given_up: u64,
}

/// The database.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoreView {
    last_seq: u64,
    bytes_on_disk: u64,
    waiting_appends: usize,
}

/// Shows the state of the whole.
#[utoipa::path(get, path = "/api/v1/system", tag = "system", responses((status = 200, body = SystemView)))]
pub(crate) async fn read(system: web::Data<System>) -> Result<web::Json<SystemView>, ApiError> {
    let report = system
        .scheduler
        .send(GetSchedulerReport)
        .await
        .map_err(|error| ApiError::internal("ask the scheduler", &error))?;
    let SchedulerReport {
        pools,
        running,
        waiting,
        counts,
        ..
    } = report;
    Ok(web::Json(SystemView {
        version: env!("CARGO_PKG_VERSION"),
        uptime_ms: times::millis(system.since.elapsed()),
        draining: system.is_draining(),
        actors: system.supervision.registry().snapshot(),
        admission: system.reception.gate().status(),
        pools: pools.into_iter().map(pool).collect(),
        queue: QueueView {
            high: waiting.high,
            normal: waiting.normal,
            low: waiting.low,
            total: waiting.total(),
        },
        running: running
            .into_iter()
            .map(|running| RunningView {
                submission_id: running.judgement.submission.to_string(),
                generation: running.judgement.generation,
                problem: running.problem.0,
                language: running.language.0,
                pool: running.pool.name(),
                attempt: running.attempt,
                since: times::iso(running.since),
            })
            .collect(),
        jobs: JobsView {
            settled: counts.settled,
            retried: counts.retried,
            given_up: counts.given_up,
        },
        sessions: system.open_sessions.load(Ordering::Relaxed),
        store: StoreView {
            last_seq: system.log.last_seq(),
            bytes_on_disk: system.store.bytes_on_disk(),
            waiting_appends: system.store.waiting_appends(),
        },
    }))
}

fn pool(report: PoolReport) -> PoolView {
    PoolView {
        kind: report.kind.name(),
        wall: report.wall,
        slots: report.slots,
        live: report.live,
        spares: report.spares,
        memory_budget_bytes: report.memory_budget_bytes,
        memory_used_bytes: report.memory_used_bytes,
        time_factor: report.time_factor,
        cold_start_ms: report.cold_start.map(times::millis),
        busy: report.busy,
        waiting: report.waiting,
        breaker: report.breaker,
    }
}

/// A failure to plant.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Fault {
    /// A panic.
    Panic {
        /// Name of an actor or kind, as the list of actors has it.
        actor: String,
        place: Place,
    },
    /// A wall that fails.
    Wall {
        /// The kind of its pool.
        pool: PoolKind,
        /// How many sandboxes it fails to make from now on.
        failures: u64,
    },
}

/// Where an actor panics.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Place {
    Handler,
    Spawned,
}

/// What became of it.
#[derive(Serialize)]
pub(crate) struct Planted {
    /// Whether an actor was there to panic.
    hit: bool,
}

/// Makes an actor panic or a wall fail. Not there at all unless `debug.faults` is on.
pub(crate) async fn plant(
    system: web::Data<System>,
    fault: web::Json<Fault>,
) -> Result<web::Json<Planted>, ApiError> {
    if !system.supervision.faults().is_on() {
        return Err(ApiError::new(
            Code::NotFound,
            "there is nothing at this address",
        ));
    }
    let hit = match &*fault {
        Fault::Panic { actor, place } => {
            let place = match place {
                Place::Handler => PanicPlace::Handler,
                Place::Spawned => PanicPlace::Spawned,
            };
            system.supervision.inject_panic(actor, place)
        }
        Fault::Wall { pool, failures } => {
            let pool = system.pools.get(*pool);
            pool.inspect(|pool| pool.plant_failures(*failures))
                .is_some()
        }
    };
    Ok(web::Json(Planted { hit }))
}
