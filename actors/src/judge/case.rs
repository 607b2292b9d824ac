//! What a judgement is made of before anything runs: the package, the toolchain, the compiled programs and the limits.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use judging::ids::ContentHash;
use judging::judgements::CompileReport;
use judging::packages::{JurySubmission, ProblemPackage, Validation};
use judging::rules::RunLimits;
use judging::submissions::Submission;
use sandboxes::languages::{Artifact, CompileBounds, Language, SourceFile, Sources, Toolchain};
use sandboxes::sandbox::WallError;

use super::environment::Environment;
use super::evidence::run_limits;
use super::jury;
use crate::compile_cache::{Build, BuildError};
use crate::pool::{PoolBounds, PoolHandle, SlotLease, Urgency};
use crate::toolchains::{NoToolchain, ToolchainState};

/// Sandboxes a step may use up before the attempt has failed: the first and two more.
const TRIES: u32 = 3;

/// Why an attempt to judge ended without a verdict. Another attempt may fare better.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AttemptError {
    /// The wall failed three times in a row.
    #[error("the wall failed: {}", chain(.0))]
    Wall(#[source] WallError),
    /// A compiled program could not be kept.
    #[error("{}", chain(.0))]
    Build(#[source] BuildError),
    /// A file of the package could not be read.
    #[error("failed to read the problem package: {0}")]
    Package(#[source] io::Error),
    /// The output of a run could not be read.
    #[error("failed to compare an output: {0}")]
    Output(#[source] io::Error),
    /// There are no more slots to be had.
    #[error("the pool is closed")]
    Closed,
}

/// Why there will never be a verdict about the program: JE at once, with this for staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hopeless(pub(crate) String);

/// Either of the two.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Try again.
    Attempt(AttemptError),
    /// Do not.
    Hopeless(Hopeless),
}

impl From<AttemptError> for Trouble {
    fn from(error: AttemptError) -> Self {
        Self::Attempt(error)
    }
}

impl From<NoToolchain> for Trouble {
    fn from(none: NoToolchain) -> Self {
        Self::Hopeless(Hopeless(none.to_string()))
    }
}

/// A program of the contestant or the jury, compiled.
pub(super) enum Compiled {
    Ready {
        artifact: Artifact,
        toolchain: Arc<Toolchain>,
        report: CompileReport,
    },
    Failed(CompileReport),
}

/// Compiles a submission together with the package's include files.
pub(super) async fn compile_submission(
    env: &Environment,
    package: &ProblemPackage,
    submission: &Submission,
    toolchain: Arc<Toolchain>,
    lease: &SlotLease,
) -> Result<Compiled, Trouble> {
    compile(env, package, sources_of(submission), toolchain, lease).await
}

/// The files of a submission as they were handed in.
pub(super) fn sources_of(submission: &Submission) -> Sources {
    let own = submission
        .files
        .iter()
        .map(|file| SourceFile::new(file.name.clone(), file.content.clone()));
    Sources {
        files: own.collect(),
        entry_point: submission.entry_point.clone(),
    }
}

/// Sources with the package's include files.
pub(super) fn included(
    env: &Environment,
    package: &ProblemPackage,
    sources: Sources,
    toolchain: &Toolchain,
) -> Result<Sources, AttemptError> {
    let includes = includes(env, package, toolchain.language()).map_err(AttemptError::Package)?;
    Ok(sources.with_includes(includes))
}

/// Compiles sources in the way of submissions to `package`.
pub(super) async fn compile(
    env: &Environment,
    package: &ProblemPackage,
    sources: Sources,
    toolchain: Arc<Toolchain>,
    lease: &SlotLease,
) -> Result<Compiled, Trouble> {
    let sources = included(env, package, sources, &toolchain)?;
    let bounds = compile_bounds(package, lease.pool().bounds());
    match build(env, &toolchain, &sources, &bounds, lease).await? {
        Build::Failed(report) => Ok(Compiled::Failed(report)),
        Build::Ready(artifact, report) => Ok(Compiled::Ready {
            artifact,
            toolchain,
            report,
        }),
    }
}

/// Builds: in the pool that compiles for the one of `lease` where there is such a pool and it has the same toolchain, else on
/// `lease`. A program of another pool's making is only taken from the very same version: it may need what came with it.
pub(super) async fn build(
    env: &Environment,
    toolchain: &Toolchain,
    sources: &Sources,
    bounds: &CompileBounds,
    lease: &SlotLease,
) -> Result<Build, AttemptError> {
    if let Some(compiler) = env.pools.compiler_for(lease.pool().kind())
        && let Some(build) = build_in(env, compiler, toolchain, sources, bounds, lease).await?
    {
        return Ok(build);
    }
    build_on(env, toolchain, sources, bounds, lease).await
}

/// Builds in `compiler`, while `lease` is set aside; `None` when its toolchain is another one.
async fn build_in(
    env: &Environment,
    compiler: &PoolHandle,
    toolchain: &Toolchain,
    sources: &Sources,
    bounds: &CompileBounds,
    lease: &SlotLease,
) -> Result<Option<Build>, AttemptError> {
    let id = &toolchain.language().id;
    let same = |other: &Toolchain| other.version() == toolchain.version();
    let bounds = CompileBounds {
        memory_bytes: bounds
            .memory_bytes
            .min(compiler.bounds().max_compile_memory_bytes),
        ..*bounds
    };
    match compiler.toolchains().state(id) {
        None | Some((_, ToolchainState::Off { .. })) => return Ok(None),
        Some((
            _,
            ToolchainState::On {
                toolchain: other, ..
            },
        )) if !same(&other) => return Ok(None),
        Some((
            _,
            ToolchainState::On {
                toolchain: other, ..
            },
        )) => {
            if let Some(known) = env.cache.known(&other, sources, &bounds, compiler.origin()) {
                return Ok(Some(known));
            }
        }
        Some((_, ToolchainState::Testing)) => {}
    }
    let elsewhere = async {
        let lease = compiler.lease(Urgency::Foreground).await;
        let lease = lease.map_err(|_| AttemptError::Closed)?;
        match compiler.toolchains().ready(id, &lease).await {
            Ok(other) if same(&other) => {
                let built = build_on(env, &other, sources, &bounds, &lease).await;
                built.map(Some)
            }
            Ok(_) | Err(_) => Ok(None),
        }
    };
    let built = lease.set_aside(elsewhere).await;
    built.map_err(|_| AttemptError::Closed)?
}

/// Builds on `lease`, in up to [`TRIES`] sandboxes when the wall fails.
async fn build_on(
    env: &Environment,
    toolchain: &Toolchain,
    sources: &Sources,
    bounds: &CompileBounds,
    lease: &SlotLease,
) -> Result<Build, AttemptError> {
    let factor = lease.pool().time_factor();
    let bounds = CompileBounds {
        cpu: bounds.cpu.mul_f64(factor),
        wall: bounds.wall.mul_f64(factor),
        ..*bounds
    };
    let mut tries = 1;
    loop {
        match env.cache.build(toolchain, sources, &bounds, lease).await {
            Ok(build) => return Ok(build),
            Err(BuildError::Wall(error)) if tries < TRIES => {
                tracing::warn!(%error, tries, "compiling again in a fresh sandbox");
                tries += 1;
            }
            Err(BuildError::Wall(error)) => return Err(AttemptError::Wall(error)),
            Err(error) => return Err(AttemptError::Build(error)),
        }
    }
}

/// The toolchain of a submission of the jury, and its sources.
pub(super) async fn jury_submission(
    env: &Environment,
    package: &ProblemPackage,
    submission: &JurySubmission,
    lease: &SlotLease,
) -> Result<(Arc<Toolchain>, Sources), Trouble> {
    let mut sources = jury::read(package, &submission.program).map_err(AttemptError::Package)?;
    sources.entry_point.clone_from(&submission.entry_point);
    let catalogue = env.pools.catalogue();
    let language = match &submission.language {
        Some(language) => catalogue.get(language),
        None => catalogue.detect_submission(&sources.files),
    };
    let Some(language) = language else {
        let reason = format!("nobody knows the language of {}", submission.name);
        return Err(Trouble::Hopeless(Hopeless(reason)));
    };
    let toolchains = lease.pool().toolchains();
    Ok((toolchains.ready(&language.id, lease).await?, sources))
}

/// The files compiled together with submissions in a language: its own, else those of another implementation of it, else the
/// default ones (2025-09, "Included files").
fn includes(
    env: &Environment,
    package: &ProblemPackage,
    language: &Language,
) -> io::Result<Vec<SourceFile>> {
    let catalogue = env.pools.catalogue();
    let find = |wanted: &dyn Fn(&str) -> bool| {
        let mut includes = package.includes.iter();
        includes.find(|included| wanted(&included.language))
    };
    let other = |name: &str| {
        let speaks = |other: &Arc<Language>| {
            let shared = |extension| other.extensions.contains(extension);
            language.extensions.iter().any(shared)
        };
        catalogue.get(name).is_some_and(speaks)
    };
    let own = |name: &str| {
        catalogue
            .get(name)
            .is_some_and(|known| known.id == language.id)
    };
    let found = find(&own)
        .or_else(|| find(&other))
        .or_else(|| find(&|name| name == "default"));
    match found {
        Some(included) => Ok(jury::read(package, &included.program)?.files),
        None => Ok(Vec::new()),
    }
}

/// Whether a submission has more code than the package allows (2025-09, "Limits"; the files as they were handed in, without
/// those that are included).
pub(super) fn too_much_code(
    package: &ProblemPackage,
    submission: &Submission,
) -> Option<CompileReport> {
    let bytes: u64 = submission
        .files
        .iter()
        .map(|file| file.content.len() as u64)
        .sum();
    let most = package.limits.code_bytes;
    (bytes > most).then(|| CompileReport {
        success: false,
        message: format!("{bytes} bytes of code, and the problem allows {most}"),
        cpu: Duration::ZERO,
        wall: Duration::ZERO,
        cached: false,
    })
}

fn compile_bounds(package: &ProblemPackage, bounds: &PoolBounds) -> CompileBounds {
    let cpu = package.limits.compilation_time;
    CompileBounds {
        cpu,
        wall: (cpu * 2).max(cpu + Duration::from_secs(1)),
        memory_bytes: package
            .limits
            .compilation_memory_bytes
            .min(bounds.max_compile_memory_bytes),
        ..CompileBounds::default()
    }
}

/// The limits of the runs of a program.
pub(super) fn limits_of(
    package: &ProblemPackage,
    time_limit: Duration,
    toolchain: &Toolchain,
    pool: &PoolHandle,
) -> RunLimits {
    run_limits(
        &package.limits,
        time_limit,
        toolchain.language().time_factor * pool.time_factor(),
        pool.bounds(),
    )
}

/// The hash of the package's validators; `None` for the default one.
pub(super) fn validator_hash(package: &ProblemPackage) -> Option<ContentHash> {
    match &package.validation {
        Validation::Default(_) => None,
        Validation::Custom { validators, .. } => match validators.as_slice() {
            [only] => Some(only.hash),
            several => {
                let hashes: Vec<u8> = several
                    .iter()
                    .flat_map(|validator| validator.hash.0)
                    .collect();
                Some(ContentHash::of(&hashes))
            }
        },
    }
}

/// An error with its causes, for staff.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
