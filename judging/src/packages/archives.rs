//! Packages as `.zip` and `.kpp` (legacy and 2025-09, "General requirements"): unpacked into a directory, from which they are read
//! like any other. An archive comes from anywhere, so everything about it is bounded before it costs anything.
//!
//! **Invariants**: nothing is written outside the directory that was given; files are written before any link is made, so no
//! write goes through one; sizes are counted while they are unpacked, whatever the archive claims. What the format says is as
//! if absent (names with a leading point or dash) is not written, `.timelimit` excepted.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek};
use std::os::unix::fs::{OpenOptionsExt, symlink};
use std::path::{Path, PathBuf};

use zip::CompressionMethod;
use zip::read::{ZipArchive, ZipFile};

use super::hash::DOT_TIMELIMIT;

/// What an archive may hold.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Files, directories and links.
    pub entries: usize,
    /// All files together, unpacked.
    pub bytes: u64,
    /// Unpacked bytes for each byte of the archive, once they are more than [`Bounds::free_bytes`]. Tests of one letter over
    /// and over do compress a thousand times, so small packages are not held to it.
    pub ratio: u64,
    /// Unpacked bytes that any archive may have.
    pub free_bytes: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            entries: 50_000,
            bytes: 4 << 30,
            ratio: 200,
            free_bytes: 256 << 20,
        }
    }
}

/// Levels of directories, as many as a package may have.
const MAX_DEPTH: usize = 32;
/// Bytes of the target of a link.
const MAX_TARGET: u64 = 4096;

/// Why an archive is not unpacked. `entry` is a name in the archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It is no zip archive, or a broken one.
    #[error("the archive is not a valid zip file: {0}")]
    Invalid(#[source] zip::result::ZipError),
    /// An entry that breaks a rule.
    #[error("{entry}: {rule}")]
    Entry {
        /// The name of the entry.
        entry: String,
        /// The rule.
        rule: &'static str,
    },
    /// More of something than [`Bounds`] allows.
    #[error("the archive has more than {limit} {what}")]
    TooMuch {
        /// Of what: `entries`, `unpacked bytes`.
        what: &'static str,
        /// How many are allowed.
        limit: u64,
    },
    /// Two entries of one name, or entries that share bytes: only made to deceive.
    #[error("the archive has {0}")]
    Deceitful(&'static str),
    /// The archive or the directory cannot be read or written.
    #[error("failed to unpack {path}", path = .path.display())]
    Disk {
        /// What was read or written.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl ArchiveError {
    /// A stable code for clients.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "package_archive_invalid",
            Self::Entry { .. } => "package_archive_entry",
            Self::TooMuch { .. } => "package_archive_too_large",
            Self::Deceitful(_) => "package_archive_deceitful",
            Self::Disk { .. } => "package_archive_unreadable",
        }
    }
}

/// Whether a path is called like an archive of a package.
#[must_use]
pub fn is_archive(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension
        .is_some_and(|extension| ["zip", "kpp"].contains(&extension.to_ascii_lowercase().as_str()))
}

/// Unpacks the archive in the file `path` into a directory of its base name below `above`, and gives that directory. Blocks.
///
/// # Errors
/// [`ArchiveError`]; what was written until then stays.
pub fn unpack_file(path: &Path, above: &Path, bounds: Bounds) -> Result<PathBuf, ArchiveError> {
    let failed = |source| ArchiveError::Disk {
        path: path.to_owned(),
        source,
    };
    let name = path.file_stem().unwrap_or_default();
    let into = above.join(name);
    unpack(File::open(path).map_err(failed)?, &into, bounds)?;
    Ok(into)
}

/// Unpacks an archive into the directory `into`, which is made and must not have anything in it. The directory that holds
/// everything in the archive, where there is one, is left out: the package itself is in `into`. Gives that directory's name.
/// Blocks.
///
/// # Errors
/// [`ArchiveError`]; what was written until then stays, for the caller to remove.
pub fn unpack(
    mut archive: impl Read + Seek,
    into: &Path,
    bounds: Bounds,
) -> Result<Option<String>, ArchiveError> {
    let packed = archive
        .seek(io::SeekFrom::End(0))
        .map_err(|source| ArchiveError::Disk {
            path: "the archive".into(),
            source,
        })?;
    let mut archive = ZipArchive::new(archive).map_err(ArchiveError::Invalid)?;
    if archive.len() > bounds.entries {
        return Err(ArchiveError::TooMuch {
            what: "entries",
            limit: bounds.entries as u64,
        });
    }
    if archive.has_duplicate_names() {
        return Err(ArchiveError::Deceitful("two entries of one name"));
    }
    if archive
        .has_overlapping_files()
        .map_err(ArchiveError::Invalid)?
    {
        return Err(ArchiveError::Deceitful("entries that share their bytes"));
    }
    let names = names(&archive)?;
    let top = top(&names);
    let most = bounds.bytes.min(
        bounds
            .free_bytes
            .saturating_add(packed.saturating_mul(bounds.ratio)),
    );
    let mut unpacking = Unpacking {
        into,
        left: most,
        most,
        links: Vec::new(),
        written: BTreeSet::new(),
    };
    fs::create_dir_all(into).map_err(|source| unpacking.failed("", source))?;
    for (index, name) in names.iter().enumerate() {
        let Some(name) = inside(name, top.as_deref()) else {
            continue;
        };
        let entry = archive.by_index(index).map_err(ArchiveError::Invalid)?;
        unpacking.entry(entry, &name)?;
    }
    unpacking.make_links()?;
    Ok(top)
}

/// The names of all entries, each proved to lead nowhere but down.
fn names<R: Read + Seek>(archive: &ZipArchive<R>) -> Result<Vec<String>, ArchiveError> {
    let mut names = Vec::with_capacity(archive.len());
    for raw in archive.file_names_raw() {
        let broken = |rule| {
            Err(ArchiveError::Entry {
                entry: String::from_utf8_lossy(raw).into_owned(),
                rule,
            })
        };
        let Ok(name) = std::str::from_utf8(raw) else {
            return broken("its name is not UTF-8");
        };
        if name.starts_with('/')
            || name.contains(['\\', '\0'])
            || name.contains(':') && name.len() > 1 && name.as_bytes()[1] == b':'
        {
            return broken("its name is an absolute path, or one of another system");
        }
        if name.split('/').any(|part| part == "..") {
            return broken("its name leads out of the package");
        }
        if name.split('/').count() > MAX_DEPTH || name.split('/').any(|part| part.len() > 255) {
            return broken("its name is too long or too deep");
        }
        names.push(name.to_owned());
    }
    Ok(names)
}

/// The one directory that everything is in, unless `problem.yaml` stands beside it.
fn top(names: &[String]) -> Option<String> {
    let mut tops = names
        .iter()
        .map(|name| name.strip_prefix("./").unwrap_or(name))
        .filter(|name| !is_absent(name))
        .map(|name| name.split_once('/').map(|(top, _)| top));
    let first = tops.next()??;
    let known = ["data", "submissions", "problem_statement", "statement"].contains(&first);
    (!known && tops.all(|top| top == Some(first))).then(|| first.to_owned())
}

/// Whether the first part of a name is one the format takes for absent, or what other systems add.
fn is_absent(name: &str) -> bool {
    let mut parts = name
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".");
    parts.clone().next() == Some("__MACOSX")
        || parts.any(|part| part.starts_with(['.', '-']) && part != DOT_TIMELIMIT)
}

/// The name below the package; `None` for what is not unpacked.
fn inside(name: &str, top: Option<&str>) -> Option<String> {
    let parts: Vec<&str> = name
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    let parts = match top {
        Some(top) if parts.first() == Some(&top) => &parts[1..],
        Some(_) => return None,
        None => &parts[..],
    };
    let name = parts.join("/");
    (!name.is_empty() && !is_absent(&name)).then_some(name)
}

/// An archive being unpacked.
struct Unpacking<'a> {
    into: &'a Path,
    /// Bytes that may still be written, and how many there were.
    left: u64,
    most: u64,
    links: Vec<(String, String)>,
    written: BTreeSet<String>,
}

impl Unpacking<'_> {
    fn entry<R: Read>(&mut self, entry: ZipFile<'_, R>, name: &str) -> Result<(), ArchiveError> {
        let broken = |rule| {
            Err(ArchiveError::Entry {
                entry: name.to_owned(),
                rule,
            })
        };
        if entry.encrypted() {
            return broken("is encrypted");
        }
        if !matches!(
            entry.compression(),
            CompressionMethod::Stored | CompressionMethod::Deflated
        ) {
            return broken("is compressed by another method than deflate");
        }
        if !self.written.insert(name.to_owned()) && !entry.is_dir() {
            return broken("is there twice");
        }
        let mode = entry.unix_mode().unwrap_or(0o644);
        // The type of the file: directory, link, plain, or one that has no place in a package.
        match mode & 0o170_000 {
            _ if entry.is_dir() => self.directory(name),
            0o120_000 => self.link(entry, name),
            0 | 0o100_000 => self.file(entry, name, mode),
            _ => broken("is neither a file nor a directory nor a link"),
        }
    }

    fn directory(&self, name: &str) -> Result<(), ArchiveError> {
        fs::create_dir_all(self.into.join(name)).map_err(|source| self.failed(name, source))
    }

    fn file<R: Read>(
        &mut self,
        mut entry: ZipFile<'_, R>,
        name: &str,
        mode: u32,
    ) -> Result<(), ArchiveError> {
        if let Some((above, _)) = name.rsplit_once('/') {
            self.directory(above)?;
        }
        let script = name.ends_with("/build") || name.ends_with("/run");
        let mode = if mode & 0o111 != 0 || script {
            0o755
        } else {
            0o644
        };
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(self.into.join(name))
            .map_err(|source| self.failed(name, source))?;
        let mut bounded = (&mut entry).take(self.left.saturating_add(1));
        let bytes =
            io::copy(&mut bounded, &mut file).map_err(|source| self.failed(name, source))?;
        self.left = self.left.checked_sub(bytes).ok_or(ArchiveError::TooMuch {
            what: "unpacked bytes",
            limit: self.most,
        })?;
        Ok(())
    }

    /// Remembers a link, if it leads to a place inside the package.
    fn link<R: Read>(&mut self, entry: ZipFile<'_, R>, name: &str) -> Result<(), ArchiveError> {
        let mut target = String::new();
        let read = entry.take(MAX_TARGET).read_to_string(&mut target);
        read.map_err(|source| self.failed(name, source))?;
        let mut depth = name.split('/').count() - 1;
        for part in target.split('/') {
            match part {
                "" | "." => {}
                ".." if depth == 0 => return escapes(name),
                ".." => depth -= 1,
                _ => depth += 1,
            }
        }
        if target.is_empty() || target.starts_with('/') || target.contains('\0') {
            return escapes(name);
        }
        self.links.push((name.to_owned(), target));
        Ok(())
    }

    fn make_links(&self) -> Result<(), ArchiveError> {
        for (name, _) in &self.links {
            if let Some((above, _)) = name.rsplit_once('/') {
                self.directory(above)?;
            }
        }
        for (name, target) in &self.links {
            symlink(target, self.into.join(name)).map_err(|source| self.failed(name, source))?;
        }
        Ok(())
    }

    fn failed(&self, name: &str, source: io::Error) -> ArchiveError {
        ArchiveError::Disk {
            path: self.into.join(name),
            source,
        }
    }
}

fn escapes(name: &str) -> Result<(), ArchiveError> {
    Err(ArchiveError::Entry {
        entry: name.to_owned(),
        rule: "is a symbolic link out of the package",
    })
}
