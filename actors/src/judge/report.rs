//! Puts the verdict of a judgement together from what became known on the way.

use std::time::Duration;

use judging::grading::Grade;
use judging::ids::{ContentHash, Timestamp};
use judging::judgements::{CompileReport, Provenance, RunReport, VerdictReport};
use judging::packages::ProblemPackage;
use judging::rules::RunLimits;
use judging::verdicts::Verdict;

use super::case::validator_hash;
use super::environment::Environment;
use crate::job_source::Job;
use crate::pool::PoolHandle;

/// What contestants read when the failure is ours.
const JUDGE_ERROR: &str = "the judge failed; staff can see why";

/// How a judgement ended.
pub(super) enum Ending {
    /// There is no program.
    CompileError,
    /// The rules gave a grade.
    Graded {
        /// Runs in judging order.
        runs: Vec<RunReport>,
        /// The grade.
        grade: Grade,
    },
    /// The package is at fault: JE after these runs.
    Fault {
        /// Runs in judging order.
        runs: Vec<RunReport>,
        /// For staff.
        reason: String,
    },
    /// JE before anything ran; the reason is for staff.
    JudgeError(String),
}

/// Collects what a verdict tells besides its runs.
pub(super) struct Reporter<'a> {
    env: &'a Environment,
    job: &'a Job,
    started_at: Timestamp,
    package: Option<(ContentHash, Option<ContentHash>)>,
    testcase_count: u32,
    time_limit: Duration,
    memory_limit_bytes: u64,
    pool: &'static str,
    wall: &'static str,
    fallback: Option<String>,
    time_factor: f64,
    language_version: String,
    compile: Option<CompileReport>,
}

impl<'a> Reporter<'a> {
    pub(super) fn new(env: &'a Environment, job: &'a Job) -> Self {
        Self {
            env,
            job,
            started_at: env.clock.now(),
            package: None,
            testcase_count: 0,
            time_limit: Duration::ZERO,
            memory_limit_bytes: 0,
            pool: "",
            wall: "",
            fallback: None,
            time_factor: 1.0,
            language_version: String::new(),
            compile: None,
        }
    }

    pub(super) fn package(&mut self, package: &ProblemPackage) {
        self.package = Some((package.hash, validator_hash(package)));
        self.testcase_count = u32::try_from(package.testcases.len()).unwrap_or(u32::MAX);
    }

    pub(super) fn pool(&mut self, pool: &PoolHandle) {
        self.pool = pool.kind().name();
        self.wall = pool.wall();
        self.time_factor = pool.time_factor();
    }

    pub(super) fn fallback(&mut self, reason: Option<String>) {
        self.fallback = reason;
    }

    pub(super) fn language(&mut self, version: &str) {
        version.clone_into(&mut self.language_version);
    }

    pub(super) fn limits(&mut self, limits: &RunLimits) {
        self.time_limit = limits.cpu;
        self.memory_limit_bytes = limits.memory_bytes;
    }

    pub(super) fn compiled(&mut self, report: CompileReport) {
        self.compile = Some(report);
    }

    /// The report of a judgement that ended so.
    pub(super) fn report(self, ending: Ending) -> VerdictReport {
        let (verdict, score, runs, message, staff_message) = match ending {
            Ending::CompileError => (
                Verdict::Ce,
                None,
                Vec::new(),
                "the program does not compile".to_owned(),
                None,
            ),
            Ending::Graded { runs, grade } => {
                let message = sentence(&runs, &grade);
                (grade.verdict, grade.score, runs, message, grade.note)
            }
            Ending::Fault { runs, reason } => (
                Verdict::Je,
                None,
                runs,
                JUDGE_ERROR.to_owned(),
                Some(reason),
            ),
            Ending::JudgeError(reason) => (
                Verdict::Je,
                None,
                Vec::new(),
                JUDGE_ERROR.to_owned(),
                Some(reason),
            ),
        };
        VerdictReport {
            judgement: self.job.judgement,
            verdict,
            score,
            compile: self.compile,
            runs,
            testcase_count: self.testcase_count,
            time_limit: self.time_limit,
            memory_limit_bytes: self.memory_limit_bytes,
            message,
            staff_message,
            provenance: self.package.map(|(package, validator)| Provenance {
                judgehost: self.env.judgehost.clone(),
                pool: self.pool.to_owned(),
                wall: self.wall.to_owned(),
                fallback: self.fallback,
                time_factor: self.time_factor,
                language_version: self.language_version,
                package,
                validator,
                attempt: self.job.attempt,
            }),
            started_at: self.started_at,
            ended_at: self.env.clock.now(),
        }
    }
}

/// What decided, in one sentence.
fn sentence(runs: &[RunReport], grade: &Grade) -> String {
    let ordinal = grade
        .deciding
        .and_then(|index| u32::try_from(index + 1).ok());
    match runs.iter().find(|run| Some(run.ordinal) == ordinal) {
        Some(run) => format!("{}: {}", run.testcase, run.message),
        None if grade.verdict == Verdict::Ac => "accepted".to_owned(),
        None => "not accepted".to_owned(),
    }
}

/// The report of a judgement that was given up without a verdict about the program.
pub(crate) fn given_up(
    env: &Environment,
    job: &Job,
    message: &str,
    reason: String,
) -> VerdictReport {
    let mut reporter = Reporter::new(env, job);
    if let Some(package) = env.library.get(&job.submission.problem) {
        reporter.testcase_count = u32::try_from(package.testcases.len()).unwrap_or(u32::MAX);
    }
    VerdictReport {
        message: message.to_owned(),
        ..reporter.report(Ending::JudgeError(reason))
    }
}

/// The same after attempts that all failed.
pub(crate) fn gave_up_trying(env: &Environment, job: &Job, reason: String) -> VerdictReport {
    given_up(env, job, JUDGE_ERROR, reason)
}
