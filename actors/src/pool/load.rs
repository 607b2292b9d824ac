//! What a pool had to do lately: how long jobs waited for it and how long they took. Pure; the autoscaler reads it.

use std::time::Duration;

/// Waits kept: enough for a 95th percentile of some seconds of a busy machine, and never more than a few kilobytes.
const WAITS: usize = 256;
/// How fast the mean of the service time follows: one in so many.
const SMOOTHING: u32 = 16;

/// The load since it was last looked at, and the mean service time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Load {
    started: u64,
    waits: Vec<Duration>,
    service: Option<Duration>,
    cold_start: Option<Duration>,
}

/// The load of one interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LoadSample {
    /// Jobs that were started.
    pub(crate) started: u64,
    /// Of 100 jobs 95 waited no longer.
    pub(crate) p95_wait: Duration,
    /// Mean time a job holds a slot; `None` before the first has ended.
    pub(crate) service: Option<Duration>,
}

impl Load {
    /// A job began after it waited so long.
    pub(crate) fn started(&mut self, waited: Duration) {
        self.started += 1;
        if self.waits.len() == WAITS {
            self.waits.remove(0);
        }
        self.waits.push(waited);
    }

    /// A job ended that held its slot so long.
    pub(crate) fn ended(&mut self, took: Duration) {
        self.service = Some(match self.service {
            None => took,
            Some(mean) => (mean * (SMOOTHING - 1) + took) / SMOOTHING,
        });
    }

    /// Making a sandbox took so long.
    pub(crate) fn started_cold(&mut self, took: Duration) {
        self.cold_start = Some(took);
    }

    /// How long making the last sandbox took.
    pub(crate) fn cold_start(&self) -> Option<Duration> {
        self.cold_start
    }

    /// The load since the last sample.
    pub(crate) fn sample(&mut self) -> LoadSample {
        let mut waits = std::mem::take(&mut self.waits);
        waits.sort_unstable();
        let rank = (waits.len() * 95).div_ceil(100).saturating_sub(1);
        LoadSample {
            started: std::mem::take(&mut self.started),
            p95_wait: waits.get(rank).copied().unwrap_or_default(),
            service: self.service,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_of_the_interval_and_the_service_time_is_a_mean() {
        let ms = Duration::from_millis;
        let mut load = Load::default();
        (1..=100).for_each(|wait| load.started(ms(wait)));
        load.ended(ms(160));
        load.ended(ms(320));
        let sample = load.sample();
        assert_eq!((sample.started, sample.p95_wait), (100, ms(95)));
        assert_eq!(sample.service, Some(ms(170)));
        let idle = load.sample();
        assert_eq!((idle.started, idle.p95_wait), (0, Duration::ZERO));
        assert_eq!(idle.service, Some(ms(170)));
        (0..1_000).for_each(|_| load.started(ms(7)));
        assert_eq!(load.waits.len(), WAITS);
    }
}
