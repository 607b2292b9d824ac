//! Sessions over a real store: nothing missed, nothing twice, nothing unbounded.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix::prelude::*;
use futures_util::{FutureExt, StreamExt};
use judging::events::Event;
use judging::ids::Timestamp;
use judging::verdicts::Verdict;

use super::inbox::QUEUE_FRAMES;
use super::*;
use crate::clock::ManualClock;
use crate::scoreboard::Boards;
use crate::store::samples::{accepted, first, id, judged, run, started};
use crate::store::{Store, StoreConfig};
use crate::supervision::{Faults, PanicPlace, Ping, Supervision};

struct House {
    _dir: tempfile::TempDir,
    store: Store,
    hub: Arc<Hub>,
    addr: Addr<SessionHub>,
    tree: Supervision,
}

fn house() -> House {
    let dir = tempfile::tempdir().expect("a directory");
    let tree = Supervision::new(Faults::on(), |_| {});
    let clock = Arc::new(ManualClock::new(Timestamp(9_000_000)));
    let store = Store::open(StoreConfig::new(dir.path()), &tree, Arc::clone(&clock) as _)
        .expect("it opens");
    let log: Arc<dyn EventLog> = Arc::new(store.log());
    let hub = Hub::new(Arc::clone(&log), &store, Boards::new(clock));
    let feeder = SessionHub::new(Arc::clone(&hub), log);
    let addr = tree.supervise("sessions", 16, |_| feeder);
    House {
        _dir: dir,
        store,
        hub,
        addr,
        tree,
    }
}

impl House {
    async fn append(&self, events: Vec<Event>) -> u64 {
        let seq = self.store.log().append(events).await.expect("it appends");
        while self.hub.published() < seq {
            self.addr.send(Ping).await.ok();
        }
        seq
    }
}

fn runs(n: u64, count: u32) -> Vec<Event> {
    let run = |ordinal| Event::RunJudged {
        judgement: first(n),
        run: Box::new(run(ordinal, Verdict::Ac)),
    };
    (1..=count).map(run).collect()
}

/// The numbers that are there now; a resync as a negative number.
fn drain(inbox: &mut Inbox) -> Vec<i64> {
    let number = |delivery| match delivery {
        Delivery::Frame(frame) => i64::try_from(frame.seq).expect("small"),
        Delivery::Resync { last_seq } => -i64::try_from(last_seq).expect("small"),
    };
    std::iter::from_fn(|| inbox.next().now_or_never().flatten())
        .map(number)
        .collect()
}

#[actix::test]
async fn a_session_gets_what_it_listens_to_and_nothing_else() {
    let house = house();
    let (mut session, mut inbox) = house.hub.open();
    session
        .subscribe(Topic::Submission(id(1)), None)
        .expect("it listens");
    house
        .append(vec![accepted(1), accepted(2), started(2, 1), started(1, 1)])
        .await;
    assert_eq!(drain(&mut inbox), [1, 4]);
    session.unsubscribe(&Topic::Submission(id(1)));
    house.append(vec![judged(1, Verdict::Ac)]).await;
    assert_eq!(drain(&mut inbox), [] as [i64; 0]);
}

#[actix::test]
async fn since_replays_and_goes_live_without_gap_or_duplicate() {
    let house = house();
    let mut events = vec![accepted(1), accepted(2), started(1, 1)];
    events.extend(runs(1, 200));
    house.append(events).await;
    let (mut session, mut inbox) = house.hub.open();
    session
        .subscribe(Topic::Submission(id(1)), Some(0))
        .expect("it listens");
    // Read a part, let more happen, read on: the replay takes several pieces.
    let mut seen = Vec::new();
    for _ in 0..50 {
        let Some(Delivery::Frame(frame)) = inbox.next().await else {
            panic!("a frame")
        };
        seen.push(i64::try_from(frame.seq).expect("small"));
    }
    house
        .append(vec![judged(1, Verdict::Ac), judged(2, Verdict::Ac)])
        .await;
    seen.extend(drain(&mut inbox));
    let expected: Vec<i64> = (1..=204).filter(|seq| *seq != 2).collect();
    assert_eq!(seen, expected);
    let (mut late, mut inbox) = house.hub.open();
    late.subscribe(Topic::Submission(id(1)), Some(202))
        .expect("it listens");
    assert_eq!(drain(&mut inbox), [203, 204]);
}

#[actix::test]
async fn whenever_a_session_subscribes_it_sees_every_event_once() {
    let house = house();
    let total = 60;
    house.append(vec![accepted(1)]).await;
    let mut sessions: Vec<(Session, Inbox, Vec<i64>)> = Vec::new();
    for event in runs(1, total) {
        let (mut session, inbox) = house.hub.open();
        let since = u64::try_from(sessions.len()).expect("small") / 2;
        // The append is on its way while the session subscribes and reads.
        let appended = house.store.log().append(vec![event]);
        session
            .subscribe(Topic::Submission(id(1)), Some(since))
            .expect("it listens");
        sessions.push((session, inbox, Vec::new()));
        for (_, inbox, seen) in &mut sessions {
            seen.extend(drain(inbox));
        }
        appended.await.expect("it appends");
    }
    house.append(vec![judged(1, Verdict::Ac)]).await;
    for (n, (_, inbox, seen)) in sessions.iter_mut().enumerate() {
        seen.extend(drain(inbox));
        let since = i64::try_from(n / 2).expect("small");
        assert_eq!(
            *seen,
            (since + 1..=i64::from(total) + 2).collect::<Vec<_>>(),
            "session {n}"
        );
    }
}

#[actix::test]
async fn a_slow_session_is_told_to_resync_and_goes_on() {
    let house = house();
    let (mut session, mut inbox) = house.hub.open();
    session
        .subscribe(Topic::Submission(id(1)), None)
        .expect("it listens");
    let mut events = vec![accepted(1)];
    events.extend(runs(1, u32::try_from(QUEUE_FRAMES).expect("small") + 9));
    house.append(events).await;
    let dropped = i64::try_from(QUEUE_FRAMES).expect("small") + 1;
    let expected: Vec<i64> = std::iter::once(-dropped)
        .chain(dropped + 1..=dropped + 9)
        .collect();
    assert_eq!(drain(&mut inbox), expected);
    house.append(vec![judged(1, Verdict::Ac)]).await;
    assert_eq!(drain(&mut inbox), [dropped + 10]);
}

#[actix::test]
async fn a_panic_of_the_feeder_is_noticed_by_no_session() {
    let house = house();
    let (mut session, mut inbox) = house.hub.open();
    session
        .subscribe(Topic::Submission(id(1)), None)
        .expect("it listens");
    house.append(vec![accepted(1)]).await;
    assert!(house.tree.inject_panic("sessions", PanicPlace::Spawned));
    house
        .append(vec![started(1, 1), judged(1, Verdict::Ac)])
        .await;
    assert_eq!(drain(&mut inbox), [1, 2, 3]);
    assert_eq!(
        house
            .tree
            .registry()
            .get("sessions")
            .map(|status| status.restarts),
        Some(1)
    );
}

#[actix::test]
async fn one_event_is_encoded_once_for_all_sessions() {
    let house = house();
    let mut sessions: Vec<(Session, Inbox)> = (0..100).map(|_| house.hub.open()).collect();
    for (session, _) in &mut sessions {
        session
            .subscribe(Topic::Submission(id(1)), None)
            .expect("it listens");
    }
    house.append(vec![accepted(1)]).await;
    let encoded = AtomicUsize::new(0);
    for (_, inbox) in &mut sessions {
        let Some(Delivery::Frame(frame)) = inbox.next().await else {
            panic!("a frame")
        };
        let text: Arc<str> = frame.encoded(|frame| {
            encoded.fetch_add(1, Ordering::Relaxed);
            format!("event {}", frame.seq).into()
        });
        assert_eq!(&*text, "event 1");
    }
    assert_eq!(encoded.load(Ordering::Relaxed), 1);
}

#[actix::test]
async fn topics_are_bounded_and_freed() {
    let house = house();
    let (mut session, _inbox) = house.hub.open();
    for n in 0..MAX_TOPICS {
        session
            .subscribe(Topic::Submission(id(n as u64)), None)
            .expect("it listens");
    }
    let refused = session.subscribe(Topic::Submission(id(9999)), None);
    assert_eq!(refused, Err(SubscribeError::TooManyTopics));
    session
        .subscribe(Topic::Submission(id(0)), Some(0))
        .expect("a topic it has already");
    session.unsubscribe(&Topic::Submission(id(0)));
    let unknown = session.subscribe(
        Topic::Board("none".into(), crate::scoreboard::View::Public),
        None,
    );
    assert_eq!(unknown, Err(SubscribeError::UnknownContest));
    drop(session);
    assert!(house.hub.is_idle());
}
