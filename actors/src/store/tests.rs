//! The store as its users see it: append, read back, reopen, fail, go on.

use std::path::Path;
use std::sync::Arc;

use judging::events::Event;
use judging::ids::Timestamp;
use judging::verdicts::Verdict;
use parking_lot::Mutex;

use super::samples::{accepted, compile, first, id, judged, report, run, started, submission};
use super::{Filter, State, Store, StoreConfig, StoreError};
use crate::clock::{Clock, ManualClock};
use crate::event_log::{EventLog, LogError};
use crate::supervision::{Faults, Supervision};

fn clock() -> Arc<dyn Clock> {
    Arc::new(ManualClock::new(Timestamp(5_000_000)))
}

fn open(dir: &Path) -> Store {
    let tree = Supervision::new(Faults::off(), |_| {});
    Store::open(StoreConfig::new(dir), &tree, clock()).expect("it opens")
}

fn temporary() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().expect("a directory");
    let store = open(dir.path());
    (dir, store)
}

#[tokio::test]
async fn what_was_appended_is_read_back_after_reopening() {
    let (dir, store) = temporary();
    let events = vec![
        accepted(1),
        started(1, 1),
        Event::Compiled {
            judgement: first(1),
            compile: compile("warning: x"),
        },
        Event::RunJudged {
            judgement: first(1),
            run: Box::new(run(1, Verdict::Ac)),
        },
        Event::RunJudged {
            judgement: first(1),
            run: Box::new(run(2, Verdict::Wa)),
        },
        judged(1, Verdict::Wa),
    ];
    assert_eq!(store.log().append(events.clone()).await, Ok(6));
    let check = |store: &Store| {
        let log = store.log().read(0, 100).expect("it reads");
        assert_eq!(
            log.iter()
                .map(|event| event.event.clone())
                .collect::<Vec<_>>(),
            events
        );
        assert_eq!(
            log.iter().map(|event| event.seq).collect::<Vec<_>>(),
            [1, 2, 3, 4, 5, 6]
        );
        assert_eq!(store.events_of(id(1), 2, 2).expect("it reads"), log[2..4]);
        assert_eq!(
            store.submission(id(1)).expect("it reads"),
            Some(submission(1, "user"))
        );
        assert_eq!(
            store.judgement(first(1)).expect("it reads"),
            Some(report(1, Verdict::Wa))
        );
        assert_eq!(
            store.latest_judgement(id(1)).expect("it reads"),
            Some(report(1, Verdict::Wa))
        );
        assert!(store.pending().expect("it reads").is_empty());
    };
    check(&store);
    store.close();
    assert!(matches!(store.submission(id(1)), Err(StoreError::NotOpen)));
    assert_eq!(
        store.log().append(vec![accepted(2)]).await,
        Err(LogError::Busy)
    );
    let again = open(dir.path());
    check(&again);
    assert_eq!(
        again.log().append(vec![accepted(2)]).await,
        Ok(7),
        "numbers go on"
    );
}

#[tokio::test]
async fn the_first_verdict_wins_and_late_progress_is_ignored() {
    let (_dir, store) = temporary();
    let log = store.log();
    assert_eq!(
        log.append(vec![accepted(1), judged(1, Verdict::Ac)]).await,
        Ok(2)
    );
    assert_eq!(
        log.append(vec![judged(1, Verdict::Wa), started(1, 2)])
            .await,
        Ok(2)
    );
    assert_eq!(
        log.append(vec![judged(9, Verdict::Ac)]).await,
        Ok(2),
        "nothing is owed for an unknown submission"
    );
    assert_eq!(
        store
            .judgement(first(1))
            .expect("it reads")
            .map(|report| report.verdict),
        Some(Verdict::Ac)
    );
    assert_eq!(log.read(0, 10).expect("it reads").len(), 2);
}

#[tokio::test]
async fn large_bodies_become_artifacts_and_come_back() {
    let (dir, store) = temporary();
    let mut large = submission(1, "user");
    large.files[0].content = vec![b'x'; 60_000];
    let mut verdict = report(1, Verdict::Ce);
    verdict.compile = Some(compile(&"error\n".repeat(8000)));
    verdict.runs[1].attachments[0].content = vec![b'<'; 20_000];
    let events = vec![
        Event::SubmissionAccepted(Box::new(large.clone())),
        Event::Judged(Box::new(verdict.clone())),
    ];
    store.log().append(events).await.expect("it appends");
    assert_eq!(
        std::fs::read_dir(dir.path().join("artifacts"))
            .expect("it lists")
            .count(),
        3
    );
    store.close();
    let store = open(dir.path());
    assert_eq!(store.submission(id(1)).expect("it reads"), Some(large));
    assert_eq!(store.judgement(first(1)).expect("it reads"), Some(verdict));
}

/// Thirty submissions: every third by carol, every second in the final, every fifth for another problem; twenty are judged, every
/// fourth of them accepted.
fn thirty() -> Vec<Event> {
    let mut events = Vec::new();
    for n in 1..=30 {
        let mut one = submission(n, if n % 3 == 0 { "carol" } else { "bob" });
        one.contest = (n % 2 == 0).then(|| "final".into());
        one.problem = if n % 5 == 0 {
            "adding".into()
        } else {
            "hello".into()
        };
        events.push(Event::SubmissionAccepted(Box::new(one)));
        if n <= 20 {
            let verdict = if n % 4 == 0 { Verdict::Ac } else { Verdict::Wa };
            events.push(judged(n, verdict));
        }
    }
    events
}

/// Pages through a list in steps of four.
fn all(store: &Store, filter: &Filter) -> Vec<u64> {
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let page = store.list(filter, before, 4).expect("it lists");
        let number = |id_| (1..=30).find(|n| id(*n) == id_).expect("known");
        found.extend(page.items.iter().map(|view| number(view.submission.id)));
        before = page.next;
        if before.is_none() {
            return found;
        }
    }
}

#[tokio::test]
async fn lists_filter_and_page_newest_first() {
    let (_dir, store) = temporary();
    store.log().append(thirty()).await.expect("it appends");
    let check = |filter: Filter, expected: &dyn Fn(u64) -> bool| {
        let expected: Vec<u64> = (1..=30).rev().filter(|n| expected(*n)).collect();
        assert_eq!(all(&store, &filter), expected);
    };
    let any = Filter::default;
    check(any(), &|_| true);
    let tenant = Some("tenant".into());
    check(
        Filter {
            tenant,
            user: Some("carol".into()),
            ..any()
        },
        &|n| n % 3 == 0,
    );
    let contest = Some("final".into());
    check(
        Filter {
            contest,
            user: Some("bob".into()),
            ..any()
        },
        &|n| n % 2 == 0 && n % 3 != 0,
    );
    check(
        Filter {
            problem: Some("adding".into()),
            ..any()
        },
        &|n| n % 5 == 0,
    );
    check(
        Filter {
            verdict: Some(Verdict::Ac),
            ..any()
        },
        &|n| n <= 20 && n % 4 == 0,
    );
    check(
        Filter {
            language: Some("java".into()),
            ..any()
        },
        &|_| false,
    );
}

#[tokio::test]
async fn a_view_follows_the_judgement() {
    let (_dir, store) = temporary();
    let state = || {
        store
            .view(id(1))
            .expect("it reads")
            .expect("it is there")
            .state
    };
    store
        .log()
        .append(vec![accepted(1)])
        .await
        .expect("it appends");
    assert_eq!(state(), State::Queued);
    store
        .log()
        .append(vec![started(1, 2)])
        .await
        .expect("it appends");
    assert_eq!(state(), State::Judging { attempt: 2 });
    assert_eq!(store.pending().expect("it reads")[0].attempts, 2);
    store
        .log()
        .append(vec![judged(1, Verdict::Tle)])
        .await
        .expect("it appends");
    assert!(
        matches!(state(), State::Judged(summary) if summary.verdict == Verdict::Tle && summary.run_count == 2)
    );
    assert_eq!(store.view(id(2)).expect("it reads"), None);
}

#[tokio::test]
async fn an_idempotency_key_is_used_once_per_tenant() {
    let (_dir, store) = temporary();
    let keyed = |n: u64, tenant: &str| {
        let mut keyed = submission(n, "user");
        keyed.idempotency_key = Some("once".to_owned());
        keyed.tenant = tenant.into();
        Event::SubmissionAccepted(Box::new(keyed))
    };
    store
        .log()
        .append(vec![keyed(1, "a"), keyed(2, "a"), keyed(3, "b")])
        .await
        .expect("it appends");
    assert_eq!(
        store
            .known(&"a".into(), "once")
            .expect("it reads")
            .map(|known| known.submission),
        Some(id(1))
    );
    assert_eq!(
        store
            .known(&"b".into(), "once")
            .expect("it reads")
            .map(|known| known.submission),
        Some(id(3))
    );
    assert_eq!(store.submission(id(2)).expect("it reads"), None);
}

#[tokio::test]
async fn events_of_one_group_commit_are_read_and_deleted_one_by_one() {
    let (dir, store) = temporary();
    let log = store.log();
    log.append((1..=6).map(accepted).collect())
        .await
        .expect("it appends");
    log.append([2, 3, 6].map(|n| judged(n, Verdict::Ac)).to_vec())
        .await
        .expect("it appends");
    let request = super::Retire {
        before: Timestamp(i64::MAX),
        contests_before: Timestamp(i64::MAX),
        after: None,
        limit: 2,
    };
    let retired = store.retire(request).await.expect("it retires");
    assert_eq!(retired.submissions, 2);
    store.close();
    let store = open(dir.path());
    let seqs = |since, limit| -> Vec<u64> {
        let events = store.log().read(since, limit).expect("it reads");
        events.iter().map(|event| event.seq).collect()
    };
    assert_eq!(seqs(0, 10), [1, 4, 5, 6, 9]);
    assert_eq!(seqs(1, 2), [4, 5], "from within a row, and no more of it");
    assert_eq!(seqs(5, 10), [6, 9]);
    let first_of = |n| store.events_of(id(n), 0, 1).expect("it reads");
    assert_eq!(first_of(4)[0].event, accepted(4));
    assert_eq!(first_of(4)[0].seq, 4);
    assert!(first_of(3).is_empty());
    let pending = store.pending().expect("it reads");
    assert_eq!(
        pending.iter().map(|one| one.seq).collect::<Vec<_>>(),
        [1, 4, 5]
    );
}

#[test]
fn a_second_process_is_refused() {
    let (dir, store) = temporary();
    let tree = Supervision::new(Faults::off(), |_| {});
    let second = Store::open(StoreConfig::new(dir.path()), &tree, clock());
    assert!(matches!(second, Err(StoreError::InUse { .. })));
    store.close();
    open(dir.path()).close();
}

/// Plants a failure at `point` and shows that the store goes on, with nothing acknowledged lost and nothing numbered twice.
async fn survives(point: &str) {
    let dir = tempfile::tempdir().expect("a directory");
    let escalations = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&escalations);
    let tree = Supervision::new(Faults::on(), move |escalation| seen.lock().push(escalation));
    let store = Store::open(StoreConfig::new(dir.path()), &tree, clock()).expect("it opens");
    let log = store.log();
    log.append(vec![accepted(1)]).await.expect("it appends");
    assert!(tree.faults().arm(point, 1));
    let mut large = submission(2, "user");
    large.files[0].content = vec![b'y'; 10_000];
    let failed = log
        .append(vec![Event::SubmissionAccepted(Box::new(large))])
        .await;
    assert!(
        matches!(failed, Err(LogError::Failed(_))),
        "{point}: {failed:?}"
    );
    let mut follower = log.watch();
    log.append(vec![accepted(3)])
        .await
        .expect("the store goes on");
    assert!(follower.borrow_and_update().to_owned() >= 2);
    let events = log.read(0, 10).expect("it reads");
    let seqs: Vec<u64> = events.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>(), "{point}");
    assert!(
        store.submission(id(1)).expect("it reads").is_some(),
        "{point}"
    );
    assert!(
        store.submission(id(3)).expect("it reads").is_some(),
        "{point}"
    );
    let stored = store.submission(id(2)).expect("it reads").is_some();
    assert_eq!(
        stored,
        events.iter().any(|event| event.event.submission() == id(2)),
        "{point}: what is stored is published"
    );
    assert_eq!(
        tree.registry()
            .get("store")
            .map(|status| (status.alive, status.restarts)),
        Some((1, 1))
    );
    assert!(escalations.lock().is_empty());
    store.close();
}

#[tokio::test]
async fn the_store_thread_survives_a_panic_at_any_step() {
    for point in [
        "store.before_artifacts",
        "store.before_commit",
        "store.before_sync",
        "store.before_publish",
    ] {
        survives(point).await;
    }
}
