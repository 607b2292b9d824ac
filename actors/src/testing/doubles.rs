//! The two seams in memory: they keep what they are given and say so.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use futures_util::future::BoxFuture;
use judging::events::{Event, Sequenced};
use judging::ids::{JudgementId, Timestamp};
use parking_lot::Mutex;
use tokio::sync::{Notify, watch};

use crate::event_log::{EventLog, LogError};
use crate::job_source::{Classify, Job, JobSource, QueueDepth};
use crate::pool::PoolKind;

/// A log that is durable as long as the test lasts.
#[derive(Default)]
pub(crate) struct MemoryLog {
    events: Mutex<Vec<Arc<Sequenced>>>,
    refusals: Mutex<VecDeque<LogError>>,
    last: watch::Sender<u64>,
    pub(crate) grown: Notify,
}

impl MemoryLog {
    /// Lets the next appends fail, one each.
    pub(crate) fn refuse(&self, errors: impl IntoIterator<Item = LogError>) {
        self.refusals.lock().extend(errors);
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.events
            .lock()
            .iter()
            .map(|event| event.event.clone())
            .collect()
    }
}

impl EventLog for MemoryLog {
    fn append(&self, events: Vec<Event>) -> BoxFuture<'static, Result<u64, LogError>> {
        if let Some(error) = self.refusals.lock().pop_front() {
            return Box::pin(std::future::ready(Err(error)));
        }
        let mut log = self.events.lock();
        for event in events {
            let seq = log.len() as u64 + 1;
            let at = Timestamp(0);
            log.push(Arc::new(Sequenced { seq, at, event }));
        }
        let last = log.len() as u64;
        drop(log);
        self.last.send_replace(last);
        self.grown.notify_waiters();
        Box::pin(std::future::ready(Ok(last)))
    }

    fn read(&self, since: u64, limit: usize) -> Result<Vec<Arc<Sequenced>>, LogError> {
        let log = self.events.lock();
        Ok(log
            .iter()
            .filter(|event| event.seq > since)
            .take(limit)
            .cloned()
            .collect())
    }

    fn watch(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }

    fn last_seq(&self) -> u64 {
        self.events.lock().len() as u64
    }
}

/// A queue without priorities.
#[derive(Default)]
pub(crate) struct MemoryJobs {
    waiting: Mutex<VecDeque<Job>>,
    pub(crate) settled: Mutex<Vec<JudgementId>>,
    pub(crate) given_back: Mutex<Vec<(JudgementId, u32)>>,
    wake: Arc<Notify>,
    /// Which pool a job should go to; the container pool where nobody says.
    pub(crate) classify: OnceLock<Classify>,
}

impl MemoryJobs {
    fn classify(&self, job: &Job) -> PoolKind {
        let known = self.classify.get();
        known.map_or(PoolKind::Container, |classify| classify(&job.submission))
    }

    pub(crate) fn push(&self, job: Job) {
        self.waiting.lock().push_back(job);
        self.wake.notify_one();
    }
}

impl JobSource for MemoryJobs {
    fn take(&self, pools: &[PoolKind]) -> Option<Job> {
        let mut waiting = self.waiting.lock();
        let fits = |job: &Job| pools.contains(&self.classify(job));
        let at = waiting.iter().position(fits)?;
        waiting.remove(at)
    }

    fn waiting(&self, pools: &[PoolKind]) -> usize {
        let waiting = self.waiting.lock();
        let fits = |job: &&Job| pools.contains(&self.classify(job));
        waiting.iter().filter(fits).count()
    }

    fn wake(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    fn settle(&self, judgement: JudgementId) {
        self.settled.lock().push(judgement);
    }

    fn give_back(&self, job: Job) {
        self.given_back.lock().push((job.judgement, job.attempt));
        self.push(job);
    }

    fn depth(&self) -> QueueDepth {
        QueueDepth {
            normal: self.waiting.lock().len(),
            ..QueueDepth::default()
        }
    }
}
