//! Which files and directories a package has, must have, and must not have.

use std::collections::BTreeSet;

use super::super::error::PackageError;
use super::super::tree::{Dir, Entry};
use super::super::{Format, Validation};
use super::Lint;

/// What stands at the top in every format.
const COMMON: &[&str] = &[
    "problem.yaml",
    "attachments",
    "data",
    "submissions",
    "input_validators",
    "README.md",
    "README",
    "LICENSE",
];
/// Generators are not described by the legacy text, and nearly every package has some.
const LEGACY: &[&str] = &[
    "problem_statement",
    "output_validators",
    "include",
    "graders",
    "generators",
];
const LEGACY_ICPC: &[&str] = &["problem_statement", "output_validators", "generators"];
const NEWER: &[&str] = &[
    "statement",
    "solution",
    "generators",
    "include",
    "static_validator",
    "output_validator",
    "input_visualizer",
    "output_visualizer",
];
/// Extensions of what belongs to a testcase.
const OF_TESTCASE: &[&str] = &["in", "ans", "png", "jpg", "jpeg", "svg"];
const OF_LEGACY: &[&str] = &["hint", "desc", "interaction"];
const OF_NEWER: &[&str] = &[
    "yaml",
    "files",
    "out",
    "interaction",
    "in.statement",
    "ans.statement",
    "in.download",
    "ans.download",
];

pub(super) fn check(lint: &mut Lint<'_>) -> Result<(), PackageError> {
    let name = lint.tree.name.clone();
    if name.is_empty()
        || !name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    {
        lint.add(
            "",
            "package_name",
            "is not called by lower-case letters and digits only",
        );
    }
    let own = match lint.package.format {
        Format::Legacy => LEGACY,
        Format::LegacyIcpc => LEGACY_ICPC,
        Format::V2025_09 => NEWER,
    };
    let top = lint.tree.top();
    for entry in lint.tree.list(&top)? {
        let name = entry.name();
        if COMMON.contains(&name) || own.contains(&name) {
            continue;
        }
        if name == "input_format_validators" && lint.legacy() {
            lint.add(
                name,
                "deprecated",
                "is the deprecated name of input_validators",
            );
        } else if LEGACY.contains(&name) || NEWER.contains(&name) {
            lint.add(
                name,
                "other_format",
                "belongs to another version of the format",
            );
        } else {
            lint.add(
                name,
                "unknown_entry",
                "is nothing that the format describes",
            );
        }
    }
    required(lint);
    if let Some(data) = lint.tree.find_dir(&top, "data")? {
        for group in ["sample", "secret"] {
            if let Some(dir) = lint.tree.find_dir(&data, group)? {
                testcases(lint, &dir, 1)?;
            }
        }
    }
    Ok(())
}

/// "A minimal problem package must contain ..."
fn required(lint: &mut Lint<'_>) {
    let package = lint.package;
    let statements = if lint.legacy() {
        "problem_statement"
    } else {
        "statement"
    };
    if package.statements.is_empty() {
        lint.add(statements, "missing_statement", "holds no statement");
    }
    if !package
        .submissions
        .iter()
        .any(|submission| submission.directory == "accepted")
    {
        lint.add(
            "submissions/accepted",
            "missing_submission",
            "holds no submission",
        );
    }
    let has_files = ["input_validators", "input_format_validators"]
        .iter()
        .any(|name| package.root.join(name).is_dir());
    if package.input_validators.is_empty() && !has_files {
        lint.add(
            "input_validators",
            "missing_input_validator",
            "holds no input validator",
        );
    }
    let secret = |name: &str| name.starts_with("secret/");
    if !package
        .testcases
        .iter()
        .any(|testcase| secret(&testcase.name))
    {
        lint.add("data/secret", "missing_testcase", "holds no testcase");
    }
    for submission in &package.submissions {
        if submission.expectation.is_none() {
            let path = format!("submissions/{}", submission.name);
            lint.add(
                path,
                "no_promise",
                "stands in a directory that promises nothing",
            );
        }
        if submission.directory == "partially_accepted" && !package.kind.scoring {
            let path = format!("submissions/{}", submission.name);
            lint.add(
                path,
                "partially_accepted",
                "promises a part of a score in a pass-fail problem",
            );
        }
    }
    if let Validation::Custom { validators, .. } = &package.validation
        && validators.len() > 1
        && !lint.legacy()
    {
        lint.add(
            "output_validator",
            "one_validator",
            "holds more than one program",
        );
    }
}

/// Files of testcases that are not there, files that mean nothing, and what may not stand together.
fn testcases(lint: &mut Lint<'_>, dir: &Dir, depth: usize) -> Result<(), PackageError> {
    let entries = lint.tree.list(dir)?;
    let names: BTreeSet<&str> = entries.iter().map(Entry::name).collect();
    let own = if lint.legacy() { OF_LEGACY } else { OF_NEWER };
    let config = if lint.legacy() {
        "testdata.yaml"
    } else {
        "test_group.yaml"
    };
    for entry in &entries {
        let name = entry.name();
        let path = dir.path.join(name);
        match entry {
            Entry::Dir(_, below) if !name.ends_with(".files") => {
                if names.contains(format!("{name}.in").as_str()) {
                    lint.add(
                        &path,
                        "group_like_testcase",
                        "is called like a testcase beside it",
                    );
                }
                testcases(lint, below, depth + 1)?;
            }
            Entry::File(..) if name == config => {
                if !lint.legacy() && depth > 2 {
                    lint.add(
                        &path,
                        "nested_group",
                        "stands below a group, where it means nothing",
                    );
                }
            }
            // The loader has said what it is called.
            Entry::File(..) if name == "testdata.yaml" => {}
            _ => {
                let known = OF_TESTCASE.iter().chain(own);
                let base = known
                    .filter_map(|extension| name.strip_suffix(extension)?.strip_suffix('.'))
                    .min_by_key(|base| base.len());
                let alone = name.ends_with(".interaction") && lint.legacy();
                match base {
                    None => lint.add(
                        &path,
                        "unknown_entry",
                        "is nothing that belongs to a testcase",
                    ),
                    Some(base) if !alone && !names.contains(format!("{base}.in").as_str()) => {
                        lint.add(
                            &path,
                            "missing_input",
                            "belongs to a testcase that has no input file",
                        );
                    }
                    Some(_) => {}
                }
            }
        }
    }
    together(lint, dir, &names);
    Ok(())
}

fn together(lint: &mut Lint<'_>, dir: &Dir, names: &BTreeSet<&str>) {
    for base in names.iter().filter_map(|name| name.strip_suffix(".in")) {
        let has = |extension: &str| names.contains(format!("{base}.{extension}").as_str());
        let path = dir.path.join(base);
        let pictures = ["png", "jpg", "jpeg", "svg"]
            .iter()
            .filter(|extension| has(extension));
        if pictures.count() > 1 {
            lint.add(&path, "illustration", "has more than one illustration");
        }
        if has("out") && has("ans.statement") {
            lint.add(&path, "sample_files", "has both .out and .ans.statement");
        }
        let others = ["in.statement", "ans.statement", "out"];
        if !lint.legacy() && has("interaction") && others.iter().any(|other| has(other)) {
            lint.add(
                &path,
                "sample_files",
                "has .interaction beside files it stands for",
            );
        }
        if base == "test_group" && !lint.legacy() {
            lint.add(
                &path,
                "testcase_name",
                "is a testcase called like the settings of a group",
            );
        }
    }
}
