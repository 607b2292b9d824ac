//! Load shedding with hysteresis: low first, then normal, never high; the longest tenant first. Pure.
//!
//! Above `high_water` waiting it begins, below `low_water` it ends. While it lasts, a submission is refused when its tenant has
//! at least the mean of all tenants waiting, so a flood sheds itself and not its victims. Normal is touched only when shedding low
//! does not suffice: when low is less than a tenth of what waits, or half as many again wait as the mark. At twice the mark nobody's
//! low or normal passes.

use judging::submissions::Priority;
use serde::{Deserialize, Serialize};

/// The marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SheddingConfig {
    /// Above this many waiting, shedding begins.
    pub high_water: usize,
    /// Below this many waiting, it ends.
    pub low_water: usize,
}

impl Default for SheddingConfig {
    fn default() -> Self {
        Self {
            high_water: 1000,
            low_water: 500,
        }
    }
}

/// What waits, as a submission arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Of all tenants.
    pub total: usize,
    /// Of them with low priority.
    pub low: usize,
    /// Of the arriving one's tenant.
    pub of_tenant: usize,
    /// Tenants that have something waiting.
    pub tenants: usize,
}

/// Whether it sheds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shedding {
    active: bool,
}

impl Shedding {
    /// Follows the number of waiting submissions. Says whether it sheds.
    pub fn follow(&mut self, config: &SheddingConfig, total: usize) -> bool {
        if total > config.high_water {
            self.active = true;
        } else if total < config.low_water {
            self.active = false;
        }
        self.active
    }

    /// Whether it sheds.
    #[must_use]
    pub fn is_active(self) -> bool {
        self.active
    }

    /// Whether an arriving submission is to be refused.
    #[must_use]
    pub fn refuses(self, config: &SheddingConfig, priority: Priority, waiting: Waiting) -> bool {
        let touched = match priority {
            Priority::High => false,
            Priority::Low => self.active,
            Priority::Normal => {
                let low_is_few = waiting.low.saturating_mul(10) < waiting.total;
                self.active
                    && (low_is_few || waiting.total > config.high_water.saturating_mul(3) / 2)
            }
        };
        let longest = waiting.of_tenant.saturating_mul(waiting.tenants.max(1)) >= waiting.total;
        touched && (longest || waiting.total >= config.high_water.saturating_mul(2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn active() -> Shedding {
        Shedding { active: true }
    }

    fn check(priority: Priority, waiting: Waiting, refused: bool) {
        assert_eq!(
            active().refuses(&SheddingConfig::default(), priority, waiting),
            refused,
            "{priority:?} {waiting:?}"
        );
    }

    #[test]
    fn hysteresis_between_the_marks() {
        let (config, mut shedding) = (SheddingConfig::default(), Shedding::default());
        let said: Vec<bool> = [1000, 1001, 1000, 500, 499, 1000, 1001]
            .map(|total| shedding.follow(&config, total))
            .into();
        assert_eq!(said, [false, true, true, true, false, false, true]);
    }

    #[test]
    fn low_goes_first_then_normal_never_high() {
        let mixed = Waiting {
            total: 1100,
            low: 600,
            of_tenant: 1100,
            tenants: 1,
        };
        check(Priority::Low, mixed, true);
        check(Priority::Normal, mixed, false);
        check(Priority::High, mixed, false);
        let normal = Waiting {
            total: 1100,
            low: 0,
            of_tenant: 1100,
            tenants: 1,
        };
        check(Priority::Normal, normal, true);
        check(
            Priority::High,
            Waiting {
                total: 100_000,
                ..normal
            },
            false,
        );
    }

    #[test]
    fn a_flood_sheds_itself_and_not_its_victims() {
        let flood = Waiting {
            total: 1100,
            low: 0,
            of_tenant: 1060,
            tenants: 11,
        };
        check(Priority::Normal, flood, true);
        check(
            Priority::Normal,
            Waiting {
                of_tenant: 4,
                ..flood
            },
            false,
        );
        check(
            Priority::Normal,
            Waiting {
                of_tenant: 4,
                total: 2000,
                ..flood
            },
            true,
        );
    }

    proptest! {
        #[test]
        fn keeps_its_order(total in 0usize..4000, low in 0usize..4000, of_tenant in 0usize..4000, tenants in 1usize..50, on: bool) {
            let (low, of_tenant) = (low.min(total), of_tenant.min(total));
            let waiting = Waiting { total, low, of_tenant, tenants };
            let shedding = Shedding { active: on };
            let refuses = |priority| shedding.refuses(&SheddingConfig::default(), priority, waiting);
            prop_assert!(!refuses(Priority::High));
            prop_assert!(!refuses(Priority::Normal) || refuses(Priority::Low), "low goes before normal");
            prop_assert!(on || !refuses(Priority::Low));
            if refuses(Priority::Normal) {
                let longer = Waiting { of_tenant: total, ..waiting };
                prop_assert!(shedding.refuses(&SheddingConfig::default(), Priority::Normal, longer), "the longest is never spared");
            }
        }

        #[test]
        fn the_state_changes_only_at_the_marks(totals in prop::collection::vec(0usize..1500, 1..200)) {
            let (config, mut shedding) = (SheddingConfig::default(), Shedding::default());
            for total in totals {
                let before = shedding.is_active();
                let after = shedding.follow(&config, total);
                prop_assert!(before || !after || total > 1000);
                prop_assert!(!before || after || total < 500);
            }
        }
    }
}
