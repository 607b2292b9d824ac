//! Decides whether a language is on: its toy program must compile and run behind the wall, and its version must be readable
//! there. Ways to compile are tried best first, so a host without a static libc links dynamically.

use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use super::artifact::Artifact;
use super::compile::{CompileReport, compile};
use super::definition::Language;
use super::toolchain::{CompileBounds, Toolchain};
use crate::outcome::{Exit, Outcome};
use crate::root::Host;
use crate::sandbox::{Limits, Run, Slot, Wall, WallError};

/// Whether a language is offered.
#[derive(Clone, Debug)]
pub enum LanguageState {
    /// It works.
    On {
        /// What compiles and runs it.
        toolchain: Arc<Toolchain>,
        /// The version line.
        version: String,
        /// CPU time the toy program took: what a run costs before it does anything.
        start_up: Duration,
    },
    /// It does not.
    Off {
        /// Why, for `gavel doctor`.
        reason: String,
    },
}

/// Tries a language out behind `wall`.
pub async fn self_test(
    language: &Arc<Language>,
    host: &Host,
    wall: &dyn Wall,
    slot: Slot,
) -> LanguageState {
    let located = match Toolchain::locate(language, host) {
        Ok(toolchain) => toolchain,
        Err(absent) => return off(&absent),
    };
    let version = match version(&located, wall, slot).await {
        Ok(version) => version,
        Err(failed) => return off(&failed),
    };
    let mut reasons = Vec::new();
    for variant in 0.. {
        let Some(toolchain) = located.with_variant(variant) else {
            break;
        };
        let toolchain = toolchain.with_version(version.clone());
        match try_out(&toolchain, wall, slot).await {
            Ok(start_up) => {
                return LanguageState::On {
                    toolchain: Arc::new(toolchain),
                    version,
                    start_up,
                };
            }
            Err(failed) => {
                tracing::debug!(language = language.id, variant = toolchain.variant(), %failed, "self-test failed");
                reasons.push(failed.to_string());
            }
        }
    }
    off(&reasons.join("; then: "))
}

/// Why a self-test failed.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("the wall failed: {}", chain(.0))]
    Wall(#[source] WallError),
    #[error("its self-test does not compile: {0}")]
    Compile(String),
    #[error("failed to keep its self-test: {0}")]
    Keep(String),
    #[error("its self-test printed {printed:?} instead of {expected:?} ({end})")]
    Output {
        printed: String,
        expected: String,
        end: String,
    },
    #[error("its version command failed ({0})")]
    Version(String),
}

async fn version(toolchain: &Toolchain, wall: &dyn Wall, slot: Slot) -> Result<String, Failed> {
    let mut asking = toolchain.version_run();
    asking.limits = slowed(asking.limits, wall);
    let outcome = run(wall, slot, Vec::new(), asking).await?;
    let text = format!(
        "{}\n{}",
        stdout(&outcome)?,
        String::from_utf8_lossy(&outcome.stderr)
    );
    match text.lines().map(str::trim).find(|line| !line.is_empty()) {
        Some(line) if outcome.exit == Exit::Code(0) => Ok(line.to_owned()),
        _ => Err(Failed::Version(describe(&outcome))),
    }
}

async fn try_out(toolchain: &Toolchain, wall: &dyn Wall, slot: Slot) -> Result<Duration, Failed> {
    let test = &toolchain.language().self_test;
    let artifact_home = tempfile::tempdir().map_err(|error| Failed::Keep(error.to_string()))?;
    let mut plan = toolchain
        .compile_plan(
            &toolchain.single_source(test.source.as_str()),
            &CompileBounds::default(),
        )
        .map_err(|error| Failed::Compile(error.to_string()))?;
    for step in &mut plan.steps {
        step.limits = slowed(step.limits.clone(), wall);
    }
    let mut sandbox = wall.prepare(slot).await.map_err(Failed::Wall)?;
    let report = compile(&mut *sandbox, &plan).await.map_err(Failed::Wall)?;
    let CompileReport {
        result, message, ..
    } = report;
    let compiled = result
        .map_err(|failure| Failed::Compile(format!("{failure}: {}", first_lines(&message))))?;
    let artifact = Artifact::write(&artifact_home.path().join("toy"), &compiled)
        .map_err(|error| Failed::Keep(chain(&error)))?;
    drop(compiled);
    sandbox.destroy().await.map_err(Failed::Wall)?;
    let limits = slowed(toy_limits(toolchain), wall);
    let plan = toolchain.run_plan(&artifact, limits.memory_bytes);
    let toy = Run {
        executable: plan.executable,
        args: plan.args,
        env: plan.env,
        dialogue: None,
        stdin: Some(Arc::new(
            input(&test.input).map_err(|error| Failed::Keep(error.to_string()))?,
        )),
        limits,
        keep_work: false,
    };
    let outcome = run(wall, slot, plan.place, toy).await?;
    let printed = stdout(&outcome)?;
    if outcome.exit == Exit::Code(0) && printed.trim_end() == test.output.trim_end() {
        return Ok(outcome.cpu);
    }
    Err(Failed::Output {
        printed: first_lines(&printed),
        expected: test.output.clone(),
        end: describe(&outcome),
    })
}

async fn run(
    wall: &dyn Wall,
    slot: Slot,
    place: Vec<crate::sandbox::PlacedFile>,
    run: Run,
) -> Result<Outcome, Failed> {
    let mut sandbox = wall.prepare(slot).await.map_err(Failed::Wall)?;
    sandbox.place(place).await.map_err(Failed::Wall)?;
    sandbox.start(run).await.map_err(Failed::Wall)?;
    let outcome = sandbox.finish().await.map_err(Failed::Wall)?;
    sandbox.destroy().await.map_err(Failed::Wall)?;
    Ok(outcome)
}

/// Programs take longer behind some walls, and compilers do too.
fn slowed(limits: Limits, wall: &dyn Wall) -> Limits {
    let factor = wall.time_factor();
    Limits {
        cpu: limits.cpu.mul_f64(factor),
        wall: limits.wall.mul_f64(factor),
        ..limits
    }
}

/// The container pool's default limits: a language that cannot say 42 within them is of no use.
fn toy_limits(toolchain: &Toolchain) -> Limits {
    const MIB: u64 = 1024 * 1024;
    Limits {
        cpu: Duration::from_secs(10),
        wall: Duration::from_secs(30),
        memory_bytes: 256 * MIB,
        output_bytes: MIB,
        stderr_bytes: 4096,
        processes: toolchain.language().run.processes.max(64),
        open_files: 256,
        file_bytes: 64 * MIB,
    }
}

fn input(text: &str) -> std::io::Result<std::fs::File> {
    use std::io::Write;
    let mut file = tempfile::tempfile()?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}

fn stdout(outcome: &Outcome) -> Result<String, Failed> {
    let mut bytes = vec![0; usize::try_from(outcome.stdout.len).unwrap_or(usize::MAX)];
    outcome
        .stdout
        .file
        .read_exact_at(&mut bytes, 0)
        .map_err(|source| {
            Failed::Wall(WallError::Step {
                step: "read what the self-test printed",
                source,
            })
        })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn describe(outcome: &Outcome) -> String {
    let end = match (outcome.stop, outcome.exit) {
        (Some(stop), _) => format!("stopped: {stop:?}"),
        (None, Exit::Code(code)) => format!("exit code {code}"),
        (None, Exit::Signal(signal)) => format!("signal {signal}"),
    };
    let said = first_lines(&String::from_utf8_lossy(&outcome.stderr));
    let oom = if outcome.oom_kills > 0 {
        ", out of memory"
    } else {
        ""
    };
    if said.is_empty() {
        format!("{end}{oom}")
    } else {
        format!("{end}{oom}, {said}")
    }
}

fn first_lines(text: &str) -> String {
    text.lines()
        .take(3)
        .collect::<Vec<_>>()
        .join(" | ")
        .chars()
        .take(300)
        .collect()
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

fn off(reason: &dyn std::fmt::Display) -> LanguageState {
    LanguageState::Off {
        reason: reason.to_string(),
    }
}
