//! Admission: who may submit now. Pure cores (bucket, quota, breaker, shedding, fairness, drain rate) under one short lock
//! ([`AdmissionGate`]), a submit path that ends in a durable receipt ([`Reception`]), and an actor that keeps the counts right
//! ([`Admission`]).
//!
//! Order: idempotency, token bucket, quota, breaker, shedding, expected wait, fairness, durable accept. (Who asks and whether the
//! submission is valid is settled at the edges.) Every refusal has a stable code, a sentence and an honest time to come back.

mod actor;
mod config;
mod cores;
mod drain;
mod fairness;
mod gate;
mod load;
mod quota;
mod reception;
mod refusal;
mod shedding;
#[cfg(test)]
mod tests;
mod token_bucket;

pub use actor::Admission;
pub use config::AdmissionConfig;
pub use drain::DrainRate;
pub use fairness::{FairnessConfig, goes_direct, max_min};
pub use gate::{AdmissionGate, Admitted, Client, GateStatus, Outcome, Rule, STORE_BREAKER, Ticket};
pub use quota::{QuotaLimits, QuotaLog, QuotaWindow};
pub use reception::{Receipt, Reception};
pub use refusal::{Refusal, RefusalKind};
pub use shedding::{Shedding, SheddingConfig, Waiting};
pub use token_bucket::{BucketLimits, TokenBucket};
