//! Custom output validators: programs of the package that judge an output, run behind the same walls as submissions, in a
//! sandbox of their own on the same slot. A submission never sees it.
//!
//! **Invariant**: whatever a validator does, crash, hang, exit 0, leave links behind, is a [`Decision`]; only the wall's own
//! failures are errors.

use std::collections::HashMap;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use judging::packages::Testcase;
use judging::validators::{
    self, Decision, FEEDBACK_FILES, JUDGE_MESSAGE, SCORE, SCORE_MULTIPLIER, TEAM_MESSAGE,
};
use sandboxes::outcome::Captured;
use sandboxes::sandbox::{
    BOX_DIR, CollectLimits, CollectedFile, Content, Limits, PlacedFile, Sandbox, WORK_DIR,
    WallError,
};

use super::case::chain;
use super::evidence::evidence;
use super::program::Program;
use crate::pool::SlotLease;
use crate::problems::{Answer, OpenTestcase};
use crate::sandbox::SandboxHandle;

const FEEDBACK: &str = "feedback";
const INPUT: &str = "testcase.in";
const ANSWER: &str = "testcase.ans";
/// Files a validator may leave in its feedback directory: those that mean something, and some of its own.
const FEEDBACK_FILE_COUNT: u32 = 64;
/// How much of a judge message is kept with a verdict.
const JUDGE_MESSAGE_BYTES: usize = 4 << 10;

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
    /// The validator whose sandbox it is, and the sandbox. Packages with several validators are rare: one sandbox at a time.
    current: Option<(usize, SandboxHandle)>,
}

/// What the validators said about one output.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Feedback {
    pub(super) judge_message: Option<String>,
    pub(super) team_message: Option<String>,
    pub(super) score: Option<String>,
    pub(super) score_multiplier: Option<String>,
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

    /// Judges an output: every validator that is asked must accept it.
    pub(super) async fn judge(
        &mut self,
        testcase: &Testcase,
        files: &OpenTestcase,
        output: &Captured,
    ) -> Result<(Decision, Feedback), WallError> {
        let mut decisions = Vec::new();
        let mut feedback = Feedback::default();
        for index in 0..self.validators.programs.len() {
            let name = &self.validators.programs[index].name;
            if testcase
                .validator
                .as_ref()
                .is_some_and(|wanted| !is_named(name, wanted))
            {
                continue;
            }
            let (decision, said) = self.ask(index, testcase, files, output).await?;
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

    async fn ask(
        &mut self,
        index: usize,
        testcase: &Testcase,
        files: &OpenTestcase,
        output: &Captured,
    ) -> Result<(Decision, Feedback), WallError> {
        let ValidatorProgram { name, program } = &self.validators.programs[index];
        let sandbox = match &mut self.current {
            Some((current, sandbox)) if *current == index => sandbox,
            current => {
                // The old one goes before the new one comes: a slot holds only so many.
                *current = None;
                let mut sandbox = self.lease.sandbox().await?;
                sandbox.place(program.files()).await?;
                &mut current.insert((index, sandbox)).1
            }
        };
        sandbox.place(testcase_files(files)).await?;
        sandbox.reset_work(&[FEEDBACK]).await?;
        let path = |name| format!("{BOX_DIR}/{name}");
        let feedback_dir = format!("{WORK_DIR}/{FEEDBACK}");
        let args = validators::arguments(
            &path(INPUT),
            &path(ANSWER),
            &feedback_dir,
            &testcase.validator_flags,
        );
        let stdin = Some(Arc::clone(&output.file));
        let run = program.run(&args, stdin, self.validators.limits.clone(), true);
        let outcome = match sandbox.run(run).await {
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
        let mut feedback = match sandbox.collect(&feedback_dir, limits).await {
            Ok(files) => Feedback::read(files),
            Err(WallError::Refused(what)) => {
                let reason =
                    format!("the output validator {name} left {what} in its feedback directory");
                return Ok((Decision::JudgeError(reason), Feedback::default()));
            }
            Err(error) => return Err(error),
        };
        Ok((
            explained(decision, &outcome.stderr, &mut feedback),
            feedback,
        ))
    }
}

/// Adds what a failed validator wrote to standard error to the reason.
fn explained(decision: Decision, stderr: &[u8], feedback: &mut Feedback) -> Decision {
    let Decision::JudgeError(mut reason) = decision else {
        return decision;
    };
    for said in [
        String::from_utf8_lossy(stderr).trim(),
        feedback.judge_message.as_deref().unwrap_or(""),
    ] {
        if !said.is_empty() {
            reason.push_str(": ");
            reason.push_str(cut(said, JUDGE_MESSAGE_BYTES));
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

fn testcase_files(files: &OpenTestcase) -> Vec<PlacedFile> {
    let answer = match &files.answer {
        Answer::Bytes(bytes) => Content::Bytes(bytes.clone()),
        Answer::File(file, _) => Content::File(Arc::clone(file)),
    };
    let place = |path: &str, content| PlacedFile {
        path: path.to_owned(),
        content,
        executable: false,
    };
    vec![
        place(INPUT, Content::File(Arc::clone(&files.input))),
        place(ANSWER, answer),
    ]
}

impl Feedback {
    fn read(files: Vec<CollectedFile>) -> Self {
        let mut texts: HashMap<&str, String> = HashMap::new();
        for file in files {
            let Some(known) = FEEDBACK_FILES.iter().find(|known| known.name == file.path) else {
                continue;
            };
            let len = usize::try_from(file.len.min(known.cap_bytes)).unwrap_or(0);
            let mut bytes = vec![0; len];
            // Our own copy of it: what cannot be read is as good as not written.
            if file.file.read_exact_at(&mut bytes, 0).is_ok() {
                let text = String::from_utf8_lossy(&bytes).trim_end().to_owned();
                texts.insert(known.name, text);
            }
        }
        let mut message = |name, cap| {
            let text = texts.remove(name).filter(|text| !text.is_empty())?;
            Some(cut(&text, cap).to_owned())
        };
        Self {
            judge_message: message(JUDGE_MESSAGE.name, JUDGE_MESSAGE_BYTES),
            team_message: message(TEAM_MESSAGE.name, JUDGE_MESSAGE_BYTES),
            score: message(SCORE.name, 64),
            score_multiplier: message(SCORE_MULTIPLIER.name, 64),
        }
    }

    /// The score and the multiplier, or why what was written is neither.
    pub(super) fn scores(&self) -> Result<(Option<f64>, Option<f64>), String> {
        let number = |text: &Option<String>, file: &str| match text {
            None => Ok(None),
            Some(text) => match text.trim().parse::<f64>() {
                Ok(value) if value.is_finite() => Ok(Some(value)),
                _ => Err(format!("the output validator wrote {text:?} into {file}")),
            },
        };
        let score = number(&self.score, SCORE.name)?;
        let multiplier = number(&self.score_multiplier, SCORE_MULTIPLIER.name)?;
        Ok((score, multiplier))
    }

    /// What a later validator says is added to what an earlier one said.
    fn merge(&mut self, later: Self) {
        fn joined(first: Option<String>, second: Option<String>) -> Option<String> {
            match (first, second) {
                (Some(first), Some(second)) => Some(format!("{first}\n{second}")),
                (first, second) => first.or(second),
            }
        }
        self.judge_message = joined(self.judge_message.take(), later.judge_message);
        self.team_message = joined(self.team_message.take(), later.team_message);
        self.score = self.score.take().or(later.score);
        self.score_multiplier = self.score_multiplier.take().or(later.score_multiplier);
    }
}

/// The longest beginning of `text` within `bytes`, not cut inside a character.
pub(super) fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}
