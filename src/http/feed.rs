//! Events on the wire: `{"type", "seq", "at", "payload"}`, the same bytes for every session that follows the topic.

use actors::scoreboard::View;
use actors::sessions::{Content, Frame};
use judging::events::{Event, Sequenced};
use judging::ids::JudgementId;
use judging::judgements::VerdictReport;
use judging::submissions::Submission;
use serde::Serialize;

use super::shapes::{CompileView, ProvenanceView, RunView, priority_name};
use super::standings::ScoreboardMessage;
use super::{contests, times};
use crate::system::System;

/// One message from the server.
#[derive(Serialize)]
struct Envelope<P> {
    r#type: &'static str,
    seq: u64,
    at: String,
    payload: P,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Queued<'a> {
    submission_id: String,
    problem: &'a str,
    language: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    contest_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team_id: Option<&'a str>,
    priority: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Of<P> {
    submission_id: String,
    generation: u32,
    #[serde(flatten)]
    what: P,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Started<'a> {
    judgehost: &'a str,
    attempt: u32,
    testcase_count: u32,
}

/// The verdict without the runs and the compiler's words: both were events of their own.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Verdict<'a> {
    verdict: &'static str,
    score: Option<f64>,
    message: &'a str,
    run_count: usize,
    testcase_count: u32,
    time_limit_ms: f64,
    memory_limit_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    staff_message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provenance: Option<ProvenanceView>,
}

/// Writes an event as clients see it.
pub(crate) fn to_json(sequenced: &Sequenced) -> String {
    let Sequenced { seq, at, event } = sequenced;
    match event {
        Event::SubmissionAccepted(submission) => {
            envelope("submission_queued", *seq, *at, queued(submission))
        }
        Event::JudgingStarted {
            judgement,
            judgehost,
            attempt,
            testcase_count,
        } => {
            let what = Started {
                judgehost,
                attempt: *attempt,
                testcase_count: *testcase_count,
            };
            envelope("judging_started", *seq, *at, of(*judgement, what))
        }
        Event::Compiled { judgement, compile } => envelope(
            "compiled",
            *seq,
            *at,
            of(*judgement, CompileView::from(compile)),
        ),
        Event::RunJudged { judgement, run } => envelope(
            "run_judged",
            *seq,
            *at,
            of(*judgement, RunView::from(run.as_ref())),
        ),
        Event::Judged(report) => {
            envelope("verdict", *seq, *at, of(report.judgement, verdict(report)))
        }
    }
}

/// Writes a frame as clients see it.
pub(crate) fn frame_to_json(frame: &Frame, system: &System) -> String {
    let at = times::now();
    match &frame.content {
        Content::Event(sequenced) => to_json(sequenced),
        Content::BoardSnapshot(snapshot) => match system.contests.by_id.get(&snapshot.contest_id) {
            Some(contest) => {
                let notice = system
                    .boards
                    .freeze_notice(&contest.id)
                    .filter(|_| snapshot.view == View::Public);
                let standings = contests::standings(contest, snapshot, notice);
                envelope(
                    "scoreboard",
                    frame.seq,
                    at,
                    ScoreboardMessage::Snapshot { standings },
                )
            }
            None => envelope("scoreboard", frame.seq, at, snapshot.as_ref()),
        },
        Content::BoardDelta(delta) => {
            let message = ScoreboardMessage::Delta {
                contest_id: delta.contest_id.to_string(),
                rows: delta.rows.clone(),
            };
            envelope("scoreboard", frame.seq, at, message)
        }
    }
}

/// Writes any message of the feed.
pub(crate) fn envelope(
    kind: &'static str,
    seq: u64,
    at: judging::ids::Timestamp,
    payload: impl Serialize,
) -> String {
    let message = Envelope {
        r#type: kind,
        seq,
        at: times::iso(at),
        payload,
    };
    // Only a map with keys that are no strings fails, and none of these has one.
    serde_json::to_string(&message).unwrap_or_default()
}

fn of<P>(judgement: JudgementId, what: P) -> Of<P> {
    Of {
        submission_id: judgement.submission.to_string(),
        generation: judgement.generation,
        what,
    }
}

fn queued(submission: &Submission) -> Queued<'_> {
    Queued {
        submission_id: submission.id.to_string(),
        problem: submission.problem.as_str(),
        language: submission.language.as_str(),
        contest_id: submission.contest.as_ref().map(|id| id.as_str()),
        team_id: submission.team.as_ref().map(|id| id.as_str()),
        priority: priority_name(submission.priority),
    }
}

fn verdict(report: &VerdictReport) -> Verdict<'_> {
    Verdict {
        verdict: report.verdict.code(),
        score: report.score,
        message: &report.message,
        run_count: report.runs.len(),
        testcase_count: report.testcase_count,
        time_limit_ms: times::millis(report.time_limit),
        memory_limit_bytes: report.memory_limit_bytes,
        staff_message: report.staff_message.as_deref(),
        provenance: report.provenance.as_ref().map(ProvenanceView::from),
    }
}
