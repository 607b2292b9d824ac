//! What a judgement is made of before anything runs: the package, the toolchain, the compiled programs and the limits.

use std::fs;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use judging::ids::ContentHash;
use judging::judgements::CompileReport;
use judging::packages::{ProblemPackage, ProgramSource, Validation};
use judging::rules::RunLimits;
use judging::submissions::Submission;
use sandboxes::languages::{Artifact, CompileBounds, SourceFile, Sources, Toolchain};
use sandboxes::sandbox::WallError;

use super::environment::Environment;
use super::evidence::{run_limits, validator_limits};
use super::program::Program;
use super::validator::{ValidatorProgram, Validators};
use crate::compile_cache::{Build, BuildError};
use crate::pool::{PoolBounds, SlotLease};
use crate::toolchains::NoToolchain;

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
    let own = submission
        .files
        .iter()
        .map(|file| SourceFile::new(file.name.clone(), file.content.clone()));
    let sources = Sources {
        files: own.collect(),
        entry_point: submission.entry_point.clone(),
    };
    compile(env, package, sources, toolchain, lease).await
}

/// Compiles sources in the way of submissions to `package`.
pub(super) async fn compile(
    env: &Environment,
    package: &ProblemPackage,
    sources: Sources,
    toolchain: Arc<Toolchain>,
    lease: &SlotLease,
) -> Result<Compiled, Trouble> {
    let includes = includes(package, &toolchain.language().id).map_err(AttemptError::Package)?;
    let sources = sources.with_includes(includes);
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

/// Builds, in up to [`TRIES`] sandboxes when the wall fails.
async fn build(
    env: &Environment,
    toolchain: &Toolchain,
    sources: &Sources,
    bounds: &CompileBounds,
    lease: &SlotLease,
) -> Result<Build, AttemptError> {
    let mut tries = 1;
    loop {
        match env.cache.build(toolchain, sources, bounds, lease).await {
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

/// Compiles the package's validators; `None` for the default one. One that does not compile makes the problem hopeless.
pub(super) async fn validators(
    env: &Environment,
    package: &ProblemPackage,
    lease: &SlotLease,
) -> Result<Option<Validators>, Trouble> {
    let Validation::Custom { validators, .. } = &package.validation else {
        return Ok(None);
    };
    let bounds = compile_bounds(package, lease.pool().bounds());
    let mut programs = Vec::with_capacity(validators.len());
    let mut processes = 0;
    let memory = package
        .limits
        .validation_memory_bytes
        .min(lease.pool().bounds().max_memory_bytes);
    for source in validators {
        let toolchain = toolchain_of(env, source, lease).await?;
        let sources = read_program(source).map_err(AttemptError::Package)?;
        let artifact = match build(env, &toolchain, &sources, &bounds, lease).await? {
            Build::Ready(artifact, _) => artifact,
            Build::Failed(report) => {
                let reason = format!(
                    "the output validator {} does not compile: {}",
                    source.name, report.message
                );
                return Err(Trouble::Hopeless(Hopeless(reason)));
            }
        };
        let program = Program::new(&toolchain, &artifact, memory);
        processes = processes.max(program.processes());
        programs.push(ValidatorProgram {
            name: source.name.clone(),
            program,
        });
    }
    Ok(Some(Validators {
        programs,
        limits: validator_limits(&package.limits, lease.pool().bounds(), processes),
    }))
}

/// The toolchain of a program in a package, by the names of its files.
pub(super) async fn toolchain_of(
    env: &Environment,
    source: &ProgramSource,
    lease: &SlotLease,
) -> Result<Arc<Toolchain>, Trouble> {
    let names = source.files.iter().map(|file| file.name.as_str());
    let Some(language) = env.toolchains.catalogue().detect(names) else {
        let reason = format!("nobody knows the language of {}", source.name);
        return Err(Trouble::Hopeless(Hopeless(reason)));
    };
    Ok(env.toolchains.ready(&language.id, lease).await?)
}

/// The sources of a program in a package, read from disk: they are small, and read once per judgement.
pub(super) fn read_program(source: &ProgramSource) -> io::Result<Sources> {
    let mut files = Vec::with_capacity(source.files.len());
    for file in &source.files {
        let content = fs::read(&file.path).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", file.path.display()))
        })?;
        files.push(SourceFile::new(file.name.clone(), content));
    }
    Ok(Sources {
        files,
        entry_point: None,
    })
}

/// The files compiled together with submissions in a language: its own, else the default ones.
fn includes(package: &ProblemPackage, language: &str) -> io::Result<Vec<SourceFile>> {
    let named = |name: &str| {
        package
            .includes
            .iter()
            .find(|included| included.language == name)
    };
    match named(language).or_else(|| named("default")) {
        Some(included) => Ok(read_program(&included.program)?.files),
        None => Ok(Vec::new()),
    }
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
    bounds: &PoolBounds,
) -> RunLimits {
    run_limits(
        &package.limits,
        time_limit,
        toolchain.language().time_factor,
        bounds,
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
