//! Packages that are refused, links, and what the content hash depends on.

use std::os::unix::net::UnixListener;

use super::*;

/// The stable code and the message of the refusal.
fn refusal(draft: &Draft) -> String {
    let error = draft.load().unwrap_err();
    assert!(
        error
            .to_string()
            .contains(&error.path().display().to_string()),
        "{error}"
    );
    format!("{}: {error}", error.code())
}

fn check(draft: Draft, expected: &str) {
    assert_eq!(refusal(&draft), expected);
}

#[test]
fn data_that_does_not_pair_up() {
    check(
        Draft::minimal().file("data/secret/g/2.in", ""),
        "package_missing_answer: hello/data/secret/g/2.in has no answer file: every .in needs a .ans beside it",
    );
    check(
        Draft::minimal().file("data/secret/x.ans", ""),
        "package_missing_input: hello/data/secret/x.ans has no input file: every .ans needs a .in beside it",
    );
    let none = "package_no_testcases: hello/data holds no testcase: a package needs at least one .in and .ans under data/secret";
    check(Draft::minimal().without("data"), none);
    check(
        Draft::minimal()
            .without("data/secret/1.in")
            .without("data/secret/1.ans"),
        none,
    );
}

#[test]
fn values_that_cannot_be_understood() {
    let yaml = |text: &str| Draft::minimal().file("problem.yaml", text);
    let value = |what: &str| format!("package_invalid_value: hello/problem.yaml: {what}");
    for (text, expected) in [
        ("limits: 5", value("limits must be a map, found 5")),
        ("limits: {memory: lots}", value("limits.memory must be a number, found \"lots\"")),
        ("limits: {time_limit: 0}", value("limits.time_limit must be a number above 0 and within reason, found 0")),
        ("limits: {output: -1}", value("limits.output must be a number above 0 and within reason, found -1")),
        ("type: game", value("type must be of pass-fail, scoring, multi-pass, interactive, submit-answer, found \"game\"")),
        ("type: [interactive, submit-answer]", value("type must be of kinds that go together, found [\"interactive\",\"submit-answer\"]")),
        ("validation: maybe", value("validation must be default or custom, found \"maybe\"")),
        ("grading: {objective: most}", value("objective must be min or max, found \"most\"").replace("objective", "grading.objective")),
        ("problem_format_version: 2031-01", "package_unknown_format: hello/problem.yaml: unknown problem_format_version \"2031-01\"".to_owned()),
        ("validator_flags: float_tolerance", "package_validator_flags: hello/problem.yaml: output validator flags: float_tolerance needs a number after it".to_owned()),
        ("validation: custom", "package_no_validator: hello/output_validators holds no output validator although validation is custom".to_owned()),
    ] {
        check(yaml(text), &expected);
    }
    assert!(
        refusal(&yaml("name: a: b"))
            .starts_with("package_invalid_yaml: hello/problem.yaml is not valid YAML: ")
    );
    check(
        yaml("- 1"),
        "package_invalid_yaml: hello/problem.yaml is not valid YAML: expected a map, found [1]",
    );
    check(
        Draft::minimal().file(".timelimit", "soon\n"),
        "package_invalid_value: hello/.timelimit: the time limit must be a number of seconds above 0, found soon",
    );
    check(
        Draft::minimal().file("domjudge-problem.ini", "timelimit='-1'"),
        "package_invalid_value: hello/domjudge-problem.ini: timelimit must be a number of seconds above 0, found -1",
    );
    for (text, expected) in [
        (
            "on_reject: stop",
            "on_reject must be break or continue, found \"stop\"",
        ),
        (
            "grading: custom",
            "grading must be default, as there is no program in graders, found \"custom\"",
        ),
        (
            "range: 5",
            "range must be two numbers, the smaller first, found 5",
        ),
        (
            "range: 5 1",
            "range must be two numbers, the smaller first, found \"5 1\"",
        ),
    ] {
        let expected =
            format!("package_invalid_value: hello/data/secret/testdata.yaml: {expected}");
        check(
            Draft::minimal().file("data/secret/testdata.yaml", text),
            &expected,
        );
    }
    check(
        Draft::minimal().file(
            "data/secret/testdata.yaml",
            "output_validator_flags: case_insensitive",
        ),
        "package_validator_flags: hello/data/secret: output validator flags: unknown flag \"case_insensitive\"",
    );
}

#[test]
fn groups_that_require_later_ones() {
    let draft = Draft::minimal()
        .file(
            "problem.yaml",
            "problem_format_version: 2025-09\nname: x\ntype: scoring\n",
        )
        .without("data/secret/1.in")
        .without("data/secret/1.ans")
        .file("data/secret/a/test_group.yaml", "require_pass: secret/b\n")
        .files(&[
            "data/secret/a/1.in",
            "data/secret/a/1.ans",
            "data/secret/b/1.in",
            "data/secret/b/1.ans",
        ]);
    check(
        draft,
        "package_rule: hello/data/secret/a: require_pass names \"secret/b\", which is not an earlier group",
    );
}

#[test]
fn what_is_not_there_or_no_directory() {
    assert!(refusal(&Draft::new()).starts_with("package_unreadable: failed to open "));
    let draft = Draft::new();
    fs::write(draft.root(), "").unwrap();
    assert!(refusal(&draft).starts_with("package_unreadable: failed to list "));
}

#[test]
fn links_stay_inside() {
    let inside = Draft::minimal()
        .link("data/secret/2.in", "1.in")
        .link("data/secret/2.ans", "../secret/./1.ans")
        .link("data/sample", "secret")
        .link("submissions/accepted/gone.py", "nothing.py");
    let package = inside.load().unwrap();
    let names: Vec<&str> = package
        .testcases
        .iter()
        .map(|testcase| testcase.name.as_str())
        .collect();
    assert_eq!(names, ["sample/1", "sample/2", "secret/1", "secret/2"]);
    assert!(
        package
            .testcases
            .iter()
            .all(|testcase| testcase.input == package.root.join("data/secret/1.in"))
    );
    assert_eq!(
        package.warnings[0].to_string(),
        "hello/submissions/accepted/gone.py: is a symbolic link to nothing; it is ignored"
    );
    for target in [
        "/etc/passwd",
        "../../../outside",
        "/nonexistent",
        "../../../nonexistent",
        "../..",
    ] {
        let name = if target == "../.." {
            "data/secret/loop"
        } else {
            "attachments/x"
        };
        let found = refusal(&Draft::minimal().file("../outside", "").link(name, target));
        let expected = match target {
            "../.." => "package_link_loop: hello/data/secret/loop is a symbolic link in a loop",
            _ => "package_escaping_link: hello/attachments/x is a symbolic link out of the package",
        };
        assert_eq!(found, expected, "{target}");
    }
    check(
        Draft::minimal()
            .link("generators/a", "b")
            .link("generators/b", "a"),
        "package_link_loop: hello/generators/a is a symbolic link in a loop",
    );
    check(
        Draft::minimal()
            .file("x/1", "")
            .link("x/y", "../z")
            .link("z", "x"),
        "package_link_loop: hello/x/y is a symbolic link in a loop",
    );
}

#[test]
fn sockets_are_refused() {
    let draft = Draft::minimal().file("generators/gen.py", "");
    let _socket = UnixListener::bind(draft.root().join("generators/socket")).unwrap();
    check(
        draft,
        "package_special_file: hello/generators/socket is neither a file nor a directory",
    );
}

#[test]
fn the_hash_is_that_of_paths_and_contents() {
    let hash = |draft: Draft| draft.load().unwrap().hash;
    let plain = hash(Draft::minimal());
    assert_eq!(hash(Draft::minimal()), plain);
    assert_eq!(
        hash(
            Draft::minimal()
                .file(".git/HEAD", "x")
                .file(".DS_Store", "x")
        ),
        plain
    );
    let big = "x".repeat(200_000);
    let changed = [
        hash(Draft::minimal().file("data/secret/1.in", "1")),
        hash(
            Draft::minimal()
                .file("data/secret/2.in", "")
                .file("data/secret/2.ans", ""),
        ),
        hash(Draft::minimal().file(".timelimit", "1")),
        hash(Draft::minimal().file("generators/gen.py", &big)),
        hash(Draft::minimal().file("generators/gen.py", &format!("{big}x"))),
        hash(Draft::minimal().file("generators/gen", ".py")),
        plain,
    ];
    let distinct: std::collections::HashSet<_> = changed.iter().collect();
    assert_eq!(distinct.len(), changed.len());
    let draft = Draft::minimal();
    let old = fs::File::options()
        .write(true)
        .open(draft.root().join("problem.yaml"))
        .unwrap();
    old.set_modified(std::time::UNIX_EPOCH).unwrap();
    assert_eq!(hash(draft), plain);
    let (linked, copied) = (
        Draft::minimal().link("data/sample", "secret"),
        Draft::minimal()
            .file("data/sample/1.in", "")
            .file("data/sample/1.ans", "Hello World!\n"),
    );
    assert_eq!(hash(linked), hash(copied));
}
