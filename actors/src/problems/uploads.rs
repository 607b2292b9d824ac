//! Changing the library while it is in use: packages that are uploaded, their versions, and their deletion.
//!
//! **Invariants**: the newest version of an uploaded problem is the one that is judged with, and stands before a package of the
//! same id in the configured directories; one change at a time; a judgement under way keeps the package it began with, files
//! included, also when the version is deleted meanwhile.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Weak};

use judging::ids::{ContentHash, ProblemId, Timestamp};
use judging::packages::{self, PackageError, ProblemPackage};
use parking_lot::Mutex;

use super::versions::{Incoming, Version, Versions};
use super::{BrokenPackage, ProblemLibrary, broken};

/// The uploaded part of a library.
#[derive(Debug)]
pub(super) struct Uploads {
    versions: Versions,
    changes: Mutex<Changes>,
}

#[derive(Debug, Default)]
struct Changes {
    /// Packages that were loaded once: a judgement may hold one of them.
    loaded: HashMap<(ProblemId, ContentHash), Weak<ProblemPackage>>,
    /// Deleted versions whose files are still there.
    deleted: Vec<(ProblemId, ContentHash)>,
}

/// What came of an upload.
#[derive(Clone, Debug)]
pub struct Uploaded {
    /// The package, which is judged with from now on.
    pub package: Arc<ProblemPackage>,
    /// False when this very version was there already.
    pub is_new: bool,
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The library takes no uploads.
    #[error("this server takes no uploads")]
    Off,
    /// The package breaks a rule.
    #[error("{}", .0.message)]
    Package(BrokenPackage),
    /// There is no such version.
    #[error("there is no such version of the problem")]
    NoVersion,
    /// The disk failed.
    #[error("failed to keep the package: {0}")]
    Disk(#[source] io::Error),
}

impl ProblemLibrary {
    /// Takes uploads from now on, kept below `root`, and loads those that are there. Blocks.
    ///
    /// # Errors
    /// When the directory cannot be used.
    pub fn open_uploads(&self, root: &Path) -> io::Result<()> {
        let versions = Versions::open(root)?;
        let newest = newest(versions.list()?);
        let uploads = self.shared.uploads.get_or_init(|| Uploads {
            versions,
            changes: Mutex::default(),
        });
        let mut changes = uploads.changes.lock();
        for version in newest {
            self.activate(
                uploads,
                &mut changes,
                &version.problem,
                std::slice::from_ref(&version),
            );
        }
        Ok(())
    }

    /// A directory to unpack an upload into: the package itself goes into a directory of the problem's id in it.
    ///
    /// # Errors
    /// [`UploadError::Off`] or [`UploadError::Disk`].
    pub fn incoming(&self) -> Result<Incoming, UploadError> {
        self.uploads()?
            .versions
            .incoming()
            .map_err(UploadError::Disk)
    }

    /// Adds the package in the directory `id` of `incoming` as the newest version of the problem. Blocks: reads every byte.
    ///
    /// # Errors
    /// [`UploadError`].
    pub fn upload(
        &self,
        incoming: &Incoming,
        id: &ProblemId,
        now: Timestamp,
    ) -> Result<Uploaded, UploadError> {
        let uploads = self.uploads()?;
        let staged = load(&incoming.path().join(id.as_str()))?;
        if let Some(missing) = staged.unsupported().first() {
            return Err(UploadError::Package(BrokenPackage {
                root: staged.root.clone(),
                code: "package_unsupported",
                message: format!("{id}: {missing}"),
            }));
        }
        let mut changes = uploads.changes.lock();
        let is_new = uploads.versions.add(incoming.path(), &staged, now);
        let is_new = is_new.map_err(UploadError::Disk)?;
        let hash = staged.hash;
        changes
            .deleted
            .retain(|(problem, deleted)| problem != id || *deleted != hash);
        // Its paths have changed.
        let package = load(&uploads.versions.package_dir(id, hash))?;
        let package = changes.keep(package);
        self.shared.packages.write().set_uploaded(&package);
        uploads.reap(&mut changes);
        Ok(Uploaded { package, is_new })
    }

    /// The uploaded versions of a problem, the newest first.
    ///
    /// # Errors
    /// [`UploadError::Disk`] when they cannot be read.
    pub fn versions(&self, id: &ProblemId) -> Result<Vec<Version>, UploadError> {
        let Ok(uploads) = self.uploads() else {
            return Ok(Vec::new());
        };
        let mut all = uploads.versions.list().map_err(UploadError::Disk)?;
        all.retain(|version| version.problem == *id);
        Ok(all)
    }

    /// Deletes one uploaded version of a problem, or all of them. The one before becomes the one that is judged with, or the
    /// package of the configured directories, or none.
    ///
    /// # Errors
    /// [`UploadError::NoVersion`] when there is none to delete.
    pub fn delete(
        &self,
        id: &ProblemId,
        only: Option<ContentHash>,
    ) -> Result<Vec<Version>, UploadError> {
        let uploads = self.uploads()?;
        let mut changes = uploads.changes.lock();
        let all = self.versions(id)?;
        let (gone, left): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|version| only.is_none_or(|only| only == version.hash));
        if gone.is_empty() {
            return Err(UploadError::NoVersion);
        }
        for version in &gone {
            let marked = uploads.versions.mark_deleted(id, version.hash);
            marked.map_err(UploadError::Disk)?;
            changes.deleted.push((id.clone(), version.hash));
        }
        let active = self.get(id).map(|package| package.hash);
        if active.is_none_or(|active| gone.iter().any(|version| version.hash == active)) {
            self.shared.packages.write().forget_uploaded(id);
            self.activate(uploads, &mut changes, id, &left);
        }
        uploads.reap(&mut changes);
        Ok(gone)
    }

    fn uploads(&self) -> Result<&Uploads, UploadError> {
        self.shared.uploads.get().ok_or(UploadError::Off)
    }

    /// Judges with the first of `versions` that loads.
    fn activate(
        &self,
        uploads: &Uploads,
        changes: &mut Changes,
        id: &ProblemId,
        versions: &[Version],
    ) {
        for version in versions {
            match load(&uploads.versions.package_dir(id, version.hash)) {
                Ok(package) if package.hash == version.hash => {
                    let package = changes.keep(package);
                    return self.shared.packages.write().set_uploaded(&package);
                }
                Ok(package) => self.report_broken(BrokenPackage {
                    message: format!("{id}: the files of version {} were changed", version.hash),
                    root: package.root,
                    code: "package_version_changed",
                }),
                Err(UploadError::Package(broken)) => self.report_broken(broken),
                Err(error) => tracing::error!(problem = %id, %error, "failed to load a version"),
            }
        }
    }

    fn report_broken(&self, broken: BrokenPackage) {
        tracing::error!(root = %broken.root.display(), code = broken.code, "{}", broken.message);
        self.shared.packages.write().broken.push(broken);
    }
}

impl Uploads {
    /// Removes the files of deleted versions that nobody judges with any more.
    fn reap(&self, changes: &mut Changes) {
        let Changes { loaded, deleted } = changes;
        deleted.retain(|version| {
            if loaded
                .get(version)
                .is_some_and(|held| held.strong_count() > 0)
            {
                return true;
            }
            if self.versions.is_deleted(&version.0, version.1) {
                self.versions.remove(&version.0, version.1);
            }
            false
        });
        loaded.retain(|_, held| held.strong_count() > 0);
    }
}

impl Changes {
    fn keep(&mut self, package: ProblemPackage) -> Arc<ProblemPackage> {
        let package = Arc::new(package);
        let key = (package.id.clone(), package.hash);
        self.loaded.insert(key, Arc::downgrade(&package));
        package
    }
}

fn load(root: &Path) -> Result<ProblemPackage, UploadError> {
    packages::load(root).map_err(|error: PackageError| UploadError::Package(broken(root, &error)))
}

/// The newest version of each problem.
fn newest(mut versions: Vec<Version>) -> Vec<Version> {
    // Sorted by problem, the newest first.
    versions.dedup_by(|later, earlier| later.problem == earlier.problem);
    versions
}

#[cfg(test)]
#[path = "uploads_tests.rs"]
mod tests;
