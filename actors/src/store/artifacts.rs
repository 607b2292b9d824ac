//! Bodies over a few kilobytes: content-addressed files beside the database, durable before the transaction that names them.
//!
//! **Invariants**: a name is the hash of its content; a file appears whole (temporary file, fdatasync, rename, fsync of the
//! directory) or not at all; it is removed only by the store thread, after the transaction that dropped its last reference.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use judging::ids::ContentHash;

use super::StoreError;

const TEMPORARY: &str = "tmp-";

/// The directory of artifacts.
pub(super) struct Artifacts {
    dir: PathBuf,
    handle: File,
}

impl Artifacts {
    pub(super) fn open(dir: PathBuf) -> Result<Self, StoreError> {
        let open = || -> io::Result<File> {
            fs::create_dir_all(&dir)?;
            let handle = File::open(&dir)?;
            handle.sync_all()?;
            if let Some(parent) = dir.parent() {
                File::open(parent)?.sync_all()?;
            }
            Ok(handle)
        };
        match open() {
            Ok(handle) => Ok(Self { dir, handle }),
            Err(source) => Err(StoreError::Directory { path: dir, source }),
        }
    }

    fn path(&self, hash: &ContentHash) -> PathBuf {
        self.dir.join(hash.to_string())
    }

    /// Writes the artifacts and makes them durable.
    pub(super) fn write<'a>(
        &self,
        new: impl Iterator<Item = (&'a ContentHash, &'a Vec<u8>)>,
    ) -> Result<(), StoreError> {
        let mut any = false;
        for (hash, bytes) in new {
            any = true;
            let path = self.path(hash);
            self.write_one(&path, bytes)
                .map_err(|source| StoreError::Artifact { path, source })?;
        }
        if any {
            self.handle.sync_all().map_err(StoreError::Sync)?;
        }
        Ok(())
    }

    fn write_one(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let temporary = self.dir.join(format!("{TEMPORARY}{name}"));
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&temporary)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        fs::rename(&temporary, path)
    }

    /// Reads one artifact and checks it against its name.
    pub(super) fn read(&self, hash: &ContentHash) -> Result<Vec<u8>, StoreError> {
        let path = self.path(hash);
        let bytes = fs::read(&path).map_err(|source| StoreError::Artifact {
            path: path.clone(),
            source,
        })?;
        if ContentHash::of(&bytes) == *hash {
            Ok(bytes)
        } else {
            Err(StoreError::ArtifactContent { path })
        }
    }

    /// Removes an artifact that nothing names any more. One that is gone already is no error.
    pub(super) fn remove(&self, hash: &ContentHash) -> Result<(), StoreError> {
        self.remove_leftover(self.path(hash))
    }

    /// Removes what a crash left.
    pub(super) fn remove_leftover(&self, path: PathBuf) -> Result<(), StoreError> {
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(StoreError::Artifact { path, source })
            }
            _ => Ok(()),
        }
    }

    /// The names in the directory, one by one: an artifact's hash, or a leftover of a crash.
    pub(crate) fn names(&self) -> Result<impl Iterator<Item = Found> + Send + use<>, StoreError> {
        let entries = fs::read_dir(&self.dir);
        let entries = entries.map_err(|source| StoreError::Directory {
            path: self.dir.clone(),
            source,
        })?;
        Ok(entries.filter_map(Result::ok).filter_map(|entry| {
            let name = entry.file_name();
            let name = name.to_str()?;
            if name.starts_with(TEMPORARY) {
                return Some(Found::Leftover(entry.path()));
            }
            name.parse().ok().map(Found::Artifact)
        }))
    }
}

/// A name in the directory of artifacts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Artifact(ContentHash),
    Leftover(PathBuf),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_artifact_is_written_whole_read_checked_and_removed() {
        let dir = tempfile::tempdir().expect("a directory");
        let artifacts = Artifacts::open(dir.path().join("artifacts")).expect("it opens");
        let bytes = b"int main() {}".repeat(1000);
        let hash = ContentHash::of(&bytes);
        artifacts
            .write([(&hash, &bytes)].into_iter())
            .expect("it writes");
        assert_eq!(artifacts.read(&hash).expect("it reads"), bytes);
        let names: Vec<Found> = artifacts.names().expect("it lists").collect();
        assert_eq!(names, [Found::Artifact(hash)]);
        fs::write(artifacts.path(&hash), b"other").expect("it writes");
        assert!(matches!(
            artifacts.read(&hash),
            Err(StoreError::ArtifactContent { .. })
        ));
        artifacts.remove(&hash).expect("it removes");
        artifacts.remove(&hash).expect("twice is no error");
        assert!(artifacts.read(&hash).is_err());
    }
}
