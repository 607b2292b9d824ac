//! Every language does the same deeds behind the native wall: one program each (`testdata/languages/<id>/deeds.*`), a table of
//! what it is told and how that must end, and a source that must not compile.
//!
//! Languages that Debian packages must be there; one that is missing fails its test and says what installs it.

#![expect(clippy::unwrap_used, reason = "a test's helpers fail the test")]
#![expect(
    clippy::print_stderr,
    reason = "what was measured, shown when a test fails"
)]

mod languages_support;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use languages_support::*;
use sandboxes::languages::{Artifact, Catalogue, Toolchain};
use sandboxes::outcome::{Exit, Outcome, Stop};
use sandboxes::sandbox::{Limits, Wall};

/// How a deed must end.
#[derive(Clone, Debug)]
enum End {
    /// Exit code 0 and this output.
    Prints(String),
    /// This exit code.
    Exits(i32),
    /// In any other way than by exit code 0, and not for a limit.
    Crashes,
    /// Over the memory limit: the kernel says so, or the run-time system.
    Memory,
    /// Over the CPU limit.
    Time,
}

/// What a language cannot do, or does differently; everything else is asked of every language.
#[derive(Clone, Copy, Default)]
struct Terms {
    /// How deep a recursion goes under 256 MiB; 1,000,000 unless said.
    depth: Option<u32>,
    /// How many lines it reads in time; 100,000 unless said.
    lines: Option<u32>,
    /// Deeds that mean nothing in this language.
    without: &'static [&'static str],
    /// No source of this language is refused before it runs.
    never_refused: bool,
}

const DEFAULT_DEPTH: u32 = 1_000_000;
const DEFAULT_LINES: u32 = 100_000;
const OUTPUT_LINES: u32 = 200_000;

fn deeds(terms: Terms) -> Vec<(String, End)> {
    let depth = terms.depth.unwrap_or(DEFAULT_DEPTH);
    let count = terms.lines.unwrap_or(DEFAULT_LINES);
    let mut lines = format!("lines {count}\n");
    for number in 1..=count {
        writeln!(lines, "{number}").unwrap();
    }
    let sum = u64::from(count) * u64::from(count + 1) / 2;
    let prints = |text: &str| End::Prints(text.to_owned());
    let table = vec![
        ("hello\n".to_owned(), prints("Hello, world!\n")),
        ("sum 40 2\n".to_owned(), prints("42\n")),
        ("wide 3000000000 7\n".to_owned(), prints("21000000000\n")),
        (lines, End::Prints(format!("{sum}\n"))),
        (
            format!("output {OUTPUT_LINES}\n"),
            End::Prints("0123456789\n".repeat(OUTPUT_LINES as usize)),
        ),
        ("exit 3\n".to_owned(), End::Exits(3)),
        ("crash\n".to_owned(), End::Crashes),
        (format!("deep {depth}\n"), End::Prints(format!("{depth}\n"))),
        ("memory\n".to_owned(), End::Memory),
        ("loop\n".to_owned(), End::Time),
    ];
    let asked = |(input, _): &(String, End)| !terms.without.contains(&deed_name(input));
    table.into_iter().filter(asked).collect()
}

fn deed_name(input: &str) -> &str {
    input.split_whitespace().next().unwrap_or_default()
}

/// The one entry of a language's directory with this stem.
fn program(id: &str, stem: &str) -> PathBuf {
    let directory = testdata("languages").join(id);
    let entries = std::fs::read_dir(&directory).unwrap_or_else(|_| panic!("no {directory:?}"));
    let mut found = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| name(path).split('.').next() == Some(stem));
    found
        .next()
        .unwrap_or_else(|| panic!("no {stem} program in {directory:?}"))
}

/// 256 MiB; CPU and wall time generous, except where time is what is tested.
fn limits_for(end: &End) -> Limits {
    Limits {
        cpu: Duration::from_secs(if matches!(end, End::Time) { 2 } else { 30 }),
        wall: Duration::from_secs(90),
        output_bytes: 16 * MIB,
        ..limits()
    }
}

async fn judge(
    wall: &dyn Wall,
    toolchain: &Toolchain,
    artifact: &Artifact,
    deed: &(String, End),
) -> Vec<String> {
    let (input, end) = deed;
    let limits = limits_for(end);
    let plan = toolchain.run_plan(artifact, limits.memory_bytes);
    let mut sandbox = wall.prepare(SLOT).await.unwrap();
    sandbox.place(plan.place.clone()).await.unwrap();
    let outcome = run_in(&mut *sandbox, planned(&plan, input, limits)).await;
    sandbox.destroy().await.unwrap();
    let ended = format!(
        "{:?} {:?} cpu {:?} wall {:?} {} KiB",
        outcome.exit,
        outcome.stop,
        outcome.cpu,
        outcome.wall,
        outcome.memory_bytes / 1024
    );
    eprintln!("  {}: {ended}", deed_name(input));
    let out_of_memory = outcome.oom_kills > 0 || toolchain.ran_out_of_memory(&outcome);
    let clean = outcome.stop.is_none() && !out_of_memory;
    let good = match end {
        End::Prints(text) => clean && outcome.exit == Exit::Code(0) && stdout(&outcome) == *text,
        End::Exits(code) => clean && outcome.exit == Exit::Code(*code),
        End::Crashes => clean && outcome.exit != Exit::Code(0),
        End::Memory => out_of_memory,
        End::Time => outcome.stop == Some(Stop::CpuLimit),
    };
    if good {
        Vec::new()
    } else {
        vec![complaint(input, &outcome, &ended)]
    }
}

fn complaint(input: &str, outcome: &Outcome, ended: &str) -> String {
    let printed: String = stdout(outcome).chars().take(200).collect();
    let said = String::from_utf8_lossy(&outcome.stderr);
    format!(
        "{}: {ended}\n  printed {printed:?}\n  said {:?}",
        deed_name(input),
        said.chars().take(1500).collect::<String>()
    )
}

async fn refused(wall: &dyn Wall, toolchain: &Toolchain, path: &Path) -> Vec<String> {
    let report = compile_sources(wall, toolchain, &sources(path)).await;
    let mut wrong = Vec::new();
    if report.result.is_ok() {
        wrong.push("ce: it compiled".to_owned());
    }
    if report.message.trim().is_empty() || report.message.contains("/box/") {
        wrong.push(format!(
            "ce: a message without paths of the box, not {:?}",
            report.message
        ));
    }
    eprintln!(
        "  ce: {:?} in {:?}, {}",
        report.result.err(),
        report.cpu,
        report.message.lines().next().unwrap_or_default()
    );
    wrong
}

fn check(id: &'static str, terms: Terms) {
    behind_native(|wall| async move {
        let toolchain = toolchain(&*wall, id).await;
        let home = tempfile::tempdir().unwrap();
        let artifact = artifact(
            &*wall,
            &toolchain,
            &sources(&program(id, "deeds")),
            home.path(),
        )
        .await;
        eprintln!("  compiled in {:?}", artifact.manifest().cpu);
        let mut wrong = Vec::new();
        for deed in deeds(terms) {
            wrong.extend(judge(&*wall, &toolchain, &artifact, &deed).await);
        }
        if !terms.never_refused {
            wrong.extend(refused(&*wall, &toolchain, &program(id, "ce")).await);
        }
        assert!(wrong.is_empty(), "{id}:\n{}", wrong.join("\n"));
    });
}

/// One test per language, and the list of all of them.
macro_rules! languages {
    ($($id:ident $({ $($term:ident: $value:expr),* })?),* $(,)?) => {
        $(#[test]
        fn $id() {
            check(stringify!($id), Terms { $($($term: $value,)*)? ..Terms::default() });
        })*

        const PROVED: &[&str] = &[$(stringify!($id)),*];
    };
}

languages! {
    ada,
    algol68 { depth: Some(1_000), without: &["exit"] },
    awk { depth: Some(500_000) },
    bash { depth: Some(2_000) },
    c,
    cgmp,
    clojure,
    cobol { without: &["deep"] },
    cpp,
    cppgmp,
    csharp,
    d,
    elixir,
    // Standard input of OTP 25 takes time that grows with the square of its lines: 33 s for 100,000, without any wall.
    erlang { lines: Some(20_000) },
    forth { never_refused: true },
    fortran,
    go,
    groovy,
    guile,
    haskell,
    java,
    javascript,
    kotlin,
    lisp,
    lua { depth: Some(400_000) },
    modula2,
    nasm,
    nim,
    objectivec,
    ocaml,
    octave { depth: Some(10_000) },
    pascal,
    perl { depth: Some(500_000) },
    php,
    prolog,
    pypy3 { depth: Some(200_000) },
    python3,
    python3numpy,
    r { depth: Some(10_000) },
    racket,
    ruby,
    rust,
    scala,
    sqlite { without: &["exit", "deep"], never_refused: true },
    tcl { depth: Some(200_000) },
    typescript,
}

/// Every language that Debian packages is proved above, and none else: the others are off where nobody installed them.
#[test]
fn every_packaged_language_is_proved() {
    let catalogue = Catalogue::load().unwrap();
    let packaged: Vec<&str> = catalogue
        .languages()
        .filter(|language| !language.packages.debian.is_empty())
        .map(|language| language.id.as_str())
        .collect();
    assert_eq!(packaged, PROVED);
    for language in catalogue.languages() {
        let somewhere =
            !language.packages.debian.is_empty() || language.packages.elsewhere.is_some();
        assert!(
            somewhere,
            "{} does not say where it comes from",
            language.id
        );
    }
}
