//! What validators may and must write about scores: `score.txt` and `score_multiplier.txt`.

use super::{Decision, SCORE, SCORE_MULTIPLIER};
use crate::grading::largest_testcase_score;
use crate::packages::{ProblemPackage, ScoreAggregation};
use crate::validation::parse_float;

/// What a validator may write about the score of one testcase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScoreRule {
    /// Nothing, and this is why.
    Forbidden(&'static str),
    /// Anything; it is not looked at (2025-09, "Samples for judging team submissions").
    Ignored,
    /// `score.txt` or nothing (packages of drafts whose groups are graded as in legacy: problemtools, custom scores).
    Allowed,
    /// `score.txt`, whenever it accepts (legacy `validation: custom score`).
    Required,
    /// `score_multiplier.txt`, `score.txt` up to this largest score, or nothing (2025-09, "Scoring test cases").
    Bounded(f64),
    /// `score.txt`, whenever it accepts (2025-09, a testcase without a largest score).
    Unbounded,
}

/// What a validator wrote, read.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scores {
    /// `score.txt`.
    pub score: Option<f64>,
    /// `score_multiplier.txt`.
    pub multiplier: Option<f64>,
}

impl ScoreRule {
    /// The rule for the testcase at `index` of a package.
    #[must_use]
    pub fn of(package: &ProblemPackage, index: usize) -> Self {
        let testcase = &package.testcases[index];
        let kind = package.kind;
        if package.format.is_legacy() {
            return match (kind.custom_score, kind.scoring) {
                (true, true) => Self::Required,
                (true, false) => Self::Forbidden("the problem is not scoring"),
                (false, _) => Self::Forbidden("validation is not \"custom score\""),
            };
        }
        if !kind.scoring {
            return Self::Forbidden("the problem is not scoring");
        }
        if testcase.is_sample {
            return Self::Ignored;
        }
        let config = &package.groups[testcase.group].config;
        match config.aggregation {
            None if package.groups[0].config.aggregation.is_none() => Self::Allowed,
            None | Some(ScoreAggregation::PassFail) => {
                Self::Forbidden("its group has pass-fail aggregation")
            }
            Some(ScoreAggregation::Min | ScoreAggregation::Sum) => {
                largest_testcase_score(package, index).map_or(Self::Unbounded, Self::Bounded)
            }
        }
    }

    /// What a testcase is worth with these, where they say so; a multiplier is of the largest score.
    #[must_use]
    pub fn worth(self, scores: Scores) -> Option<f64> {
        match (scores, self) {
            (
                Scores {
                    score: Some(score), ..
                },
                _,
            ) => Some(score),
            (
                Scores {
                    multiplier: Some(multiplier),
                    ..
                },
                Self::Bounded(largest),
            ) => Some(multiplier * largest),
            _ => None,
        }
    }

    /// The score that a testlib checker gave beside its acceptance, if it gave any (`quitp`, `_pc`).
    ///
    /// # Errors
    /// Points that the testcase cannot give: a judge error.
    pub fn points(self, points: Option<f64>) -> Result<Scores, String> {
        let score = match self {
            Self::Forbidden(_) | Self::Ignored => None,
            Self::Allowed | Self::Required | Self::Bounded(_) | Self::Unbounded => points,
        };
        let scores = Scores {
            score,
            multiplier: None,
        };
        self.check(scores).map(|()| scores)
    }

    /// Reads what was written beside `decision`.
    ///
    /// # Errors
    /// What the validator did that it must not: a judge error.
    pub fn read(
        self,
        decision: &Decision,
        score: Option<&str>,
        multiplier: Option<&str>,
    ) -> Result<Scores, String> {
        let legacy = matches!(
            self,
            Self::Allowed | Self::Required | Self::Forbidden("validation is not \"custom score\"")
        );
        let multiplier = multiplier.filter(|_| !legacy);
        if self == Self::Ignored {
            return Ok(Scores::default());
        }
        if score.is_some() && multiplier.is_some() {
            return Err(format!(
                "wrote both {} and {}",
                SCORE.name, SCORE_MULTIPLIER.name
            ));
        }
        let (name, written) = match (score, multiplier) {
            (Some(_), _) => (SCORE.name, true),
            (None, Some(_)) => (SCORE_MULTIPLIER.name, true),
            (None, None) => (SCORE.name, false),
        };
        match (decision, self) {
            (Decision::Reject, _) if written => {
                return Err(format!(
                    "rejected the output and wrote {name}, which only goes with acceptance"
                ));
            }
            (Decision::Accept, Self::Forbidden(why)) if written => {
                return Err(format!("wrote {name}, although {why}"));
            }
            (Decision::Accept, Self::Required | Self::Unbounded) if score.is_none() => {
                return Err(format!(
                    "accepted the output and did not write {}",
                    SCORE.name
                ));
            }
            (Decision::Accept, Self::Unbounded) if multiplier.is_some() => {
                return Err(format!(
                    "wrote {name}, although the testcase has no largest score"
                ));
            }
            (Decision::Accept, _) => {}
            (Decision::Reject | Decision::JudgeError(_), _) => return Ok(Scores::default()),
        }
        let scores = Scores {
            score: score.map(|text| number(text, SCORE.name)).transpose()?,
            multiplier: multiplier
                .map(|text| number(text, SCORE_MULTIPLIER.name))
                .transpose()?,
        };
        self.check(scores)?;
        Ok(scores)
    }

    fn check(self, scores: Scores) -> Result<(), String> {
        if let Some(multiplier) = scores.multiplier
            && !(0.0..=1.0).contains(&multiplier)
        {
            return Err(format!(
                "wrote {multiplier} into {}, which must be from 0 to 1",
                SCORE_MULTIPLIER.name
            ));
        }
        let Some(score) = scores.score else {
            return Ok(());
        };
        match self {
            Self::Bounded(_) | Self::Unbounded if score < 0.0 => Err(format!(
                "wrote {score} into {}, which must not be negative",
                SCORE.name
            )),
            // A third of 100, written with some digits, is not above a third of 100.
            Self::Bounded(most) if score > most + most.abs() * 1e-9 => Err(format!(
                "wrote {score} into {}, which is above the testcase's largest score {most}",
                SCORE.name
            )),
            _ => Ok(()),
        }
    }
}

fn number(text: &str, file: &str) -> Result<f64, String> {
    match parse_float(text.trim().as_bytes()) {
        Some(value) if value.is_finite() => Ok(value),
        _ => Err(format!("wrote {text:?} into {file}, which is not a number")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        rule: ScoreRule,
        decision: &Decision,
        score: Option<&str>,
        multiplier: Option<&str>,
        expected: Result<(Option<f64>, Option<f64>), &str>,
    ) {
        let found = rule.read(decision, score, multiplier);
        let found = found.map(|scores| (scores.score, scores.multiplier));
        assert_eq!(
            found,
            expected.map_err(str::to_owned),
            "{rule:?} {decision:?} {score:?} {multiplier:?}"
        );
    }

    #[test]
    fn a_multiplier_is_of_the_largest_score() {
        let check = |rule: ScoreRule, score, multiplier, expected| {
            assert_eq!(
                rule.worth(Scores { score, multiplier }),
                expected,
                "{rule:?}"
            );
        };
        check(ScoreRule::Bounded(40.0), None, Some(0.25), Some(10.0));
        check(ScoreRule::Bounded(40.0), Some(3.0), None, Some(3.0));
        check(ScoreRule::Bounded(40.0), None, None, None);
        check(ScoreRule::Required, Some(7.0), None, Some(7.0));
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "one table of cases")]
    fn who_accepts_may_give_the_scores_the_rule_allows() {
        use Decision::Accept;
        use ScoreRule::{Bounded, Forbidden, Ignored, Required, Unbounded};
        let forbidden = Forbidden("the problem is not scoring");
        check(forbidden, &Accept, None, None, Ok((None, None)));
        check(
            forbidden,
            &Accept,
            Some("1"),
            None,
            Err("wrote score.txt, although the problem is not scoring"),
        );
        check(
            forbidden,
            &Accept,
            None,
            Some("1"),
            Err("wrote score_multiplier.txt, although the problem is not scoring"),
        );
        check(Ignored, &Accept, Some("x"), Some("y"), Ok((None, None)));
        check(
            Required,
            &Accept,
            Some(" -2.5\n"),
            None,
            Ok((Some(-2.5), None)),
        );
        check(
            Required,
            &Accept,
            None,
            None,
            Err("accepted the output and did not write score.txt"),
        );
        check(
            Required,
            &Accept,
            Some(""),
            None,
            Err("wrote \"\" into score.txt, which is not a number"),
        );
        check(
            Required,
            &Accept,
            Some("inf"),
            None,
            Err("wrote \"inf\" into score.txt, which is not a number"),
        );
        check(
            Required,
            &Accept,
            Some("3"),
            Some("0.5"),
            Ok((Some(3.0), None)),
        );
        check(Bounded(10.0), &Accept, None, None, Ok((None, None)));
        check(
            Bounded(10.0),
            &Accept,
            None,
            Some("0.25"),
            Ok((None, Some(0.25))),
        );
        check(
            Bounded(10.0),
            &Accept,
            None,
            Some("1.5"),
            Err("wrote 1.5 into score_multiplier.txt, which must be from 0 to 1"),
        );
        check(
            Bounded(10.0),
            &Accept,
            Some("10"),
            None,
            Ok((Some(10.0), None)),
        );
        check(
            Bounded(10.0),
            &Accept,
            Some("11"),
            None,
            Err("wrote 11 into score.txt, which is above the testcase's largest score 10"),
        );
        check(
            Bounded(10.0),
            &Accept,
            Some("-1"),
            None,
            Err("wrote -1 into score.txt, which must not be negative"),
        );
        check(
            Bounded(10.0),
            &Accept,
            Some("1"),
            Some("1"),
            Err("wrote both score.txt and score_multiplier.txt"),
        );
        check(Unbounded, &Accept, Some("1e6"), None, Ok((Some(1e6), None)));
        check(
            Unbounded,
            &Accept,
            None,
            Some("0.5"),
            Err("accepted the output and did not write score.txt"),
        );
    }

    #[test]
    fn who_rejects_gives_no_score() {
        use Decision::Reject;
        let error = Err("rejected the output and wrote score.txt, which only goes with acceptance");
        check(ScoreRule::Required, &Reject, Some("0"), None, error);
        check(ScoreRule::Forbidden("x"), &Reject, Some("0"), None, error);
        check(ScoreRule::Bounded(1.0), &Reject, Some("0"), None, error);
        check(
            ScoreRule::Bounded(1.0),
            &Reject,
            None,
            None,
            Ok((None, None)),
        );
        check(
            ScoreRule::Ignored,
            &Reject,
            Some("0"),
            None,
            Ok((None, None)),
        );
        let failed = Decision::JudgeError("x".to_owned());
        check(ScoreRule::Required, &failed, None, None, Ok((None, None)));
    }
}
