//! Which priority is served next: 6:3:1 among those that wait. Pure.
//!
//! Smooth weighted choice: each waiting class earns its weight per pick, the richest is served and pays what all earned. A class
//! that does not wait earns nothing and loses what it had, so an idle class saves up no claim; what it owes it keeps, so that
//! coming and going is no way to be served more often.

use judging::submissions::Priority;

/// The classes, in the order of [`Weights`].
pub(crate) const CLASSES: [Priority; 3] = [Priority::High, Priority::Normal, Priority::Low];

/// How often each class is served while all wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    /// Of [`Priority::High`].
    pub high: u32,
    /// Of [`Priority::Normal`].
    pub normal: u32,
    /// Of [`Priority::Low`].
    pub low: u32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            high: 6,
            normal: 3,
            low: 1,
        }
    }
}

/// The memory of the choice.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    weights: [i64; 3],
    credit: [i64; 3],
}

impl Choice {
    pub(crate) fn new(weights: Weights) -> Self {
        // A weight of zero would starve its class.
        let weights =
            [weights.high, weights.normal, weights.low].map(|weight| i64::from(weight.max(1)));
        Self {
            weights,
            credit: [0; 3],
        }
    }

    /// Chooses among the classes that wait; `None` when none does.
    pub(crate) fn next(&mut self, waits: [bool; 3]) -> Option<Priority> {
        let mut best: Option<usize> = None;
        let mut earned = 0;
        for (class, waits) in waits.into_iter().enumerate() {
            if !waits {
                self.credit[class] = self.credit[class].min(0);
                continue;
            }
            self.credit[class] += self.weights[class];
            earned += self.weights[class];
            if best.is_none_or(|best| self.credit[class] > self.credit[best]) {
                best = Some(class);
            }
        }
        let best = best?;
        self.credit[best] -= earned;
        Some(CLASSES[best])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn count(picks: &[Priority], class: Priority) -> usize {
        picks.iter().filter(|pick| **pick == class).count()
    }

    #[test]
    fn ten_picks_of_full_queues_are_six_three_one() {
        let mut choice = Choice::new(Weights::default());
        let picks: Vec<Priority> = (0..10).filter_map(|_| choice.next([true; 3])).collect();
        assert_eq!(CLASSES.map(|class| count(&picks, class)), [6, 3, 1]);
        assert_eq!(choice.next([false; 3]), None);
    }

    /// Seen once: debts were forgiven to whoever stopped waiting for a moment, and `low` waited for 16 picks of 15.
    #[test]
    fn who_comes_and_goes_keeps_its_debts() {
        let mut choice = Choice::new(Weights {
            high: 3,
            normal: 11,
            low: 1,
        });
        for _ in 0..2 {
            assert_eq!(
                choice.next([false, true, true]),
                Some(Priority::Normal),
                "its first turn, and the next after a moment away"
            );
            choice.next([true, false, true]);
        }
        let waited = (0..15).position(|_| choice.next([true; 3]) == Some(Priority::Low));
        assert!(waited.is_some(), "low is served within a round");
    }

    proptest! {
        #[test]
        fn whoever_waits_is_served_within_a_round_and_a_half(
            weights in (1u32..20, 1u32..20, 1u32..20),
            waits in prop::collection::vec(any::<(bool, bool)>(), 1..400),
        ) {
            let weights = Weights { high: weights.0, normal: weights.1, low: weights.2 };
            let round = weights.high + weights.normal + weights.low;
            let mut choice = Choice::new(weights);
            let mut without = 0;
            for (high, normal) in waits {
                // Low waits always, the others come and go.
                let pick = choice.next([high, normal, true]).expect("low waits");
                prop_assert!(pick != Priority::High || high, "only who waits is served");
                prop_assert!(pick != Priority::Normal || normal, "only who waits is served");
                without = if pick == Priority::Low { 0 } else { without + 1 };
                // Credits sum up to what the absent owe, at most a round, and low is passed over only while another has as much:
                // it climbs from a round of debt to half a round at most.
                prop_assert!(2 * without <= 3 * round, "low starved for {without} picks of {round}");
            }
        }

        #[test]
        fn shares_converge_to_the_weights(weights in (1u32..20, 1u32..20, 1u32..20), rounds in 1usize..20) {
            let weights = Weights { high: weights.0, normal: weights.1, low: weights.2 };
            let round = (weights.high + weights.normal + weights.low) as usize;
            let mut choice = Choice::new(weights);
            let picks: Vec<Priority> = (0..round * rounds).filter_map(|_| choice.next([true; 3])).collect();
            prop_assert_eq!(count(&picks, Priority::High), weights.high as usize * rounds);
            prop_assert_eq!(count(&picks, Priority::Low), weights.low as usize * rounds);
        }

        #[test]
        fn work_is_conserved(waits in prop::collection::vec(any::<[bool; 3]>(), 1..100)) {
            let mut choice = Choice::new(Weights::default());
            for waits in waits {
                prop_assert_eq!(choice.next(waits).is_some(), waits.contains(&true));
            }
        }
    }
}
