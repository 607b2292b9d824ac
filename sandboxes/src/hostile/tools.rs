//! What every part of the suite does with programs: compile them once, run them, read what they printed.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use super::inspection::marker;
use super::ruling::{Ruling, verdict};
use super::site::Site;
use super::suite::SuiteError;
use crate::languages::{Artifact, CompileBounds, RunPlan, Sources, Toolchain, compile};
use crate::outcome::Outcome;
use crate::sandbox::{Limits, PlacedFile, Run, Sandbox};

/// Does something in a fresh sandbox with these files in its box, and takes the sandbox down whatever came of it.
pub(super) async fn within<T>(
    site: &Site,
    files: Vec<PlacedFile>,
    act: impl AsyncFnOnce(&mut dyn Sandbox) -> Result<T, SuiteError>,
) -> Result<T, SuiteError> {
    let sandbox = site.wall.prepare(site.slot).await;
    let mut sandbox = sandbox.map_err(SuiteError::Wall)?;
    let done = async {
        if !files.is_empty() {
            sandbox.place(files).await.map_err(SuiteError::Wall)?;
        }
        act(&mut *sandbox).await
    }
    .await;
    sandbox.destroy().await.map_err(SuiteError::Wall)?;
    done
}

/// The files of a program, and the marker that nobody may touch.
pub(super) fn marked(plan: &RunPlan) -> Vec<PlacedFile> {
    [plan.place.clone(), vec![marker()]].concat()
}

/// A step of ours on the host.
pub(super) fn host(step: &'static str) -> impl FnOnce(std::io::Error) -> SuiteError {
    move |source| SuiteError::Host { step, source }
}

/// Compiles one program of ours or of a crime, or takes it from the shelf if the same toolchain has made it.
pub(super) async fn artifact(
    site: &Site,
    toolchain: &Arc<Toolchain>,
    name: &str,
    sources: &Sources,
    shelf: &Path,
) -> Result<Artifact, SuiteError> {
    let maker = format!(
        "{} {} {}",
        toolchain.language().id,
        toolchain.version(),
        toolchain.variant()
    );
    let key = blake3::hash(maker.as_bytes());
    let home = shelf.join(format!("{name}-{}", &key.to_hex()[..16]));
    let prepare = |reason: String| SuiteError::Prepare {
        program: name.to_owned(),
        reason,
    };
    if let Ok(artifact) = Artifact::open(&home) {
        return Ok(artifact);
    }
    let (site, toolchain) = site.maker(toolchain);
    let plan = toolchain
        .compile_plan(sources, &CompileBounds::default())
        .map_err(|error| prepare(error.to_string()))?;
    within(site, Vec::new(), async |sandbox| {
        let report = compile(sandbox, &plan).await.map_err(SuiteError::Wall)?;
        let compiled = report
            .result
            .map_err(|failure| prepare(format!("{failure}: {}", report.message)))?;
        Artifact::write(&home, &compiled).map_err(SuiteError::Keep)
    })
    .await
}

/// A run of a plan with this standard input.
pub(super) fn planned(plan: &RunPlan, stdin: &str, limits: Limits) -> Result<Run, SuiteError> {
    Ok(Run {
        executable: plan.executable.clone(),
        args: plan.args.clone(),
        env: plan.env.clone(),
        stdin: Some(Arc::new(input(stdin).map_err(host("write an input"))?)),
        dialogue: None,
        limits: Limits {
            processes: limits.processes.max(plan.processes),
            file_bytes: limits.file_bytes.max(plan.file_bytes),
            ..limits
        },
        keep_work: false,
    })
}

/// As testcases are: programs may open `/dev/stdin`, which asks for the file's own permissions.
fn input(text: &str) -> std::io::Result<File> {
    let file = tempfile::NamedTempFile::new()?;
    file.as_file().write_all(text.as_bytes())?;
    let everybody_reads = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    file.as_file().set_permissions(everybody_reads)?;
    File::open(file.path())
}

/// One run; a file that the kernel will not execute is the program's misfortune, so it never comes here.
pub(super) async fn run(sandbox: &mut dyn Sandbox, run: Run) -> Result<Outcome, SuiteError> {
    sandbox.start(run).await.map_err(SuiteError::Wall)?;
    sandbox.finish().await.map_err(SuiteError::Wall)
}

/// What it printed.
pub(super) fn read_back(outcome: &Outcome) -> Result<Vec<u8>, SuiteError> {
    let mut bytes = vec![0; usize::try_from(outcome.stdout.len).unwrap_or(0)];
    outcome
        .stdout
        .file
        .read_exact_at(&mut bytes, 0)
        .map_err(host("read an output"))?;
    Ok(bytes)
}

/// The verdict in a ruling.
pub(super) fn note(outcome: &Outcome, toolchain: &Toolchain, ruling: &mut Ruling) {
    verdict(outcome, toolchain).clone_into(&mut ruling.verdict);
    ruling.end = match outcome.stop {
        Some(stop) => format!("{:?}, stopped: {stop:?}", outcome.exit),
        None => format!("{:?}", outcome.exit),
    };
    ruling.measured(outcome.cpu, outcome.wall, outcome.memory_bytes);
}
