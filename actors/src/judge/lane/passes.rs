//! Judging one testcase: a run and its validators, again with new input as long as a multi-pass validator asks for it.

use std::sync::Arc;

use judging::evidence::{Evidence, Stop};
use judging::rules::{Cause, RunVerdict, is_borderline, run_verdict};
use judging::validation::Comparison;
use judging::validators::{AfterPass, Decision, after_pass};
use judging::verdicts::Verdict;
use sandboxes::outcome::Outcome;
use sandboxes::sandbox::{Run, WallError};

use super::{Lane, LaneError, PATIENCE};
use crate::judge::case::AttemptError;
use crate::judge::evidence::evidence;
use crate::judge::interaction::Conditions;
use crate::judge::output::compare_output;
use crate::judge::pass::{Pass, PassEnding, Turn};
use crate::judge::round::Judged;
use crate::judge::validator::Feedback;
use crate::sandbox::SandboxHandle;

impl Lane<'_> {
    /// Judges a testcase; `first` is the outcome of its first run when that was started ahead. With `dialogue` conditions each
    /// pass is a dialogue.
    pub(in crate::judge) async fn judge_passes(
        &mut self,
        sandbox: &mut SandboxHandle,
        index: usize,
        mut first: Option<Outcome>,
        mut dialogue: Option<&mut Conditions>,
    ) -> Result<Judged, LaneError> {
        let case = self.case;
        let kind = case.package.kind;
        let most = kind
            .multi_pass
            .then_some(case.package.limits.validation_passes);
        let files = self.files(index)?;
        let mut turn = Turn::first(&case.package.testcases[index], &files);
        let mut before = Vec::new();
        loop {
            let mut pass = match (dialogue.as_deref_mut(), first.take()) {
                (Some(conditions), _) => self.dialogue_pass(sandbox, &turn, conditions).await?,
                (None, Some(outcome)) => self.plain_pass(sandbox, &turn, outcome).await?,
                (None, None) => {
                    let outcome = sandbox.run(self.run_of(&turn)).await?;
                    self.plain_pass(sandbox, &turn, outcome).await?
                }
            };
            let PassEnding::Judged(decision, feedback) = &mut pass.ending else {
                return Ok(self.judged(index, pass, before));
            };
            let next = feedback.next_pass.take();
            match after_pass(decision, next.is_some(), turn.number, most) {
                AfterPass::Done => return Ok(self.judged(index, pass, before)),
                AfterPass::Fault(what) => {
                    let reason = format!("the output validator {what}");
                    *decision = Decision::JudgeError(reason);
                    return Ok(self.judged(index, pass, before));
                }
                AfterPass::Again => {}
            }
            before.push(pass.evidence);
            turn.number += 1;
            turn.input = next.unwrap_or_else(|| Arc::clone(&turn.input));
        }
    }

    /// One run of the submission for a pass.
    pub(super) fn run_of(&self, turn: &Turn<'_>) -> Run {
        let stdin = Some(Arc::clone(&turn.input));
        let limits = self.case.wall_limits.clone();
        self.case
            .program
            .run(&turn.testcase.args, stdin, limits, false)
    }

    /// What a run that has ended means: by its counters, then by its output.
    async fn plain_pass(
        &mut self,
        sandbox: &mut SandboxHandle,
        turn: &Turn<'_>,
        outcome: Outcome,
    ) -> Result<Pass, LaneError> {
        let (mut outcome, mut evidence, mut verdict) = self.verdict(outcome)?;
        if self.is_doubtful(&evidence, verdict.as_ref()) {
            // Alone: nothing started ahead, nobody comparing.
            self.clear(sandbox, 1).await?;
            let mut again = self.run_of(turn);
            again.limits.wall *= PATIENCE;
            let again = sandbox.run(again).await?;
            (outcome, evidence, verdict) = self.verdict(again)?;
        }
        let ending = match (verdict, &mut self.bench) {
            (Some(failed), _) => PassEnding::Failed(failed),
            (None, Some(bench)) => {
                let (decision, feedback) = bench.judge(turn, &outcome.stdout).await?;
                PassEnding::Judged(decision, feedback)
            }
            (None, None) => self.compare(turn, &outcome).await?,
        };
        Ok(Pass {
            evidence,
            ending,
            attachments: Vec::new(),
        })
    }

    /// Asks the default output validator.
    async fn compare(
        &mut self,
        turn: &Turn<'_>,
        outcome: &Outcome,
    ) -> Result<PassEnding, LaneError> {
        let (output, flags) = (&outcome.stdout, &turn.testcase.flags);
        let compared = compare_output(output, turn.files, flags, &mut self.buffer).await;
        let compared = compared.map_err(|error| LaneError::Attempt(AttemptError::Output(error)))?;
        let (decision, said) = match compared {
            Comparison::Accepted => (Decision::Accept, None),
            Comparison::Rejected(difference) => (Decision::Reject, Some(difference.to_string())),
        };
        let feedback = Feedback {
            judge_message: said,
            ..Feedback::default()
        };
        Ok(PassEnding::Judged(decision, feedback))
    }

    /// What the counters of a run mean.
    fn verdict(
        &self,
        outcome: Outcome,
    ) -> Result<(Outcome, Evidence, Option<RunVerdict>), LaneError> {
        let Some(evidence) = evidence(&outcome) else {
            let reason = "a run was cancelled that nobody cancelled".to_owned();
            return Err(LaneError::Wall(WallError::Lost(reason)));
        };
        let verdict = self.case.run_verdict(&evidence, &outcome);
        Ok((outcome, evidence, verdict))
    }

    /// A TLE that noise may have made: CPU time close to the limit, or a program that was computing when its wall time ran
    /// out, which is what a starved host does to an honest one.
    pub(in crate::judge) fn is_doubtful(
        &self,
        evidence: &Evidence,
        verdict: Option<&RunVerdict>,
    ) -> bool {
        let limit = self.case.limits.cpu;
        match verdict.map(|verdict| verdict.cause) {
            Some(Cause::CpuTime) => is_borderline(evidence.cpu, limit),
            Some(Cause::Idle) => {
                evidence.stop == Some(Stop::WallLimit) && evidence.cpu >= limit / 4
            }
            _ => false,
        }
    }
}

impl super::Case<'_> {
    /// The verdict of a run by its counters and, where a run-time system found its limit by itself, by its last words.
    pub(in crate::judge) fn run_verdict(
        &self,
        evidence: &Evidence,
        outcome: &Outcome,
    ) -> Option<RunVerdict> {
        let mut verdict = run_verdict(evidence, &self.limits)?;
        if verdict.verdict == Verdict::Rte && self.program.ran_out_of_memory(outcome) {
            verdict.verdict = Verdict::Mle;
            verdict.cause = Cause::Memory;
            "its run-time system ran out of memory".clone_into(&mut verdict.message);
        }
        Some(verdict)
    }
}
