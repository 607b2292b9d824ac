//! What the store answers with.

use std::time::Duration;

use judging::ids::{
    ContentHash, ContestId, JudgementId, LanguageId, ProblemId, SubmissionId, TeamId, TenantId,
    Timestamp, UserId,
};
use judging::submissions::{Priority, Submission};
use judging::verdicts::Verdict;

use super::records::SubmissionRecord;

/// Where a submission stands.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// It waits for a slot.
    Queued,
    /// Attempt number `attempt` was started.
    Judging {
        /// 1 for the first.
        attempt: u32,
    },
    /// It has its verdict.
    Judged(VerdictSummary),
}

/// A verdict without its runs.
#[derive(Clone, Debug, PartialEq)]
pub struct VerdictSummary {
    /// Which judging.
    pub judgement: JudgementId,
    /// The verdict.
    pub verdict: Verdict,
    /// The score for scoring problems.
    pub score: Option<f64>,
    /// One sentence for the contestant.
    pub message: String,
    /// Runs made.
    pub run_count: u32,
    /// Testcases of the problem.
    pub testcase_count: u32,
    /// CPU time of the slowest run.
    pub longest_cpu: Duration,
    /// Peak memory of the hungriest run.
    pub peak_memory_bytes: u64,
    /// When judging began.
    pub started_at: Timestamp,
    /// When the verdict was reached.
    pub ended_at: Timestamp,
}

/// A submission as lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct SubmissionView {
    /// Its place in the log.
    pub seq: u64,
    /// The submission; its files have no content.
    pub submission: Submission,
    /// Where its newest judgement stands.
    pub state: State,
}

/// Which submissions to list; every given field must match.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this tenant.
    pub tenant: Option<TenantId>,
    /// By this user.
    pub user: Option<UserId>,
    /// For this problem.
    pub problem: Option<ProblemId>,
    /// In this contest.
    pub contest: Option<ContestId>,
    /// In this language.
    pub language: Option<LanguageId>,
    /// With this newest verdict.
    pub verdict: Option<Verdict>,
}

/// One page of a list, newest first.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// At most as many as asked for; a rare filter may give fewer although `next` is set.
    pub items: Vec<SubmissionView>,
    /// Pass it to get the next page; `None` at the end.
    pub next: Option<SubmissionId>,
}

/// A judgement that is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingJudgement {
    /// Which one.
    pub judgement: JudgementId,
    /// Attempts that were started.
    pub attempts: u32,
    /// How urgent.
    pub priority: Priority,
    /// Whose.
    pub tenant: TenantId,
    /// Submitted by.
    pub user: UserId,
    /// Its place in the log.
    pub seq: u64,
}

/// The submission that an idempotency key was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Which one.
    pub submission: SubmissionId,
    /// Its place in the log.
    pub seq: u64,
    /// What the request said, hashed.
    pub(crate) content: ContentHash,
}

/// A contest's submission with its verdicts, as a scoreboard needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContestEntry {
    /// Which one.
    pub submission: SubmissionId,
    /// Of which team.
    pub team: TeamId,
    /// For which problem.
    pub problem: ProblemId,
    /// When it was received.
    pub received_at: Timestamp,
    /// Its verdicts, oldest first.
    pub judgements: Vec<(JudgementId, Verdict)>,
}

impl Filter {
    pub(super) fn fits_record(&self, record: &SubmissionRecord) -> bool {
        fn fits(wanted: Option<&str>, found: Option<&str>) -> bool {
            wanted.is_none_or(|wanted| found == Some(wanted))
        }
        fits(
            self.tenant.as_ref().map(TenantId::as_str),
            Some(&record.tenant),
        ) && fits(self.user.as_ref().map(UserId::as_str), Some(&record.user))
            && fits(
                self.problem.as_ref().map(ProblemId::as_str),
                Some(&record.problem),
            )
            && fits(
                self.language.as_ref().map(LanguageId::as_str),
                Some(&record.language),
            )
            && fits(
                self.contest.as_ref().map(ContestId::as_str),
                record.contest.as_deref(),
            )
    }

    pub(super) fn fits_state(&self, state: &State) -> bool {
        self.verdict.is_none_or(
            |wanted| matches!(state, State::Judged(summary) if summary.verdict == wanted),
        )
    }
}
