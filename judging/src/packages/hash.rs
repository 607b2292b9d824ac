//! Content hashes: of a file, and of a whole package.
//!
//! The hash of a package covers the path and the content of every file in it, in sorted order, nothing else: no times, no
//! owners, no permissions. Links count as what they lead to, so a package hashes the same before and after it was zipped.

use std::fs;
use std::path::Path;

use super::error::PackageError;
use super::tree::{Dir, Entry, File, Tree};
use crate::ids::ContentHash;

/// More than this in one package is refused; the largest real ones are about 1 GB.
const MAX_BYTES: u64 = 16 << 30;
/// The one ignored name that is judged by.
pub(super) const DOT_TIMELIMIT: &str = ".timelimit";

/// Hashes one file, reading it in small pieces.
pub(super) fn file(tree: &Tree, file: &File) -> Result<ContentHash, PackageError> {
    let failed = |source| tree.failed("read", &file.path, source);
    let opened = fs::File::open(&file.real).map_err(failed)?;
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(opened).map_err(failed)?;
    Ok(ContentHash(*hasher.finalize().as_bytes()))
}

/// Hashes the whole package.
pub(super) fn package(tree: &Tree) -> Result<ContentHash, PackageError> {
    let mut walk = Walk {
        tree,
        hasher: Paths::new(),
        bytes: 0,
    };
    let top = tree.top();
    if let Some(Entry::File(_, file)) = tree.find(&top, DOT_TIMELIMIT)? {
        walk.file(&file)?;
    }
    walk.dir(&top)?;
    Ok(walk.hasher.finish())
}

/// Adds up paths and the hashes of their contents; the order of calls matters.
pub(super) struct Paths(blake3::Hasher);

impl Paths {
    pub(super) fn new() -> Self {
        Self(blake3::Hasher::new())
    }

    pub(super) fn add(&mut self, path: &Path, content: ContentHash) {
        let path = path.as_os_str().as_encoded_bytes();
        self.0.update(&(path.len() as u64).to_le_bytes());
        self.0.update(path);
        self.0.update(&content.0);
    }

    pub(super) fn finish(&self) -> ContentHash {
        ContentHash(*self.0.finalize().as_bytes())
    }
}

struct Walk<'a> {
    tree: &'a Tree,
    hasher: Paths,
    bytes: u64,
}

impl Walk<'_> {
    fn dir(&mut self, dir: &Dir) -> Result<(), PackageError> {
        for entry in self.tree.list(dir)? {
            match entry {
                Entry::File(_, file) => self.file(&file)?,
                Entry::Dir(_, dir) => self.dir(&dir)?,
            }
        }
        Ok(())
    }

    fn file(&mut self, file: &File) -> Result<(), PackageError> {
        self.bytes = self.bytes.saturating_add(file.bytes);
        if self.bytes > MAX_BYTES {
            return Err(self.tree.too_many(&file.path, "bytes", MAX_BYTES));
        }
        self.hasher.add(&file.path, self::file(self.tree, file)?);
        Ok(())
    }
}
