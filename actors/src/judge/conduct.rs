//! One attempt to judge one submission, from the job to the report: compile, find the limits, run, grade.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use judging::events::Event;
use judging::judgements::CompileReport;
use judging::packages::ProblemPackage;
use judging::rules::RunLimits;
use judging::submissions::Submission;
use sandboxes::languages::{Artifact, Toolchain};
use sandboxes::sandbox::Limits;

use super::answers::Answers;
use super::case::{self, AttemptError, Compiled, Hopeless, Trouble};
use super::environment::Environment;
use super::evidence::wall_limits;
use super::jury;
use super::lane::{Case, Entry, Lane, WORTH_SPREADING};
use super::measure;
use super::orders::Order;
use super::placing;
use super::program::Program;
use super::progress::{Progress, during};
use super::report::{Ending, Reporter};
use super::round::Round;
use super::sources_check::SourcesCheck;
use crate::job_source::Job;
use crate::pool::{MemoryLease, SlotLease};
use judging::judgements::VerdictReport;

/// Judges `job` on the slot of `lease`, which is free again when this resolves.
///
/// # Errors
/// [`AttemptError`]: there is no verdict, and another attempt may come to one.
pub(super) async fn conduct(
    env: &Environment,
    job: &Job,
    lease: Option<SlotLease>,
    progress: &RefCell<Progress>,
) -> Result<VerdictReport, AttemptError> {
    let mut reporter = Reporter::new(env, job);
    let attempt = attempt(env, job, lease, progress, &mut reporter);
    match during(progress, attempt).await {
        Ok(ending) => Ok(reporter.report(ending)),
        Err(Trouble::Hopeless(Hopeless(reason))) => Ok(reporter.report(Ending::JudgeError(reason))),
        Err(Trouble::Attempt(error)) => Err(error),
    }
}

async fn attempt(
    env: &Environment,
    job: &Job,
    lease: Option<SlotLease>,
    progress: &RefCell<Progress>,
    reporter: &mut Reporter<'_>,
) -> Result<Ending, Trouble> {
    let hopeless = |reason: String| Trouble::Hopeless(Hopeless(reason));
    let submission = &job.submission;
    let package = env.library.get(&submission.problem);
    let package =
        package.ok_or_else(|| hopeless(format!("problem {} is gone", submission.problem)))?;
    reporter.package(&package);
    if let Some(missing) = package.unsupported().first() {
        return Err(hopeless(missing.to_string()));
    }
    progress.borrow_mut().add(Event::JudgingStarted {
        judgement: job.judgement,
        judgehost: env.judgehost.clone(),
        attempt: job.attempt,
        testcase_count: u32::try_from(package.testcases.len()).unwrap_or(u32::MAX),
    });
    let placed = placing::place(env, job, &package, lease).await?;
    reporter.fallback(placed.fallback);
    on_slot(env, job, &package, &placed.lease, progress, reporter).await
}

/// The attempt, once there is a slot.
pub(super) async fn on_slot(
    env: &Environment,
    job: &Job,
    package: &Arc<ProblemPackage>,
    lease: &SlotLease,
    progress: &RefCell<Progress>,
    reporter: &mut Reporter<'_>,
) -> Result<Ending, Trouble> {
    let submission = &job.submission;
    reporter.pool(lease.pool());
    if package.kind.submit_answer {
        return answers(env, job, package, lease, progress, reporter).await;
    }
    if let Some(refused) = case::too_much_code(package, submission) {
        compiled_event(progress, job, &refused);
        reporter.compiled(refused);
        return Ok(Ending::CompileError);
    }
    let toolchains = lease.pool().toolchains();
    let toolchain = toolchains
        .ready(submission.language.as_str(), lease)
        .await?;
    reporter.language(toolchain.version());
    let order = env.orders.of(submission.id);
    let known = order.time_limit;
    if let Some(limit) = known.or_else(|| env.library.time_limit(package)) {
        reporter.limits(&case::limits_of(package, limit, &toolchain, lease.pool()));
    }
    let compiled = case::compile_submission(env, package, submission, toolchain, lease).await?;
    let report = match &compiled {
        Compiled::Ready { report, .. } | Compiled::Failed(report) => report.clone(),
    };
    compiled_event(progress, job, &report);
    reporter.compiled(report);
    let Compiled::Ready {
        artifact,
        toolchain,
        ..
    } = compiled
    else {
        return Ok(Ending::CompileError);
    };
    let limit = match order.time_limit {
        Some(limit) => limit,
        None => measure::time_limit(env, package, lease).await?,
    };
    let mut case = prepare(
        env, package, submission, limit, &toolchain, &artifact, lease,
    )
    .await?;
    case.follow(order);
    reporter.limits(&case.limits);
    runs(job, &case, lease, progress, order).await
}

fn compiled_event(progress: &RefCell<Progress>, job: &Job, report: &CompileReport) {
    progress.borrow_mut().add(Event::Compiled {
        judgement: job.judgement,
        compile: report.clone(),
    });
}

async fn prepare<'a>(
    env: &'a Environment,
    package: &'a Arc<ProblemPackage>,
    submission: &Submission,
    limit: Duration,
    toolchain: &Toolchain,
    artifact: &Artifact,
    lease: &SlotLease,
) -> Result<Case<'a>, Trouble> {
    let limits = case::limits_of(package, limit, toolchain, lease.pool());
    let program = Program::new(toolchain, artifact, limits.memory_bytes);
    let sources_check = match &package.static_validator {
        None => None,
        Some(source) => {
            let what = "the static validator";
            let sources = case::sources_of(submission);
            let entry = artifact.manifest().entry.clone();
            let entry = entry.or_else(|| sources.entry_point.clone());
            let first = sources.files.first().map(|file| file.name.clone());
            Some(SourcesCheck {
                program: jury::program(env, package, what, source, lease).await?,
                language: toolchain.language().id.clone(),
                entry_point: entry.or(first).unwrap_or_default(),
                sources: case::included(env, package, sources, toolchain)?,
            })
        }
    };
    Ok(Case {
        sources_check,
        wall_limits: Limits {
            file_bytes: limits.output_bytes.max(program.file_bytes()),
            ..wall_limits(&limits, program.processes())
        },
        ..judges(env, package, Entry::Program(program), limits, lease).await?
    })
}

/// What is judged, with the package's programs that judge it.
pub(super) async fn judges<'a>(
    env: &'a Environment,
    package: &'a Arc<ProblemPackage>,
    entry: Entry,
    limits: RunLimits,
    lease: &SlotLease,
) -> Result<Case<'a>, Trouble> {
    let grader = match &package.grader {
        Some(source) => Some(jury::program(env, package, "the grader", source, lease).await?),
        None => None,
    };
    Ok(Case {
        package,
        library: &env.library,
        wall_limits: wall_limits(&limits, 0),
        entry,
        limits,
        validators: jury::output_validators(env, package, lease).await?,
        grader,
        sources_check: None,
        transcripts: env.transcripts,
    })
}

/// Judges a submission that is the answers itself: there is nothing to compile and nothing to run.
async fn answers(
    env: &Environment,
    job: &Job,
    package: &Arc<ProblemPackage>,
    lease: &SlotLease,
    progress: &RefCell<Progress>,
    reporter: &mut Reporter<'_>,
) -> Result<Ending, Trouble> {
    let limits = RunLimits {
        cpu: Duration::ZERO,
        memory_bytes: 0,
        output_bytes: package.limits.output_bytes,
    };
    let entry = Entry::Answers(Answers::new(package, &job.submission.files));
    let case = judges(env, package, entry, limits, lease).await?;
    let order = env.orders.of(job.submission.id);
    reporter.limits(&limits);
    runs(job, &case, lease, progress, order).await
}

/// Runs what the rules ask for: on the slot in hand, and on idle ones when runs are long and nobody waits.
async fn runs(
    job: &Job,
    case: &Case<'_>,
    lease: &SlotLease,
    progress: &RefCell<Progress>,
    order: Order,
) -> Result<Ending, Trouble> {
    let round = Round::new(job.judgement, case.package, progress, order.all_testcases);
    let _memory = lease.memory(case.memory_bytes(lease.pool())).await;
    let main = Lane::new(case, &round, lease, false).work();
    let helpers = help(case, &round, lease);
    tokio::select! {
        biased;
        done = main => done?,
        never = helpers => never,
    }
    let (grade, runs, fault) = round.finish();
    Ok(match (grade, fault) {
        (_, Some(reason)) => Ending::Fault { runs, reason },
        (Some(grade), None) => Ending::Graded { runs, grade },
        (None, None) => Ending::JudgeError("the runs ended before there was a grade".to_owned()),
    })
}

/// Adds lanes on idle slots while it is worth it. Never ends by itself: the main lane knows when all is judged.
async fn help(case: &Case<'_>, round: &Round<'_>, lease: &SlotLease) -> ! {
    let mut helpers: FuturesUnordered<LocalBoxFuture<'_, ()>> = FuturesUnordered::new();
    loop {
        if round.slowest() >= WORTH_SPREADING && round.waiting() > 2 {
            while let Some(idle) = lease.pool().try_lease_idle()
                && let Some(memory) = idle.try_memory(case.memory_bytes(idle.pool()))
            {
                helpers.push(Box::pin(helper(case, round, Rc::new(idle), memory)));
            }
        }
        tokio::select! {
            () = round.changed.notified() => {}
            Some(()) = helpers.next(), if !helpers.is_empty() => {}
        }
    }
}

/// One more lane. When it fails, its testcases were given back and the main lane judges them.
async fn helper(case: &Case<'_>, round: &Round<'_>, lease: Rc<SlotLease>, _memory: MemoryLease) {
    round.helpers.set(round.helpers.get() + 1);
    if let Err(error) = Lane::new(case, round, &lease, true).work().await {
        tracing::warn!(%error, "a helping lane failed");
    }
    round.helpers.set(round.helpers.get() - 1);
}
