//! Uploaded packages on disk: `<root>/<problem>/<hash>/` holds `<problem>/`, the package itself, and `version.json`.
//!
//! **Invariants**: a version is there whole or not at all: it is staged in `.incoming`, synced, and renamed into place. A version
//! that is marked as deleted is never served again, and its files go once nobody judges with them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use judging::ids::{ContentHash, ProblemId, Timestamp};
use judging::packages::{Format, ProblemPackage};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const INCOMING: &str = ".incoming";
const DESCRIPTION: &str = "version.json";
const DELETED: &str = "deleted";

/// One uploaded version of a problem.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// The problem.
    pub problem: ProblemId,
    /// Content hash of the package.
    pub hash: ContentHash,
    /// When it was uploaded, the last time.
    pub uploaded_at: Timestamp,
    /// The problem's name in it.
    pub name: String,
    /// Its format: `legacy`, `2025-09`, ...
    pub format: String,
    /// How many testcases it has.
    pub testcases: usize,
}

/// What `version.json` says besides what its path does.
#[derive(Serialize, Deserialize)]
struct Description {
    uploaded_at: Timestamp,
    /// Of two uploads in one millisecond the one with the higher number is the newer.
    #[serde(default)]
    number: u64,
    name: String,
    format: String,
    testcases: usize,
}

/// The directory of all uploaded packages.
#[derive(Debug)]
pub(super) struct Versions {
    root: PathBuf,
}

/// A directory for a package that is not one yet; removed when it is dropped.
#[derive(Debug)]
pub struct Incoming {
    dir: PathBuf,
}

impl Incoming {
    /// Where its files may be put.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.dir
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.dir)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(dir = %self.dir.display(), %error, "failed to remove an upload");
        }
    }
}

impl Versions {
    /// Opens the directory: what was being uploaded or deleted when the last process ended is removed.
    pub(super) fn open(root: &Path) -> io::Result<Self> {
        let root = std::path::absolute(root)?;
        let incoming = root.join(INCOMING);
        if incoming.exists() {
            fs::remove_dir_all(&incoming)?;
        }
        fs::create_dir_all(&incoming)?;
        let versions = Self { root };
        for (problem, hash) in versions.on_disk()? {
            if versions.dir(&problem, hash).join(DELETED).exists() {
                versions.remove(&problem, hash);
            }
        }
        Ok(versions)
    }

    /// An empty directory on the same file system.
    pub(super) fn incoming(&self) -> io::Result<Incoming> {
        let dir = self.root.join(INCOMING).join(Uuid::now_v7().to_string());
        fs::create_dir_all(&dir)?;
        Ok(Incoming { dir })
    }

    /// Where the package of a version lies.
    pub(super) fn package_dir(&self, problem: &ProblemId, hash: ContentHash) -> PathBuf {
        self.dir(problem, hash).join(problem.as_str())
    }

    /// All versions, of each problem the newest first. One whose description cannot be read is left out, and said so.
    pub(super) fn list(&self) -> io::Result<Vec<Version>> {
        let mut found = Vec::new();
        for (problem, hash) in self.on_disk()? {
            let dir = self.dir(&problem, hash);
            if dir.join(DELETED).exists() {
                continue;
            }
            match read(&dir.join(DESCRIPTION)) {
                Ok(said) => {
                    let order = (
                        problem.clone(),
                        std::cmp::Reverse((said.uploaded_at, said.number)),
                    );
                    let version = Version {
                        problem,
                        hash,
                        uploaded_at: said.uploaded_at,
                        name: said.name,
                        format: said.format,
                        testcases: said.testcases,
                    };
                    found.push((order, version));
                }
                Err(error) => {
                    tracing::error!(dir = %dir.display(), %error, "a version of a problem cannot be read");
                }
            }
        }
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(found.into_iter().map(|(_, version)| version).collect())
    }

    /// Moves the package in `staged` to its place, durably, as the newest version. False when the version was there already;
    /// then it only becomes the newest.
    pub(super) fn add(
        &self,
        staged: &Path,
        package: &ProblemPackage,
        now: Timestamp,
    ) -> io::Result<bool> {
        let versions = self.list()?;
        let newer = versions
            .iter()
            .filter(|version| version.problem == package.id);
        let description = Description {
            uploaded_at: newer
                .map(|version| version.uploaded_at)
                .max()
                .unwrap_or(now)
                .max(now),
            number: next_number(),
            name: package.name.clone(),
            format: format_name(package.format),
            testcases: package.testcases.len(),
        };
        let home = self.root.join(package.id.as_str());
        let dir = self.dir(&package.id, package.hash);
        if dir.exists() {
            let is_new = dir.join(DELETED).exists();
            write(&dir.join(DESCRIPTION), &description)?;
            if is_new {
                fs::remove_file(dir.join(DELETED))?;
            }
            sync(&dir)?;
            return Ok(is_new);
        }
        write(&staged.join(DESCRIPTION), &description)?;
        sync_all(staged)?;
        fs::create_dir_all(&home)?;
        fs::rename(staged, &dir)?;
        sync(&home)?;
        sync(&self.root)?;
        Ok(true)
    }

    /// Marks a version as deleted, durably.
    pub(super) fn mark_deleted(&self, problem: &ProblemId, hash: ContentHash) -> io::Result<()> {
        let dir = self.dir(problem, hash);
        File::create(dir.join(DELETED))?.sync_all()?;
        sync(&dir)
    }

    /// Removes the files of a version that is marked as deleted.
    pub(super) fn remove(&self, problem: &ProblemId, hash: ContentHash) {
        let dir = self.dir(problem, hash);
        // Out of the way first: a half removed version must not look like one.
        let aside = self.root.join(INCOMING).join(Uuid::now_v7().to_string());
        let removed = fs::rename(&dir, &aside).and_then(|()| fs::remove_dir_all(&aside));
        if let Err(error) = removed {
            tracing::warn!(dir = %dir.display(), %error, "failed to remove a version of a problem");
        }
        // The last version takes the directory of the problem with it; while there are others this fails, as it should.
        let _ = fs::remove_dir(self.root.join(problem.as_str()));
    }

    /// Whether a version is marked as deleted.
    pub(super) fn is_deleted(&self, problem: &ProblemId, hash: ContentHash) -> bool {
        self.dir(problem, hash).join(DELETED).exists()
    }

    fn dir(&self, problem: &ProblemId, hash: ContentHash) -> PathBuf {
        self.root.join(problem.as_str()).join(hash.to_string())
    }

    fn on_disk(&self) -> io::Result<Vec<(ProblemId, ContentHash)>> {
        let mut found = Vec::new();
        for problem in names(&self.root)? {
            if problem.starts_with('.') {
                continue;
            }
            for version in names(&self.root.join(&problem))? {
                if let Ok(hash) = version.parse() {
                    found.push((ProblemId(problem.clone()), hash));
                }
            }
        }
        Ok(found)
    }
}

/// How a format calls itself.
fn format_name(format: Format) -> String {
    let name = serde_json::to_value(format).ok();
    let name = name.as_ref().and_then(serde_json::Value::as_str);
    name.unwrap_or_default().to_owned()
}

/// Grows within a process; between two processes lies more than a millisecond.
fn next_number() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

fn names(dir: &Path) -> io::Result<Vec<String>> {
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        names.extend(entry?.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

fn read(path: &Path) -> io::Result<Description> {
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}

/// Replaces a small file as a whole.
fn write(path: &Path, description: &Description) -> io::Result<()> {
    let staged = path.with_extension("new");
    let mut file = File::create(&staged)?;
    file.write_all(&serde_json::to_vec(description)?)?;
    file.sync_all()?;
    fs::rename(&staged, path)
}

fn sync(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Makes everything below `dir` durable. Links need nothing: their directory holds them.
fn sync_all(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            sync_all(&entry.path())?;
        } else if kind.is_file() {
            File::open(entry.path())?.sync_all()?;
        }
    }
    sync(dir)
}
