//! Two programs that talk to each other, each in a sandbox of its own on the same slot.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sandboxes::dialogue::{Dialogue, Meter, Pipe};
use sandboxes::outcome::{Exit, Outcome, Stop};
use sandboxes::sandbox::Run;

use crate::stand::{Proof, talk, within_ms};

/// Both halves and where they are watched.
struct Pair {
    first: Run,
    second: Run,
    meters: [Arc<Meter>; 2],
}

fn pair(first: &[&str], second: &[&str]) -> Pair {
    let (there, back) = (Pipe::new().unwrap(), Pipe::new().unwrap());
    let meters = [Arc::new(Meter::default()), Arc::new(Meter::default())];
    let half = |args: &[&str], input: &Pipe, output: &Pipe, meter: &Arc<Meter>| Run {
        stdin: Some(Arc::clone(&input.reader)),
        dialogue: Some(Dialogue {
            stdout: Arc::clone(&output.writer),
            meter: Arc::clone(meter),
        }),
        ..talk(args)
    };
    Pair {
        first: half(first, &back, &there, &meters[0]),
        second: half(second, &there, &back, &meters[1]),
        meters,
    }
}

impl Pair {
    async fn run(self, proof: &Proof) -> (Outcome, Outcome) {
        let Self { first, second, .. } = self;
        let (mut one, mut other) = (proof.sandbox().await, proof.sandbox().await);
        one.start(first).await.unwrap();
        other.start(second).await.unwrap();
        let (first, second) = tokio::join!(one.finish(), other.finish());
        one.destroy().await.unwrap();
        other.destroy().await.unwrap();
        (first.unwrap(), second.unwrap())
    }

    /// Both end with code 0.
    async fn succeeds(self, proof: &Proof) -> (Outcome, Outcome) {
        let (first, second) = self.run(proof).await;
        for outcome in [&first, &second] {
            assert_eq!(
                (outcome.exit, outcome.stop),
                (Exit::Code(0), None),
                "{first:?} {second:?}"
            );
        }
        (first, second)
    }
}

/// Rule: what was seen of one dialogue says nothing of the next one in the same sandboxes.
pub(crate) async fn dialogues_do_not_mix(proof: Arc<Proof>) {
    let (mut one, mut other) = (proof.sandbox().await, proof.sandbox().await);
    for _ in 0..5 {
        let pair = pair(&["nap-and-ask", "100"], &["answer"]);
        one.start(pair.first).await.unwrap();
        other.start(pair.second).await.unwrap();
        let (first, second) = tokio::join!(one.finish(), other.finish());
        for outcome in [first.unwrap(), second.unwrap()] {
            assert_eq!(
                (outcome.exit, outcome.stop),
                (Exit::Code(0), None),
                "{outcome:?}"
            );
        }
    }
    one.destroy().await.unwrap();
    other.destroy().await.unwrap();
}

/// Rule: what one writes the other reads, both ways; each is accounted by itself and nothing is captured.
pub(crate) async fn two_programs_talk(proof: Arc<Proof>) {
    let (first, second) = pair(&["ask", "1000"], &["answer"]).succeeds(&proof).await;
    assert_eq!((first.stdout.len, second.stdout.len), (0, 0));
    // "1\n" to "1000\n", and "2\n" to "2000\n".
    assert_eq!((first.piped_bytes, second.piped_bytes), (3893, 4448));
    assert!(first.cpu > Duration::ZERO && second.cpu > Duration::ZERO);
}

/// Rule: who is said to have ended first did, because the other reads the end of its input only after that.
pub(crate) async fn the_first_to_end_is_known(proof: Arc<Proof>) {
    for _ in 0..20 {
        let (first, second) = pair(&["leave"], &["wait-for-the-end"])
            .succeeds(&proof)
            .await;
        assert!(first.ended_at < second.ended_at);
        let (first, second) = pair(&["wait-for-the-end"], &["leave"])
            .succeeds(&proof)
            .await;
        assert!(first.ended_at > second.ended_at);
    }
}

/// Rule: a child that a program leaves behind does not keep its pipes open.
pub(crate) async fn pipes_close_with_their_program(proof: Arc<Proof>) {
    let (first, second) = pair(&["fork-and-leave"], &["wait-for-the-end"])
        .succeeds(&proof)
        .await;
    assert_eq!(first.left_over_processes, 1);
    assert!(first.ended_at < second.ended_at);
}

/// Rule: a program that closes its output and lives on has said all: its partner notices.
pub(crate) async fn a_closed_output_is_noticed(proof: Arc<Proof>) {
    let (first, second) = pair(&["close-output-and-hear"], &["answer-at-the-end"])
        .succeeds(&proof)
        .await;
    assert!(
        first.wall < within_ms(300) && second.wall < within_ms(300),
        "{first:?}"
    );
}

/// Rule: a program that closes its input and lives on does not stop its partner from writing.
pub(crate) async fn a_closed_input_swallows(proof: Arc<Proof>) {
    // Long enough for all that is written meanwhile.
    let nap = within_ms(600).as_millis().to_string();
    let mut pair = pair(
        &["close-input-and-nap", &nap],
        &["flood-and-hear", "4000000"],
    );
    pair.second.limits.output_bytes = 8 << 20;
    pair.succeeds(&proof).await;
}

/// Rule: waiting for the other, or for nothing, is not idling.
pub(crate) async fn talkers_may_wait(proof: Arc<Proof>) {
    let mut pair = pair(&["nap-and-tell", "2500"], &["hear-one"]);
    pair.first.limits.cpu = within_ms(200);
    pair.second.limits.cpu = within_ms(200);
    pair.succeeds(&proof).await;
}

/// Rule: a meter says since when a program sleeps, and what it has used.
pub(crate) async fn meters_tell_sleepers(proof: Arc<Proof>) {
    let pair = pair(&["nap-and-tell", "700"], &["hear-one"]);
    let meters = pair.meters.clone();
    let watch = async {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(5) {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let slept = meters.iter().map(|meter| meter.seen().asleep_since);
            let slept: Option<Vec<Instant>> = slept.collect();
            if slept.is_some_and(|since| {
                since
                    .iter()
                    .all(|since| since.elapsed() > Duration::from_millis(300))
            }) {
                return true;
            }
        }
        false
    };
    let (_, both_slept) = tokio::join!(pair.succeeds(&proof), watch);
    assert!(both_slept);
}

/// Rule: a program in a dialogue is held to its output limit, at the cap exactly.
pub(crate) async fn floods_of_talkers_are_stopped(proof: Arc<Proof>) {
    let talkers = |bytes: &str| {
        let mut pair = pair(&["flood", bytes], &["swallow"]);
        pair.first.limits.output_bytes = 1_000_000;
        pair
    };
    talkers("1000000").succeeds(&proof).await;
    let (first, second) = talkers("1000001").run(&proof).await;
    assert_eq!(first.stop, Some(Stop::OutputLimit));
    assert_eq!(second.exit, Exit::Code(0));
    let (first, _) = talkers("2000000000").run(&proof).await;
    assert_eq!(
        (first.stop, first.exit),
        (Some(Stop::OutputLimit), Exit::Signal(9)),
        "{first:?}"
    );
}

/// Rule: a wall limit ends a talker, and then the other one reads the end.
pub(crate) async fn talkers_have_wall_limits(proof: Arc<Proof>) {
    let mut pair = pair(&["nap-and-tell", "60000"], &["wait-for-the-end"]);
    pair.first.limits.wall = Duration::from_millis(300);
    let (first, second) = pair.run(&proof).await;
    assert_eq!(first.stop, Some(Stop::WallLimit));
    assert_eq!((second.exit, second.stop), (Exit::Code(0), None));
    assert!(first.ended_at < second.ended_at);
}

/// Rule: the standard streams can be opened again by name.
pub(crate) async fn pipes_can_be_opened_again(proof: Arc<Proof>) {
    pair(&["reopen"], &["answer"]).succeeds(&proof).await;
}

/// Rule: the two cannot reach each other but through their pipes: no files, no sockets, no signals, no processes.
pub(crate) async fn neighbours_cannot_reach_each_other(proof: Arc<Proof>) {
    let host = match proof.wall.name() {
        // Its kernel does not collect sockets in flight, so the filter lets nobody name one.
        "docker/runsc" => "host-of-the-nameless",
        _ => "host",
    };
    pair(&[host], &["guest"]).succeeds(&proof).await;
}
