//! Holding a judgement against what was promised.

use std::collections::HashMap;

use super::{Expectation, Glob, Kept, Requirement, ScorePromise, stands_for};
use crate::grading::{Grading, TestcaseResult};
use crate::judgements::{RunReport, VerdictReport};
use crate::packages::ProblemPackage;
use crate::verdicts::Verdict;

/// Scores this near are the same: people write thirds with two or more decimals.
const SCORE_TOLERANCE: f64 = 1e-6;

/// A judgement beside its package.
struct Judged<'a> {
    package: &'a ProblemPackage,
    report: &'a VerdictReport,
    runs: HashMap<&'a str, &'a RunReport>,
}

impl Expectation {
    /// Whether `report`, a judgement of the submission that promised this, keeps it.
    #[must_use]
    pub fn judge(&self, package: &ProblemPackage, report: &VerdictReport) -> Kept {
        let judged = Judged {
            package,
            report,
            runs: report
                .runs
                .iter()
                .map(|run| (run.testcase.as_str(), run))
                .collect(),
        };
        if report.verdict == Verdict::Je {
            let reason = report.staff_message.as_deref().unwrap_or(&report.message);
            return Kept::No(format!("judge error: {reason}"));
        }
        let by_verdict = self.final_verdict(report.verdict);
        match &by_verdict {
            Some(Kept::Yes) => return judged.score(self.score),
            Some(no) if self.requirements.is_empty() || report.verdict == Verdict::Ce => {
                return no.clone();
            }
            _ if report.verdict == Verdict::Ce => {
                return Kept::No("it does not compile".to_owned());
            }
            _ => {}
        }
        let mut open = None;
        for rule in &self.requirements {
            match judged.requirement(rule) {
                Kept::Yes => {}
                Kept::Open(missing) => open = open.or(Some(missing)),
                // What the final verdict says is the shorter story.
                Kept::No(reason) => return by_verdict.unwrap_or(Kept::No(reason)),
            }
        }
        match open {
            Some(missing) => Kept::Open(missing),
            None => judged.score(self.score),
        }
    }

    fn final_verdict(&self, found: Verdict) -> Option<Kept> {
        if self.final_verdicts.is_empty() {
            return None;
        }
        let as_promised = self
            .final_verdicts
            .iter()
            .any(|promised| stands_for(*promised, found));
        Some(if as_promised {
            Kept::Yes
        } else {
            Kept::No(format!(
                "got {found}, expected {}",
                list(&self.final_verdicts)
            ))
        })
    }
}

impl Judged<'_> {
    fn requirement(&self, rule: &Requirement) -> Kept {
        let (permitted, required) = rule.verdicts();
        let scope = rule.scope.as_ref();
        let names = self.package.testcases.iter().map(|case| case.name.as_str());
        let names: Vec<&str> = names
            .filter(|name| scope.is_none_or(|scope| scope.covers(name)))
            .collect();
        let runs: Vec<&RunReport> = names
            .iter()
            .filter_map(|name| self.runs.get(name))
            .copied()
            .collect();
        let is_one_of = |verdicts: &[Verdict], found| {
            verdicts.is_empty() || verdicts.iter().any(|verdict| stands_for(*verdict, found))
        };
        if let Some(run) = runs.iter().find(|run| !is_one_of(&permitted, run.verdict)) {
            let permitted = list(&permitted);
            return Kept::No(format!(
                "got {} on {}, {} permits {permitted}",
                run.verdict, run.testcase, rule.from
            ));
        }
        let missing = names.iter().find(|name| !self.runs.contains_key(*name));
        let undecided = |reason: String| match missing {
            Some(missing) => Kept::Open(format!("{reason}, but {missing} was not judged")),
            None => Kept::No(reason),
        };
        // Of no testcase at all nothing can be required.
        let nothing = names.is_empty();
        if !nothing
            && !required.is_empty()
            && !runs.iter().any(|run| is_one_of(&required, run.verdict))
        {
            let required = list(&required);
            return undecided(format!(
                "no testcase ended in {required}, which {} requires",
                rule.from
            ));
        }
        if let Some(message) = &rule.message
            && !message.is_empty()
            && !runs.iter().any(|run| {
                let said = run.judge_message.as_deref();
                said.is_some_and(|said| said.contains(message.as_str()))
            })
        {
            return undecided(format!("no judge message contains {message:?}"));
        }
        rule.score
            .map_or(Kept::Yes, |range| self.score_within(scope, range))
    }

    fn score_within(&self, scope: Option<&Glob>, (least, most): (f64, f64)) -> Kept {
        let within = |score: f64| {
            let slack = SCORE_TOLERANCE * score.abs().max(1.0);
            least - slack <= score && score <= most + slack
        };
        let wrong = |score: f64, whose: &str| {
            Kept::No(format!(
                "got the score {score}{whose}, expected {least} to {most}"
            ))
        };
        let Some(scope) = scope else {
            let score = self.report.score.unwrap_or(0.0);
            return if within(score) {
                Kept::Yes
            } else {
                wrong(score, "")
            };
        };
        let groups = self.package.groups.iter().zip(self.group_scores());
        for (group, score) in groups.filter(|(group, _)| scope.matches(&group.name)) {
            match score {
                Some(score) if within(score) => {}
                Some(score) => return wrong(score, &format!(" in {}", group.name)),
                None => return Kept::Open(format!("{} was not judged to its end", group.name)),
            }
        }
        Kept::Yes
    }

    /// The score of each group, from the runs of the judgement.
    fn group_scores(&self) -> Vec<Option<f64>> {
        let mut grading = Grading::new(self.package);
        for (index, testcase) in self.package.testcases.iter().enumerate() {
            if let Some(run) = self.runs.get(testcase.name.as_str()) {
                let result = TestcaseResult {
                    verdict: run.verdict,
                    score: run.score,
                    multiplier: None,
                };
                grading.record(index, result);
            }
        }
        grading.group_scores()
    }

    fn score(&self, promise: ScorePromise) -> Kept {
        match promise {
            ScorePromise::Any => Kept::Yes,
            ScorePromise::Exactly(score) => self.score_within(None, (score, score)),
            ScorePromise::NotBest => {
                let range = self.package.groups.first().map(|root| root.config.range);
                let (least, most) = range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
                let best = if self.package.kind.minimise {
                    least
                } else {
                    most
                };
                match self.report.score {
                    Some(score) if (score - best).abs() <= SCORE_TOLERANCE => Kept::No(format!(
                        "got the best score, {score}, although only a part is promised"
                    )),
                    _ => Kept::Yes,
                }
            }
        }
    }
}

fn list(verdicts: &[Verdict]) -> String {
    let codes: Vec<&str> = verdicts.iter().map(|verdict| verdict.code()).collect();
    codes.join(" or ")
}
