//! Command building, on a host made of empty files: whole plans as snapshots.

use std::fmt::Write;
use std::path::Path;

use super::*;
use crate::languages::{Catalogue, Compiled, Produced};

const MEMORY: u64 = 256 * MIB;

/// A host with every toolchain of the catalogue, as empty files.
fn full_host(directory: &Path) -> Host {
    for path in [
        "usr/bin/gcc",
        "usr/bin/g++",
        "usr/bin/python3",
        "usr/bin/java",
        "usr/bin/javac",
        "usr/bin/node",
        "usr/bin/go",
        "usr/bin/bash",
        "usr/bin/sh",
        "usr/bin/fpc",
        "usr/bin/gnatmake",
        "usr/bin/perl",
        "root/.rustup/toolchains/stable/bin/rustc",
        "root/.rustup/toolchains/stable/lib/librustc_driver.so",
    ] {
        let path = directory.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }
    std::fs::write(
        directory.join("root/.rustup/settings.toml"),
        "default_toolchain = \"stable\"\n",
    )
    .unwrap();
    Host::below(directory)
}

fn toolchain(id: &str) -> Toolchain {
    let directory = tempfile::tempdir().unwrap();
    let catalogue = Catalogue::load().unwrap();
    Toolchain::locate(catalogue.get(id).unwrap(), &full_host(directory.path())).unwrap()
}

fn sources(names: &[&str], entry_point: Option<&str>) -> Sources {
    Sources {
        files: names
            .iter()
            .map(|name| SourceFile::new(*name, *b"x"))
            .collect(),
        entry_point: entry_point.map(str::to_owned),
    }
}

fn show(plan: &CompilePlan) -> String {
    let mut shown = String::new();
    for step in &plan.steps {
        let args: Vec<String> = step.args.iter().map(|arg| arg.replace('\n', "⏎")).collect();
        writeln!(shown, "{}", args.join(" ")).unwrap();
    }
    shown
}

fn commands(id: &str, names: &[&str]) -> String {
    show(
        &toolchain(id)
            .compile_plan(&sources(names, None), &CompileBounds::default())
            .unwrap(),
    )
}

fn artifact(rule: ArtifactRule, entry: &str, directory: &Path) -> Artifact {
    let compiled = Compiled {
        language: "toy".to_owned(),
        version: String::new(),
        rule,
        entry: Some(entry.to_owned()),
        message: String::new(),
        cpu: Duration::ZERO,
        wall: Duration::ZERO,
        memory_bytes: 0,
        files: vec![Produced {
            path: entry.to_owned(),
            content: Content::Bytes(b"x".to_vec()),
            executable: rule == ArtifactRule::Executable,
        }],
    };
    Artifact::write(&directory.join("artifact"), &compiled).unwrap()
}

fn run(id: &str, entry: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    let toolchain = toolchain(id);
    let artifact = artifact(toolchain.language().artifact, entry, directory.path());
    let plan = toolchain.run_plan(&artifact, MEMORY);
    let executable = match plan.executable {
        Executable::File(_) => "by descriptor:".to_owned(),
        Executable::Path(path) => format!("{}:", path.display()),
    };
    format!(
        "{executable} {} | {}",
        plan.args.join(" "),
        plan.env[common_env().len()..].join(" ")
    )
}

#[test]
fn compile_commands() {
    insta::assert_snapshot!(
        "compile_commands",
        [
            commands("c", &["main.c", "util.c", "util.h"]),
            commands("cpp", &["main.cpp", "lib/util.cc", "util.h"]),
            commands("python3", &["main.py", "helper.py"]),
            commands("java", &["Main.java", "Other.java"]),
            commands("javascript", &["main.js", "util.js"]),
            commands("go", &["main.go", "util.go"]),
            commands("rust", &["main.rs", "util.rs"]),
            commands("bash", &["main.sh"]),
            commands("scripts", &["build", "main.pas"]),
        ]
        .join("\n")
    );
}

#[test]
fn run_commands() {
    insta::assert_snapshot!(
        "run_commands",
        [
            run("c", "program"),
            run("python3", "__main__.py"),
            run("java", "Main"),
            run("javascript", "main.js"),
            run("go", "program"),
            run("bash", "main.sh"),
            run("scripts", "run"),
        ]
        .join("\n")
    );
}

#[test]
fn variants_change_the_commands() {
    let second = toolchain("cpp").with_variant(1).unwrap();
    let plan = second
        .compile_plan(&sources(&["a.cpp"], None), &CompileBounds::default())
        .unwrap();
    assert!(!show(&plan).contains("-static"), "{}", show(&plan));
    let build = toolchain("go").with_variant(1).unwrap();
    let plan = build
        .compile_plan(&sources(&["a.go"], None), &CompileBounds::default())
        .unwrap();
    assert!(
        show(&plan).starts_with("/usr/bin/go build"),
        "{}",
        show(&plan)
    );
    assert!(second.with_variant(2).is_none());
}

#[test]
fn entry_files() {
    let check = |names: &[&str], entry_point: Option<&str>, expected: Result<&str, SourceError>| {
        let plan = toolchain("python3")
            .compile_plan(&sources(names, entry_point), &CompileBounds::default());
        let entry = plan.map(|plan| plan.entry.unwrap());
        assert_eq!(
            entry,
            expected.map(str::to_owned),
            "{names:?} {entry_point:?}"
        );
    };
    check(&["a.py", "__main__.py"], None, Ok("__main__.py"));
    check(&["solution.py"], None, Ok("solution.py"));
    check(&["solution.py", "data.txt"], None, Ok("solution.py"));
    check(&["a.py", "b.py"], Some("b.py"), Ok("b.py"));
    check(&["a.py", "b.py"], Some("b"), Ok("b.py"));
    check(&["b.py", "a.py"], None, Ok("a.py"));
    check(&["a.py", "Main.py"], None, Ok("Main.py"));
    check(
        &["a.py"],
        Some("c.py"),
        Err(SourceError::NoEntryPoint("c.py".to_owned())),
    );
    check(&[], None, Err(SourceError::None));
}

#[test]
fn a_part_is_not_where_a_program_starts() {
    let check = |id: &str, files: &[(&str, &str)], expected: &str| {
        let files = files.iter();
        let sources = Sources {
            files: files
                .map(|(name, text)| SourceFile::new(*name, *text))
                .collect(),
            entry_point: None,
        };
        let plan = toolchain(id).compile_plan(&sources, &CompileBounds::default());
        assert_eq!(plan.unwrap().entry.as_deref(), Some(expected), "{id}");
    };
    let unit = "{ Sums. }\nUnit Adding;\ninterface\n";
    check(
        "pascal",
        &[("adding.pp", unit), ("solve.pas", "begin end.")],
        "solve.pas",
    );
    check("pascal", &[("adding.pp", unit)], "adding.pp");
    check(
        "ada",
        &[
            ("adding.ads", "package Adding is"),
            ("adding.adb", "package body Adding is"),
            ("solve.adb", "with Adding;\nprocedure Solve is"),
        ],
        "solve.adb",
    );
    check(
        "perl",
        &[
            ("Adding.pm", "package Adding;\nsub add { }\n1;\n"),
            ("solve.pl", "use Adding;\nprint add(1);\n"),
        ],
        "solve.pl",
    );
}

#[test]
fn files_of_another_language_are_refused() {
    let refused =
        toolchain("cpp").compile_plan(&sources(&["main.py"], None), &CompileBounds::default());
    let text = refused.unwrap_err().to_string();
    assert_eq!(
        text,
        "no C++ source file: expected a name ending in .cpp, .cc, .cxx, .c++, .C"
    );
}

#[test]
fn a_lone_java_source_is_named_after_its_class() {
    let lone = Sources::single("solution.java", "public class Sorter { }");
    let plan = toolchain("java")
        .compile_plan(&lone, &CompileBounds::default())
        .unwrap();
    assert_eq!(plan.place[0].path, "Sorter.java");
}

#[test]
fn the_cache_key_covers_what_the_result_depends_on() {
    let bounds = CompileBounds::default();
    let key = |toolchain: &Toolchain, sources: &Sources| {
        toolchain.compile_plan(sources, &bounds).unwrap().cache_key
    };
    let (gcc, one) = (toolchain("c"), sources(&["a.c", "b.c"], None));
    let base = key(&gcc, &one);
    assert_eq!(
        base,
        key(&gcc, &sources(&["b.c", "a.c"], None)),
        "the order of files does not matter"
    );
    let other_entry = sources(&["a.c", "b.c"], Some("a"));
    let moved = Sources {
        files: vec![SourceFile::new("a.c", *b"xb"), SourceFile::new(".c", *b"x")],
        entry_point: None,
    };
    let newer = gcc.clone().with_version("gcc 99".to_owned());
    let dynamic = gcc.with_variant(1).unwrap();
    for (what, other) in [
        ("entry point", key(&gcc, &other_entry)),
        ("boundaries", key(&gcc, &moved)),
        ("version", key(&newer, &one)),
        ("variant", key(&dynamic, &one)),
    ] {
        assert_ne!(base, other, "{what}");
    }
}

#[test]
fn what_is_not_installed_is_named() {
    let empty = tempfile::tempdir().unwrap();
    let catalogue = Catalogue::load().unwrap();
    let absent =
        Toolchain::locate(catalogue.get("java").unwrap(), &Host::below(empty.path())).unwrap_err();
    assert_eq!(
        absent.to_string(),
        "java is not installed (looked for /usr/bin/java)"
    );
}

#[test]
fn needs_raise_bounds_and_never_lower_them() {
    let small = CompileBounds {
        memory_bytes: 16 * MIB,
        ..CompileBounds::default()
    };
    let plan = |bounds: &CompileBounds| {
        toolchain("java")
            .compile_plan(&sources(&["A.java"], None), bounds)
            .unwrap()
    };
    assert_eq!(plan(&small).steps[0].limits.memory_bytes, 512 * MIB);
    let large = CompileBounds::default();
    assert_eq!(plan(&large).steps[0].limits.memory_bytes, 2048 * MIB);
}
