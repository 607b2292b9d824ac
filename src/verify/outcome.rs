//! What came of verifying, in the shape of `gavel verify --json` and of the HTTP answer.

use serde::Serialize;
use utoipa::ToSchema;

use super::ledger::Cost;
use super::limits::Margins;

/// The word in place of a verdict for submissions nobody can run here.
pub(crate) const SKIPPED: &str = "skipped";

/// One jury submission.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    /// The problem's id.
    pub(crate) problem: String,
    /// Path below `submissions/`: `accepted/joe.cpp`.
    pub(crate) submission: String,
    /// Its language; null when nobody knows it.
    pub(crate) language: Option<String>,
    /// The final verdicts its place comes down to; empty when it promises nothing.
    pub(crate) expected: Vec<&'static str>,
    /// Its verdict, or `skipped`.
    pub(crate) verdict: &'static str,
    /// Its score, for scoring problems.
    pub(crate) score: Option<f64>,
    /// Whether the promise was kept. A submission that promises nothing breaks none; a skipped one is never ok.
    pub(crate) ok: bool,
    /// CPU time of its slowest run.
    pub(crate) slowest_cpu_ms: Option<f64>,
    /// CPU limit of its runs.
    pub(crate) time_limit_ms: Option<f64>,
    /// Why the promise is not kept, why it was skipped, or what decided.
    pub(crate) reason: Option<String>,
    /// Whether it was left out because its language is not to be had here.
    pub(crate) skipped: bool,
    /// Runs that were made.
    pub(crate) runs: usize,
    /// Testcases of the problem.
    pub(crate) testcases: usize,
    /// CPU time of all its runs.
    pub(crate) cpu_ms: f64,
    /// Largest memory of a run.
    pub(crate) memory_bytes: u64,
}

/// How many submissions ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Counts {
    /// All of them.
    pub(crate) submissions: usize,
    /// Promise kept.
    pub(crate) as_promised: usize,
    /// Promise broken.
    pub(crate) violated: usize,
    /// Not run, as their language is not to be had here.
    pub(crate) skipped: usize,
    /// Run, and nothing was promised.
    pub(crate) unpromised: usize,
}

impl Counts {
    /// Counts one more.
    pub(crate) fn add(&mut self, line: &Line) {
        self.submissions += 1;
        let counter = match line {
            line if line.skipped => &mut self.skipped,
            line if !line.ok => &mut self.violated,
            line if line.expected.is_empty() => &mut self.unpromised,
            _ => &mut self.as_promised,
        };
        *counter += 1;
    }

    /// Adds those of another package.
    pub(crate) fn add_all(&mut self, other: &Self) {
        self.submissions += other.submissions;
        self.as_promised += other.as_promised;
        self.violated += other.violated;
        self.skipped += other.skipped;
        self.unpromised += other.unpromised;
    }
}

/// One package, verified.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Verified {
    /// The problem's id.
    pub(crate) problem: String,
    /// How its submissions ended.
    #[serde(flatten)]
    pub(crate) counts: Counts,
    /// How much room there is around its time limit.
    #[serde(flatten)]
    pub(crate) margins: Margins,
    /// What to look at: a tight limit, a warning of the package.
    pub(crate) warnings: Vec<String>,
}

/// A package that cannot be judged with.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Broken {
    /// As it was given.
    pub(crate) problem: String,
    /// Stable, for programs.
    pub(crate) code: String,
    /// The file and the rule.
    pub(crate) message: String,
}

/// The last line of `gavel verify --json`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary<'a> {
    /// Always true: tells this line from the others.
    pub(crate) summary: bool,
    /// Whether every promise was kept and no package was broken; skipped submissions do not count.
    pub(crate) ok: bool,
    /// Packages that were verified.
    pub(crate) problems: usize,
    #[serde(flatten)]
    pub(crate) counts: Counts,
    #[serde(flatten)]
    pub(crate) cost: Cost,
    /// Peak memory of this process, without the programs it ran.
    pub(crate) peak_rss_bytes: Option<u64>,
    /// A package each.
    pub(crate) margins: &'a [Verified],
    /// Packages that could not be read or judged.
    pub(crate) broken: &'a [Broken],
}
