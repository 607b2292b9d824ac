//! Every number of admission, with the defaults of the design.

use serde::{Deserialize, Serialize};

use super::fairness::FairnessConfig;
use super::quota::QuotaLimits;
use super::shedding::SheddingConfig;
use super::token_bucket::BucketLimits;
use crate::breaker::BreakerConfig;

/// The configuration of admission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdmissionConfig {
    /// Bucket of each user.
    pub user_bucket: BucketLimits,
    /// Bucket of each IP address.
    pub ip_bucket: BucketLimits,
    /// Quota of each user.
    pub quota: QuotaLimits,
    /// Load shedding.
    pub shedding: SheddingConfig,
    /// Circuit breakers.
    pub breaker: BreakerConfig,
    /// Shares between tenants.
    pub fairness: FairnessConfig,
    /// Longest expected wait of a run on custom input, in seconds.
    pub run_wait_seconds: f64,
    /// Users and addresses that are remembered at most; a stranger is refused while all of them are active.
    pub remembered_clients: usize,
    /// Seconds to wait for the log before the store counts as failing.
    pub store_timeout_seconds: u64,
}

impl Default for AdmissionConfig {
    fn default() -> Self {
        Self {
            user_bucket: BucketLimits::default(),
            ip_bucket: BucketLimits::default(),
            quota: QuotaLimits::default(),
            shedding: SheddingConfig::default(),
            breaker: BreakerConfig::default(),
            fairness: FairnessConfig::default(),
            run_wait_seconds: 5.0,
            remembered_clients: 100_000,
            store_timeout_seconds: 5,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_fill_what_is_not_said_and_mistakes_are_refused() {
        let partly: AdmissionConfig =
            serde_json::from_str(r#"{"shedding":{"high_water":10}}"#).expect("it parses");
        assert_eq!(
            (
                partly.shedding.high_water,
                partly.shedding.low_water,
                partly.user_bucket.burst
            ),
            (10, 500, 10)
        );
        assert!(serde_json::from_str::<AdmissionConfig>(r#"{"sheding":{}}"#).is_err());
    }
}
