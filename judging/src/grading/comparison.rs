//! Grading against the naive second implementation: any tree of groups, any results, any settings.

use proptest::prelude::*;

use super::naive::{self, UNIT};
use super::*;
use crate::packages::{DefaultGrader, GroupConfig, ScoreMode, VerdictMode};

fn verdicts() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        6 => Just(Verdict::Ac),
        1 => Just(Verdict::Wa),
        1 => Just(Verdict::Tle),
        1 => Just(Verdict::Rte),
        1 => Just(Verdict::Ole),
        1 => Just(Verdict::Mle),
        1 => Just(Verdict::Je),
    ]
}

/// A setting of a legacy group. Averages at one level only, so that a 5040th divides them.
fn legacy_config(averages: bool) -> impl Strategy<Value = GroupConfig> {
    let verdict = prop::sample::select(vec![
        VerdictMode::WorstError,
        VerdictMode::FirstError,
        VerdictMode::AlwaysAccept,
    ]);
    let mut modes = vec![ScoreMode::Sum, ScoreMode::Min, ScoreMode::Max];
    modes.extend(averages.then_some(ScoreMode::Avg));
    let score = prop::sample::select(modes);
    (
        any::<bool>(),
        verdict,
        score,
        any::<bool>(),
        any::<bool>(),
        0u32..50,
        0u32..9,
    )
        .prop_map(
            |(go_on, verdict, score, ignore_sample, any_accepted, accept, reject)| GroupConfig {
                on_reject: if go_on {
                    OnReject::Continue
                } else {
                    OnReject::Break
                },
                grader: Grader::Default(DefaultGrader {
                    verdict,
                    score,
                    ignore_sample,
                    accept_if_any_accepted: any_accepted,
                }),
                accept_score: f64::from(accept) / 2.0,
                reject_score: f64::from(reject) / 4.0,
                ..GroupConfig::default()
            },
        )
}

fn newer_config() -> impl Strategy<Value = GroupConfig> {
    let aggregation = prop::sample::select(vec![
        ScoreAggregation::PassFail,
        ScoreAggregation::Sum,
        ScoreAggregation::Min,
    ]);
    (aggregation, 0u32..100, any::<bool>()).prop_map(|(aggregation, most, after_sample)| {
        GroupConfig {
            on_reject: match aggregation {
                ScoreAggregation::Sum => OnReject::Continue,
                ScoreAggregation::PassFail | ScoreAggregation::Min => OnReject::Break,
            },
            aggregation: Some(aggregation),
            range: (0.0, f64::from(most)),
            require_pass: if after_sample {
                vec!["sample".to_owned()]
            } else {
                Vec::new()
            },
            ..GroupConfig::default()
        }
    })
}

/// The root, `sample`, `secret`, and groups in `secret`: the settings of each, and its testcases.
fn tree(
    configs: [GroupConfig; 3],
    samples: usize,
    groups: Vec<(GroupConfig, usize)>,
) -> (Vec<TestGroup>, usize) {
    let mut testcases = 0;
    let mut take = |count: usize| -> Vec<GroupItem> {
        testcases += count;
        (testcases - count..testcases)
            .map(GroupItem::Testcase)
            .collect()
    };
    let [root, sample, secret] = configs;
    let group = |name: &str, parent, items, config| TestGroup {
        name: name.to_owned(),
        parent,
        items,
        config,
    };
    let below = (3..3 + groups.len()).map(GroupItem::Group).collect();
    let mut tree = vec![
        group(
            "",
            None,
            vec![GroupItem::Group(1), GroupItem::Group(2)],
            root,
        ),
        group("sample", Some(0), take(samples), sample),
        group("secret", Some(0), below, secret),
    ];
    for (index, (config, count)) in groups.into_iter().enumerate() {
        let items = take(count);
        tree.push(group(&format!("secret/{index}"), Some(2), items, config));
    }
    (tree, testcases)
}

/// Both grade the same.
fn compare(
    tree: &(Vec<TestGroup>, usize),
    results: &[(Verdict, i128)],
) -> Result<(), TestCaseError> {
    let kind = ProblemKind {
        scoring: true,
        ..ProblemKind::default()
    };
    let mut grading = Grading::of(&tree.0, kind, tree.1);
    while let Some(testcase) = grading.take_next() {
        let (verdict, score) = results[testcase];
        let given = tree.0[0].config.aggregation.is_none() && score >= 0;
        grading.record(
            testcase,
            TestcaseResult {
                verdict,
                score: given.then_some(score as f64 / UNIT as f64),
                multiplier: None,
            },
        );
    }
    prop_assert!(grading.is_finished());
    let grade = grading.grade().unwrap();
    let (verdict, score) = naive::grade(&tree.0, 0, results).unwrap_or((Verdict::Je, 0));
    prop_assert_eq!(grade.verdict, verdict);
    if verdict == Verdict::Ac {
        prop_assert_eq!(grade.score, Some(score as f64 / UNIT as f64));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn legacy_groups_grade_as_the_text_says(
        configs in (legacy_config(false), legacy_config(false), legacy_config(false)),
        groups in prop::collection::vec((legacy_config(true), 0usize..5), 0..5),
        samples in 0usize..3,
        results in prop::collection::vec((verdicts(), prop_oneof![Just(-1), (0i128..400).prop_map(|quarters| quarters * UNIT / 4)]), 24),
    ) {
        let tree = tree([configs.0, configs.1, configs.2], samples, groups);
        compare(&tree, &results)?;
    }

    #[test]
    fn newer_groups_grade_as_the_text_says(
        groups in prop::collection::vec((newer_config(), 1usize..6), 0..5),
        samples in 0usize..3,
        results in prop::collection::vec(verdicts(), 28),
    ) {
        let scored = |aggregation, on_reject| GroupConfig {
            aggregation: Some(aggregation),
            range: (0.0, 1000.0),
            on_reject,
            ..GroupConfig::default()
        };
        let configs = [
            scored(ScoreAggregation::Sum, OnReject::Continue),
            scored(ScoreAggregation::PassFail, OnReject::Continue),
            scored(ScoreAggregation::Sum, OnReject::Continue),
        ];
        let tree = tree(configs, samples, groups);
        let results: Vec<(Verdict, i128)> = results.into_iter().map(|verdict| (verdict, -1)).collect();
        compare(&tree, &results)?;
    }
}

#[test]
fn a_custom_grader_is_asked_when_all_its_items_are_there() {
    let custom = GroupConfig {
        grader: Grader::Custom {
            flags: vec!["min".to_owned()],
        },
        on_reject: OnReject::Continue,
        ..GroupConfig::default()
    };
    let plain = GroupConfig::default;
    let groups = vec![(custom, 2), (plain(), 1)];
    let (groups, testcases) = tree([plain(), plain(), plain()], 0, groups);
    let kind = ProblemKind {
        scoring: true,
        ..ProblemKind::default()
    };
    let mut grading = Grading::of(&groups, kind, testcases);
    let result = |verdict, score| TestcaseResult {
        verdict,
        score,
        multiplier: None,
    };
    assert_eq!(
        (grading.take_next(), grading.next_grader()),
        (Some(0), None)
    );
    grading.record(0, result(Verdict::Ac, Some(12.5)));
    assert_eq!(
        (grading.take_next(), grading.next_grader()),
        (Some(1), None)
    );
    grading.record(1, result(Verdict::Mle, None));
    let call = grading.next_grader().unwrap();
    assert_eq!(
        (
            call.name.as_str(),
            call.arguments.as_slice(),
            call.input.as_str()
        ),
        ("secret/0", &["min".to_owned()][..], "AC 12.5\nRTE 0\n")
    );
    assert_eq!(
        (grading.take_next(), grading.is_finished()),
        (Some(2), false)
    );
    grading.record(2, result(Verdict::Ac, None));
    assert_eq!(grading.grade(), None);
    grading.record_grader(call.group, GraderReply::read(b"AC 40\n").unwrap());
    assert!(grading.is_finished() && grading.next_grader().is_none());
    assert_eq!(grading.grade().unwrap().score, Some(41.0));
    assert_eq!(
        grading.group_scores(),
        [Some(41.0), None, Some(41.0), Some(40.0), Some(1.0)]
    );
}
