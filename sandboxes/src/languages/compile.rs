//! Carries a [`CompilePlan`] out in a sandbox. Whatever the sources do, the result is a [`CompileReport`]; `Err` is the wall's.

use std::fmt;
use std::io::{Read, Seek};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use super::definition::{ArtifactRule, EntryKind};
use super::entry;
use super::toolchain::{CompilePlan, OUT_DIR, PROGRAM};
use crate::outcome::{Exit, Outcome, Stop};
use crate::sandbox::{
    BOX_DIR, CollectLimits, CollectedFile, Content, Limits, Sandbox, WORK_DIR, WallError,
};

/// More files than any honest compiler leaves for one submission.
const MOST_FILES: u32 = 4096;

/// How compiling went.
#[derive(Debug)]
pub struct CompileReport {
    /// The program, or why there is none.
    pub result: Result<Compiled, CompileFailure>,
    /// What the compiler said, capped; without paths of the box.
    pub message: String,
    /// CPU time of all commands.
    pub cpu: Duration,
    /// Wall time of all commands.
    pub wall: Duration,
    /// Peak memory of the hungriest command.
    pub memory_bytes: u64,
}

/// A compiled program, still in the hands of the sandbox's files; [`super::Artifact::write`] keeps it.
#[derive(Debug)]
pub struct Compiled {
    /// The language's id.
    pub language: String,
    /// The toolchain's version line.
    pub version: String,
    /// What kind of artifact it is.
    pub rule: ArtifactRule,
    /// The file or class to start.
    pub entry: Option<String>,
    /// What the compiler said.
    pub message: String,
    /// CPU time.
    pub cpu: Duration,
    /// Wall time.
    pub wall: Duration,
    /// Peak memory.
    pub memory_bytes: u64,
    /// The files.
    pub files: Vec<Produced>,
}

/// One file a compiler made.
#[derive(Clone, Debug)]
pub struct Produced {
    /// Its path in the box of later runs.
    pub path: String,
    /// Its content.
    pub content: Content,
    /// Whether it may be executed.
    pub executable: bool,
}

/// Why there is no program: a compile error, whatever it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompileFailure {
    /// The compiler said no, with this exit code.
    Rejected(i32),
    /// The compiler died of this signal.
    Killed(i32),
    /// More CPU or wall time than allowed.
    TimeLimit(Duration),
    /// More memory than allowed.
    MemoryLimit(u64),
    /// A file larger than allowed.
    FileLimit(u64),
    /// The compiler was content, but what it left is not a program.
    NoProgram(String),
}

impl fmt::Display for CompileFailure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MIB: u64 = 1024 * 1024;
        match self {
            Self::Rejected(code) => write!(out, "the compiler refused it (exit code {code})"),
            Self::Killed(signal) => write!(out, "the compiler was killed by signal {signal}"),
            Self::TimeLimit(limit) => write!(out, "compiling took more than {} s", limit.as_secs()),
            Self::MemoryLimit(limit) => write!(
                out,
                "compiling took more than {} MiB of memory",
                limit / MIB
            ),
            Self::FileLimit(limit) => write!(
                out,
                "the compiled program is larger than {} MiB",
                limit / MIB
            ),
            Self::NoProgram(reason) => out.write_str(reason),
        }
    }
}

/// Compiles. The sandbox is used up: the caller destroys it.
///
/// # Errors
/// [`WallError`] when the wall failed; try again in a fresh sandbox.
pub async fn compile(
    sandbox: &mut dyn Sandbox,
    plan: &CompilePlan,
) -> Result<CompileReport, WallError> {
    let mut report = CompileReport {
        result: Err(CompileFailure::NoProgram(String::new())),
        message: String::new(),
        cpu: Duration::ZERO,
        wall: Duration::ZERO,
        memory_bytes: 0,
    };
    sandbox.place(plan.place.clone()).await?;
    if plan.language.artifact == ArtifactRule::Files {
        let out = OUT_DIR.rsplit('/').next().unwrap_or(OUT_DIR);
        sandbox.reset_work(&[out]).await?;
    }
    for step in &plan.steps {
        sandbox.start(step.clone()).await?;
        let outcome = sandbox.finish().await?;
        report.add(&outcome, plan)?;
        if let Some(failure) = failure(&outcome, &step.limits) {
            report.explain(plan);
            report.result = Err(failure);
            return Ok(report);
        }
    }
    report.result = match produced(sandbox, plan).await? {
        Ok((entry, files)) => Ok(Compiled {
            language: plan.language.id.clone(),
            version: plan.version.clone(),
            rule: plan.language.artifact,
            entry,
            message: report.message.clone(),
            cpu: report.cpu,
            wall: report.wall,
            memory_bytes: report.memory_bytes,
            files,
        }),
        Err(reason) => Err(CompileFailure::NoProgram(reason)),
    };
    Ok(report)
}

impl CompileReport {
    /// Says what a message means that would baffle.
    fn explain(&mut self, plan: &CompilePlan) {
        for hint in &plan.language.hints {
            if self.message.contains(&hint.says) {
                self.message = format!("{}\n{}", hint.means, self.message);
            }
        }
    }

    fn add(&mut self, outcome: &Outcome, plan: &CompilePlan) -> Result<(), WallError> {
        self.cpu += outcome.cpu;
        self.wall += outcome.wall;
        self.memory_bytes = self.memory_bytes.max(outcome.memory_bytes);
        let most = usize::try_from(plan.bounds.message_bytes).unwrap_or(usize::MAX);
        let mut said = vec![
            0;
            usize::try_from(outcome.stdout.len)
                .unwrap_or(usize::MAX)
                .min(most)
        ];
        outcome
            .stdout
            .file
            .read_exact_at(&mut said, 0)
            .map_err(|source| WallError::Step {
                step: "read what the compiler said",
                source,
            })?;
        said.extend(&outcome.stderr);
        let text = String::from_utf8_lossy(&said).replace(&format!("{BOX_DIR}/"), "");
        self.message.push_str(&text);
        truncate(&mut self.message, most);
        Ok(())
    }
}

/// Cuts at a character boundary, and says so.
fn truncate(message: &mut String, most: usize) {
    const NOTE: &str = "\n[... the rest is left out]\n";
    if message.len() > most && !message.ends_with(NOTE) {
        let mut end = most.saturating_sub(NOTE.len());
        while !message.is_char_boundary(end) {
            end -= 1;
        }
        message.truncate(end);
        message.push_str(NOTE);
    }
}

fn failure(outcome: &Outcome, limits: &Limits) -> Option<CompileFailure> {
    if outcome.oom_kills > 0 {
        return Some(CompileFailure::MemoryLimit(limits.memory_bytes));
    }
    match outcome.stop {
        Some(Stop::CpuLimit) => return Some(CompileFailure::TimeLimit(limits.cpu)),
        Some(Stop::WallLimit | Stop::Idle) => return Some(CompileFailure::TimeLimit(limits.wall)),
        Some(Stop::OutputLimit) => return Some(CompileFailure::Rejected(1)),
        Some(Stop::Cancelled) | None => {}
    }
    match outcome.exit {
        Exit::Code(0) => None,
        Exit::Code(code) => Some(CompileFailure::Rejected(code)),
        Exit::Signal(libc::SIGXFSZ) => Some(CompileFailure::FileLimit(limits.file_bytes)),
        Exit::Signal(signal) => Some(CompileFailure::Killed(signal)),
    }
}

type EntryAndFiles = (Option<String>, Vec<Produced>);

async fn produced(
    sandbox: &mut dyn Sandbox,
    plan: &CompilePlan,
) -> Result<Result<EntryAndFiles, String>, WallError> {
    if plan.keeps_sources() {
        let files = plan.sources.iter().map(|file| Produced {
            path: file.name.clone(),
            content: Content::Bytes(file.content.clone()),
            executable: false,
        });
        return Ok(Ok((plan.entry.clone(), files.collect())));
    }
    let is_executable = plan.language.artifact == ArtifactRule::Executable;
    let directory = if is_executable { WORK_DIR } else { OUT_DIR };
    let limits = CollectLimits {
        files: MOST_FILES,
        total_bytes: plan.bounds.output_bytes,
    };
    let collected = match sandbox.collect(directory, limits).await {
        Ok(collected) => collected,
        Err(WallError::Refused(reason)) => {
            return Ok(Err(format!("the compiler left something odd: {reason}")));
        }
        Err(failed) => return Err(failed),
    };
    if is_executable {
        let name = PROGRAM.rsplit('/').next().unwrap_or(PROGRAM);
        let program = collected.into_iter().find(|file| file.path == name);
        return Ok(program
            .map(|file| {
                (
                    None,
                    vec![Produced {
                        executable: true,
                        ..file.into()
                    }],
                )
            })
            .ok_or_else(|| "the compiler left no program".to_owned()));
    }
    files_and_entry(plan, collected)
}

fn files_and_entry(
    plan: &CompilePlan,
    mut collected: Vec<CollectedFile>,
) -> Result<Result<EntryAndFiles, String>, WallError> {
    collected.sort_by(|left, right| left.path.cmp(&right.path));
    let entry = if plan.language.entry.kind == EntryKind::Class {
        let classes = read_classes(&mut collected).map_err(|source| WallError::Step {
            step: "read the compiled classes",
            source,
        })?;
        match entry::main_class(
            &plan.language,
            plan.wanted_entry.as_deref(),
            &plan.sources,
            &classes,
        ) {
            Ok(class) => Some(class),
            Err(reason) => return Ok(Err(reason.to_string())),
        }
    } else {
        plan.entry.clone()
    };
    let files = collected.into_iter().map(Produced::from).collect();
    Ok(Ok((entry, files)))
}

fn read_classes(collected: &mut [CollectedFile]) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    let mut classes = Vec::new();
    for file in collected
        .iter_mut()
        .filter(|file| file.path.ends_with(".class"))
    {
        let mut bytes = Vec::new();
        file.file.rewind()?;
        file.file.read_to_end(&mut bytes)?;
        file.file.rewind()?;
        classes.push((file.path.clone(), bytes));
    }
    Ok(classes)
}

impl From<CollectedFile> for Produced {
    fn from(file: CollectedFile) -> Self {
        Self {
            path: file.path,
            content: Content::File(Arc::new(file.file)),
            executable: file.executable,
        }
    }
}
