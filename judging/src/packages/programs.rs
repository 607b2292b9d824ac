//! Programs in a package: validators, graders, included files, and the jury's submissions with what is expected of them.

use std::path::PathBuf;

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
