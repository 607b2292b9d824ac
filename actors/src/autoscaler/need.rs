//! How many slots a pool should keep ready: pure, time is an argument.
//!
//! `slots = ceil(λ·S/ρ + ready·S/T_drain)`: what the arrivals of λ jobs per second need, each holding a slot for S, at a
//! utilisation of ρ, and what drains those that wait within T_drain. When waits stay above the objective although that is
//! satisfied, a quarter more. Up at once, down one step at a time after a long look.
//!
//! **Invariants**: the answer lies between `min` and `max`, is never below what is running, and never falls twice within a
//! `LOOK`.

use std::time::Duration;

/// Utilisation that is aimed at.
const UTILISATION: f64 = 0.75;
/// Within this those that wait should be served.
const DRAIN: Duration = Duration::from_secs(30);
/// Samples in a row whose waits are too long before slots are added for that.
const TOO_LONG: u32 = 2;
/// How long little must be needed before a slot is given up.
const LOOK: Duration = Duration::from_secs(300);
/// What is little: less than this part of what there is.
const LITTLE: f64 = 0.6;

/// What is known about a pool at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Jobs that arrived since the last sample.
    pub arrived: u64,
    /// Time since the last sample.
    pub interval: Duration,
    /// Mean time a job holds a slot; `None` before one has.
    pub service: Option<Duration>,
    /// Jobs that wait.
    pub ready: usize,
    /// Slots at work.
    pub running: usize,
    /// Of 100 jobs 95 waited no longer.
    pub p95_wait: Duration,
}

/// Between what the answer may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Slots kept ready however little there is to do.
    pub min: usize,
    /// Slots there are.
    pub max: usize,
    /// Slots kept ready beyond those at work.
    pub spare: usize,
}

/// The memory of the reckoning for one pool.
#[derive(Clone, Debug)]
pub struct Need {
    bounds: Bounds,
    slo: Duration,
    current: usize,
    /// Arrivals per second, smoothed.
    rate: f64,
    too_long: u32,
    /// Since when little was needed.
    little_since: Option<Duration>,
}

/// What came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Slots that the formula asks for, whatever the bounds.
    pub needed: usize,
    /// Slots to be kept ready.
    pub live: usize,
}

impl Need {
    /// Begins with `min` slots; waits above `slo` are too long.
    #[must_use]
    pub fn new(bounds: Bounds, slo: Duration) -> Self {
        let max = bounds.max.max(1);
        let bounds = Bounds {
            min: bounds.min.clamp(1, max),
            max,
            spare: bounds.spare,
        };
        Self {
            current: bounds.min,
            bounds,
            slo,
            rate: 0.0,
            too_long: 0,
            little_since: None,
        }
    }

    /// Reckons with one more sample; `now` is monotonic.
    pub fn advise(&mut self, now: Duration, sample: Sample) -> Advice {
        let formula = self.formula(sample);
        let wanted = self
            .with_waits(sample, formula)
            .max(sample.running + self.bounds.spare);
        let target = wanted.clamp(self.bounds.min, self.bounds.max);
        if target > self.current {
            self.current = target;
            self.little_since = None;
        } else {
            self.perhaps_fall(now, wanted, sample.running);
        }
        Advice {
            needed: formula,
            live: self.current,
        }
    }

    fn formula(&mut self, sample: Sample) -> usize {
        let seconds = sample.interval.as_secs_f64();
        if seconds > 0.0 {
            // Half of the new, half of the old: one burst neither counts for ever nor is forgotten at once.
            self.rate = f64::midpoint(self.rate, sample.arrived as f64 / seconds);
        }
        let service = sample.service.unwrap_or_default().as_secs_f64();
        let need =
            self.rate * service / UTILISATION + sample.ready as f64 * service / DRAIN.as_secs_f64();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates, and is never negative"
        )]
        let slots = need.ceil() as usize;
        slots
    }

    /// A quarter more when waits stay too long.
    fn with_waits(&mut self, sample: Sample, formula: usize) -> usize {
        if sample.p95_wait <= self.slo {
            self.too_long = 0;
            return formula;
        }
        self.too_long += 1;
        if self.too_long < TOO_LONG {
            return formula;
        }
        self.too_long = 0;
        formula.max(self.current + self.current.div_ceil(4))
    }

    /// Gives up one slot when little was needed for long.
    fn perhaps_fall(&mut self, now: Duration, wanted: usize, running: usize) {
        if wanted as f64 >= LITTLE * self.current as f64 {
            self.little_since = None;
            return;
        }
        let since = *self.little_since.get_or_insert(now);
        if now.saturating_sub(since) < LOOK {
            return;
        }
        self.little_since = Some(now);
        self.current = (self.current - 1)
            .max(self.bounds.min)
            .max(running.min(self.current));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const S: Duration = Duration::from_secs(1);

    fn quiet() -> Sample {
        Sample {
            arrived: 0,
            interval: 5 * S,
            service: Some(S),
            ready: 0,
            running: 0,
            p95_wait: Duration::ZERO,
        }
    }

    fn need(min: usize, max: usize) -> Need {
        let bounds = Bounds { min, max, spare: 0 };
        Need::new(bounds, 5 * S)
    }

    #[test]
    fn the_formula() {
        // 6 jobs per second of 1 s at 75 %, and 60 that wait drained within 30 s.
        let mut need = need(1, 100);
        let busy = Sample {
            arrived: 60,
            ready: 60,
            ..quiet()
        };
        assert_eq!(
            need.advise(S, busy).needed,
            (6.0_f64 / 0.75 + 2.0).ceil() as usize
        );
        let unknown = Sample {
            service: None,
            ..busy
        };
        assert_eq!(need.advise(2 * S, unknown).needed, 0);
    }

    #[test]
    fn up_at_once_and_down_one_step_in_five_minutes() {
        let mut need = need(1, 8);
        let burst = Sample {
            ready: 240,
            ..quiet()
        };
        assert_eq!(need.advise(S, burst).live, 8);
        let mut falls = Vec::new();
        let mut before = 8;
        for tick in 1..=400_u32 {
            let live = need.advise(S + 5 * S * tick, quiet()).live;
            if live < before {
                assert_eq!(live, before - 1);
                falls.push(tick);
            }
            before = live;
        }
        assert_eq!(falls[..3], [61, 121, 181]);
        assert_eq!(before, 8 - falls.len());
    }

    #[test]
    fn long_waits_ask_for_a_quarter_more_at_the_second_sample() {
        let mut need = need(4, 20);
        let slow = Sample {
            p95_wait: 6 * S,
            running: 4,
            ..quiet()
        };
        assert_eq!(need.advise(S, slow).live, 4);
        assert_eq!(need.advise(2 * S, slow).live, 5);
        assert_eq!(need.advise(3 * S, slow).live, 5);
        assert_eq!(need.advise(4 * S, slow).live, 7);
    }

    #[test]
    fn spares_are_kept_beyond_what_runs() {
        let bounds = Bounds {
            min: 1,
            max: 4,
            spare: 1,
        };
        let mut need = Need::new(bounds, S);
        for (running, live) in [(0, 1), (1, 2), (2, 3), (4, 4)] {
            let sample = Sample { running, ..quiet() };
            assert_eq!(need.advise(S, sample).live, live);
        }
    }

    proptest! {
        /// Whatever happens: within the bounds, never below what runs, and never two steps down within a look.
        #[test]
        fn holds_its_promises(
            min in 0usize..6, max in 1usize..12, spare in 0usize..3,
            samples in prop::collection::vec((0u64..200, 0usize..100, 0usize..12, 0u64..20, 1u64..200), 1..200),
        ) {
            let mut need = Need::new(Bounds { min, max, spare }, 5 * S);
            let (mut now, mut live, mut fell) = (Duration::ZERO, need.current, None::<Duration>);
            for (arrived, ready, running, wait, gap) in samples {
                now += Duration::from_secs(gap);
                let running = running.min(live);
                let advice = need.advise(now, Sample {
                    arrived, ready, running,
                    interval: Duration::from_secs(gap),
                    service: Some(S),
                    p95_wait: Duration::from_secs(wait),
                });
                prop_assert!(advice.live >= min.min(max).max(1) && advice.live <= max);
                prop_assert!(advice.live >= running);
                if advice.live < live {
                    prop_assert_eq!(advice.live, live - 1);
                    prop_assert!(fell.is_none_or(|before| now - before >= LOOK));
                    fell = Some(now);
                }
                prop_assert!(advice.live >= advice.needed.min(max) || advice.live >= live.saturating_sub(1));
                live = advice.live;
            }
        }
    }
}
