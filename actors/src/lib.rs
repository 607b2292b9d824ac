//! The actors, one per file, in the order a submission meets them.

pub mod clock;
pub mod event_log;
pub mod job_source;
pub mod supervision;
