//! How the results of the items of a group become the result of the group.

use super::Sub;
use crate::packages::{DefaultGrader, GroupConfig, ScoreAggregation, ScoreMode, VerdictMode};
use crate::verdicts::Verdict;

/// The default grader (legacy, "Default Grader Specification"). A judge error below is one above, whatever the mode.
pub(super) fn default_grader(grader: DefaultGrader, is_root: bool, subs: &[Sub]) -> (Verdict, f64) {
    let counted: Vec<&Sub> = subs
        .iter()
        .filter(|sub| !(grader.ignore_sample && is_root && sub.sample))
        .collect();
    let mut verdicts = counted.iter().map(|sub| sub.verdict);
    let verdict = if verdicts.clone().any(|verdict| verdict == Verdict::Je) {
        Verdict::Je
    } else if grader.accept_if_any_accepted
        && verdicts.clone().any(|verdict| verdict == Verdict::Ac)
    {
        Verdict::Ac
    } else {
        match grader.verdict {
            VerdictMode::AlwaysAccept => Verdict::Ac,
            VerdictMode::FirstError => verdicts
                .find(|verdict| *verdict != Verdict::Ac)
                .unwrap_or(Verdict::Ac),
            VerdictMode::WorstError => verdicts
                .max_by_key(|verdict| badness(*verdict))
                .unwrap_or(Verdict::Ac),
        }
    };
    let scores = counted.iter().map(|sub| sub.score);
    let score = match grader.score {
        _ if counted.is_empty() => 0.0,
        ScoreMode::Sum => scores.sum(),
        ScoreMode::Avg => scores.sum::<f64>() / counted.len() as f64,
        ScoreMode::Min => scores.fold(f64::INFINITY, f64::min),
        ScoreMode::Max => scores.fold(f64::NEG_INFINITY, f64::max),
    };
    (verdict, score)
}

/// The order of `worst_error`: JE, IF, RTE, MLE, TLE, OLE, WA, AC from worst to best.
fn badness(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Ac => 0,
        Verdict::Wa => 1,
        Verdict::Ole => 2,
        Verdict::Tle => 3,
        Verdict::Mle => 4,
        Verdict::Rte => 5,
        Verdict::Ce => 6,
        Verdict::Je => 7,
    }
}

/// A group of a scoring problem in 2025-09 ("Scoring test data groups"). `testcases`: how many it has, when it holds
/// testcases and not groups; their scores are then parts of the largest one.
pub(super) fn aggregate(
    aggregation: ScoreAggregation,
    config: &GroupConfig,
    testcases: Option<usize>,
    subs: &[Sub],
) -> (Verdict, f64) {
    let verdict = first_error(subs);
    let largest = config.range.1;
    let scores = subs.iter().map(|sub| sub.score);
    let of_parts = testcases.is_some() && largest.is_finite() && largest > 0.0;
    let score = match aggregation {
        ScoreAggregation::PassFail if verdict == Verdict::Ac && largest.is_finite() => largest,
        ScoreAggregation::PassFail => 0.0,
        ScoreAggregation::Sum if of_parts => {
            scores.sum::<f64>() * largest / testcases.unwrap_or(1) as f64
        }
        ScoreAggregation::Sum => scores.sum(),
        ScoreAggregation::Min if subs.is_empty() => 0.0,
        ScoreAggregation::Min if of_parts => scores.fold(f64::INFINITY, f64::min) * largest,
        ScoreAggregation::Min => scores.fold(f64::INFINITY, f64::min),
    };
    (verdict, score)
}

/// The root of a scoring problem in 2025-09: what `secret` got. The format gives a score in place of a verdict; a
/// submission that scores anything counts as accepted, and otherwise its first failure is the verdict.
pub(super) fn secret_only(subs: &[Sub]) -> (Verdict, f64) {
    let verdict = first_error(subs);
    let score: f64 = subs
        .iter()
        .filter(|sub| !sub.sample)
        .map(|sub| sub.score)
        .sum();
    match verdict {
        Verdict::Je => (Verdict::Je, 0.0),
        _ if score > 0.0 => (Verdict::Ac, score),
        verdict => (verdict, score),
    }
}

/// The first verdict that is not AC; a judge error before any other.
fn first_error(subs: &[Sub]) -> Verdict {
    let mut errors = subs
        .iter()
        .map(|sub| sub.verdict)
        .filter(|verdict| *verdict != Verdict::Ac);
    if errors.clone().any(|verdict| verdict == Verdict::Je) {
        return Verdict::Je;
    }
    errors.next().unwrap_or(Verdict::Ac)
}
