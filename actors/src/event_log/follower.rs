//! Following the log: a cursor, and a stream that says when to look.

use std::sync::Arc;

use futures_util::stream::{self, Stream};
use judging::events::Sequenced;

use super::EventLog;

/// A reader's place in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Follower {
    seq: u64,
}

impl Follower {
    /// A reader who has seen everything up to `seq`.
    #[must_use]
    pub fn at(seq: u64) -> Self {
        Self { seq }
    }

    /// The last number it has seen.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The next events, at most `limit`; `None` when it has seen everything, or the log cannot be read (then the next change of
    /// the log tries again).
    pub fn next(&mut self, log: &dyn EventLog, limit: usize) -> Option<Vec<Arc<Sequenced>>> {
        let newest = log.last_seq();
        if self.seq >= newest {
            return None;
        }
        let events = match log.read(self.seq, limit) {
            Ok(events) => events,
            Err(error) => {
                tracing::warn!(%error, since = self.seq, "failed to follow the log");
                return None;
            }
        };
        // Nothing there: what it has not seen was deleted meanwhile.
        self.seq = events.last().map_or(newest, |last| last.seq);
        (!events.is_empty()).then_some(events)
    }

    /// Yields the newest number each time the log grew; changes in quick succession come as one.
    pub fn changes(log: &dyn EventLog) -> impl Stream<Item = u64> + use<> {
        stream::unfold(log.watch(), |mut watch| async move {
            watch.changed().await.ok()?;
            let seq = *watch.borrow_and_update();
            Some((seq, watch))
        })
    }
}
