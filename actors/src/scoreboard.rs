//! Live scoreboards: built from the store, changed by the log, shown as snapshots and deltas with the log's numbers.
//!
//! [`Boards`] is what the edges hold; [`ScoreboardActor`] follows the log and feeds it. Rules are in `judging::scoreboards`.

mod boards;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use judging::contests::Contest;
pub use judging::scoreboards::View;

pub use boards::{BoardDelta, BoardSnapshot, Boards};

use crate::answers_supervision;
use crate::event_log::{EventLog, Follower};
use crate::store::Store;

/// Events applied at once, so that pings are answered in between.
const CHUNK: usize = 256;
/// How often it looks whether a board is to be thawed.
const TICK: Duration = Duration::from_secs(1);

/// Feeds the boards from the log; builds them anew from the store when it starts and after a panic.
pub struct ScoreboardActor {
    boards: Arc<Boards>,
    contests: Vec<Arc<Contest>>,
    store: Store,
    log: Arc<dyn EventLog>,
    follower: Follower,
}

impl ScoreboardActor {
    /// The feeder of `boards` for these contests; the boards are built before it returns.
    pub fn new(
        boards: Arc<Boards>,
        contests: Vec<Arc<Contest>>,
        store: &Store,
        log: Arc<dyn EventLog>,
    ) -> Self {
        let follower = Follower::at(log.last_seq());
        let mut actor = Self {
            boards,
            contests,
            store: store.clone(),
            log,
            follower,
        };
        actor.rebuild();
        actor
    }

    /// Reads every contest from the store. The follower goes back to before that: what comes twice changes nothing.
    fn rebuild(&mut self) {
        let seq = self.log.last_seq();
        for contest in &self.contests {
            match self.store.contest_entries(&contest.id) {
                Ok(entries) => self.boards.rebuild(contest, &entries, seq),
                Err(error) => {
                    tracing::error!(contest = %contest.id, %error, "failed to build a scoreboard")
                }
            }
        }
        self.follower = Follower::at(seq);
    }

    fn catch_up(&mut self) {
        while let Some(events) = self.follower.next(&*self.log, CHUNK) {
            self.boards.apply(&events, self.follower.seq());
        }
    }
}

impl Actor for ScoreboardActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.add_stream(Follower::changes(&*self.log));
        ctx.run_interval(TICK, |actor, _| actor.boards.thaw_due());
        self.catch_up();
    }
}

impl Supervised for ScoreboardActor {
    fn restarting(&mut self, _: &mut Self::Context) {
        self.rebuild();
    }
}

/// The log grew.
impl StreamHandler<u64> for ScoreboardActor {
    fn handle(&mut self, _: u64, _: &mut Self::Context) {
        self.catch_up();
    }

    fn finished(&mut self, _: &mut Self::Context) {
        tracing::debug!("the log ended; the boards stay as they are");
    }
}

answers_supervision!(ScoreboardActor);
