//! A circuit breaker: pure, the clock is an argument.
//!
//! Closed until `failures` in a row, then open for `open_for`; then half-open: one probe at a time, whose success closes and
//! whose failure opens again. A probe that never reports counts as lost after `open_for`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// When a breaker opens and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BreakerConfig {
    /// Failures in a row that open it.
    pub failures: u32,
    /// Seconds it stays open.
    pub open_seconds: u64,
}

impl Default for BreakerConfig {
    fn default() -> Self {
        Self {
            failures: 5,
            open_seconds: 30,
        }
    }
}

/// What a breaker does with requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreakerState {
    /// Lets everything through.
    Closed,
    /// Refuses everything.
    Open,
    /// Lets one probe through.
    HalfOpen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed { failures: u32 },
    Open { until: Duration },
    HalfOpen { probe_until: Option<Duration> },
}

/// One breaker. `now` is monotonic time.
#[derive(Clone, Debug)]
pub struct Breaker {
    config: BreakerConfig,
    state: State,
}

impl Breaker {
    /// A closed breaker.
    #[must_use]
    pub fn new(config: BreakerConfig) -> Self {
        Self {
            config,
            state: State::Closed { failures: 0 },
        }
    }

    fn open_for(&self) -> Duration {
        Duration::from_secs(self.config.open_seconds)
    }

    /// How long a request must wait to get through; `None` when it may go now. Changes nothing.
    #[must_use]
    pub fn wait(&self, now: Duration) -> Option<Duration> {
        let until = match self.state {
            State::Closed { .. } => return None,
            State::Open { until } => until,
            State::HalfOpen { probe_until } => probe_until?,
        };
        Some(until.saturating_sub(now)).filter(|wait| !wait.is_zero())
    }

    /// Takes note that a request goes through, which [`Breaker::wait`] allowed.
    pub fn enter(&mut self, now: Duration) {
        if !matches!(self.state, State::Closed { .. }) {
            self.state = State::HalfOpen {
                probe_until: Some(now + self.open_for()),
            };
        }
    }

    /// Takes note of a success: closes it, unless it is open and this is a straggler from before.
    pub fn succeeded(&mut self) {
        if !matches!(self.state, State::Open { .. }) {
            self.state = State::Closed { failures: 0 };
        }
    }

    /// Takes note of a failure.
    pub fn failed(&mut self, now: Duration) {
        let opened = State::Open {
            until: now + self.open_for(),
        };
        self.state = match self.state {
            State::Closed { failures } if failures + 1 < self.config.failures => State::Closed {
                failures: failures + 1,
            },
            State::Closed { .. } | State::HalfOpen { .. } => opened,
            // A straggler: it does not prolong.
            open @ State::Open { .. } => open,
        };
    }

    /// What it does at `now`.
    #[must_use]
    pub fn state(&self, now: Duration) -> BreakerState {
        match self.state {
            State::Closed { .. } => BreakerState::Closed,
            State::Open { until } if now < until => BreakerState::Open,
            State::Open { .. } | State::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn opens_after_five_probes_after_thirty_and_closes_on_success() {
        let mut breaker = Breaker::new(BreakerConfig::default());
        (0..4).for_each(|_| breaker.failed(s(1)));
        breaker.succeeded();
        (0..4).for_each(|_| breaker.failed(s(2)));
        assert_eq!(breaker.wait(s(2)), None, "never five in a row");
        breaker.failed(s(2));
        assert_eq!(
            (breaker.state(s(2)), breaker.wait(s(12))),
            (BreakerState::Open, Some(s(20)))
        );
        breaker.succeeded();
        assert_eq!(
            breaker.state(s(12)),
            BreakerState::Open,
            "a straggler does not close it"
        );
        assert_eq!(
            (breaker.state(s(32)), breaker.wait(s(32))),
            (BreakerState::HalfOpen, None)
        );
        breaker.enter(s(32));
        assert_eq!(breaker.wait(s(33)), Some(s(29)), "one probe at a time");
        breaker.failed(s(34));
        assert_eq!(breaker.wait(s(34)), Some(s(30)));
        breaker.enter(s(64));
        breaker.succeeded();
        assert_eq!(
            (breaker.state(s(65)), breaker.wait(s(65))),
            (BreakerState::Closed, None)
        );
    }

    #[test]
    fn a_probe_that_never_reports_does_not_shut_it_for_ever() {
        let mut breaker = Breaker::new(BreakerConfig {
            failures: 1,
            open_seconds: 30,
        });
        breaker.failed(s(0));
        breaker.enter(s(30));
        assert_eq!(
            (breaker.wait(s(59)), breaker.wait(s(60))),
            (Some(s(1)), None)
        );
    }

    proptest! {
        /// Whatever happens: it refuses only after enough failures in a row, says honestly how long, and lets at most one
        /// unreported probe through at a time.
        #[test]
        fn holds_its_promises(steps in prop::collection::vec((0u64..20, 0u8..3), 1..200)) {
            let mut breaker = Breaker::new(BreakerConfig::default());
            let (mut now, mut in_a_row, mut probe_at) = (Duration::ZERO, 0, None::<Duration>);
            for (gap, step) in steps {
                now += s(gap);
                match step {
                    0 => { breaker.succeeded(); in_a_row = 0; probe_at = None }
                    1 => { breaker.failed(now); in_a_row += 1; probe_at = None }
                    _ => match breaker.wait(now) {
                        Some(wait) => {
                            prop_assert!(in_a_row >= 5 || probe_at.is_some() || breaker.state(now) == BreakerState::Open);
                            prop_assert!(wait <= s(30));
                            prop_assert_eq!(breaker.wait(now + wait), None, "the wait is honest");
                        }
                        None => {
                            let half_open = breaker.state(now) == BreakerState::HalfOpen;
                            prop_assert!(!half_open || probe_at.is_none_or(|at| now >= at + s(30)));
                            breaker.enter(now);
                            probe_at = half_open.then_some(now);
                        }
                    },
                }
            }
        }
    }
}
