//! Quotas: so many per minute and per day, in sliding windows. Pure.

use std::collections::VecDeque;
use std::time::Duration;

use judging::ids::Timestamp;
use serde::{Deserialize, Serialize};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

/// The quota of one user; 0 means none in that window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuotaLimits {
    /// Submissions in any minute.
    pub per_minute: u32,
    /// Submissions in any day.
    pub per_day: u32,
}

impl Default for QuotaLimits {
    fn default() -> Self {
        Self {
            per_minute: 5,
            per_day: 50,
        }
    }
}

/// Which window is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotaWindow {
    /// The minute.
    Minute,
    /// The day.
    Day,
}

/// When one user's submissions of the last day came; `now` is wall time, since it outlives the process.
#[derive(Clone, Debug, Default)]
pub struct QuotaLog {
    times: VecDeque<i64>,
}

impl QuotaLog {
    /// The log of submissions at these moments, in any order.
    #[must_use]
    pub fn from_times(times: impl IntoIterator<Item = Timestamp>) -> Self {
        let mut times: Vec<i64> = times.into_iter().map(|time| time.0).collect();
        times.sort_unstable();
        Self {
            times: times.into(),
        }
    }

    /// How long until the quota allows one more, and which window says so; `None` when it does now. Changes nothing.
    #[must_use]
    pub fn wait(&self, limits: &QuotaLimits, now: Timestamp) -> Option<(Duration, QuotaWindow)> {
        let minute = self
            .wait_in(limits.per_minute, MINUTE_MS, now)
            .map(|wait| (wait, QuotaWindow::Minute));
        let day = self
            .wait_in(limits.per_day, DAY_MS, now)
            .map(|wait| (wait, QuotaWindow::Day));
        minute.into_iter().chain(day).max_by_key(|(wait, _)| *wait)
    }

    fn wait_in(&self, limit: u32, window_ms: i64, now: Timestamp) -> Option<Duration> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        // The one that must leave the window first.
        let blocking = self.times.len().checked_sub(limit).filter(|_| limit > 0)?;
        let leaves_at = self.times.get(blocking)?.saturating_add(window_ms);
        u64::try_from(leaves_at.saturating_sub(now.0))
            .ok()
            .filter(|ms| *ms > 0)
            .map(Duration::from_millis)
    }

    /// Takes note of a submission, and forgets those that no window sees any more.
    pub fn take(&mut self, now: Timestamp) {
        // A wall clock that went back must not unsort the log.
        let at = self.times.back().map_or(now.0, |last| now.0.max(*last));
        self.times.push_back(at);
        while self
            .times
            .front()
            .is_some_and(|first| first.saturating_add(DAY_MS) <= now.0)
        {
            self.times.pop_front();
        }
    }

    /// Takes the last one back.
    pub fn give_back(&mut self) {
        self.times.pop_back();
    }

    /// Whether the last submission is more than a minute ago, so that the store can be asked again when the user comes back.
    #[must_use]
    pub fn is_idle(&self, now: Timestamp) -> bool {
        self.times
            .back()
            .is_none_or(|last| last.saturating_add(MINUTE_MS) <= now.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn five_per_minute_then_the_oldest_must_leave() {
        let (limits, mut log) = (QuotaLimits::default(), QuotaLog::default());
        for n in 0..5 {
            assert_eq!(log.wait(&limits, Timestamp(n * 1000)), None);
            log.take(Timestamp(n * 1000));
        }
        assert_eq!(
            log.wait(&limits, Timestamp(5000)),
            Some((Duration::from_secs(55), QuotaWindow::Minute))
        );
        assert_eq!(log.wait(&limits, Timestamp(60_000)), None);
    }

    #[test]
    fn zero_means_no_quota() {
        let limits = QuotaLimits {
            per_minute: 0,
            per_day: 0,
        };
        let log = QuotaLog::from_times((0..100).map(Timestamp));
        assert_eq!(log.wait(&limits, Timestamp(100)), None);
    }

    proptest! {
        #[test]
        fn no_window_ever_holds_more_and_every_wait_is_honest(gaps in prop::collection::vec(0i64..4_000_000, 1..300)) {
            let limits = QuotaLimits::default();
            let (mut log, mut now, mut taken) = (QuotaLog::default(), 0, Vec::<i64>::new());
            for gap in gaps {
                now += gap;
                let within = |window: i64| taken.iter().filter(|at| **at > now - window).count();
                match log.wait(&limits, Timestamp(now)) {
                    None => {
                        prop_assert!(within(MINUTE_MS) < 5 && within(DAY_MS) < 50);
                        log.take(Timestamp(now));
                        taken.push(now);
                    }
                    Some((wait, _)) => {
                        prop_assert!(within(MINUTE_MS) >= 5 || within(DAY_MS) >= 50);
                        let later = now + i64::try_from(wait.as_millis()).expect("short");
                        prop_assert_eq!(log.wait(&limits, Timestamp(later)), None);
                        prop_assert!(log.wait(&limits, Timestamp(later - 1)).is_some());
                    }
                }
            }
        }
    }
}
