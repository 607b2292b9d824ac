//! Every language behind the native wall: the programs of `testdata/languages/<id>/`, named by how they must end.

#![expect(clippy::unwrap_used, reason = "a test's helpers fail the test")]
#![expect(
    clippy::print_stderr,
    reason = "what was measured, shown when a test fails"
)]

mod languages_support;

use std::path::{Path, PathBuf};
use std::time::Duration;

use languages_support::*;
use sandboxes::languages::{Sources, Toolchain};
use sandboxes::outcome::{Exit, Outcome, Stop};
use sandboxes::sandbox::{Limits, Wall};

/// Programs of one language whose name begins with `kind`; none is a mistake of the test.
fn programs(id: &str, kind: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(testdata("languages").join(id))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| name(path).split(['.', '_']).next() == Some(kind))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no {kind} program in {id}");
    found
}

async fn run(wall: &dyn Wall, toolchain: &Toolchain, path: &Path, limits: Limits) -> Outcome {
    let home = tempfile::tempdir().unwrap();
    let artifact = artifact(wall, toolchain, &sources(path), home.path()).await;
    let plan = toolchain.run_plan(&artifact, limits.memory_bytes);
    let mut sandbox = wall.prepare(SLOT).await.unwrap();
    sandbox.place(plan.place.clone()).await.unwrap();
    let outcome = run_in(&mut *sandbox, planned(&plan, "40 2\n", limits)).await;
    sandbox.destroy().await.unwrap();
    eprintln!(
        "  {}: {:?} {:?} cpu {:?} wall {:?} {} KiB",
        name(path),
        outcome.exit,
        outcome.stop,
        outcome.cpu,
        outcome.wall,
        outcome.memory_bytes / 1024
    );
    outcome
}

fn said(outcome: &Outcome) -> String {
    format!("{outcome:?}: {}", String::from_utf8_lossy(&outcome.stderr))
}

async fn check_accepted(wall: &dyn Wall, toolchain: &Toolchain, id: &str) {
    for path in programs(id, "ok") {
        let limits = Limits {
            cpu: Duration::from_secs(10),
            wall: Duration::from_secs(30),
            ..limits()
        };
        let outcome = run(wall, toolchain, &path, limits).await;
        assert_eq!(outcome.exit, Exit::Code(0), "{path:?}: {}", said(&outcome));
        assert_eq!(outcome.stop, None, "{path:?}");
        assert_eq!(stdout(&outcome), "42\n", "{path:?}");
        assert_eq!(outcome.oom_kills, 0, "{path:?}");
        assert!(
            outcome.memory_bytes > 64 * 1024 && outcome.memory_bytes <= 256 * MIB,
            "{path:?}: {}",
            said(&outcome)
        );
        assert!(
            outcome.cpu > Duration::ZERO && outcome.cpu <= outcome.wall + Duration::from_millis(20),
            "{path:?}: {}",
            said(&outcome)
        );
    }
}

/// The message must hold every one of `expected` and no path of the box.
async fn check_compile_errors(wall: &dyn Wall, toolchain: &Toolchain, id: &str, expected: &[&str]) {
    let path = &programs(id, "ce")[0];
    let report = compile_sources(wall, toolchain, &sources(path)).await;
    report.result.unwrap_err();
    for part in expected {
        assert!(
            report.message.contains(part),
            "{id}: no {part:?} in {}",
            report.message
        );
    }
    assert!(!report.message.contains("/box/"), "{}", report.message);
}

async fn check_run_time_errors(wall: &dyn Wall, toolchain: &Toolchain, id: &str) {
    for path in programs(id, "rte") {
        let outcome = run(wall, toolchain, &path, limits()).await;
        assert_ne!(outcome.exit, Exit::Code(0), "{path:?}: {}", said(&outcome));
        assert_eq!(
            (outcome.stop, outcome.oom_kills),
            (None, 0),
            "{path:?}: {}",
            said(&outcome)
        );
    }
}

async fn check_time_limits(wall: &dyn Wall, toolchain: &Toolchain, id: &str) {
    for path in programs(id, "tle") {
        // On a busy machine a second of CPU takes long: here only the CPU limit is of interest.
        let limits = Limits {
            wall: Duration::from_secs(30),
            ..limits()
        };
        let outcome = run(wall, toolchain, &path, limits).await;
        assert_eq!(
            outcome.stop,
            Some(Stop::CpuLimit),
            "{path:?}: {}",
            said(&outcome)
        );
        let over = outcome.cpu.checked_sub(Duration::from_secs(1));
        assert!(
            over.is_some_and(|over| over < Duration::from_millis(100)),
            "{path:?}: {}",
            said(&outcome)
        );
    }
}

/// Either the kernel's counter or the program's own out-of-memory: never a program that got away with more.
async fn check_memory_limits(wall: &dyn Wall, toolchain: &Toolchain, id: &str) {
    for path in programs(id, "mle") {
        let limits = Limits {
            cpu: Duration::from_secs(20),
            wall: Duration::from_secs(60),
            ..limits()
        };
        let outcome = run(wall, toolchain, &path, limits).await;
        let own = toolchain.ran_out_of_memory(&outcome);
        assert!(outcome.oom_kills > 0 || own, "{path:?}: {}", said(&outcome));
        assert!(
            outcome.memory_bytes <= 256 * MIB,
            "{path:?}: {}",
            said(&outcome)
        );
    }
}

fn check(id: &'static str, compile_error: &'static [&'static str]) {
    behind_native(|wall| async move {
        let toolchain = toolchain(&*wall, id).await;
        check_accepted(&*wall, &toolchain, id).await;
        check_compile_errors(&*wall, &toolchain, id, compile_error).await;
        check_run_time_errors(&*wall, &toolchain, id).await;
        check_time_limits(&*wall, &toolchain, id).await;
        check_memory_limits(&*wall, &toolchain, id).await;
    });
}

#[test]
fn c() {
    check("c", &["ce.c:4", "undeclared_number"]);
}

#[test]
fn cpp() {
    check("cpp", &["ce.cpp:4", "std::string"]);
}

#[test]
fn python3() {
    check("python3", &["ce.py\", line 1", "SyntaxError"]);
}

#[test]
fn java() {
    check("java", &["Main.java:3", "incompatible types"]);
}

#[test]
fn javascript() {
    check("javascript", &["ce.js:1", "SyntaxError"]);
}

#[test]
fn go() {
    check("go", &["ce.go:6", "declared"]);
}

#[test]
fn rust() {
    check("rust", &["ce.rs:2", "mismatched types"]);
}

#[test]
fn bash() {
    check("bash", &["ce.sh: line", "syntax error"]);
}

#[test]
fn programs_with_build_and_run_scripts() {
    behind_native(|wall| async move {
        let toolchain = toolchain(&*wall, "scripts").await;
        check_accepted(&*wall, &toolchain, "scripts").await;
        check_compile_errors(&*wall, &toolchain, "scripts", &["the build script says no"]).await;
        let no_run = sources(&testdata("languages/scripts/ce_no_run"));
        let report = compile_sources(&*wall, &toolchain, &no_run).await;
        assert!(
            report.message.contains("no run script"),
            "{}",
            report.message
        );
    });
}

#[test]
fn java_without_main_is_a_compile_error() {
    behind_native(|wall| async move {
        let toolchain = toolchain(&*wall, "java").await;
        let report = compile_sources(
            &*wall,
            &toolchain,
            &sources(&testdata("languages/java/ce_no_main.java")),
        )
        .await;
        assert_eq!(
            report.result.unwrap_err().to_string(),
            "there is no entry point \"main\""
        );
    });
}

#[test]
fn java_takes_the_class_it_is_told() {
    behind_native(|wall| async move {
        let toolchain = toolchain(&*wall, "java").await;
        let text = "class A { public static void main(String[] a) { System.out.print(1); } }\n\
                    class B { public static void main(String[] a) { System.out.print(2); } }\n";
        let both = |entry_point: Option<&str>| Sources {
            entry_point: entry_point.map(str::to_owned),
            ..Sources::single("b.java", text)
        };
        for (wanted, expected) in [(Some("A"), "A"), (Some("B"), "B"), (None, "B")] {
            let report = compile_sources(&*wall, &toolchain, &both(wanted)).await;
            assert_eq!(report.result.unwrap().entry.as_deref(), Some(expected));
        }
    });
}

/// Compilers meet hostile sources too: each must end as a compile error, soon, with a message that is not endless.
#[test]
fn compile_bombs() {
    behind_native(|wall| async move {
        let c = toolchain(&*wall, "c").await;
        for (crime, source) in [
            (
                "huge data",
                "char a[1L << 36] = {1}; int main(void) { return 0; }",
            ),
            ("endless include", "#include \"/dev/zero\"\n"),
            ("includes itself", "#include __FILE__\n#include __FILE__\n"),
            ("reads a secret", "#include \"/etc/shadow\"\n"),
            ("not text", "\0\u{1}\u{2}\0"),
        ] {
            let report = compile_sources(&*wall, &c, &Sources::single("main.c", source)).await;
            assert!(
                report.cpu < Duration::from_secs(15),
                "{crime}: {:?}",
                report.cpu
            );
            eprintln!(
                "{crime}: {:?} in {:?}, {} MiB",
                report.result.as_ref().err(),
                report.wall,
                report.memory_bytes / MIB
            );
            assert!(report.result.is_err(), "{crime}");
            assert!(
                report.message.len() <= 64 * 1024,
                "{crime}: {} bytes",
                report.message.len()
            );
            assert!(
                !report.message.contains("root:"),
                "{crime}: {}",
                report.message
            );
        }
    });
}
