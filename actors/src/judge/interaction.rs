//! Interactive problems: a pass is a dialogue between the submission and its validator, joined by pipes, both on the slot of the
//! lane and each in a sandbox of its own.
//!
//! The judged dialogue runs over bare pipes. A transcript needs a recorder in between, which changes how long things take; so
//! by default the first testcase that is not accepted is run once more for the record, and the transcript says that it is of
//! that run. **Invariant**: a run for the record never changes a verdict.

mod decision;
mod talk;
#[cfg(test)]
mod tests;
mod transcript;

use std::fmt::Write;

use judging::judgements::Attachment;
use judging::testlib::TestlibRole;
use judging::validators::{ACCEPT_CODE, Decision, REJECT_CODE};
use judging::verdicts::Verdict;
use sandboxes::outcome::{Exit, Outcome, Stop};
use sandboxes::sandbox::{Limits, Run, WallError};

use self::decision::{Decides, who_decides};
use self::talk::{Half, Patience, Talked, talk};
use self::transcript::transcript;
use super::evidence::evidence;
use super::lane::{Lane, LaneError, PATIENCE, unexecutable};
use super::orders::Transcripts;
use super::pass::{Pass, PassEnding, Turn};
use super::round::Judged;
use super::validator::Feedback;
use crate::sandbox::SandboxHandle;

/// What is kept of the messages of one pass.
const TRANSCRIPT_BYTES: usize = 64 << 10;
/// Of all passes of a testcase.
const TRANSCRIPTS_BYTES: usize = 256 << 10;
/// A validator may say more to the submission than it may leave for staff: this many times as much. It bounds runaway programs.
const VALIDATOR_TALK: u64 = 16;

/// How a testcase is run, and what became known besides its verdict.
pub(super) struct Conditions {
    /// Times the usual wall time.
    patience: u32,
    /// Whether a recorder stands in between.
    recorded: bool,
    /// The transcripts so far.
    said: String,
    /// Set when noise may have made the verdict.
    pub(super) doubtful: bool,
}

impl Conditions {
    fn new(patience: u32, recorded: bool) -> Self {
        Self {
            patience,
            recorded,
            said: String::new(),
            doubtful: false,
        }
    }

    fn note(&mut self, number: u32, said: &str) {
        if number > 1 {
            // Writing into a string cannot fail.
            let _ = writeln!(self.said, "--- pass {number}");
        }
        let room = TRANSCRIPTS_BYTES.saturating_sub(self.said.len());
        self.said.push_str(&said[..said.floor_char_boundary(room)]);
    }

    /// The transcript, under a line that says which run it is of.
    fn attach(self, judged: &mut Judged, of: &str) {
        if self.recorded {
            let legend = "seconds since the start; < the validator, > the submission";
            judged.report.attachments.push(Attachment {
                name: "interaction.txt".to_owned(),
                content: format!("# {of}\n# {legend}\n{}", self.said).into_bytes(),
            });
        }
    }
}

/// How a validator says yes and no.
struct Codes {
    accept: &'static [i32],
    reject: i32,
}

impl Codes {
    fn of(role: Option<TestlibRole>) -> Self {
        match role {
            // 7: points.
            Some(TestlibRole::Interactor) => Self {
                accept: &[0, 7],
                reject: 1,
            },
            _ => Self {
                accept: &[ACCEPT_CODE],
                reject: REJECT_CODE,
            },
        }
    }
}

impl Lane<'_> {
    /// Judges a testcase of an interactive problem.
    pub(super) async fn judge_interactive(
        &mut self,
        sandbox: &mut SandboxHandle,
        index: usize,
    ) -> Result<Judged, LaneError> {
        let policy = self.case.transcripts;
        let mut conditions = Conditions::new(1, policy == Transcripts::Always);
        let mut judged = self
            .judge_passes(sandbox, index, None, Some(&mut conditions))
            .await?;
        if conditions.doubtful {
            conditions = Conditions::new(PATIENCE, policy == Transcripts::Always);
            judged = self
                .judge_passes(sandbox, index, None, Some(&mut conditions))
                .await?;
        }
        conditions.attach(&mut judged, "of the judged run");
        let verdict = judged.result.verdict;
        if policy == Transcripts::Rejected && verdict != Verdict::Ac && self.round.wants_record() {
            let mut again = Conditions::new(1, true);
            let other = self
                .judge_passes(sandbox, index, None, Some(&mut again))
                .await?;
            let of = format!(
                "of a second run of this testcase, for the record: it came out as {}, the judged run as {verdict}",
                other.result.verdict
            );
            again.attach(&mut judged, &of);
        }
        Ok(judged)
    }

    /// One pass: a dialogue with each validator that is asked, until one does not accept.
    pub(super) async fn dialogue_pass(
        &mut self,
        sandbox: &mut SandboxHandle,
        turn: &Turn<'_>,
        conditions: &mut Conditions,
    ) -> Result<Pass, LaneError> {
        let bench = self.bench.as_ref();
        let asked = bench.map(|bench| bench.asked(turn.testcase));
        let is_checker = |index: &usize| {
            bench.is_some_and(|bench| bench.role(*index) == Some(TestlibRole::Checker))
        };
        let (checkers, talkers): (Vec<usize>, Vec<usize>) =
            asked.unwrap_or_default().into_iter().partition(is_checker);
        let mut last = None;
        for index in talkers {
            let pass = self.dialogue(sandbox, index, turn, conditions).await?;
            let accepted = matches!(pass.ending, PassEnding::Judged(Decision::Accept, _));
            last = Some(pass);
            if !accepted {
                break;
            }
        }
        if let (Some(pass), false) = (&mut last, checkers.is_empty()) {
            self.check_after(&checkers, turn, &mut pass.ending).await?;
        }
        Ok(last.unwrap_or_else(|| {
            let reason = "an interactive problem needs an output validator that talks".to_owned();
            let ending = PassEnding::Judged(Decision::JudgeError(reason), Feedback::default());
            Pass {
                ending,
                ..unexecutable("nobody to talk to")
            }
        }))
    }

    /// Asks testlib checkers about what the interactor that accepted has written for them.
    async fn check_after(
        &mut self,
        checkers: &[usize],
        turn: &Turn<'_>,
        ending: &mut PassEnding,
    ) -> Result<(), LaneError> {
        let Some(bench) = &mut self.bench else {
            return Ok(());
        };
        let mut output = None;
        for index in checkers {
            let PassEnding::Judged(decision @ Decision::Accept, feedback) = ending else {
                return Ok(());
            };
            let left = match output.take() {
                Some(left) => left,
                None => bench.left_for_checker().await?,
            };
            output = Some(left.clone());
            let (checked, said) = bench.check(*index, turn, left).await?;
            let points = said.points.flatten().or(feedback.points.flatten());
            *decision = checked;
            feedback.merge(said);
            feedback.points = Some(points);
        }
        Ok(())
    }

    async fn dialogue(
        &mut self,
        sandbox: &mut SandboxHandle,
        validator: usize,
        turn: &Turn<'_>,
        conditions: &mut Conditions,
    ) -> Result<Pass, LaneError> {
        let Some(bench) = &mut self.bench else {
            return Err(WallError::Lost("no validator".to_owned()).into());
        };
        let case = self.case;
        let limits = &case.wall_limits;
        let ours = case
            .run_of(turn)
            .ok_or_else(|| WallError::Lost("there is no program to talk to".to_owned()))?;
        case.furnish(sandbox, turn.testcase).await?;
        let codes = Codes::of(bench.role(validator));
        let (validators_sandbox, mut theirs) = bench.prepare(validator, turn).await?;
        let patience = Patience {
            accepts: codes.accept,
            idle: case.limits.cpu,
            wall: limits.wall * conditions.patience,
            validator: theirs.limits.wall,
        };
        // Both are watched by the supervisor; these bounds are for the case that it fails.
        let guard = patience.wall + patience.validator * 2;
        theirs.limits = Limits {
            wall: guard,
            output_bytes: theirs.limits.output_bytes.saturating_mul(VALIDATOR_TALK),
            ..theirs.limits
        };
        let ours = Run {
            stdin: None,
            limits: Limits {
                wall: guard,
                ..limits.clone()
            },
            ..ours
        };
        let talked = talk(
            Half { sandbox, run: ours },
            Half {
                sandbox: validators_sandbox,
                run: theirs,
            },
            patience,
            conditions.recorded.then_some(TRANSCRIPT_BYTES),
        );
        let mut talked = talked.await?;
        if let Some(record) = talked.record.take() {
            conditions.note(turn.number, &transcript(&record));
        }
        let silent = case.package.format.is_legacy() && assume_rejection(&mut talked, codes.reject);
        let submission = match talked.submission {
            Ok(outcome) => outcome,
            // The supervisor lets only this one through.
            Err(WallError::NotExecutable { source }) => {
                return Ok(unexecutable(&source.to_string()));
            }
            Err(error) => return Err(error.into()),
        };
        let (decision, mut feedback) = bench.conclude(validator, talked.validator).await?;
        if silent {
            let said = feedback.judge_message.get_or_insert_default();
            said.push_str("\n(the validator gave no verdict in time and was taken to reject)");
        }
        let first = talked.validator_first && !silent;
        self.pass_of(submission, decision, feedback, first, conditions)
    }

    /// What the two ends come to.
    fn pass_of(
        &self,
        submission: Outcome,
        decision: Decision,
        feedback: Feedback,
        validator_first: bool,
        conditions: &mut Conditions,
    ) -> Result<Pass, LaneError> {
        let Some(mut evidence) = evidence(&submission) else {
            let reason = "a run was cancelled that nobody cancelled".to_owned();
            return Err(WallError::Lost(reason).into());
        };
        let limit = self.case.limits.cpu;
        let failed = self.case.run_verdict(&evidence, &submission);
        let ending = match (
            who_decides(&decision, validator_first, failed.as_ref()),
            failed,
        ) {
            (Decides::Submission, Some(failed)) => {
                // Two that sleep are idle. Two that were at work when time was up may have had a busy host.
                let at_work = evidence.stop == Some(judging::evidence::Stop::WallLimit);
                conditions.doubtful = at_work || self.is_doubtful(&evidence, Some(&failed));
                PassEnding::Failed(failed)
            }
            _ => {
                // What it did after the validator's word is nobody's concern.
                evidence.cpu = evidence.cpu.min(limit);
                PassEnding::Judged(decision, feedback)
            }
        };
        Ok(Pass {
            evidence,
            ending,
            attachments: Vec::new(),
        })
    }
}

/// The reference implementation of the legacy formats takes a validator that gives no verdict in time to reject. Says whether
/// it did so.
fn assume_rejection(talked: &mut Talked, code: i32) -> bool {
    let Ok(outcome) = &mut talked.validator else {
        return false;
    };
    let late = matches!(
        outcome.stop,
        Some(Stop::WallLimit | Stop::Idle | Stop::CpuLimit)
    );
    if late {
        outcome.stop = None;
        outcome.exit = Exit::Code(code);
    }
    late
}
