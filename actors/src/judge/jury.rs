//! Programs of a package, made ready to run: output validators, graders, static validators, input validators. They are compiled
//! through the same cache and behind the same walls as submissions.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use judging::packages::constants::substitute;
use judging::packages::{ProblemPackage, ProgramSource, Validation};
use judging::testlib::TestlibRole;
use sandboxes::languages::{CompileBounds, SourceFile, Sources, Toolchain};
use sandboxes::sandbox::Limits;

use super::case::{self, AttemptError, Hopeless, Trouble};
use super::environment::Environment;
use super::evidence::validator_limits;
use super::program::Program;
use crate::compile_cache::Build;
use crate::pool::SlotLease;

/// The header that testlib is.
const TESTLIB: &str = "testlib.h";
/// Where a compiler finds it by itself, should the host have it.
const INSTALLED: [&str; 2] = ["/usr/include/testlib.h", "/usr/local/include/testlib.h"];

/// A program of a package, compiled.
pub(super) struct JuryProgram {
    /// What it is called in the package.
    pub(super) name: String,
    /// What it is, when it speaks testlib's contract.
    pub(super) testlib: Option<TestlibRole>,
    pub(super) program: Program,
    /// The bounds of its runs.
    pub(super) limits: Limits,
}

/// Compiles `source`, which is `what` ("the grader"). One that does not compile makes the problem hopeless.
pub(super) async fn program(
    env: &Environment,
    package: &ProblemPackage,
    what: &str,
    source: &ProgramSource,
    lease: &SlotLease,
) -> Result<JuryProgram, Trouble> {
    let hopeless = |why: &str| Trouble::Hopeless(Hopeless(format!("{what} {} {why}", source.name)));
    let mut sources = read(package, source).map_err(AttemptError::Package)?;
    if source.testlib.is_some() {
        add_testlib(env.testlib.as_deref(), &mut sources).map_err(|why| hopeless(&why))?;
    }
    let toolchain = match env.pools.catalogue().detect_program(&sources.files) {
        Some(language) => lease.pool().toolchains().ready(&language.id, lease).await,
        None => return Err(hopeless("is in a language that nobody knows")),
    };
    let toolchain: Arc<Toolchain> =
        toolchain.map_err(|none| hopeless(&format!("cannot be compiled: {none}")))?;
    let bounds = lease.pool().bounds();
    // The limits of a package on compiling are for submissions.
    let compile_bounds = CompileBounds {
        memory_bytes: CompileBounds::default()
            .memory_bytes
            .min(bounds.max_compile_memory_bytes),
        ..CompileBounds::default()
    };
    let artifact = match case::build(env, &toolchain, &sources, &compile_bounds, lease).await? {
        Build::Ready(artifact, _) => artifact,
        Build::Failed(report) => {
            return Err(hopeless(&format!("does not compile: {}", report.message)));
        }
    };
    let memory = package
        .limits
        .validation_memory_bytes
        .min(bounds.max_memory_bytes);
    let program = Program::new(&toolchain, &artifact, memory);
    Ok(JuryProgram {
        name: source.name.clone(),
        testlib: source.testlib,
        limits: validator_limits(&package.limits, lease.pool(), program.processes()),
        program,
    })
}

/// The package's output validators; `None` for the default one.
pub(super) async fn output_validators(
    env: &Environment,
    package: &ProblemPackage,
    lease: &SlotLease,
) -> Result<Option<Vec<JuryProgram>>, Trouble> {
    let Validation::Custom { validators, .. } = &package.validation else {
        return Ok(None);
    };
    if package.kind.multi_pass && validators.len() > 1 {
        let reason = "a multi-pass problem has one output validator, and this one has several";
        return Err(Trouble::Hopeless(Hopeless(reason.to_owned())));
    }
    let mut programs = Vec::with_capacity(validators.len());
    for source in validators {
        programs.push(program(env, package, "the output validator", source, lease).await?);
    }
    Ok(Some(programs))
}

/// Why the output validators of `package` cannot be compiled on this machine, when what they miss is testlib, which no package
/// can be blamed for. `configured` is where the header is said to be.
#[must_use]
pub fn misses_testlib(configured: Option<&Path>, package: &ProblemPackage) -> Option<String> {
    let Validation::Custom { validators, .. } = &package.validation else {
        return None;
    };
    let mut written_with_it = validators.iter().filter(|source| source.testlib.is_some());
    written_with_it.find_map(|source| {
        let missing = add_testlib(configured, &mut read(package, source).ok()?).err()?;
        Some(format!("the output validator {} {missing}", source.name))
    })
}

/// Where testlib's header is on this machine: the one that is configured, else the one compilers find.
///
/// # Errors
/// What is wrong with the one that is configured, or that there is none.
pub fn testlib_here(configured: Option<&Path>) -> Result<PathBuf, String> {
    let Some(path) = configured else {
        let mut installed = INSTALLED.iter().map(PathBuf::from);
        return installed.find(|path| path.exists()).ok_or_else(|| {
            format!("there is no {TESTLIB} here: checkers and interactors that include it and do not bring it cannot be compiled")
        });
    };
    match fs::File::open(path) {
        Ok(_) => Ok(path.to_owned()),
        Err(error) => Err(format!(
            "judging.testlib cannot be read: {}: {error}",
            path.display()
        )),
    }
}

/// The sources of a program in a package, read from disk: they are small, and read once per judgement. Constants are put in
/// (2025-09, "Constants").
pub(super) fn read(package: &ProblemPackage, source: &ProgramSource) -> io::Result<Sources> {
    let mut files = Vec::with_capacity(source.files.len());
    for file in &source.files {
        let content = fs::read(&file.path).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", file.path.display()))
        })?;
        let content = substitute(&content, &package.constants).into_owned();
        files.push(SourceFile::new(file.name.clone(), content));
    }
    Ok(Sources {
        files,
        entry_point: None,
    })
}

/// Gives a program testlib, unless it brings its own: the one that is configured, else the one the compiler finds.
fn add_testlib(configured: Option<&Path>, sources: &mut Sources) -> Result<(), String> {
    let is_testlib =
        |file: &SourceFile| file.name == TESTLIB || file.name.ends_with(&format!("/{TESTLIB}"));
    if sources.files.iter().any(is_testlib) {
        return Ok(());
    }
    let Some(path) = configured else {
        let installed = INSTALLED.iter().any(|path| Path::new(path).exists());
        return installed.then_some(()).ok_or_else(|| {
            format!("includes {TESTLIB}, which is neither in the package nor installed: say where it is with judging.testlib")
        });
    };
    let content = fs::read(path).map_err(|error| {
        format!(
            "includes {TESTLIB}, and judging.testlib cannot be read: {}: {error}",
            path.display()
        )
    })?;
    sources.files.push(SourceFile::new(TESTLIB, content));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configured_testlib_has_to_be_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("elsewhere.h");
        let refused = testlib_here(Some(&path)).unwrap_err();
        assert!(refused.contains("elsewhere.h"), "{refused}");
        fs::write(&path, "configured").unwrap();
        assert_eq!(testlib_here(Some(&path)), Ok(path));
    }

    #[test]
    fn testlib_is_the_packages_own_or_the_configured_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("elsewhere.h");
        let check = |own: &[&str], configured: Option<&Path>| {
            let mut sources = Sources::default();
            for name in own {
                sources.files.push(SourceFile::new(*name, "own"));
            }
            add_testlib(configured, &mut sources).map(|()| sources.files)
        };
        let refused = check(&["check.cpp"], Some(&path)).unwrap_err();
        assert!(refused.contains("elsewhere.h"), "{refused}");
        fs::write(&path, "configured").unwrap();
        let files = check(&["check.cpp"], Some(&path)).unwrap();
        assert_eq!(files[1], SourceFile::new(TESTLIB, "configured"));
        assert_eq!(
            check(&["check.cpp", TESTLIB], Some(&path)).unwrap().len(),
            2
        );
        if !INSTALLED.iter().any(|path| Path::new(path).exists()) {
            let refused = check(&["check.cpp"], None).unwrap_err();
            assert!(refused.contains("judging.testlib"), "{refused}");
        }
    }
}
