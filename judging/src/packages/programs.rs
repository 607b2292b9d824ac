//! Programs in a package: validators, graders, included files, and the jury's submissions with what is expected of them.

use std::path::{Path, PathBuf};

use super::error::PackageError;
use super::expectations::{annotation, of_directory};
use super::hash;
use super::package::{Format, IncludedFiles};
use super::tree::{Dir, Entry, File, Tree};
use crate::ids::ContentHash;
use crate::verdicts::Verdict;

/// A program as it stands in a package: one file, or a directory of files.
#[derive(Clone, Debug)]
pub struct ProgramSource {
    /// Base name of the file or directory.
    pub name: String,
    /// Its files, sorted by name. Of a single-file program: that file.
    pub files: Vec<ProgramFile>,
    /// It has a `build` script: run it in a copy of the directory; afterwards `run` is the program.
    pub has_build: bool,
    /// It has a `run` script or executable.
    pub has_run: bool,
    /// Hash of names and contents.
    pub hash: ContentHash,
}

/// One file of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramFile {
    /// Path relative to the program's directory, `/` between parts.
    pub name: String,
    /// Where it lies, absolute, symbolic links resolved.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Whether it has an execute bit.
    pub executable: bool,
}

/// A submission of the jury with the promise its directory makes.
#[derive(Clone, Debug)]
pub struct JurySubmission {
    /// Path below `submissions/`: `accepted/joe.cpp`.
    pub name: String,
    /// The directory it stands in: `accepted`.
    pub directory: String,
    /// Its files.
    pub program: ProgramSource,
    /// What must come of it; `None` for a directory that promises nothing known.
    pub expectation: Option<Expectation>,
}

/// What the verdicts of a jury submission must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// No testcase may end in anything else.
    pub permitted: Vec<Verdict>,
    /// At least one testcase must end in one of these.
    pub required: Vec<Verdict>,
    /// Accepted, but with less than the full score (`partially_accepted`).
    pub partial: bool,
}

impl Expectation {
    /// Whether these verdicts of testcases keep the promise. With early stop, those that were judged.
    #[must_use]
    pub fn is_met_by(&self, verdicts: &[Verdict]) -> bool {
        verdicts
            .iter()
            .all(|verdict| self.permitted.contains(verdict))
            && verdicts
                .iter()
                .any(|verdict| self.required.contains(verdict))
    }
}

/// Files of one program.
const MAX_FILES: usize = 2000;
/// Their sizes added up.
const MAX_BYTES: u64 = 256 << 20;

/// Extensions of source files (2025-09, "Languages" appendix), and of scripts.
const SOURCE_EXTENSIONS: &str = "ada adb algol60 apl bas bash c c++ cbl cc clj cob coffee cpp cr cs cxx d dart erl ex exs f f90 \
    for forth fs go groovy hs java jl js kt lean lhs lisp cl lua m ml mod mm nim p pas php pike pl pro py py2 py3 r raku rb rkt \
    rs scala scm sh sml st swift tcl ts vala vb zig 4th a68 agda ceylon flix gleam odin v ";

/// Every program directly in the directory `dir` of the package, sorted by name; nothing when there is no such directory.
/// Files that are no source and cannot be executed, and directories without any source, are not programs.
pub(super) fn read_all(tree: &Tree, dir: Option<&Dir>) -> Result<Vec<ProgramSource>, PackageError> {
    match dir {
        Some(dir) => read_each(tree, dir, &[]),
        None => Ok(Vec::new()),
    }
}

/// The same; headers that lie beside single-file programs belong to each of them.
pub(super) fn read_validators(tree: &Tree, dir: &Dir) -> Result<Vec<ProgramSource>, PackageError> {
    let mut headers = Vec::new();
    for entry in tree.list(dir)? {
        if let Entry::File(name, file) = entry
            && [".h", ".hh", ".hpp", ".hxx"]
                .iter()
                .any(|extension| name.ends_with(extension))
        {
            headers.push((name, file));
        }
    }
    read_each(tree, dir, &headers)
}

fn read_each(
    tree: &Tree,
    dir: &Dir,
    headers: &[(String, File)],
) -> Result<Vec<ProgramSource>, PackageError> {
    let mut programs = Vec::new();
    for entry in tree.list(dir)? {
        let name = entry.name().to_owned();
        match read(tree, entry, headers)? {
            Some(program) => programs.push(program),
            None if headers.iter().any(|(header, _)| *header == name) => {}
            None => tree.warn(&dir.path.join(name), "is not a program; it is ignored"),
        }
    }
    Ok(programs)
}

/// The file or directory `entry` as a program; `None` when it is none.
fn read(
    tree: &Tree,
    entry: Entry,
    headers: &[(String, File)],
) -> Result<Option<ProgramSource>, PackageError> {
    match entry {
        Entry::File(name, _) if headers.iter().any(|(header, _)| *header == name) => Ok(None),
        Entry::File(name, file) if is_source(&name) || file.executable => {
            let mut files = headers.to_vec();
            files.push((name.clone(), file));
            files.sort_by(|(a, _), (b, _)| a.cmp(b));
            collect(tree, name, files).map(Some)
        }
        Entry::File(..) => Ok(None),
        Entry::Dir(name, dir) => {
            let files = files_below(tree, &dir)?;
            let is_program = files
                .iter()
                .any(|(name, file)| is_source(name) || file.executable || is_script(name));
            if is_program {
                collect(tree, name, files).map(Some)
            } else {
                Ok(None)
            }
        }
    }
}

/// The directory itself as the only program.
pub(super) fn read_whole(tree: &Tree, dir: &Dir) -> Result<Vec<ProgramSource>, PackageError> {
    let name = dir
        .path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let program = read(tree, Entry::Dir(name, dir.clone()), &[])?;
    Ok(program.into_iter().collect())
}

/// All files of a directory as one program, whatever they are.
fn read_dir(tree: &Tree, name: String, dir: &Dir) -> Result<ProgramSource, PackageError> {
    collect(tree, name, files_below(tree, dir)?)
}

fn is_source(name: &str) -> bool {
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| SOURCE_EXTENSIONS.split(' ').any(|known| known == extension))
}

/// Whether a file of this name builds or is the program.
pub(super) fn is_script(name: &str) -> bool {
    matches!(name, "build" | "run")
}

fn files_below(tree: &Tree, dir: &Dir) -> Result<Vec<(String, File)>, PackageError> {
    let mut files = Vec::new();
    let mut dirs = vec![(String::new(), dir.clone())];
    while let Some((above, dir)) = dirs.pop() {
        for entry in tree.list(&dir)? {
            match entry {
                Entry::File(name, file) => files.push((format!("{above}{name}"), file)),
                Entry::Dir(name, _) if name == "__pycache__" => {}
                Entry::Dir(name, dir) => dirs.push((format!("{above}{name}/"), dir)),
            }
        }
    }
    if files.len() > MAX_FILES {
        return Err(tree.too_many(&dir.path, "files", MAX_FILES as u64));
    }
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(files)
}

fn collect(
    tree: &Tree,
    name: String,
    files: Vec<(String, File)>,
) -> Result<ProgramSource, PackageError> {
    let mut hasher = hash::Paths::new();
    let mut bytes = 0u64;
    let mut collected = Vec::with_capacity(files.len());
    for (name, file) in files {
        bytes = bytes.saturating_add(file.bytes);
        if bytes > MAX_BYTES {
            return Err(tree.too_many(&file.path, "bytes", MAX_BYTES));
        }
        hasher.add(Path::new(&name), hash::file(tree, &file)?);
        collected.push(ProgramFile {
            name,
            path: file.real,
            bytes: file.bytes,
            executable: file.executable,
        });
    }
    let has = |script: &str| collected.iter().any(|file| file.name == script);
    Ok(ProgramSource {
        has_build: has("build"),
        has_run: has("run"),
        name,
        files: collected,
        hash: hasher.finish(),
    })
}

/// `include/<language>/`.
pub(super) fn read_includes(tree: &Tree) -> Result<Vec<IncludedFiles>, PackageError> {
    let mut includes = Vec::new();
    let Some(dir) = tree.find_dir(&tree.top(), "include")? else {
        return Ok(includes);
    };
    for entry in tree.list(&dir)? {
        match entry {
            Entry::Dir(language, dir) => includes.push(IncludedFiles {
                program: read_dir(tree, language.clone(), &dir)?,
                language,
            }),
            Entry::File(_, file) => {
                tree.warn(&file.path, "is in no language's directory; it is ignored")
            }
        }
    }
    Ok(includes)
}

/// `submissions/<promise>/<file or directory>`.
pub(super) fn read_submissions(
    tree: &Tree,
    format: Format,
) -> Result<Vec<JurySubmission>, PackageError> {
    let mut submissions = Vec::new();
    let Some(dir) = tree.find_dir(&tree.top(), "submissions")? else {
        tree.warn(Path::new("submissions"), "is missing");
        return Ok(submissions);
    };
    for entry in tree.list(&dir)? {
        let Entry::Dir(directory, dir) = entry else {
            if !matches!(entry.name(), "submissions.yaml" | "submissions.json") {
                tree.warn(
                    &dir.path.join(entry.name()),
                    "promises no verdict; it is ignored",
                );
            }
            continue;
        };
        let promise = of_directory(&directory, format);
        for program in read_all(tree, Some(&dir))? {
            let expectation = match &promise {
                Some(promise) => Some(promise.clone()),
                None => annotation(&program),
            };
            submissions.push(JurySubmission {
                name: format!("{directory}/{}", program.name),
                directory: directory.clone(),
                program,
                expectation,
            });
        }
    }
    Ok(submissions)
}
