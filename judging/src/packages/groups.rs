//! The tree of test groups and how each adds up the results of what is in it.

use serde::Serialize;

/// A group of testcases and groups: a directory below `data/`.
#[derive(Clone, Debug, PartialEq)]
pub struct TestGroup {
    /// Path below `data/`: empty for the root, `secret/group1`.
    pub name: String,
    /// Index of the group that holds it; `None` for the root.
    pub parent: Option<usize>,
    /// What is in it, in judging order.
    pub items: Vec<GroupItem>,
    /// How it is judged, inherited settings filled in.
    pub config: GroupConfig,
}

/// A member of a group, by index into the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupItem {
    /// A testcase.
    Testcase(usize),
    /// A group.
    Group(usize),
}

/// How a group is judged.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupConfig {
    /// What happens after the first item that is not accepted.
    pub on_reject: OnReject,
    /// Who adds the results up.
    pub grader: Grader,
    /// Score of an accepted testcase without a score of its own.
    pub accept_score: f64,
    /// Score of a rejected testcase.
    pub reject_score: f64,
    /// Lowest and highest score of the group.
    pub range: (f64, f64),
    /// How scores add up in 2025-09; `None` in legacy, where [`GroupConfig::grader`] says it.
    pub aggregation: Option<ScoreAggregation>,
    /// Names of groups that must be accepted first (2025-09 `require_pass`).
    pub require_pass: Vec<String>,
    /// Whether input, output and answer may be shown for a failed testcase.
    pub full_feedback: bool,
    /// The static validation test case of the group (2025-09 `static_validation_score`).
    pub static_validation: Option<StaticValidation>,
}

impl Default for GroupConfig {
    fn default() -> Self {
        Self {
            on_reject: OnReject::Break,
            grader: Grader::Default(DefaultGrader::default()),
            accept_score: 1.0,
            reject_score: 0.0,
            range: (f64::NEG_INFINITY, f64::INFINITY),
            aggregation: None,
            require_pass: Vec::new(),
            full_feedback: false,
            static_validation: None,
        }
    }
}

/// What the static validator is asked about a group (2025-09, "Static validation test cases").
#[derive(Clone, Debug, PartialEq)]
pub struct StaticValidation {
    /// Its largest score; `None` for `pass-fail`.
    pub max_score: Option<f64>,
    /// Arguments after its own three.
    pub args: Vec<String>,
}

/// What happens after the first item of a group that is not accepted (legacy `on_reject`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum OnReject {
    /// The rest of the group is skipped.
    #[default]
    Break,
    /// The rest of the group is judged too.
    Continue,
}

/// Who adds up the results of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grader {
    /// The default grader of the legacy format.
    Default(DefaultGrader),
    /// The package's own program.
    Custom {
        /// Its arguments.
        flags: Vec<String>,
    },
}

/// Settings of the default grader (legacy, "Default Grader Specification").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DefaultGrader {
    /// How the verdict is found.
    pub verdict: VerdictMode,
    /// How the score is found.
    pub score: ScoreMode,
    /// Only the second result, `secret`, counts; at the root only.
    pub ignore_sample: bool,
    /// One accepted result makes the group accepted.
    pub accept_if_any_accepted: bool,
}

/// How the default grader finds the verdict of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VerdictMode {
    /// The first of JE, RTE, MLE, TLE, OLE, WA that occurs.
    #[default]
    WorstError,
    /// The first that is not accepted.
    FirstError,
    /// Accepted, whatever happens.
    AlwaysAccept,
}

/// How the default grader finds the score of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ScoreMode {
    /// The sum.
    #[default]
    Sum,
    /// The average.
    Avg,
    /// The smallest.
    Min,
    /// The largest.
    Max,
}

/// How the scores of a group add up in 2025-09.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScoreAggregation {
    /// All of `max_score` when everything is accepted, else nothing.
    PassFail,
    /// The sum.
    Sum,
    /// The smallest.
    Min,
}
