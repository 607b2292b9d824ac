//! What goes into programs and what comes out.

use std::io::Seek;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sandboxes::outcome::{Exit, Stop};

use crate::stand::{Proof, bytes, deed, file, one, text, within_ms};

/// Rule: input and output are whole, whatever they hold.
pub(crate) async fn ten_megabytes_go_through(proof: Arc<Proof>) {
    let content: Vec<u8> = (0..10_u32 << 20)
        .map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let mut run = deed(&["echo"]);
    run.stdin = Some(file(&content));
    run.limits.output_bytes = 16 << 20;
    let outcome = proof.outcome(run).await;
    assert_eq!((outcome.exit, outcome.stop), (Exit::Code(0), None));
    assert!(bytes(&outcome.stdout) == content);
}

/// Rule: reads start at offset 0, whoever else reads the file, and the host's own offset stays where it was.
pub(crate) async fn input_has_a_private_offset(proof: Arc<Proof>) {
    let input = file(b"twice the same");
    (&*input).seek(std::io::SeekFrom::Start(6)).unwrap();
    let mut sandbox = proof.sandbox().await;
    for _ in 0..2 {
        let mut run = deed(&["echo"]);
        run.stdin = Some(Arc::clone(&input));
        sandbox.start(run).await.unwrap();
    }
    for _ in 0..2 {
        assert_eq!(
            text(&sandbox.finish().await.unwrap().stdout),
            "twice the same"
        );
    }
    assert_eq!((&*input).stream_position().unwrap(), 6);
    assert_eq!(one(&mut *sandbox, deed(&["echo"])).await.stdout.len, 0);
    sandbox.destroy().await.unwrap();
}

/// Rule: an outcome that arrives while another run is being sent is as whole as any.
pub(crate) async fn outcomes_may_arrive_early(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    for _ in 0..3 {
        sandbox.start(deed(&["print", "5000"])).await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    for _ in 0..3 {
        assert_eq!(sandbox.finish().await.unwrap().stdout.len, 5000);
    }
    sandbox.destroy().await.unwrap();
}

/// Rule: the cap itself is allowed.
pub(crate) async fn output_at_the_cap_is_whole(proof: Arc<Proof>) {
    for file_bytes in [1000, 1 << 20] {
        let mut run = deed(&["print", "100000"]);
        (run.limits.output_bytes, run.limits.file_bytes) = (100_000, file_bytes);
        let outcome = proof.outcome(run).await;
        assert_eq!(
            (outcome.exit, outcome.stop, outcome.stdout.len),
            (Exit::Code(0), None, 100_000)
        );
    }
}

/// Rule: one byte more is too much, said as such, and a flood ends at once.
pub(crate) async fn output_above_the_cap_stops_the_program(proof: Arc<Proof>) {
    let mut run = deed(&["print", "100001"]);
    (run.limits.output_bytes, run.limits.file_bytes) = (100_000, 1000);
    let outcome = proof.outcome(run).await;
    assert_eq!(
        (outcome.stop, outcome.stdout.len),
        (Some(Stop::OutputLimit), 100_000)
    );
    for file_bytes in [1000, 8 << 20] {
        let mut run = deed(&["flood"]);
        (run.limits.output_bytes, run.limits.file_bytes) = (1 << 20, file_bytes);
        let outcome = proof.outcome(run).await;
        assert_eq!(
            (outcome.stop, outcome.stdout.len),
            (Some(Stop::OutputLimit), 1 << 20)
        );
        assert!(outcome.wall < within_ms(500), "{outcome:?}");
    }
}

/// Rule: the cap does not rest on a signal that can be ignored.
pub(crate) async fn ignoring_the_file_limit_does_not_help(proof: Arc<Proof>) {
    let mut run = deed(&["flood-ignoring"]);
    run.limits.cpu = within_ms(500);
    let outcome = proof.outcome(run).await;
    assert_eq!(
        (outcome.stop, outcome.stdout.len),
        (Some(Stop::OutputLimit), 1 << 20)
    );
}

/// Rule: too much output is noticed even when the kernel's file limit lies higher and the program goes on computing.
pub(crate) async fn slow_output_above_the_cap_is_stopped(proof: Arc<Proof>) {
    let mut run = deed(&["print-and-spin", "1001"]);
    (run.limits.output_bytes, run.limits.file_bytes) = (1000, 1 << 20);
    let outcome = proof.outcome(run).await;
    assert_eq!(
        (outcome.stop, outcome.stdout.len),
        (Some(Stop::OutputLimit), 1000)
    );
    assert!(outcome.wall < within_ms(1000), "{outcome:?}");
}

/// Rule: standard error is kept up to its cap and thrown away beyond it; the program never notices.
pub(crate) async fn error_floods_neither_block_nor_kill(proof: Arc<Proof>) {
    let outcome = proof.outcome(deed(&["flood-error", "5000000"])).await;
    assert_eq!(
        (outcome.exit, outcome.stop),
        (Exit::Code(0), None),
        "{outcome:?}"
    );
    assert_eq!(text(&outcome.stdout), "done\n");
    assert_eq!(outcome.stderr, vec![b'x'; 1 << 10]);
    let began = Instant::now();
    let mut sandbox = proof.sandbox().await;
    for _ in 0..2 {
        let outcome = one(&mut *sandbox, deed(&["flood-error", "100"])).await;
        assert_eq!(outcome.stderr, vec![b'x'; 100]);
    }
    sandbox.destroy().await.unwrap();
    assert!(began.elapsed() < within_ms(1000));
}

/// Rule: a program gets exactly the arguments and variables it is given, and starts in the work directory.
pub(crate) async fn arguments_and_variables_arrive(proof: Arc<Proof>) {
    let mut run = deed(&["say", "a b\tc"]);
    run.env = vec!["WORD=w".to_owned()];
    let said = proof.succeeds(run).await;
    let expected = if proof.wall.name() == "trusted" {
        "/work"
    } else {
        "|/tmp"
    };
    assert!(said.starts_with("deeds|a b\tc|w|"), "{said}");
    assert!(said.trim_end().ends_with(expected), "{said}");
}

/// Rule: a program has three descriptors and no more.
pub(crate) async fn no_descriptors_leak(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    for _ in 0..3 {
        let mut run = deed(&["descriptors"]);
        run.stdin = Some(file(b"x"));
        run.limits.open_files = 5000;
        let outcome = one(&mut *sandbox, run).await;
        assert_eq!(outcome.exit, Exit::Code(0), "{}", text(&outcome.stdout));
    }
    sandbox.destroy().await.unwrap();
}

/// Rule: a captured output stays as it is for as long as somebody holds it, and is used again afterwards.
pub(crate) async fn outputs_stay_while_held(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    let mut held = Vec::new();
    for length in 1..10_u64 {
        let outcome = one(&mut *sandbox, deed(&["print", &length.to_string()])).await;
        held.push(outcome.stdout);
    }
    for (captured, length) in held.iter().zip(1..) {
        assert_eq!(bytes(captured), vec![b'x'; length]);
    }
    sandbox.destroy().await.unwrap();
}
