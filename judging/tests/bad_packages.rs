//! Packages with a fault (`testdata/bad-packages`): each is refused with a message that names the file and the rule.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use judging::packages::{self, lint};

/// The directory of a package, the stable code, and the message.
const REFUSED: [(&str, &str, &str); 30] = [
    (
        "answer-missing",
        "package_missing_answer",
        "answer-missing/data/secret/2.in has no answer file: every .in needs a .ans beside it",
    ),
    (
        "input-missing",
        "package_missing_input",
        "input-missing/data/secret/2.ans has no input file: every .ans needs a .in beside it",
    ),
    (
        "testcases-missing",
        "package_no_testcases",
        "testcases-missing/data holds no testcase: a package needs at least one .in and .ans under data/secret",
    ),
    (
        "yaml-bomb",
        "package_invalid_yaml",
        "yaml-bomb/problem.yaml is not valid YAML: ",
    ),
    (
        "yaml-deep",
        "package_invalid_yaml",
        "yaml-deep/problem.yaml is not valid YAML: ",
    ),
    (
        "yaml-broken",
        "package_invalid_yaml",
        "yaml-broken/problem.yaml is not valid YAML: ",
    ),
    (
        "yaml-list",
        "package_invalid_yaml",
        "yaml-list/problem.yaml is not valid YAML: expected a map, found [\"name\"]",
    ),
    (
        "format-unknown",
        "package_unknown_format",
        "format-unknown/problem.yaml: unknown problem_format_version \"2031-01\"",
    ),
    (
        "limits-list",
        "package_invalid_value",
        "limits-list/problem.yaml: limits must be a map, found [1,2]",
    ),
    (
        "limit-huge",
        "package_invalid_value",
        "limit-huge/problem.yaml: limits.memory must be a number above 0 and within reason, found 1e+300",
    ),
    (
        "limit-negative",
        "package_invalid_value",
        "limit-negative/problem.yaml: limits.output must be a number above 0 and within reason, found -1",
    ),
    (
        "time-limit-words",
        "package_invalid_value",
        "time-limit-words/.timelimit: the time limit must be a number of seconds above 0, found two seconds",
    ),
    (
        "types-conflict",
        "package_invalid_value",
        "types-conflict/problem.yaml: type must be of kinds that go together",
    ),
    (
        "passes-one",
        "package_invalid_value",
        "passes-one/problem.yaml: limits.validation_passes must be a whole number of at least 2, found 1",
    ),
    (
        "validator-missing",
        "package_no_validator",
        "validator-missing/output_validators holds no output validator although validation is custom",
    ),
    (
        "validator-empty",
        "package_no_validator",
        "validator-empty/output_validator holds no output validator",
    ),
    (
        "interactor-missing",
        "package_no_validator",
        "interactor-missing/output_validator holds no output validator",
    ),
    (
        "flag-unknown",
        "package_validator_flags",
        "flag-unknown/problem.yaml: output validator flags: unknown flag \"case_insensitive\"",
    ),
    (
        "flag-twice",
        "package_validator_flags",
        "flag-twice/data/secret: output validator flags: float_absolute_tolerance is given although",
    ),
    (
        "grader-missing",
        "package_invalid_value",
        "grader-missing/data/testdata.yaml: grading must be default, as there is no program in graders",
    ),
    (
        "range-reversed",
        "package_invalid_value",
        "range-reversed/data/testdata.yaml: range must be two numbers, the smaller first",
    ),
    (
        "reject-unknown",
        "package_invalid_value",
        "reject-unknown/data/secret/testdata.yaml: on_reject must be break or continue, found \"stop\"",
    ),
    (
        "groups-and-testcases",
        "package_rule",
        "groups-and-testcases/data/secret: holds groups and testcases, of which it may have one kind",
    ),
    (
        "groups-in-a-circle",
        "package_rule",
        "groups-in-a-circle/data/secret/a: require_pass names \"secret/b\", which is not an earlier group",
    ),
    (
        "group-requires-sum",
        "package_rule",
        "group-requires-sum/data/secret/b: require_pass names \"secret/a\", whose score_aggregation is not pass-fail",
    ),
    (
        "group-unbounded",
        "package_rule",
        "group-unbounded/data/secret/a: has no max_score, although that of secret is bounded",
    ),
    (
        "static-validator-missing",
        "package_rule",
        "static-validator-missing/data/secret/a/test_group.yaml: static_validation_score is given, but there is no program in static_validator",
    ),
    (
        "static-validator-of-answers",
        "package_rule",
        "static-validator-of-answers/static_validator: submit-answer problems have no static validator",
    ),
    (
        "verdict-unknown",
        "package_invalid_value",
        "verdict-unknown/submissions/submissions.yaml: accepted.permitted must be a list of AC, WA, TLE and RTE",
    ),
    (
        "glob-open",
        "package_rule",
        "glob-open/submissions/submissions.yaml: \"accepted/{echo,cat.py\" is no glob",
    ),
];

fn bad_packages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/bad-packages")
}

/// Refused by the loader with this code and message, and by the strict reading under the same code.
#[cfg(test)]
fn check(root: &Path, code: &str, message: &str) {
    let error = packages::load(root).unwrap_err();
    let mut said = error.to_string();
    if let Some(source) = std::error::Error::source(&error)
        && !said.contains(&source.to_string())
    {
        said = format!("{said}: {source}");
    }
    assert_eq!(error.code(), code, "{said}");
    assert!(said.starts_with(message), "{said}\nis not\n{message}");
    let found = lint(root).unwrap();
    assert_eq!((found.len(), found[0].rule), (1, code), "{found:?}");
    assert!(
        message.starts_with(&found[0].file.display().to_string()),
        "{found:?}"
    );
}

#[test]
fn each_is_refused_with_the_file_and_the_rule() {
    for (name, code, message) in REFUSED {
        check(&bad_packages().join(name), code, message);
    }
}

/// Nothing stands there that no test speaks of.
#[test]
fn every_package_is_in_a_table() {
    let judged =
        fs::read_to_string(bad_packages().join("../../tests/program/bad_packages.rs")).unwrap();
    for entry in fs::read_dir(bad_packages()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let here = REFUSED.iter().any(|(known, ..)| *known == name);
        assert!(
            here || name == "README.md"
                || judged.contains(&format!("\"{name}\""))
                || judged.contains(&format!("{name}/")),
            "{name}"
        );
    }
}

/// What no repository can keep: links that lead in circles or out, devices.
#[test]
fn links_and_devices() {
    let dir = tempfile::tempdir().unwrap();
    for (name, link, target, code, rule) in [
        (
            "circle",
            "data/secret/again",
            "..",
            "package_link_loop",
            "circle/data/secret/again is a symbolic link in a loop",
        ),
        (
            "itself",
            "data/secret/2.in",
            "2.in",
            "package_link_loop",
            "itself/data/secret/2.in is a symbolic link in a loop",
        ),
        (
            "absolute",
            "attachments",
            "/etc",
            "package_escaping_link",
            "absolute/attachments is a symbolic link out of the package",
        ),
        (
            "escaping",
            "data/secret/2.in",
            "../../../../secret",
            "package_escaping_link",
            "escaping/data/secret/2.in is a symbolic link out of the package",
        ),
        (
            "device",
            "data/secret/2.in",
            "/dev/zero",
            "package_escaping_link",
            "device/data/secret/2.in is a symbolic link out of the package",
        ),
    ] {
        let root = dir.path().join(name);
        fs::create_dir_all(root.join("data/secret")).unwrap();
        fs::write(root.join("problem.yaml"), "name: Bad\n").unwrap();
        fs::write(root.join("data/secret/1.in"), "1\n").unwrap();
        fs::write(root.join("data/secret/1.ans"), "1\n").unwrap();
        symlink(target, root.join(link)).unwrap();
        check(&root, code, rule);
    }
}

/// What packages of `testdata/problems` deviate in on purpose, as real packages do: DOMjudge's files, names of drafts, keys of the
/// other format, directories that promise nothing.
const DIRT: [&str; 8] = [
    "deprecated",
    "format_version",
    "no_program",
    "no_promise",
    "other_format",
    "type",
    "unknown_entry",
    "validation",
];

#[test]
fn good_packages_deviate_only_on_purpose() {
    let (mut packages, mut clean, mut found) = (0, 0, Vec::new());
    for entry in fs::read_dir(bad_packages().join("../problems")).unwrap() {
        let root = entry.unwrap().path();
        if root.is_dir() {
            let deviations = lint(&root).unwrap();
            packages += 1;
            clean += usize::from(deviations.is_empty());
            found.extend(deviations);
        }
    }
    found.retain(|deviation| !DIRT.contains(&deviation.rule));
    // The large inputs are not committed: `testdata/generate` writes them.
    found.retain(|deviation| deviation.rule != "package_missing_input");
    assert!(found.is_empty(), "{found:#?}");
    assert!(
        2 * clean > packages,
        "{clean} of {packages} are to the letter"
    );
}
