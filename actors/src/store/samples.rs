//! Submissions and reports for the tests of this crate.

use std::time::Duration;

use judging::events::Event;
use judging::evidence::{Evidence, Exit};
use judging::ids::{ContentHash, JudgementId, SubmissionId, Timestamp};
use judging::judgements::{Attachment, CompileReport, Provenance, RunReport, VerdictReport};
use judging::submissions::{Priority, SourceFile, Submission};
use judging::verdicts::Verdict;
use uuid::Uuid;

/// The `n`-th submission id: ids sort as their numbers do.
pub(crate) fn id(n: u64) -> SubmissionId {
    SubmissionId(Uuid::from_u128(
        0x0190_0000_0000_7000_8000_0000_0000_0000 | (u128::from(n) << 80),
    ))
}

pub(crate) fn first(n: u64) -> JudgementId {
    JudgementId {
        submission: id(n),
        generation: 1,
    }
}

pub(crate) fn submission(n: u64, user: &str) -> Submission {
    Submission {
        id: id(n),
        problem: "hello".into(),
        language: "cpp".into(),
        entry_point: None,
        files: vec![SourceFile {
            name: "a.cpp".to_owned(),
            content: format!("int main() {{}} // {n}").into_bytes(),
        }],
        tenant: "tenant".into(),
        user: user.into(),
        contest: None,
        team: None,
        priority: Priority::Normal,
        received_at: Timestamp(1_000_000 + i64::try_from(n).expect("a small number")),
        idempotency_key: None,
    }
}

pub(crate) fn accepted(n: u64) -> Event {
    Event::SubmissionAccepted(Box::new(submission(n, "user")))
}

pub(crate) fn started(n: u64, attempt: u32) -> Event {
    Event::JudgingStarted {
        judgement: first(n),
        judgehost: "host".to_owned(),
        attempt,
        testcase_count: 2,
    }
}

pub(crate) fn compile(message: &str) -> CompileReport {
    CompileReport {
        success: true,
        message: message.to_owned(),
        cpu: Duration::from_millis(20),
        wall: Duration::from_millis(30),
        cached: false,
    }
}

pub(crate) fn run(ordinal: u32, verdict: Verdict) -> RunReport {
    RunReport {
        ordinal,
        testcase: format!("secret/{ordinal:02}"),
        verdict,
        message: "fine".to_owned(),
        judge_message: (verdict == Verdict::Wa).then(|| "expected 7".to_owned()),
        score: None,
        evidence: Evidence {
            exit: Exit::Code(0),
            stop: None,
            cpu: Duration::from_micros(1500),
            wall: Duration::from_micros(1700),
            memory_bytes: 1 << 20,
            oom_kills: 0,
            output_bytes: 12,
        },
        attachments: Vec::new(),
    }
}

/// As an interactive problem leaves it.
fn with_attachment(run: RunReport) -> RunReport {
    let attachment = Attachment {
        name: "interaction.txt".to_owned(),
        content: b"<3\n>4\n".to_vec(),
    };
    RunReport {
        attachments: vec![attachment],
        ..run
    }
}

pub(crate) fn report(n: u64, verdict: Verdict) -> VerdictReport {
    VerdictReport {
        judgement: first(n),
        verdict,
        score: None,
        compile: Some(compile("")),
        runs: vec![run(1, Verdict::Ac), with_attachment(run(2, verdict))],
        testcase_count: 2,
        time_limit: Duration::from_secs(1),
        memory_limit_bytes: 256 << 20,
        message: "done".to_owned(),
        staff_message: None,
        provenance: Some(Provenance {
            judgehost: "host".to_owned(),
            pool: "container".to_owned(),
            wall: "native".to_owned(),
            fallback: Some("there is no microvm pool here".to_owned()),
            time_factor: 1.0,
            language_version: "g++ 12".to_owned(),
            package: ContentHash::of(b"package"),
            validator: None,
            attempt: 1,
        }),
        started_at: Timestamp(2_000_000),
        ended_at: Timestamp(2_000_100),
    }
}

pub(crate) fn judged(n: u64, verdict: Verdict) -> Event {
    Event::Judged(Box::new(report(n, verdict)))
}
