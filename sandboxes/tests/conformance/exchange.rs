//! Known files out of a directory, files of the host shown in place, and directories to start in.

use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use sandboxes::outcome::Exit;
use sandboxes::sandbox::{Content, PlacedFile, Run, Sandbox, WallError, WantedFile};

use crate::stand::{Proof, deed, one, text};

fn placed(path: &str, content: Content) -> PlacedFile {
    PlacedFile {
        path: path.to_owned(),
        content,
        executable: false,
    }
}

fn wanted(name: &str, most_bytes: u64, remove: bool) -> WantedFile {
    WantedFile {
        name: name.to_owned(),
        most_bytes,
        remove,
    }
}

async fn says(sandbox: &mut dyn Sandbox, run: Run) -> (Exit, String) {
    let outcome = one(sandbox, run).await;
    (outcome.exit, text(&outcome.stdout))
}

fn keeping(mut run: Run) -> Run {
    run.keep_work = true;
    run
}

/// Known files come back, as much of them as was asked for; what else lies there does not matter.
pub(crate) async fn known_files_are_taken(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    for kind in ["tree", "symlink"] {
        one(&mut *sandbox, keeping(deed(&["make", kind]))).await;
    }
    let asked = [wanted("two", 1, false), wanted("absent", 9, true)];
    for _ in 0..2 {
        let taken = sandbox.take("/tmp", &asked).await.unwrap();
        let [two] = taken.as_slice() else {
            panic!("{taken:?}")
        };
        assert_eq!((two.path.as_str(), two.len), ("two", 2));
        assert_eq!(two.file.metadata().unwrap().len(), 1);
    }
    let removed = sandbox.take("/tmp", &[wanted("two", 9, true)]).await;
    assert_eq!(removed.unwrap().len(), 1);
    let gone = sandbox.take("/tmp", &[wanted("two", 9, true)]).await;
    assert_eq!(gone.unwrap().len(), 0);
    for (bad, what) in [("out", "symbolic link"), ("a", "directory")] {
        match sandbox.take("/tmp", &[wanted(bad, 9, true)]).await {
            Err(WallError::Refused(reason)) => assert!(reason.contains(what), "{reason}"),
            other => panic!("{bad}: {other:?}"),
        }
    }
    for bad in ["../x", "a/b", ""] {
        let refused = sandbox.take("/tmp", &[wanted(bad, 9, false)]).await;
        assert!(matches!(refused, Err(WallError::Refused(_))), "{bad}");
    }
    let refused = sandbox.take("/tmp/out", &[]).await;
    assert!(matches!(refused, Err(WallError::Refused(_))));
    sandbox.destroy().await.unwrap();
}

/// Programs start where they are told, with files they may or may not change; the next run starts at the usual place.
pub(crate) async fn programs_start_in_a_furnished_directory(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    for writable in [false, true] {
        let files = vec![
            placed("data.txt", Content::Bytes(b"numbers".to_vec())),
            placed("deep/er/x", Content::Bytes(vec![b'x'; 100_000])),
        ];
        sandbox.furnish(files, writable).await.unwrap();
        let read = keeping(deed(&["cat", "data.txt"]));
        assert_eq!(
            says(&mut *sandbox, read).await,
            (Exit::Code(0), "numbers".to_owned())
        );
        let read = keeping(deed(&["cat", "deep/er/x"]));
        assert_eq!(says(&mut *sandbox, read).await.1.len(), 100_000);
        // Fails where it may not make a file.
        let (exit, _) = says(&mut *sandbox, deed(&["make", "tree"])).await;
        assert_eq!(exit == Exit::Code(0), writable);
        let (exit, _) = says(&mut *sandbox, deed(&["cat", "data.txt"])).await;
        assert_eq!(exit, Exit::Code(1));
        let (exit, _) = says(&mut *sandbox, deed(&["make", "tree"])).await;
        assert_eq!(exit, Exit::Code(0));
    }
    let escape = vec![placed("../x", Content::Bytes(Vec::new()))];
    let refused = sandbox.furnish(escape, true).await;
    assert!(matches!(refused, Err(WallError::Refused(_))));
    sandbox.destroy().await.unwrap();
}

/// Large files of the host are shown as they are, more of them than the box could hold, and can be replaced.
pub(crate) async fn large_files_are_shown(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    // Where the tests were built; in a virtual machine that is not there.
    let built = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let dir = if built.is_dir() {
        tempfile::tempdir_in(built)
    } else {
        tempfile::tempdir()
    };
    let dir = dir.unwrap();
    let path = dir.path().join("large");
    for (round, mode) in [(0_u64, 0o644), (1, 0o644), (2, 0o600)] {
        // Three times 300 MiB of holes in a box of 512 MiB; what not everybody may read is copied, and small here.
        let size = if mode == 0o644 { 300 << 20 } else { 2 << 20 };
        let source = File::create(&path).unwrap();
        source.set_len(size + round).unwrap();
        source
            .set_permissions(std::fs::Permissions::from_mode(mode))
            .unwrap();
        let shown = Content::Shown(Arc::new(File::open(&path).unwrap()));
        let small = Content::Shown(crate::stand::file(b"small"));
        let files = vec![placed("in/large", shown), placed("small", small)];
        sandbox.place(files).await.unwrap();
        let (exit, size_seen) = says(&mut *sandbox, deed(&["size", "/box/in/large"])).await;
        assert_eq!(
            (exit, size_seen),
            (Exit::Code(0), format!("{}\n", size + round))
        );
        let small = says(&mut *sandbox, deed(&["cat", "/box/small"])).await;
        assert_eq!(small, (Exit::Code(0), "small".to_owned()));
        let (exit, wrote) = says(&mut *sandbox, deed(&["overwrite", "/box/in/large"])).await;
        assert_eq!((exit, wrote.as_str()), (Exit::Code(1), ""));
        std::fs::remove_file(&path).unwrap();
    }
    sandbox.destroy().await.unwrap();
}
