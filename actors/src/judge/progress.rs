//! Events of a judgement under way, gathered for a moment and appended together. Nobody waits for them: they are sent in
//! order, and the verdict, which is waited for, comes after them in the same order.

use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use judging::events::Event;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::event_log::EventLog;

/// How long an event may wait for company: too short to notice, longer than ten trivial testcases take.
const GATHER: Duration = Duration::from_millis(20);
/// Events appended together at most.
const BATCH: usize = 32;

/// The events of one judgement that are not appended yet.
pub(super) struct Progress {
    log: Option<Arc<dyn EventLog>>,
    waiting: Vec<Event>,
    due: Option<Instant>,
    added: Arc<Notify>,
}

impl Progress {
    pub(super) fn new(log: Arc<dyn EventLog>) -> Self {
        Self {
            log: Some(log),
            waiting: Vec::new(),
            due: None,
            added: Arc::default(),
        }
    }

    /// Tells nobody: for runs that are no judgement of a submission.
    pub(super) fn silent() -> Self {
        Self {
            log: None,
            waiting: Vec::new(),
            due: None,
            added: Arc::default(),
        }
    }

    /// Adds an event; it is appended within [`GATHER`] as long as the judgement waits through [`during`].
    pub(super) fn add(&mut self, event: Event) {
        if self.log.is_none() {
            return;
        }
        self.waiting.push(event);
        if self.waiting.len() >= BATCH {
            return self.flush();
        }
        if self.due.is_none() {
            self.due = Some(Instant::now() + GATHER);
            self.added.notify_waiters();
        }
    }

    /// Appends what waits, without waiting for it.
    pub(super) fn flush(&mut self) {
        self.due = None;
        if self.waiting.is_empty() {
            return;
        }
        // Dropping the future does not take the events back. Progress that a busy log refuses is no fact and is not missed:
        // the verdict carries every run.
        if let Some(log) = &self.log {
            drop(log.append(std::mem::take(&mut self.waiting)));
        }
    }

    /// What waits, to be appended together with the verdict.
    pub(super) fn take(&mut self) -> Vec<Event> {
        self.due = None;
        std::mem::take(&mut self.waiting)
    }
}

/// Waits for `work`, appending what is due meanwhile.
pub(super) async fn during<T>(progress: &RefCell<Progress>, work: impl Future<Output = T>) -> T {
    let added = Arc::clone(&progress.borrow().added);
    let flushing = async {
        loop {
            let due = progress.borrow().due;
            match due {
                Some(due) => {
                    sleep_until(due).await;
                    progress.borrow_mut().flush();
                }
                // One thread: nothing is added between the look above and this wait.
                None => added.notified().await,
            }
        }
    };
    tokio::select! {
        biased;
        done = work => done,
        never = flushing => never,
    }
}
