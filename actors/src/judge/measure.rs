//! Time limits that a package leaves to be found: from the slowest run of the jury's accepted submissions, measured behind the
//! wall once and remembered.
//!
//! Whoever needs a limit first measures it on the slot it holds; the [`LimitMeasurer`] does so in the background before
//! anybody needs it. **Invariant**: one measuring per package at a time, and none twice.

mod judged;

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use judging::expectations::Expectation;
use judging::packages::time_limits::infer;
use judging::packages::{JurySubmission, ProblemPackage, TimeLimit};
use judging::rules::RunLimits;
use sandboxes::outcome::{Exit, Outcome};
use sandboxes::sandbox::{Sandbox, WallError};

use super::case::{self, AttemptError, Compiled, Hopeless, Trouble};
use super::environment::Environment;
use super::evidence::wall_limits;
use super::program::Program;
use crate::pool::{SlotLease, Urgency};
use crate::supervision::Supervision;

/// The directory whose submissions set the limit.
const ACCEPTED: &str = "accepted";
/// Messages that may wait; a sweep more does no harm.
const MAILBOX: usize = 16;

/// The time limit of a package, measured on `lease` when nobody knows it yet.
pub(super) async fn time_limit(
    env: &Environment,
    package: &Arc<ProblemPackage>,
    lease: &SlotLease,
) -> Result<Duration, Trouble> {
    if let Some(limit) = env.library.time_limit(package) {
        return Ok(limit);
    }
    let flight = env.measuring.flight(package.hash);
    let _only_one = flight.lock().await;
    if let Some(limit) = env.library.time_limit(package) {
        return Ok(limit);
    }
    let TimeLimit::Infer(inference) = package.time_limit else {
        let reason = format!("problem {} has no time limit", package.id);
        return Err(Trouble::Hopeless(Hopeless(reason)));
    };
    let slowest = slowest_accepted(env, package, lease).await?;
    let limit = infer(inference, slowest);
    tracing::info!(problem = %package.id, ?slowest, ?limit, "measured a time limit");
    if let Err(error) = env.library.limits().remember(package.hash, slowest, limit) {
        tracing::warn!(problem = %package.id, %error, "failed to write down a time limit");
    }
    Ok(limit)
}

async fn slowest_accepted(
    env: &Environment,
    package: &Arc<ProblemPackage>,
    lease: &SlotLease,
) -> Result<Duration, Trouble> {
    let mut slowest = None;
    let mut reasons = Vec::new();
    for submission in package
        .submissions
        .iter()
        .filter(|s| s.directory == ACCEPTED)
        .filter(|s| s.expectation.as_ref().is_none_or(Expectation::bounds_from_below))
    {
        match measure(env, package, submission, lease).await {
            Ok(time) => slowest = slowest.max(Some(time)),
            Err(Trouble::Attempt(error)) => return Err(error.into()),
            Err(Trouble::Hopeless(Hopeless(reason))) => {
                tracing::warn!(problem = %package.id, submission = submission.name, reason, "not measured");
                reasons.push(format!("{}: {reason}", submission.name));
            }
        }
    }
    slowest.ok_or_else(|| {
        let reasons = if reasons.is_empty() { "it has none".to_owned() } else { reasons.join("; ") };
        let reason = format!(
            "problem {} leaves its time limit to be inferred, but no accepted submission of the jury could be measured: {reasons}",
            package.id
        );
        Trouble::Hopeless(Hopeless(reason))
    })
}

/// The slowest run of one submission, as if its language had no time factor.
async fn measure(
    env: &Environment,
    package: &Arc<ProblemPackage>,
    submission: &JurySubmission,
    lease: &SlotLease,
) -> Result<Duration, Trouble> {
    let (toolchain, sources) = case::jury_submission(env, package, submission, lease).await?;
    let compiled = case::compile(env, package, sources, toolchain, lease).await?;
    let (artifact, toolchain) = match compiled {
        Compiled::Ready {
            artifact,
            toolchain,
            ..
        } => (artifact, toolchain),
        Compiled::Failed(report) => {
            return Err(Trouble::Hopeless(Hopeless(format!(
                "it does not compile: {}",
                report.message
            ))));
        }
    };
    let factor = toolchain.language().time_factor.max(0.01);
    if package.kind.interactive || package.kind.multi_pass {
        let slowest = judged::slowest(env, package, &artifact, &toolchain, lease).await?;
        return Ok(slowest.div_f64(factor));
    }
    let bounds = lease.pool().bounds();
    let limits = case::limits_of(package, bounds.max_cpu, &toolchain, bounds);
    let program = Program::new(&toolchain, &artifact, limits.memory_bytes);
    let mut failures = 0;
    let slowest = loop {
        match run_all(env, package, &program, &limits, lease).await {
            Ok(measured) => break measured?,
            Err(error) if failures < 2 => {
                failures += 1;
                tracing::warn!(%error, "measuring again in a fresh sandbox");
            }
            Err(error) => return Err(AttemptError::Wall(error).into()),
        }
    };
    Ok(slowest.div_f64(factor))
}

/// The slowest run over all testcases; the inner error says why the submission proves nothing.
async fn run_all(
    env: &Environment,
    package: &Arc<ProblemPackage>,
    program: &Program,
    limits: &RunLimits,
    lease: &SlotLease,
) -> Result<Result<Duration, Trouble>, WallError> {
    let mut sandbox = lease.sandbox().await?;
    sandbox.place(program.files()).await?;
    let mut slowest = Duration::ZERO;
    for (index, testcase) in package.testcases.iter().enumerate() {
        let files = match env.library.testcases().get(package, index) {
            Ok(files) => files,
            Err(error) => return Ok(Err(AttemptError::Package(error).into())),
        };
        let wall = wall_limits(limits, program.processes());
        let run = program.run(&testcase.args, Some(Arc::clone(&files.input)), wall, false);
        let outcome = match sandbox.run(run).await {
            Ok(outcome) => outcome,
            Err(error @ WallError::NotExecutable { .. }) => {
                return Ok(Err(Trouble::Hopeless(Hopeless(case::chain(&error)))));
            }
            Err(error) => return Err(error),
        };
        if let Some(ended_badly) = ended_badly(&outcome) {
            let reason = format!("{} {ended_badly}", testcase.name);
            return Ok(Err(Trouble::Hopeless(Hopeless(reason))));
        }
        slowest = slowest.max(outcome.cpu);
    }
    Ok(Ok(slowest))
}

fn ended_badly(outcome: &Outcome) -> Option<String> {
    match (outcome.stop, outcome.exit) {
        (Some(stop), _) => Some(format!("was stopped: {stop:?}")),
        (None, Exit::Code(0)) => None,
        (None, exit) => Some(format!("ended with {exit:?}")),
    }
}

/// Measures every time limit that is not known yet.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
pub struct MeasureLimits;

/// The actor that measures in the background; tell it when problems were reloaded.
pub struct LimitMeasurer {
    env: Arc<Environment>,
    sweep: Option<SpawnHandle>,
}

impl LimitMeasurer {
    /// Starts it under supervision on the current arbiter; it begins at once.
    pub fn start(env: Arc<Environment>, supervision: &Supervision) -> Addr<Self> {
        let measurer = Self { env, sweep: None };
        supervision.supervise("measurer", MAILBOX, |_| measurer)
    }

    fn sweep(&mut self, ctx: &mut Context<Self>) {
        if let Some(running) = self.sweep.take() {
            ctx.cancel_future(running);
        }
        let work = sweep(Arc::clone(&self.env));
        self.sweep = Some(ctx.spawn(work.into_actor(self)));
    }
}

async fn sweep(env: Arc<Environment>) {
    for package in env.library.list() {
        if env.library.time_limit(&package).is_some() {
            continue;
        }
        let Ok(lease) = env.pools.first().lease(Urgency::Background).await else {
            return;
        };
        match time_limit(&env, &package, &lease).await {
            Ok(_) => {}
            Err(Trouble::Hopeless(Hopeless(reason))) => tracing::warn!("{reason}"),
            Err(Trouble::Attempt(error)) => {
                tracing::warn!(problem = %package.id, %error, "failed to measure a time limit");
            }
        }
    }
}

impl Actor for LimitMeasurer {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.sweep(ctx);
    }
}

impl Supervised for LimitMeasurer {
    fn restarting(&mut self, _: &mut Self::Context) {
        self.sweep = None;
    }
}

impl Handler<MeasureLimits> for LimitMeasurer {
    type Result = ();

    fn handle(&mut self, _: MeasureLimits, ctx: &mut Self::Context) {
        self.sweep(ctx);
    }
}

crate::answers_supervision!(LimitMeasurer);
