//! One dialogue between a submission and its validator, from start to end: the pipes, who is stopped when, who ended first.
//!
//! What happens to the ends of the pipes: each program's own ends live as long as it does (its worker holds them). We hold the
//! reading end of both. That of validator to submission we hold for good, and empty it once the submission has ended, so that
//! a validator is not punished for a submission that left early. That of submission to validator we drop when the validator
//! has ended without accepting, and the submission is told by a broken pipe; after acceptance we empty it, because an accepted
//! submission may finish its sentence.

use std::fs::File;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sandboxes::dialogue::{Dialogue, Ends, Meter, Pipe, Record, Recorder};
use sandboxes::outcome::{Exit, Outcome, Stop};
use sandboxes::sandbox::{Run, Sandbox, WallError};
use tokio::net::unix::pipe::Receiver;
use tokio::time::MissedTickBehavior;

use crate::sandbox::SandboxHandle;

/// How often the two are looked at.
const TICK: Duration = Duration::from_millis(50);
/// A look that comes this late says that we were held up, and so were they: nothing is concluded from it.
const LATE: Duration = Duration::from_millis(500);
/// How long both must sleep for neither to be waiting for anything that will come.
const DEADLOCK: Duration = Duration::from_secs(1);
/// How long a submission may go on when the validator has already decided against it.
const FAREWELL: Duration = Duration::from_millis(100);
/// How long a validator may sleep once there is nobody left to wait for.
const HUNG: Duration = Duration::from_secs(3);

/// How long the two may take, and when the validator has accepted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// Exit codes of the validator that accept.
    pub(super) accepts: &'static [i32],
    /// How long the submission may sleep before it counts as idle: as long as it could have computed.
    pub(super) idle: Duration,
    /// Wall time of the submission, not counting what the validator computes meanwhile, because they share one processor, nor
    /// while it waits for a validator that is at work.
    pub(super) wall: Duration,
    /// Wall time of the validator once the submission has ended. While it waits for the submission no time counts.
    pub(super) validator: Duration,
}

/// One of the two.
pub(super) struct Half<'a> {
    pub(super) sandbox: &'a mut SandboxHandle,
    pub(super) run: Run,
}

/// How a dialogue ended.
pub(super) struct Talked {
    pub(super) submission: Result<Outcome, WallError>,
    pub(super) validator: Result<Outcome, WallError>,
    /// Whether the validator ended before the submission.
    pub(super) validator_first: bool,
    /// What was said, if it was recorded.
    pub(super) record: Option<Record>,
}

/// Lets the two talk until both have ended.
pub(super) async fn talk(
    submission: Half<'_>,
    validator: Half<'_>,
    patience: Patience,
    record_bytes: Option<usize>,
) -> Result<Talked, WallError> {
    let wiring = Wiring::lay(&validator, record_bytes).map_err(|source| WallError::Step {
        step: "join two programs",
        source,
    })?;
    let Wiring {
        ends,
        recorder,
        to_validator,
        to_submission,
    } = wiring;
    let said = Some(Arc::clone(&ends.first.1));
    // The validator first, so that it is there when the submission has its first question.
    let validator = Side::start(validator, ends.second).await?;
    let submission = Side::start(submission, ends.first).await?;
    let dialogue = Talking {
        submission,
        validator,
        patience,
        to_validator,
        to_submission,
        said,
        emptied: None,
        looked: Instant::now(),
        computed: Duration::ZERO,
        waited: Duration::ZERO,
    };
    let mut talked = dialogue.run().await?;
    if let Some(recorder) = recorder {
        talked.record = Some(recorder.finish().await);
    }
    Ok(talked)
}

/// How the two are joined.
struct Wiring {
    ends: Ends,
    recorder: Option<Recorder>,
    /// Reading ends that we hold.
    to_validator: Option<Arc<File>>,
    to_submission: Option<Arc<File>>,
}

impl Wiring {
    /// Straight, or with a recorder in between, which does for the pipes what we do otherwise.
    fn lay(validator: &Half<'_>, record_bytes: Option<usize>) -> std::io::Result<Self> {
        if let Some(bytes) = record_bytes {
            let (ends, recorder) = Recorder::start(validator.sandbox.slot(), bytes)?;
            return Ok(Self {
                ends,
                recorder: Some(recorder),
                to_validator: None,
                to_submission: None,
            });
        }
        let (to_validator, to_submission) = (Pipe::new()?, Pipe::new()?);
        Ok(Self {
            to_validator: Some(Arc::clone(&to_validator.reader)),
            to_submission: Some(Arc::clone(&to_submission.reader)),
            ends: Ends {
                first: (to_submission.reader, to_validator.writer),
                second: (to_validator.reader, to_submission.writer),
            },
            recorder: None,
        })
    }
}

/// One program under way.
struct Side<'a> {
    sandbox: &'a mut SandboxHandle,
    meter: Arc<Meter>,
    /// Why we stopped it, if we did; `None` inside when it was merely told to go.
    stopped: Option<Option<Stop>>,
    ended: Option<(Instant, Result<Outcome, WallError>)>,
}

impl<'a> Side<'a> {
    async fn start(half: Half<'a>, ends: (Arc<File>, Arc<File>)) -> Result<Self, WallError> {
        let Half { sandbox, mut run } = half;
        let meter = Arc::new(Meter::default());
        let (stdin, stdout) = ends;
        run.stdin = Some(stdin);
        run.dialogue = Some(Dialogue {
            stdout,
            meter: Arc::clone(&meter),
        });
        sandbox.start(run).await?;
        Ok(Self {
            sandbox,
            meter,
            stopped: None,
            ended: None,
        })
    }

    async fn stop(&mut self, why: Option<Stop>) -> Result<(), WallError> {
        if self.stopped.is_none() && self.ended.is_none() {
            self.stopped = Some(why);
            self.sandbox.cancel().await?;
        }
        Ok(())
    }

    /// Notes the end. A failure of the wall is passed on; a program that is none is an end.
    fn end(&mut self, outcome: Result<Outcome, WallError>) -> Result<(), WallError> {
        let outcome = match outcome {
            Ok(mut outcome) if outcome.stop == Some(Stop::Cancelled) => {
                outcome.stop = self.stopped.unwrap_or(Some(Stop::Cancelled));
                Ok(outcome)
            }
            Err(error) if !matches!(error, WallError::NotExecutable { .. }) => return Err(error),
            outcome => outcome,
        };
        self.ended = Some((Instant::now(), outcome));
        Ok(())
    }

    fn is_running(&self) -> bool {
        self.ended.is_none()
    }

    fn outcome(&self) -> Option<&Outcome> {
        self.ended.as_ref()?.1.as_ref().ok()
    }

    /// CPU time so far.
    fn cpu(&self) -> Duration {
        self.outcome()
            .map_or(self.meter.seen().cpu, |outcome| outcome.cpu)
    }

    /// How long it has been asleep; the dead sleep well.
    fn asleep(&self) -> Duration {
        match (&self.ended, self.meter.seen().asleep_since) {
            (Some((since, _)), _) => since.elapsed(),
            (None, Some(since)) => since.elapsed(),
            (None, None) => Duration::ZERO,
        }
    }
}

/// Both under way.
struct Talking<'a> {
    submission: Side<'a>,
    validator: Side<'a>,
    patience: Patience,
    to_validator: Option<Arc<File>>,
    to_submission: Option<Arc<File>>,
    /// What the submission writes to, until it has ended: a submission that closes its output and then fails has failed, and
    /// the validator must not be the first to say so.
    said: Option<Arc<File>>,
    /// A pipe whose reader is gone.
    emptied: Option<Receiver>,
    looked: Instant,
    /// The validator's CPU time when they were looked at.
    computed: Duration,
    /// What of the wall time is the submission's own.
    waited: Duration,
}

impl Talking<'_> {
    async fn run(mut self) -> Result<Talked, WallError> {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while self.submission.is_running() || self.validator.is_running() {
            tokio::select! {
                biased;
                outcome = self.submission.sandbox.finish(), if self.submission.is_running() => {
                    self.submission.end(outcome)?;
                    self.submission_ended().await?;
                }
                outcome = self.validator.sandbox.finish(), if self.validator.is_running() => {
                    self.validator.end(outcome)?;
                    self.validator_ended();
                }
                () = empty(&mut self.emptied) => {}
                _ = ticks.tick() => self.look().await?,
            }
        }
        let gone = || WallError::Lost("a program that has ended has no end".to_owned());
        let (_, submission) = self.submission.ended.ok_or_else(gone)?;
        let (_, validator) = self.validator.ended.ok_or_else(gone)?;
        let validator_first = match (&submission, &validator) {
            (Ok(submission), Ok(validator)) => validator.ended_at <= submission.ended_at,
            _ => false,
        };
        Ok(Talked {
            submission,
            validator,
            validator_first,
            record: None,
        })
    }

    async fn submission_ended(&mut self) -> Result<(), WallError> {
        self.said = None;
        if self.submission.outcome().is_none() {
            // It never was a program: nothing to be judged.
            self.validator.stop(None).await?;
        }
        if self.validator.is_running() {
            self.emptied = self.to_submission.take().and_then(receiver);
        } else {
            self.emptied = None;
        }
        Ok(())
    }

    fn validator_ended(&mut self) {
        let accepts = self.patience.accepts;
        let outcome = self.validator.outcome();
        let accepted = outcome.is_some_and(|outcome| accepted(outcome, accepts));
        let pipe = self.to_validator.take();
        if self.submission.is_running() {
            self.emptied = pipe.filter(|_| accepted).and_then(receiver);
        } else {
            self.emptied = None;
        }
    }

    /// Adds the time since the last look to the submission's own, or what of it is.
    fn count(&mut self) {
        let passed = self.looked.elapsed();
        self.looked += passed;
        let computed = self.validator.cpu().saturating_sub(self.computed);
        self.computed += computed;
        let asleep = |side: &Side<'_>| side.asleep() > Duration::ZERO;
        if !asleep(&self.submission) || asleep(&self.validator) {
            self.waited += passed.saturating_sub(computed);
        }
    }

    /// Stops who must be stopped.
    async fn look(&mut self) -> Result<(), WallError> {
        if self.looked.elapsed() >= LATE {
            self.looked = Instant::now();
            return Ok(());
        }
        self.count();
        if self.submission.is_running() {
            if let Some((since, outcome)) = &self.validator.ended
                && !outcome
                    .as_ref()
                    .is_ok_and(|outcome| accepted(outcome, self.patience.accepts))
                && since.elapsed() >= FAREWELL
            {
                return self.submission.stop(None).await;
            }
            let asleep = self.submission.asleep().min(self.validator.asleep());
            if self.waited >= self.patience.wall {
                return self.submission.stop(Some(Stop::WallLimit)).await;
            }
            if self.waited >= self.patience.idle && asleep >= DEADLOCK {
                return self.submission.stop(Some(Stop::Idle)).await;
            }
        } else if let Some((since, _)) = &self.submission.ended {
            let alone = since.elapsed();
            if alone >= self.patience.validator {
                return self.validator.stop(Some(Stop::WallLimit)).await;
            }
            if alone.min(self.validator.asleep()) >= HUNG {
                return self.validator.stop(Some(Stop::Idle)).await;
            }
        }
        Ok(())
    }
}

fn accepted(outcome: &Outcome, codes: &[i32]) -> bool {
    matches!(outcome.exit, Exit::Code(code) if codes.contains(&code)) && outcome.stop.is_none()
}

/// A reading end that nobody else uses any more, as the runtime reads it.
fn receiver(pipe: Arc<File>) -> Option<Receiver> {
    let file = pipe.try_clone().ok()?;
    Receiver::from_file(file).ok()
}

/// Reads and throws away; never ready. At the end of the pipe there is nothing more to be done.
async fn empty(pipe: &mut Option<Receiver>) {
    let mut buffer = [0; 16 << 10];
    while let Some(receiver) = pipe {
        match receiver.readable().await {
            Ok(()) => match receiver.try_read(&mut buffer) {
                Ok(count) if count > 0 => {}
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Ok(_) | Err(_) => *pipe = None,
            },
            Err(_) => *pipe = None,
        }
    }
    std::future::pending().await
}
