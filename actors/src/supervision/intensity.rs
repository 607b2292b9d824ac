//! How many panics are too many: a pure window over moments.

use std::collections::VecDeque;
use std::time::Duration;

/// The bound on restarts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intensity {
    /// Restarts that are granted within the window; one more gives up.
    pub max: usize,
    /// The window.
    pub window: Duration,
    /// Delay before the first restart; doubles with each panic in the window.
    pub first_delay: Duration,
    /// The longest delay.
    pub longest_delay: Duration,
}

impl Default for Intensity {
    fn default() -> Self {
        Self {
            max: 3,
            window: Duration::from_secs(5),
            first_delay: Duration::from_millis(10),
            longest_delay: Duration::from_millis(500),
        }
    }
}

/// What to do after a panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Restart after this delay.
    RestartAfter(Duration),
    /// Too many: escalate.
    GiveUp,
}

/// The panics of one actor within its window.
#[derive(Clone, Debug)]
pub struct RestartWindow {
    intensity: Intensity,
    panics: VecDeque<Duration>,
}

impl RestartWindow {
    /// An empty window.
    #[must_use]
    pub fn new(intensity: Intensity) -> Self {
        Self {
            intensity,
            panics: VecDeque::with_capacity(intensity.max + 1),
        }
    }

    /// Takes note of a panic at `now` (monotonic) and decides.
    pub fn panicked(&mut self, now: Duration) -> Verdict {
        let window = self.intensity.window;
        self.panics.retain(|at| now.saturating_sub(*at) <= window);
        self.panics.push_back(now);
        if self.panics.len() > self.intensity.max {
            return Verdict::GiveUp;
        }
        let doublings = u32::try_from(self.panics.len() - 1)
            .unwrap_or(u32::MAX)
            .min(16);
        let delay = self.intensity.first_delay.saturating_mul(1 << doublings);
        Verdict::RestartAfter(delay.min(self.intensity.longest_delay))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(at_ms: &[u64], expected: &str) {
        let mut window = RestartWindow::new(Intensity::default());
        let said: Vec<String> = at_ms
            .iter()
            .map(|ms| match window.panicked(Duration::from_millis(*ms)) {
                Verdict::RestartAfter(delay) => format!("{}", delay.as_millis()),
                Verdict::GiveUp => "x".to_owned(),
            })
            .collect();
        assert_eq!(said.join(" "), expected);
    }

    #[test]
    fn three_in_five_seconds_are_granted_with_a_growing_delay() {
        check(&[0, 100, 200, 300], "10 20 40 x");
    }

    #[test]
    fn panics_that_are_far_apart_never_give_up() {
        check(&[0, 6_000, 12_000, 18_000, 24_000], "10 10 10 10 10");
    }

    proptest! {
        #[test]
        fn gives_up_exactly_when_more_than_max_fall_into_one_window(mut gaps in prop::collection::vec(0u64..4000, 1..40)) {
            let mut now = 0;
            for gap in &mut gaps { now += *gap; *gap = now; }
            let mut window = RestartWindow::new(Intensity::default());
            for (index, at) in gaps.iter().enumerate() {
                let gave_up = window.panicked(Duration::from_millis(*at)) == Verdict::GiveUp;
                let in_window = gaps[..=index].iter().filter(|earlier| at - **earlier <= 5000).count();
                prop_assert_eq!(gave_up, in_window > 3);
            }
        }
    }
}
