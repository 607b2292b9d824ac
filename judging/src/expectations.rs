//! What a jury submission promises, and whether a judgement kept it. `gavel verify` asks [`Expectation::judge`] and nothing else.
//!
//! Two ways of promising exist, and both are honoured:
//!
//! - **By testcases** (2025-09, "Example submissions"; the table of the legacy text): every testcase ends in a permitted verdict,
//!   at least one in a required one; scores, messages; for all testcases or those a glob names.
//! - **By the final verdict**: what problemtools and DOMjudge hold legacy packages against, hence what their authors have seen
//!   pass. A legacy directory is therefore kept when the final verdict is the promised one *or* its testcases are as the
//!   text says: a slow program that gave a wrong answer first is as promised once it was slow later. DOMjudge's annotations
//!   are final verdicts only.
//!
//! A judgement that stopped early shows some testcases only. What they show can break a promise for good; what they do not
//! show leaves it [`Kept::Open`]: judge the rest (`Grading::judging_all`) and ask again.
//!
//! MLE counts as RTE and OLE as WA or RTE, because the formats know AC, WA, TLE and RTE only.

mod check;
mod glob;
#[cfg(test)]
mod tests;

pub use glob::Glob;

use crate::verdicts::Verdict;

/// What must come of a jury submission.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expectation {
    /// Final verdicts of which one is enough; empty where only testcases count.
    pub final_verdicts: Vec<Verdict>,
    /// What holds for testcases, all of it; empty where only the final verdict counts.
    pub requirements: Vec<Requirement>,
    /// What its score must be, besides.
    pub score: ScorePromise,
}

/// What is promised about the score as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum ScorePromise {
    /// Nothing.
    #[default]
    Any,
    /// Not the best one (legacy `partially_accepted`): less than the largest of the range, more than the smallest where
    /// the objective is `min`.
    NotBest,
    /// This one (DOMjudge `@EXPECTED_SCORE@`).
    Exactly(f64),
}

/// One set of rules for the testcases of a submission, as an entry of `submissions.yaml` has them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Requirement {
    /// Where it was found, for messages: `accepted`, `mixed/*.py`.
    pub from: String,
    /// The testcases and groups it is about, below `data/`; `None` for all.
    pub scope: Option<Glob>,
    /// No testcase may end in anything else; empty for anything.
    pub permitted: Vec<Verdict>,
    /// At least one testcase must end in one of these; empty for anything.
    pub required: Vec<Verdict>,
    /// The lowest and highest score allowed.
    pub score: Option<(f64, f64)>,
    /// Must be in at least one judge message.
    pub message: Option<String>,
    /// Whether it takes part in finding the time limit.
    pub time_limit: TimeLimitUse,
}

impl Requirement {
    /// The permitted and the required verdicts, with what taking part in the time limit adds: "`lower` [...] is equivalent to
    /// a `permitted: [AC, WA, RTE]` constraint, and `upper` to a `required: [TLE]` constraint".
    fn verdicts(&self) -> (Vec<Verdict>, Vec<Verdict>) {
        let (mut permitted, mut required) = (self.permitted.clone(), self.required.clone());
        match self.time_limit {
            TimeLimitUse::Lower if permitted.is_empty() => {
                permitted = vec![Verdict::Ac, Verdict::Wa, Verdict::Rte];
            }
            TimeLimitUse::Lower => permitted.retain(|verdict| *verdict != Verdict::Tle),
            TimeLimitUse::Upper if required.is_empty() || required.contains(&Verdict::Tle) => {
                required = vec![Verdict::Tle];
            }
            TimeLimitUse::Upper | TimeLimitUse::ByVerdicts | TimeLimitUse::No => {}
        }
        (permitted, required)
    }
}

/// How a requirement takes part in finding the time limit (2025-09, "Timelimit inference").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeLimitUse {
    /// As its verdicts say: from below when TLE is not permitted, from above when only TLE is required.
    #[default]
    ByVerdicts,
    /// Not at all (`false`).
    No,
    /// From below (`lower`).
    Lower,
    /// From above (`upper`).
    Upper,
}

/// How the runs of a submission bound the time limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The time limit must be at least `ac_to_time_limit` times the slowest such run.
    pub lower: bool,
    /// It must be at most the slowest such run of the submission divided by `time_limit_to_tle`.
    pub upper: bool,
}

/// Whether a promise was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It was.
    Yes,
    /// It was not; the reason.
    No(String),
    /// Testcases decide that were not judged; which is missing.
    Open(String),
}

impl Expectation {
    /// Only a final verdict, one of these.
    #[must_use]
    pub fn of_final(verdicts: &[Verdict]) -> Self {
        Self {
            final_verdicts: verdicts.to_vec(),
            ..Self::default()
        }
    }

    /// The final verdicts it comes down to, for people: `[AC]`, `[RTE, TLE]`.
    #[must_use]
    pub fn verdicts(&self) -> Vec<Verdict> {
        if !self.final_verdicts.is_empty() {
            return self.final_verdicts.clone();
        }
        let all = [Verdict::Ac, Verdict::Wa, Verdict::Tle, Verdict::Rte];
        let allowed = |verdict: &Verdict| {
            self.requirements
                .iter()
                .filter(|rule| rule.scope.is_none())
                .all(|rule| {
                    (rule.permitted.is_empty() || rule.permitted.contains(verdict))
                        && (rule.required.is_empty() || rule.required.contains(verdict))
                })
        };
        all.into_iter().filter(allowed).collect()
    }

    /// Whether a run of the testcase `name` bounds the time limit. Legacy packages: only from `accepted`, which the reading
    /// of directories sees to.
    #[must_use]
    pub fn bounds(&self, name: &str) -> Bounds {
        let mut bounds = Bounds::default();
        for rule in &self.requirements {
            if rule.scope.as_ref().is_some_and(|scope| !scope.covers(name)) {
                continue;
            }
            match rule.time_limit {
                TimeLimitUse::No => {}
                TimeLimitUse::Lower => bounds.lower = true,
                TimeLimitUse::Upper => bounds.upper = true,
                TimeLimitUse::ByVerdicts => {
                    bounds.lower |=
                        !rule.permitted.is_empty() && !rule.permitted.contains(&Verdict::Tle);
                    bounds.upper |= rule.required == [Verdict::Tle];
                }
            }
        }
        bounds
    }

    /// Whether any run of it can bound the time limit from below: those are the submissions to measure.
    #[must_use]
    pub fn bounds_from_below(&self) -> bool {
        self.requirements.iter().any(|rule| match rule.time_limit {
            TimeLimitUse::Lower => true,
            TimeLimitUse::ByVerdicts => {
                !rule.permitted.is_empty() && !rule.permitted.contains(&Verdict::Tle)
            }
            TimeLimitUse::No | TimeLimitUse::Upper => false,
        })
    }
}

/// Whether a verdict is as good as the one that was promised: the formats know AC, WA, TLE and RTE, CE only by directory.
pub(crate) fn stands_for(promised: Verdict, found: Verdict) -> bool {
    match promised {
        Verdict::Wa => matches!(found, Verdict::Wa | Verdict::Ole),
        Verdict::Rte => matches!(found, Verdict::Rte | Verdict::Mle | Verdict::Ole),
        // One that writes without end runs into its time limit where output is cut off and thrown away (DOMjudge).
        Verdict::Tle => matches!(found, Verdict::Tle | Verdict::Ole),
        promised => promised == found,
    }
}
