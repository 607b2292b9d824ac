//! Fair shares between tenants: who is over its share, and how slots divide among demands (max-min). Pure.
//!
//! The dynamic threshold of a shared buffer: a tenant goes direct while its outstanding work is below `alpha` times what is left of
//! the buffer, so that one tenant alone may use much and many tenants share. Over it, its work is accepted but deferred.

use serde::{Deserialize, Serialize};

/// The threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FairnessConfig {
    /// Share of the free buffer one tenant may hold.
    pub alpha: f64,
    /// The buffer: outstanding submissions of all tenants.
    pub buffer: usize,
}

impl Default for FairnessConfig {
    fn default() -> Self {
        Self {
            alpha: 0.1,
            buffer: 1000,
        }
    }
}

/// Whether a tenant with `outstanding` of `total` submissions goes direct; else its next one is deferred.
#[must_use]
pub fn goes_direct(config: &FairnessConfig, outstanding: usize, total: usize) -> bool {
    let free = config.buffer.saturating_sub(total) as f64;
    // At least one each: a tenant with nothing outstanding is never over its share.
    outstanding == 0 || (outstanding as f64) < config.alpha * free
}

/// Divides `capacity` among `demands`, max-min fair: nobody gets more than asked, and nobody could get more without taking from
/// one who has no more than it.
#[must_use]
pub fn max_min(demands: &[usize], capacity: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..demands.len()).collect();
    order.sort_by_key(|index| demands[*index]);
    let (mut shares, mut left) = (vec![0; demands.len()], capacity);
    for (served, index) in order.iter().enumerate() {
        let share = left / (demands.len() - served);
        shares[*index] = demands[*index].min(share);
        left -= shares[*index];
    }
    // What did not divide evenly goes to the largest demands, one each.
    for index in order.iter().rev() {
        let extra = (demands[*index] - shares[*index]).min(left).min(1);
        shares[*index] += extra;
        left -= extra;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_flooding_tenant_is_over_its_share_and_a_new_one_never() {
        let config = FairnessConfig::default();
        assert!(goes_direct(&config, 40, 500));
        assert!(!goes_direct(&config, 60, 500));
        assert!(goes_direct(&config, 0, 5000));
    }

    #[test]
    fn small_demands_are_met_and_the_rest_divided() {
        assert_eq!(max_min(&[100, 1, 3], 10), [6, 1, 3]);
        assert_eq!(max_min(&[5, 5, 5], 10), [3, 3, 4]);
        assert_eq!(max_min(&[], 10), Vec::<usize>::new());
    }

    proptest! {
        #[test]
        fn is_max_min_fair(demands in prop::collection::vec(0usize..50, 1..12), capacity in 0usize..200) {
            let shares = max_min(&demands, capacity);
            let given: usize = shares.iter().sum();
            prop_assert_eq!(given, capacity.min(demands.iter().sum()), "work is conserved");
            for (index, share) in shares.iter().enumerate() {
                prop_assert!(*share <= demands[index]);
                if *share < demands[index] {
                    prop_assert!(shares.iter().all(|other| *other <= share + 1), "who got less than asked is behind nobody");
                }
            }
        }

        #[test]
        fn more_outstanding_never_helps(outstanding in 1usize..500, total in 0usize..2000) {
            let config = FairnessConfig::default();
            prop_assert!(goes_direct(&config, outstanding - 1, total) || !goes_direct(&config, outstanding, total));
        }
    }
}
