//! How fast waiting work drains: verdicts per second of busy time, with a memory of about half a minute. Pure.
//!
//! Idle time is left out: two verdicts in an idle minute say nothing about how long a queue would take.

use std::time::Duration;

/// Busy time after which a verdict counts half.
const HALF_LIFE: Duration = Duration::from_secs(30);

/// The rate; `now` is monotonic time.
#[derive(Clone, Copy, Debug, Default)]
pub struct DrainRate {
    verdicts: f64,
    busy_seconds: f64,
    outstanding: usize,
    at: Duration,
}

impl DrainRate {
    fn pass(&mut self, now: Duration) {
        let passed = now.saturating_sub(self.at);
        self.at = self.at.max(now);
        if self.outstanding > 0 {
            let kept = 0.5_f64.powf(passed.as_secs_f64() / HALF_LIFE.as_secs_f64());
            self.verdicts *= kept;
            self.busy_seconds = self.busy_seconds * kept + passed.as_secs_f64();
        }
    }

    /// Takes note of how much is outstanding from now on.
    pub fn outstanding(&mut self, count: usize, now: Duration) {
        self.pass(now);
        self.outstanding = count;
    }

    /// Takes note of a verdict.
    pub fn verdict(&mut self, now: Duration) {
        self.pass(now);
        self.verdicts += 1.0;
    }

    /// How long until `count` verdicts were reached; `None` while nothing was measured.
    #[must_use]
    pub fn time_for(&self, count: usize) -> Option<Duration> {
        let rate = self.per_second()?;
        Some(Duration::from_secs_f64((count as f64 / rate).min(86_400.0)))
    }

    /// Verdicts per busy second.
    #[must_use]
    pub fn per_second(&self) -> Option<f64> {
        (self.verdicts >= 1.0 && self.busy_seconds > 0.0).then(|| self.verdicts / self.busy_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idle_time_does_not_count() {
        let mut rate = DrainRate::default();
        assert_eq!(rate.time_for(5), None);
        for n in 0..20 {
            // Busy for half a second, one verdict, then idle for a minute.
            let start = Duration::from_secs(n * 60);
            rate.outstanding(1, start);
            rate.verdict(start + Duration::from_millis(500));
            rate.outstanding(0, start + Duration::from_millis(500));
        }
        let measured = rate.per_second().expect("it was measured");
        assert!((1.9..2.1).contains(&measured), "{measured}");
        let wait = rate.time_for(10).expect("it was measured");
        assert!((4.7..5.3).contains(&wait.as_secs_f64()), "{wait:?}");
    }

    #[test]
    fn follows_a_change_of_speed() {
        let mut rate = DrainRate::default();
        rate.outstanding(100, Duration::ZERO);
        for n in 1..=600 {
            rate.verdict(Duration::from_millis(n * 100));
        }
        assert!((9.0..11.0).contains(&rate.per_second().expect("measured")));
        for n in 1..=300 {
            rate.verdict(Duration::from_secs(60 + n));
        }
        assert!((0.9..1.1).contains(&rate.per_second().expect("measured")));
    }
}
