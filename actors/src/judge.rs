//! One actor per judgement: it judges one job on one slot, makes the verdict durable, settles the job and stops. Its parent is
//! the scheduler, which learns how it ended, by the note it leaves or by its panic.
//!
//! **Invariants**: nobody sees a verdict before it is durable; a job is settled after that and never before; the slot is free
//! before the verdict is waited for.

mod answers;
mod case;
mod conduct;
mod environment;
mod evidence;
pub mod inputs;
mod interaction;
mod jury;
mod lane;
pub mod measure;
mod orders;
mod output;
mod pass;
mod placing;
mod program;
mod progress;
#[cfg(test)]
mod real_kinds;
#[cfg(test)]
mod real_tests;
#[cfg(test)]
mod real_validators;
mod report;
mod round;
mod sources_check;
#[cfg(test)]
mod tests;
mod validator;

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use judging::events::Event;
use judging::judgements::VerdictReport;
use tokio::sync::{Notify, oneshot};

use self::progress::Progress;
use crate::event_log::LogError;
use crate::job_source::Job;
use crate::pool::SlotLease;

pub use self::environment::{Environment, Measuring};
pub use self::jury::{misses_testlib, testlib_here};
pub use self::orders::{HeldOrder, Order, Orders, Transcripts};
pub(crate) use self::report::gave_up_trying;

/// How long to wait before a log that was busy or failed is tried again; doubles each time.
const LOG_RETRY: Duration = Duration::from_millis(20);
/// How often the log is tried: about ten seconds in all.
const LOG_TRIES: u32 = 9;

/// How a judge ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The verdict is durable and the job settled.
    Settled,
    /// This attempt came to no verdict.
    Failed(String),
}

/// The actor.
pub struct Judge {
    work: Option<Work>,
    cancel: Arc<Notify>,
}

struct Work {
    env: Arc<Environment>,
    job: Job,
    lease: Option<SlotLease>,
    ended: oneshot::Sender<Ended>,
}

/// Ends a judgement early: it comes out as JE, cancelled.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct CancelJudgement;

/// Stops without a verdict; the parent gives the job back.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
pub(crate) struct AbandonJudgement;

impl Judge {
    /// A judge for `job`, and where it will say how it ended. Without a word it has panicked or was told to stop.
    pub(crate) fn new(
        env: Arc<Environment>,
        job: Job,
        lease: SlotLease,
    ) -> (Self, oneshot::Receiver<Ended>) {
        let (ended, receiver) = oneshot::channel();
        let work = Work {
            env,
            job,
            lease: Some(lease),
            ended,
        };
        let judge = Self {
            work: Some(work),
            cancel: Arc::default(),
        };
        (judge, receiver)
    }
}

impl Actor for Judge {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        let Some(work) = self.work.take() else {
            return ctx.stop();
        };
        let judging = work.judge(Arc::clone(&self.cancel));
        ctx.spawn(judging.into_actor(self).map(|(), _, ctx| ctx.stop()));
    }
}

impl Work {
    async fn judge(mut self, cancel: Arc<Notify>) {
        let progress = RefCell::new(Progress::new(Arc::clone(&self.env.events)));
        let lease = self.lease.take();
        let conducted = tokio::select! {
            biased;
            () = cancel.notified() => Ok(self.cancelled()),
            conducted = conduct::conduct(&self.env, &self.job, lease, &progress) => conducted,
        };
        let ended = match conducted {
            Ok(report) => self.settle(progress.into_inner(), report).await,
            Err(error) => {
                progress.borrow_mut().flush();
                Ended::Failed(error.to_string())
            }
        };
        // The scheduler may be gone; then the job comes back from the store.
        let _ = self.ended.send(ended);
    }

    fn cancelled(&self) -> VerdictReport {
        report::given_up(
            &self.env,
            &self.job,
            "cancelled",
            "cancelled by request".to_owned(),
        )
    }

    /// Makes the verdict durable together with the events before it, then settles the job.
    async fn settle(&self, mut progress: Progress, report: VerdictReport) -> Ended {
        match append_verdict(&self.env, progress.take(), report).await {
            Ok(()) => {
                self.env.jobs.settle(self.job.judgement);
                Ended::Settled
            }
            Err(error) => Ended::Failed(error.to_string()),
        }
    }
}

/// Appends a verdict, trying again when the log is busy or failed: of several copies the first one counts.
pub(crate) async fn append_verdict(
    env: &Environment,
    mut before: Vec<Event>,
    report: VerdictReport,
) -> Result<(), LogError> {
    let mut delay = LOG_RETRY;
    let mut tries = 1;
    loop {
        let mut events = std::mem::take(&mut before);
        events.push(Event::Judged(Box::new(report.clone())));
        match env.events.append(events).await {
            Ok(_) => return Ok(()),
            Err(error) if tries == LOG_TRIES => return Err(error),
            Err(error) => tracing::warn!(%error, tries, "appending a verdict again"),
        }
        tokio::time::sleep(delay).await;
        delay *= 2;
        tries += 1;
    }
}

impl Handler<CancelJudgement> for Judge {
    type Result = ();

    fn handle(&mut self, _: CancelJudgement, _: &mut Self::Context) {
        self.cancel.notify_one();
    }
}

impl Handler<AbandonJudgement> for Judge {
    type Result = ();

    fn handle(&mut self, _: AbandonJudgement, ctx: &mut Self::Context) {
        ctx.stop();
    }
}

crate::answers_supervision!(Judge);
