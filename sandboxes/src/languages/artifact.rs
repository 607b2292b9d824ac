//! What compiling left, kept in a directory: `manifest.toml` and the files, named by number so that no path a program chose
//! is ever a path of the host. A compile cache stores these directories as they are.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::compile::{Compiled, Produced};
use super::definition::ArtifactRule;
use crate::sandbox::{Content, PlacedFile};

const MANIFEST: &str = "manifest.toml";

/// A compiled program, ready to run any number of times, in any number of sandboxes at once.
#[derive(Clone, Debug)]
pub struct Artifact {
    manifest: Arc<Manifest>,
    directory: PathBuf,
    /// Of an executable artifact: the program, opened read-only.
    executable: Option<Arc<File>>,
    /// Of the others: what goes into the box.
    placed: Arc<Vec<PlacedFile>>,
}

/// What is in an artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The language's id.
    pub language: String,
    /// The toolchain's version line at the time.
    pub version: String,
    /// Whether `files` is one executable or goes into the box.
    pub executable: bool,
    /// The file or class to start, where the language has one.
    pub entry: Option<String>,
    /// What the compiler said: warnings.
    pub message: String,
    /// CPU time of compiling.
    pub cpu: Duration,
    /// Wall time of compiling.
    pub wall: Duration,
    /// Peak memory of compiling.
    pub memory_bytes: u64,
    /// The files, in the order of their numbers.
    pub files: Vec<ManifestFile>,
}

/// One file of an artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Its path in the box.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Whether it may be executed.
    pub executable: bool,
    /// blake3 of its content, hexadecimal.
    pub hash: String,
}

/// A failure to keep or read an artifact: ours, never the program's.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// A file operation failed.
    #[error("failed to {step} {path}")]
    Io {
        /// What was being done.
        step: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The directory is not what was written.
    #[error("damaged artifact {path}: {reason}")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// How.
        reason: String,
    },
}

impl Artifact {
    /// Keeps what was compiled in `directory`, which appears whole or not at all. An artifact that is already there wins.
    ///
    /// # Errors
    /// [`ArtifactError::Io`].
    pub fn write(directory: &Path, compiled: &Compiled) -> Result<Self, ArtifactError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let partial = directory.with_extension(format!("partial-{}-{number}", std::process::id()));
        fs::create_dir_all(&partial).map_err(io_error("create", &partial))?;
        let written = write_files(&partial, compiled);
        let kept = written.and_then(|()| match fs::rename(&partial, directory) {
            Err(_) if directory.join(MANIFEST).exists() => Ok(()),
            renamed => renamed.map_err(io_error("rename", &partial)),
        });
        // Gone already after a successful rename; a left-over of a failed one must not fill the disk.
        let _ = fs::remove_dir_all(&partial);
        kept?;
        Self::open(directory)
    }

    /// Opens an artifact; sizes are checked, contents only by [`Artifact::verify`].
    ///
    /// # Errors
    /// [`ArtifactError`].
    pub fn open(directory: &Path) -> Result<Self, ArtifactError> {
        let path = directory.join(MANIFEST);
        let text = fs::read_to_string(&path).map_err(io_error("read", &path))?;
        let manifest: Manifest = toml::from_str(&text).map_err(|error| ArtifactError::Damaged {
            path,
            reason: error.message().to_owned(),
        })?;
        let mut artifact = Self {
            executable: None,
            placed: Arc::default(),
            directory: directory.to_owned(),
            manifest: Arc::new(manifest),
        };
        let mut placed = Vec::new();
        for (number, entry) in artifact.manifest.files.iter().enumerate() {
            let file = artifact.open_file(number, entry)?;
            if artifact.manifest.executable {
                artifact.executable = Some(Arc::new(file));
                return Ok(artifact);
            }
            placed.push(artifact.place(number, entry, file)?);
        }
        artifact.placed = Arc::new(placed);
        Ok(artifact)
    }

    /// Reads every byte and compares it with the manifest.
    ///
    /// # Errors
    /// [`ArtifactError::Damaged`] names the file.
    pub fn verify(&self) -> Result<(), ArtifactError> {
        for (number, entry) in self.manifest.files.iter().enumerate() {
            let path = self.directory.join(number.to_string());
            let mut hasher = blake3::Hasher::new();
            let file = File::open(&path).map_err(io_error("open", &path))?;
            hasher
                .update_reader(file)
                .map_err(io_error("read", &path))?;
            if hasher.finalize().to_hex().as_str() != entry.hash {
                return Err(ArtifactError::Damaged {
                    path,
                    reason: "its content has changed".to_owned(),
                });
            }
        }
        Ok(())
    }

    /// What is in it.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Where it is kept.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Bytes on disk, the manifest apart.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.manifest.files.iter().map(|file| file.bytes).sum()
    }

    /// blake3 over what a run depends on: entry, paths, contents.
    #[must_use]
    pub fn content_hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut field = |text: &str| {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        field(&self.manifest.language);
        field(self.manifest.entry.as_deref().unwrap_or_default());
        for file in &self.manifest.files {
            field(&file.path);
            field(&file.hash);
            field(if file.executable { "x" } else { "" });
        }
        hasher.finalize().to_hex().to_string()
    }

    pub(crate) fn executable(&self) -> Option<&Arc<File>> {
        self.executable.as_ref()
    }

    pub(crate) fn placed(&self) -> &[PlacedFile] {
        &self.placed
    }

    fn open_file(&self, number: usize, entry: &ManifestFile) -> Result<File, ArtifactError> {
        let path = self.directory.join(number.to_string());
        let file = File::open(&path).map_err(io_error("open", &path))?;
        let bytes = file.metadata().map_err(io_error("stat", &path))?.len();
        if bytes != entry.bytes {
            return Err(ArtifactError::Damaged {
                path,
                reason: format!("{bytes} bytes instead of {}", entry.bytes),
            });
        }
        Ok(file)
    }

    fn place(
        &self,
        number: usize,
        entry: &ManifestFile,
        mut file: File,
    ) -> Result<PlacedFile, ArtifactError> {
        let path = self.directory.join(number.to_string());
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .map_err(io_error("read", &path))?;
        Ok(PlacedFile {
            path: entry.path.clone(),
            content: Content::Bytes(bytes),
            executable: entry.executable,
        })
    }
}

fn write_files(directory: &Path, compiled: &Compiled) -> Result<(), ArtifactError> {
    let mut files = Vec::new();
    for (number, produced) in compiled.files.iter().enumerate() {
        files.push(write_file(&directory.join(number.to_string()), produced)?);
    }
    let manifest = Manifest {
        language: compiled.language.clone(),
        version: compiled.version.clone(),
        executable: compiled.rule == ArtifactRule::Executable,
        entry: compiled.entry.clone(),
        message: compiled.message.clone(),
        cpu: compiled.cpu,
        wall: compiled.wall,
        memory_bytes: compiled.memory_bytes,
        files,
    };
    let path = directory.join(MANIFEST);
    let text = toml::to_string(&manifest).map_err(|error| ArtifactError::Damaged {
        path: path.clone(),
        reason: error.to_string(),
    })?;
    fs::write(&path, text).map_err(io_error("write", &path))
}

/// Files are written once and never opened for writing again: executing one must not meet `ETXTBSY`.
fn write_file(path: &Path, produced: &Produced) -> Result<ManifestFile, ArtifactError> {
    let mut out = File::options()
        .write(true)
        .create_new(true)
        .mode(if produced.executable { 0o555 } else { 0o444 })
        .open(path)
        .map_err(io_error("create", path))?;
    let mut hasher = blake3::Hasher::new();
    let mut bytes = 0;
    let mut copy = |chunk: &[u8]| {
        hasher.update(chunk);
        bytes += chunk.len() as u64;
        out.write_all(chunk).map_err(io_error("write", path))
    };
    match &produced.content {
        Content::Bytes(content) => copy(content)?,
        Content::File(file) | Content::Shown(file) => {
            let mut file = file.as_ref();
            file.rewind()
                .map_err(io_error("rewind the source of", path))?;
            let mut buffer = vec![0; 64 * 1024];
            loop {
                match file
                    .read(&mut buffer)
                    .map_err(io_error("read the source of", path))?
                {
                    0 => break,
                    length => copy(&buffer[..length])?,
                }
            }
        }
    }
    Ok(ManifestFile {
        path: produced.path.clone(),
        bytes,
        executable: produced.executable,
        hash: hasher.finalize().to_hex().to_string(),
    })
}

fn io_error(step: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ArtifactError {
    let path = path.to_owned();
    move |source| ArtifactError::Io { step, path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled(rule: ArtifactRule) -> Compiled {
        let file = |path: &str, content: &[u8]| Produced {
            path: path.to_owned(),
            content: Content::Bytes(content.to_vec()),
            executable: rule == ArtifactRule::Executable,
        };
        Compiled {
            language: "toy".to_owned(),
            version: "toy 1.0".to_owned(),
            rule,
            entry: Some("Main".to_owned()),
            message: "a \"warning\"\nin two lines".to_owned(),
            cpu: Duration::from_millis(12),
            wall: Duration::from_millis(34),
            memory_bytes: 56,
            files: match rule {
                ArtifactRule::Executable => vec![file("program", b"\x7fELF")],
                _ => vec![file("../odd\nname", b"a"), file("p/B.class", b"")],
            },
        }
    }

    #[test]
    fn comes_back_as_it_was_written() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("entry");
        let written = Artifact::write(&directory, &compiled(ArtifactRule::Files)).unwrap();
        let opened = Artifact::open(&directory).unwrap();
        opened.verify().unwrap();
        assert_eq!(opened.manifest(), written.manifest());
        assert_eq!(opened.content_hash(), written.content_hash());
        assert_eq!(opened.placed().len(), 2);
        assert_eq!(opened.placed()[0].path, "../odd\nname");
        let names: Vec<_> = fs::read_dir(home.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["entry"], "nothing else is left or made");
    }

    #[test]
    fn the_first_of_two_writers_wins() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("entry");
        let first = Artifact::write(&directory, &compiled(ArtifactRule::Executable)).unwrap();
        let second = Artifact::write(&directory, &compiled(ArtifactRule::Files)).unwrap();
        assert_eq!(first.manifest(), second.manifest());
        assert!(second.executable().is_some());
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn damage_is_found() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("entry");
        let artifact = Artifact::write(&directory, &compiled(ArtifactRule::Executable)).unwrap();
        fs::remove_file(directory.join("0")).unwrap();
        fs::write(directory.join("0"), "\x7fELG").unwrap();
        assert!(matches!(
            artifact.verify(),
            Err(ArtifactError::Damaged { .. })
        ));
        fs::remove_file(directory.join("0")).unwrap();
        fs::write(directory.join("0"), "short").unwrap();
        assert!(matches!(
            Artifact::open(&directory),
            Err(ArtifactError::Damaged { .. })
        ));
        assert!(matches!(
            Artifact::open(home.path()),
            Err(ArtifactError::Io { .. })
        ));
    }
}
