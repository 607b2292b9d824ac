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

#[test]
fn by_extension_for_every_code_of_the_format() {
    for (name, id) in [
        ("a.adb", "ada"),
        ("a.a68", "algol68"),
        ("a.cob", "cobol"),
        ("a.cs", "csharp"),
        ("a.d", "d"),
        ("a.ex", "elixir"),
        ("a.erl", "erlang"),
        ("a.f90", "fortran"),
        ("a.fs", "fsharp"),
        ("a.hs", "haskell"),
        ("a.jl", "julia"),
        ("a.kt", "kotlin"),
        ("a.lisp", "lisp"),
        ("a.cl", "lisp"),
        ("a.lua", "lua"),
        ("a.mod", "modula2"),
        ("a.nim", "nim"),
        ("a.m", "objectivec"),
        ("a.ml", "ocaml"),
        ("a.pas", "pascal"),
        ("a.pm", "perl"),
        ("a.php", "php"),
        ("a.pl", "prolog"),
        ("a.py2", "python2"),
        ("a.R", "r"),
        ("a.rkt", "racket"),
        ("a.rb", "ruby"),
        ("a.scala", "scala"),
        ("a.swift", "swift"),
        ("a.ts", "typescript"),
        ("a.vb", "visualbasic"),
        ("a.zig", "zig"),
    ] {
        check(&[name], Some(id));
    }
}

#[test]
fn shared_extensions_by_content() {
    let prolog = ":- initialization(main).\nmain :- read(X), Y is X + 1, print(Y).\n";
    check_content(&[("a.pl", prolog)], Some("prolog"));
    check_content(&[("a.pl", "main :- foo(X), X = [1|T].\n")], Some("prolog"));
    check_content(&[("a.pl", "use strict;\nmy $x = <STDIN>;\n")], Some("perl"));
    check_content(&[("a.pl", "#!/usr/bin/perl -w\nprint 1\n")], Some("perl"));
    check_content(
        &[("a.pl", "while (<>) { chomp; print \"$_\\n\" }\n")],
        Some("perl"),
    );
    let objective_c = "#import <Foundation/Foundation.h>\nint main() { printf(\"x\"); }\n";
    check_content(&[("a.m", objective_c)], Some("objectivec"));
    check_content(
        &[("a.m", "x = input('');\nprintf('%d\\n', x);\n")],
        Some("octave"),
    );
    check_content(
        &[("a.m", "% reads\nfor i = 1:3\n  disp(i)\nend\n")],
        Some("octave"),
    );
    check_content(
        &[("a.py", "import numpy as np\nprint(np.zeros(3))\n")],
        Some("python3numpy"),
    );
    check_content(
        &[("a.py", "import numpy\n"), ("b.py", "x = 1\n")],
        Some("python3numpy"),
    );
}

#[test]
fn python_2_is_recognised() {
    for source in [
        "#!/usr/bin/env python2\nprint(1)\n",
        "#!/usr/bin/python2.7\nx = 1\n",
        "print \"hello\"\n",
        "n = int(raw_input())\nprint n\n",
        "for i in range(3):\n    print i, i + 1\n",
        "print '%d' % 3\n",
        "import sys\nprint >> sys.stderr, 'x'\n",
        "for i in xrange(10): pass\n",
        "try:\n    pass\nexcept ValueError, e:\n    pass\n",
    ] {
        check_content(&[("a.py", source)], Some("python2"));
    }
}

#[test]
fn python_3_stays_python_3() {
    for source in [
        "print(1)\n",
        "print (1)\n",
        "print (a, b)\n",
        "print(\"x\", end=\"\")\n",
        "#!/usr/bin/env python3\ns = \"\"\"\nprint x\n\"\"\"\n",
        "#!/usr/bin/env python\nprint(input())\n",
        "try:\n    raw_input = raw_input\nexcept NameError:\n    raw_input = input\nn = raw_input()\n",
        "try:\n    range = xrange\nexcept NameError:\n    pass\n",
        "def f():\n    \"\"\"print the answer to the question\"\"\"\n",
        "n = int(input())\nprint(f\"{n}\")\n",
        "x = [\n  1,\n]\nprint(*x)\n",
        "",
    ] {
        check_content(&[("a.py", source)], Some("python3"));
    }
}

#[test]
fn helpers_speak_for_nobody() {
    check(
        &["solution.cpp", "a.h", "b.hpp", "data.txt", "Makefile"],
        Some("cpp"),
    );
    check(&["Main.java", "notes.md", "input.in"], Some("java"));
    check(&["a.h", "b.h", "c.h", "main.c"], Some("c"));
}
