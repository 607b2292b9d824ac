//! Jobs, slots, attempts, shutdown and planted failures.

use std::time::Duration;

use judging::verdicts::Verdict;

use super::*;
use crate::job_source::JobSource;
use crate::supervision::PanicPlace;
use crate::testing::{Package, World};

fn world(slots: u32) -> World {
    World::new(slots, &[Package::echo("echo", 4)])
}

#[actix::test]
async fn a_judge_that_panics_costs_one_attempt() {
    let world = world(1);
    let id = world.submit("echo", "sum\n2? gate later");
    world.script.until("run 2").await;
    assert!(world.supervision.inject_panic("judge", PanicPlace::Spawned));
    world.script.open("later");
    let report = world.verdict(id).await;
    assert_eq!(report.verdict, Verdict::Ac);
    assert_eq!(report.provenance.unwrap().attempt, 2);
    assert_eq!(*world.jobs.given_back.lock(), [(report.judgement, 2)]);
    assert_eq!(
        world.supervision.registry().get("judge").unwrap().restarts,
        1
    );
}

#[actix::test]
async fn three_failed_attempts_end_in_a_judge_error() {
    let world = world(1);
    *world.script.breaks.lock() = u32::MAX;
    tokio::time::pause();
    let report = world.judge("echo", "sum\n2? break").await;
    assert_eq!(report.verdict, Verdict::Je);
    let reason = report.staff_message.clone().unwrap();
    assert!(
        reason.contains("3 attempts") && reason.contains("as planned"),
        "{reason}"
    );
    let attempts: Vec<u32> = world
        .jobs
        .given_back
        .lock()
        .iter()
        .map(|(_, attempt)| *attempt)
        .collect();
    assert_eq!(attempts, [2, 3]);
    assert_eq!(*world.jobs.settled.lock(), [report.judgement]);
}

#[actix::test]
async fn a_job_that_was_tried_too_often_is_not_tried_again() {
    let world = world(1);
    let id = world.submit_attempt("echo", "toy", "sum", MAX_ATTEMPTS + 1);
    assert_eq!(world.verdict(id).await.verdict, Verdict::Je);
    assert_eq!(world.script.count("run 1"), 0);
}

#[actix::test]
async fn the_system_survives_a_panic_of_each_actor() {
    let world = world(2);
    for actor in ["scheduler", "pool"] {
        for place in [PanicPlace::Handler, PanicPlace::Spawned] {
            let before = world.submit("echo", "sum\n3? gate open");
            assert!(world.supervision.inject_panic(actor, place));
            let after = world.submit("echo", "sum");
            world.script.open("open");
            for id in [before, after] {
                assert_eq!(
                    world.verdict(id).await.verdict,
                    Verdict::Ac,
                    "{actor} {place:?}"
                );
            }
        }
        let status = world.supervision.registry().get(actor).unwrap();
        assert_eq!((status.restarts, status.alive), (2, 1), "{actor}");
    }
}

#[actix::test]
async fn as_many_judgements_run_as_there_are_slots() {
    let world = world(2);
    world.judge("echo", "sum").await;
    let ids: Vec<_> = (0..5)
        .map(|n| world.submit("echo", &format!("sum\n1? gate go\nsay  \n{n}? say x")))
        .collect();
    while world.script.count("run 1") < 1 + 2 {
        world.script.something.notified().await;
    }
    let report = world.scheduler.send(GetSchedulerReport).await.unwrap();
    assert_eq!((report.running.len(), report.waiting.total()), (2, 3));
    assert_eq!((report.pools[0].busy, report.pools[0].slots), (2, 2));
    world.script.open("go");
    for id in ids {
        world.verdict(id).await;
    }
}

#[actix::test]
async fn a_drain_waits_for_what_ends_and_gives_back_the_rest() {
    let world = world(2);
    world.judge("echo", "sum").await;
    let (ends, hangs) = (
        world.submit("echo", "sum\n1? gate soon"),
        world.submit("echo", "sum\n1? gate never"),
    );
    while world.script.count("run 1") < 1 + 2 {
        world.script.something.notified().await;
    }
    let late = world.submit("echo", "sum");
    tokio::time::pause();
    let drain = world.scheduler.send(Drain {
        deadline: Duration::from_secs(10),
    });
    world.script.open("soon");
    let report = drain.await.unwrap();
    assert_eq!(
        report,
        DrainReport {
            finished: 1,
            given_back: 1
        }
    );
    assert_eq!(world.verdict(ends).await.verdict, Verdict::Ac);
    let given_back = world.jobs.given_back.lock().clone();
    assert_eq!(given_back.len(), 1);
    assert_eq!(
        (given_back[0].0.submission, given_back[0].1),
        (hangs, 1),
        "the attempt does not count"
    );
    assert_eq!(world.jobs.depth().total(), 2, "{late} was never taken");
    assert_eq!(world.pool.report().busy, 0);
}

#[actix::test]
async fn a_running_judgement_can_be_cancelled() {
    let world = world(1);
    let id = world.submit("echo", "sum\n2? gate never");
    world.script.until("run 2").await;
    assert!(world.scheduler.send(CancelSubmission(id)).await.unwrap());
    let report = world.verdict(id).await;
    assert_eq!(
        (report.verdict, report.message.as_str()),
        (Verdict::Je, "cancelled")
    );
    assert!(!world.scheduler.send(CancelSubmission(id)).await.unwrap());
    assert_eq!(
        world.judge("echo", "sum").await.verdict,
        Verdict::Ac,
        "the slot is free again"
    );
}

#[actix::test]
async fn long_runs_spread_over_idle_slots_and_are_reported_in_order() {
    let world = World::new(3, &[Package::echo("echo", 40)]);
    let id = world.submit("echo", "sum\nwall 50\n20? gate held\n30? say 0");
    // The lane that holds 20 waits; the others go on and find 30 wrong.
    world.script.until("run 30").await;
    world.script.open("held");
    let report = world.verdict(id).await;
    assert_eq!((report.verdict, report.runs.len()), (Verdict::Wa, 30));
    let mut expected: Vec<_> = (1..=30)
        .map(|n| format!("secret/{n:03} {}", if n == 30 { "WA" } else { "AC" }))
        .collect();
    expected.insert(0, "compiled true".to_owned());
    expected.insert(0, "started 1".to_owned());
    expected.push("judged WA".to_owned());
    assert_eq!(world.story(id), expected);
    assert_eq!(world.pool.report().busy, 0);
}
