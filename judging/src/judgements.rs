//! What judging a submission produced: a report per run, one for the compilation, one for the whole.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::evidence::Evidence;
use crate::ids::{ContentHash, JudgementId, Timestamp};
use crate::verdicts::Verdict;

/// How compiling went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompileReport {
    /// Whether there is a program to run.
    pub success: bool,
    /// What the compiler said, capped at 64 KiB.
    pub message: String,
    /// CPU time of the compiler.
    pub cpu: Duration,
    /// Wall time of the compiler.
    pub wall: Duration,
    /// Whether the program came from the cache.
    pub cached: bool,
}

/// One testcase of a judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunReport {
    /// 1 for the first testcase in judging order.
    pub ordinal: u32,
    /// Path of the testcase below `data/` without extension: `secret/group1/03`.
    pub testcase: String,
    /// The verdict of this run.
    pub verdict: Verdict,
    /// One sentence a contestant may see: `exited with code 3`, `killed by SIGSEGV`, ...
    pub message: String,
    /// The validator's message to judges; never shown to contestants.
    pub judge_message: Option<String>,
    /// Score of this testcase for scoring problems.
    pub score: Option<f64>,
    /// The counters the verdict rests on; of several passes, how the last one ended and the largest of each counter.
    pub evidence: Evidence,
    /// What only staff may read beside it: what was said in an interaction, the counters of each pass, pictures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// A bounded piece of evidence beside a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// What it is, as a file name: `interaction.txt`, `judgeimage.png`.
    pub name: String,
    /// The bytes.
    pub content: Vec<u8>,
}

/// Where a verdict came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Provenance {
    /// Name of the judgehost.
    pub judgehost: String,
    /// The pool that ran it: `container`, `microvm`, `trusted`; empty in verdicts from before there were several.
    pub pool: String,
    /// Name of the wall: `native`, `trusted`, ...
    pub wall: String,
    /// Why it is not the pool the submission should have gone to.
    pub fallback: Option<String>,
    /// How many times as long as elsewhere programs take behind that wall; the time limit was multiplied with it.
    pub time_factor: f64,
    /// What the language's version command printed.
    pub language_version: String,
    /// Hash of the problem package.
    pub package: ContentHash,
    /// Hash of the output validator; `None` for the default one.
    pub validator: Option<ContentHash>,
    /// 1 for the first attempt; more when ours failed before.
    pub attempt: u32,
}

/// The whole judgement, terminal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerdictReport {
    /// Which judging of which submission.
    pub judgement: JudgementId,
    /// The verdict.
    pub verdict: Verdict,
    /// The score for scoring problems.
    pub score: Option<f64>,
    /// How compiling went; `None` when it never began.
    pub compile: Option<CompileReport>,
    /// The runs that were made, in judging order.
    pub runs: Vec<RunReport>,
    /// Testcases of the problem, made or not.
    pub testcase_count: u32,
    /// The CPU limit that applied.
    pub time_limit: Duration,
    /// The memory limit that applied.
    pub memory_limit_bytes: u64,
    /// One sentence for the contestant.
    pub message: String,
    /// What only staff may read: the reason of a judge error.
    pub staff_message: Option<String>,
    /// Where the verdict came from; `None` when no attempt got that far.
    pub provenance: Option<Provenance>,
    /// When judging began.
    pub started_at: Timestamp,
    /// When the verdict was reached.
    pub ended_at: Timestamp,
}
