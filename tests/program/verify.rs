//! `gavel verify` against small packages: what it prints, how it ends, and what it leaves behind.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::packages;
use crate::common::server::GAVEL;

const RIGHT: &str = "print(sum(map(int, input().split())))\n";
const WRONG: &str = "print(3)\n";
const SLOW: &str = "while True: pass\n";
const CRASHING: &str = "print(input().split()[7])\n";

/// A directory with the package `sum` and a place for temporary files.
struct Workshop {
    dir: tempfile::TempDir,
}

impl Workshop {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("tmp")).unwrap();
        packages::sum(dir.path());
        Self { dir }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Adds a jury submission to `sum`.
    fn submit(&self, name: &str, source: &str) {
        let path = self.path().join("sum/submissions").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, source).unwrap();
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(GAVEL);
        command
            .arg("verify")
            .args(args)
            .current_dir(self.path())
            .env("XDG_CACHE_HOME", self.path().join("cache"))
            .env("TMPDIR", self.path().join("tmp"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Verifies and returns the exit code, the lines of JSON and standard error.
    fn verify(&self, args: &[&str]) -> (Option<i32>, Vec<Value>, String) {
        let output = self
            .command(&[args, &["--json"]].concat())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), lines.collect(), said)
    }

    fn is_tidy(&self) {
        let left: Vec<_> = fs::read_dir(self.path().join("tmp")).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

fn line<'a>(lines: &'a [Value], submission: &str) -> &'a Value {
    let found = lines.iter().find(|line| line["submission"] == submission);
    found.unwrap_or_else(|| panic!("no line for {submission} in {lines:#?}"))
}

fn check(line: &Value, verdict: &str, ok: bool, reason: &str) {
    assert_eq!(line["verdict"], verdict, "{line:#}");
    assert_eq!(line["ok"], ok, "{line:#}");
    let said = line["reason"].as_str().unwrap();
    assert!(said.contains(reason), "{reason:?} is not in {line:#}");
}

#[test]
fn every_kept_promise_is_a_line_and_the_sums_come_last() {
    let shop = Workshop::new();
    shop.submit("wrong_answer/three.py", WRONG);
    shop.submit("time_limit_exceeded/endless.py", SLOW);
    shop.submit("run_time_error/index.py", CRASHING);
    shop.submit("mixed/whatever.py", WRONG);
    shop.submit(
        "mixed/annotated.py",
        &format!("# @EXPECTED_RESULTS@: RUN-ERROR\n{CRASHING}"),
    );
    let (code, lines, said) = shop.verify(&["sum"]);
    assert_eq!(code, Some(0), "{lines:#?}\n{said}");
    assert_eq!(lines.len(), 7);
    let accepted = line(&lines, "accepted/sum.py");
    check(accepted, "AC", true, "");
    let keys = [
        "problem",
        "submission",
        "language",
        "expected",
        "verdict",
        "score",
        "ok",
        "slowestCpuMs",
        "timeLimitMs",
    ];
    for key in keys {
        assert!(accepted.get(key).is_some(), "no {key} in {accepted:#}");
    }
    assert_eq!(accepted["problem"], "sum");
    assert_eq!(accepted["language"], "python3");
    assert_eq!(accepted["expected"], serde_json::json!(["AC"]));
    assert_eq!(accepted["timeLimitMs"], 1_000.0);
    assert!(accepted["slowestCpuMs"].as_f64().unwrap() > 0.0);
    check(line(&lines, "wrong_answer/three.py"), "WA", true, "");
    let endless = line(&lines, "time_limit_exceeded/endless.py");
    check(endless, "TLE", true, "");
    assert!(endless["slowestCpuMs"].as_f64().unwrap() > 1_000.0);
    check(line(&lines, "run_time_error/index.py"), "RTE", true, "");
    let unpromised = line(&lines, "mixed/whatever.py");
    check(unpromised, "WA", true, "");
    assert_eq!(unpromised["expected"], serde_json::json!([]));
    check(line(&lines, "mixed/annotated.py"), "RTE", true, "");
    let summary = lines.last().unwrap();
    assert_eq!(summary["summary"], true);
    assert_eq!(summary["ok"], true);
    for (key, expected) in [
        ("submissions", 6),
        ("asPromised", 5),
        ("unpromised", 1),
        ("violated", 0),
        ("skipped", 0),
    ] {
        assert_eq!(summary[key], expected, "{key}: {summary:#}");
    }
    assert!(
        summary["overheadRatio"].as_f64().unwrap() >= 0.9,
        "{summary:#}"
    );
    let margins = &summary["margins"][0];
    assert_eq!(margins["slowestAccepted"]["submission"], "accepted/sum.py");
    let too_slow = &margins["fastestTooSlow"];
    assert_eq!(too_slow["submission"], "time_limit_exceeded/endless.py");
    assert!(too_slow["ofLimit"].as_f64().unwrap() > 1.0, "{margins:#}");
    shop.is_tidy();
}

#[test]
fn a_broken_promise_is_told_with_its_reason_and_exits_with_one() {
    let shop = Workshop::new();
    shop.submit("accepted/three.py", WRONG);
    shop.submit("wrong_answer/sum.py", RIGHT);
    shop.submit("time_limit_exceeded/three.py", WRONG);
    let (code, lines, _) = shop.verify(&["sum"]);
    assert_eq!(code, Some(1), "{lines:#?}");
    check(line(&lines, "accepted/sum.py"), "AC", true, "");
    check(line(&lines, "accepted/three.py"), "WA", false, "got WA");
    check(line(&lines, "wrong_answer/sum.py"), "AC", false, "got AC");
    check(
        line(&lines, "time_limit_exceeded/three.py"),
        "WA",
        false,
        "WA",
    );
    assert_eq!(lines.last().unwrap()["violated"], 3);
    let text = shop.command(&["sum"]).output().unwrap();
    let out = String::from_utf8_lossy(&text.stdout).into_owned();
    assert_eq!(text.status.code(), Some(1));
    for expected in [
        "FAIL",
        "got WA",
        "3 violated",
        "overhead ratio",
        "slowest AC",
    ] {
        assert!(out.contains(expected), "{expected:?} is not in {out}");
    }
}

#[test]
fn what_cannot_run_here_is_skipped_loudly_and_never_ok() {
    let shop = Workshop::new();
    shop.submit(
        "accepted/old.py2",
        "print sum(map(int, raw_input().split()))\n",
    );
    shop.submit("accepted/program.klingon", "?\n");
    let (code, lines, _) = shop.verify(&["sum"]);
    assert_eq!(code, Some(0), "{lines:#?}");
    let old = line(&lines, "accepted/old.py2");
    check(old, "skipped", false, "Python 2");
    assert_eq!(
        (&old["skipped"], &old["language"]),
        (&Value::Bool(true), &Value::from("python2"))
    );
    check(
        line(&lines, "accepted/program.klingon"),
        "skipped",
        false,
        "program.klingon",
    );
    let summary = lines.last().unwrap();
    assert_eq!(
        (&summary["skipped"], &summary["asPromised"]),
        (&2.into(), &1.into())
    );
    let text = shop.command(&["sum"]).output().unwrap();
    let out = String::from_utf8_lossy(&text.stdout).into_owned();
    assert!(out.contains("2 SKIPPED"), "{out}");
}

#[test]
fn a_broken_package_is_one_message_and_the_others_go_on() {
    let shop = Workshop::new();
    for id in ["before", "after", "noanswer"] {
        let package = packages::Package::new(shop.path(), id, 64);
        package.testcase("secret/01", "20 22\n", "42\n");
    }
    fs::remove_file(shop.path().join("noanswer/data/secret/01.ans")).unwrap();
    fs::write(shop.path().join("notes.txt"), "no package").unwrap();
    let (code, lines, said) = shop.verify(&["before", "noanswer", "nowhere", "notes.txt", "after"]);
    assert_eq!(code, Some(2), "{lines:#?}");
    for expected in ["01.in", "package_missing_answer", "nowhere", "notes.txt"] {
        assert!(said.contains(expected), "{expected} is not in {said}");
    }
    let judged = lines.iter().filter(|line| line["verdict"] == "AC").count();
    assert_eq!(judged, 2);
    let broken = lines.last().unwrap()["broken"].as_array().unwrap();
    assert_eq!(broken.len(), 3, "{broken:#?}");
    shop.is_tidy();
}

#[test]
fn two_packages_of_one_name_are_two() {
    let shop = Workshop::new();
    let other = shop.path().join("other");
    fs::create_dir(&other).unwrap();
    let package = packages::Package::new(&other, "sum", 64);
    package.testcase("secret/01", "1 1\n", "3\n");
    let (code, lines, _) = shop.verify(&["sum", "other/sum"]);
    assert_eq!(code, Some(1));
    let verdicts: Vec<_> = lines
        .iter()
        .filter_map(|line| line["verdict"].as_str())
        .collect();
    assert!(
        verdicts.contains(&"AC") && verdicts.contains(&"WA"),
        "{lines:#?}"
    );
}

#[test]
fn a_time_limit_that_is_left_open_is_found_first() {
    let shop = Workshop::new();
    fs::remove_file(shop.path().join("sum/.timelimit")).unwrap();
    let busy =
        |ms: u32| format!("import time\nwhile time.process_time() < {ms} / 1000: pass\n{RIGHT}");
    shop.submit("accepted/busy.py", &busy(300));
    shop.submit("time_limit_exceeded/endless.py", SLOW);
    let (code, lines, said) = shop.verify(&["sum"]);
    assert_eq!(code, Some(0), "{lines:#?}\n{said}");
    // Five times 0.3 s and a little: 1.5 s and more, rounded to whole seconds.
    for name in [
        "accepted/sum.py",
        "accepted/busy.py",
        "time_limit_exceeded/endless.py",
    ] {
        assert_eq!(line(&lines, name)["timeLimitMs"], 2_000.0, "{lines:#?}");
    }
    let margins = &lines.last().unwrap()["margins"][0];
    assert_eq!(margins["inferred"], true);
    assert_eq!(margins["slowestAccepted"]["submission"], "accepted/busy.py");
}

#[test]
fn time_factors_languages_and_globs_are_obeyed() {
    let shop = Workshop::new();
    shop.submit("wrong_answer/three.py", WRONG);
    shop.submit("accepted/sum.sh", "read a b\necho $((a + b))\n");
    let (code, lines, _) = shop.verify(&["sum", "--time-factor", "2.5", "--language", "bash"]);
    assert_eq!((code, lines.len()), (Some(0), 2), "{lines:#?}");
    assert_eq!(line(&lines, "accepted/sum.sh")["timeLimitMs"], 2_500.0);
    let (code, lines, _) = shop.verify(&["sum", "--submission", "wrong_answer/*", "--jobs", "1"]);
    assert_eq!((code, lines.len()), (Some(0), 2), "{lines:#?}");
    assert_eq!(line(&lines, "wrong_answer/three.py")["runs"], 2);
    assert_eq!(lines[1]["slots"], 1);
    let (_, lines, _) = shop.verify(&["sum", "--submission", "wrong_answer/*", "--all-testcases"]);
    assert_eq!(line(&lines, "wrong_answer/three.py")["runs"], 3);
    let (code, ..) = shop.verify(&["sum", "--submission", "nothing/*"]);
    assert_eq!(code, Some(2));
    let (code, _, said) = shop.verify(&["sum", "--language", "klingon"]);
    assert_eq!(code, Some(2), "{said}");
}

#[test]
fn an_interrupt_ends_it_soon_and_leaves_nothing() {
    let shop = Workshop::new();
    fs::write(shop.path().join("sum/.timelimit"), "100\n").unwrap();
    shop.submit("time_limit_exceeded/endless.py", SLOW);
    let mut child = shop.command(&["sum", "--json"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    assert!(first.contains("accepted/sum.py"), "{first}");
    let began = Instant::now();
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&stderr).into_owned();
    assert_eq!(status.code(), Some(130), "{said}");
    assert!(
        began.elapsed() < Duration::from_secs(30),
        "{:?}",
        began.elapsed()
    );
    assert!(!said.contains("panicked"), "{said}");
    shop.is_tidy();
}

#[test]
fn archives_are_packages_too_and_what_is_unpacked_goes_away() {
    let shop = Workshop::new();
    for (name, prefix) in [("flat.zip", ""), ("deep.kpp", "sum/")] {
        fs::write(
            shop.path().join(name),
            packages::zipped(&shop.path().join("sum"), prefix),
        )
        .unwrap();
    }
    fs::write(shop.path().join("junk.zip"), "junk").unwrap();
    let (code, lines, said) = shop.verify(&["flat.zip", "deep.kpp"]);
    assert_eq!(code, Some(0), "{lines:#?}\n{said}");
    let mut problems: Vec<_> = lines[..2]
        .iter()
        .map(|line| line["problem"].as_str().unwrap())
        .collect();
    problems.sort_unstable();
    assert_eq!(problems, ["deep", "flat"]);
    let (code, _, said) = shop.verify(&["flat.zip", "junk.zip"]);
    assert_eq!(code, Some(2));
    assert!(
        said.contains("junk.zip") && said.contains("package_archive_invalid"),
        "{said}"
    );
    shop.is_tidy();
}
