//! The rules of judging: vocabulary, problem packages, verdicts, contests and scoreboards.
//!
//! Pure functions over data. This crate runs nothing, knows no clock and no actor: it says what to run
//! and what the outcome means. It reads a problem package from a directory into values, and that is its only I/O.

pub mod contests;
pub mod events;
pub mod evidence;
pub mod expectations;
pub mod grading;
pub mod ids;
pub mod judgements;
pub mod packages;
pub mod rules;
pub mod scoreboards;
pub mod submissions;
pub mod testlib;
pub mod times;
pub mod validation;
pub mod validators;
pub mod verdicts;
mod yaml;
