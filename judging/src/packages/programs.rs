//! Programs in a package: validators, graders, included files.

use std::path::{Path, PathBuf};

use super::error::PackageError;
use super::hash;
use super::package::IncludedFiles;
use super::testlib;
use super::tree::{Dir, Entry, File, Tree};
use crate::ids::ContentHash;
use crate::testlib::TestlibRole;

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
    /// What it is when it is written with testlib and speaks testlib's exit codes instead of 42 and 43; see
    /// [`crate::testlib`]. A program that brings a testlib changed to 42 and 43, or scripts of its own, is none.
    pub testlib: Option<TestlibRole>,
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

/// Files of one program.
const MAX_FILES: usize = 2000;
/// Their sizes added up.
const MAX_BYTES: u64 = 256 << 20;

/// Extensions of source files (2025-09, "Languages" appendix), and of scripts.
const SOURCE_EXTENSIONS: &str = "ada adb algol60 apl asm awk bas bash c c++ cbl cc clj cob coffee cpp cr cs cxx d dart erl ex exs \
    f f90 f95 f03 f08 for forth fs go groovy hs java jl js kt lean lhs lisp cl lua m ml mod mm nim p pas php pike pl plg pro py \
    py2 py3 r raku rb rkt rs s scala scm sed sh sml sql ss st swift tcl ts vala vb zig 4th a68 agda bf ceylon flix gleam hx kts \
    mjs nasm nut odin sno v ";

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
            None if [".viva", ".ctd"].iter().any(|other| name.ends_with(other)) => {}
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
pub(super) fn read_dir(
    tree: &Tree,
    name: String,
    dir: &Dir,
) -> Result<ProgramSource, PackageError> {
    collect(tree, name, files_below(tree, dir)?)
}

pub(super) fn is_source(name: &str) -> bool {
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| SOURCE_EXTENSIONS.split(' ').any(|known| known == extension))
}

/// Whether a file of this name builds or is the program.
pub(super) fn is_script(name: &str) -> bool {
    matches!(name, "build" | "run")
}

pub(super) fn files_below(tree: &Tree, dir: &Dir) -> Result<Vec<(String, File)>, PackageError> {
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

pub(super) fn collect(
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
    let scripted = has("build") || has("run");
    Ok(ProgramSource {
        has_build: has("build"),
        has_run: has("run"),
        testlib: if scripted {
            None
        } else {
            testlib::role(&collected)
        },
        name,
        files: collected,
        hash: hasher.finish(),
    })
}

/// Every input validator of `input_validators/`, the deprecated `input_format_validators/` (legacy), and DOMjudge's
/// `input_validator/`. VIVA and checktestdata files need their own tools and are left out.
pub(super) fn read_input_validators(tree: &Tree) -> Result<Vec<ProgramSource>, PackageError> {
    let mut programs: Vec<ProgramSource> = Vec::new();
    for directory in [
        "input_validators",
        "input_format_validators",
        "input_validator",
    ] {
        let Some(dir) = tree.find_dir(&tree.top(), directory)? else {
            continue;
        };
        let listed = tree.list(&dir)?;
        let scripted = listed
            .iter()
            .any(|entry| matches!(entry, Entry::File(name, _) if is_script(name)));
        let found = if scripted {
            read_whole(tree, &dir)?
        } else {
            read_validators(tree, &dir)?
        };
        for program in found {
            if programs.iter().all(|other| other.name != program.name) {
                programs.push(program);
            }
        }
    }
    Ok(programs)
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
