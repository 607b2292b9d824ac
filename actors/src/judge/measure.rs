//! Time limits that a package leaves to be found: from the slowest run of the jury's accepted submissions, measured behind the
//! wall once and remembered.
//!
//! Whoever needs a limit first measures it on the slot it holds; the [`LimitMeasurer`] does so in the background before
//! anybody needs it. **Invariant**: one measuring per package at a time, and none twice.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use futures_util::future::LocalBoxFuture;
use judging::expectations::{Expectation, Kept};
use judging::ids::{JudgementId, LanguageId, SubmissionId, TenantId, UserId};
use judging::packages::time_limits::infer;
use judging::packages::{JurySubmission, ProblemPackage, TimeLimit};
use judging::submissions::{Priority, SourceFile, Submission};
use sandboxes::languages::Sources;
use uuid::Uuid;

use super::case::{self, AttemptError, Hopeless, Trouble};
use super::conduct;
use super::environment::Environment;
use super::orders::{Order, Transcripts};
use super::progress::Progress;
use super::report::{Ending, Reporter};
use crate::job_source::Job;
use crate::pool::{SlotLease, Urgency};
use crate::supervision::Supervision;

/// The limit while the real one is being found: more than any accepted submission takes, short enough to give up on an endless one.
pub const PROVISIONAL: Duration = Duration::from_secs(60);
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
    let _only_one = match flight.try_lock() {
        Ok(free) => free,
        // Whoever measures may need a slot of another pool to compile: nobody waits for it with a slot in hand.
        Err(_) => {
            let waited = lease.set_aside(flight.lock()).await;
            waited.map_err(|_| AttemptError::Closed)?
        }
    };
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
    for submission in &package.submissions {
        let Some(promised) = submission
            .expectation
            .as_ref()
            .filter(|e| e.bounds_from_below())
        else {
            continue;
        };
        match measure(env, package, submission, promised, lease).await {
            Ok(time) => slowest = slowest.max(time),
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

/// The slowest run of one submission that bounds the limit, as if its language had no time factor. It is judged like any other,
/// under a limit that is surely long enough; one that breaks its promise proves nothing.
async fn measure(
    env: &Environment,
    package: &Arc<ProblemPackage>,
    jury: &JurySubmission,
    promised: &Expectation,
    lease: &SlotLease,
) -> Result<Option<Duration>, Trouble> {
    let (toolchain, sources) = case::jury_submission(env, package, jury, lease).await?;
    let job = job(env, package, toolchain.language().id.clone(), sources);
    let order = Order {
        time_limit: Some(PROVISIONAL),
        transcripts: Some(Transcripts::Off),
        ..Order::default()
    };
    let _held = env.orders.hold(job.submission.id, order);
    let progress = RefCell::new(Progress::silent());
    let mut reporter = Reporter::new(env, &job);
    // Judging asks for limits and measuring judges: a box, or the future would contain itself.
    let judging: LocalBoxFuture<'_, Result<Ending, Trouble>> = Box::pin(conduct::on_slot(
        env,
        &job,
        package,
        lease,
        &progress,
        &mut reporter,
    ));
    let ending = judging.await?;
    let report = reporter.report(ending);
    if let Kept::No(reason) | Kept::Open(reason) = promised.judge(package, &report) {
        return Err(Trouble::Hopeless(Hopeless(reason)));
    }
    let runs = report.runs.iter();
    let bounding = runs.filter(|run| promised.bounds(&run.testcase).lower);
    let slowest = bounding.map(|run| run.evidence.cpu).max();
    let factor = (toolchain.language().time_factor * lease.pool().time_factor()).max(0.01);
    Ok(slowest.map(|slowest| slowest.div_f64(factor)))
}

/// A jury submission as a job, which nobody handed in.
fn job(env: &Environment, package: &ProblemPackage, language: String, sources: Sources) -> Job {
    let files = sources.files.into_iter().map(|file| SourceFile {
        name: file.name,
        content: file.content,
    });
    let id = SubmissionId(Uuid::now_v7());
    Job {
        judgement: JudgementId {
            submission: id,
            generation: 1,
        },
        submission: Arc::new(Submission {
            id,
            problem: package.id.clone(),
            language: LanguageId(language),
            entry_point: sources.entry_point,
            files: files.collect(),
            tenant: TenantId::from("jury"),
            user: UserId::from("jury"),
            contest: None,
            team: None,
            priority: Priority::Low,
            received_at: env.clock.now(),
            idempotency_key: None,
        }),
        attempt: 1,
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
        // Answers have no time limit.
        if package.kind.submit_answer || env.library.time_limit(&package).is_some() {
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
