//! What reads files of others, given anything: none of it may panic, hang, or eat memory. A refusal is fine.

use std::cell::RefCell;
use std::fs;
use std::io::Cursor;
use std::path::Path;

use judging::grading::GraderReply;
use judging::packages::archives::{Bounds, unpack};
use judging::packages::{lint, load};
use judging::validation::{Flags, compare};
use tempfile::TempDir;

/// A target by its name.
pub type Target = fn(&[u8]);

/// All of them, in the order of a brief run.
pub const TARGETS: [(&str, Target); 4] = [
    ("problem_yaml", problem_yaml),
    ("groups", groups),
    ("archives", archives),
    ("tokens", tokens),
];

/// `problem.yaml` of an otherwise plain package.
pub fn problem_yaml(data: &[u8]) {
    within_package(&[("problem.yaml", data)]);
}

/// A file of settings; the first byte says which: `testdata.yaml`, `test_group.yaml`, that of a testcase, `submissions.yaml`,
/// `submissions.json`, `domjudge-problem.ini`.
pub fn groups(data: &[u8]) {
    let Some((kind, text)) = data.split_first() else {
        return;
    };
    let legacy: &[u8] = b"name: x\ntype: scoring\n";
    let newer: &[u8] =
        b"problem_format_version: 2025-09\nname: x\nuuid: 1\ntype: scoring\nconstants:\n  n: 1\n";
    let (metadata, path) = match kind % 7 {
        0 => (legacy, "data/testdata.yaml"),
        1 => (legacy, "data/secret/a/testdata.yaml"),
        2 => (newer, "data/secret/test_group.yaml"),
        3 => (newer, "data/secret/a/test_group.yaml"),
        4 => (newer, "data/secret/a/1.yaml"),
        5 => (newer, "submissions/submissions.yaml"),
        _ => (legacy, "submissions.json"),
    };
    within_package(&[("problem.yaml", metadata), (path, text)]);
}

/// An archive of a package.
pub fn archives(data: &[u8]) {
    let bounds = Bounds {
        entries: 1000,
        bytes: 16 << 20,
        ratio: 100,
        free_bytes: 4 << 20,
    };
    let dir = TempDir::new().expect("a temporary directory can be made");
    let into = dir.path().join("package");
    if unpack(Cursor::new(data), &into, bounds).is_ok() {
        let _ = load(&into);
        let _ = lint(&into);
    }
}

/// The default output validator: flags, then answer, then output, with a zero byte between them.
pub fn tokens(data: &[u8]) {
    let mut parts = data.splitn(3, |byte| *byte == 0);
    let [flags, answer, output] = [(); 3].map(|()| parts.next().unwrap_or_default());
    let flags = String::from_utf8_lossy(flags).into_owned();
    let words: Vec<&str> = flags.split_whitespace().collect();
    let flags = Flags::parse_repeating(&words).unwrap_or_default();
    let _ = compare(output, answer, &flags);
    assert!(
        compare(answer, answer, &flags).is_accepted(),
        "an answer is its own answer"
    );
    if !flags.space_change_sensitive {
        let spaced = [b"\n \t", answer, b"\r\n"].concat();
        assert!(
            compare(&spaced, answer, &flags).is_accepted(),
            "white space around it changes nothing"
        );
    }
    let _ = GraderReply::read(answer);
}

thread_local! {
    static PACKAGE: RefCell<Option<TempDir>> = const { RefCell::new(None) };
}

/// Loads and lints a package with these files instead of its own.
fn within_package(files: &[(&str, &[u8])]) {
    PACKAGE.with_borrow_mut(|kept| {
        let dir = kept.get_or_insert_with(|| {
            let dir = TempDir::new().expect("a temporary directory can be made");
            plain(dir.path());
            dir
        });
        for (path, content) in files {
            fs::write(dir.path().join(path), content).expect("a file can be written");
        }
        let _ = load(dir.path());
        let _ = lint(dir.path());
        for (path, _) in files {
            let _ = fs::remove_file(dir.path().join(path));
        }
    });
}

fn plain(root: &Path) {
    for (path, content) in [
        ("data/sample/1.in", ""),
        ("data/sample/1.ans", ""),
        ("data/secret/a/1.in", ""),
        ("data/secret/a/1.ans", ""),
        ("data/secret/b/1.in", ""),
        ("data/secret/b/1.ans", ""),
        (
            "submissions/accepted/a.py",
            "# @EXPECTED_RESULTS@: CORRECT\n",
        ),
        ("output_validators/check.py", ""),
        ("graders/grade.py", ""),
        ("static_validator/check.py", ""),
    ] {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("it has a directory"))
            .expect("a directory can be made");
        fs::write(path, content).expect("a file can be written");
    }
}
