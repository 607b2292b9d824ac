//! Files in, files out, and nothing in between.

use std::io::Read;
use std::sync::Arc;

use sandboxes::outcome::Exit;
use sandboxes::sandbox::{
    CollectLimits, CollectedFile, Content, PlacedFile, Run, Sandbox, WallError,
};

use crate::stand::{Proof, WORK_FILES, by_path, deed, file, one, text, within_ms};

const COLLECT: CollectLimits = CollectLimits {
    files: 100,
    total_bytes: 16 << 20,
};

fn keeping(mut run: Run) -> Run {
    run.keep_work = true;
    run
}

async fn does(sandbox: &mut dyn Sandbox, run: Run) -> String {
    let outcome = one(sandbox, run).await;
    let output = text(&outcome.stdout);
    assert_eq!(
        (outcome.exit, outcome.stop),
        (Exit::Code(0), None),
        "{output} {outcome:?}"
    );
    output
}

/// Rule 1: nothing one run writes is visible to the next, unless the host wants it.
pub(crate) async fn runs_leave_each_other_nothing(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    for _ in 0..2 {
        does(&mut *sandbox, deed(&["make", "tree"])).await;
        does(&mut *sandbox, deed(&["find"])).await;
    }
    does(&mut *sandbox, keeping(deed(&["make", "tree"]))).await;
    assert_eq!(sandbox.collect("/tmp", COLLECT).await.unwrap().len(), 2);
    assert_eq!(
        one(&mut *sandbox, deed(&["make", "tree"])).await.exit,
        Exit::Code(1)
    );
    does(&mut *sandbox, deed(&["make", "tree"])).await;
    sandbox.destroy().await.unwrap();
}

/// Rule 1, for shared memory.
pub(crate) async fn shared_memory_is_wiped(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    for _ in 0..2 {
        does(&mut *sandbox, deed(&["open", "/dev/shm/left", "/tmp/left"])).await;
        // Fails when the file is there already.
        does(&mut *sandbox, deed(&["fill", "10"])).await;
        let outcome = one(&mut *sandbox, deed(&["leave"])).await;
        assert_ne!(outcome.exit, Exit::Signal(9));
    }
    sandbox.destroy().await.unwrap();
}

/// Rule 1: nothing one submission leaves is visible to another.
pub(crate) async fn sandboxes_leave_each_other_nothing(proof: Arc<Proof>) {
    for _ in 0..2 {
        let mut sandbox = proof.sandbox().await;
        does(&mut *sandbox, keeping(deed(&["make", "tree"]))).await;
        sandbox
            .place(vec![PlacedFile {
                path: "once".into(),
                content: Content::Bytes(b"x".to_vec()),
                executable: false,
            }])
            .await
            .unwrap();
        sandbox.destroy().await.unwrap();
        let next = deed(&["open", "/box/once", "/tmp/two", "/tmp/a"]);
        proof.succeeds(next).await;
    }
}

fn contents(files: &mut [CollectedFile]) -> Vec<(String, String, bool)> {
    files
        .iter_mut()
        .map(|collected| {
            let mut text = String::new();
            collected.file.read_to_string(&mut text).unwrap();
            assert_eq!(text.len() as u64, collected.len);
            (collected.path.clone(), text, collected.executable)
        })
        .collect()
}

/// Rule: what a run leaves can be taken out, whole and with its mode.
pub(crate) async fn kept_work_can_be_collected(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    does(&mut *sandbox, keeping(deed(&["make", "tree"]))).await;
    let mut files = sandbox.collect("/tmp", COLLECT).await.unwrap();
    let expected = [("a/b/one", "1", false), ("two", "22", true)];
    assert_eq!(
        contents(&mut files),
        expected.map(|(path, text, x)| (path.to_owned(), text.to_owned(), x))
    );
    let mut files = sandbox.collect("/tmp/a/b", COLLECT).await.unwrap();
    assert_eq!(contents(&mut files)[0].0, "one");
    sandbox.destroy().await.unwrap();
}

/// Rule: a validator finds its directories, and nothing of the run before.
pub(crate) async fn work_is_reset_with_directories(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    for _ in 0..3 {
        sandbox.reset_work(&["feedback", "a"]).await.unwrap();
        // Fails in `mkdir a`: it is there.
        assert_eq!(
            one(&mut *sandbox, keeping(deed(&["make", "tree"])))
                .await
                .exit,
            Exit::Code(1)
        );
        sandbox.reset_work(&["feedback"]).await.unwrap();
        does(&mut *sandbox, keeping(deed(&["make", "tree"]))).await;
    }
    for bad in ["../x", "a/b", "", ".."] {
        assert!(
            matches!(sandbox.reset_work(&[bad]).await, Err(WallError::Refused(_))),
            "{bad}"
        );
    }
    sandbox.destroy().await.unwrap();
}

/// Rule: placed files are there, executable or not, and no program can change them.
pub(crate) async fn placed_files_are_read_only(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    let program = Content::File(Arc::clone(&crate::programs::programs().deeds));
    let large = vec![b'l'; 300_000];
    let placed = |path: &str, content, executable| PlacedFile {
        path: path.to_owned(),
        content,
        executable,
    };
    sandbox
        .place(vec![
            placed("in/deep/small", Content::Bytes(b"small".to_vec()), false),
            placed("large", Content::Bytes(large), false),
            placed("from-file", Content::File(file(b"of the host")), false),
            placed("program", program, true),
        ])
        .await
        .unwrap();
    let inside = |args: &[&str]| {
        let mut run = by_path("/box/program");
        run.args.extend(args.iter().map(|text| (*text).to_owned()));
        run
    };
    assert_eq!(
        does(&mut *sandbox, inside(&["cat", "/box/in/deep/small"])).await,
        "small"
    );
    assert_eq!(
        does(&mut *sandbox, inside(&["cat", "/box/large"]))
            .await
            .len(),
        300_000
    );
    assert_eq!(
        does(&mut *sandbox, inside(&["cat", "/box/from-file"])).await,
        "of the host"
    );
    // Placing again replaces.
    sandbox
        .place(vec![placed(
            "from-file",
            Content::Bytes(b"anew".to_vec()),
            false,
        )])
        .await
        .unwrap();
    assert_eq!(
        does(&mut *sandbox, inside(&["cat", "/box/from-file"])).await,
        "anew"
    );
    sandbox.start(by_path("/box/large")).await.unwrap();
    assert!(matches!(
        sandbox.finish().await,
        Err(WallError::NotExecutable { .. })
    ));
    sandbox.destroy().await.unwrap();
}

/// Rule 2: no path leads out of the box.
pub(crate) async fn paths_cannot_escape_the_box(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    for path in ["../x", "/x", "a/../../x", "", "a//b", ".", "a/."] {
        let placed = PlacedFile {
            path: path.to_owned(),
            content: Content::Bytes(Vec::new()),
            executable: false,
        };
        assert!(
            matches!(
                sandbox.place(vec![placed]).await,
                Err(WallError::Refused(_))
            ),
            "{path}"
        );
    }
    for path in ["/etc", "/tmp/../etc", "/tmpx", "tmp", "/tmp/nothing"] {
        assert!(
            matches!(
                sandbox.collect(path, COLLECT).await,
                Err(WallError::Refused(_))
            ),
            "{path}"
        );
    }
    does(&mut *sandbox, deed(&["nothing"])).await;
    sandbox.destroy().await.unwrap();
}

/// Rule 2: links and everything that is no regular file are refused.
pub(crate) async fn links_and_pipes_are_refused(proof: Arc<Proof>) {
    for kind in ["symlink", "directory-link", "pipe"] {
        let mut sandbox = proof.sandbox().await;
        does(&mut *sandbox, keeping(deed(&["make", kind]))).await;
        let error = sandbox.collect("/tmp", COLLECT).await.unwrap_err();
        assert!(
            matches!(error, WallError::Refused(_))
                && error.to_string().contains("not a regular file"),
            "{error}"
        );
        if kind == "directory-link" {
            assert!(matches!(
                sandbox.collect("/tmp/link", COLLECT).await,
                Err(WallError::Refused(_))
            ));
        }
        sandbox.destroy().await.unwrap();
    }
}

/// Rule 2: what comes out is bounded in number and size, holes included.
pub(crate) async fn collections_are_bounded(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    does(&mut *sandbox, keeping(deed(&["make", "tree"]))).await;
    let one_file = CollectLimits {
        files: 1,
        total_bytes: 1000,
    };
    assert!(matches!(
        sandbox.collect("/tmp", one_file).await,
        Err(WallError::Refused(_))
    ));
    let two_bytes = CollectLimits {
        files: 10,
        total_bytes: 2,
    };
    assert!(matches!(
        sandbox.collect("/tmp", two_bytes).await,
        Err(WallError::Refused(_))
    ));
    sandbox.reset_work(&[]).await.unwrap();
    let mut sparse = keeping(deed(&["make", "sparse"]));
    sparse.limits.file_bytes = 16 << 20;
    does(&mut *sandbox, sparse).await;
    let ten = CollectLimits {
        files: 10,
        total_bytes: 10 << 20,
    };
    assert!(matches!(
        sandbox.collect("/tmp", ten).await,
        Err(WallError::Refused(_))
    ));
    assert_eq!(
        sandbox.collect("/tmp", COLLECT).await.unwrap()[0].len,
        12 << 20
    );
    sandbox.destroy().await.unwrap();
}

/// Rule: files of the work directory have a cap of their own, above that of the output, and reaching it is no output limit.
pub(crate) async fn large_files_are_not_output(proof: Arc<Proof>) {
    let mut run = deed(&["fill", "8000000"]);
    (run.limits.output_bytes, run.limits.file_bytes) = (1000, 8_000_000);
    assert_eq!(proof.succeeds(run).await, "Success\n");
    let mut run = deed(&["fill", "8000001"]);
    (run.limits.output_bytes, run.limits.file_bytes) = (1000, 8_000_000);
    assert_eq!(proof.succeeds(run).await, "File too large\n");
}

/// Rule: the work directory is bounded in bytes.
pub(crate) async fn work_size_is_capped(proof: Arc<Proof>) {
    let mut run = deed(&["fill", "64000000"]);
    run.limits.file_bytes = 1 << 30;
    let output = proof.succeeds(run).await;
    assert_eq!(output, "No space left on device\n");
}

/// Rule: the work directory is bounded in files.
pub(crate) async fn work_file_count_is_capped(proof: Arc<Proof>) {
    let output = proof.succeeds(deed(&["many", "100000"])).await;
    let made: u64 = output
        .split(|c: char| !c.is_ascii_digit())
        .find_map(|word| word.parse().ok())
        .unwrap();
    assert!(
        output.contains("No space left on device") && made < WORK_FILES,
        "{output}"
    );
}

/// Rule: wiping is bounded too.
pub(crate) async fn many_files_are_wiped(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    for _ in 0..2 {
        does(&mut *sandbox, deed(&["many", "1500"])).await;
        does(&mut *sandbox, keeping(deed(&["deep", "200"]))).await;
        sandbox.reset_work(&[]).await.unwrap();
        let outcome = one(&mut *sandbox, keeping(deed(&["nothing"]))).await;
        assert!(outcome.wall < within_ms(500), "{outcome:?}");
        assert!(sandbox.collect("/tmp", COLLECT).await.unwrap().is_empty());
    }
    sandbox.destroy().await.unwrap();
}
