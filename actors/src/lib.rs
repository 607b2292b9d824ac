//! The actors, one per file, in the order a submission meets them.

pub mod event_log;
pub mod job_source;
