//! Brings free slots and waiting jobs together, and answers for every job it took: settled by its judge, given back with one
//! attempt more, or ended in JE after too many.
//!
//! Talks to the job source, the pool and the [`Judge`] actors it starts, whose parent it is. **Invariants**: a job is taken
//! only with a slot in hand; every job that was taken is in `running` until its judge has ended.

mod report;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use judging::ids::{JudgementId, SubmissionId, Timestamp};
use tokio::sync::{Notify, oneshot};

pub use self::report::{GetSchedulerReport, RunningJudgement, SchedulerReport};
use crate::job_source::Job;
use crate::judge::{
    AbandonJudgement, CancelJudgement, Ended, Environment, Judge, append_verdict, gave_up_trying,
};
use crate::pool::{PoolHandle, PoolKind, SlotLease, Urgency};
use crate::supervision::{ChildDown, ExitReason, Supervision};

/// Attempts before a job ends in JE.
pub const MAX_ATTEMPTS: u32 = 3;
/// Messages that may wait: judges that end, one per slot, and questions from outside.
const MAILBOX: usize = 256;

/// The actor.
pub struct Scheduler {
    env: Arc<Environment>,
    supervision: Supervision,
    running: HashMap<u64, Running>,
    next_child: u64,
    /// Verdicts of ours that are being made durable.
    giving_up: usize,
    draining: Option<Draining>,
    counts: Counts,
}

/// A judgement under way.
struct Running {
    job: Job,
    judge: Addr<Judge>,
    ended: oneshot::Receiver<Ended>,
    pool: PoolKind,
    since: Timestamp,
    abandoned: bool,
}

/// What happened to jobs since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Settled by a verdict.
    pub settled: u64,
    /// Given back for another attempt.
    pub retried: u64,
    /// Ended in JE because every attempt failed.
    pub given_up: u64,
}

/// A shutdown in progress.
struct Draining {
    report: DrainReport,
    done: Vec<oneshot::Sender<DrainReport>>,
}

/// What a shutdown did with the work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DrainReport {
    /// Judgements that ended by themselves.
    pub finished: usize,
    /// Those that did not, and were given back.
    pub given_back: usize,
}

/// A slot is free and jobs may wait. Sent by the scheduler to itself.
#[derive(Message)]
#[rtype(result = "bool")]
struct UseSlot(SlotLease);

/// Takes no more jobs, waits for the running ones until the deadline, gives the rest back.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "DrainReport")]
pub struct Drain {
    /// How long running judgements may take to end.
    pub deadline: Duration,
}

/// Cancels a judgement that is running. Says whether one was.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "bool")]
pub struct CancelSubmission(pub SubmissionId);

impl Scheduler {
    /// Starts it under supervision on the current arbiter, which must be the one its pools were started on.
    pub fn start(env: Arc<Environment>, supervision: &Supervision) -> Addr<Self> {
        let scheduler = Self {
            env,
            supervision: supervision.clone(),
            running: HashMap::new(),
            next_child: 0,
            giving_up: 0,
            draining: None,
            counts: Counts::default(),
        };
        supervision.supervise("scheduler", MAILBOX, |_| scheduler)
    }

    /// Starts a judge for `job` on the slot of `lease`.
    fn judge(&mut self, job: Job, lease: SlotLease, ctx: &mut Context<Self>) {
        if job.attempt > MAX_ATTEMPTS {
            let reason = format!("attempt {} of {MAX_ATTEMPTS} never ended", job.attempt - 1);
            return self.give_up(job, reason, ctx);
        }
        let pool = lease.pool().clone();
        let now = self.env.clock.now();
        if job.attempt == 1 {
            let waited = now.0.saturating_sub(job.submission.received_at.0);
            let waited = Duration::from_millis(u64::try_from(waited).unwrap_or(0));
            metrics::histogram!("gavel_wait_seconds", "pool" => pool.kind().name())
                .record(waited.as_secs_f64());
            pool.load(|load| load.started(waited));
        }
        let (judge, ended) = Judge::new(Arc::clone(&self.env), job.clone(), lease);
        self.next_child += 1;
        let parent = ctx.address().recipient();
        let judge = self
            .supervision
            .spawn_linked("judge", self.next_child, parent, |_| judge);
        let running = Running {
            job,
            judge,
            ended,
            pool: pool.kind(),
            since: now,
            abandoned: false,
        };
        self.running.insert(self.next_child, running);
    }

    /// Gives a job back for another attempt, or gives it up.
    fn failed(&mut self, job: Job, reason: String, ctx: &mut Context<Self>) {
        tracing::warn!(judgement = %job.judgement, attempt = job.attempt, reason, "an attempt to judge failed");
        if let Some(draining) = &mut self.draining {
            // Not its fault: the pools are closed.
            draining.report.given_back += 1;
            return self.env.jobs.give_back(job);
        }
        if job.attempt >= MAX_ATTEMPTS {
            return self.give_up(job, reason, ctx);
        }
        self.counts.retried += 1;
        let attempt = job.attempt + 1;
        self.env.jobs.give_back(Job { attempt, ..job });
    }

    /// Ends a job in JE. When even that cannot be made durable, the job comes back after a restart.
    fn give_up(&mut self, job: Job, reason: String, ctx: &mut Context<Self>) {
        let env = Arc::clone(&self.env);
        self.giving_up += 1;
        let work = async move {
            let reason = format!("no verdict in {MAX_ATTEMPTS} attempts; the last one: {reason}");
            let report = gave_up_trying(&env, &job, reason);
            append_verdict(&env, Vec::new(), report).await.map(|()| {
                env.jobs.settle(job.judgement);
                job.judgement
            })
        };
        ctx.spawn(work.into_actor(self).map(|result, scheduler, _| {
            scheduler.giving_up -= 1;
            match result {
                Ok(judgement) => {
                    scheduler.counts.given_up += 1;
                    tracing::error!(%judgement, "gave a judgement up");
                }
                Err(error) => tracing::error!(%error, "failed to give a judgement up"),
            }
            scheduler.finish_draining();
        }));
    }

    fn finish_draining(&mut self) {
        if !self.running.is_empty() || self.giving_up > 0 {
            return;
        }
        if let Some(draining) = &mut self.draining {
            for done in draining.done.drain(..) {
                // Who asked may have stopped waiting.
                let _ = done.send(draining.report);
            }
        }
    }

    fn running_judgement(&self, of: SubmissionId) -> Option<&Running> {
        self.running
            .values()
            .find(|running| running.job.judgement.submission == of)
    }

    fn is_running(&self, judgement: JudgementId) -> bool {
        self.running
            .values()
            .any(|running| running.job.judgement == judgement)
    }
}

/// Tells the pumps of all pools whenever jobs may have come, ended or gone elsewhere.
async fn spread(env: Arc<Environment>, pumps: Vec<Arc<Notify>>) {
    let (jobs, walls) = (env.jobs.wake(), env.pools.host().changed());
    loop {
        let mut changed = std::pin::pin!(jobs.notified());
        // Before the pumps look at the queue, or a job that comes after they did would wake nobody.
        changed.as_mut().enable();
        // Takes over what came while the log's end is in memory: with all slots busy no pump looks for a long time.
        env.jobs.depth();
        pumps.iter().for_each(|pump| pump.notify_one());
        tokio::select! {
            () = changed => {}
            () = walls.notified() => {}
        }
    }
}

/// Offers a slot of `pool` to the scheduler whenever one is free and jobs wait that it serves now.
async fn pump(
    env: Arc<Environment>,
    scheduler: Addr<Scheduler>,
    pool: PoolHandle,
    wake: Arc<Notify>,
) {
    loop {
        if env.jobs.waiting(&env.pools.served_by(pool.kind())) == 0 {
            wake.notified().await;
            continue;
        }
        let Ok(lease) = pool.lease(Urgency::Foreground).await else {
            return;
        };
        match scheduler.send(UseSlot(lease)).await {
            Ok(true) => {}
            // Somebody was faster, or there are enough judges: wait for a change.
            Ok(false) => wake.notified().await,
            Err(_) => return,
        }
    }
}

impl Actor for Scheduler {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        if self.draining.is_none() {
            let pools = self.env.pools.all().to_vec();
            // A permit is kept in each, so nothing is missed between two looks.
            let wakes: Vec<Arc<Notify>> = pools.iter().map(|_| Arc::default()).collect();
            for (pool, wake) in pools.into_iter().zip(&wakes) {
                let (env, wake) = (Arc::clone(&self.env), Arc::clone(wake));
                let pump = pump(env, ctx.address(), pool, wake);
                ctx.spawn(pump.into_actor(self));
            }
            ctx.spawn(spread(Arc::clone(&self.env), wakes).into_actor(self));
        }
    }
}

impl Supervised for Scheduler {
    /// Judges under way live on and report to the same mailbox. What was being given up comes back after a restart of the
    /// process: its job is not settled.
    fn restarting(&mut self, _: &mut Self::Context) {
        self.giving_up = 0;
    }
}

impl Handler<UseSlot> for Scheduler {
    type Result = bool;

    fn handle(&mut self, message: UseSlot, ctx: &mut Self::Context) -> bool {
        let pool = message.0.pool();
        let running = self
            .running
            .values()
            .filter(|running| running.pool == pool.kind());
        // One more than slots: a judge that is about to end, or waits for a slot of another pool.
        let full = running.count() > pool.slots().len();
        if self.draining.is_some() || full {
            return false;
        }
        let Some(job) = self.env.jobs.take(&self.env.pools.served_by(pool.kind())) else {
            return false;
        };
        if self.is_running(job.judgement) {
            tracing::warn!(judgement = %job.judgement, "was handed a job that is being judged already");
            return true;
        }
        self.judge(job, message.0, ctx);
        true
    }
}

impl Handler<ChildDown> for Scheduler {
    type Result = ();

    fn handle(&mut self, message: ChildDown, ctx: &mut Self::Context) {
        let Some(mut running) = self.running.remove(&message.id) else {
            return;
        };
        if let Some(pool) = self.env.pools.get(running.pool) {
            let took = self.env.clock.now().0.saturating_sub(running.since.0);
            let took = Duration::from_millis(u64::try_from(took).unwrap_or(0));
            pool.load(|load| load.ended(took));
        }
        match (running.ended.try_recv(), message.reason) {
            (Ok(Ended::Settled), _) => {
                self.counts.settled += 1;
                if let Some(draining) = &mut self.draining {
                    draining.report.finished += 1;
                }
            }
            (Ok(Ended::Failed(reason)), _) => self.failed(running.job, reason, ctx),
            (Err(_), ExitReason::Panic(text)) => {
                self.failed(running.job, format!("the judge panicked: {text}"), ctx);
            }
            (Err(_), _) if running.abandoned => {
                if let Some(draining) = &mut self.draining {
                    draining.report.given_back += 1;
                }
                self.env.jobs.give_back(running.job);
            }
            (Err(_), reason) => {
                self.failed(running.job, format!("the judge ended: {reason:?}"), ctx)
            }
        }
        // A place is free even where no slot is.
        self.env.jobs.wake().notify_one();
        self.finish_draining();
    }
}

impl Handler<Drain> for Scheduler {
    type Result = ResponseFuture<DrainReport>;

    fn handle(&mut self, message: Drain, ctx: &mut Self::Context) -> Self::Result {
        let (done, report) = oneshot::channel();
        let draining = self.draining.get_or_insert_with(|| Draining {
            report: DrainReport::default(),
            done: Vec::new(),
        });
        draining.done.push(done);
        self.env.pools.close();
        ctx.run_later(message.deadline, |scheduler, _| {
            for running in scheduler.running.values_mut() {
                running.abandoned = true;
                // A judge whose mailbox is full or gone is ending anyway.
                let _ = running.judge.try_send(AbandonJudgement);
            }
        });
        self.finish_draining();
        Box::pin(async move { report.await.unwrap_or_default() })
    }
}

impl Handler<CancelSubmission> for Scheduler {
    type Result = bool;

    fn handle(&mut self, message: CancelSubmission, _: &mut Self::Context) -> bool {
        let running = self.running_judgement(message.0);
        running.is_some_and(|running| running.judge.try_send(CancelJudgement).is_ok())
    }
}

crate::answers_supervision!(Scheduler);
