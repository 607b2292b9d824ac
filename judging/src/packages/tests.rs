//! Tests of loading: small packages in temporary directories, their values as snapshots, their mistakes as a table.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::*;

/// A package being written.
struct Draft {
    above: TempDir,
}

impl Draft {
    fn new() -> Self {
        Self {
            above: TempDir::new().unwrap(),
        }
    }

    /// The smallest package without complaints.
    fn minimal() -> Self {
        Self::new()
            .file("problem.yaml", "name: Hello World!\n")
            .file(
                "problem_statement/problem.en.tex",
                "\\problemname{Hello World!}\n",
            )
            .file("submissions/accepted/hello.py", "print('Hello World!')\n")
            .file("data/secret/1.in", "")
            .file("data/secret/1.ans", "Hello World!\n")
    }

    fn root(&self) -> PathBuf {
        self.above.path().join("hello")
    }

    fn file(self, path: &str, content: &str) -> Self {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    fn files(self, paths: &[&str]) -> Self {
        paths
            .iter()
            .fold(self, |draft, path| draft.file(path, path))
    }

    fn link(self, path: &str, target: &str) -> Self {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(target, path).unwrap();
        self
    }

    fn without(self, path: &str) -> Self {
        let path = self.root().join(path);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap()
        } else {
            fs::remove_file(path).unwrap()
        }
        self
    }

    fn load(&self) -> Result<ProblemPackage, PackageError> {
        load(&self.root())
    }

    /// The whole package in lines, paths relative to it.
    fn print(&self) -> String {
        let package = self.load().unwrap();
        let below = |path: &Path| {
            path.strip_prefix(&package.root)
                .unwrap()
                .display()
                .to_string()
        };
        let mut out = format!(
            "{} {:?} {:?} {:?}\n",
            package.id, package.name, package.format, package.kind
        );
        let mut line = |text: String| writeln!(out, "{text}").unwrap();
        line(format!("{:?}", package.limits));
        line(format!("{:?}", package.time_limit));
        match &package.validation {
            Validation::Default(flags) => line(format!("default {flags:?}")),
            Validation::Custom { validators, flags } => {
                line(format!("custom {flags:?}"));
                validators
                    .iter()
                    .for_each(|validator| line(format!("  validator {}", program(validator))));
            }
        }
        for group in &package.groups {
            line(format!(
                "group {:?} {:?} {:?}",
                group.name, group.items, group.config
            ));
        }
        out.push_str(&testcases(&package));
        let mut line = |text: String| writeln!(out, "{text}").unwrap();
        for submission in &package.submissions {
            line(format!(
                "submission {} {:?}",
                program(&submission.program),
                submission.expectation
            ));
        }
        package
            .includes
            .iter()
            .for_each(|include| line(format!("include {}", program(&include.program))));
        package.statements.iter().for_each(|statement| {
            line(format!(
                "statement {} {}",
                statement.language,
                below(&statement.path)
            ))
        });
        package
            .warnings
            .iter()
            .for_each(|warning| line(format!("warning {warning}")));
        package
            .unsupported()
            .iter()
            .for_each(|what| line(format!("unsupported: {what}")));
        out
    }
}

fn testcases(package: &ProblemPackage) -> String {
    let mut out = String::new();
    let mut line = |text: String| writeln!(out, "{text}").unwrap();
    let below = |path: &Path| {
        path.strip_prefix(&package.root)
            .unwrap()
            .display()
            .to_string()
    };
    for testcase in &package.testcases {
        let (input, answer) = (below(&testcase.input), below(&testcase.answer));
        let kind = if testcase.is_sample {
            "sample"
        } else {
            "secret"
        };
        line(format!(
            "{kind} {} {input} {answer} in group {}",
            testcase.name, testcase.group
        ));
        if !testcase.validator_flags.is_empty() || testcase.validator.is_some() {
            line(format!(
                "  {:?} {:?}",
                testcase.validator, testcase.validator_flags
            ));
        }
        testcase
            .files
            .iter()
            .for_each(|(name, path)| line(format!("  file {name} {}", below(path))));
        (!testcase.args.is_empty()).then(|| line(format!("  args {:?}", testcase.args)));
    }
    out
}

fn program(program: &ProgramSource) -> String {
    let files: Vec<&str> = program
        .files
        .iter()
        .map(|file| file.name.as_str())
        .collect();
    let scripts = [("build", program.has_build), ("run", program.has_run)];
    let scripts: String = scripts
        .iter()
        .filter(|(_, has)| *has)
        .map(|(name, _)| format!(" with {name}"))
        .collect();
    format!("{}: {}{scripts}", program.name, files.join(" "))
}

#[test]
fn a_minimal_package() {
    insta::assert_snapshot!(Draft::minimal().print());
}

#[test]
fn nothing_but_data() {
    let draft = Draft::new().files(&["data/secret/1.in", "data/secret/1.ans"]);
    insta::assert_snapshot!(draft.print());
}

#[test]
fn testcases_go_by_base_name_at_each_level() {
    let draft = Draft::minimal().files(&[
        "data/sample/2.in",
        "data/sample/2.ans",
        "data/sample/10.in",
        "data/sample/10.ans",
        "data/sample/10.hint",
        "data/secret/1-big.in",
        "data/secret/1-big.ans",
        "data/secret/b/x.in",
        "data/secret/b/x.ans",
        "data/secret/b/deep/y.in",
        "data/secret/b/deep/y.ans",
        "data/secret/a.in",
        "data/secret/a.ans",
        "data/secret/c.in",
        "data/secret/c.ans",
        "data/secret/.hidden.in",
        "data/secret/B.in",
        "data/secret/B.ans",
    ]);
    let names: Vec<String> = draft
        .load()
        .unwrap()
        .testcases
        .into_iter()
        .map(|testcase| testcase.name)
        .collect();
    let expected = [
        "sample/10",
        "sample/2",
        "secret/1",
        "secret/1-big",
        "secret/B",
        "secret/a",
        "secret/b/deep/y",
        "secret/b/x",
        "secret/c",
    ];
    assert_eq!(names, expected);
}

#[test]
fn groups_inherit_key_by_key() {
    let draft = Draft::minimal()
        .file("problem.yaml", "name: Groups\ntype: scoring\nvalidator_flags: case_sensitive\ngrading:\n  objective: min\n")
        .file("data/testdata.yaml", "on_reject: continue\ngrader_flags: ignore_sample first_error accept_if_any_accepted\nrange: 0 100\n")
        .file("data/secret/testdata.yaml", "grader_flags: first_error sum subtask_score=18\n")
        .file("data/secret/g1/testdata.yaml", "on_reject: break\ngrader_flags: min\naccept_score: 40\nrange: 0 40\noutput_validator_flags: float_tolerance 1e-6\n")
        .file("data/secret/g2/testdata.yaml", "on_reject: break\ngrader_flags: min\naccept_score: 60\nrange: -inf +inf\nmistyped: 1\n")
        .files(&["data/secret/g1/1.in", "data/secret/g1/1.ans", "data/secret/g2/1.in", "data/secret/g2/1.ans"]);
    insta::assert_snapshot!(draft.print());
}

#[test]
fn custom_validators_and_dirt() {
    let draft = Draft::minimal()
        .file("problem.yaml", "name:\n  sv: Hej\n  en: Hello\ntype: pass-fail\nvalidation: custom\nvalidator_flags: -x 1\nlicence: cc by\nlimits:\n  memory: '512'\n  time_multiplier: 3\n  cpu: 1\n")
        .file("domjudge-problem.ini", "timelimit='1.5' ; seconds\nname='Other'\n")
        .files(&[
            "output_validators/a.cpp", "output_validators/a.h", "output_validators/README.md",
            "output_validators/b/build", "output_validators/b/check.py", "output_validators/c/notes.txt",
            "submissions/wrong_answer/dir/Main.java", "submissions/wrong_answer/dir/sub/Helper.java",
            "submissions/mixed/plain.py", "submissions/notes.txt", "include/cpp/grader.h", "data/secret.zip",
            "data/bad/1.in", "domjudge-problem.ini~",
        ])
        .file("submissions/mixed/slow.py", "# @EXPECTED_RESULTS@: TIMELIMIT, WRONG-ANSWER\n")
        .file("data/secret/testdata.yaml", "output_validator_flags:\n  name: b\n  flags: -y 2\n");
    insta::assert_snapshot!(draft.print());
}

#[test]
fn a_directory_built_by_scripts_is_one_validator() {
    let draft = Draft::minimal()
        .file("problem.yaml", "validation: custom interactive\n")
        .files(&[
            "output_validators/build",
            "output_validators/run",
            "output_validators/check.cc",
        ]);
    let package = draft.load().unwrap();
    let Validation::Custom { validators, .. } = &package.validation else {
        panic!("validation is custom")
    };
    assert_eq!(
        validators.iter().map(program).collect::<Vec<_>>(),
        ["output_validators: build check.cc run with build with run"]
    );
    assert_eq!(package.unsupported(), []);
}

#[test]
fn a_package_of_2025_09() {
    let draft = Draft::minimal()
        .file(
            "problem.yaml",
            "problem_format_version: 2025-09\nname: New\nuuid: 1\ntype: scoring\nlimits:\n  time_limit: 2.5\n  memory: 256\nconstants:\n  n: 10\n\
             languages: [cpp, python3]\n",
        )
        .without("data/secret/1.in")
        .without("data/secret/1.ans")
        .file("data/secret/test_group.yaml", "max_score: 100\noutput_validator_args: [float_tolerance, '1e-6']\n")
        .file("data/secret/g1/test_group.yaml", "max_score: 30\nrequire_pass: sample\n")
        .file("data/secret/g2/test_group.yaml", "max_score: 70\nscore_aggregation: min\nrequire_pass: [sample, secret/g1]\nargs: [--fast]\n")
        .file("data/secret/g2/1.yaml", "args: [--slow]\noutput_validator_args: [case_sensitive]\nhint: think\n")
        .files(&[
            "data/sample/1.in", "data/sample/1.ans", "data/secret/g1/1.in", "data/secret/g1/1.ans",
            "data/secret/g2/1.in", "data/secret/g2/1.ans", "data/secret/g2/1.files/a.txt",
            "data/secret/g2/1.files/sub/b.txt", "data/secret/g2/deep/2.in", "data/secret/g2/deep/2.ans",
            "data/invalid_input/x.in", "submissions/brute_force/slow.cpp",
        ]);
    insta::assert_snapshot!(draft.print());
}

#[test]
fn the_time_limit_comes_from_the_first_place_that_has_one() {
    let check = |draft: Draft, expected: &str| {
        assert_eq!(format!("{:?}", draft.load().unwrap().time_limit), expected)
    };
    let given = |limit: &str, source: &str| format!("Given {{ limit: {limit}, source: {source} }}");
    let yaml = || {
        Draft::minimal().file(
            "problem.yaml",
            "limits: {time_limit: 3, time_multiplier: 2}\n",
        )
    };
    let ini = || yaml().file("domjudge-problem.ini", "name = x\n timelimit = 2\n");
    check(ini(), &given("3s", "ProblemYaml"));
    let without = |draft: Draft| draft.file("problem.yaml", "name: x\n");
    check(
        without(ini()).file(".timelimit", "1.5\n"),
        &given("2s", "DomjudgeIni"),
    );
    check(
        Draft::minimal().file(".timelimit", "1.5\n"),
        &given("1.5s", "DotTimelimit"),
    );
    let warnings = ini().file(".timelimit", "3\n").load().unwrap().warnings;
    let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        ["hello/domjudge-problem.ini: names another time limit than problem.yaml, which counts"]
    );
    check(
        yaml().file("problem.yaml", "limits: {time_multiplier: 2}\n"),
        "Infer(Legacy { multiplier: 2.0, safety_margin: 2.0 })",
    );
    check(
        Draft::minimal(),
        "Infer(Legacy { multiplier: 5.0, safety_margin: 2.0 })",
    );
    check(
        Draft::minimal().file("problem.yaml", "problem_format_version: 2025-09\nlimits: {time_multipliers: {ac_to_time_limit: 3}, time_resolution: 0.5}\n"),
        "Infer(Multiple { ac_to_time_limit: 3.0, time_limit_to_tle: 1.5, resolution: 500ms })",
    );
}

#[test]
fn the_name_is_found_where_it_is() {
    let check = |yaml: &str, expected: &str| {
        assert_eq!(
            Draft::minimal()
                .file("problem.yaml", yaml)
                .load()
                .unwrap()
                .name,
            expected,
            "{yaml}"
        );
    };
    check("name: Plain", "Plain");
    check("name: 007", "007");
    check("name: {nl: Hallo, de: Guten Tag}", "Guten Tag");
    check("name: ''", "Hello World!");
    check("# nothing", "Hello World!");
    let bare = Draft::minimal()
        .without("problem.yaml")
        .without("problem_statement");
    assert_eq!(bare.load().unwrap().name, "hello");
    assert_eq!(
        bare.file("domjudge-problem.ini", "name = \"Ini\"")
            .load()
            .unwrap()
            .name,
        "Ini"
    );
}

#[test]
fn validation_may_be_a_map() {
    let draft = |yaml: &str| {
        Draft::minimal()
            .file("problem.yaml", yaml)
            .file("problem.pdf", "")
            .load()
            .unwrap()
    };
    let package = draft("validation:\n  validator_flags: float_tolerance 1e-4\n");
    let Validation::Default(flags) = &package.validation else {
        panic!("validation is default")
    };
    assert_eq!(
        flags
            .absolute
            .as_ref()
            .map(crate::validation::Tolerance::value),
        Some(1e-4)
    );
    assert_eq!(
        package.testcases[0].validator_flags,
        ["float_tolerance", "1e-4"]
    );
    assert_eq!(package.warnings.len(), 1);
    assert_eq!(package.statements.len(), 2);
}

mod archives;
mod dirt;
mod mistakes;
