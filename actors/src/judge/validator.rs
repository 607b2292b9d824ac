//! Custom output validators: programs of the package that judge an output, run behind the same walls as submissions, in a
//! sandbox of their own on the same slot. A submission never sees it.
//!
//! **Invariant**: whatever a validator does, crash, hang, exit 0, leave links behind, is a [`Decision`]; only the wall's own
//! failures are errors.

mod feedback;

use std::sync::Arc;

use judging::packages::Testcase;
use judging::testlib::{self, TestlibRole};
use judging::validators::{self, Decision};
use sandboxes::outcome::{Captured, Outcome};
use sandboxes::sandbox::{
    BOX_DIR, Content, Limits, PlacedFile, Run, Sandbox, WORK_DIR, WallError, WantedFile,
};

use super::case::chain;
use super::evidence::evidence;
use super::jury::JuryProgram;
use super::pass::Turn;
use crate::pool::SlotLease;
use crate::problems::Answer;
use crate::sandbox::SandboxHandle;

pub(super) use self::feedback::Feedback;
use self::feedback::{MESSAGE_BYTES, cut, wanted};

/// The feedback directory, in the work directory.
pub(super) const FEEDBACK: &str = "feedback";
const INPUT: &str = "testcase.in";
const ANSWER: &str = "testcase.ans";
/// The output of the team, for checkers that read it as a file.
const OUTPUT: &str = "testcase.out";
/// Where a testlib interactor writes what it wants to be kept, in its feedback directory.
const INTERACTOR_OUTPUT: &str = "interactor.out";

/// Who is asked.
pub(super) struct Who<'a> {
    /// `output validator`.
    pub(super) title: &'a str,
    /// Its name in the package.
    pub(super) name: &'a str,
    /// Set for a testlib checker: whether the problem gives scores.
    pub(super) checker: Option<bool>,
}

/// Runs the validators of a package for one judgement. The sandbox is made at the first testcase that needs one.
pub(super) struct ValidatorBench<'a> {
    lease: &'a SlotLease,
    /// Whether the problem gives scores.
    scoring: bool,
    validators: &'a [JuryProgram],
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
    pub(super) fn new(lease: &'a SlotLease, validators: &'a [JuryProgram], scoring: bool) -> Self {
        Self {
            lease,
            scoring,
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
        let named =
            |program: &JuryProgram| wanted.is_none_or(|wanted| is_named(&program.name, wanted));
        let programs = self.validators.iter().enumerate();
        programs
            .filter_map(|(index, program)| named(program).then_some(index))
            .collect()
    }

    /// The names of the validators that judge a testcase.
    pub(super) fn names(&self, testcase: &Testcase) -> String {
        let asked = self.asked(testcase);
        let names = asked
            .iter()
            .map(|index| self.validators[*index].name.as_str());
        names.collect::<Vec<_>>().join(", ")
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
            let (decision, said) = if self.role(index) == Some(TestlibRole::Checker) {
                let output = Content::File(Arc::clone(&output.file));
                self.check(index, turn, output).await?
            } else {
                let (sandbox, mut run) = self.prepare(index, turn).await?;
                run.stdin = Some(Arc::clone(&output.file));
                let outcome = sandbox.run(run).await;
                self.conclude(index, outcome).await?
            };
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

    /// What a validator is, when it speaks testlib's contract.
    pub(super) fn role(&self, index: usize) -> Option<TestlibRole> {
        self.validators[index].testlib
    }

    /// Asks a testlib checker about an output.
    pub(super) async fn check(
        &mut self,
        index: usize,
        turn: &Turn<'_>,
        output: Content,
    ) -> Result<(Decision, Feedback), WallError> {
        let (sandbox, run) = self.prepare(index, turn).await?;
        sandbox.place(vec![placed(OUTPUT, output)]).await?;
        let outcome = sandbox.run(run).await;
        self.conclude(index, outcome).await
    }

    /// What the interactor that has just ended wrote for a checker; nothing, if it wrote nothing.
    pub(super) async fn left_for_checker(&mut self) -> Result<Content, WallError> {
        let most_bytes = self
            .validators
            .iter()
            .map(|program| program.limits.file_bytes);
        let wanted = [WantedFile {
            name: INTERACTOR_OUTPUT.to_owned(),
            most_bytes: most_bytes.max().unwrap_or(0),
            remove: true,
        }];
        let sandbox = Self::sandbox(&mut self.current)?;
        let left = sandbox
            .take(&format!("{WORK_DIR}/{FEEDBACK}"), &wanted)
            .await;
        match left {
            Ok(files) => Ok(files
                .into_iter()
                .next()
                .map_or(Content::Bytes(Vec::new()), |file| {
                    Content::File(Arc::new(file.file))
                })),
            // A link or the like: as good as nothing.
            Err(WallError::Refused(_)) => Ok(Content::Bytes(Vec::new())),
            Err(error) => Err(error),
        }
    }

    /// Puts what a validator reads into its sandbox and says how it is run, apart from its standard streams. Its feedback
    /// directory is empty in the first pass, and as it left it in later ones.
    pub(super) async fn prepare(
        &mut self,
        index: usize,
        turn: &Turn<'_>,
    ) -> Result<(&mut SandboxHandle, Run), WallError> {
        let JuryProgram {
            program,
            limits,
            testlib,
            ..
        } = &self.validators[index];
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
        let args = match testlib {
            Some(TestlibRole::Checker) => {
                testlib::checker_arguments(&path(INPUT), &path(OUTPUT), &path(ANSWER), flags)
            }
            Some(TestlibRole::Interactor) => {
                let said = format!("{feedback_dir}/{INTERACTOR_OUTPUT}");
                testlib::interactor_arguments(&path(INPUT), &said, &path(ANSWER), flags)
            }
            Some(TestlibRole::Validator) | None => {
                validators::arguments(&path(INPUT), &path(ANSWER), &feedback_dir, flags)
            }
        };
        let run = program.run(&args, None, limits.clone(), true);
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
        let JuryProgram {
            name,
            limits,
            testlib,
            ..
        } = &self.validators[index];
        let speaks_testlib = matches!(
            testlib,
            Some(TestlibRole::Checker | TestlibRole::Interactor)
        );
        let who = Who {
            title: "output validator",
            name,
            checker: speaks_testlib.then_some(self.scoring),
        };
        let sandbox = Self::sandbox(&mut self.current)?;
        conclude(sandbox, &who, limits, outcome).await
    }
}

/// What the end of a validator's run means, and what it left in its feedback directory. Whatever it did is a decision.
pub(super) async fn conclude(
    sandbox: &mut SandboxHandle,
    who: &Who<'_>,
    limits: &Limits,
    outcome: Result<Outcome, WallError>,
) -> Result<(Decision, Feedback), WallError> {
    let called = format!("{} {}", who.title, who.name);
    let failed = |what: String| {
        let reason = format!("the {called} {what}");
        Ok((Decision::JudgeError(reason), Feedback::default()))
    };
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(error @ WallError::NotExecutable { .. }) => {
            return failed(format!("cannot be executed: {}", chain(&error)));
        }
        Err(error) => return Err(error),
    };
    let Some(evidence) = evidence(&outcome) else {
        return Err(WallError::Lost("a validator was cancelled".to_owned()));
    };
    let wanted = wanted(limits.file_bytes);
    let taken = sandbox
        .take(&format!("{WORK_DIR}/{FEEDBACK}"), &wanted)
        .await;
    let mut feedback = match taken {
        Ok(files) => Feedback::read(files),
        Err(WallError::Refused(what)) => {
            return failed(format!("left {what} in its feedback directory"));
        }
        Err(error) => return Err(error),
    };
    let decision = match who.checker {
        None => validators::decide_as(&called, &evidence),
        Some(scoring) => {
            let said = String::from_utf8_lossy(&outcome.stderr);
            let judged = testlib::decide(who.name, &evidence, &said, scoring);
            feedback.points = Some(judged.points);
            let message = cut(&judged.message, MESSAGE_BYTES).to_owned();
            feedback.judge_message = Some(message).filter(|said| !said.is_empty());
            return Ok((explained(judged.decision, &[], &feedback), feedback));
        }
    };
    Ok((explained(decision, &outcome.stderr, &feedback), feedback))
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

fn placed(path: &str, content: Content) -> PlacedFile {
    PlacedFile {
        path: path.to_owned(),
        content,
        executable: false,
    }
}

fn testcase_files(turn: &Turn<'_>) -> Vec<PlacedFile> {
    let input = placed(INPUT, Content::Shown(Arc::clone(&turn.input)));
    if turn.number > 1 {
        // The answer stays.
        return vec![input];
    }
    let answer = match &turn.files.answer {
        Answer::Bytes(bytes) => Content::Bytes(bytes.clone()),
        Answer::File(file, _) => Content::Shown(Arc::clone(file)),
    };
    vec![input, placed(ANSWER, answer)]
}
