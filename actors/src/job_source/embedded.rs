//! The pending submissions of the store as a queue: 6:3:1 by priority, first come first served within one.
//!
//! It holds ids only and reads the submission when it is taken. It follows the log by its sequence number whenever it is asked, so
//! nothing has to be told twice and nothing is lost when somebody else panics.
//!
//! **Invariants**: a judgement is at most once in the queue or with a taker; what was pending when it was opened comes back
//! with its started attempts counted, and ends as a judge error when they are used up. Submissions that were being judged when the
//! program died go behind those that were not: the one that kills us must not take its neighbours' attempts.

use std::sync::Arc;

use judging::events::Event;
use judging::ids::JudgementId;
use judging::judgements::VerdictReport;
use judging::verdicts::Verdict;
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::queue::Queue;
use super::weighted::Weights;
use super::{Classify, Job, JobSource, QueueDepth};
use crate::clock::Clock;
use crate::event_log::{EmbeddedEventLog, EventLog, LogError};
use crate::pool::PoolKind;
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
    classify: Classify,
    queue: Mutex<Queue>,
}

impl EmbeddedJobSource {
    /// Opens the queue over what is pending. Submissions whose attempts are used up get their judge error now.
    ///
    /// # Errors
    /// [`StoreError`] when the pending submissions cannot be read.
    pub fn open(
        store: &Store,
        weights: Weights,
        clock: &dyn Clock,
        classify: Classify,
    ) -> Result<Self, StoreError> {
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
            let submission = store.submission(one.judgement.submission)?;
            let pool = submission.map_or(PoolKind::Container, |submission| classify(&submission));
            queue.push_back(pool, one.judgement, one.priority, one.attempts + 1);
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
            classify,
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
                        let pool = (self.classify)(submission);
                        queue.push_back(pool, judgement, submission.priority, 1);
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
    fn take(&self, pools: &[PoolKind]) -> Option<Job> {
        loop {
            let (judgement, attempt) = {
                let mut queue = self.queue.lock();
                self.follow(&mut queue);
                queue.pop(pools)?
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

    fn waiting(&self, pools: &[PoolKind]) -> usize {
        let mut queue = self.queue.lock();
        self.follow(&mut queue);
        let depths = pools.iter().map(|pool| queue.depth_of(*pool).total());
        depths.sum()
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
        queue.depth()
    }
}

#[cfg(test)]
mod tests {
    use super::super::weighted::CLASSES;
    use super::*;
    use crate::clock::ManualClock;
    use crate::store::StoreConfig;
    use crate::store::samples::{accepted, first, id, judged, started, submission};
    use crate::supervision::{Faults, Supervision};
    use judging::ids::Timestamp;
    use judging::submissions::Priority;

    fn open(dir: &std::path::Path) -> Store {
        let tree = Supervision::new(Faults::off(), |_| {});
        let clock = Arc::new(ManualClock::new(Timestamp(9_000_000)));
        Store::open(StoreConfig::new(dir), &tree, clock).expect("it opens")
    }

    const ALL: [PoolKind; 3] = [PoolKind::Container, PoolKind::Microvm, PoolKind::Trusted];

    /// Submissions of `vm` go to machines, all others to containers.
    fn classify() -> Classify {
        Arc::new(|submission| match submission.user.0.as_str() {
            "vm" => PoolKind::Microvm,
            _ => PoolKind::Container,
        })
    }

    fn source(store: &Store) -> EmbeddedJobSource {
        EmbeddedJobSource::open(
            store,
            Weights::default(),
            &ManualClock::default(),
            classify(),
        )
        .expect("it opens")
    }

    fn taken(source: &EmbeddedJobSource) -> Vec<(JudgementId, u32)> {
        std::iter::from_fn(|| source.take(&ALL))
            .map(|job| (job.judgement, job.attempt))
            .collect()
    }

    #[tokio::test]
    async fn jobs_come_in_order_once_and_wake_the_taker() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = open(dir.path());
        let source = source(&store);
        assert!(source.take(&ALL).is_none());
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
        let job = source.take(&ALL).expect("a job");
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
    async fn work_for_one_pool_is_not_in_the_way_of_another() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = open(dir.path());
        let early = source(&store);
        let events = (1..=4).map(|n| {
            let user = if n % 2 == 1 { "vm" } else { "user" };
            Event::SubmissionAccepted(Box::new(submission(n, user)))
        });
        store
            .log()
            .append(events.collect())
            .await
            .expect("it appends");
        let (vm, container) = ([PoolKind::Microvm], [PoolKind::Container]);
        let take = |source: &EmbeddedJobSource, pools: &[PoolKind]| {
            source.take(pools).map(|job| job.judgement)
        };
        // As it was followed, and as it is read again after a restart.
        for source in [early, source(&store)] {
            assert_eq!((source.waiting(&vm), source.waiting(&container)), (2, 2));
            assert_eq!(take(&source, &[PoolKind::Trusted]), None);
            assert_eq!(take(&source, &container), Some(first(2)));
            assert_eq!(take(&source, &ALL), Some(first(1)), "the oldest of all");
            assert_eq!(take(&source, &ALL), Some(first(3)));
            assert_eq!(take(&source, &vm), None);
            assert_eq!(take(&source, &ALL), Some(first(4)));
            assert_eq!(source.depth().total(), 0);
        }
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
        assert!(source.take(&ALL).is_none(), "what is settled stays settled");
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
            .filter_map(|_| source.take(&ALL))
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
