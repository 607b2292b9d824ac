//! Custom output validators: programs of the package that judge an output, run behind the same walls as submissions, in a
//! sandbox of their own on the same slot. A submission never sees it.
//!
//! **Invariant**: whatever a validator does, crash, hang, exit 0, leave links behind, is a [`Decision`]; only the wall's own
//! failures are errors.

mod feedback;

use std::sync::Arc;

use judging::packages::Testcase;
use judging::validators::{self, Decision};
use sandboxes::outcome::{Captured, Outcome};
use sandboxes::sandbox::{
    BOX_DIR, CollectLimits, Content, Limits, PlacedFile, Run, Sandbox, WORK_DIR, WallError,
};

use super::case::chain;
use super::evidence::evidence;
use super::pass::Turn;
use super::program::Program;
use crate::pool::SlotLease;
use crate::problems::Answer;
use crate::sandbox::SandboxHandle;

pub(super) use self::feedback::Feedback;
use self::feedback::{MESSAGE_BYTES, cut};

const FEEDBACK: &str = "feedback";
const INPUT: &str = "testcase.in";
const ANSWER: &str = "testcase.ans";
/// Files a validator may leave in its feedback directory: those that mean something, and some of its own.
const FEEDBACK_FILE_COUNT: u32 = 64;

/// The validators of one package, compiled.
pub(super) struct Validators {
    pub(super) programs: Vec<ValidatorProgram>,
    pub(super) limits: Limits,
}

/// One of them.
pub(super) struct ValidatorProgram {
    pub(super) name: String,
    pub(super) program: Program,
}

/// Runs the validators of a package for one judgement. The sandbox is made at the first testcase that needs one.
pub(super) struct ValidatorBench<'a> {
    lease: &'a SlotLease,
    validators: &'a Validators,
    current: Option<(Tenant, SandboxHandle)>,
}

/// Whose sandbox it is: of the one validator that has files in it, or of all those without files of their own. Packages
/// whose validators take turns are rare: one sandbox at a time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tenant {
    Only(usize),
    AllWithoutFiles,
}

impl<'a> ValidatorBench<'a> {
    pub(super) fn new(lease: &'a SlotLease, validators: &'a Validators) -> Self {
        Self {
            lease,
            validators,
            current: None,
        }
    }

    /// Forgets the sandbox, which may be the reason of a failure.
    pub(super) fn reset(&mut self) {
        self.current = None;
    }

    /// The validators that judge a testcase, by index: all, or the one its group names.
    pub(super) fn asked(&self, testcase: &Testcase) -> Vec<usize> {
        let wanted = testcase.validator.as_ref();
        let named = |program: &ValidatorProgram| {
            wanted.is_none_or(|wanted| is_named(&program.name, wanted))
        };
        let programs = self.validators.programs.iter().enumerate();
        programs
            .filter_map(|(index, program)| named(program).then_some(index))
            .collect()
    }

    /// Judges an output: every validator that is asked must accept it.
    pub(super) async fn judge(
        &mut self,
        turn: &Turn<'_>,
        output: &Captured,
    ) -> Result<(Decision, Feedback), WallError> {
        let mut decisions = Vec::new();
        let mut feedback = Feedback::default();
        for index in self.asked(turn.testcase) {
            let (sandbox, mut run) = self.prepare(index, turn).await?;
            run.stdin = Some(Arc::clone(&output.file));
            let outcome = sandbox.run(run).await;
            let (decision, said) = self.conclude(index, outcome).await?;
            let done = decision != Decision::Accept;
            decisions.push(decision);
            feedback.merge(said);
            if done {
                break;
            }
        }
        if decisions.is_empty() {
            let reason = "no output validator judges this testcase".to_owned();
            return Ok((Decision::JudgeError(reason), feedback));
        }
        Ok((validators::join(decisions), feedback))
    }

    /// Puts what a validator reads into its sandbox and says how it is run, apart from its standard streams. Its feedback
    /// directory is empty in the first pass, and as it left it in later ones.
    pub(super) async fn prepare(
        &mut self,
        index: usize,
        turn: &Turn<'_>,
    ) -> Result<(&mut SandboxHandle, Run), WallError> {
        let ValidatorProgram { program, .. } = &self.validators.programs[index];
        let files = program.files();
        let tenant = match files.is_empty() {
            true => Tenant::AllWithoutFiles,
            false => Tenant::Only(index),
        };
        if !matches!(&self.current, Some((current, _)) if *current == tenant) {
            // The old one goes before the new one comes: a slot holds only so many.
            self.current = None;
            let mut sandbox = self.lease.sandbox().await?;
            if !files.is_empty() {
                sandbox.place(files).await?;
            }
            self.current = Some((tenant, sandbox));
        }
        let sandbox = Self::sandbox(&mut self.current)?;
        sandbox.place(testcase_files(turn)).await?;
        if turn.number == 1 {
            sandbox.reset_work(&[FEEDBACK]).await?;
        }
        let path = |name| format!("{BOX_DIR}/{name}");
        let feedback_dir = format!("{WORK_DIR}/{FEEDBACK}");
        let flags = &turn.testcase.validator_flags;
        let args = validators::arguments(&path(INPUT), &path(ANSWER), &feedback_dir, flags);
        let run = program.run(&args, None, self.validators.limits.clone(), true);
        Ok((sandbox, run))
    }

    fn sandbox(
        current: &mut Option<(Tenant, SandboxHandle)>,
    ) -> Result<&mut SandboxHandle, WallError> {
        let gone = || WallError::Lost("a validator's sandbox is gone".to_owned());
        current
            .as_mut()
            .map(|(_, sandbox)| sandbox)
            .ok_or_else(gone)
    }

    /// What the end of a run means, and what the validator left. The run was the last one in its sandbox.
    pub(super) async fn conclude(
        &mut self,
        index: usize,
        outcome: Result<Outcome, WallError>,
    ) -> Result<(Decision, Feedback), WallError> {
        let name = &self.validators.programs[index].name;
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(error @ WallError::NotExecutable { .. }) => {
                let reason = format!("the output validator {name}: {}", chain(&error));
                return Ok((Decision::JudgeError(reason), Feedback::default()));
            }
            Err(error) => return Err(error),
        };
        let Some(evidence) = evidence(&outcome) else {
            return Err(WallError::Lost("a validator was cancelled".to_owned()));
        };
        let decision = validators::decide(name, &evidence);
        let limits = CollectLimits {
            files: FEEDBACK_FILE_COUNT,
            total_bytes: self.validators.limits.file_bytes.saturating_mul(4),
        };
        let sandbox = Self::sandbox(&mut self.current)?;
        let collected = sandbox
            .collect(&format!("{WORK_DIR}/{FEEDBACK}"), limits)
            .await;
        let feedback = match collected {
            Ok(files) => Feedback::read(files),
            Err(WallError::Refused(what)) => {
                let reason =
                    format!("the output validator {name} left {what} in its feedback directory");
                return Ok((Decision::JudgeError(reason), Feedback::default()));
            }
            Err(error) => return Err(error),
        };
        Ok((explained(decision, &outcome.stderr, &feedback), feedback))
    }
}

/// Adds what a failed validator wrote to standard error and for judges to the reason.
fn explained(decision: Decision, stderr: &[u8], feedback: &Feedback) -> Decision {
    let Decision::JudgeError(mut reason) = decision else {
        return decision;
    };
    for said in [
        String::from_utf8_lossy(stderr).trim(),
        feedback.judge_message.as_deref().unwrap_or(""),
    ] {
        if !said.is_empty() {
            reason.push_str(": ");
            reason.push_str(cut(said, MESSAGE_BYTES));
        }
    }
    Decision::JudgeError(reason)
}

/// Whether a group's validator name means this program: with or without its extension.
fn is_named(program: &str, wanted: &str) -> bool {
    program == wanted
        || program
            .rsplit_once('.')
            .is_some_and(|(stem, _)| stem == wanted)
}

fn testcase_files(turn: &Turn<'_>) -> Vec<PlacedFile> {
    let place = |path: &str, content| PlacedFile {
        path: path.to_owned(),
        content,
        executable: false,
    };
    let input = place(INPUT, Content::File(Arc::clone(&turn.input)));
    if turn.number > 1 {
        // The answer stays.
        return vec![input];
    }
    let answer = match &turn.files.answer {
        Answer::Bytes(bytes) => Content::Bytes(bytes.clone()),
        Answer::File(file, _) => Content::File(Arc::clone(file)),
    };
    vec![input, place(ANSWER, answer)]
}
