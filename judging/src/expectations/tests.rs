//! Promises against judgements: by testcase, by final verdict, stopped early or not.

use std::fs;
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::evidence::{Evidence, Exit};
use crate::ids::{JudgementId, SubmissionId, Timestamp};
use crate::judgements::{RunReport, VerdictReport};
use crate::packages::{self, ProblemPackage};

const LEGACY: &str = "name: x\n";
const NEWER: &str = "problem_format_version: 2025-09\nname: x\nuuid: 1\n";

/// A package with the testcases `sample/1`, `secret/1` to `secret/3` (or `secret/a/1`, `secret/b/1` with groups), and one
/// submission.
fn package(yaml: &str, groups: bool, submission: &str, files: &[(&str, &str)]) -> ProblemPackage {
    let dir = TempDir::new().unwrap();
    let root = dir.path().join("x");
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("problem.yaml", yaml);
    let names: &[&str] = match groups {
        true => &["sample/1", "secret/a/1", "secret/a/2", "secret/b/1"],
        false => &["sample/1", "secret/1", "secret/2", "secret/3"],
    };
    for name in names {
        write(&format!("data/{name}.in"), "");
        write(&format!("data/{name}.ans"), "");
    }
    write(&format!("submissions/{submission}"), "x");
    files.iter().for_each(|(path, text)| write(path, text));
    packages::load(&root).unwrap()
}

/// `AAW` and so on: one letter a testcase, `.` for one that was not judged; the final verdict is the first that is not AC.
fn report(package: &ProblemPackage, letters: &str, score: Option<f64>) -> VerdictReport {
    let verdict = |letter| match letter {
        'A' => Verdict::Ac,
        'W' => Verdict::Wa,
        'T' => Verdict::Tle,
        'R' => Verdict::Rte,
        'M' => Verdict::Mle,
        'O' => Verdict::Ole,
        'J' => Verdict::Je,
        other => panic!("no verdict {other}"),
    };
    let runs: Vec<RunReport> = package
        .testcases
        .iter()
        .zip(letters.chars())
        .filter(|(_, letter)| *letter != '.')
        .map(|(testcase, letter)| RunReport {
            ordinal: 1,
            testcase: testcase.name.clone(),
            verdict: verdict(letter),
            message: String::new(),
            judge_message: (letter == 'W').then(|| "differs at line 3".to_owned()),
            score: None,
            attachments: Vec::new(),
            evidence: Evidence {
                exit: Exit::Code(0),
                stop: None,
                cpu: Duration::ZERO,
                wall: Duration::ZERO,
                memory_bytes: 0,
                oom_kills: 0,
                output_bytes: 0,
            },
        })
        .collect();
    let last = runs
        .iter()
        .map(|run| run.verdict)
        .find(|found| *found != Verdict::Ac);
    VerdictReport {
        judgement: JudgementId {
            submission: SubmissionId(uuid::Uuid::nil()),
            generation: 1,
        },
        verdict: last.unwrap_or(Verdict::Ac),
        score,
        compile: None,
        runs,
        testcase_count: 4,
        time_limit: Duration::ZERO,
        memory_limit_bytes: 0,
        message: String::new(),
        staff_message: None,
        provenance: None,
        started_at: Timestamp::default(),
        ended_at: Timestamp::default(),
    }
}

/// `kept`, `broken` or `open` for each of the judgements.
fn check(package: &ProblemPackage, cases: &[(&str, &str)]) {
    let submission = &package.submissions[0];
    let promise = submission.expectation.as_ref().unwrap();
    for (letters, expected) in cases {
        let kept = promise.judge(package, &report(package, letters, None));
        let found = match &kept {
            Kept::Yes => "kept",
            Kept::No(_) => "broken",
            Kept::Open(_) => "open",
        };
        assert_eq!(found, *expected, "{} {letters}: {kept:?}", submission.name);
    }
}

#[test]
fn legacy_directories_hold_the_final_verdict_or_the_testcases() {
    let check = |directory: &str, cases: &[(&str, &str)]| {
        check(
            &package(LEGACY, false, &format!("{directory}/a.py"), &[]),
            cases,
        );
    };
    check(
        "accepted",
        &[
            ("AAAA", "kept"),
            ("AW..", "broken"),
            ("T...", "broken"),
            ("AAJ.", "broken"),
        ],
    );
    check(
        "wrong_answer",
        &[
            ("AW..", "kept"),
            ("AWTR", "kept"),
            ("AO..", "kept"),
            ("AT..", "broken"),
            ("AAAA", "broken"),
        ],
    );
    check(
        "time_limit_exceeded",
        &[
            ("AT..", "kept"),
            ("AW..", "open"),
            ("AWAT", "kept"),
            ("AWAA", "broken"),
            ("AR..", "broken"),
            ("AWR.", "broken"),
        ],
    );
    check(
        "run_time_error",
        &[
            ("AR..", "kept"),
            ("AM..", "kept"),
            ("AT..", "open"),
            ("AWTR", "kept"),
            ("AWTA", "broken"),
        ],
    );
    check(
        "rejected",
        &[("AT..", "kept"), ("AW..", "kept"), ("AAAA", "broken")],
    );
    check(
        "memory_limit_exceeded",
        &[("AM..", "kept"), ("AR..", "kept"), ("AW..", "broken")],
    );
}

#[test]
fn newer_directories_hold_every_testcase() {
    let check = |directory: &str, cases: &[(&str, &str)]| {
        check(
            &package(NEWER, false, &format!("{directory}/a.py"), &[]),
            cases,
        );
    };
    check("accepted", &[("AAAA", "kept"), ("AAAW", "broken")]);
    check(
        "wrong_answer",
        &[("AW..", "kept"), ("AWT.", "broken"), ("AAAA", "broken")],
    );
    check(
        "time_limit_exceeded",
        &[("AT..", "kept"), ("AW..", "broken"), ("AAAA", "broken")],
    );
    check(
        "run_time_error",
        &[("AR..", "kept"), ("AM..", "kept"), ("AT..", "broken")],
    );
    check(
        "brute_force",
        &[("ATR.", "kept"), ("AW..", "broken"), ("AAAA", "broken")],
    );
    check(
        "rejected",
        &[("AW..", "kept"), ("WTR.", "kept"), ("AAAA", "broken")],
    );
}

#[test]
fn annotations_are_final_verdicts() {
    let source = "# @EXPECTED_RESULTS@: TIMELIMIT, WRONG-ANSWER\n";
    let mixed = |directory: &str| {
        let file = format!("submissions/{directory}/a.py");
        package(
            LEGACY,
            false,
            &format!("{directory}/a.py"),
            &[(&file, source)],
        )
    };
    check(
        &mixed("mixed"),
        &[
            ("AT..", "kept"),
            ("AW..", "kept"),
            ("AAAA", "broken"),
            ("AR..", "broken"),
        ],
    );
    check(&mixed("rejected"), &[("AT..", "kept"), ("AR..", "broken")]);
    check(&mixed("accepted"), &[("AAAA", "kept"), ("AT..", "broken")]);
    assert_eq!(
        package(LEGACY, false, "mixed/a.py", &[]).submissions[0].expectation,
        None
    );
}

#[test]
fn submissions_yaml_adds_requirements_and_replaces_those_of_a_directory() {
    let with = |submission: &str, yaml: &str| {
        package(
            NEWER,
            true,
            submission,
            &[("submissions/submissions.yaml", yaml)],
        )
    };
    let groups = with(
        "mixed/a.py",
        "mixed/*.py:\n  sample:\n    permitted: [AC]\n  secret/a:\n    permitted: [AC]\n  secret/b:\n    permitted: [AC, TLE]\n    required: [TLE]\n",
    );
    check(
        &groups,
        &[
            ("AAAT", "kept"),
            ("AATT", "broken"),
            ("AAAA", "broken"),
            ("AAA.", "open"),
            ("W...", "broken"),
        ],
    );
    let replaced = with(
        "time_limit_exceeded/a.py",
        "time_limit_exceeded:\n  permitted: [AC, WA, TLE]\n",
    );
    check(
        &replaced,
        &[
            ("AWT.", "kept"),
            ("AW..", "open"),
            ("AWAA", "broken"),
            ("AR..", "broken"),
        ],
    );
    let added = with(
        "wrong_answer/a.py",
        "wrong_answer/{a,b}.py:\n  message: line 3\n",
    );
    check(&added, &[("AW..", "kept"), ("AAAA", "broken")]);
    let other = with("wrong_answer/a.py", "wrong_answer/*:\n  message: line 4\n");
    check(&other, &[("AW..", "open"), ("AWWW", "broken")]);
    let entry = with(
        "mixed/a.py",
        "mixed:\n  language: pypy\n  entrypoint: main.py\n  authors: [Ada <a@b.c>, {name: Bob}]\n  model_solution: true\n  use_for_time_limit: lower\n",
    );
    let submission = &entry.submissions[0];
    assert_eq!(submission.language.as_deref(), Some("pypy"));
    assert_eq!(submission.entry_point.as_deref(), Some("main.py"));
    assert_eq!(
        (submission.authors.as_slice(), submission.model_solution),
        (&["Ada".to_owned(), "Bob".to_owned()][..], true)
    );
    let bounds = submission
        .expectation
        .as_ref()
        .unwrap()
        .bounds("secret/a/1");
    assert_eq!((bounds.lower, bounds.upper), (true, false));
}

#[test]
fn scores_are_promised_too() {
    let yaml = format!("{NEWER}type: scoring\n");
    let files = |yaml: &'static str| {
        [
            ("data/secret/a/test_group.yaml", "max_score: 30\n"),
            ("data/secret/b/test_group.yaml", "max_score: 70\n"),
            ("submissions/submissions.yaml", yaml),
        ]
    };
    let kept = |promise: &'static str, letters: &str, score: Option<f64>| {
        let package = package(&yaml, true, "mixed/a.py", &files(promise));
        let expectation = package.submissions[0].expectation.clone().unwrap();
        expectation.judge(&package, &report(&package, letters, score)) == Kept::Yes
    };
    let ranged = "mixed:\n  score: [20, 40]\n";
    assert!(kept(ranged, "AAAT", Some(30.0)));
    assert!(!kept(ranged, "AAAA", Some(100.0)));
    assert!(!kept(ranged, "ATTT", None));
    let by_group = "mixed:\n  secret/a:\n    score: 30\n  secret/b:\n    score: 0\n";
    assert!(kept(by_group, "AAAT", Some(30.0)));
    assert!(!kept(by_group, "AAAA", Some(100.0)));
    let legacy = package(
        "name: x\ntype: scoring\n",
        true,
        "partially_accepted/a.py",
        &[("data/testdata.yaml", "range: 0 100\n")],
    );
    let promise = legacy.submissions[0].expectation.clone().unwrap();
    assert_eq!(
        promise.judge(&legacy, &report(&legacy, "AAAA", Some(40.0))),
        Kept::Yes
    );
    assert!(matches!(
        promise.judge(&legacy, &report(&legacy, "AAAA", Some(100.0))),
        Kept::No(_)
    ));
}

#[test]
fn submissions_json_gives_entry_points() {
    let json = r#"{"submissions/accepted/run/": {"langid": "python3", "entry_point": "main.py", "team": "x"}}"#;
    let package = package(
        LEGACY,
        false,
        "accepted/run/main.py",
        &[("submissions.json", json)],
    );
    let submission = &package.submissions[0];
    assert_eq!(submission.entry_point.as_deref(), Some("main.py"));
    assert_eq!(submission.language.as_deref(), Some("python3"));
}
