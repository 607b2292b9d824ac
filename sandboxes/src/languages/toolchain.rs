//! A language found on a host: turns sources into a [`CompilePlan`] and an [`Artifact`] into a [`RunPlan`].

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::artifact::Artifact;
use super::definition::{ArtifactRule, Language};
use super::entry;
use super::reading::{applying, unit_bytes};
use super::sources::{SourceError, SourceFile, Sources};
use super::template::Values;
use crate::outcome::{Exit, Outcome};
use crate::root::Host;
use crate::sandbox::{BOX_DIR, Content, Executable, Limits, PlacedFile, Run, WORK_DIR};

/// Where compilers put the files of a [`ArtifactRule::Files`] artifact.
pub(crate) const OUT_DIR: &str = "/tmp/out";
/// Where compilers put the program of a [`ArtifactRule::Executable`] artifact.
pub(crate) const PROGRAM: &str = "/tmp/program";

const MIB: u64 = 1024 * 1024;

/// A language whose programs were found on this host.
#[derive(Clone, Debug)]
pub struct Toolchain {
    language: Arc<Language>,
    /// Program name to its path inside the root.
    programs: BTreeMap<String, String>,
    variant: usize,
    version: String,
}

/// Why a language is not on this host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{program} is not installed (looked for {})", paths.join(", "))]
pub struct Absent {
    /// The program's name in the definition.
    pub program: String,
    /// Where it was looked for.
    pub paths: Vec<String>,
}

/// Bounds of compiling, before the language's own needs raise them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompileBounds {
    /// CPU time of each command.
    pub cpu: Duration,
    /// Wall time of each command.
    pub wall: Duration,
    /// Memory.
    pub memory_bytes: u64,
    /// Largest file, and all collected files together.
    pub output_bytes: u64,
    /// How much of what the compiler says is kept.
    pub message_bytes: u64,
}

impl Default for CompileBounds {
    /// The package format's 60 s and 2048 MiB; 64 MiB of program; 64 KiB of messages.
    fn default() -> Self {
        Self {
            cpu: Duration::from_secs(60),
            wall: Duration::from_secs(120),
            memory_bytes: 2048 * MIB,
            output_bytes: 64 * MIB,
            message_bytes: 64 * 1024,
        }
    }
}

/// Everything needed to compile one program; [`super::compile()`] carries it out.
#[derive(Clone, Debug)]
pub struct CompilePlan {
    /// Into the box first.
    pub place: Vec<PlacedFile>,
    /// Then these commands in order, until one fails.
    pub steps: Vec<Run>,
    /// The language.
    pub language: Arc<Language>,
    /// The toolchain's version line.
    pub version: String,
    /// The entry file, for languages that start a file.
    pub entry: Option<String>,
    /// The entry point somebody asked for.
    pub wanted_entry: Option<String>,
    /// The sources as the compiler sees them.
    pub sources: Vec<SourceFile>,
    /// Bounds of what is collected.
    pub bounds: CompileBounds,
    /// Key of the result in a compile cache: everything the result depends on.
    pub cache_key: String,
}

/// Everything needed to start a program, apart from its input and limits.
#[derive(Clone, Debug)]
pub struct RunPlan {
    /// Into the box first; shared by all runs in that sandbox.
    pub place: Vec<PlacedFile>,
    /// What to execute.
    pub executable: Executable,
    /// The argument vector; a caller may add to its end.
    pub args: Vec<String>,
    /// The environment.
    pub env: Vec<String>,
    /// A limit of fewer processes would keep the program from starting.
    pub processes: u32,
    /// So would a smaller limit on the size of files.
    pub file_bytes: u64,
}

impl Toolchain {
    /// Looks for the language's programs; nothing is run.
    ///
    /// # Errors
    /// [`Absent`] names the first program that is missing.
    pub fn locate(language: &Arc<Language>, host: &Host) -> Result<Self, Absent> {
        let mut programs = BTreeMap::new();
        for (name, paths) in &language.programs {
            let found = paths.iter().find(|path| host.shows(language, path));
            let path = found.ok_or_else(|| Absent {
                program: name.clone(),
                paths: paths.clone(),
            })?;
            programs.insert(name.clone(), path.clone());
        }
        Ok(Self {
            language: language.clone(),
            programs,
            variant: 0,
            version: String::new(),
        })
    }

    /// The same toolchain compiling another way; `None` past the last one.
    pub(crate) fn with_variant(&self, variant: usize) -> Option<Self> {
        (variant < self.language.variants.len()).then(|| Self {
            variant,
            ..self.clone()
        })
    }

    pub(crate) fn with_version(self, version: String) -> Self {
        Self { version, ..self }
    }

    /// The definition.
    #[must_use]
    pub fn language(&self) -> &Arc<Language> {
        &self.language
    }

    /// The version line, once the self-test has read it.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// How it compiles: `static`, `dynamic`.
    #[must_use]
    pub fn variant(&self) -> &str {
        &self.language.variants[self.variant].name
    }

    /// The paths of its programs inside the root.
    #[must_use]
    pub fn programs(&self) -> &BTreeMap<String, String> {
        &self.programs
    }

    /// Sources from one unnamed text.
    #[must_use]
    pub fn single_source(&self, content: impl Into<Vec<u8>>) -> Sources {
        Sources::single(self.language.source.default.clone(), content)
    }

    /// Plans compiling.
    ///
    /// # Errors
    /// [`SourceError`] when the sources cannot be a program of this language: a compile error, for the contestant to read.
    pub fn compile_plan(
        &self,
        sources: &Sources,
        bounds: &CompileBounds,
    ) -> Result<CompilePlan, SourceError> {
        let sources = self.renamed(sources);
        let own = self.own_files(&sources)?;
        let entry = entry::entry_file(&self.language, &sources, &own)?;
        let limits = self.compile_limits(bounds);
        let mut values = self.values(limits.memory_bytes, entry.as_deref());
        let boxed = |name: &String| format!("{BOX_DIR}/{name}");
        values.set_list("sources", own.iter().map(boxed).collect());
        values.set_list(
            "files",
            sources.files.iter().map(|file| boxed(&file.name)).collect(),
        );
        let mut env = common_env();
        env.extend(values.fill_all(&self.language.compile_needs.env));
        let steps = self
            .commands(&mut values, &own)
            .into_iter()
            .map(|args| Run {
                executable: Executable::Path(PathBuf::from(&args[0])),
                args,
                env: env.clone(),
                stdin: None,
                dialogue: None,
                limits: limits.clone(),
                keep_work: true,
            })
            .collect();
        Ok(CompilePlan {
            place: sources.files.iter().map(placed).collect(),
            steps,
            language: self.language.clone(),
            version: self.version.clone(),
            entry,
            wanted_entry: sources.entry_point.clone(),
            cache_key: self.cache_key(&sources),
            sources: sources.files,
            bounds: *bounds,
        })
    }

    /// Plans running what was compiled, under this memory limit.
    #[must_use]
    pub fn run_plan(&self, artifact: &Artifact, memory_bytes: u64) -> RunPlan {
        let values = self.values(memory_bytes, artifact.manifest().entry.as_deref());
        let args = values.fill_all(&self.language.run.args);
        let mut env = common_env();
        env.extend(values.fill_all(&self.language.run.env));
        RunPlan {
            place: artifact.placed().to_vec(),
            executable: match artifact.executable() {
                Some(file) => Executable::File(file.clone()),
                None => Executable::Path(PathBuf::from(&args[0])),
            },
            args,
            env,
            processes: self.language.run.processes,
            file_bytes: self.language.run.file_floor_mib << 20,
        }
    }

    /// Whether the run ended because its run-time system had no memory left
    /// ([`OutOfMemory`](super::definition::OutOfMemory)): the memory limit, although the kernel's counter is silent. A program that fakes it only fails in another way.
    #[must_use]
    pub fn ran_out_of_memory(&self, outcome: &Outcome) -> bool {
        self.language
            .run
            .out_of_memory
            .as_ref()
            .is_some_and(|sign| {
                let ended_so = match outcome.exit {
                    Exit::Code(code) => sign.exit_code == Some(code),
                    Exit::Signal(signal) => sign.signal == Some(signal),
                };
                outcome.stop.is_none() && ended_so && says(&outcome.stderr, &sign.says)
            })
    }

    /// The command that prints the version.
    pub(crate) fn version_run(&self) -> Run {
        let bounds = CompileBounds::default();
        let limits = self.compile_limits(&bounds);
        let values = self.values(limits.memory_bytes, None);
        let args = values.fill_all(&self.language.version.args);
        let mut env = common_env();
        env.extend(values.fill_all(&self.language.compile_needs.env));
        Run {
            executable: Executable::Path(PathBuf::from(&args[0])),
            args,
            env,
            stdin: None,
            dialogue: None,
            limits,
            keep_work: false,
        }
    }

    /// Everything a compilation's result depends on: definition, programs, variant, version, sources, entry point.
    fn cache_key(&self, sources: &Sources) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut field = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        field(self.language.digest.as_bytes());
        field(self.version.as_bytes());
        field(self.variant().as_bytes());
        for path in self.programs.values() {
            field(path.as_bytes());
        }
        field(
            sources
                .entry_point
                .as_deref()
                .unwrap_or_default()
                .as_bytes(),
        );
        let mut files: Vec<_> = sources.files.iter().collect();
        files.sort_by(|left, right| left.name.cmp(&right.name));
        for file in files {
            field(file.name.as_bytes());
            field(&file.content);
        }
        hasher.finalize().to_hex().to_string()
    }

    /// A lone source gets the name its compiler insists on.
    fn renamed(&self, sources: &Sources) -> Sources {
        let mut sources = sources.clone();
        if let ([file], true) = (
            &mut sources.files[..],
            self.language.source.named_after_class,
        ) && let (Some(class), Some((_, extension))) = (
            entry::public_class(&file.content),
            file.name.rsplit_once('.'),
        ) {
            file.name = format!("{class}.{extension}");
        }
        sources
    }

    /// The names this language compiles, in the order they came; all of them for a language without extensions.
    fn own_files(&self, sources: &Sources) -> Result<Vec<String>, SourceError> {
        if sources.files.is_empty() {
            return Err(SourceError::None);
        }
        let extensions: Vec<&String> = self
            .language
            .extensions
            .iter()
            .chain(&self.language.shared_extensions)
            .collect();
        let own = |extension: &str| extensions.iter().any(|known| *known == extension);
        let is_own = |name: &str| {
            extensions.is_empty()
                || name
                    .rsplit_once('.')
                    .is_some_and(|(_, extension)| own(extension) || own(&extension.to_lowercase()))
        };
        let names: Vec<String> = sources
            .files
            .iter()
            .map(|file| file.name.clone())
            .filter(|name| is_own(name))
            .collect();
        if names.is_empty() {
            let dotted: Vec<String> = extensions
                .iter()
                .map(|extension| format!(".{extension}"))
                .collect();
            return Err(SourceError::NoneOfLanguage {
                language: self.language.name.clone(),
                extensions: dotted.join(", "),
            });
        }
        Ok(names)
    }

    fn commands(&self, values: &mut Values, own: &[String]) -> Vec<Vec<String>> {
        let variant = &self.language.variants[self.variant];
        for (name, list) in &variant.lists {
            let list = values.fill_all(list);
            values.set_list(name, list);
        }
        let mut commands = Vec::new();
        for step in &self.language.compile {
            if !applying(&self.language, &step.variants)
                .any(|applying| applying.name == variant.name)
            {
                continue;
            }
            if step.per_source {
                for name in own {
                    values.set("source", format!("{BOX_DIR}/{name}"));
                    commands.push(values.fill_all(&step.args));
                }
            } else {
                commands.push(values.fill_all(&step.args));
            }
        }
        commands
    }

    fn compile_limits(&self, bounds: &CompileBounds) -> Limits {
        let needs = &self.language.compile_needs;
        Limits {
            cpu: bounds.cpu.max(Duration::from_secs(needs.cpu_seconds)),
            wall: bounds.wall.max(Duration::from_secs(2 * needs.cpu_seconds)),
            memory_bytes: bounds.memory_bytes.max(needs.memory_mib * MIB),
            output_bytes: bounds.message_bytes,
            stderr_bytes: bounds.message_bytes,
            processes: needs.processes,
            open_files: 1024,
            file_bytes: bounds.output_bytes,
        }
    }

    fn values(&self, memory_bytes: u64, entry: Option<&str>) -> Values {
        let mut values = Values::default();
        values.set("box", BOX_DIR);
        values.set("work", WORK_DIR);
        values.set("out", OUT_DIR);
        values.set("program", PROGRAM);
        for (name, path) in &self.programs {
            values.set(name, path.clone());
        }
        for (name, amount) in &self.language.amounts {
            let unit = unit_bytes(name).unwrap_or(1);
            values.set(name, (amount.bytes(memory_bytes) / unit).to_string());
        }
        if let Some(entry) = entry {
            values.set("entry", format!("{BOX_DIR}/{entry}"));
            values.set("class", entry);
            let stem = entry.rsplit_once('.').map_or(entry, |(stem, _)| stem);
            values.set("stem", stem);
        }
        values
    }
}

fn says(text: &[u8], part: &str) -> bool {
    text.windows(part.len().max(1))
        .any(|window| window == part.as_bytes())
}

/// What every program sees, whatever the host's own environment is.
fn common_env() -> Vec<String> {
    [
        "PATH=/usr/bin:/bin",
        "HOME=/tmp",
        "TMPDIR=/tmp",
        "LANG=C.UTF-8",
        "LC_ALL=C.UTF-8",
        "TZ=UTC",
        // Programs ask whether they are being judged; DOMjudge's own word for it is in packages made for it.
        "ONLINE_JUDGE=1",
        "DOMJUDGE=1",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn placed(file: &SourceFile) -> PlacedFile {
    PlacedFile {
        path: file.name.clone(),
        content: Content::Bytes(file.content.clone()),
        executable: false,
    }
}

impl CompilePlan {
    /// Whether the sources themselves are the result.
    pub(crate) fn keeps_sources(&self) -> bool {
        self.language.artifact == ArtifactRule::Sources
    }
}

#[cfg(test)]
#[path = "toolchain_tests.rs"]
mod tests;
