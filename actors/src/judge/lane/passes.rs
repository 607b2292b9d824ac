//! Judging one testcase: a run and its validators, again with new input as long as a multi-pass validator asks for it.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use judging::evidence::{Evidence, Exit, Stop};
use judging::packages::Testcase;
use judging::rules::{Cause, RunVerdict, is_borderline, run_verdict};
use judging::validation::Comparison;
use judging::validators::{AfterPass, Decision, after_pass};
use judging::verdicts::Verdict;
use sandboxes::outcome::{Captured, Outcome};
use sandboxes::sandbox::{Content, PlacedFile, Run, Sandbox, WallError};

use super::{Entry, Lane, LaneError, PATIENCE};
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
            let pass = match (dialogue.as_deref_mut(), first.take()) {
                (Some(conditions), _) => self.dialogue_pass(sandbox, &turn, conditions).await,
                (None, Some(outcome)) => self.plain_pass(sandbox, &turn, outcome).await,
                (None, None) => self.pass(sandbox, index, &turn).await,
            };
            let mut pass = match pass {
                Err(LaneError::Wall(WallError::NotExecutable { source })) => {
                    return Ok(self.not_executable(index, &source));
                }
                pass => pass?,
            };
            let PassEnding::Judged(decision, feedback) = &mut pass.ending else {
                return Ok(self.judged(index, pass, before));
            };
            let next = feedback.next_pass.take();
            match after_pass(decision, next.is_some(), turn.number, most) {
                AfterPass::Done => return Ok(self.judged(index, pass, before)),
                AfterPass::Fault(what) => {
                    *decision = Decision::JudgeError(self.blamed(turn.testcase, &what));
                    return Ok(self.judged(index, pass, before));
                }
                AfterPass::Again => {}
            }
            before.push(pass.evidence);
            turn.number += 1;
            turn.input = next.unwrap_or_else(|| Arc::clone(&turn.input));
        }
    }

    /// One pass from its beginning.
    async fn pass(
        &mut self,
        sandbox: &mut SandboxHandle,
        index: usize,
        turn: &Turn<'_>,
    ) -> Result<Pass, LaneError> {
        if let Some(args) = &turn.testcase.static_validation {
            return self.static_pass(args).await;
        }
        if let Entry::Answers(answers) = &self.case.entry {
            let answer = answers.get(index);
            let answer = answer.map_err(|error| LaneError::Attempt(AttemptError::Output(error)))?;
            return self.answered(turn, answer).await;
        }
        let outcome = self.run_alone(sandbox, turn, 1).await?;
        self.plain_pass(sandbox, turn, outcome).await
    }

    /// The static validator's word about the sources.
    async fn static_pass(&self, args: &[String]) -> Result<Pass, LaneError> {
        let (decision, feedback) = match &self.case.sources_check {
            Some(check) => check.ask(self.lease, args).await?,
            None => {
                let reason = "there is no static validator".to_owned();
                (Decision::JudgeError(reason), Feedback::default())
            }
        };
        Ok(Pass {
            evidence: nothing_run(0),
            ending: PassEnding::Judged(decision, feedback),
            attachments: Vec::new(),
        })
    }

    /// Runs the submission while nothing else of this lane runs, in a directory with the testcase's files if it has some
    /// (2025-09, "Input": they are in the working directory), with `patience` times the usual wall time.
    async fn run_alone(
        &self,
        sandbox: &mut SandboxHandle,
        turn: &Turn<'_>,
        patience: u32,
    ) -> Result<Outcome, LaneError> {
        let no_program = || LaneError::Wall(WallError::Lost("there is no program".to_owned()));
        let mut run = self.case.run_of(turn).ok_or_else(no_program)?;
        run.limits.wall *= patience;
        self.case.furnish(sandbox, turn.testcase).await?;
        Ok(sandbox.run(run).await?)
    }

    /// Judges an answer that was handed in as the output of a program that took no time.
    async fn answered(
        &mut self,
        turn: &Turn<'_>,
        answer: Option<Captured>,
    ) -> Result<Pass, LaneError> {
        let evidence = nothing_run(answer.as_ref().map_or(0, |answer| answer.len));
        let ending = match (run_verdict(&evidence, &self.case.limits), answer) {
            (Some(failed), _) => PassEnding::Failed(failed),
            (None, Some(answer)) => self.validated(turn, &answer).await?,
            (None, None) => {
                let feedback = Feedback {
                    team_message: Some("there is no answer to this testcase".to_owned()),
                    ..Feedback::default()
                };
                PassEnding::Judged(Decision::Reject, feedback)
            }
        };
        Ok(Pass {
            evidence,
            ending,
            attachments: Vec::new(),
        })
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
            let again = self.run_alone(sandbox, turn, PATIENCE).await?;
            (outcome, evidence, verdict) = self.verdict(again)?;
        }
        let ending = match verdict {
            Some(failed) => PassEnding::Failed(failed),
            None => self.validated(turn, &outcome.stdout).await?,
        };
        Ok(Pass {
            evidence,
            ending,
            attachments: Vec::new(),
        })
    }

    /// Asks the package's output validators, or the default one.
    async fn validated(
        &mut self,
        turn: &Turn<'_>,
        output: &Captured,
    ) -> Result<PassEnding, LaneError> {
        if let Some(bench) = &mut self.bench {
            let (decision, feedback) = bench.judge(turn, output).await?;
            return Ok(PassEnding::Judged(decision, feedback));
        }
        let flags = &turn.testcase.flags;
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
    /// One run of the submission for a pass; `None` when there is no program.
    pub(in crate::judge) fn run_of(&self, turn: &Turn<'_>) -> Option<Run> {
        let Entry::Program(program) = &self.entry else {
            return None;
        };
        let stdin = Some(Arc::clone(&turn.input));
        let limits = self.wall_limits.clone();
        Some(program.run(&turn.testcase.args, stdin, limits, false))
    }

    /// What lies where the submission starts, beside the files of a testcase.
    pub(in crate::judge) fn beside(&self) -> &[PlacedFile] {
        match &self.entry {
            Entry::Program(program) => program.beside(),
            _ => &[],
        }
    }

    /// Lets the next run start among the files of a testcase and those of its own that it finds by relative paths, if there are any.
    pub(in crate::judge) async fn furnish(
        &self,
        sandbox: &mut SandboxHandle,
        testcase: &Testcase,
    ) -> Result<(), LaneError> {
        let beside = self.beside();
        if testcase.files.is_empty() && beside.is_empty() {
            return Ok(());
        }
        let files = input_files(testcase);
        let mut files = files.map_err(|error| LaneError::Attempt(AttemptError::Package(error)))?;
        let given = |own: &&PlacedFile| testcase.files.iter().any(|(path, _)| *path == own.path);
        files.extend(beside.iter().filter(|own| !given(own)).cloned());
        let writable = self.package.allow_file_writing || testcase.files.is_empty();
        Ok(sandbox.furnish(files, writable).await?)
    }

    /// The verdict of a run by its counters and, where a run-time system found its limit by itself, by its last words.
    pub(in crate::judge) fn run_verdict(
        &self,
        evidence: &Evidence,
        outcome: &Outcome,
    ) -> Option<RunVerdict> {
        let mut verdict = run_verdict(evidence, &self.limits)?;
        if let Entry::Program(program) = &self.entry
            && verdict.verdict == Verdict::Rte
            && program.ran_out_of_memory(outcome)
        {
            verdict.verdict = Verdict::Mle;
            verdict.cause = Cause::Memory;
            "its run-time system ran out of memory".clone_into(&mut verdict.message);
        }
        Some(verdict)
    }
}

/// The files of a testcase for the working directory of the submission.
pub(in crate::judge) fn input_files(testcase: &Testcase) -> io::Result<Vec<PlacedFile>> {
    let files = testcase.files.iter().map(|(path, source)| {
        let file = File::open(source).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", source.display()))
        })?;
        Ok(PlacedFile {
            path: path.clone(),
            content: Content::File(Arc::new(file)),
            executable: false,
        })
    });
    files.collect()
}

/// The counters where no program of the contestant was run.
fn nothing_run(output_bytes: u64) -> Evidence {
    Evidence {
        exit: Exit::Code(0),
        stop: None,
        cpu: Duration::ZERO,
        wall: Duration::ZERO,
        memory_bytes: 0,
        oom_kills: 0,
        output_bytes,
    }
}
