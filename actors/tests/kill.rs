//! kill -9 at any moment loses nothing that was acknowledged: a child appends and says what was acknowledged, the parent kills it
//! and holds the store against what was said. The same data directory lives through all the kills.
//!
//! A seed to start from may be given in `GAVEL_SEED`; it is printed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use actors::clock::SystemClock;
use actors::event_log::EventLog;
use actors::job_source::{Classify, EmbeddedJobSource, JobSource, Weights};
use actors::pool::PoolKind;
use actors::store::{Filter, Store, StoreConfig};
use actors::supervision::{Faults, Supervision};
use judging::events::Event;
use judging::evidence::{Evidence, Exit};
use judging::ids::{JudgementId, SubmissionId, Timestamp};
use judging::judgements::{RunReport, VerdictReport};
use judging::submissions::{Priority, SourceFile, Submission};
use judging::verdicts::Verdict;
use uuid::Uuid;

/// Kills.
const KILLS: u64 = 24;
/// Appenders in the child.
const TASKS: u64 = 8;

fn classify() -> Classify {
    Arc::new(|_| PoolKind::Container)
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("child") => child(
            Path::new(&arguments[2]),
            arguments[3].parse().expect("a number"),
        ),
        // What a test runner asks: which tests there are, and which of them are not to be run.
        Some("--list") if arguments.iter().any(|argument| argument == "--ignored") => {}
        Some("--list") => say("kill_nine_loses_nothing_acknowledged: test"),
        _ => kill_nine_loses_nothing_acknowledged(),
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").expect("somebody reads");
}

/// A small generator, so that a seed gives the same kills again.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

fn open(dir: &Path) -> Store {
    let tree = Supervision::new(Faults::off(), |escalation| panic!("{escalation:?}"));
    Store::open(StoreConfig::new(dir), &tree, SystemClock::shared()).expect("the store opens")
}

fn id(n: u64) -> SubmissionId {
    SubmissionId(Uuid::from_u128(
        0x0190_0000_0000_7000_8000_0000_0000_0000 | (u128::from(n) << 64),
    ))
}

fn submission(n: u64) -> Submission {
    let size = if n.is_multiple_of(7) { 20_000 } else { 300 };
    Submission {
        id: id(n),
        problem: "hello".into(),
        language: "cpp".into(),
        entry_point: None,
        files: vec![SourceFile {
            name: "a.cpp".to_owned(),
            content: format!("{n};").into_bytes().repeat(size / 4),
        }],
        tenant: "tenant".into(),
        user: "user".into(),
        contest: None,
        team: None,
        priority: Priority::Normal,
        received_at: Timestamp(1_700_000_000_000),
        idempotency_key: Some(format!("key-{n}")),
    }
}

fn verdict(n: u64) -> Verdict {
    if n.is_multiple_of(2) {
        Verdict::Ac
    } else {
        Verdict::Wa
    }
}

fn run(ordinal: u32) -> RunReport {
    RunReport {
        ordinal,
        testcase: format!("secret/{ordinal:02}"),
        verdict: Verdict::Ac,
        message: String::new(),
        judge_message: None,
        score: None,
        evidence: Evidence {
            exit: Exit::Code(0),
            stop: None,
            cpu: Duration::from_millis(1),
            wall: Duration::from_millis(1),
            memory_bytes: 1 << 20,
            oom_kills: 0,
            output_bytes: 1,
        },
        attachments: Vec::new(),
    }
}

fn report(n: u64) -> VerdictReport {
    VerdictReport {
        judgement: JudgementId {
            submission: id(n),
            generation: 1,
        },
        verdict: verdict(n),
        score: None,
        compile: None,
        runs: (1..=5).map(run).collect(),
        testcase_count: 5,
        time_limit: Duration::from_secs(1),
        memory_limit_bytes: 1 << 28,
        message: "done".to_owned(),
        staff_message: None,
        provenance: None,
        started_at: Timestamp(1),
        ended_at: Timestamp(2),
    }
}

/// Appends for ever: `A n` when a submission was acknowledged, `J n` when its verdict was.
fn child(dir: &Path, first: u64) {
    let log = Arc::new(open(dir).log());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(futures_util::future::join_all((0..TASKS).map(|task| {
        let log = Arc::clone(&log);
        async move {
            for n in (first + task..).step_by(usize::try_from(TASKS).expect("small")) {
                log.append(vec![Event::SubmissionAccepted(Box::new(submission(n)))])
                    .await
                    .expect("it appends");
                say(&format!("A {n}"));
                let judgement = JudgementId {
                    submission: id(n),
                    generation: 1,
                };
                // Progress is not waited for, as a judge does it.
                drop(
                    log.append(
                        (1..=5)
                            .map(|o| Event::RunJudged {
                                judgement,
                                run: Box::new(run(o)),
                            })
                            .collect(),
                    ),
                );
                if !n.is_multiple_of(3) {
                    log.append(vec![Event::Judged(Box::new(report(n)))])
                        .await
                        .expect("it appends");
                    say(&format!("J {n}"));
                }
            }
        }
    })));
}

#[derive(Default)]
struct Acknowledged {
    accepted: BTreeSet<u64>,
    judged: BTreeSet<u64>,
}

impl Acknowledged {
    fn hear(&mut self, line: &str) {
        // A line that the kill cut short was acknowledged too, but says not what.
        let Some(line) = line.strip_suffix('\n') else {
            return;
        };
        match line.split_once(' ') {
            Some(("A", n)) => self.accepted.insert(n.parse().expect("a number")),
            Some(("J", n)) => self.judged.insert(n.parse().expect("a number")),
            _ => panic!("the child said {line:?}"),
        };
    }
}

fn kill_nine_loses_nothing_acknowledged() {
    let seed = std::env::var("GAVEL_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0x9E37_79B9_7F4A_7C15);
    say(&format!("seed {seed}"));
    let dir = tempfile::tempdir().expect("a directory");
    let mut random = Random(seed | 1);
    let mut said = Acknowledged::default();
    for kill in 0..KILLS {
        let first = (kill + 1) * 1_000_000;
        // Some die while they open the store, most in the middle of their work.
        let lines = if kill % 6 == 5 {
            0
        } else {
            1 + random.below(600)
        };
        live_and_die(dir.path(), first, lines, random.below(400_000), &mut said);
        let from = if kill + 1 == KILLS { 0 } else { first };
        check(
            dir.path(),
            &said,
            from,
            &format!("seed {seed}, kill {kill} after {lines} lines"),
        );
    }
    say(&format!(
        "{KILLS} kills: {} submissions and {} verdicts acknowledged, none lost",
        said.accepted.len(),
        said.judged.len()
    ));
    assert!(said.judged.len() > 1000, "the child got something done");
}

fn live_and_die(dir: &Path, first: u64, lines: u64, spins: u64, said: &mut Acknowledged) {
    let own = std::env::current_exe().expect("a path");
    let mut command = Command::new(own);
    command
        .arg("child")
        .arg(dir)
        .arg(first.to_string())
        .stdout(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut line = String::new();
    for _ in 0..lines {
        line.clear();
        out.read_line(&mut line).expect("it reads");
        said.hear(&line);
    }
    for spin in 0..spins {
        std::hint::black_box(spin);
    }
    child.kill().expect("it dies");
    child.wait().expect("it is reaped");
    let mut rest = String::new();
    out.read_to_string(&mut rest).expect("it reads");
    rest.split_inclusive('\n').for_each(|line| said.hear(line));
}

/// Holds the store against what was said: in full what this life said, and once at the end everything.
fn check(dir: &Path, said: &Acknowledged, from: u64, context: &str) {
    let corrupt = std::fs::read_dir(dir)
        .expect("it lists")
        .filter_map(Result::ok);
    let corrupt = corrupt
        .filter(|entry| entry.file_name().to_string_lossy().contains("corrupt"))
        .count();
    assert_eq!(corrupt, 0, "{context}: the database was moved aside");
    let store = open(dir);
    for n in said.accepted.range(from..) {
        let found = store.submission(id(*n)).expect("it reads");
        assert_eq!(found, Some(submission(*n)), "{context}: submission {n}");
    }
    for n in said.judged.range(from..) {
        let found = store.latest_judgement(id(*n)).expect("it reads");
        assert_eq!(found, Some(report(*n)), "{context}: verdict {n}");
    }
    let mut seqs = BTreeMap::<SubmissionId, usize>::new();
    let (mut since, mut expected) = (0, 1);
    loop {
        let events = store.log().read(since, 1000).expect("it reads");
        let Some(last) = events.last() else { break };
        since = last.seq;
        for event in &events {
            assert_eq!(event.seq, expected, "{context}: the log has a gap");
            expected += 1;
            *seqs.entry(event.event.submission()).or_default() +=
                usize::from(matches!(event.event, Event::Judged(_)));
        }
    }
    assert!(
        seqs.values().all(|verdicts| *verdicts <= 1),
        "{context}: two verdicts"
    );
    let owed: BTreeSet<_> = seqs
        .iter()
        .filter(|(_, verdicts)| **verdicts == 0)
        .map(|(id, _)| *id)
        .collect();
    let pending: BTreeSet<_> = store
        .pending()
        .expect("it reads")
        .iter()
        .map(|one| one.judgement.submission)
        .collect();
    assert_eq!(
        owed, pending,
        "{context}: what has no verdict is pending, and nothing else"
    );
    let source =
        EmbeddedJobSource::open(&store, Weights::default(), &SystemClock::new(), classify())
            .expect("it opens");
    assert_eq!(
        source.depth().total(),
        pending.len(),
        "{context}: what is pending is a job again"
    );
    let page = store.list(&Filter::default(), None, 10).expect("it lists");
    assert_eq!(page.items.is_empty(), seqs.is_empty(), "{context}");
    store.close();
}
