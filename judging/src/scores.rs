//! Which score an output validator or static validator may give, and when giving one, or none, is a judge error.
//!
//! 2025-09, "Scoring test cases"; legacy, "Validation" and "Graders", where the text is silent as problemtools judges:
//! `score.txt` beside a rejection, in a problem that did not ask for it, or missing where it did, is a judge error.

use crate::grading::largest_testcase_score;
use crate::packages::{ProblemPackage, ScoreAggregation};
use crate::validation::parse_float;

/// What a validator left in its feedback directory, as text without surrounding white space.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScoreFiles<'a> {
    /// `score.txt`.
    pub score: Option<&'a str>,
    /// `score_multiplier.txt`.
    pub multiplier: Option<&'a str>,
    /// Whether it asked for another pass, of which the last one gives the score.
    pub another_pass: bool,
}

/// The score of a testcase, or the part of its largest score.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Awarded {
    /// The score itself.
    pub score: Option<f64>,
    /// The part of the largest score.
    pub multiplier: Option<f64>,
}

/// Reads what the validator of a testcase gave; `accepted` says what it decided.
///
/// # Errors
/// The rule it broke, naming the file, for staff: a judge error.
pub fn read(
    package: &ProblemPackage,
    testcase: usize,
    accepted: bool,
    files: ScoreFiles<'_>,
) -> Result<Awarded, String> {
    let score = || number("score.txt", files.score);
    if package.format.is_legacy() {
        let scores = package.kind.custom_score;
        return match files.score {
            Some(_) if !accepted => Err("it wrote score.txt, but rejected the output".to_owned()),
            Some(_) if !scores => {
                Err("it wrote score.txt, but validation does not say \"custom score\"".to_owned())
            }
            None if scores && accepted && !files.another_pass => Err(
                "it accepted without score.txt, although validation says \"custom score\""
                    .to_owned(),
            ),
            _ => Ok(Awarded {
                score: score()?,
                multiplier: None,
            }),
        };
    }
    let case = &package.testcases[testcase];
    let group = &package.groups[case.group];
    // "If a score.txt file is produced on sample test cases on a scoring problem, it is not an error, but simply ignored."
    if case.is_sample && package.kind.scoring {
        return Ok(Awarded::default());
    }
    let file = match (files.score, files.multiplier) {
        (None, None) => None,
        (Some(_), Some(_)) => {
            return Err("it wrote both score.txt and score_multiplier.txt".to_owned());
        }
        (Some(_), None) => Some("score.txt"),
        (None, Some(_)) => Some("score_multiplier.txt"),
    };
    let adds_up = matches!(
        group.config.aggregation,
        Some(ScoreAggregation::Sum | ScoreAggregation::Min)
    );
    match file {
        Some(file) if !package.kind.scoring => Err(format!(
            "it wrote {file}, but the problem is not of the type scoring"
        )),
        Some(file) if !accepted => Err(format!("it wrote {file}, but rejected")),
        Some(file) if !adds_up => Err(format!(
            "it wrote {file}, but the group {} is pass-fail",
            group.name
        )),
        _ if !accepted || !adds_up => Ok(Awarded::default()),
        _ => bounded(largest_testcase_score(package, testcase), files),
    }
}

/// The score of an accepted testcase in a group that adds scores up.
fn bounded(largest: Option<f64>, files: ScoreFiles<'_>) -> Result<Awarded, String> {
    let score = number("score.txt", files.score)?;
    let multiplier = number("score_multiplier.txt", files.multiplier)?;
    if let Some(score) = score.filter(|score| *score < 0.0) {
        return Err(format!(
            "it wrote {score} into score.txt, which is less than 0"
        ));
    }
    match (largest, score, multiplier) {
        (None, None, None) if !files.another_pass => {
            Err("it accepted without score.txt, although the score has no bound".to_owned())
        }
        (None, _, Some(_)) => {
            Err("it wrote score_multiplier.txt, although the score has no bound".to_owned())
        }
        (Some(_), _, Some(part)) if !(0.0..=1.0).contains(&part) => Err(format!(
            "it wrote {part} into score_multiplier.txt, which is not between 0 and 1"
        )),
        // A third of 100 cannot be written down; a hair above it is it.
        (Some(largest), Some(score), _) if score > largest * (1.0 + 1e-9) => Err(format!(
            "it wrote {score} into score.txt, which is more than the largest score, {largest}"
        )),
        _ => Ok(Awarded { score, multiplier }),
    }
}

fn number(file: &str, text: Option<&str>) -> Result<Option<f64>, String> {
    let Some(text) = text else {
        return Ok(None);
    };
    match parse_float(text.trim().as_bytes()) {
        Some(number) if number.is_finite() => Ok(Some(number)),
        _ => {
            let shown: String = text.chars().take(60).collect();
            Err(format!(
                "it wrote {shown:?} into {file}, which is no number"
            ))
        }
    }
}
