//! Looks at every pool now and then, says how many slots it needs, and, where that is its office, keeps so many ready.
//!
//! Talks to the pools and asks the job source what waits. The reckoning is in [`need`]. **Invariant**: it never takes a slot from
//! anybody: a slot that is too many is not filled again once its work has ended.

pub mod need;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;

use self::need::{Bounds, Need, Sample};
use crate::clock::Clock;
use crate::job_source::JobSource;
use crate::pool::{PoolHandle, Pools};
use crate::supervision::Supervision;

/// Messages that may wait: pings.
const MAILBOX: usize = 16;

/// Who decides how many slots are kept ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutoscaleMode {
    /// This actor.
    Local,
    /// Somebody who reads what it reckoned.
    External,
    /// Nobody, and nothing is reckoned.
    Off,
}

/// How it works.
#[derive(Clone, Copy, Debug)]
pub struct AutoscaleConfig {
    /// Who decides.
    pub mode: AutoscaleMode,
    /// Waits above it are too long.
    pub slo: Duration,
    /// How often it looks.
    pub every: Duration,
}

/// The actor.
pub struct Autoscaler {
    config: AutoscaleConfig,
    pools: Pools,
    jobs: Arc<dyn JobSource>,
    clock: Arc<dyn Clock>,
    watched: Vec<Watched>,
}

/// What is remembered about a pool between two looks.
struct Watched {
    pool: PoolHandle,
    need: Need,
    ready: usize,
    seen_at: Duration,
}

impl Autoscaler {
    /// Starts it under supervision on the current arbiter.
    pub fn start(
        config: AutoscaleConfig,
        pools: &Pools,
        jobs: Arc<dyn JobSource>,
        clock: Arc<dyn Clock>,
        supervision: &Supervision,
    ) -> Addr<Self> {
        let watched = pools.all().iter().map(|pool| Watched {
            need: Need::new(bounds(pool), config.slo),
            pool: pool.clone(),
            ready: 0,
            seen_at: clock.monotonic(),
        });
        let watched = watched.collect();
        let autoscaler = Self {
            config,
            pools: pools.clone(),
            jobs,
            clock,
            watched,
        };
        supervision.supervise("autoscaler", MAILBOX, |_| autoscaler)
    }

    fn look(&mut self) {
        let now = self.clock.monotonic();
        for watched in &mut self.watched {
            let kind = watched.pool.kind();
            let ready = self.jobs.waiting(&self.pools.served_by(kind));
            watched.look(now, ready, self.config.mode);
        }
    }
}

fn bounds(pool: &PoolHandle) -> Bounds {
    let target = pool.target();
    Bounds {
        min: target.min,
        max: pool.slots().len(),
        spare: target.spare,
    }
}

impl Watched {
    fn look(&mut self, now: Duration, ready: usize, mode: AutoscaleMode) {
        let name = self.pool.kind().name();
        let report = self.pool.report();
        metrics::gauge!("gavel_pool_ready", "pool" => name).set(ready as f64);
        metrics::gauge!("gavel_pool_running", "pool" => name).set(report.busy as f64);
        metrics::gauge!("gavel_pool_live", "pool" => name).set(report.live as f64);
        metrics::gauge!("gavel_pool_spares", "pool" => name).set(report.spares as f64);
        metrics::gauge!("gavel_pool_memory_bytes", "pool" => name)
            .set(report.memory_used_bytes as f64);
        if mode == AutoscaleMode::Off {
            return;
        }
        let load = self.pool.load(crate::pool::Load::sample);
        // What was started did arrive, and so did what waits now and did not before.
        let grown = (ready as u64).saturating_sub(self.ready as u64);
        let sample = Sample {
            arrived: load.started + grown,
            interval: now.saturating_sub(self.seen_at),
            service: load.service,
            ready,
            running: report.busy,
            p95_wait: load.p95_wait,
        };
        (self.ready, self.seen_at) = (ready, now);
        let advice = self.need.advise(now, sample);
        metrics::gauge!("gavel_slots_needed", "pool" => name).set(advice.needed as f64);
        if mode == AutoscaleMode::Local && advice.live != report.live {
            tracing::info!(
                pool = name,
                from = report.live,
                to = advice.live,
                ready,
                needed = advice.needed,
                "slots kept ready"
            );
            self.pool.set_live(advice.live);
        }
    }
}

impl Actor for Autoscaler {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.run_interval(self.config.every, |autoscaler, _| autoscaler.look());
    }
}

impl Supervised for Autoscaler {}

crate::answers_supervision!(Autoscaler);
