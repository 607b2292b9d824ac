//! Measures what the state half costs: CPU time per durable accept at 64 concurrent requests, and one event to 5,000 sessions.
//!
//! `cargo run --release -p actors --example state_costs`

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::{Addr, System};
use actors::admission::{AdmissionConfig, AdmissionGate, Client, Reception, Rule};
use actors::clock::{Clock, SystemClock};
use actors::event_log::EventLog;
use actors::scoreboard::Boards;
use actors::sessions::{Delivery, Hub, SessionHub, Topic};
use actors::store::{Store, StoreConfig};
use actors::supervision::{Faults, Supervision};
use futures_util::StreamExt;
use futures_util::future::join_all;
use judging::ids::{SubmissionId, Timestamp};
use judging::submissions::{Priority, SourceFile, Submission};
use uuid::Uuid;

const ACCEPTS: usize = 40_000;
const CONCURRENT: usize = 64;
const SESSIONS: usize = 5_000;

fn submission() -> Submission {
    Submission {
        id: SubmissionId(Uuid::now_v7()),
        problem: "hello".into(),
        language: "cpp".into(),
        entry_point: None,
        files: vec![SourceFile {
            name: "a.cpp".to_owned(),
            content: b"int main() { return 0; }\n".repeat(20),
        }],
        tenant: "bench".into(),
        user: "bench".into(),
        contest: None,
        team: None,
        priority: Priority::High,
        received_at: Timestamp(1_700_000_000_000),
        idempotency_key: None,
    }
}

/// CPU time of this process, all threads, user and system.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("proc is mounted");
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .expect("a name")
        .split_whitespace()
        .collect();
    let ticks: u64 = fields[11..13]
        .iter()
        .map(|field| field.parse::<u64>().expect("a number"))
        .sum();
    Duration::from_millis(ticks * 10)
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("proc is mounted");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS"))
        .expect("a line");
    line.split_whitespace()
        .nth(1)
        .and_then(|number| number.parse().ok())
        .expect("a number")
}

fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").expect("somebody reads");
}

async fn accepts(reception: &Reception) {
    let client = Client {
        bucket: Rule::Off,
        quota: Rule::Off,
        ..Client::default()
    };
    let (began, cpu_before) = (Instant::now(), cpu());
    join_all((0..CONCURRENT).map(|_| async {
        for _ in 0..ACCEPTS / CONCURRENT {
            reception
                .accept(submission(), &client)
                .await
                .expect("it is accepted");
        }
    }))
    .await;
    let (wall, used) = (began.elapsed(), cpu() - cpu_before);
    let each = used.as_secs_f64() * 1e6 / ACCEPTS as f64;
    let rate = ACCEPTS as f64 / wall.as_secs_f64();
    say(&format!(
        "accept: {each:.1} us CPU each, {rate:.0} per second, rss {} KiB",
        resident_kib()
    ));
}

async fn gate_only(gate: &AdmissionGate) {
    let client = Client::default();
    let mut one = submission();
    let began = Instant::now();
    for n in 0..ACCEPTS {
        one.id = SubmissionId(Uuid::from_u128(n as u128));
        // Most are refused by the bucket: the cost is the same.
        drop(gate.check(&one, &client));
    }
    say(&format!(
        "gate: {:.2} us each",
        began.elapsed().as_secs_f64() * 1e6 / ACCEPTS as f64
    ));
}

async fn fan_out(hub: &Arc<Hub>, reception: &Reception) {
    let client = Client {
        bucket: Rule::Off,
        quota: Rule::Off,
        ..Client::default()
    };
    for round in 0..5 {
        let one = submission();
        let (seen, mut all_seen) = tokio::sync::mpsc::channel(SESSIONS);
        for _ in 0..SESSIONS {
            let (mut session, mut inbox) = hub.open();
            session
                .subscribe(Topic::Submission(one.id), None)
                .expect("it listens");
            let seen = seen.clone();
            actix::spawn(async move {
                if let Some(Delivery::Frame(frame)) = inbox.next().await {
                    let text: Arc<str> = frame.encoded(|frame| format!("{}", frame.seq).into());
                    std::hint::black_box(text);
                }
                seen.send(Instant::now()).await.expect("somebody counts");
                drop(session);
            });
        }
        tokio::task::yield_now().await;
        reception
            .accept(one, &client)
            .await
            .expect("it is accepted");
        let acknowledged = Instant::now();
        let mut last = acknowledged;
        for _ in 0..SESSIONS {
            last = last.max(all_seen.recv().await.expect("all are told"));
        }
        let after = last.saturating_duration_since(acknowledged).as_secs_f64() * 1e3;
        say(&format!(
            "sessions round {round}: {SESSIONS} told {after:.1} ms after the acknowledgement"
        ));
    }
}

fn main() {
    System::new().block_on(async {
        let dir = std::env::temp_dir().join(format!("gavel-state-costs-{}", std::process::id()));
        let tree = Supervision::new(Faults::off(), |escalation| panic!("{escalation:?}"));
        let clock: Arc<dyn Clock> = SystemClock::shared();
        let store =
            Store::open(StoreConfig::new(&dir), &tree, Arc::clone(&clock)).expect("it opens");
        let log: Arc<dyn EventLog> = Arc::new(store.log());
        let gate = Arc::new(AdmissionGate::new(
            AdmissionConfig::default(),
            &store,
            Arc::clone(&clock),
        ));
        let reception = Reception::new(Arc::clone(&gate), Arc::clone(&log), &store);
        let hub = Hub::new(Arc::clone(&log), &store, Boards::new(clock));
        let feeder = SessionHub::new(Arc::clone(&hub), log);
        let _addr: Addr<SessionHub> = tree.supervise("sessions", 16, |_| feeder);
        say(&format!("idle: rss {} KiB", resident_kib()));
        gate_only(&gate).await;
        for _ in 0..3 {
            accepts(&reception).await;
        }
        fan_out(&hub, &reception).await;
        store.close();
        std::fs::remove_dir_all(&dir).expect("it is ours");
    });
}
