//! What a problem package is, once it is read: plain values, paths to data that stays on disk.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use super::error::PackageWarning;
use super::groups::{GroupConfig, TestGroup};
use super::jury::JurySubmission;
use super::programs::ProgramSource;
use super::time_limits::TimeLimit;
use crate::ids::{ContentHash, ProblemId};
use crate::validation::Flags;

/// A problem package read from a directory.
#[derive(Clone, Debug)]
pub struct ProblemPackage {
    /// The base name of its directory.
    pub id: ProblemId,
    /// Its name, in English where it has one.
    pub name: String,
    /// Its names by language code; empty when only one without a language is given.
    pub names: BTreeMap<String, String>,
    /// Hash of every path and content in it.
    pub hash: ContentHash,
    /// Where it lies, absolute.
    pub root: PathBuf,
    /// Which version of the format it speaks.
    pub format: Format,
    /// What kind of problem it is.
    pub kind: ProblemKind,
    /// Limits, defaults filled in.
    pub limits: PackageLimits,
    /// The CPU limit of one run, or how to find it.
    pub time_limit: TimeLimit,
    /// Every testcase in judging order: samples first, then lexicographic by base name at each level.
    pub testcases: Vec<Testcase>,
    /// The tree of groups; the first one is the root, which holds `sample` and `secret`.
    pub groups: Vec<TestGroup>,
    /// How output is judged.
    pub validation: Validation,
    /// The custom grader, where there is one.
    pub grader: Option<ProgramSource>,
    /// The one static validator (2025-09, "Static validator"): judges the sources of a submission, not its output.
    pub static_validator: Option<ProgramSource>,
    /// Programs that check the inputs, each of which every input must pass; `.viva` and `.ctd` files are not among them.
    pub input_validators: Vec<ProgramSource>,
    /// Files compiled together with every submission, by language code or `default`.
    pub includes: Vec<IncludedFiles>,
    /// The jury's own submissions.
    pub submissions: Vec<JurySubmission>,
    /// The statement files.
    pub statements: Vec<Statement>,
    /// Language codes submissions may use; `None` for all.
    pub languages: Option<Vec<String>>,
    /// Values of `{{name}}` in validators, included files, jury submissions and group settings (2025-09 "Constants");
    /// [`super::constants::substitute`] puts them in. Empty in the legacy formats, which know none.
    pub constants: BTreeMap<String, String>,
    /// Whether submissions may write files into their working directory (2025-09 `allow_file_writing`, default false; the
    /// legacy formats forbid nothing).
    pub allow_file_writing: bool,
    /// Who made it, where it is from, when it may be shown.
    pub about: About,
    /// What is odd about it.
    pub warnings: Vec<PackageWarning>,
}

impl ProblemPackage {
    /// What this package needs that is not judged yet; empty when it can be judged.
    #[must_use]
    pub fn unsupported(&self) -> Vec<Unsupported> {
        let named_validator = self
            .testcases
            .iter()
            .any(|testcase| testcase.validator.is_some());
        [(
            named_validator && matches!(self.validation, Validation::Default(_)),
            Unsupported::NamedValidator,
        )]
        .into_iter()
        .filter_map(|(needed, what)| needed.then_some(what))
        .collect()
    }

    /// The settings of the group a testcase is in.
    #[must_use]
    pub fn group_of(&self, testcase: &Testcase) -> &GroupConfig {
        &self.groups[testcase.group].config
    }
}

/// What a package can ask for that is not judged yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Unsupported {
    /// A group asks for an output validator by a name that does not exist.
    NamedValidator,
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NamedValidator => "a group names an output validator that does not exist",
        })
    }
}

/// A version of the problem package format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Format {
    /// `legacy`, also when no version is given.
    #[serde(rename = "legacy")]
    Legacy,
    /// `legacy-icpc`, the subset of it that ICPC uses.
    #[serde(rename = "legacy-icpc")]
    LegacyIcpc,
    /// `2025-09`, and its drafts under their older names.
    #[serde(rename = "2025-09")]
    V2025_09,
}

impl Format {
    /// Whether this is one of the two formats before 2025-09.
    #[must_use]
    pub fn is_legacy(self) -> bool {
        matches!(self, Self::Legacy | Self::LegacyIcpc)
    }
}

/// What kind of problem it is. All false: a pass-fail problem whose submissions read input and write output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProblemKind {
    /// Accepted submissions get a score; otherwise pass-fail.
    pub scoring: bool,
    /// The output validator talks to the submission.
    pub interactive: bool,
    /// The output validator may ask for another pass with new input.
    pub multi_pass: bool,
    /// Submissions are the answers themselves.
    pub submit_answer: bool,
    /// The output validator writes `score.txt` (legacy `validation: custom score`).
    pub custom_score: bool,
    /// Less is better (legacy `grading.objective: min`).
    pub minimise: bool,
}

/// Limits of a package with the typical system defaults filled in (legacy and 2025-09, "Limits").
#[derive(Clone, Debug, PartialEq)]
pub struct PackageLimits {
    /// Memory of a run, bytes. Default 2048 MiB.
    pub memory_bytes: u64,
    /// Whether the package asks for that memory itself.
    pub memory_given: bool,
    /// Output of a run, bytes. Default 8 MiB.
    pub output_bytes: u64,
    /// All source files of a submission together, bytes. Default 128 KiB.
    pub code_bytes: u64,
    /// Default 60 s.
    pub compilation_time: Duration,
    /// Default 2048 MiB.
    pub compilation_memory_bytes: u64,
    /// Of one run of an output validator. Default 60 s.
    pub validation_time: Duration,
    /// Default 2048 MiB.
    pub validation_memory_bytes: u64,
    /// Default 8 MiB.
    pub validation_output_bytes: u64,
    /// Passes of a multi-pass problem. Default 2.
    pub validation_passes: u32,
}

/// One testcase: an input and its answer.
#[derive(Clone, Debug)]
pub struct Testcase {
    /// Path below `data/` without extension: `secret/group1/03`.
    pub name: String,
    /// The `.in` file, absolute.
    pub input: PathBuf,
    /// The `.ans` file, absolute.
    pub answer: PathBuf,
    /// Size of the input.
    pub input_bytes: u64,
    /// Size of the answer.
    pub answer_bytes: u64,
    /// Whether it is under `data/sample`.
    pub is_sample: bool,
    /// All flags its output validators get, the package's first, then the group's.
    pub validator_flags: Vec<String>,
    /// The same flags as the default output validator understands them, when that one judges.
    pub flags: Flags,
    /// The one validator its group names (legacy `output_validator_flags` as a map); `None`: all of them.
    pub validator: Option<String>,
    /// Set for the static validation test case of a group (2025-09, "Static validation test cases"): the static validator
    /// judges the sources with these arguments, and nothing is run. Its input and answer are `/dev/null`.
    pub static_validation: Option<Vec<String>>,
    /// Arguments of the input validators.
    pub input_validator_args: InputValidatorArgs,
    /// Whether input, output and answer may be shown to somebody who failed it (2025-09 `full_feedback`).
    pub full_feedback: bool,
    /// Feedback for somebody who failed it (`.hint`, 2025-09 `hint`).
    pub hint: Option<String>,
    /// Arguments of the submission (2025-09 `args`).
    pub args: Vec<String>,
    /// Input files for the working directory (2025-09 `.files`): name and absolute path.
    pub files: Vec<(String, PathBuf)>,
    /// Index of its group in [`ProblemPackage::groups`].
    pub group: usize,
}

/// Arguments of the input validators of a testcase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputValidatorArgs {
    /// The same for each.
    Each(Vec<String>),
    /// By name of the validator; the others get none.
    Named(BTreeMap<String, Vec<String>>),
}

impl InputValidatorArgs {
    /// Those of the input validator `name`; a name may stand without the extension of its file.
    #[must_use]
    pub fn of(&self, name: &str) -> &[String] {
        match self {
            Self::Each(args) => args,
            Self::Named(named) => {
                let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
                named
                    .get(name)
                    .or_else(|| named.get(stem))
                    .map_or(&[], Vec::as_slice)
            }
        }
    }
}

impl Default for InputValidatorArgs {
    fn default() -> Self {
        Self::Each(Vec::new())
    }
}

/// What a package says about itself that nothing is judged by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// `uuid`.
    pub uuid: Option<String>,
    /// `version` (2025-09).
    pub version: Option<String>,
    /// Names of the authors: `author` (legacy), `credits.authors` or `credits` (2025-09).
    pub authors: Vec<String>,
    /// Where the problem was first used: `source`, names only.
    pub sources: Vec<String>,
    /// `license`, `unknown` where none is given.
    pub license: String,
    /// `rights_owner`.
    pub rights_owner: Option<String>,
    /// `keywords`.
    pub keywords: Vec<String>,
    /// `embargo_until` (2025-09) as it is written: a date, or a date and time in UTC.
    pub embargo_until: Option<String>,
}

/// How output is judged.
#[derive(Clone, Debug)]
pub enum Validation {
    /// By the default output validator; these are the package's flags, each testcase has its own in [`Testcase::flags`].
    Default(Flags),
    /// By the package's own programs, all of which must accept.
    Custom {
        /// In lexicographic order by name.
        validators: Vec<ProgramSource>,
        /// `validator_flags` of `problem.yaml`.
        flags: Vec<String>,
    },
}

/// Files compiled together with each submission in one language; they replace files of the submission with the same name.
#[derive(Clone, Debug)]
pub struct IncludedFiles {
    /// A language code as the format spells it, or `default` for those without their own.
    pub language: String,
    /// The files.
    pub program: ProgramSource,
}

/// A statement in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Language code; `en` where the file names none.
    pub language: String,
    /// The `.tex`, `.md` or `.pdf` file, absolute.
    pub path: PathBuf,
}
