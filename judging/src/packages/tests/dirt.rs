//! What real packages do against the letter, and how it is read all the same. Each case was seen in a public repository.

use super::*;

const DRAFT: &str = "problem_format_version: 2023-07-draft\nname: x\nuuid: 1\n";

fn load(draft: &Draft) -> ProblemPackage {
    draft.load().unwrap()
}

fn says(package: &ProblemPackage, words: &str) {
    let warnings: Vec<String> = package.warnings.iter().map(ToString::to_string).collect();
    assert!(
        warnings.iter().any(|warning| warning.contains(words)),
        "{words} is not in {warnings:#?}"
    );
}

#[test]
fn flags_may_be_quoted() {
    let package = load(
        &Draft::minimal()
            .file("problem.yaml", "name: Hangman\nvalidation: custom multi-pass\nvalidator_flags: --teammessage \"There are more.\"\nlimits:\n  validation_passes: 26\n")
            .file("output_validator/validator.py", "x\n")
            .file("data/secret/testdata.yaml", "output_validator_flags: --secret --judgemessage \"one two\"\n"),
    );
    assert_eq!(
        package.testcases[0].validator_flags,
        [
            "--teammessage",
            "There are more.",
            "--secret",
            "--judgemessage",
            "one two"
        ]
    );
    assert!(package.kind.multi_pass);
    assert_eq!(package.limits.validation_passes, 26);
}

#[test]
fn drafts_may_grade_as_legacy_does() {
    let package = load(
        &Draft::minimal()
            .file("problem.yaml", &format!("{DRAFT}type: scoring\n"))
            .without("data/secret/1.in")
            .without("data/secret/1.ans")
            .file("data/secret/a/testdata.yaml", "on_reject: break\naccept_score: 40\nrange: 0 40\ngrader_flags: min\ninput_validator_flags: n=1\n")
            .files(&["data/secret/a/1.in", "data/secret/a/1.ans"]),
    );
    let group = package.groups.last().unwrap();
    assert_eq!(
        (group.config.accept_score, group.config.aggregation),
        (40.0, None)
    );
    assert_eq!(
        package.testcases[0].input_validator_args.of("check"),
        ["n=1"]
    );
    says(&package, "grades as the legacy format does");
}

#[test]
fn drafts_had_other_names_for_scores() {
    let package = load(
        &Draft::minimal()
            .file(
                "problem.yaml",
                &format!("{DRAFT}type: [pass-fail, scoring]\n"),
            )
            .without("data/secret/1.in")
            .without("data/secret/1.ans")
            .file(
                "data/secret/a/testdata.yaml",
                "scoring:\n  score: 30\n  aggregation: min\n",
            )
            .file(
                "data/secret/b/testdata.yaml",
                "grading:\n  max_score: 70\n  aggregation: sum\n",
            )
            .files(&[
                "data/secret/a/1.in",
                "data/secret/a/1.ans",
                "data/secret/b/1.in",
                "data/secret/b/1.ans",
            ]),
    );
    let scores: Vec<_> = package
        .groups
        .iter()
        .map(|group| (group.config.range.1, group.config.aggregation))
        .collect();
    assert_eq!(
        scores[2..],
        [
            (30.0, Some(ScoreAggregation::Min)),
            (70.0, Some(ScoreAggregation::Sum))
        ]
    );
    assert!(package.kind.scoring);
    says(&package, "of which scoring counts");
}

#[test]
fn drafts_kept_validation_in_a_map() {
    let draft = |validation: &str| {
        load(
            &Draft::minimal()
                .file("problem.yaml", &format!("{DRAFT}{validation}"))
                .file("output_validator/check.py", "x\n"),
        )
        .kind
    };
    let kind = draft("validation:\n  interactive: true\n  multipass: true\n  scoring: false\n");
    assert!(kind.interactive && kind.multi_pass && !kind.custom_score);
    assert!(draft("validation: custom interactive\n").interactive);
    assert!(draft("type: interactive multi-pass\n").multi_pass);
}

#[test]
fn constants_may_have_variants() {
    let package = load(&Draft::minimal().file(
        "problem.yaml",
        &format!("{DRAFT}constants:\n  FIVE:\n    value: 5\n    WORD: five\n  SIX: 6\n"),
    ));
    let text = constants::substitute(
        b"{{FIVE}} {{FIVE.WORD}} {{SIX}} {{FIVE.X}}",
        &package.constants,
    );
    assert_eq!(String::from_utf8_lossy(&text), "5 five 6 {{FIVE.X}}");
}

#[test]
fn other_systems_leave_traces() {
    let package = load(
        &Draft::minimal()
            .file("problem.yaml", "\u{feff}name: x\r\nlimits:\r\n  memory: 512\r\n  time_multipliers:\r\n    ac_to_time_limit: 3\r\n")
            .file("domjudge-problem.ini", "probid='A'\nallow_submit='1'\ntimelimit='1'\ncolor='#FFFFFF'\nspecial_compare='float'\nspecial_run = ''\nexternalid = x\n")
            .file("data/sample/1.ans", "x\n")
            .file("submissions/expectations.yaml", "x: 1\n"),
    );
    assert_eq!(package.limits.memory_bytes, 512 << 20);
    assert_eq!(package.limits.output_bytes, 8 << 20);
    says(
        &package,
        "special_compare names a program of a DOMjudge server",
    );
    says(&package, "data/sample/1.ans: has no input file");
    assert!(
        package
            .warnings
            .iter()
            .all(|warning| !warning.message.contains("unknown key"))
    );
}
