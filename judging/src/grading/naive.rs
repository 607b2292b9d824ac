//! Grading once more, written only to be compared with: all testcases are there, one group after the other, with rational numbers
//! over 64 bits in place of big ones and nothing lazy. Follows the text of the formats line by line.

use crate::packages::{
    Grader, GroupItem, OnReject, ScoreAggregation, ScoreMode, TestGroup, VerdictMode,
};
use crate::verdicts::Verdict;

/// A fraction whose denominator is the same for all: multiples of a 5040th are enough for small tests.
pub(super) const UNIT: i128 = 5040;

/// The result of a group: verdict and score in [`UNIT`]s; `None` for an empty one.
pub(super) fn grade(
    groups: &[TestGroup],
    group: usize,
    results: &[(Verdict, i128)],
) -> Option<(Verdict, i128)> {
    let TestGroup { config, items, .. } = &groups[group];
    let mut subs: Vec<(bool, Verdict, i128)> = Vec::new();
    for item in items {
        let (sample, verdict, score) = match *item {
            GroupItem::Testcase(testcase) => {
                let (verdict, _) = results[testcase];
                (
                    false,
                    verdict,
                    case_score(&groups[group], results[testcase]),
                )
            }
            GroupItem::Group(index) => match required(groups, index, results) {
                false => (false, Verdict::Wa, 0),
                true => match grade(groups, index, results) {
                    Some((verdict, score)) => (groups[index].name == "sample", verdict, score),
                    None => continue,
                },
            },
        };
        subs.push((sample, verdict, score));
        if verdict != Verdict::Ac && config.on_reject == OnReject::Break {
            break;
        }
    }
    if subs.is_empty() {
        return None;
    }
    Some(match config.aggregation {
        Some(aggregation) => newer(&groups[group], aggregation, group == 0, &subs),
        None => legacy(&groups[group], group == 0, &subs),
    })
}

fn required(groups: &[TestGroup], group: usize, results: &[(Verdict, i128)]) -> bool {
    groups[group].config.require_pass.iter().all(|name| {
        let index = groups.iter().position(|other| other.name == *name).unwrap();
        required(groups, index, results)
            && grade(groups, index, results).is_none_or(|(verdict, _)| verdict == Verdict::Ac)
    })
}

fn case_score(group: &TestGroup, (verdict, score): (Verdict, i128)) -> i128 {
    let largest = group.config.range.1;
    match group.config.aggregation {
        // `score` stands for score.txt where it is not negative.
        None if score >= 0 => score,
        None if verdict == Verdict::Ac => (group.config.accept_score * UNIT as f64) as i128,
        None => (group.config.reject_score * UNIT as f64) as i128,
        Some(_) if verdict != Verdict::Ac => 0,
        Some(ScoreAggregation::PassFail) => 0,
        Some(ScoreAggregation::Min) => largest as i128 * UNIT,
        Some(ScoreAggregation::Sum) => largest as i128 * UNIT / group.items.len() as i128,
    }
}

fn newer(
    group: &TestGroup,
    aggregation: ScoreAggregation,
    is_root: bool,
    subs: &[(bool, Verdict, i128)],
) -> (Verdict, i128) {
    let mut verdict = Verdict::Ac;
    for (_, found, _) in subs {
        if verdict == Verdict::Ac || (*found == Verdict::Je) {
            verdict = *found;
        }
    }
    if is_root {
        let score: i128 = subs
            .iter()
            .filter(|(sample, ..)| !sample)
            .map(|(.., score)| score)
            .sum();
        return match verdict {
            Verdict::Je => (Verdict::Je, 0),
            _ if score > 0 => (Verdict::Ac, score),
            other => (other, score),
        };
    }
    let score = match aggregation {
        ScoreAggregation::PassFail if verdict == Verdict::Ac => group.config.range.1 as i128 * UNIT,
        ScoreAggregation::PassFail => 0,
        ScoreAggregation::Min if subs.len() < group.items.len() => 0,
        ScoreAggregation::Min => subs.iter().map(|(.., score)| *score).min().unwrap_or(0),
        ScoreAggregation::Sum => subs.iter().map(|(.., score)| score).sum(),
    };
    (verdict, score)
}

fn legacy(group: &TestGroup, is_root: bool, subs: &[(bool, Verdict, i128)]) -> (Verdict, i128) {
    let Grader::Default(grader) = &group.config.grader else {
        unreachable!("custom graders are not compared")
    };
    let counted: Vec<_> = subs
        .iter()
        .filter(|(sample, ..)| !(is_root && grader.ignore_sample && *sample))
        .collect();
    let has = |verdict| counted.iter().any(|(_, found, _)| *found == verdict);
    let worst = [
        Verdict::Je,
        Verdict::Rte,
        Verdict::Mle,
        Verdict::Tle,
        Verdict::Ole,
        Verdict::Wa,
    ];
    let worst = worst
        .into_iter()
        .find(|verdict| has(*verdict))
        .unwrap_or(Verdict::Ac);
    let first = counted
        .iter()
        .map(|(_, verdict, _)| *verdict)
        .find(|verdict| *verdict != Verdict::Ac);
    let verdict = match grader.verdict {
        _ if has(Verdict::Je) => Verdict::Je,
        _ if grader.accept_if_any_accepted && has(Verdict::Ac) => Verdict::Ac,
        VerdictMode::AlwaysAccept => Verdict::Ac,
        VerdictMode::FirstError => first.unwrap_or(Verdict::Ac),
        VerdictMode::WorstError => worst,
    };
    let scores: Vec<i128> = counted.iter().map(|(.., score)| *score).collect();
    let score = match grader.score {
        _ if scores.is_empty() => 0,
        ScoreMode::Sum => scores.iter().sum(),
        // Exact, as each score is a multiple of what a group of a few is divided by.
        ScoreMode::Avg => scores.iter().sum::<i128>() / scores.len() as i128,
        ScoreMode::Min => *scores.iter().min().unwrap(),
        ScoreMode::Max => *scores.iter().max().unwrap(),
    };
    (verdict, score)
}
