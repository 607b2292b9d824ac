//! The commands that need no server: `judge`, `validate-output`, `doctor`, and mistakes in their use.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::common::packages;
use crate::common::server::GAVEL;

fn gavel(args: &[&str], dir: &Path, input: &[u8]) -> Output {
    let mut child = Command::new(GAVEL)
        .args(args)
        .current_dir(dir)
        .env("XDG_CACHE_HOME", dir.join("cache"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that ends without reading its input is no failure of the test.
    child.stdin.take().unwrap().write_all(input).ok();
    child.wait_with_output().unwrap()
}

fn check(output: &Output, code: i32, stdout: &str, stderr: &str) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{out}\n{err}");
    assert!(out.contains(stdout), "{stdout:?} is not in {out}");
    assert!(err.contains(stderr), "{stderr:?} is not in {err}");
}

fn workshop() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    packages::sum(dir.path());
    let files = [
        ("right.py", "print(sum(map(int, input().split())))\n"),
        ("wrong.py", "print(3)\n"),
        ("broken.cpp", "int main() { return x; }\n"),
        ("garbage.py", "print(\u{0}1)\n"),
        ("program.xyz", "?"),
    ];
    for (name, content) in files {
        std::fs::write(dir.path().join(name), content).unwrap();
    }
    dir
}

#[test]
fn judge_prints_a_table_and_exits_by_the_verdict() {
    let dir = workshop();
    let right = gavel(&["judge", "sum", "right.py"], dir.path(), b"");
    check(&right, 0, "AC: accepted", "judging 3 testcases");
    check(&right, 0, "secret/02", "");
    check(
        &gavel(&["judge", "sum", "wrong.py"], dir.path(), b""),
        1,
        "WA",
        "",
    );
    check(
        &gavel(&["judge", "sum", "broken.cpp"], dir.path(), b""),
        1,
        "CE",
        "does not compile",
    );
}

#[test]
fn judge_json_is_one_object() {
    let dir = workshop();
    let output = gavel(&["judge", "sum", "wrong.py", "--json"], dir.path(), b"");
    check(&output, 1, "", "");
    let judged: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(judged["verdict"], "WA");
    assert_eq!(judged["language"], "python3");
    assert_eq!(judged["compile"]["success"], true);
    let runs = judged["runs"].as_array().unwrap();
    let verdicts: Vec<&str> = runs
        .iter()
        .map(|run| run["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(verdicts, ["AC", "WA"], "{judged:#}");
    for run in runs {
        assert!(
            run["testcase"].is_string() && run["message"].is_string(),
            "{run:#}"
        );
        for number in ["cpuMs", "wallMs", "memoryBytes"] {
            assert!(run[number].as_f64().unwrap() > 0.0, "{number}: {run:#}");
        }
    }
}

#[test]
fn judge_obeys_another_time_limit_and_another_wall() {
    let dir = workshop();
    let slow = "import time\nend = time.process_time() + 0.5\nwhile time.process_time() < end: pass\nprint(sum(map(int, input().split())))\n";
    std::fs::write(dir.path().join("slow.py"), slow).unwrap();
    let judge = |more: &[&str]| {
        let args = [&["judge", "sum", "slow.py", "--json"], more].concat();
        let output = gavel(&args, dir.path(), b"");
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["verdict"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(judge(&["--time-limit", "3s"]), "AC");
    assert_eq!(judge(&["--time-limit", "200ms"]), "TLE");
    assert_eq!(judge(&["--time-limit", "3s", "--wall", "trusted"]), "AC");
}

#[test]
fn judge_names_the_file_that_is_wrong() {
    let dir = workshop();
    let judge = |args: &[&str], message: &str| check(&gavel(args, dir.path(), b""), 2, "", message);
    judge(&["judge", "sum", "missing.py"], "missing.py");
    judge(
        &["judge", "nowhere", "right.py"],
        "nowhere is not a problem package",
    );
    judge(&["judge", "sum", "program.xyz"], "program.xyz");
    judge(&["judge", "sum", "garbage.py"], "garbage.py");
    judge(
        &["judge", "sum", "right.py", "--language", "klingon"],
        "klingon",
    );
    judge(&["judge", "sum"], "Usage");
    std::fs::remove_file(dir.path().join("sum/data/secret/01.ans")).unwrap();
    judge(&["judge", "sum", "right.py"], "01.in");
}

#[test]
fn validate_output_keeps_the_contract_of_validators() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("in"), "").unwrap();
    std::fs::write(dir.path().join("ans"), "1 2.5\nYes\n").unwrap();
    std::fs::create_dir(dir.path().join("feedback")).unwrap();
    let validate = |flags: &[&str], output: &[u8], code: i32| {
        let args = [&["validate-output", "in", "ans", "feedback"], flags].concat();
        check(&gavel(&args, dir.path(), output), code, "", "");
        std::fs::read_to_string(dir.path().join("feedback/judgemessage.txt")).unwrap()
    };
    assert_eq!(validate(&[], b"1  2.5 yes", 42), "");
    assert!(validate(&["case_sensitive"], b"1 2.5\nyes\n", 43).contains("\"Yes\""));
    assert!(validate(&["space_change_sensitive"], b"1  2.5\nYes\n", 43).contains("white space"));
    validate(&["float_tolerance", "1e-2"], b"1 2.51 yes", 42);
    validate(&["float_absolute_tolerance", "1e-3"], b"1 2.51 yes", 43);
    validate(&[], b"\xff\xfe\x00", 43);
    validate(&[], b"", 43);
    let bad = |args: &[&str], message: &str| check(&gavel(args, dir.path(), b"1"), 2, "", message);
    bad(&["validate-output", "in", "ans"], "Usage");
    bad(
        &["validate-output", "in", "ans", "feedback", "no_such_flag"],
        "no_such_flag",
    );
    bad(
        &[
            "validate-output",
            "in",
            "ans",
            "feedback",
            "float_tolerance",
            "x",
        ],
        "float_tolerance",
    );
    bad(&["validate-output", "in", "nowhere", "feedback"], "nowhere");
    bad(&["validate-output", "in", "ans", "nowhere"], "nowhere");
}

#[test]
fn doctor_examines_this_machine() {
    let dir = tempfile::tempdir().unwrap();
    let output = gavel(&["doctor", "--json", "--quick"], dir.path(), b"");
    check(&output, 0, "", "");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["healthy"], true);
    let names: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|found| found["name"].as_str())
        .collect();
    for expected in [
        "kernel",
        "disk",
        "open files",
        "wall: cgroups",
        "wall: seccomp",
        "wall native",
        "language cpp",
    ] {
        assert!(names.contains(&expected), "{expected} is not in {names:?}");
    }
    check(
        &gavel(&["doctor", "--quick"], dir.path(), b""),
        0,
        "everything needed is there",
        "",
    );
}

#[test]
fn mistakes_in_the_configuration_are_all_named() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(
        dir.path().join("gavel.toml"),
        "[http]\nlisten = '0.0.0.0:80'\nworkers = 'many'\n[no]\nsuch = 1\n",
    )
    .unwrap();
    let output = gavel(&["serve", "--set", "shutdown.drain=soon"], dir.path(), b"");
    for (key, source) in [
        ("http.workers", "gavel.toml"),
        ("http.listen", "loopback"),
        ("no", "gavel.toml"),
        ("shutdown.drain", "--set"),
    ] {
        check(&output, 2, "", key);
        check(&output, 2, "", source);
    }
    std::fs::remove_file(dir.path().join("gavel.toml")).unwrap();
    check(
        &gavel(&["serve", "--print-config"], dir.path(), b""),
        0,
        "listen = \"127.0.0.1:8080\"",
        "",
    );
}
