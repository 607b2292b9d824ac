//! How programs end, and that everything they started ends with them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sandboxes::native::Mode;
use sandboxes::outcome::{Exit, Stop};
use sandboxes::sandbox::WallError;

use crate::stand::{Proof, by_path, deed, one, slot, small_memory, text, within_ms};

/// Rule: a program's end is an outcome.
pub(crate) async fn exit_codes_are_reported(proof: Arc<Proof>) {
    for code in [0, 1, 42, 137, 255] {
        let outcome = proof.outcome(deed(&["exit", &code.to_string()])).await;
        assert_eq!((outcome.exit, outcome.stop), (Exit::Code(code), None));
        assert_eq!(outcome.left_over_processes, 0);
    }
}

/// Rule: a signal is reported by its number.
pub(crate) async fn signals_are_reported(proof: Arc<Proof>) {
    for signal in [6, 8, 9, 11, 13, 15, 25, 31] {
        let outcome = proof.outcome(deed(&["signal", &signal.to_string()])).await;
        assert_eq!((outcome.exit, outcome.stop), (Exit::Signal(signal), None));
    }
}

/// Rule: killing oneself looks like nothing but that.
pub(crate) async fn a_faked_kill_is_only_a_signal(proof: Arc<Proof>) {
    let outcome = proof.outcome(deed(&["signal", "9"])).await;
    assert_eq!(
        (outcome.exit, outcome.stop, outcome.oom_kills),
        (Exit::Signal(9), None, 0)
    );
}

/// Rule 4: when the outcome is there, everything the program started is dead.
pub(crate) async fn daemons_are_dead_before_the_outcome(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    let outcome = one(&mut *sandbox, deed(&["daemonise"])).await;
    assert_eq!((outcome.exit, outcome.stop), (Exit::Code(0), None));
    assert_eq!(text(&outcome.stdout), "parent done\n");
    assert!(outcome.left_over_processes >= 1, "{outcome:?}");
    assert_eq!(alive_as_slot_user(), 0);
    let next = one(&mut *sandbox, deed(&["exit", "0"])).await;
    assert_eq!((next.exit, next.left_over_processes), (Exit::Code(0), 0));
    assert!(next.cpu < within_ms(50), "{next:?}");
    sandbox.destroy().await.unwrap();
}

/// Processes that are not yet dead; a dead one nobody has reaped does no harm.
fn alive_as_slot_user() -> usize {
    count_of_slot_user(|status| !status.contains("State:\tZ") && !status.contains("State:\tX"))
}

/// Processes of the slot's user, dead ones included.
pub(crate) fn slot_users() -> usize {
    count_of_slot_user(|_| true)
}

fn count_of_slot_user(also: impl Fn(&str) -> bool) -> usize {
    let user = format!("Uid:\t{}\t", crate::stand::first_uid_on_host());
    let statuses = std::fs::read_dir("/proc").unwrap().flatten();
    let statuses =
        statuses.filter_map(|entry| std::fs::read_to_string(entry.path().join("status")).ok());
    statuses
        .filter(|status| status.contains(&user) && is_program(status) && also(status))
        .count()
}

/// Where programs share the user of this process, they are those in a namespace of their own, without its first process.
fn is_program(status: &str) -> bool {
    if !matches!(Mode::detect(), Mode::Single { .. }) {
        return true;
    }
    let line = status.lines().find(|line| line.starts_with("NSpid:"));
    let ids: Vec<&str> = line
        .unwrap_or_default()
        .split_whitespace()
        .skip(1)
        .collect();
    ids.len() > 1 && ids.last() != Some(&"1")
}

/// Rule: a stopped program is idle, and ends.
pub(crate) async fn stopped_programs_are_ended(proof: Arc<Proof>) {
    let mut run = deed(&["stop"]);
    run.limits.cpu = Duration::from_millis(500);
    let outcome = proof.outcome(run).await;
    assert_eq!(
        (outcome.exit, outcome.stop),
        (Exit::Signal(9), Some(Stop::Idle))
    );
}

/// Rule: only the signal that cannot be ignored is used.
pub(crate) async fn signals_cannot_be_ignored(proof: Arc<Proof>) {
    let mut run = deed(&["stubborn"]);
    run.limits.cpu = Duration::from_millis(200);
    let outcome = proof.outcome(run).await;
    assert_eq!(
        (outcome.exit, outcome.stop),
        (Exit::Signal(9), Some(Stop::CpuLimit))
    );
}

/// Rule 5: what the kernel would not execute is said as such, and the sandbox goes on.
pub(crate) async fn what_cannot_be_executed_is_said(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    sandbox.start(by_path("/box/nothing")).await.unwrap();
    let error = sandbox.finish().await.unwrap_err();
    let WallError::NotExecutable { source } = &error else {
        panic!("{error}")
    };
    assert_eq!(source.raw_os_error(), Some(libc::ENOENT));
    let outcome = one(&mut *sandbox, deed(&["exit", "7"])).await;
    assert_eq!(outcome.exit, Exit::Code(7));
    sandbox.destroy().await.unwrap();
}

/// Rule: cancelling ends the current run and those behind it, each with an outcome.
pub(crate) async fn runs_can_be_cancelled(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    assert!(sandbox.window() >= 2);
    sandbox.start(deed(&["spin"])).await.unwrap();
    sandbox.start(deed(&["exit", "0"])).await.unwrap();
    let began = Instant::now();
    sandbox.cancel().await.unwrap();
    for _ in 0..2 {
        assert_eq!(sandbox.finish().await.unwrap().stop, Some(Stop::Cancelled));
    }
    assert!(began.elapsed() < within_ms(1000), "{:?}", began.elapsed());
    let outcome = one(&mut *sandbox, deed(&["exit", "3"])).await;
    assert_eq!((outcome.exit, outcome.stop), (Exit::Code(3), None));
    sandbox.destroy().await.unwrap();
}

/// Rule: runs are free of memory, descriptors and time that add up.
pub(crate) async fn five_hundred_runs_leak_nothing(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    let mut descriptors = 0;
    for number in 0..500 {
        sandbox.start(deed(&["print", "2000"])).await.unwrap();
        let outcome = sandbox.finish().await.unwrap();
        assert_eq!(
            (outcome.exit, outcome.stdout.len),
            (Exit::Code(0), 2000),
            "run {number}"
        );
        let small = small_memory(&proof, 3 << 20);
        assert!(outcome.memory_bytes < small, "run {number}: {outcome:?}");
        let now = std::fs::read_dir("/proc/self/fd").unwrap().count();
        if number == 10 {
            descriptors = now;
        }
        assert!(
            number < 10 || now == descriptors,
            "run {number}: {now} descriptors, {descriptors} before"
        );
    }
    sandbox.destroy().await.unwrap();
}

/// Rule 7: what happens on one slot is nothing to another.
pub(crate) async fn slots_do_not_disturb_each_other(proof: Arc<Proof>) {
    let mut one_slot = proof.wall.prepare(slot(0)).await.unwrap();
    let mut other = proof.wall.prepare(slot(1)).await.unwrap();
    let mut spinner = deed(&["touch", "1000"]);
    spinner.limits.memory_bytes = 16 << 20;
    one_slot.start(spinner).await.unwrap();
    other.start(deed(&["burn", "100"])).await.unwrap();
    let fine = other.finish().await.unwrap();
    assert_eq!((fine.exit, fine.oom_kills), (Exit::Code(0), 0));
    let bomb = one_slot.finish().await.unwrap();
    assert!(bomb.oom_kills > 0, "{bomb:?}");
    one_slot.destroy().await.unwrap();
    let again = one(&mut *other, deed(&["exit", "5"])).await;
    assert_eq!(again.exit, Exit::Code(5));
    other.destroy().await.unwrap();
}

/// Rule: a sandbox nobody wants any more goes by itself, even in the middle of a run.
pub(crate) async fn dropping_a_sandbox_destroys_it(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    sandbox.start(deed(&["children-spin"])).await.unwrap();
    // The next sandbox of the slot is made by the same keeper, which has to have noticed by then or notice after.
    drop(sandbox);
    let outcome = proof.outcome(deed(&["exit", "1"])).await;
    assert_eq!(outcome.exit, Exit::Code(1));
}
