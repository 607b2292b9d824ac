//! Golden bytes: one file per record type and version. A released file never changes; a new version adds one.
//!
//! To add one, run the test with `GAVEL_WRITE_GOLDEN=1`: it writes files that are missing and never touches one that is there.

use std::fmt::Debug;
use std::path::Path;

use super::codec::{Record, decode, encode};
use super::records::*;

fn check<R: Record + Debug + PartialEq>(name: &str, sample: &R) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/store/golden")
        .join(format!("{name}.v{}.hex", R::VERSION));
    let bytes = encode(sample).expect("it encodes");
    let hex: String = bytes
        .chunks(32)
        .map(|line| {
            line.iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
                + "\n"
        })
        .collect();
    if std::env::var_os("GAVEL_WRITE_GOLDEN").is_some() && !path.exists() {
        std::fs::write(&path, &hex).expect("it writes");
    }
    let golden = std::fs::read_to_string(&path).expect("each version has its golden file");
    assert_eq!(
        hex, golden,
        "{name}: the layout of a released version changed"
    );
    let digits: Vec<u8> = golden.bytes().filter(u8::is_ascii_hexdigit).collect();
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|value| u8::try_from(value).ok())
            .expect("a hex digit")
    };
    let stored: Vec<u8> = digits
        .chunks_exact(2)
        .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
        .collect();
    assert_eq!(
        &decode::<R>(&stored).expect("the golden bytes decode"),
        sample,
        "{name}"
    );
}

fn inline(text: &str) -> Body {
    Body::Inline(text.as_bytes().to_vec())
}

fn artifact() -> Body {
    Body::Artifact {
        hash: [7; 32],
        bytes: 60_000,
    }
}

fn run() -> RunRecord {
    RunRecord {
        ordinal: 3,
        testcase: "secret/group1/03".to_owned(),
        verdict: 1,
        message: inline("wrong answer"),
        judge_message: Some(inline("line 1: expected 7")),
        score: Some(12.5),
        evidence: EvidenceRecord {
            exit: ExitRecord::Signal(11),
            stop: 2,
            cpu_nanos: 1_500_000,
            wall_nanos: 1_700_000,
            memory_bytes: 1 << 20,
            oom_kills: 1,
            output_bytes: 12,
        },
    }
}

fn compile() -> CompileRecord {
    CompileRecord {
        success: true,
        message: artifact(),
        cpu_nanos: 20_000_000,
        wall_nanos: 30_000_000,
        cached: true,
    }
}

/// Holds an event against the files of both versions.
fn check_event(name: &str, event: EventBody, before: Vec<[u8; 16]>) {
    let entry = EventEntry {
        at: 1_700_000_000_000,
        submission: [9; 16],
        event,
    };
    check(name, &entry);
    let lifted: EventRecord =
        decode(&encode(&entry).expect("it encodes")).expect("version 1 is lifted");
    let alone = EventRecord {
        entry,
        before: Vec::new(),
    };
    assert_eq!(lifted, alone, "{name}");
    check(name, &EventRecord { before, ..alone });
}

#[test]
fn submissions_keep_their_bytes() {
    let sample = SubmissionRecord {
        seq: 300,
        problem: "hello".to_owned(),
        language: "cpp".to_owned(),
        entry_point: Some("Main".to_owned()),
        files: vec![
            ("a.cpp".to_owned(), inline("int main() {}")),
            ("b.cpp".to_owned(), artifact()),
        ],
        tenant: "tenant".to_owned(),
        user: "user".to_owned(),
        contest: Some("final".to_owned()),
        team: Some("1".to_owned()),
        priority: 2,
        received_at: 1_700_000_000_000,
        idempotency_key: Some("once".to_owned()),
        content: [5; 32],
    };
    check("submission", &sample);
    check(
        "pending",
        &PendingRecord {
            attempts: 2,
            priority: 1,
            tenant: "t".to_owned(),
            user: "u".to_owned(),
            seq: 300,
        },
    );
    check(
        "idempotency",
        &IdempotencyRecord {
            submission: [9; 16],
            content: [5; 32],
            seq: 300,
        },
    );
    let owed = |seq| OwedEntry {
        submission: [9; 16],
        priority: 1,
        tenant: "t".to_owned(),
        user: "u".to_owned(),
        seq,
    };
    let entries = vec![owed(300), owed(70_000)];
    check("owed", &OwedRecord { entries });
    let ids = vec![[7; 16], [9; 16]];
    check("user", &UserRecord { ids });
    check("applied", &AppliedRecord { seq: 70_000 });
}

#[test]
fn judgements_keep_their_bytes() {
    let sample = JudgementBody {
        seq: 301,
        verdict: 7,
        score: Some(0.25),
        compile: Some(compile()),
        run_count: 3,
        longest_cpu_nanos: 9_000_000,
        peak_memory_bytes: 5 << 20,
        testcase_count: 50,
        time_limit_nanos: 1_000_000_000,
        memory_limit_bytes: 256 << 20,
        message: inline("judge error"),
        staff_message: Some(inline("the wall failed")),
        provenance: Some(ProvenanceRecord {
            judgehost: "host".to_owned(),
            wall: "native".to_owned(),
            language_version: "g++ 12".to_owned(),
            package: [1; 32],
            validator: Some([2; 32]),
            attempt: 3,
        }),
        started_at: 1_700_000_000_000,
        ended_at: 1_700_000_000_100,
    };
    check("judgement", &sample);
    let placed = JudgementRecord {
        body: sample,
        place: Some(PlaceRecord {
            pool: "container".to_owned(),
            fallback: Some("there is no microvm pool here".to_owned()),
            time_factor: 1.5,
        }),
    };
    check("judgement", &placed);
    check("run", &run());
    let entry = RunEntry {
        run: run(),
        attachments: vec![("interaction.txt".to_owned(), artifact())],
    };
    check("run", &entry);
}

#[test]
fn events_keep_their_bytes() {
    check_event(
        "event-accepted",
        EventBody::Accepted,
        vec![[7; 16], [0; 16]],
    );
    let started = EventBody::Started {
        generation: 1,
        judgehost: "host".to_owned(),
        attempt: 2,
        testcase_count: 50,
    };
    check_event("event-started", started, Vec::new());
    let compiled = EventBody::Compiled {
        generation: 1,
        compile: compile(),
    };
    check_event("event-compiled", compiled, Vec::new());
    let run = EventBody::Run {
        generation: 1,
        run: run(),
    };
    check_event("event-run", run, Vec::new());
    check_event(
        "event-judged",
        EventBody::Judged { generation: 2 },
        Vec::new(),
    );
}
