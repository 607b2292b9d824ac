//! The actor behind the gate: clockwork, the log's follower, the healer of counts.

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;

use super::gate::AdmissionGate;
use crate::answers_supervision;
use crate::event_log::{EventLog, Follower};

/// How often idle clients are forgotten and gauges reported.
const TICK: Duration = Duration::from_secs(1);
/// How often the counts are held against the store.
const RECONCILE: Duration = Duration::from_secs(10);
/// Events taken over at once, so that pings are answered in between.
const CHUNK: usize = 512;

/// Keeps the gate right. After a panic the counts are rebuilt from the store.
pub struct Admission {
    gate: Arc<AdmissionGate>,
    log: Arc<dyn EventLog>,
    follower: Follower,
}

impl Admission {
    /// The keeper of `gate`, which follows `log` from its end: the gate has just read what is pending.
    pub fn new(gate: Arc<AdmissionGate>, log: Arc<dyn EventLog>) -> Self {
        let follower = Follower::at(log.last_seq());
        Self {
            gate,
            log,
            follower,
        }
    }

    fn catch_up(&mut self) {
        while let Some(events) = self.follower.next(&*self.log, CHUNK) {
            self.gate.observe(&events);
        }
    }
}

impl Actor for Admission {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.run_interval(TICK, |admission, _| admission.gate.tick());
        ctx.run_interval(RECONCILE, |admission, _| admission.gate.reconcile());
        ctx.add_stream(Follower::changes(&*self.log));
        self.catch_up();
    }
}

impl Supervised for Admission {
    fn restarting(&mut self, _: &mut Self::Context) {
        // It goes on where it was; what the lost chunk would have said, the store says.
        self.gate.reconcile();
    }
}

/// The log grew.
impl StreamHandler<u64> for Admission {
    fn handle(&mut self, _: u64, _: &mut Self::Context) {
        self.catch_up();
    }

    fn finished(&mut self, _: &mut Self::Context) {
        tracing::debug!("the log ended; admission goes on with its clockwork");
    }
}

answers_supervision!(Admission);
