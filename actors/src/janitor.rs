//! The janitor: deletes what is past its time, a little at a time, and sweeps artifacts that nothing names.
//!
//! It works in passes. A pass asks the store for small deletions, one after the other, so that an append never waits for more than
//! one of them; then it sweeps the artifact directory in pieces. Submissions without a verdict are never deleted.

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use judging::ids::{SubmissionId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::answers_supervision;
use crate::clock::Clock;
use crate::event_log::LogError;
use crate::store::{Found, Retire, Store};

/// Submissions per deletion: a few hundred records, so milliseconds on the store thread.
const DELETED_AT_ONCE: usize = 10;
/// Artifacts looked at in one piece.
const SWEPT_AT_ONCE: usize = 256;

/// How long things are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JanitorConfig {
    /// Days a result is kept; 0 keeps everything.
    pub keep_days: u32,
    /// Days a contest's result is kept; 0 keeps everything.
    pub keep_contest_days: u32,
    /// Seconds between two passes.
    pub every_seconds: u64,
}

impl Default for JanitorConfig {
    fn default() -> Self {
        Self {
            keep_days: 7,
            keep_contest_days: 365,
            every_seconds: 600,
        }
    }
}

/// What a pass did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Submissions deleted.
    pub submissions: usize,
    /// Artifacts and leftovers removed.
    pub artifacts: usize,
}

/// The janitor.
pub struct Janitor {
    config: JanitorConfig,
    store: Store,
    clock: Arc<dyn Clock>,
    /// Set while a pass runs, so that two never overlap.
    busy: bool,
}

impl Janitor {
    /// A janitor for `store`.
    pub fn new(config: JanitorConfig, store: &Store, clock: Arc<dyn Clock>) -> Self {
        Self {
            config,
            store: store.clone(),
            clock,
            busy: false,
        }
    }
}

impl Actor for Janitor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        let every = Duration::from_secs(self.config.every_seconds.max(1));
        ctx.run_interval(every, |janitor, ctx| janitor.begin(ctx));
        self.begin(ctx);
    }
}

impl Supervised for Janitor {
    fn restarting(&mut self, _: &mut Self::Context) {
        self.busy = false;
    }
}

impl Janitor {
    fn begin(&mut self, ctx: &mut Context<Self>) {
        if self.busy {
            return;
        }
        self.busy = true;
        let pass = pass(self.config.clone(), self.store.clone(), self.clock.now());
        ctx.spawn(pass.into_actor(self).map(|outcome, janitor, _| {
            janitor.busy = false;
            match outcome {
                Ok(swept) if swept != Swept::default() => {
                    tracing::info!(?swept, "the janitor cleaned up")
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "the janitor stopped early; it will be back"),
            }
        }));
    }
}

/// The moment before which things go.
fn before(now: Timestamp, days: u32) -> Timestamp {
    const DAY_MS: i64 = 24 * 3600 * 1000;
    if days == 0 {
        Timestamp(i64::MIN)
    } else {
        Timestamp(now.0.saturating_sub(i64::from(days) * DAY_MS))
    }
}

/// One pass over everything.
async fn pass(config: JanitorConfig, store: Store, now: Timestamp) -> Result<Swept, LogError> {
    let (mut swept, mut after) = (Swept::default(), None::<SubmissionId>);
    loop {
        let retired = store
            .retire(Retire {
                before: before(now, config.keep_days),
                contests_before: before(now, config.keep_contest_days),
                after,
                limit: DELETED_AT_ONCE,
            })
            .await?;
        swept.submissions += retired.submissions;
        after = retired.next;
        if after.is_none() {
            break;
        }
    }
    let mut names = store
        .artifact_names()
        .map_err(|error| LogError::Failed(error.to_string()))?;
    loop {
        let piece: Vec<Found> = names.by_ref().take(SWEPT_AT_ONCE).collect();
        if piece.is_empty() {
            break;
        }
        swept.artifacts += store.sweep(piece).await?;
    }
    metrics::counter!("gavel_retired_total").increment(swept.submissions as u64);
    metrics::gauge!("gavel_store_bytes").set(store.bytes_on_disk() as f64);
    Ok(swept)
}

/// Asks for a pass now; answers when it is done.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "Result<Swept, LogError>")]
pub struct Clean;

impl Handler<Clean> for Janitor {
    type Result = ResponseFuture<Result<Swept, LogError>>;

    fn handle(&mut self, _: Clean, _: &mut Self::Context) -> Self::Result {
        Box::pin(pass(
            self.config.clone(),
            self.store.clone(),
            self.clock.now(),
        ))
    }
}

answers_supervision!(Janitor);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crate::event_log::EventLog;
    use crate::store::samples::{compile, id, judged, report, submission};
    use crate::store::{Filter, StoreConfig};
    use crate::supervision::{Faults, Supervision};
    use judging::events::Event;
    use judging::verdicts::Verdict;

    const DAY_MS: i64 = 24 * 3600 * 1000;

    fn by_day(n: u64, day: i64, content: &[u8]) -> Event {
        let mut one = submission(n, "user");
        one.received_at = Timestamp(day * DAY_MS);
        one.files[0].content = content.to_vec();
        one.idempotency_key = Some(format!("key{n}"));
        Event::SubmissionAccepted(Box::new(one))
    }

    fn files(dir: &std::path::Path) -> usize {
        std::fs::read_dir(dir.join("artifacts"))
            .expect("it lists")
            .count()
    }

    #[actix::test]
    async fn what_is_past_its_time_goes_with_everything_that_hangs_on_it() {
        let dir = tempfile::tempdir().expect("a directory");
        let tree = Supervision::new(Faults::off(), |_| {});
        let clock = Arc::new(ManualClock::new(Timestamp(10 * DAY_MS)));
        let store = Store::open(StoreConfig::new(dir.path()), &tree, Arc::clone(&clock) as _)
            .expect("it opens");
        let (shared, own) = (vec![b's'; 9000], vec![b'o'; 9000]);
        let mut loud = report(2, Verdict::Ce);
        loud.compile = Some(compile(&"error\n".repeat(2000)));
        let mut contest = submission(5, "user");
        contest.contest = Some("final".into());
        contest.received_at = Timestamp(0);
        let mut events = vec![
            by_day(1, 1, &shared),
            by_day(2, 2, &own),
            by_day(3, 2, b"pending"),
            by_day(4, 9, &shared),
        ];
        events.extend([
            Event::SubmissionAccepted(Box::new(contest)),
            judged(1, Verdict::Ac),
            Event::Judged(Box::new(loud)),
        ]);
        events.extend([judged(4, Verdict::Ac), judged(5, Verdict::Ac)]);
        store.log().append(events).await.expect("it appends");
        assert_eq!(files(dir.path()), 3);
        std::fs::write(dir.path().join("artifacts/tmp-abc"), b"half").expect("it writes");
        let orphan = judging::ids::ContentHash::of(b"nobody").to_string();
        std::fs::write(dir.path().join("artifacts").join(orphan), b"nobody").expect("it writes");

        let janitor = Janitor {
            busy: true,
            ..Janitor::new(JanitorConfig::default(), &store, clock)
        };
        let addr = tree.supervise("janitor", 4, |_| janitor);
        let swept = addr
            .send(Clean)
            .await
            .expect("it lives")
            .expect("it cleans");
        assert_eq!(
            swept,
            Swept {
                submissions: 2,
                artifacts: 2
            }
        );
        let kept: Vec<bool> = (1..=5)
            .map(|n| store.submission(id(n)).expect("it reads").is_some())
            .collect();
        assert_eq!(
            kept,
            [false, false, true, true, true],
            "pending, young and contest results stay"
        );
        assert_eq!(files(dir.path()), 1, "what another submission names stays");
        assert_eq!(
            store
                .submission(id(4))
                .expect("it reads")
                .expect("kept")
                .files[0]
                .content,
            shared
        );
        assert_eq!(
            store.known(&"tenant".into(), "key1").expect("it reads"),
            None
        );
        assert_eq!(
            store
                .list(&Filter::default(), None, 10)
                .expect("it lists")
                .items
                .len(),
            3
        );
        assert_eq!(
            addr.send(Clean).await.expect("it lives"),
            Ok(Swept::default())
        );
        store.close();
        let tree = Supervision::new(Faults::off(), |_| {});
        let clock = Arc::new(ManualClock::default());
        let store = Store::open(StoreConfig::new(dir.path()), &tree, clock).expect("it opens");
        let left = store.log().read(0, 100).expect("it reads");
        let left: Vec<u64> = left.iter().map(|event| event.seq).collect();
        assert_eq!(left, [3, 4, 5, 8, 9]);
    }
}
