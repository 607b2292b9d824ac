//! Walking a package on disk: sorted, bounded, and never out of it.
//!
//! **Invariant**: every path this gives out is resolved and lies inside the package. Names that begin with a point or a dash
//! are as if absent (2025-09, "General requirements"), and so is what is not UTF-8.

use std::cell::{Cell, RefCell};
use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use super::error::{PackageError, PackageWarning};

/// More files and directories than this, links counted each time they are followed, is no package.
const MAX_ENTRIES: u64 = 1_000_000;
/// Levels of directories.
const MAX_DEPTH: usize = 32;
/// Size of a text file that is read whole.
const MAX_TEXT: u64 = 4 << 20;
/// `ELOOP` of Linux: links that lead to themselves.
const ELOOP: i32 = 40;

/// An open package.
#[derive(Debug)]
pub(super) struct Tree {
    /// Base name of the directory as it was named.
    pub(super) name: String,
    root: PathBuf,
    entries: Cell<u64>,
    warnings: RefCell<Vec<PackageWarning>>,
}

/// A directory of the package.
#[derive(Clone, Debug)]
pub(super) struct Dir {
    /// Path relative to the package, as named.
    pub(super) path: PathBuf,
    /// Resolved paths of this directory and all above it.
    chain: Vec<PathBuf>,
}

/// A file of the package.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// Path relative to the package, as named.
    pub(super) path: PathBuf,
    /// Where it lies, resolved.
    pub(super) real: PathBuf,
    pub(super) bytes: u64,
    pub(super) executable: bool,
}

/// A member of a directory, with its base name.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    File(String, File),
    Dir(String, Dir),
}

impl Entry {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::File(name, _) | Self::Dir(name, _) => name,
        }
    }
}

impl Tree {
    pub(super) fn open(root: &Path) -> Result<Self, PackageError> {
        let read = |step| {
            move |source| PackageError::Read {
                step,
                path: root.to_owned(),
                source,
            }
        };
        let real = root.canonicalize().map_err(read("open"))?;
        if !real.is_dir() {
            return Err(read("list")(io::Error::from(io::ErrorKind::NotADirectory)));
        }
        let name = root.file_name().or_else(|| real.file_name());
        Ok(Self {
            name: name.map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            root: real,
            entries: Cell::new(0),
            warnings: RefCell::default(),
        })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// How a path of the package is called in messages.
    pub(super) fn shown(&self, path: &Path) -> PathBuf {
        Path::new(&self.name).join(path)
    }

    pub(super) fn warn(&self, path: &Path, message: impl Into<String>) {
        let warning = PackageWarning {
            path: self.shown(path),
            message: message.into(),
        };
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }

    pub(super) fn into_warnings(self) -> Vec<PackageWarning> {
        self.warnings.into_inner()
    }

    pub(super) fn top(&self) -> Dir {
        Dir {
            path: PathBuf::new(),
            chain: vec![self.root.clone()],
        }
    }

    /// The member `name` of a directory; names with a leading point are found too.
    pub(super) fn find(&self, dir: &Dir, name: &str) -> Result<Option<Entry>, PackageError> {
        self.entry(dir, name)
    }

    pub(super) fn find_dir(&self, dir: &Dir, name: &str) -> Result<Option<Dir>, PackageError> {
        Ok(match self.find(dir, name)? {
            Some(Entry::Dir(_, found)) => Some(found),
            Some(Entry::File(_, file)) => {
                self.warn(
                    &file.path,
                    "is a file where a directory is expected; it is ignored",
                );
                None
            }
            None => None,
        })
    }

    pub(super) fn find_file(&self, dir: &Dir, name: &str) -> Result<Option<File>, PackageError> {
        Ok(match self.find(dir, name)? {
            Some(Entry::File(_, file)) => Some(file),
            Some(Entry::Dir(_, found)) => {
                self.warn(
                    &found.path,
                    "is a directory where a file is expected; it is ignored",
                );
                None
            }
            None => None,
        })
    }

    /// The members of a directory, sorted by name, without those that are to be ignored.
    pub(super) fn list(&self, dir: &Dir) -> Result<Vec<Entry>, PackageError> {
        let real = dir.chain.last().unwrap_or(&self.root);
        let failed = |source| self.failed("list", &dir.path, source);
        let mut names = Vec::new();
        for entry in fs::read_dir(real).map_err(failed)? {
            match entry.map_err(failed)?.file_name().into_string() {
                Ok(name) if name.starts_with(['.', '-']) => {}
                Ok(name) => names.push(name),
                Err(name) => self.warn(
                    &dir.path.join(name),
                    "has a name that is not UTF-8; it is ignored",
                ),
            }
        }
        names.sort_unstable();
        let entries = names
            .iter()
            .filter_map(|name| self.entry(dir, name).transpose());
        entries.collect()
    }

    fn entry(&self, dir: &Dir, name: &str) -> Result<Option<Entry>, PackageError> {
        let path = dir.path.join(name);
        let named = dir.chain.last().unwrap_or(&self.root).join(name);
        let metadata = match fs::symlink_metadata(&named) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("read", &path, error)),
        };
        self.count(&path)?;
        let (real, metadata) = if metadata.is_symlink() {
            match self.resolve(&named, &path)? {
                Some(real) => {
                    let metadata =
                        fs::metadata(&real).map_err(|error| self.failed("read", &path, error))?;
                    (real, metadata)
                }
                None => return Ok(None),
            }
        } else {
            (named, metadata)
        };
        let name = name.to_owned();
        if metadata.is_dir() {
            if dir.chain.contains(&real) {
                return Err(PackageError::LinkLoop {
                    path: self.shown(&path),
                });
            }
            if dir.chain.len() >= MAX_DEPTH {
                return Err(self.too_many(&path, "levels of directories", MAX_DEPTH as u64));
            }
            let chain = dir.chain.iter().cloned().chain([real]).collect();
            return Ok(Some(Entry::Dir(name, Dir { path, chain })));
        }
        if !metadata.is_file() {
            return Err(PackageError::SpecialFile {
                path: self.shown(&path),
            });
        }
        let file = File {
            path,
            real,
            bytes: metadata.len(),
            executable: metadata.permissions().mode() & 0o111 != 0,
        };
        Ok(Some(Entry::File(name, file)))
    }

    /// Where a link leads; `None` for one that leads to nothing inside the package.
    fn resolve(&self, named: &Path, path: &Path) -> Result<Option<PathBuf>, PackageError> {
        let escapes = || PackageError::EscapingLink {
            path: self.shown(path),
        };
        match named.canonicalize() {
            Ok(real) if real.starts_with(&self.root) => Ok(Some(real)),
            Ok(_) => Err(escapes()),
            Err(error) if error.raw_os_error() == Some(ELOOP) => Err(PackageError::LinkLoop {
                path: self.shown(path),
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let target =
                    fs::read_link(named).map_err(|error| self.failed("read", path, error))?;
                let above = named.parent().unwrap_or(&self.root);
                if !normal(&above.join(target)).starts_with(&self.root) {
                    return Err(escapes());
                }
                self.warn(path, "is a symbolic link to nothing; it is ignored");
                Ok(None)
            }
            Err(error) => Err(self.failed("resolve the symbolic link", path, error)),
        }
    }

    fn count(&self, path: &Path) -> Result<(), PackageError> {
        self.entries.set(self.entries.get() + 1);
        if self.entries.get() > MAX_ENTRIES {
            return Err(self.too_many(path, "files", MAX_ENTRIES));
        }
        Ok(())
    }

    /// Reads a text file whole. A byte-order mark is dropped, bytes that are not UTF-8 are replaced with a warning.
    pub(super) fn text(&self, file: &File) -> Result<String, PackageError> {
        let failed = |source| self.failed("read", &file.path, source);
        let mut bytes = Vec::new();
        let opened = fs::File::open(&file.real).map_err(failed)?;
        opened
            .take(MAX_TEXT + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        if bytes.len() as u64 > MAX_TEXT {
            return Err(self.too_many(&file.path, "bytes", MAX_TEXT));
        }
        let text = String::from_utf8(bytes).unwrap_or_else(|error| {
            self.warn(&file.path, "is not UTF-8");
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        });
        Ok(text
            .strip_prefix('\u{feff}')
            .map(str::to_owned)
            .unwrap_or(text))
    }

    pub(super) fn failed(
        &self,
        step: &'static str,
        path: &Path,
        source: io::Error,
    ) -> PackageError {
        PackageError::Read {
            step,
            path: self.shown(path),
            source,
        }
    }

    pub(super) fn too_many(&self, path: &Path, what: &'static str, limit: u64) -> PackageError {
        PackageError::TooMany {
            path: self.shown(path),
            what,
            limit,
        }
    }
}

/// A path with `.` and `..` taken out by their letters.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                normal.pop();
            }
            Component::CurDir => {}
            part => normal.push(part),
        }
    }
    normal
}
