//! Uploads end to end: what is kept, what is refused, and what a judgement under way sees.

use super::*;
use std::fs;

/// Writes the package `sum` with this answer to its only testcase.
fn write(dir: &Path, answer: &str) {
    let root = dir.join("sum");
    for sub in ["data/sample", "data/secret", "submissions/accepted"] {
        fs::create_dir_all(root.join(sub)).unwrap();
    }
    fs::write(root.join("problem.yaml"), "name: Sum\n").unwrap();
    fs::write(root.join(".timelimit"), "1\n").unwrap();
    fs::write(root.join("data/secret/1.in"), "1 2\n").unwrap();
    fs::write(root.join("data/secret/1.ans"), answer).unwrap();
}

struct Stand {
    dir: tempfile::TempDir,
    id: ProblemId,
}

impl Stand {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            id: ProblemId("sum".to_owned()),
        }
    }

    fn open(&self) -> ProblemLibrary {
        let library = ProblemLibrary::load(Vec::new(), self.dir.path());
        library.open_uploads(&self.root()).unwrap();
        library
    }

    fn root(&self) -> std::path::PathBuf {
        self.dir.path().join("packages")
    }

    fn upload(&self, library: &ProblemLibrary, answer: &str, at: i64) -> Uploaded {
        let incoming = library.incoming().unwrap();
        write(incoming.path(), answer);
        library.upload(&incoming, &self.id, Timestamp(at)).unwrap()
    }

    /// Entries below the root that are no staging directory.
    fn on_disk(&self) -> usize {
        let entries = fs::read_dir(self.root().join("sum"));
        entries.map_or(0, Iterator::count)
    }
}

#[test]
fn the_newest_version_counts_and_survives_a_restart() {
    let stand = Stand::new();
    let library = stand.open();
    let first = stand.upload(&library, "3\n", 10);
    let second = stand.upload(&library, "4\n", 20);
    assert!(first.is_new && second.is_new);
    assert_eq!(library.get(&stand.id).unwrap().hash, second.package.hash);
    let hashes = |library: &ProblemLibrary| {
        let versions = library.versions(&stand.id).unwrap();
        versions
            .iter()
            .map(|version| version.hash)
            .collect::<Vec<_>>()
    };
    assert_eq!(hashes(&library), [second.package.hash, first.package.hash]);
    // A known version becomes the newest again, also when the clock went back.
    let again = stand.upload(&library, "3\n", 5);
    assert!(!again.is_new);
    assert_eq!(hashes(&library), [first.package.hash, second.package.hash]);
    drop(library);
    let library = stand.open();
    assert_eq!(library.get(&stand.id).unwrap().hash, first.package.hash);
    assert_eq!(hashes(&library), [first.package.hash, second.package.hash]);
    assert_eq!(library.versions(&stand.id).unwrap()[0].format, "legacy");
}

#[test]
fn a_deleted_version_gives_way_and_its_files_stay_while_somebody_judges() {
    let stand = Stand::new();
    let library = stand.open();
    let first = stand.upload(&library, "3\n", 10).package.hash;
    let held = stand.upload(&library, "4\n", 20).package;
    library.delete(&stand.id, Some(held.hash)).unwrap();
    assert_eq!(library.get(&stand.id).unwrap().hash, first);
    assert!(held.testcases[0].answer.exists(), "somebody judges with it");
    drop(held);
    library.delete(&stand.id, None).unwrap();
    assert!(library.get(&stand.id).is_none());
    assert_eq!(stand.on_disk(), 0);
    assert!(matches!(
        library.delete(&stand.id, None),
        Err(UploadError::NoVersion)
    ));
}

#[test]
fn an_upload_covers_a_configured_package_until_it_is_deleted() {
    let stand = Stand::new();
    write(&stand.dir.path().join("problems"), "0\n");
    let library = ProblemLibrary::load(vec![stand.dir.path().join("problems")], stand.dir.path());
    library.open_uploads(&stand.root()).unwrap();
    let configured = library.get(&stand.id).unwrap().hash;
    let uploaded = stand.upload(&library, "3\n", 10).package.hash;
    assert_eq!(library.get(&stand.id).unwrap().hash, uploaded);
    assert!(library.is_uploaded(&stand.id));
    library.reload();
    assert_eq!(library.get(&stand.id).unwrap().hash, uploaded);
    library.delete(&stand.id, None).unwrap();
    assert_eq!(library.get(&stand.id).unwrap().hash, configured);
    assert!(!library.is_uploaded(&stand.id));
}

#[test]
fn what_broke_off_leaves_nothing() {
    let stand = Stand::new();
    let library = stand.open();
    let incoming = library.incoming().unwrap();
    write(incoming.path(), "3\n");
    fs::remove_file(incoming.path().join("sum/data/secret/1.ans")).unwrap();
    let refused = library.upload(&incoming, &stand.id, Timestamp(1));
    let Err(UploadError::Package(broken)) = refused else {
        panic!("{refused:?}");
    };
    assert!(broken.message.contains("1.in"), "{broken:?}");
    // As a power cut leaves it: staged, never renamed; and deleted, never removed.
    std::mem::forget(incoming);
    let kept = stand.upload(&library, "3\n", 10).package;
    library.delete(&stand.id, None).unwrap();
    assert_eq!(stand.on_disk(), 1);
    std::mem::forget(kept);
    let library = stand.open();
    assert!(library.list().is_empty());
    assert_eq!(stand.on_disk(), 0);
    assert_eq!(
        fs::read_dir(stand.root().join(".incoming"))
            .unwrap()
            .count(),
        0
    );
}
