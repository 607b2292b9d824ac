//! Problem packages: a directory read into values. The only I/O of this crate.
//!
//! Formats: `legacy`, `legacy-icpc`, `2025-09` and its drafts, as the Kattis/ICPC problem package format specifies them, read
//! leniently: what a real jury gets wrong without changing what is judged becomes a [`PackageWarning`]; what would change a
//! verdict is a [`PackageError`] that names the file and the rule.

mod about;
pub mod archives;
pub mod constants;
mod default_grader;
mod error;
mod expectations;
mod fields;
mod group_settings;
mod groups;
mod hash;
mod ini;
mod jury;
mod limits;
mod lint;
mod load;
mod metadata;
mod newer_groups;
mod package;
mod programs;
mod score_rules;
mod statements;
mod submissions_json;
mod submissions_yaml;
mod testdata;
mod testlib;
#[cfg(test)]
mod tests;
pub mod time_limits;
mod tree;

pub use error::{PackageError, PackageWarning};
pub use groups::{
    DefaultGrader, Grader, GroupConfig, GroupItem, OnReject, ScoreAggregation, ScoreMode,
    StaticValidation, TestGroup, VerdictMode,
};
pub use jury::JurySubmission;
pub use lint::{Deviation, lint};
pub use load::load;
pub use package::{
    About, Format, IncludedFiles, InputValidatorArgs, PackageLimits, ProblemKind, ProblemPackage,
    Statement, Testcase, Unsupported, Validation,
};
pub use programs::{ProgramFile, ProgramSource};
pub use time_limits::{TimeLimit, TimeLimitSource};
