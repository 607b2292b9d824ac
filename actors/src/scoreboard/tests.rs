//! Boards over a real store: built, changed, frozen, resumed, rebuilt.

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use futures_util::{FutureExt, StreamExt};
use judging::contests::Contest;
use judging::events::Event;
use judging::ids::{ContestId, Timestamp};
use judging::verdicts::Verdict;

use super::*;
use crate::clock::ManualClock;
use crate::sessions::{Content, Delivery, Hub, Inbox, Topic};
use crate::store::StoreConfig;
use crate::store::samples::{judged, submission};
use crate::supervision::{Faults, PanicPlace, Ping, Supervision};

const START: i64 = 1_700_000_000_000;
const MINUTE: i64 = 60_000;

fn contest() -> Arc<Contest> {
    let text = "id: final\nname: Final\nstart_time: now\nduration: 5:00:00\nscoreboard_freeze_duration: 1:00:00\n\
                scoreboard_thaw_time: 2023-11-15T10:00:00Z\nproblems:\n  - {id: hello, label: A}\n  - {id: bells, label: B}\n\
                teams:\n  - {id: \"1\", name: One}\n  - {id: \"2\", name: Two}\n";
    Arc::new(Contest::parse(text, Timestamp(START)).expect("it parses"))
}

fn by_team(n: u64, team: &str, minute: i64) -> Event {
    let mut one = submission(n, "user");
    one.contest = Some("final".into());
    one.team = Some(team.into());
    one.received_at = Timestamp(START + minute * MINUTE);
    Event::SubmissionAccepted(Box::new(one))
}

struct House {
    _dir: tempfile::TempDir,
    clock: Arc<ManualClock>,
    store: Store,
    boards: Arc<Boards>,
    hub: Arc<Hub>,
    addr: Addr<ScoreboardActor>,
    tree: Supervision,
}

async fn house(before: Vec<Event>) -> House {
    let dir = tempfile::tempdir().expect("a directory");
    let tree = Supervision::new(Faults::on(), |_| {});
    let clock = Arc::new(ManualClock::new(Timestamp(START)));
    let store = Store::open(StoreConfig::new(dir.path()), &tree, Arc::clone(&clock) as _)
        .expect("it opens");
    store.log().append(before).await.expect("it appends");
    let log: Arc<dyn EventLog> = Arc::new(store.log());
    let boards = Boards::new(Arc::clone(&clock) as _);
    let hub = Hub::new(Arc::clone(&log), &store, Arc::clone(&boards));
    let actor = ScoreboardActor::new(Arc::clone(&boards), vec![contest()], &store, log);
    let addr = tree.supervise("scoreboard", 16, |_| actor);
    House {
        _dir: dir,
        clock,
        store,
        boards,
        hub,
        addr,
        tree,
    }
}

fn id() -> ContestId {
    "final".into()
}

impl House {
    async fn append(&self, events: Vec<Event>) {
        let seq = self.store.log().append(events).await.expect("it appends");
        while self.snapshot(View::Jury).seq < seq {
            self.addr.send(Ping).await.ok();
        }
    }

    fn snapshot(&self, view: View) -> BoardSnapshot {
        self.boards.snapshot(&id(), view).expect("there is a board")
    }

    /// Solved problems and penalty of each team, best first.
    fn standings(&self, view: View) -> Vec<(String, u32, u64)> {
        let rows = self.snapshot(view).rows.into_iter();
        rows.map(|row| (row.team_id.0, row.num_solved, row.total_time))
            .collect()
    }
}

/// What is there now: `s` or `d` with its number.
fn drain(inbox: &mut Inbox) -> Vec<String> {
    let name = |delivery| match delivery {
        Delivery::Frame(frame) => match &frame.content {
            Content::BoardSnapshot(board) => format!("s{}", board.seq),
            Content::BoardDelta(delta) => format!("d{}", delta.seq),
            Content::Event(_) => "event".to_owned(),
        },
        Delivery::Resync { last_seq } => format!("resync {last_seq}"),
    };
    std::iter::from_fn(|| inbox.next().now_or_never().flatten())
        .map(name)
        .collect()
}

fn row(team: &str, solved: u32, time: u64) -> (String, u32, u64) {
    (team.to_owned(), solved, time)
}

#[actix::test]
async fn a_board_is_built_from_the_store_and_changed_by_the_log() {
    let house = house(vec![by_team(1, "1", 10), judged(1, Verdict::Ac)]).await;
    assert_eq!(
        house.standings(View::Public),
        [row("1", 1, 10), row("2", 0, 0)]
    );
    house
        .append(vec![by_team(2, "2", 5), judged(2, Verdict::Ac)])
        .await;
    assert_eq!(
        house.standings(View::Public),
        [row("2", 1, 5), row("1", 1, 10)]
    );
    assert!(
        house
            .boards
            .snapshot(&"other".into(), View::Public)
            .is_none()
    );
}

#[actix::test]
async fn a_watcher_gets_a_snapshot_then_deltas_and_resumes_by_since() {
    let house = house(vec![by_team(1, "1", 10)]).await;
    let (mut session, mut inbox) = house.hub.open();
    session
        .subscribe(Topic::Board(id(), View::Public), None)
        .expect("it watches");
    assert_eq!(drain(&mut inbox), ["s1"]);
    house
        .append(vec![judged(1, Verdict::Ac), by_team(2, "2", 11)])
        .await;
    assert_eq!(drain(&mut inbox), ["d2", "d3"]);
    let (mut back, mut inbox) = house.hub.open();
    back.subscribe(Topic::Board(id(), View::Public), Some(2))
        .expect("it watches");
    assert_eq!(drain(&mut inbox), ["d3"]);
    back.subscribe(Topic::Board(id(), View::Public), Some(0))
        .expect("it watches");
    assert_eq!(
        drain(&mut inbox),
        ["s3"],
        "what is not kept comes as a snapshot"
    );
    drop(back);
    house.append(vec![judged(2, Verdict::Wa)]).await;
    assert_eq!(drain(&mut inbox), [] as [&str; 0]);
}

#[actix::test]
async fn the_freeze_hides_from_the_public_until_the_thaw() {
    let house = house(vec![]).await;
    let (mut session, mut inbox) = house.hub.open();
    session
        .subscribe(Topic::Board(id(), View::Public), None)
        .expect("it watches");
    house
        .append(vec![by_team(1, "1", 250), judged(1, Verdict::Ac)])
        .await;
    assert_eq!(house.standings(View::Jury)[0], row("1", 1, 250));
    assert_eq!(house.standings(View::Public)[0].1, 0);
    assert_eq!(drain(&mut inbox), ["s0", "d1"], "the verdict shows nothing");
    house.clock.advance(Duration::from_secs(250 * 60));
    assert!(house.snapshot(View::Public).frozen);
    assert!(house.boards.freeze_notice(&id()).is_some());
    house.clock.advance(Duration::from_secs(24 * 3600));
    house.boards.thaw_due();
    assert_eq!(house.standings(View::Public)[0], row("1", 1, 250));
    assert!(!house.snapshot(View::Public).frozen);
    assert_eq!(drain(&mut inbox), ["s2"]);
    let (mut back, mut inbox) = house.hub.open();
    back.subscribe(Topic::Board(id(), View::Public), Some(2))
        .expect("it watches");
    assert_eq!(
        drain(&mut inbox),
        ["s2"],
        "who saw number 2 before the thaw has not seen this"
    );
}

#[actix::test]
async fn after_a_panic_the_board_is_right_and_watchers_get_it_whole() {
    let house = house(vec![by_team(1, "1", 10)]).await;
    let (mut session, mut inbox) = house.hub.open();
    session
        .subscribe(Topic::Board(id(), View::Jury), None)
        .expect("it watches");
    assert!(house.tree.inject_panic("scoreboard", PanicPlace::Handler));
    house.append(vec![judged(1, Verdict::Ac)]).await;
    house.addr.send(Ping).await.expect("it is back");
    assert_eq!(house.standings(View::Jury)[0], row("1", 1, 10));
    assert_eq!(
        house
            .tree
            .registry()
            .get("scoreboard")
            .map(|status| status.restarts),
        Some(1)
    );
    let got = drain(&mut inbox);
    assert_eq!(got.first().map(String::as_str), Some("s1"));
    // The verdict may have come as a delta before the panic; the board comes whole after it in any case.
    assert!(got[1..].iter().any(|one| one.starts_with('s')), "{got:?}");
}
