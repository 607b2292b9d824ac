//! Packages whose fault shows only when a submission is judged, and the life of a server that is given every bad package.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::common::http;
use crate::common::server::{GAVEL, Options, Server};

/// The package, its submission, the verdict, and what staff (or for CE the contestant) reads.
const JUDGED: [(&str, &str, &str, &[&str]); 7] = [
    (
        "validator-loops",
        "echo.py",
        "JE",
        &["judge.py", "used up its time"],
    ),
    (
        "validator-crashes",
        "echo.py",
        "JE",
        &["judge.py", "was killed by SIGABRT"],
    ),
    ("validator-floods", "echo.py", "JE", &["judge.py"]),
    (
        "validator-exits-0",
        "echo.py",
        "JE",
        &["judge.py", "exited with code 0, which is neither 42 nor 43"],
    ),
    (
        "validator-scores",
        "echo.py",
        "JE",
        &["score.txt", "custom score"],
    ),
    ("validator-broken", "echo.py", "JE", &["judge.cpp"]),
    ("include-in-a-circle", "echo.cpp", "CE", &["circle.h"]),
];

fn bad_packages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/bad-packages")
}

#[test]
fn a_fault_of_the_package_is_a_judge_error_that_names_it() {
    let cache = tempfile::tempdir().unwrap();
    for (name, submission, verdict, words) in JUDGED {
        let package = bad_packages().join(name);
        let output = Command::new(GAVEL)
            .arg("judge")
            .arg(&package)
            .arg(package.join("submissions/accepted").join(submission))
            .arg("--json")
            .env("XDG_CACHE_HOME", cache.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let judged: Value = serde_json::from_str(&said).unwrap_or_else(|_| {
            panic!("{name}: {said}{}", String::from_utf8_lossy(&output.stderr))
        });
        assert_eq!(judged["verdict"], verdict, "{name}: {said}");
        for word in words {
            assert!(said.contains(word), "{name}: {word:?} is not in {said}");
        }
    }
}

#[test]
fn the_server_lives_and_says_which_packages_are_bad() {
    let above = bad_packages();
    let problems = vec![
        above.clone(),
        above.join("same-id/first"),
        above.join("same-id/second"),
    ];
    let server = Server::start(Options {
        problems,
        ..Options::default()
    });
    let list: Value = http::get(server.url(), "/api/v1/problems").json();
    let text = list.to_string();
    let broken = list["broken"].as_array().unwrap();
    assert_eq!(broken.len(), 31, "{text}");
    assert!(
        broken
            .iter()
            .any(|package| package["code"] == "package_duplicate_id"),
        "{text}"
    );
    assert!(
        broken
            .iter()
            .all(|package| !package["message"].as_str().unwrap().is_empty())
    );
    let loaded = list["problems"].as_array().unwrap();
    assert_eq!(loaded.len(), JUDGED.len() + 1, "{text}");
}

#[test]
fn lint_lists_deviations_with_their_rules() {
    let lint = |names: &[&str], json: bool| {
        let mut command = Command::new(GAVEL);
        command
            .arg("lint")
            .args(names.iter().map(|name| bad_packages().join(name)));
        if json {
            command.arg("--json");
        }
        let output = command.output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let (code, said) = lint(&["answer-missing", "validator-loops"], false);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("answer-missing/data/secret/2.in: has no answer file: every .in needs a .ans beside it [package_missing_answer]"), "{said}");
    assert!(
        said.contains(
            "validator-loops/input_validators: holds no input validator [missing_input_validator]"
        ),
        "{said}"
    );
    let (code, said) = lint(&["answer-missing"], true);
    let line: Value = serde_json::from_str(said.trim()).unwrap();
    assert_eq!(
        (code, &line["rule"], &line["file"]),
        (
            Some(1),
            &Value::from("package_missing_answer"),
            &Value::from("answer-missing/data/secret/2.in")
        )
    );
    assert_eq!(lint(&["nowhere"], false).0, Some(2));
}
