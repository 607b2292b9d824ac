//! What a submission, its judgement and its runs look like on the wire; also read by the client commands.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use judging::evidence::{Evidence, Exit, Stop};
use judging::judgements::{Attachment, CompileReport, Provenance, RunReport, VerdictReport};
use judging::submissions::{Priority, Submission};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::times;

/// How far a submission has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// It waits for a slot.
    Queued,
    /// A judgehost has it.
    Judging,
    /// It has its verdict.
    Done,
}

/// A submission with everything known about it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubmissionView {
    /// A version 7 UUID.
    pub(crate) id: String,
    pub(crate) status: Status,
    pub(crate) problem: String,
    pub(crate) language: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) entry_point: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) team: Option<String>,
    pub(crate) user: String,
    /// `high`, `normal` or `low`.
    pub(crate) priority: String,
    /// When it was received, ISO 8601 in UTC.
    pub(crate) received_at: String,
    /// 1 for the first judging, one more for each rejudge.
    pub(crate) generation: u32,
    /// `AC`, `WA`, `TLE`, `MLE`, `OLE`, `RTE`, `CE` or `JE`; null until it is done.
    pub(crate) verdict: Option<String>,
    /// For scoring problems.
    pub(crate) score: Option<f64>,
    /// One sentence for the contestant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
    /// For staff: the reason of a judge error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) staff_message: Option<String>,
    /// Null until compiling ended.
    pub(crate) compile: Option<CompileView>,
    /// In judging order, those made so far.
    pub(crate) runs: Vec<RunView>,
    /// Testcases of the problem; null until judging began.
    pub(crate) testcase_count: Option<u32>,
    /// The CPU limit of a run that applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time_limit_ms: Option<f64>,
    /// The memory limit of a run that applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) memory_limit_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) started_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ended_at: Option<String>,
    /// Where the verdict came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) provenance: Option<ProvenanceView>,
}

/// How compiling went.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CompileView {
    pub(crate) success: bool,
    /// What the compiler said, capped.
    pub(crate) message: String,
    pub(crate) cpu_ms: f64,
    pub(crate) wall_ms: f64,
    /// Whether the program came from the cache.
    pub(crate) cached: bool,
}

/// One testcase.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunView {
    /// 1 for the first testcase in judging order.
    pub(crate) ordinal: u32,
    /// `secret/group1/03`.
    pub(crate) testcase: String,
    pub(crate) verdict: String,
    pub(crate) cpu_ms: f64,
    pub(crate) wall_ms: f64,
    pub(crate) memory_bytes: u64,
    /// One sentence for the contestant.
    pub(crate) message: String,
    /// For scoring problems.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) score: Option<f64>,
    /// For staff: what the validator said to judges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) judge_message: Option<String>,
    pub(crate) evidence: EvidenceView,
    /// For staff: what was said in an interaction, the counters of each pass, pictures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) attachments: Vec<AttachmentView>,
}

/// A piece of evidence beside a run.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttachmentView {
    /// `interaction.txt`, `judgeimage.png`.
    pub(crate) name: String,
    /// The content; in base64 unless it is UTF-8 text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// The content when it is not text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) base64: Option<String>,
}

/// The counters a verdict rests on, besides times and memory.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EvidenceView {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) exit_code: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) signal: Option<i32>,
    /// Why the wall ended it: `cpuLimit`, `wallLimit`, `idle` or `outputLimit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stopped: Option<String>,
    /// Processes the kernel killed at the memory limit.
    pub(crate) oom_kills: u64,
    pub(crate) output_bytes: u64,
}

/// Where a verdict came from.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProvenanceView {
    pub(crate) judgehost: String,
    /// The pool that ran it: `container`, `microvm` or `trusted`; empty in old verdicts.
    #[serde(default)]
    pub(crate) pool: String,
    /// `native`, `docker`, `microvm` or `trusted`.
    pub(crate) wall: String,
    /// Why it is not the pool the submission should have gone to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fallback: Option<String>,
    /// How many times as long as elsewhere programs take behind that wall; the time limit was multiplied with it.
    #[serde(default = "one")]
    pub(crate) time_factor: f64,
    pub(crate) language_version: String,
    /// Content hash of the problem package.
    pub(crate) package: String,
    /// Content hash of the output validator; absent for the default one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) validator: Option<String>,
    /// 1 for the first attempt.
    pub(crate) attempt: u32,
}

fn one() -> f64 {
    1.0
}

/// `high`, `normal`, `low`.
pub(crate) fn priority_name(priority: Priority) -> &'static str {
    match priority {
        Priority::High => "high",
        Priority::Normal => "normal",
        Priority::Low => "low",
    }
}

impl SubmissionView {
    /// A submission nothing has happened to yet.
    pub(crate) fn queued(submission: &Submission) -> Self {
        Self {
            id: submission.id.to_string(),
            status: Status::Queued,
            problem: submission.problem.to_string(),
            language: submission.language.to_string(),
            entry_point: submission.entry_point.clone(),
            contest: submission.contest.as_ref().map(ToString::to_string),
            team: submission.team.as_ref().map(ToString::to_string),
            user: submission.user.to_string(),
            priority: priority_name(submission.priority).to_owned(),
            received_at: times::iso(submission.received_at),
            generation: 1,
            verdict: None,
            score: None,
            message: None,
            staff_message: None,
            compile: None,
            runs: Vec::new(),
            testcase_count: None,
            time_limit_ms: None,
            memory_limit_bytes: None,
            started_at: None,
            ended_at: None,
            provenance: None,
        }
    }

    /// Adds what the verdict says.
    pub(crate) fn with_verdict(mut self, report: &VerdictReport) -> Self {
        self.status = Status::Done;
        self.generation = report.judgement.generation;
        self.verdict = Some(report.verdict.to_string());
        self.score = report.score;
        self.message = Some(report.message.clone());
        self.staff_message.clone_from(&report.staff_message);
        self.compile = report.compile.as_ref().map(CompileView::from);
        self.runs = report.runs.iter().map(RunView::from).collect();
        self.testcase_count = Some(report.testcase_count);
        self.time_limit_ms = Some(times::millis(report.time_limit));
        self.memory_limit_bytes = Some(report.memory_limit_bytes);
        self.started_at = Some(times::iso(report.started_at));
        self.ended_at = Some(times::iso(report.ended_at));
        self.provenance = report.provenance.as_ref().map(ProvenanceView::from);
        self
    }
}

impl From<&CompileReport> for CompileView {
    fn from(report: &CompileReport) -> Self {
        Self {
            success: report.success,
            message: report.message.clone(),
            cpu_ms: times::millis(report.cpu),
            wall_ms: times::millis(report.wall),
            cached: report.cached,
        }
    }
}

impl From<&RunReport> for RunView {
    fn from(report: &RunReport) -> Self {
        Self {
            ordinal: report.ordinal,
            testcase: report.testcase.clone(),
            verdict: report.verdict.to_string(),
            cpu_ms: times::millis(report.evidence.cpu),
            wall_ms: times::millis(report.evidence.wall),
            memory_bytes: report.evidence.memory_bytes,
            message: report.message.clone(),
            score: report.score,
            judge_message: report.judge_message.clone(),
            evidence: EvidenceView::from(&report.evidence),
            attachments: report
                .attachments
                .iter()
                .map(AttachmentView::from)
                .collect(),
        }
    }
}

impl From<&Attachment> for AttachmentView {
    fn from(attachment: &Attachment) -> Self {
        let text = String::from_utf8(attachment.content.clone()).ok();
        let base64 = text.is_none().then(|| STANDARD.encode(&attachment.content));
        Self {
            name: attachment.name.clone(),
            text,
            base64,
        }
    }
}

impl From<&Evidence> for EvidenceView {
    fn from(evidence: &Evidence) -> Self {
        let (exit_code, signal) = match evidence.exit {
            Exit::Code(code) => (Some(code), None),
            Exit::Signal(signal) => (None, Some(signal)),
        };
        let stopped = evidence.stop.map(|stop| match stop {
            Stop::CpuLimit => "cpuLimit",
            Stop::WallLimit => "wallLimit",
            Stop::Idle => "idle",
            Stop::OutputLimit => "outputLimit",
        });
        Self {
            exit_code,
            signal,
            stopped: stopped.map(str::to_owned),
            oom_kills: evidence.oom_kills,
            output_bytes: evidence.output_bytes,
        }
    }
}

impl From<&Provenance> for ProvenanceView {
    fn from(provenance: &Provenance) -> Self {
        Self {
            judgehost: provenance.judgehost.clone(),
            pool: provenance.pool.clone(),
            wall: provenance.wall.clone(),
            fallback: provenance.fallback.clone(),
            time_factor: provenance.time_factor,
            language_version: provenance.language_version.clone(),
            package: provenance.package.to_string(),
            validator: provenance.validator.map(|hash| hash.to_string()),
            attempt: provenance.attempt,
        }
    }
}
