//! Tests of grading: small trees with their rules, and all orders of arrival against one after the other.

use proptest::prelude::*;

use super::*;
use crate::packages::{DefaultGrader, GroupConfig, ScoreMode, VerdictMode};

const PASS_FAIL: ProblemKind = ProblemKind {
    scoring: false,
    interactive: false,
    multi_pass: false,
    submit_answer: false,
    custom_score: false,
    minimise: false,
};
const SCORING: ProblemKind = ProblemKind {
    scoring: true,
    ..PASS_FAIL
};

/// A tree as `(name, parent, testcases in it)`: the root, `sample` and `secret`, then groups below `secret`.
fn tree(
    configs: [GroupConfig; 3],
    samples: usize,
    secret: usize,
    groups: &[(GroupConfig, usize)],
) -> (Vec<TestGroup>, usize) {
    let mut testcases = 0;
    let mut take = |count: usize| -> Vec<GroupItem> {
        testcases += count;
        (testcases - count..testcases)
            .map(GroupItem::Testcase)
            .collect()
    };
    let group = |name: &str, parent, items, config: &GroupConfig| TestGroup {
        name: name.to_owned(),
        parent,
        items,
        config: config.clone(),
    };
    let mut tree = vec![
        group(
            "",
            None,
            vec![GroupItem::Group(1), GroupItem::Group(2)],
            &configs[0],
        ),
        group("sample", Some(0), take(samples), &configs[1]),
        group("secret", Some(0), take(secret), &configs[2]),
    ];
    for (index, (config, count)) in groups.iter().enumerate() {
        let items = take(*count);
        tree[2].items.push(GroupItem::Group(3 + index));
        tree.push(group(&format!("secret/{index}"), Some(2), items, config));
    }
    (tree, testcases)
}

fn verdict(letter: char) -> Verdict {
    match letter {
        'A' => Verdict::Ac,
        'W' => Verdict::Wa,
        'T' => Verdict::Tle,
        'R' => Verdict::Rte,
        'J' => Verdict::Je,
        other => panic!("no verdict {other}"),
    }
}

/// Judges one after the other; gives `verdict score deciding runs`.
fn judge(tree: &(Vec<TestGroup>, usize), kind: ProblemKind, results: &str) -> String {
    let results: Vec<char> = results.chars().collect();
    assert_eq!(results.len(), tree.1);
    let mut grading = Grading::of(&tree.0, kind, tree.1);
    let mut runs = Vec::new();
    while let Some(testcase) = grading.take_next() {
        runs.push(testcase);
        assert!(grading.still_needs(testcase));
        grading.record(testcase, TestcaseResult::of(verdict(results[testcase])));
    }
    assert!(grading.is_finished());
    let grade = grading.grade().unwrap();
    format!(
        "{} {:?} {:?} {runs:?}",
        grade.verdict, grade.score, grade.deciding
    )
}

fn config(on_reject: OnReject, grader: DefaultGrader) -> GroupConfig {
    GroupConfig {
        on_reject,
        grader: Grader::Default(grader),
        ..GroupConfig::default()
    }
}

#[test]
fn pass_fail_stops_at_the_first_rejected() {
    let plain = || {
        [
            GroupConfig::default(),
            GroupConfig::default(),
            GroupConfig::default(),
        ]
    };
    let flat = tree(plain(), 1, 3, &[]);
    for (results, expected) in [
        ("AAAA", "AC None None [0, 1, 2, 3]"),
        ("WAAA", "WA None Some(0) [0]"),
        ("AATR", "TLE None Some(2) [0, 1, 2]"),
        ("AAAR", "RTE None Some(3) [0, 1, 2, 3]"),
        ("AJWW", "JE None Some(1) [0, 1]"),
    ] {
        assert_eq!(judge(&flat, PASS_FAIL, results), expected, "{results}");
    }
    let grouped = tree(
        plain(),
        0,
        0,
        &[(GroupConfig::default(), 2), (GroupConfig::default(), 2)],
    );
    assert_eq!(
        judge(&grouped, PASS_FAIL, "AATW"),
        "TLE None Some(2) [0, 1, 2]"
    );
    assert_eq!(judge(&grouped, PASS_FAIL, "AWTA"), "WA None Some(1) [0, 1]");
}

#[test]
fn continuing_gives_the_worst_or_the_first_error() {
    let go_on = |mode| {
        let grader = DefaultGrader {
            verdict: mode,
            ..DefaultGrader::default()
        };
        config(OnReject::Continue, grader)
    };
    let worst = tree(
        [
            go_on(VerdictMode::WorstError),
            GroupConfig::default(),
            go_on(VerdictMode::WorstError),
        ],
        1,
        4,
        &[],
    );
    assert_eq!(
        judge(&worst, PASS_FAIL, "AWTRA"),
        "RTE None Some(3) [0, 1, 2, 3, 4]"
    );
    assert_eq!(
        judge(&worst, PASS_FAIL, "WATAA"),
        "TLE None Some(2) [0, 1, 2, 3, 4]"
    );
    let first = tree(
        [
            go_on(VerdictMode::FirstError),
            GroupConfig::default(),
            go_on(VerdictMode::FirstError),
        ],
        1,
        4,
        &[],
    );
    assert_eq!(
        judge(&first, PASS_FAIL, "AWTRA"),
        "WA None Some(1) [0, 1, 2, 3, 4]"
    );
    let always = tree(
        [
            go_on(VerdictMode::AlwaysAccept),
            GroupConfig::default(),
            GroupConfig::default(),
        ],
        1,
        2,
        &[],
    );
    assert_eq!(judge(&always, PASS_FAIL, "WTA"), "AC None None [0, 1]");
    assert_eq!(judge(&always, PASS_FAIL, "WJA"), "JE None Some(1) [0, 1]");
}

#[test]
fn legacy_scores_add_up() {
    let grader = |score, accept_if_any_accepted, ignore_sample| DefaultGrader {
        verdict: VerdictMode::FirstError,
        score,
        ignore_sample,
        accept_if_any_accepted,
    };
    let group = |points: f64| GroupConfig {
        accept_score: points,
        ..config(OnReject::Break, grader(ScoreMode::Min, false, false))
    };
    let top = config(OnReject::Continue, grader(ScoreMode::Sum, true, false));
    let root = config(OnReject::Continue, grader(ScoreMode::Sum, true, true));
    let scored = tree(
        [root, GroupConfig::default(), top],
        1,
        0,
        &[(group(20.0), 2), (group(30.0), 1), (group(50.0), 2)],
    );
    for (results, expected) in [
        ("AAAAAA", "AC Some(100.0) None [0, 1, 2, 3, 4, 5]"),
        ("WAAAAA", "AC Some(100.0) None [0, 1, 2, 3, 4, 5]"),
        ("AWAATA", "AC Some(30.0) None [0, 1, 3, 4]"),
        ("AAWTRA", "WA None Some(2) [0, 1, 2, 3, 4]"),
    ] {
        assert_eq!(judge(&scored, SCORING, results), expected, "{results}");
    }
    let modes = [
        (ScoreMode::Avg, 0.5),
        (ScoreMode::Max, 1.0),
        (ScoreMode::Min, 0.0),
        (ScoreMode::Sum, 1.0),
    ];
    for (mode, expected) in modes {
        let grader = DefaultGrader {
            verdict: VerdictMode::AlwaysAccept,
            ..grader(mode, false, true)
        };
        let all = || config(OnReject::Continue, grader);
        let tree = tree([all(), GroupConfig::default(), all()], 0, 2, &[]);
        assert_eq!(
            judge(&tree, SCORING, "AW"),
            format!("AC Some({expected:?}) None [0, 1]"),
            "{mode:?}"
        );
    }
}

#[test]
fn newer_scores_are_parts_of_the_largest() {
    let scored = |aggregation, largest, on_reject| GroupConfig {
        aggregation: Some(aggregation),
        range: (0.0, largest),
        on_reject,
        ..GroupConfig::default()
    };
    let root = || scored(ScoreAggregation::Sum, f64::INFINITY, OnReject::Continue);
    let sample = || {
        scored(
            ScoreAggregation::PassFail,
            f64::INFINITY,
            OnReject::Continue,
        )
    };
    let secret = || scored(ScoreAggregation::Sum, 100.0, OnReject::Continue);
    let flat = tree([root(), sample(), secret()], 1, 3, &[]);
    assert_eq!(
        judge(&flat, SCORING, "AAAA"),
        "AC Some(100.0) None [0, 1, 2, 3]"
    );
    assert_eq!(
        judge(&flat, SCORING, "WAAW"),
        "AC Some(66.66666666666667) None [0, 1, 2, 3]"
    );
    assert_eq!(
        judge(&flat, SCORING, "AWTW"),
        "WA None Some(1) [0, 1, 2, 3]"
    );
    let first = scored(ScoreAggregation::PassFail, 40.0, OnReject::Break);
    let second = GroupConfig {
        require_pass: vec!["secret/0".to_owned()],
        ..scored(ScoreAggregation::Min, 60.0, OnReject::Break)
    };
    let grouped = tree(
        [root(), sample(), secret()],
        0,
        0,
        &[(first, 2), (second, 2)],
    );
    assert_eq!(
        judge(&grouped, SCORING, "AAAA"),
        "AC Some(100.0) None [0, 1, 2, 3]"
    );
    assert_eq!(
        judge(&grouped, SCORING, "AAAT"),
        "AC Some(40.0) None [0, 1, 2, 3]"
    );
    assert_eq!(judge(&grouped, SCORING, "WAAA"), "WA None Some(0) [0]");
}

#[test]
fn judging_all_changes_the_runs_and_not_the_grade() {
    let flat = tree(
        [
            GroupConfig::default(),
            GroupConfig::default(),
            GroupConfig::default(),
        ],
        1,
        2,
        &[],
    );
    let mut grading = Grading::of(&flat.0, PASS_FAIL, 3).judging_all();
    for (testcase, letter) in ['W', 'R', 'A'].into_iter().enumerate() {
        assert_eq!(grading.take_next(), Some(testcase));
        grading.record(testcase, TestcaseResult::of(verdict(letter)));
    }
    assert_eq!(grading.take_next(), None);
    assert_eq!(grading.grade().unwrap().verdict, Verdict::Wa);
}

#[test]
fn what_is_given_back_is_handed_out_again() {
    let flat = tree(
        [
            GroupConfig::default(),
            GroupConfig::default(),
            GroupConfig::default(),
        ],
        1,
        1,
        &[],
    );
    let mut grading = Grading::of(&flat.0, PASS_FAIL, 2);
    assert_eq!(
        (
            grading.take_next(),
            grading.take_next(),
            grading.take_next()
        ),
        (Some(0), Some(1), None)
    );
    grading.give_back(0);
    grading.record(1, TestcaseResult::of(Verdict::Ac));
    assert!(!grading.is_finished());
    assert_eq!(grading.take_next(), Some(0));
    grading.record(0, TestcaseResult::of(Verdict::Wa));
    assert_eq!(
        grading.grade(),
        Some(Grade {
            verdict: Verdict::Wa,
            score: None,
            deciding: Some(0),
            note: None
        })
    );
}

fn any_config() -> impl Strategy<Value = GroupConfig> {
    let verdict = prop_oneof![
        Just(VerdictMode::WorstError),
        Just(VerdictMode::FirstError),
        Just(VerdictMode::AlwaysAccept)
    ];
    (any::<bool>(), verdict, any::<bool>(), any::<bool>()).prop_map(
        |(go_on, verdict, any_accepted, ignore_sample)| {
            let grader = DefaultGrader {
                verdict,
                score: ScoreMode::Sum,
                ignore_sample,
                accept_if_any_accepted: any_accepted,
            };
            config(
                if go_on {
                    OnReject::Continue
                } else {
                    OnReject::Break
                },
                grader,
            )
        },
    )
}

proptest! {
    /// Any number of slots, any order of arrival: the grade is that of judging one after the other, and every testcase
    /// that judging in order asks for is asked for.
    #[test]
    fn the_order_of_arrival_does_not_matter(
        configs in (any_config(), any_config(), any_config(), prop::collection::vec((any_config(), 1usize..4), 0..3)),
        letters in prop::collection::vec(prop_oneof![3 => Just('A'), 1 => Just('W'), 1 => Just('T'), 1 => Just('J')], 14),
        slots in 1usize..5,
        picks in prop::collection::vec(any::<prop::sample::Index>(), 14),
        judge_all: bool,
    ) {
        let (root, sample, secret, groups) = configs;
        let tree = tree([root, sample, secret], 2, 3, &groups);
        let results: Vec<TestcaseResult> = letters[..tree.1].iter().map(|&letter| TestcaseResult::of(verdict(letter))).collect();

        let mut in_order = Grading::of(&tree.0, SCORING, tree.1);
        while let Some(testcase) = in_order.take_next() {
            in_order.record(testcase, results[testcase]);
        }

        let mut grading = Grading::of(&tree.0, SCORING, tree.1);
        if judge_all {
            grading = grading.judging_all();
        }
        let mut running = Vec::new();
        let mut picks = picks.into_iter();
        loop {
            while running.len() < slots && let Some(testcase) = grading.take_next() {
                prop_assert!(!running.contains(&testcase));
                running.push(testcase);
            }
            if running.is_empty() {
                break;
            }
            let testcase = running.swap_remove(picks.next().unwrap().index(running.len()));
            // A run that cannot change the grade as things stand is given back: what arrives later may ask for it again.
            if judge_all || grading.still_needs(testcase) {
                grading.record(testcase, results[testcase]);
            } else {
                grading.give_back(testcase);
            }
        }
        prop_assert!(grading.is_finished());
        prop_assert_eq!(grading.grade(), in_order.grade());
    }
}
