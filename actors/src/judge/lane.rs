//! One slot's share of the runs of a judgement: starts them ahead so that the runner never waits for us, judges what they
//! wrote, and starts over in a fresh sandbox when the wall fails.
//!
//! **Invariant**: a testcase that a lane has taken is recorded or given back, whatever happens.

mod graders;
mod judged;
mod passes;

pub(super) use self::judged::unexecutable;
pub(super) use self::passes::input_files;

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use judging::packages::{ProblemPackage, Testcase};
use judging::rules::RunLimits;
use judging::verdicts::Verdict;
use sandboxes::outcome::Outcome;
use sandboxes::sandbox::{Limits, Sandbox, WallError};

use super::answers::Answers;
use super::case::AttemptError;
use super::jury::JuryProgram;
use super::orders::{Order, Transcripts};
use super::pass::Turn;
use super::program::Program;
use super::round::Round;
use super::sources_check::SourcesCheck;
use super::validator::ValidatorBench;
use crate::pool::{PoolHandle, SlotLease};
use crate::problems::{OpenTestcase, ProblemLibrary};
use crate::sandbox::SandboxHandle;

/// Sandboxes that may fail under a lane before the attempt has failed.
const WALL_RETRIES: u32 = 2;

/// How much more wall time a run gets when it is repeated because its verdict was doubtful.
pub(super) const PATIENCE: u32 = 3;

/// What was handed in, ready to be judged.
pub(super) enum Entry {
    /// A compiled program.
    Program(Program),
    /// The answers themselves.
    Answers(Answers),
}

/// A submission and what it is judged by.
pub(super) struct Case<'a> {
    pub(super) package: &'a ProblemPackage,
    pub(super) library: &'a ProblemLibrary,
    pub(super) entry: Entry,
    pub(super) limits: RunLimits,
    pub(super) wall_limits: Limits,
    pub(super) validators: Option<Vec<JuryProgram>>,
    pub(super) grader: Option<JuryProgram>,
    pub(super) sources_check: Option<SourcesCheck>,
    /// Whose dialogues are recorded.
    pub(super) transcripts: Transcripts,
}

impl Case<'_> {
    /// Whether the first run of a testcase may be started while another one is under way: nothing comes before it, and nobody
    /// talks to it.
    fn starts_ahead(&self, testcase: &Testcase) -> bool {
        matches!(self.entry, Entry::Program(_))
            && !self.package.kind.interactive
            && testcase.files.is_empty()
            && self.beside().is_empty()
            && testcase.static_validation.is_none()
    }

    /// Memory that a lane's programs may use at once: the submission's, and the validator's before or after it, or beside it
    /// where the two talk.
    pub(super) fn memory_bytes(&self, pool: &PoolHandle) -> u64 {
        let programs = self.validators.iter().flatten().chain(&self.grader);
        let jury = programs.map(|program| program.limits.memory_bytes).max();
        let sandboxes: Vec<u64> = std::iter::once(self.limits.memory_bytes)
            .chain(jury)
            .collect();
        pool.memory_of(&sandboxes, self.package.kind.interactive)
    }

    /// Judges other than usual.
    pub(super) fn follow(&mut self, order: Order) {
        if let Some(times) = order.stop_at {
            self.stop_at(times);
        }
        if let Some(transcripts) = order.transcripts {
            self.transcripts = transcripts;
        }
    }

    /// Stops runs at `times` their CPU limit instead of a little above it. Verdicts rest on the limit itself.
    fn stop_at(&mut self, times: f64) {
        let times = times.clamp(1.0, 10.0);
        let wall = &mut self.wall_limits;
        wall.cpu = wall.cpu.max(self.limits.cpu.mul_f64(times));
        wall.wall = wall.wall.max(self.limits.cpu.mul_f64(2.0 * times));
    }
}

/// One slot at work for a judgement.
pub(super) struct Lane<'a> {
    pub(super) case: &'a Case<'a>,
    pub(super) round: &'a Round<'a>,
    lease: &'a SlotLease,
    /// A helper gives its slot back as soon as somebody waits for one, and never waits for other lanes.
    helper: bool,
    queue: VecDeque<usize>,
    pub(super) bench: Option<ValidatorBench<'a>>,
    buffer: Vec<u8>,
}

/// What became of a run that was to be started ahead.
enum Ahead {
    /// It was not: each of its steps waits for the one before.
    NotStarted,
    /// It ended.
    Ended(Outcome),
    /// There is nothing that could be executed.
    NotExecutable(io::Error),
    /// Other lanes have made some of what is under way needless.
    LookAgain,
}

/// Why a lane stopped.
pub(super) enum LaneError {
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
        let scoring = case.package.kind.scoring;
        Self {
            case,
            round,
            lease,
            helper,
            queue: VecDeque::new(),
            bench: bench.map(|validators| ValidatorBench::new(lease, validators, scoring)),
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
        if let Entry::Program(program) = &self.case.entry {
            let files = program.files();
            if !files.is_empty() {
                sandbox.place(files).await?;
            }
        }
        loop {
            self.fill(&mut sandbox).await?;
            if !self.helper {
                self.ask_graders().await?;
            }
            let Some(&testcase) = self.queue.front() else {
                if self.helper || self.round.is_finished() {
                    return Ok(());
                }
                // Other lanes have the rest; what they give back or reject may be ours.
                self.round.changed.notified().await;
                continue;
            };
            let judged = match self.ended(&mut sandbox, testcase).await? {
                Ahead::LookAgain => continue,
                Ahead::NotExecutable(source) => self.not_executable(testcase, &source),
                Ahead::NotStarted if self.talks(testcase) => {
                    self.judge_interactive(&mut sandbox, testcase).await?
                }
                Ahead::NotStarted => {
                    self.judge_passes(&mut sandbox, testcase, None, None)
                        .await?
                }
                Ahead::Ended(outcome) => {
                    if self.bench.is_none() {
                        self.fill(&mut sandbox).await?;
                    }
                    self.judge_passes(&mut sandbox, testcase, Some(outcome), None)
                        .await?
                }
            };
            self.queue.pop_front();
            let accepted = judged.result.verdict == Verdict::Ac;
            self.round.record(testcase, judged);
            if !accepted {
                self.drop_needless(&mut sandbox).await?;
            }
        }
    }

    /// Waits for the run of `testcase` that was started ahead, if it was one of those.
    async fn ended(
        &mut self,
        sandbox: &mut SandboxHandle,
        testcase: usize,
    ) -> Result<Ahead, LaneError> {
        if !self.starts_ahead(testcase) {
            return Ok(Ahead::NotStarted);
        }
        let outcome = tokio::select! {
            biased;
            outcome = sandbox.finish() => outcome,
            () = self.round.changed.notified(), if self.round.has_helpers() => {
                self.drop_needless(sandbox).await?;
                return Ok(Ahead::LookAgain);
            }
        };
        match outcome {
            Ok(outcome) => Ok(Ahead::Ended(outcome)),
            Err(WallError::NotExecutable { source }) => Ok(Ahead::NotExecutable(source)),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether a testcase is a dialogue.
    fn talks(&self, testcase: usize) -> bool {
        let package = self.case.package;
        package.kind.interactive && package.testcases[testcase].static_validation.is_none()
    }

    fn starts_ahead(&self, testcase: usize) -> bool {
        self.case
            .starts_ahead(&self.case.package.testcases[testcase])
    }

    /// Starts runs ahead, as many as the sandbox queues. With custom validators one at a time: they need the CPU in between.
    async fn fill(&mut self, sandbox: &mut SandboxHandle) -> Result<(), LaneError> {
        if self.queue.iter().any(|ahead| !self.starts_ahead(*ahead)) {
            return Ok(());
        }
        while sandbox.has_room() && (self.bench.is_none() || self.queue.is_empty()) {
            if self.helper && self.lease.pool().somebody_waits() {
                return Ok(());
            }
            let Some(testcase) = self.round.next() else {
                return Ok(());
            };
            self.queue.push_back(testcase);
            if !self.starts_ahead(testcase) {
                return Ok(());
            }
            let files = self.files(testcase)?;
            let turn = Turn::first(&self.case.package.testcases[testcase], &files);
            if let Some(run) = self.case.run_of(&turn) {
                sandbox.start(run).await?;
            }
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
}

/// How long a run must take for spreading testcases over other slots to be worth a sandbox on each.
pub(super) const WORTH_SPREADING: Duration = Duration::from_millis(20);
