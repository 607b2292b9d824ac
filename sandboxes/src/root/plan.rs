//! The shape of a root: four lists, in no particular order except that no entry lies below a bind or a symlink of another.

use std::path::PathBuf;

/// What the read-only root holds. [`crate::sandbox::BOX_DIR`], [`crate::sandbox::WORK_DIR`], `/proc` and `/dev` are the wall's own.
///
/// Missing parent directories are made with mode 755. Every bind is read-only, nosuid, nodev.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RootPlan {
    /// Host directories or files made visible, parents before children.
    pub binds: Vec<Bind>,
    /// Symbolic links.
    pub symlinks: Vec<Symlink>,
    /// Files with content of our own.
    pub files: Vec<SynthFile>,
    /// Empty directories, mode 755.
    pub directories: Vec<PathBuf>,
}

/// A host path made visible inside, read-only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bind {
    /// Where it is on the host, links resolved.
    pub host: PathBuf,
    /// Where it appears; absolute.
    pub inside: PathBuf,
    /// Whether `host` is a directory (else a regular file).
    pub is_directory: bool,
}

/// A symbolic link of the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symlink {
    /// Where the link is; absolute.
    pub inside: PathBuf,
    /// What it says; absolute or relative to its own directory.
    pub target: PathBuf,
}

/// A file of the root that exists nowhere on the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SynthFile {
    /// Where it is; absolute.
    pub inside: PathBuf,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Its permission bits, such as `0o644`.
    pub mode: u32,
}
