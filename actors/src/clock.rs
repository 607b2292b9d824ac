//! Time as a parameter: a wall clock for what people read, a monotonic one for what is measured.
//!
//! Rules take moments as arguments; the thin shells around them hold a [`Clock`]. The monotonic side of [`SystemClock`] is
//! tokio's, so a paused runtime pauses every rule.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use judging::ids::Timestamp;
use parking_lot::Mutex;

/// Tells the time.
pub trait Clock: Send + Sync + fmt::Debug + 'static {
    /// The wall clock: milliseconds since the Unix epoch. May jump.
    fn now(&self) -> Timestamp;

    /// Time since some fixed moment. Never goes back.
    fn monotonic(&self) -> Duration;
}

/// The machine's clocks.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    start: tokio::time::Instant,
}

impl SystemClock {
    /// A clock whose monotonic side begins now.
    #[must_use]
    pub fn new() -> Self {
        Self {
            start: tokio::time::Instant::now(),
        }
    }

    /// The same, shared.
    #[must_use]
    pub fn shared() -> Arc<dyn Clock> {
        Arc::new(Self::new())
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        wall_now()
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }
}

/// The wall clock of the machine, for places without a [`Clock`] in hand.
#[must_use]
pub(crate) fn wall_now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// A clock that moves when told to.
#[derive(Debug, Default)]
pub struct ManualClock {
    at: Mutex<(i64, Duration)>,
}

impl ManualClock {
    /// Starts at `now`, with the monotonic side at zero.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            at: Mutex::new((now.0, Duration::ZERO)),
        }
    }

    /// Moves both sides forward.
    pub fn advance(&self, by: Duration) {
        let mut at = self.at.lock();
        at.0 =
            at.0.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX));
        at.1 = at.1.saturating_add(by);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.at.lock().0)
    }

    fn monotonic(&self) -> Duration {
        self.at.lock().1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_monotonic_side_follows_a_paused_runtime() {
        let clock = SystemClock::new();
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert_eq!(clock.monotonic(), Duration::from_secs(3600));
    }

    #[test]
    fn a_manual_clock_moves_both_sides() {
        let clock = ManualClock::new(Timestamp(5));
        clock.advance(Duration::from_millis(7));
        assert_eq!(
            (clock.now(), clock.monotonic()),
            (Timestamp(12), Duration::from_millis(7))
        );
    }
}
