//! What the scheduler tells about itself: the source of the judging part of `GET /api/v1/system`.

use actix::prelude::*;
use judging::ids::{JudgementId, LanguageId, ProblemId, Timestamp};

use super::{Counts, Scheduler};
use crate::job_source::QueueDepth;
use crate::pool::{PoolKind, PoolReport};

/// Asks for the report.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "SchedulerReport")]
pub struct GetSchedulerReport;

/// A judgement under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningJudgement {
    /// Which.
    pub judgement: JudgementId,
    /// The problem.
    pub problem: ProblemId,
    /// The language.
    pub language: LanguageId,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// The pool it was started in.
    pub pool: PoolKind,
    /// When the attempt began.
    pub since: Timestamp,
}

/// The judging half of the system in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct SchedulerReport {
    /// The pools.
    pub pools: Vec<PoolReport>,
    /// Judgements under way, oldest first.
    pub running: Vec<RunningJudgement>,
    /// Jobs that wait.
    pub waiting: QueueDepth,
    /// Jobs since the start.
    pub counts: Counts,
    /// Whether it is shutting down.
    pub draining: bool,
}

impl Handler<GetSchedulerReport> for Scheduler {
    type Result = MessageResult<GetSchedulerReport>;

    fn handle(&mut self, _: GetSchedulerReport, _: &mut Self::Context) -> Self::Result {
        let running = self.running.values().map(|running| RunningJudgement {
            judgement: running.job.judgement,
            problem: running.job.submission.problem.clone(),
            language: running.job.submission.language.clone(),
            attempt: running.job.attempt,
            pool: running.pool,
            since: running.since,
        });
        let mut running: Vec<_> = running.collect();
        running.sort_by_key(|judgement| judgement.since);
        MessageResult(SchedulerReport {
            pools: self.env.pools.reports(),
            running,
            waiting: self.env.jobs.depth(),
            counts: self.counts,
            draining: self.draining.is_some(),
        })
    }
}
