//! Problem packages: a directory read into values. The only I/O of this crate.
//!
//! Formats: `legacy`, `legacy-icpc`, `2025-09` and its drafts, as the Kattis/ICPC problem package format specifies them, read
//! leniently: what a real jury gets wrong without changing what is judged becomes a [`PackageWarning`]; what would change a
//! verdict is a [`PackageError`] that names the file and the rule.

mod error;
mod expectations;
mod fields;
mod group_settings;
mod groups;
mod hash;
mod load;
mod metadata;
mod package;
mod programs;
mod statements;
mod testdata;
#[cfg(test)]
mod tests;
pub mod time_limits;
mod tree;

pub use error::{PackageError, PackageWarning};
pub use groups::{
    DefaultGrader, Grader, GroupConfig, GroupItem, OnReject, ScoreAggregation, ScoreMode,
    TestGroup, VerdictMode,
};
pub use load::load;
pub use package::{
    Format, IncludedFiles, PackageLimits, ProblemKind, ProblemPackage, Statement, Testcase,
    Unsupported, Validation,
};
pub use programs::{Expectation, JurySubmission, ProgramFile, ProgramSource};
pub use time_limits::{TimeLimit, TimeLimitSource};
