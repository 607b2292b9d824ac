//! The seam to the work: hand out the next job to a free slot, settle it after its verdict is durable.
//! Embedded: the store's pending submissions. Cluster: quorum queues, pulled when a slot is free.

mod embedded;
mod queue;
mod weighted;

use std::sync::Arc;

pub use embedded::{EmbeddedJobSource, MAX_ATTEMPTS};
use judging::ids::JudgementId;
use judging::submissions::{Priority, Submission};
use tokio::sync::Notify;
pub use weighted::Weights;

use crate::pool::PoolKind;

/// One judgement to be made.
#[derive(Clone, Debug)]
pub struct Job {
    /// Which judging of which submission.
    pub judgement: JudgementId,
    /// The whole submission, sources included.
    pub submission: Arc<Submission>,
    /// 1 for the first attempt.
    pub attempt: u32,
}

/// How many jobs wait, by priority.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueDepth {
    /// Waiting with [`Priority::High`].
    pub high: usize,
    /// Waiting with [`Priority::Normal`].
    pub normal: usize,
    /// Waiting with [`Priority::Low`].
    pub low: usize,
}

impl QueueDepth {
    /// All of them.
    #[must_use]
    pub fn total(self) -> usize {
        self.high + self.normal + self.low
    }

    /// Those with this priority.
    #[must_use]
    pub fn of(self, priority: Priority) -> usize {
        match priority {
            Priority::High => self.high,
            Priority::Normal => self.normal,
            Priority::Low => self.low,
        }
    }
}

/// Tells which pool a submission should go to, so that work for a busy pool never stands in the way of other work.
pub type Classify = Arc<dyn Fn(&Submission) -> PoolKind + Send + Sync>;

/// Hands out jobs, 6:3:1 by priority, first come first served within one.
pub trait JobSource: Send + Sync + 'static {
    /// Takes the next job for one of these pools; `None` when nothing waits. Call it only with a free slot in hand.
    fn take(&self, pools: &[PoolKind]) -> Option<Job>;

    /// How many jobs wait for these pools.
    fn waiting(&self, pools: &[PoolKind]) -> usize;

    /// Notified when a job may have become available.
    fn wake(&self) -> Arc<Notify>;

    /// Settles a job whose verdict is durable.
    fn settle(&self, judgement: JudgementId);

    /// Gives an unfinished job back, to be taken again as `job.attempt` says.
    fn give_back(&self, job: Job);

    /// How many jobs wait.
    fn depth(&self) -> QueueDepth;
}
