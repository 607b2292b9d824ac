//! What each kind of file speaks for, by name and by content, on the embedded definitions.

use super::*;

fn check(names: &[&str], expected: Option<&str>) {
    let catalogue = Catalogue::load().unwrap();
    let detected = catalogue
        .detect(names.iter().copied())
        .map(|language| language.id.as_str());
    assert_eq!(detected, expected, "{names:?}");
}

fn check_content(files: &[(&str, &str)], expected: Option<&str>) {
    let catalogue = Catalogue::load().unwrap();
    let files: Vec<SourceFile> = files
        .iter()
        .map(|(name, text)| SourceFile::new(*name, *text))
        .collect();
    let detected = catalogue
        .detect_submission(&files)
        .map(|language| language.id.as_str());
    assert_eq!(detected, expected, "{files:?}");
}

#[test]
fn by_extension() {
    for (name, id) in [
        ("a.c", "c"),
        ("a.C", "cpp"),
        ("a.cc", "cpp"),
        ("a.CPP", "cpp"),
        ("a.c++", "cpp"),
        ("a.cxx", "cpp"),
        ("a.py", "python3"),
        ("a.py3", "python3"),
        ("Main.java", "java"),
        ("main.js", "javascript"),
        ("a.sh", "bash"),
        ("a.go", "go"),
        ("a.rs", "rust"),
    ] {
        check(&[name], Some(id));
    }
    check(&["validate.h", "validate.cc", "README.md"], Some("cpp"));
    check(&["lib/deep/a.cc"], Some("cpp"));
}

#[test]
fn the_most_files_win_then_the_priority() {
    check(&["a.py", "b.java"], Some("python3"));
    check(&["a.py", "b.java", "c.java"], Some("java"));
    check(&["solution.cpp", "generator.py"], Some("cpp"));
    check(&["a.c", "b.c", "main.cpp"], Some("cpp"));
}

#[test]
fn does_not_guess() {
    check(&["Makefile", "noextension", ".py.swp", "notes.txt"], None);
    check(&["only.h", "only.hpp"], None);
    check(&[], None);
}

#[test]
fn scripts_win_over_sources_but_not_in_a_submission() {
    check(&["build", "main.cpp"], Some("scripts"));
    check(&["run", "helper.py"], Some("scripts"));
    check_content(&[("run", "x"), ("helper.py", "x")], Some("python3"));
}

#[test]
fn a_shebang_speaks_for_a_file_without_extension() {
    check_content(
        &[("solve", "#!/usr/bin/env python3\nprint(1)\n")],
        Some("python3"),
    );
    check_content(&[("solve", "#!/bin/bash\necho 1\n")], Some("bash"));
    check_content(&[("solve", "no shebang")], None);
}
