//! What happens to a submission, as facts in one order. The fold of these events is the whole state.

use serde::{Deserialize, Serialize};

use crate::ids::{JudgementId, SubmissionId, Timestamp};
use crate::judgements::{CompileReport, RunReport, VerdictReport};
use crate::submissions::Submission;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum Event {
    /// A submission passed admission and is durable.
    SubmissionAccepted(Box<Submission>),
    /// A judgehost took the submission.
    JudgingStarted {
        /// Which judging.
        judgement: JudgementId,
        /// Name of the judgehost.
        judgehost: String,
        /// 1 for the first attempt.
        attempt: u32,
        /// How many testcases there are to run at most.
        testcase_count: u32,
    },
    /// Compiling ended.
    Compiled {
        /// Which judging.
        judgement: JudgementId,
        /// How it went.
        compile: CompileReport,
    },
    /// One testcase was judged.
    RunJudged {
        /// Which judging.
        judgement: JudgementId,
        /// The run, without what lies beside it: that comes with the verdict.
        run: Box<RunReport>,
    },
    /// The judgement ended; terminal for its generation, the first one in log order wins.
    Judged(Box<VerdictReport>),
}

impl Event {
    /// The submission this event is about.
    #[must_use]
    pub fn submission(&self) -> SubmissionId {
        match self {
            Self::SubmissionAccepted(submission) => submission.id,
            Self::JudgingStarted { judgement, .. }
            | Self::Compiled { judgement, .. }
            | Self::RunJudged { judgement, .. } => judgement.submission,
            Self::Judged(report) => report.judgement.submission,
        }
    }

    /// Whether the state depends on it. Progress that is not a fact may be lost in a crash and is made again.
    #[must_use]
    pub fn is_fact(&self) -> bool {
        matches!(self, Self::SubmissionAccepted(_) | Self::Judged(_))
    }
}

/// An event with its place in the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sequenced {
    /// Strictly increasing, not necessarily by one.
    pub seq: u64,
    /// When it was appended.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}
