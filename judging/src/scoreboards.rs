//! The scoreboard of a contest by ICPC rules (CCS Requirements, "Scoring Data Generation"), kept up to date change by change.
//!
//! There are two boards: the jury's shows everything; on the public one, submissions received after the freeze are pending
//! until the thaw. A change gives the rows that look different afterwards. **Invariant**: whatever the order of changes, the
//! boards are those that the same submissions and final verdicts give from scratch.
//!
//! Rules that are easily got wrong: time counts in whole minutes, rounded down; submissions after the first accepted one
//! count for nothing; CE and JE never cost penalty; JE counts as pending; a rejudge that makes an earlier submission accepted
//! moves the solve back and drops what came after it (DOMjudge issue 2883).

mod board;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::board::Board;
use crate::contests::Contest;
use crate::events::Event;
use crate::ids::{JudgementId, ProblemId, SubmissionId, TeamId, Timestamp};
use crate::verdicts::Verdict;

/// Both boards of a contest.
#[derive(Clone, Debug)]
pub struct Scoreboard {
    contest: Arc<Contest>,
    jury: Board,
    public: Board,
    thawed: bool,
}

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum View {
    /// Everything.
    Jury,
    /// What is not hidden by the freeze.
    Public,
}

/// One thing that happened, as far as a scoreboard is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A submission was received.
    Submitted {
        /// Which.
        submission: SubmissionId,
        /// Of which team.
        team: TeamId,
        /// For which problem.
        problem: ProblemId,
        /// When it was received.
        at: Timestamp,
    },
    /// A judgement ended. A higher generation replaces a lower one; of two of the same generation the first counts.
    Judged {
        /// Which judging.
        judgement: JudgementId,
        /// What it ended in.
        verdict: Verdict,
    },
    /// The jury took a submission out of the contest.
    Withdrawn {
        /// Which.
        submission: SubmissionId,
    },
    /// The public may see everything.
    Thawed,
}

/// What a change did to each board.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Update {
    /// Rows of the jury's board that look different now, best first.
    pub jury: Vec<Row>,
    /// Rows of the public board that look different now, best first.
    pub public: Vec<Row>,
}

/// A line of a scoreboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// 1 for the best; teams that are equal share a rank and the ranks after it stay empty.
    pub rank: u32,
    /// The team.
    pub team_id: TeamId,
    /// Its name.
    pub team_name: String,
    /// Its university.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub organization: Option<String>,
    /// Problems solved.
    pub num_solved: u32,
    /// Penalty time, minutes.
    pub total_time: u64,
    /// A cell per problem, in the order of the contest.
    pub problems: Vec<Cell>,
}

/// What a team did on a problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cell {
    /// The problem.
    pub problem_id: ProblemId,
    /// Its label.
    pub label: String,
    /// Judged submissions up to and including the first accepted one, CE included (Contest API, `num_judged`).
    pub num_judged: u32,
    /// Those of them that cost penalty time.
    pub num_penalised: u32,
    /// Submissions that are not judged or hidden by the freeze, unless an earlier one is accepted.
    pub num_pending: u32,
    /// Whether it is solved.
    pub solved: bool,
    /// Minute of the contest at which it was solved.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub time: Option<u64>,
    /// Whether nobody solved it earlier, with no earlier submission still pending.
    pub first_to_solve: bool,
}

impl Scoreboard {
    /// An empty board: all teams share rank 1.
    #[must_use]
    pub fn new(contest: Arc<Contest>) -> Self {
        Self {
            jury: Board::new(&contest, None),
            public: Board::new(&contest, contest.freeze_at()),
            thawed: false,
            contest,
        }
    }

    /// The contest.
    #[must_use]
    pub fn contest(&self) -> &Arc<Contest> {
        &self.contest
    }

    /// Whether the public board shows everything although the contest froze.
    #[must_use]
    pub fn is_thawed(&self) -> bool {
        self.thawed
    }

    /// Applies what an event of the log means for this contest; events that mean nothing give an empty update.
    pub fn apply_event(&mut self, event: &Event) -> Update {
        match event {
            Event::SubmissionAccepted(submission) => {
                match (&submission.contest, &submission.team) {
                    (Some(contest), Some(team)) if *contest == self.contest.id => {
                        self.apply(&Change::Submitted {
                            submission: submission.id,
                            team: team.clone(),
                            problem: submission.problem.clone(),
                            at: submission.received_at,
                        })
                    }
                    _ => Update::default(),
                }
            }
            Event::Judged(report) => self.apply(&Change::Judged {
                judgement: report.judgement,
                verdict: report.verdict,
            }),
            Event::JudgingStarted { .. } | Event::Compiled { .. } | Event::RunJudged { .. } => {
                Update::default()
            }
        }
    }

    /// Applies a change. Submissions of other teams, for other problems or outside the contest's time, and judgements of
    /// submissions it does not know, change nothing.
    pub fn apply(&mut self, change: &Change) -> Update {
        match change {
            Change::Submitted {
                submission,
                team,
                problem,
                at,
            } => {
                if self.contest.admits(team, problem, *at).is_err() {
                    return Update::default();
                }
                Update {
                    jury: self.jury.submitted(*submission, team, problem, *at),
                    public: self.public.submitted(*submission, team, problem, *at),
                }
            }
            Change::Judged { judgement, verdict } => Update {
                jury: self.jury.judged(*judgement, *verdict),
                public: self.public.judged(*judgement, *verdict),
            },
            Change::Withdrawn { submission } => Update {
                jury: self.jury.withdrawn(*submission),
                public: self.public.withdrawn(*submission),
            },
            Change::Thawed => {
                self.thawed = true;
                Update {
                    jury: Vec::new(),
                    public: self.public.thaw(),
                }
            }
        }
    }

    /// All rows of a board, best first; equal teams in alphabetical order of their names.
    #[must_use]
    pub fn rows(&self, view: View) -> Vec<Row> {
        match view {
            View::Jury => self.jury.rows(),
            View::Public => self.public.rows(),
        }
    }

    /// The sentence a frozen board must show (CCS Requirements, "Freezing the Scoreboard"); `None` when it is not frozen.
    #[must_use]
    pub fn freeze_notice(&self, now: Timestamp) -> Option<String> {
        let freeze = self.contest.freeze?;
        if self.thawed || self.contest.freeze_at().is_none_or(|at| now < at) {
            return None;
        }
        let minutes = freeze.as_secs() / 60;
        Some(format!(
            "The scoreboard was frozen with {minutes} minutes remaining - submissions in the last {minutes} minutes of the \
             contest are still shown as pending."
        ))
    }
}
