//! How the results of the items of a group become the result of the group.

use num_traits::Zero;

use super::exact::{Exact, exact, nearest, whole};
use super::{Sub, Tally};
use crate::packages::{
    DefaultGrader, GroupConfig, ProblemKind, ScoreAggregation, ScoreMode, VerdictMode,
};
use crate::verdicts::Verdict;

/// The default grader (legacy, "Default Grader Specification"). A judge error below is one above, whatever the mode.
///
/// Nothing to grade is accepted with a score of 0, as problemtools has it.
pub(super) fn default_grader(grader: DefaultGrader, is_root: bool, subs: &[Sub]) -> Tally {
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
    let scores = || counted.iter().map(|sub| &sub.score);
    let score = match grader.score {
        _ if counted.is_empty() => Exact::zero(),
        ScoreMode::Sum => scores().sum(),
        ScoreMode::Avg => scores().sum::<Exact>() / whole(counted.len()),
        ScoreMode::Min => scores().min().cloned().unwrap_or_default(),
        ScoreMode::Max => scores().max().cloned().unwrap_or_default(),
    };
    Tally::of(verdict, score)
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

/// A group of a scoring problem in 2025-09 ("Scoring test data groups"). Every item it has counts: one that was not judged,
/// because the group was lost before, has no score.
pub(super) fn aggregate(
    aggregation: ScoreAggregation,
    name: &str,
    config: &GroupConfig,
    items: usize,
    subs: &[Sub],
) -> Tally {
    let verdict = first_error(subs);
    let largest = config.range.1;
    let scores = || subs.iter().map(|sub| &sub.score);
    let score = match aggregation {
        ScoreAggregation::PassFail if verdict == Verdict::Ac => exact(largest),
        ScoreAggregation::Min if subs.len() == items => scores().min().cloned().unwrap_or_default(),
        ScoreAggregation::PassFail | ScoreAggregation::Min => Exact::zero(),
        ScoreAggregation::Sum => scores().sum(),
    };
    if largest.is_finite() && score > exact(largest) {
        // Validators write thirds with finitely many digits: a hair above the largest score is the largest score.
        if nearest(&score) <= largest * (1.0 + 1e-9) {
            return Tally::of(verdict, exact(largest));
        }
        let fault = format!(
            "{name} scored {}, which is more than its max_score of {largest}",
            nearest(&score)
        );
        return Tally {
            fault: Some(fault),
            ..Tally::of(Verdict::Je, Exact::zero())
        };
    }
    Tally::of(verdict, score)
}

/// The root of a scoring problem in 2025-09: what `secret` got. The format gives a score in place of a verdict; a
/// submission that scores anything counts as accepted, and otherwise its first failure is the verdict.
pub(super) fn secret_only(subs: &[Sub]) -> Tally {
    let verdict = first_error(subs);
    let score: Exact = subs
        .iter()
        .filter(|sub| !sub.sample)
        .map(|sub| &sub.score)
        .sum();
    match verdict {
        Verdict::Je => Tally::of(Verdict::Je, Exact::zero()),
        _ if score > Exact::zero() => Tally::of(Verdict::Ac, score),
        verdict => Tally::of(verdict, score),
    }
}

/// The largest score of a testcase in a group that adds scores up (2025-09, "Scoring problems"); `None` when there is no
/// bound. `is_static`: of its static validation test case; `testcases`: how many others the group has.
pub(super) fn largest_of_testcase(
    config: &GroupConfig,
    is_static: bool,
    testcases: usize,
) -> Option<Exact> {
    let own = config
        .static_validation
        .as_ref()
        .and_then(|validation| validation.max_score);
    match config.aggregation {
        _ if is_static => own.map(exact),
        _ if !config.range.1.is_finite() => None,
        Some(ScoreAggregation::Sum) => {
            Some((exact(config.range.1) - exact(own.unwrap_or(0.0))) / whole(testcases.max(1)))
        }
        _ => Some(exact(config.range.1)),
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

/// Whether a score lies outside the range its legacy group promises ("range of possible scores").
pub(super) fn out_of_range(kind: ProblemKind, config: &GroupConfig, score: &Exact) -> bool {
    let (least, most) = config.range;
    kind.scoring
        && config.aggregation.is_none()
        && ((least.is_finite() && *score < exact(least))
            || (most.is_finite() && *score > exact(most)))
}
