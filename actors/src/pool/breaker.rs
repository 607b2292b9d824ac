//! The circuit breaker of a wall: a pure state machine over moments. Work waits while it is open.

use std::time::Duration;

/// When the breaker opens and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerConfig {
    /// Failures in a row that open it.
    pub failures: u32,
    /// How long it stays open before one probe is let through.
    pub open_for: Duration,
}

impl Default for BreakerConfig {
    /// 5 failures, 30 s.
    fn default() -> Self {
        Self {
            failures: 5,
            open_for: Duration::from_secs(30),
        }
    }
}

/// Where a breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerReport {
    /// Everything passes.
    Closed {
        /// Failures in a row so far.
        failures: u32,
    },
    /// Nothing passes for that long.
    Open {
        /// Until a probe is let through.
        retry_in: Duration,
    },
    /// One probe is under way; its end decides.
    HalfOpen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed { failures: u32 },
    Open { until: Duration },
    HalfOpen { probe_until: Duration },
}

/// The machine.
#[derive(Clone, Debug)]
pub(super) struct Breaker {
    config: BreakerConfig,
    state: State,
}

impl Breaker {
    pub(super) fn new(config: BreakerConfig) -> Self {
        Self {
            config,
            state: State::Closed { failures: 0 },
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed { .. })
    }

    /// Whether something may pass at `now`; if not, in how long to ask again. Letting something pass after the open time makes
    /// it the probe; a probe that says nothing for as long as the breaker was open gives way to another one.
    pub(super) fn admit(&mut self, now: Duration) -> Result<(), Duration> {
        let blocked_until = match self.state {
            State::Closed { .. } => return Ok(()),
            State::Open { until } => until,
            State::HalfOpen { probe_until } => probe_until,
        };
        if now < blocked_until {
            return Err(blocked_until - now);
        }
        self.state = State::HalfOpen {
            probe_until: now + self.config.open_for,
        };
        Ok(())
    }

    pub(super) fn succeeded(&mut self) {
        self.state = State::Closed { failures: 0 };
    }

    pub(super) fn failed(&mut self, now: Duration) {
        let open = State::Open {
            until: now + self.config.open_for,
        };
        self.state = match self.state {
            State::Closed { failures } if failures + 1 < self.config.failures => State::Closed {
                failures: failures + 1,
            },
            // What was under way when it opened does not keep it open for longer.
            State::Open { until } => State::Open { until },
            State::Closed { .. } | State::HalfOpen { .. } => open,
        };
    }

    pub(super) fn report(&self, now: Duration) -> BreakerReport {
        match self.state {
            State::Closed { failures } => BreakerReport::Closed { failures },
            State::Open { until } => BreakerReport::Open {
                retry_in: until.saturating_sub(now),
            },
            State::HalfOpen { .. } => BreakerReport::HalfOpen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: fn(u64) -> Duration = Duration::from_secs;

    fn opened() -> Breaker {
        let mut breaker = Breaker::new(BreakerConfig::default());
        for _ in 0..5 {
            assert_eq!(breaker.admit(S(0)), Ok(()));
            breaker.failed(S(0));
        }
        breaker
    }

    #[test]
    fn five_failures_in_a_row_open_it() {
        let mut breaker = Breaker::new(BreakerConfig::default());
        for _ in 0..4 {
            breaker.failed(S(0));
        }
        breaker.succeeded();
        for _ in 0..4 {
            breaker.failed(S(0));
        }
        assert!(breaker.is_closed());
        breaker.failed(S(1));
        assert_eq!(breaker.admit(S(11)), Err(S(20)));
        assert_eq!(
            breaker.report(S(11)),
            BreakerReport::Open { retry_in: S(20) }
        );
    }

    #[test]
    fn one_probe_decides() {
        let mut breaker = opened();
        assert_eq!(breaker.admit(S(30)), Ok(()));
        assert_eq!(breaker.admit(S(31)), Err(S(29)));
        breaker.failed(S(32));
        assert_eq!(breaker.admit(S(61)), Err(S(1)));
        assert_eq!(breaker.admit(S(62)), Ok(()));
        breaker.succeeded();
        assert!(breaker.is_closed());
    }

    #[test]
    fn a_silent_probe_gives_way_to_another() {
        let mut breaker = opened();
        assert_eq!(breaker.admit(S(30)), Ok(()));
        assert_eq!(breaker.admit(S(60)), Ok(()));
    }
}
