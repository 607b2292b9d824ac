//! The actors, one per file, in the order a submission meets them.

pub mod admission;
pub mod autoscaler;
pub mod breaker;
pub mod clock;
pub mod compile_cache;
pub mod event_log;
pub mod janitor;
pub mod job_source;
pub mod judge;
pub mod pool;
pub mod problems;
pub mod sandbox;
pub mod scheduler;
pub mod scoreboard;
pub mod sessions;
pub mod store;
pub mod supervision;
#[cfg(test)]
mod testing;
pub mod toolchains;
