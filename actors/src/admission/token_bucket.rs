//! A token bucket as one moment: when it would be full again (the generic cell rate algorithm). Pure.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Size and refill of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BucketLimits {
    /// Tokens it holds, full at first.
    pub burst: u32,
    /// Tokens it gains per second.
    pub refill_per_second: f64,
}

impl Default for BucketLimits {
    fn default() -> Self {
        Self {
            burst: 10,
            refill_per_second: 2.0,
        }
    }
}

impl BucketLimits {
    /// The time one token takes; a rate that makes no sense takes an hour.
    fn interval(&self) -> Duration {
        let seconds = 1.0 / self.refill_per_second;
        if seconds.is_finite() && seconds > 0.0 {
            Duration::from_secs_f64(seconds.min(3600.0))
        } else {
            Duration::from_secs(3600)
        }
    }
}

/// One bucket; `now` is monotonic time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenBucket {
    full_at: Duration,
}

impl TokenBucket {
    /// How long until a token is there; `None` when one is. Changes nothing.
    #[must_use]
    pub fn wait(&self, limits: &BucketLimits, now: Duration) -> Option<Duration> {
        let tolerated = limits
            .interval()
            .saturating_mul(limits.burst.saturating_sub(1));
        let missing = self.full_at.saturating_sub(now);
        missing
            .checked_sub(tolerated)
            .filter(|wait| !wait.is_zero())
    }

    /// Takes a token, which [`TokenBucket::wait`] said is there.
    pub fn take(&mut self, limits: &BucketLimits, now: Duration) {
        self.full_at = self.full_at.max(now) + limits.interval();
    }

    /// Gives a token back.
    pub fn give_back(&mut self, limits: &BucketLimits) {
        self.full_at = self.full_at.saturating_sub(limits.interval());
    }

    /// Whether it is full, so that forgetting it changes nothing.
    #[must_use]
    pub fn is_full(&self, now: Duration) -> bool {
        self.full_at <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ten_at_once_then_two_per_second() {
        let (limits, mut bucket) = (BucketLimits::default(), TokenBucket::default());
        let now = Duration::from_secs(100);
        for _ in 0..10 {
            assert_eq!(bucket.wait(&limits, now), None);
            bucket.take(&limits, now);
        }
        assert_eq!(bucket.wait(&limits, now), Some(Duration::from_millis(500)));
        assert_eq!(
            bucket.wait(&limits, now + Duration::from_millis(499)),
            Some(Duration::from_millis(1))
        );
        assert_eq!(bucket.wait(&limits, now + Duration::from_millis(500)), None);
        assert!(bucket.is_full(now + Duration::from_secs(5)));
    }

    proptest! {
        /// Against the bucket of the textbook: same answers, honest waits, never more than burst + rate x time.
        #[test]
        fn agrees_with_a_counting_bucket(burst in 1u32..20, rate in 1u32..8, gaps in prop::collection::vec(0u64..2000, 1..200)) {
            // Intervals in whole milliseconds, so that the model is exact.
            let interval_ms = 1000 / u64::from(rate);
            let limits = BucketLimits { burst, refill_per_second: 1000.0 / interval_ms as f64 };
            let (mut bucket, mut now, mut admitted) = (TokenBucket::default(), 0, 0);
            let (mut credit_ms, full_ms) = (u64::from(burst) * interval_ms, u64::from(burst) * interval_ms);
            for gap in gaps {
                now += gap;
                credit_ms = (credit_ms + gap).min(full_ms);
                let at = Duration::from_millis(now);
                match bucket.wait(&limits, at) {
                    None => {
                        prop_assert!(credit_ms >= interval_ms);
                        credit_ms -= interval_ms;
                        bucket.take(&limits, at);
                        admitted += 1;
                    }
                    Some(wait) => {
                        prop_assert_eq!(wait, Duration::from_millis(interval_ms - credit_ms));
                        prop_assert_eq!(bucket.wait(&limits, at + wait), None);
                        prop_assert!(bucket.wait(&limits, at + wait - Duration::from_nanos(1)).is_some());
                    }
                }
                prop_assert!(admitted <= u64::from(burst) + now / interval_ms);
            }
        }
    }
}
