//! Archives: what is unpacked, and what is refused before it costs anything.

use std::io::{Cursor, Write as _};

use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;
use crate::packages::archives::{ArchiveError, Bounds, unpack, unpack_file};

/// An archive of files, and of links as `name -> target`.
fn archive(files: &[(&str, &str)], links: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().unix_permissions(0o644);
    for (name, text) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    for (name, target) in links {
        writer.add_symlink(*name, *target, options).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const FILES: [(&str, &str); 5] = [
    ("problem.yaml", "name: Hello World!\n"),
    (
        "problem_statement/problem.en.tex",
        "\\problemname{Hello World!}\n",
    ),
    ("submissions/accepted/hello.py", "print('Hello World!')\n"),
    ("data/secret/1.in", ""),
    ("data/secret/1.ans", "Hello World!\n"),
];

fn unpacked(bytes: Vec<u8>) -> Result<(TempDir, PathBuf), ArchiveError> {
    let dir = TempDir::new().unwrap();
    let into = dir.path().join("hello");
    unpack(Cursor::new(bytes), &into, Bounds::default()).map(|_| (dir, into))
}

fn refusal(bytes: Vec<u8>) -> String {
    let error = unpacked(bytes).unwrap_err();
    format!("{}: {error}", error.code())
}

#[test]
fn a_package_is_the_same_from_a_directory_and_from_an_archive() {
    let expected = Draft::minimal().load().unwrap();
    let nested: Vec<(String, &str)> = FILES
        .iter()
        .map(|(name, text)| (format!("deep/{name}"), *text))
        .collect();
    let nested: Vec<(&str, &str)> = nested
        .iter()
        .map(|(name, text)| (name.as_str(), *text))
        .collect();
    let dirty = [FILES.as_slice(), &[("__MACOSX/x", "x"), (".git/HEAD", "x")]].concat();
    for files in [FILES.as_slice(), &nested, &dirty] {
        let (_dir, root) = unpacked(archive(files, &[])).unwrap();
        assert_eq!(load(&root).unwrap().hash, expected.hash);
    }
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("hello.kpp");
    fs::write(&path, archive(&nested, &[])).unwrap();
    let root = unpack_file(&path, &dir.path().join("out"), Bounds::default()).unwrap();
    assert_eq!(load(&root).unwrap().id, expected.id);
}

#[test]
fn links_are_made_inside_only() {
    let linked = archive(
        &FILES,
        &[
            ("data/sample", "secret"),
            ("data/secret/2.in", "../secret/1.in"),
            ("data/secret/2.ans", "1.ans"),
        ],
    );
    let (_dir, root) = unpacked(linked).unwrap();
    assert_eq!(load(&root).unwrap().testcases.len(), 4);
    for target in ["/etc/passwd", "../../../etc/passwd", "..", ""] {
        let name = if target == ".." {
            "out"
        } else {
            "data/secret/out"
        };
        let expected =
            format!("package_archive_entry: {name}: is a symbolic link out of the package");
        assert_eq!(
            refusal(archive(&FILES, &[(name, target)])),
            expected,
            "{target}"
        );
    }
}

#[test]
fn nothing_is_written_elsewhere() {
    for (name, expected) in [
        ("../out", "../out: its name leads out of the package"),
        (
            "data/../../out",
            "data/../../out: its name leads out of the package",
        ),
        (
            "/tmp/out",
            "/tmp/out: its name is an absolute path, or one of another system",
        ),
        (
            "data\\out",
            "data\\out: its name is an absolute path, or one of another system",
        ),
        (
            "C:/out",
            "C:/out: its name is an absolute path, or one of another system",
        ),
    ] {
        let bytes = archive(&[("problem.yaml", ""), (name, "x")], &[]);
        assert_eq!(refusal(bytes), format!("package_archive_entry: {expected}"));
    }
    let twice = archive(&[("a", "1"), ("./a", "2"), ("b/c", "")], &[]);
    assert_eq!(refusal(twice), "package_archive_entry: a: is there twice");
    assert!(
        refusal(archive(&[("a", "1"), ("a/b", "2"), ("c", "")], &[]))
            .starts_with("package_archive_unreadable")
    );
    assert!(refusal(b"PK".to_vec()).starts_with("package_archive_invalid"));
}

#[test]
fn sizes_are_counted_while_they_are_unpacked() {
    let zeros = "0".repeat(3 << 20);
    let bytes = archive(
        &[
            ("problem.yaml", ""),
            ("data/secret/1.in", &zeros),
            ("data/secret/2.in", &zeros),
        ],
        &[],
    );
    let refuse = |bounds: Bounds| {
        let dir = TempDir::new().unwrap();
        let into = dir.path().join("x");
        unpack(Cursor::new(bytes.clone()), &into, bounds)
            .unwrap_err()
            .to_string()
    };
    let small = Bounds {
        bytes: 4 << 20,
        ..Bounds::default()
    };
    assert_eq!(
        refuse(small),
        "the archive has more than 4194304 unpacked bytes"
    );
    let dense = Bounds {
        ratio: 10,
        free_bytes: 1 << 20,
        ..Bounds::default()
    };
    assert!(refuse(dense).ends_with("unpacked bytes"));
    let few = Bounds {
        entries: 2,
        ..Bounds::default()
    };
    assert_eq!(refuse(few), "the archive has more than 2 entries");
}
