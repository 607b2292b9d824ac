//! Programs named after their crime, and what their heads promise.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::head::{Head, HeadError, millis};
use super::rows::ROWS;
use crate::languages::{Catalogue, SourceFile, Sources};
use crate::sandbox::Limits;

const MIB: u64 = 1 << 20;

/// When a crime is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// While the program runs.
    Run,
    /// While it is compiled.
    Compile,
    /// While it talks to an honest partner.
    Dialogue,
}

/// What the counters must show beside the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Processes were left and killed.
    LeftOver,
    /// It slept: next to no CPU time.
    Idle,
    /// It was stopped at once, not at a time limit.
    AtOnce,
    /// It was stopped promptly at its CPU limit.
    AtTheLimit,
}

/// A program that does something a judge must survive.
#[derive(Clone, Debug)]
pub struct Crime {
    /// Name of its file or directory.
    pub name: String,
    /// Its row of the table, one of [`ROWS`].
    pub row: &'static str,
    /// What it tries.
    pub crime: String,
    /// When.
    pub stage: Stage,
    /// The language's id.
    pub language: String,
    /// Its files.
    pub sources: Sources,
    /// Verdicts that are right.
    pub allowed: Vec<String>,
    /// What it must print: `anything`, exactly this, or `starts with` this.
    pub prints: String,
    /// What the counters must show.
    pub evidence: Option<Evidence>,
    /// It is run again to find what it planted.
    pub is_channel: bool,
    /// Its work directory is collected afterwards: whether that must be refused.
    pub collects: Option<bool>,
    /// Bounds of a run, or of the compiler.
    pub limits: Limits,
    /// Walls that cannot hold it, each with the reason.
    pub exceptions: Vec<(String, String)>,
    /// What it may print behind single walls.
    pub known: Vec<Known>,
}

/// Lines that a program prints behind a wall that keeps all its other promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The wall, as in an exception.
    pub wall: String,
    /// The lines.
    pub lines: Vec<String>,
    /// Why.
    pub reason: String,
}

impl Crime {
    /// Why a wall cannot hold it, if so. `docker` names every wall whose name begins with `docker/`.
    #[must_use]
    pub fn exception(&self, wall: &str) -> Option<&str> {
        let found = self
            .exceptions
            .iter()
            .find(|(name, _)| is_named(wall, name));
        found.map(|(_, reason)| reason.as_str())
    }

    /// What it may print behind a wall besides what it must.
    pub(super) fn known(&self, wall: &str) -> Option<&Known> {
        self.known.iter().find(|known| is_named(wall, &known.wall))
    }

    fn read(path: &Path, catalogue: &Catalogue) -> Result<Self, HeadError> {
        let (files, head) = files(path)?;
        let name = file_name(path);
        let main = files
            .first()
            .map_or(name.as_str(), |file| file.name.as_str());
        let row = head.required("row")?;
        let row = ROWS.iter().find(|known| known.name == row);
        let row = row
            .ok_or_else(|| head.mistake("its row is not in the table"))?
            .name;
        let language = match head.optional("language") {
            Some(language) => Some(language.to_owned()),
            None => language_of(main, catalogue),
        };
        head.required("remains")?;
        let stage = stage(&head)?;
        let limits = limits(&head, stage)?;
        Ok(Self {
            row,
            crime: head.required("crime")?.to_owned(),
            stage,
            language: language.ok_or_else(|| head.mistake("its language is unknown"))?,
            allowed: allowed(&head)?,
            prints: head.required("prints")?.to_owned(),
            evidence: evidence(&head)?,
            is_channel: yes(&head, "channel", "planted", "")?.unwrap_or(false),
            collects: yes(&head, "collects", "refused", "files")?,
            limits,
            exceptions: head.of_walls("except"),
            known: known(&head)?,
            name,
            sources: Sources {
                files,
                entry_point: None,
            },
        })
    }
}

/// `docker` names every wall whose name begins with `docker/`.
fn is_named(wall: &str, name: &str) -> bool {
    wall.strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// `knows WALL: LINE, LINE because REASON`.
fn known(head: &Head) -> Result<Vec<Known>, HeadError> {
    let one = |(wall, text): (String, String)| {
        let (lines, reason) = text
            .split_once(" because ")
            .ok_or_else(|| head.mistake("what a wall is known for has no `because`"))?;
        Ok(Known {
            wall,
            lines: lines.split(", ").map(str::to_owned).collect(),
            reason: reason.to_owned(),
        })
    };
    head.of_walls("knows").into_iter().map(one).collect()
}

/// All programs of a directory, in the order of their names.
///
/// # Errors
/// [`HeadError`] for the first that cannot be read or whose head is wrong.
pub fn crimes(directory: &Path, catalogue: &Catalogue) -> Result<Vec<Crime>, HeadError> {
    let mut paths: Vec<PathBuf> = listed(directory)?;
    paths.retain(|path| path.extension().is_none_or(|extension| extension != "md"));
    paths
        .iter()
        .map(|path| Crime::read(path, catalogue))
        .collect()
}

fn listed(directory: &Path) -> Result<Vec<PathBuf>, HeadError> {
    let failed = |source| HeadError::Read {
        path: directory.to_owned(),
        source,
    };
    let entries = std::fs::read_dir(directory).map_err(failed)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The files of a program, the one with the head first.
fn files(path: &Path) -> Result<(Vec<SourceFile>, Head), HeadError> {
    let paths = if path.is_dir() {
        listed(path)?
    } else {
        vec![path.to_owned()]
    };
    let mut files = Vec::new();
    let mut found = None;
    for path in paths {
        let head = Head::read(&path)?;
        let content = std::fs::read(&path).map_err(|source| HeadError::Read {
            path: path.clone(),
            source,
        })?;
        let file = SourceFile::new(file_name(&path), content);
        if found.is_none() && head.is_there() {
            found = Some(head);
            files.insert(0, file);
        } else {
            files.push(file);
        }
    }
    let head = found.ok_or_else(|| HeadError::Mistake {
        path: path.to_owned(),
        mistake: "it has no head".to_owned(),
    })?;
    Ok((files, head))
}

/// The first choice among the languages with this extension.
fn language_of(name: &str, catalogue: &Catalogue) -> Option<String> {
    let (_, extension) = name.rsplit_once('.')?;
    let candidates = catalogue
        .languages()
        .filter(|language| language.extensions.iter().any(|own| own == extension));
    candidates
        .max_by_key(|language| language.priority)
        .map(|language| language.id.clone())
}

fn stage(head: &Head) -> Result<Stage, HeadError> {
    match head.optional("stage") {
        None | Some("run") => Ok(Stage::Run),
        Some("compile") => Ok(Stage::Compile),
        Some("dialogue") => Ok(Stage::Dialogue),
        Some(other) => Err(head.mistake(format!("no stage is called {other:?}"))),
    }
}

fn allowed(head: &Head) -> Result<Vec<String>, HeadError> {
    let allowed: Vec<String> = head
        .required("allowed")?
        .split(' ')
        .map(str::to_owned)
        .collect();
    let known = ["AC", "TLE", "MLE", "OLE", "RTE", "CE"];
    match allowed
        .iter()
        .find(|verdict| !known.contains(&verdict.as_str()))
    {
        Some(verdict) => Err(head.mistake(format!("no verdict is called {verdict:?}"))),
        None => Ok(allowed),
    }
}

fn evidence(head: &Head) -> Result<Option<Evidence>, HeadError> {
    Ok(Some(match head.optional("evidence") {
        None => return Ok(None),
        Some("left over") => Evidence::LeftOver,
        Some("idle") => Evidence::Idle,
        Some("at once") => Evidence::AtOnce,
        Some("at the limit") => Evidence::AtTheLimit,
        Some(other) => return Err(head.mistake(format!("no evidence is called {other:?}"))),
    }))
}

fn yes(head: &Head, key: &str, yes: &str, no: &str) -> Result<Option<bool>, HeadError> {
    match head.optional(key) {
        None => Ok(None),
        Some(text) if text == yes => Ok(Some(true)),
        Some(text) if text == no => Ok(Some(false)),
        Some(other) => Err(head.mistake(format!("{key} cannot be {other:?}"))),
    }
}

/// Small, so that the suite is quick; crimes that need time to meet their limit say so.
fn limits(head: &Head, stage: Stage) -> Result<Limits, HeadError> {
    let (cpu, memory) = match stage {
        Stage::Compile => (Duration::from_secs(10), 512 * MIB),
        Stage::Run | Stage::Dialogue => (Duration::from_secs(1), 256 * MIB),
    };
    let mut limits = Limits {
        cpu,
        wall: Duration::from_secs(30),
        memory_bytes: memory,
        output_bytes: MIB,
        stderr_bytes: 4096,
        processes: 64,
        open_files: 256,
        file_bytes: 64 * MIB,
    };
    for (name, number) in head.amounts("limits")? {
        match name.as_str() {
            "cpu" => limits.cpu = millis(number),
            "wall" => limits.wall = millis(number),
            "memory" => limits.memory_bytes = number,
            "output" => limits.output_bytes = number,
            "file" => limits.file_bytes = number,
            "processes" => limits.processes = u32::try_from(number).unwrap_or(u32::MAX),
            "files" => limits.open_files = u32::try_from(number).unwrap_or(u32::MAX),
            other => return Err(head.mistake(format!("no limit is called {other:?}"))),
        }
    }
    Ok(limits)
}
