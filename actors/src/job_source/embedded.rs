//! The pending submissions of the store as a queue: 6:3:1 by priority, first come first served within one.
//!
//! It holds ids only and reads the submission when it is taken. It follows the log by its sequence number whenever it is asked, so
//! nothing has to be told twice and nothing is lost when somebody else panics.
//!
//! **Invariants**: a judgement is at most once in the queue or with a taker; what was pending when it was opened comes back
//! with its started attempts counted, and ends as a judge error when they are used up. Submissions that were being judged when the
//! program died go behind those that were not: the one that kills us must not take its neighbours' attempts.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use judging::events::Event;
use judging::ids::JudgementId;
use judging::judgements::VerdictReport;
use judging::submissions::Priority;
use judging::verdicts::Verdict;
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::weighted::{CLASSES, Choice, Weights};
use super::{Job, JobSource, QueueDepth};
use crate::clock::Clock;
use crate::event_log::{EmbeddedEventLog, EventLog, LogError};
use crate::store::{PendingJudgement, Store, StoreError};

/// Attempts before a submission ends as a judge error.
pub const MAX_ATTEMPTS: u32 = 3;
/// Events read at once while following the log.
const CHUNK: usize = 1024;

/// The jobs of one machine.
pub struct EmbeddedJobSource {
    store: Store,
    log: EmbeddedEventLog,
    wake: Arc<Notify>,
    queue: Mutex<Queue>,
}

impl EmbeddedJobSource {
    /// Opens the queue over what is pending. Submissions whose attempts are used up get their judge error now.
    ///
    /// # Errors
    /// [`StoreError`] when the pending submissions cannot be read.
    pub fn open(store: &Store, weights: Weights, clock: &dyn Clock) -> Result<Self, StoreError> {
        let log = store.log();
        let wake = Arc::new(Notify::new());
        store.add_wake(Arc::clone(&wake));
        let cursor = log.last_seq();
        let (owed, spent): (Vec<_>, Vec<_>) = store
            .pending()?
            .into_iter()
            .partition(|one| one.attempts < MAX_ATTEMPTS);
        let mut queue = Queue::new(weights, cursor);
        let (fresh, suspect): (Vec<_>, Vec<_>) =
            owed.into_iter().partition(|one| one.attempts == 0);
        for one in fresh.into_iter().chain(suspect) {
            queue.push_back(one.judgement, one.priority, one.attempts + 1);
        }
        if !spent.is_empty() {
            tracing::error!(
                count = spent.len(),
                "submissions ended the program too often: judge error"
            );
            let reports = spent
                .iter()
                .map(|one| Event::Judged(Box::new(spent_report(one, clock))))
                .collect();
            // Enqueued by the call; it is durable before anything that is appended after it.
            drop(log.append(reports));
        }
        Ok(Self {
            store: store.clone(),
            log,
            wake,
            queue: Mutex::new(queue),
        })
    }

    /// Reads what the log has since the last time.
    fn follow(&self, queue: &mut Queue) {
        while queue.cursor < self.log.last_seq() {
            let events = match self.log.read(queue.cursor, CHUNK) {
                Ok(events) => events,
                Err(error @ (LogError::Busy | LogError::Failed(_))) => {
                    tracing::warn!(%error, "the job source cannot follow the log");
                    return;
                }
            };
            let Some(last) = events.last() else { return };
            queue.cursor = last.seq;
            for event in &events {
                match &event.event {
                    Event::SubmissionAccepted(submission) => {
                        let judgement = JudgementId {
                            submission: submission.id,
                            generation: 1,
                        };
                        queue.push_back(judgement, submission.priority, 1);
                    }
                    Event::Judged(report) => queue.forget(report.judgement),
                    Event::JudgingStarted { .. }
                    | Event::Compiled { .. }
                    | Event::RunJudged { .. } => {}
                }
            }
        }
    }
}

/// The verdict of a submission that was being judged whenever the program died.
fn spent_report(one: &PendingJudgement, clock: &dyn Clock) -> VerdictReport {
    let now = clock.now();
    VerdictReport {
        judgement: one.judgement,
        verdict: Verdict::Je,
        score: None,
        compile: None,
        runs: Vec::new(),
        testcase_count: 0,
        time_limit: std::time::Duration::ZERO,
        memory_limit_bytes: 0,
        message: "the judge failed; the jury has been told".to_owned(),
        staff_message: Some(format!(
            "{} attempts were started and none ended: it may be what ends the program",
            one.attempts
        )),
        provenance: None,
        started_at: now,
        ended_at: now,
    }
}

impl JobSource for EmbeddedJobSource {
    fn take(&self) -> Option<Job> {
        loop {
            let (judgement, attempt) = {
                let mut queue = self.queue.lock();
                self.follow(&mut queue);
                queue.pop()?
            };
            match self.store.submission(judgement.submission) {
                Ok(Some(submission)) => {
                    return Some(Job {
                        judgement,
                        submission: Arc::new(submission),
                        attempt,
                    });
                }
                Ok(None) => {
                    tracing::warn!(%judgement, "a pending submission is not in the store any more");
                    self.queue.lock().forget(judgement);
                }
                Err(error) => {
                    tracing::error!(%judgement, %error, "failed to read a pending submission");
                    let mut queue = self.queue.lock();
                    queue.push_front(judgement, attempt);
                    return None;
                }
            }
        }
    }

    fn wake(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    fn settle(&self, judgement: JudgementId) {
        self.queue.lock().forget(judgement);
    }

    fn give_back(&self, job: Job) {
        self.queue.lock().push_front(job.judgement, job.attempt);
        self.wake.notify_one();
    }

    fn depth(&self) -> QueueDepth {
        let mut queue = self.queue.lock();
        self.follow(&mut queue);
        queue.depth
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    class: usize,
    waiting: bool,
}

/// The queue itself: pure but for its follower.
struct Queue {
    cursor: u64,
    choice: Choice,
    lanes: [VecDeque<(JudgementId, u32)>; 3],
    /// Everything that waits or was taken and is not settled.
    known: HashMap<JudgementId, Place>,
    depth: QueueDepth,
}

impl Queue {
    fn new(weights: Weights, cursor: u64) -> Self {
        let (lanes, known) = (Default::default(), HashMap::new());
        Self {
            cursor,
            choice: Choice::new(weights),
            lanes,
            known,
            depth: QueueDepth::default(),
        }
    }

    fn push_back(&mut self, judgement: JudgementId, priority: Priority, attempt: u32) {
        if self.known.contains_key(&judgement) {
            return;
        }
        let class = CLASSES
            .iter()
            .position(|known| *known == priority)
            .unwrap_or(CLASSES.len() - 1);
        self.known.insert(
            judgement,
            Place {
                class,
                waiting: true,
            },
        );
        self.lanes[class].push_back((judgement, attempt));
        self.count(class, 1);
    }

    /// Puts a taken judgement back in front of its lane.
    fn push_front(&mut self, judgement: JudgementId, attempt: u32) {
        let Some(place) = self
            .known
            .get_mut(&judgement)
            .filter(|place| !place.waiting)
        else {
            return;
        };
        place.waiting = true;
        let class = place.class;
        self.lanes[class].push_front((judgement, attempt));
        self.count(class, 1);
    }

    fn pop(&mut self) -> Option<(JudgementId, u32)> {
        let waits = [0, 1, 2].map(|class| self.depth.of(CLASSES[class]) > 0);
        let chosen = self.choice.next(waits)?;
        let class = CLASSES.iter().position(|known| *known == chosen)?;
        while let Some((judgement, attempt)) = self.lanes[class].pop_front() {
            // What was settled while it waited is still in its lane.
            if let Some(place) = self.known.get_mut(&judgement).filter(|place| place.waiting) {
                place.waiting = false;
                self.count(class, -1);
                return Some((judgement, attempt));
            }
        }
        None
    }

    fn forget(&mut self, judgement: JudgementId) {
        if let Some(place) = self.known.remove(&judgement)
            && place.waiting
        {
            self.count(place.class, -1);
        }
    }

    fn count(&mut self, class: usize, by: isize) {
        let slot = match CLASSES[class] {
            Priority::High => &mut self.depth.high,
            Priority::Normal => &mut self.depth.normal,
            Priority::Low => &mut self.depth.low,
        };
        *slot = slot.saturating_add_signed(by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crate::store::StoreConfig;
    use crate::store::samples::{accepted, first, id, judged, started, submission};
    use crate::supervision::{Faults, Supervision};
    use judging::ids::Timestamp;

    fn open(dir: &std::path::Path) -> Store {
        let tree = Supervision::new(Faults::off(), |_| {});
        let clock = Arc::new(ManualClock::new(Timestamp(9_000_000)));
        Store::open(StoreConfig::new(dir), &tree, clock).expect("it opens")
    }

    fn source(store: &Store) -> EmbeddedJobSource {
        EmbeddedJobSource::open(store, Weights::default(), &ManualClock::default())
            .expect("it opens")
    }

    fn taken(source: &EmbeddedJobSource) -> Vec<(JudgementId, u32)> {
        std::iter::from_fn(|| source.take())
            .map(|job| (job.judgement, job.attempt))
            .collect()
    }

    #[tokio::test]
    async fn jobs_come_in_order_once_and_wake_the_taker() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = open(dir.path());
        let source = source(&store);
        assert!(source.take().is_none());
        let wake = source.wake();
        let woken = wake.notified();
        store
            .log()
            .append(vec![accepted(1), accepted(2), accepted(3)])
            .await
            .expect("it appends");
        woken.await;
        assert_eq!(
            source.depth(),
            QueueDepth {
                normal: 3,
                ..QueueDepth::default()
            }
        );
        let job = source.take().expect("a job");
        assert_eq!(
            (job.judgement, job.attempt, job.submission.as_ref()),
            (first(1), 1, &submission(1, "user"))
        );
        source.give_back(Job { attempt: 2, ..job });
        assert_eq!(
            taken(&source),
            [(first(1), 2), (first(2), 1), (first(3), 1)]
        );
        assert_eq!(source.depth().total(), 0);
    }

    #[tokio::test]
    async fn what_got_its_verdict_while_it_waited_is_not_handed_out() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = open(dir.path());
        let source = source(&store);
        store
            .log()
            .append(vec![accepted(1), accepted(2)])
            .await
            .expect("it appends");
        assert_eq!(source.depth().total(), 2);
        store
            .log()
            .append(vec![judged(1, Verdict::Ac)])
            .await
            .expect("it appends");
        assert_eq!(source.depth().total(), 1);
        assert_eq!(taken(&source), [(first(2), 1)]);
        source.settle(first(2));
        source.give_back(Job {
            judgement: first(2),
            submission: Arc::new(submission(2, "user")),
            attempt: 2,
        });
        assert!(source.take().is_none(), "what is settled stays settled");
    }

    #[tokio::test]
    async fn full_lanes_are_served_six_three_one() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = open(dir.path());
        let source = source(&store);
        let events = (0..30).map(|n| {
            let mut one = submission(n, "user");
            one.priority = CLASSES[usize::try_from(n % 3).expect("small")];
            Event::SubmissionAccepted(Box::new(one))
        });
        store
            .log()
            .append(events.collect())
            .await
            .expect("it appends");
        let first_ten: Vec<Priority> = (0..10)
            .filter_map(|_| source.take())
            .map(|job| job.submission.priority)
            .collect();
        let count = |class| {
            first_ten
                .iter()
                .filter(|priority| **priority == class)
                .count()
        };
        assert_eq!(CLASSES.map(count), [6, 3, 1]);
        assert_eq!(taken(&source).len(), 20);
    }

    #[tokio::test]
    async fn a_poison_submission_ends_as_a_judge_error_and_its_neighbours_do_not() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = open(dir.path());
        store
            .log()
            .append((1..=4).map(accepted).collect())
            .await
            .expect("it appends");
        store
            .log()
            .append(vec![started(1, 1), started(2, 1)])
            .await
            .expect("it appends");
        store.close();
        // Twice more the program dies while 1 is being judged.
        for attempt in 2..=3 {
            let store = open(dir.path());
            let source = source(&store);
            let mut jobs = taken(&source);
            assert_eq!(
                jobs[..2],
                [(first(3), 1), (first(4), 1)],
                "innocents come first"
            );
            jobs.sort();
            assert_eq!(jobs[0], (first(1), attempt));
            store
                .log()
                .append(vec![started(1, attempt)])
                .await
                .expect("it appends");
            store.close();
        }
        let store = open(dir.path());
        let source = source(&store);
        assert_eq!(
            taken(&source),
            [(first(3), 1), (first(4), 1), (first(2), 2)]
        );
        store
            .log()
            .append(vec![accepted(5)])
            .await
            .expect("it appends");
        let report = store
            .latest_judgement(id(1))
            .expect("it reads")
            .expect("it is judged");
        assert_eq!(report.verdict, Verdict::Je);
        assert!(report.staff_message.is_some());
    }
}
