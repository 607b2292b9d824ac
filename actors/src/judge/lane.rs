//! One slot's share of the runs of a judgement: starts them ahead so that the runner never waits for us, judges what they
//! wrote, and starts over in a fresh sandbox when the wall fails.
//!
//! **Invariant**: a testcase that a lane has taken is recorded or given back, whatever happens.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use judging::evidence::{Evidence, Exit, Stop};
use judging::grading::TestcaseResult;
use judging::judgements::RunReport;
use judging::packages::{ProblemPackage, Testcase};
use judging::rules::{Cause, RunLimits, RunVerdict, is_borderline, run_verdict};
use judging::validation::Comparison;
use judging::validators::Decision;
use judging::verdicts::Verdict;
use sandboxes::outcome::Outcome;
use sandboxes::sandbox::{Limits, Run, Sandbox, WallError};

use super::case::AttemptError;
use super::evidence::evidence;
use super::output::compare_output;
use super::program::Program;
use super::round::{Judged, Round};
use super::validator::{Feedback, ValidatorBench, Validators};
use crate::pool::SlotLease;
use crate::problems::{OpenTestcase, ProblemLibrary};
use crate::sandbox::SandboxHandle;

/// Sandboxes that may fail under a lane before the attempt has failed.
const WALL_RETRIES: u32 = 2;

/// How much more wall time a run gets when it is repeated because its verdict was doubtful.
const PATIENCE: u32 = 3;

/// A program and what it is judged by.
pub(super) struct Case<'a> {
    pub(super) package: &'a ProblemPackage,
    pub(super) library: &'a ProblemLibrary,
    pub(super) program: Program,
    pub(super) limits: RunLimits,
    pub(super) wall_limits: Limits,
    pub(super) validators: Option<Validators>,
}

impl Case<'_> {
    /// Stops runs at `times` their CPU limit instead of a little above it. Verdicts rest on the limit itself.
    pub(super) fn stop_at(&mut self, times: f64) {
        let times = times.clamp(1.0, 10.0);
        let wall = &mut self.wall_limits;
        wall.cpu = wall.cpu.max(self.limits.cpu.mul_f64(times));
        wall.wall = wall.wall.max(self.limits.cpu.mul_f64(2.0 * times));
    }
}

/// One slot at work for a judgement.
pub(super) struct Lane<'a> {
    case: &'a Case<'a>,
    round: &'a Round<'a>,
    lease: &'a SlotLease,
    /// A helper gives its slot back as soon as somebody waits for one, and never waits for other lanes.
    helper: bool,
    queue: VecDeque<usize>,
    bench: Option<ValidatorBench<'a>>,
    buffer: Vec<u8>,
}

/// Why a lane stopped.
enum LaneError {
    /// To be tried again in a fresh sandbox.
    Wall(WallError),
    /// Not to be.
    Attempt(AttemptError),
}

impl From<WallError> for LaneError {
    fn from(error: WallError) -> Self {
        Self::Wall(error)
    }
}

impl<'a> Lane<'a> {
    pub(super) fn new(
        case: &'a Case<'a>,
        round: &'a Round<'a>,
        lease: &'a SlotLease,
        helper: bool,
    ) -> Self {
        let bench = case.validators.as_ref();
        Self {
            case,
            round,
            lease,
            helper,
            queue: VecDeque::new(),
            bench: bench.map(|validators| ValidatorBench::new(lease, validators)),
            buffer: Vec::new(),
        }
    }

    /// Runs testcases until there is nothing more to do.
    pub(super) async fn work(mut self) -> Result<(), AttemptError> {
        let mut failures = 0;
        loop {
            let ended = self.serve().await;
            for testcase in self.queue.drain(..) {
                self.round.give_back(testcase);
            }
            match ended {
                Ok(()) => return Ok(()),
                Err(LaneError::Wall(error)) if failures < WALL_RETRIES => {
                    failures += 1;
                    tracing::warn!(%error, failures, "running again in a fresh sandbox");
                    if let Some(bench) = &mut self.bench {
                        bench.reset();
                    }
                }
                Err(LaneError::Wall(error)) => return Err(AttemptError::Wall(error)),
                Err(LaneError::Attempt(error)) => return Err(error),
            }
        }
    }

    /// Runs testcases in one sandbox.
    async fn serve(&mut self) -> Result<(), LaneError> {
        let mut sandbox = self.lease.sandbox().await?;
        let files = self.case.program.files();
        if !files.is_empty() {
            sandbox.place(files).await?;
        }
        loop {
            self.fill(&mut sandbox).await?;
            let Some(&testcase) = self.queue.front() else {
                if self.helper || self.round.is_finished() {
                    return Ok(());
                }
                // Other lanes have the rest; what they give back or reject may be ours.
                self.round.changed.notified().await;
                continue;
            };
            let outcome = tokio::select! {
                biased;
                outcome = sandbox.finish() => outcome,
                () = self.round.changed.notified(), if self.round.has_helpers() => {
                    self.drop_needless(&mut sandbox).await?;
                    continue;
                }
            };
            let judged = match outcome {
                Ok(outcome) => {
                    if self.bench.is_none() {
                        self.fill(&mut sandbox).await?;
                    }
                    self.judge(&mut sandbox, testcase, outcome).await?
                }
                Err(WallError::NotExecutable { source }) => self.not_executable(testcase, &source),
                Err(error) => return Err(error.into()),
            };
            self.queue.pop_front();
            let accepted = judged.result.verdict == Verdict::Ac;
            self.round.record(testcase, judged);
            if !accepted {
                self.drop_needless(&mut sandbox).await?;
            }
        }
    }

    /// Starts runs ahead, as many as the sandbox queues. With custom validators one at a time: they need the CPU in between.
    async fn fill(&mut self, sandbox: &mut SandboxHandle) -> Result<(), LaneError> {
        while sandbox.has_room() && (self.bench.is_none() || self.queue.is_empty()) {
            if self.helper && self.lease.pool().somebody_waits() {
                return Ok(());
            }
            let Some(testcase) = self.round.next() else {
                return Ok(());
            };
            self.queue.push_back(testcase);
            let files = self.files(testcase)?;
            sandbox.start(self.run_of(testcase, &files)).await?;
        }
        Ok(())
    }

    /// Cancels what was started ahead when a rejection made some of it needless; what still matters is started again.
    async fn drop_needless(&mut self, sandbox: &mut SandboxHandle) -> Result<(), LaneError> {
        if self
            .queue
            .iter()
            .all(|testcase| self.round.still_needs(*testcase))
        {
            return Ok(());
        }
        self.clear(sandbox, 0).await
    }

    /// Cancels everything started and gives back all but the first `keep` of it.
    async fn clear(&mut self, sandbox: &mut SandboxHandle, keep: usize) -> Result<(), LaneError> {
        sandbox.clear().await?;
        for testcase in self.queue.drain(keep.min(self.queue.len())..) {
            self.round.give_back(testcase);
        }
        Ok(())
    }

    fn files(&self, testcase: usize) -> Result<Arc<OpenTestcase>, LaneError> {
        let opened = self
            .case
            .library
            .testcases()
            .get(self.case.package, testcase);
        opened.map_err(|error| LaneError::Attempt(AttemptError::Package(error)))
    }

    fn run_of(&self, testcase: usize, files: &OpenTestcase) -> Run {
        let args = &self.case.package.testcases[testcase].args;
        let stdin = Some(Arc::clone(&files.input));
        self.case
            .program
            .run(args, stdin, self.case.wall_limits.clone(), false)
    }

    async fn judge(
        &mut self,
        sandbox: &mut SandboxHandle,
        testcase: usize,
        outcome: Outcome,
    ) -> Result<Judged, LaneError> {
        let files = self.files(testcase)?;
        let (mut outcome, mut evidence, mut verdict) = self.verdict(outcome)?;
        if self.is_doubtful(&evidence, verdict.as_ref()) {
            // Alone: nothing started ahead, nobody comparing.
            self.clear(sandbox, 1).await?;
            let mut again = self.run_of(testcase, &files);
            again.limits.wall *= PATIENCE;
            let again = sandbox.run(again).await?;
            (outcome, evidence, verdict) = self.verdict(again)?;
        }
        if let Some(RunVerdict {
            verdict, message, ..
        }) = verdict
        {
            return Ok(self.judged(
                testcase,
                evidence,
                verdict,
                message,
                Feedback::default(),
                None,
            ));
        }
        if self.bench.is_some() {
            return self
                .ask_validators(testcase, &files, &outcome, evidence)
                .await;
        }
        let flags = &self.case.package.testcases[testcase].flags;
        let compared = compare_output(&outcome.stdout, &files, flags, &mut self.buffer).await;
        let compared = compared.map_err(|error| LaneError::Attempt(AttemptError::Output(error)))?;
        let (verdict, message, said) = match compared {
            Comparison::Accepted => (Verdict::Ac, "accepted", None),
            Comparison::Rejected(difference) => (
                Verdict::Wa,
                "the output is wrong",
                Some(difference.to_string()),
            ),
        };
        let feedback = Feedback {
            judge_message: said,
            ..Feedback::default()
        };
        Ok(self.judged(
            testcase,
            evidence,
            verdict,
            message.to_owned(),
            feedback,
            None,
        ))
    }

    async fn ask_validators(
        &mut self,
        testcase: usize,
        files: &OpenTestcase,
        outcome: &Outcome,
        evidence: Evidence,
    ) -> Result<Judged, LaneError> {
        let Some(bench) = &mut self.bench else {
            return Err(LaneError::Attempt(AttemptError::Output(io::Error::other(
                "no validator",
            ))));
        };
        let described = &self.case.package.testcases[testcase];
        let (decision, feedback) = bench.judge(described, files, &outcome.stdout).await?;
        let (verdict, sentence, fault) = match decision {
            Decision::Accept => (Verdict::Ac, "accepted", None),
            Decision::Reject => (Verdict::Wa, "the output is wrong", None),
            Decision::JudgeError(reason) => {
                (Verdict::Je, "the judges' program failed", Some(reason))
            }
        };
        let message = match &feedback.team_message {
            Some(said) => format!("{sentence}: {said}"),
            None => sentence.to_owned(),
        };
        Ok(self.judged(testcase, evidence, verdict, message, feedback, fault))
    }

    /// What the submission made of itself is no program, although its compiler was content.
    fn not_executable(&self, testcase: usize, source: &io::Error) -> Judged {
        let evidence = Evidence {
            // What a shell says of such a program.
            exit: Exit::Code(126),
            stop: None,
            cpu: Duration::ZERO,
            wall: Duration::ZERO,
            memory_bytes: 0,
            oom_kills: 0,
            output_bytes: 0,
        };
        let message = format!("the program cannot be executed: {source}");
        self.judged(
            testcase,
            evidence,
            Verdict::Rte,
            message,
            Feedback::default(),
            None,
        )
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
        let mut verdict = run_verdict(&evidence, &self.case.limits);
        if let Some(failed) = verdict.as_mut()
            && failed.verdict == Verdict::Rte
            && self.case.program.ran_out_of_memory(&outcome)
        {
            failed.verdict = Verdict::Mle;
            failed.cause = Cause::Memory;
            failed.message = "its run-time system ran out of memory".to_owned();
        }
        Ok((outcome, evidence, verdict))
    }

    /// A TLE that noise may have made: CPU time close to the limit, or a program that was computing when its wall time ran
    /// out, which is what a starved host does to an honest one.
    fn is_doubtful(&self, evidence: &Evidence, verdict: Option<&RunVerdict>) -> bool {
        let limit = self.case.limits.cpu;
        match verdict.map(|verdict| verdict.cause) {
            Some(Cause::CpuTime) => is_borderline(evidence.cpu, limit),
            Some(Cause::Idle) => {
                evidence.stop == Some(Stop::WallLimit) && evidence.cpu >= limit / 4
            }
            _ => false,
        }
    }

    fn testcase(&self, index: usize) -> &Testcase {
        &self.case.package.testcases[index]
    }

    fn judged(
        &self,
        index: usize,
        evidence: Evidence,
        verdict: Verdict,
        message: String,
        feedback: Feedback,
        fault: Option<String>,
    ) -> Judged {
        let scores = self.case.package.kind.scoring;
        let (score, multiplier, fault) = match scores.then(|| feedback.scores()).transpose() {
            Ok(scores) => {
                let (score, multiplier) = scores.unwrap_or_default();
                (score, multiplier, fault)
            }
            Err(reason) => (None, None, fault.or(Some(reason))),
        };
        let verdict = if fault.is_some() {
            Verdict::Je
        } else {
            verdict
        };
        Judged {
            report: RunReport {
                ordinal: u32::try_from(index + 1).unwrap_or(u32::MAX),
                testcase: self.testcase(index).name.clone(),
                verdict,
                message,
                judge_message: feedback.judge_message.or_else(|| fault.clone()),
                score,
                evidence,
            },
            result: TestcaseResult {
                verdict,
                score,
                multiplier,
            },
            fault,
        }
    }
}

/// How long a run must take for spreading testcases over other slots to be worth a sandbox on each.
pub(super) const WORTH_SPREADING: Duration = Duration::from_millis(20);
