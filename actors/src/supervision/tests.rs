//! The tree under panics: every case of the measured table that this module promises to survive.

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use parking_lot::Mutex;
use tokio::sync::{Notify, mpsc};

use super::*;
use crate::answers_supervision;

#[derive(Default)]
struct Counter {
    count: u32,
    restored: u32,
    interval: Option<Duration>,
    seen: Option<mpsc::UnboundedSender<u32>>,
    panic_in_restarting: u32,
    gate: Option<Arc<Notify>>,
}

impl Actor for Counter {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        if let Some(every) = self.interval {
            ctx.run_interval(every, |counter, _| {
                counter.count += 1;
                if let Some(seen) = &counter.seen {
                    seen.send(counter.count).expect("the test listens");
                }
            });
        }
    }
}

impl Supervised for Counter {
    fn restarting(&mut self, _: &mut Self::Context) {
        self.count = 0;
        self.restored += 1;
        if self.panic_in_restarting > 0 {
            self.panic_in_restarting -= 1;
            panic!("restarting failed too");
        }
    }
}

answers_supervision!(Counter);

#[derive(Message)]
#[rtype(result = "(u32, u32)")]
struct Add(u32);

impl Handler<Add> for Counter {
    type Result = MessageResult<Add>;

    fn handle(&mut self, Add(by): Add, _: &mut Self::Context) -> Self::Result {
        assert_ne!(by, 666, "the number of the beast");
        self.count += by;
        MessageResult((self.count, self.restored))
    }
}

/// Keeps the mailbox shut until the gate opens.
#[derive(Message)]
#[rtype(result = "()")]
struct WaitForGate;

impl Handler<WaitForGate> for Counter {
    type Result = ();

    fn handle(&mut self, _: WaitForGate, ctx: &mut Self::Context) {
        if let Some(gate) = self.gate.clone() {
            ctx.wait(fut::wrap_future(async move { gate.notified().await }));
        }
    }
}

fn tree() -> (Supervision, Arc<Mutex<Vec<Escalation>>>) {
    let escalations = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&escalations);
    (
        Supervision::new(Faults::on(), move |escalation| seen.lock().push(escalation)),
        escalations,
    )
}

#[actix::test]
async fn a_panic_in_a_handler_keeps_address_and_restarts() {
    tokio::time::pause();
    let (tree, escalations) = tree();
    let addr = tree.supervise("counter", 16, |_| Counter::default());
    assert_eq!(addr.send(Add(2)).await, Ok((2, 0)));
    assert_eq!(addr.send(Add(666)).await, Err(MailboxError::Closed));
    assert_eq!(
        addr.send(Add(5)).await,
        Ok((5, 1)),
        "same address, state rebuilt"
    );
    let status = tree.registry().get("counter").expect("it is registered");
    assert_eq!((status.alive, status.started, status.restarts), (1, 1, 1));
    assert!(
        status
            .last_panic
            .expect("it panicked")
            .contains("number of the beast")
    );
    assert!(escalations.lock().is_empty());
}

#[actix::test]
async fn messages_queued_behind_a_panic_are_answered() {
    tokio::time::pause();
    let (tree, _) = tree();
    let gate = Arc::new(Notify::new());
    let held = Arc::clone(&gate);
    let addr = tree.supervise("counter", 16, |_| Counter {
        gate: Some(held),
        ..Counter::default()
    });
    addr.send(WaitForGate).await.expect("it lives");
    let bad = addr.send(Add(666));
    let rest = futures_util::future::join_all((1..=3).map(|by| addr.send(Add(by))));
    let (bad, rest, ()) = tokio::join!(bad, rest, async { gate.notify_one() });
    assert_eq!(bad, Err(MailboxError::Closed));
    assert_eq!(rest, [Ok((1, 1)), Ok((3, 1)), Ok((6, 1))]);
}

#[actix::test]
async fn a_panic_in_a_spawned_future_restarts_intervals() {
    tokio::time::pause();
    let (tree, _) = tree();
    let (seen, mut ticks) = mpsc::unbounded_channel();
    let every = Some(Duration::from_secs(1));
    let addr = tree.supervise("counter", 16, |_| Counter {
        interval: every,
        seen: Some(seen),
        ..Counter::default()
    });
    assert_eq!(ticks.recv().await, Some(1));
    assert!(tree.inject_panic("counter", PanicPlace::Spawned));
    assert_eq!(
        ticks.recv().await,
        Some(1),
        "the interval runs again, on rebuilt state"
    );
    assert_eq!(ticks.recv().await, Some(2), "and only once per period");
    assert_eq!(addr.send(Add(0)).await, Ok((2, 1)));
}

#[actix::test]
async fn the_fourth_panic_in_five_seconds_escalates_once() {
    tokio::time::pause();
    let (tree, escalations) = tree();
    let addr = tree.supervise("counter", 16, |_| Counter::default());
    for _ in 0..6 {
        assert_eq!(addr.send(Add(666)).await, Err(MailboxError::Closed));
    }
    let escalations = escalations.lock().clone();
    assert_eq!(escalations.len(), 1);
    assert_eq!(escalations[0].actor, "counter");
    assert!(escalations[0].reason.contains("number of the beast"));
    assert_eq!(
        tree.registry()
            .get("counter")
            .map(|status| (status.alive, status.restarts)),
        Some((0, 4))
    );
}

#[actix::test]
async fn a_panic_while_restarting_counts_and_is_retried() {
    tokio::time::pause();
    let (tree, escalations) = tree();
    let addr = tree.supervise("counter", 16, |_| Counter {
        panic_in_restarting: 1,
        ..Counter::default()
    });
    assert_eq!(addr.send(Add(666)).await, Err(MailboxError::Closed));
    assert_eq!(addr.send(Add(1)).await, Ok((1, 2)));
    assert!(escalations.lock().is_empty());
}

struct Fragile;

impl Actor for Fragile {
    type Context = Context<Self>;

    fn stopped(&mut self, _: &mut Self::Context) {
        panic!("stopped panics too");
    }
}

answers_supervision!(Fragile);

impl Supervised for Fragile {}

struct Parent {
    downs: mpsc::UnboundedSender<ChildDown>,
}

impl Actor for Parent {
    type Context = Context<Self>;
}

impl Handler<ChildDown> for Parent {
    type Result = ();

    fn handle(&mut self, down: ChildDown, _: &mut Self::Context) {
        self.downs.send(down).expect("the test listens");
    }
}

#[actix::test]
async fn a_second_panic_in_stopped_does_not_abort() {
    let (tree, _) = tree();
    let (downs, mut heard) = mpsc::unbounded_channel();
    let parent = Parent { downs }.start().recipient();
    let child = tree.spawn_linked("fragile", 7, parent, |_| Fragile);
    assert!(tree.inject_panic("fragile", PanicPlace::Handler));
    let down = heard.recv().await.expect("the parent hears of it");
    assert_eq!((down.id, down.kind), (7, "fragile"));
    assert_eq!(
        down.reason,
        ExitReason::Panic("injected panic in a handler".to_owned()),
        "the first panic is the reason"
    );
    assert!(!child.connected());
    assert_eq!(
        tree.registry()
            .get("fragile")
            .map(|status| (status.alive, status.restarts)),
        Some((0, 1))
    );
}

#[actix::test]
async fn a_supervised_actor_whose_stopped_panics_does_not_abort() {
    tokio::time::pause();
    let (tree, escalations) = tree();
    let addr = tree.supervise("fragile", 4, |_| Fragile);
    for _ in 0..4 {
        assert_eq!(
            addr.send(InjectPanic {
                place: PanicPlace::Handler
            })
            .await,
            Err(MailboxError::Closed)
        );
    }
    assert!(addr.send(Ping).await.is_err(), "it gave up");
    assert_eq!(escalations.lock().len(), 1);
}

#[actix::test]
async fn a_child_that_stops_is_reported_as_normal() {
    let (tree, _) = tree();
    let (downs, mut heard) = mpsc::unbounded_channel();
    let parent = Parent { downs }.start().recipient();
    let child = tree.spawn_linked("counter", 1, parent, |_| Counter::default());
    assert_eq!(child.send(Add(1)).await, Ok((1, 0)));
    drop(child);
    assert_eq!(
        heard.recv().await.map(|down| down.reason),
        Some(ExitReason::Normal)
    );
}

#[actix::test]
async fn nothing_is_injected_when_the_switch_is_off() {
    let tree = Supervision::new(Faults::off(), |_| {});
    let addr = tree.supervise("counter", 16, |_| Counter::default());
    assert!(!tree.inject_panic("counter", PanicPlace::Handler));
    assert_eq!(addr.send(Add(1)).await, Ok((1, 0)));
}

#[actix::test]
async fn the_root_escalates_an_actor_that_is_silent_three_times() {
    tokio::time::pause();
    let (tree, escalations) = tree();
    let gate = Arc::new(Notify::new());
    let held = Arc::clone(&gate);
    let stuck = tree.supervise("stuck", 16, |_| Counter {
        gate: Some(held),
        ..Counter::default()
    });
    let _live = tree.supervise("live", 16, |_| Counter::default());
    let mut watch = root::Watch::default();
    let config = RootConfig::default();
    assert!(watch.round(&tree, config).await);
    stuck.send(WaitForGate).await.expect("it lives");
    assert!(watch.round(&tree, config).await);
    assert!(watch.round(&tree, config).await);
    assert!(!watch.round(&tree, config).await, "the third miss");
    assert_eq!(escalations.lock()[0].actor, "stuck");
    assert!(
        tree.registry()
            .get("live")
            .is_some_and(|status| status.ping_micros.is_some())
    );
}

#[tokio::test(start_paused = true)]
async fn the_root_escalates_a_thread_whose_beat_stops() {
    let (tree, escalations) = tree();
    let beat = tree.inner.beats.add("store");
    let mut watch = root::Watch::default();
    for _ in 0..4 {
        beat.tick();
        assert!(watch.round(&tree, RootConfig::default()).await);
    }
    assert!(watch.round(&tree, RootConfig::default()).await);
    assert!(watch.round(&tree, RootConfig::default()).await);
    assert!(!watch.round(&tree, RootConfig::default()).await);
    assert_eq!(escalations.lock()[0].actor, "store");
}

#[test]
fn a_supervised_thread_goes_on_after_a_panic_and_gives_up_after_four() {
    let (tree, escalations) = tree();
    let mut left = 2;
    let body = move |_: &Beat| {
        if left > 0 {
            left -= 1;
            panic!("thread panic");
        }
    };
    tree.supervise_thread("worker", body)
        .expect("it starts")
        .join()
        .expect("it ends well");
    assert!(escalations.lock().is_empty());
    let doomed = tree
        .supervise_thread("doomed", |_| panic!("always"))
        .expect("it starts");
    doomed.join().expect("the panic is caught");
    assert_eq!(escalations.lock()[0].actor, "doomed");
    assert_eq!(
        tree.registry()
            .get("doomed")
            .map(|status| (status.alive, status.restarts)),
        Some((0, 4))
    );
}

#[test]
fn an_adopted_actor_is_counted_while_it_lives() {
    let (tree, _) = tree();
    let first = tree.registry().adopt("session", None);
    let second = tree.registry().adopt("session", None);
    drop(first);
    assert_eq!(
        tree.registry()
            .get("session")
            .map(|status| (status.alive, status.started)),
        Some((1, 2))
    );
    drop(second);
    assert_eq!(
        tree.registry().get("session").map(|status| status.alive),
        Some(0)
    );
}
