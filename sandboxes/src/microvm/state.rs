//! What is kept between starts: what was found out about this host, and saved machines. Losing it costs time and nothing else.
//!
//! **Invariant:** the directory is ours alone: nobody else can put a machine there that we would continue.

use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::microvm::config::MicroVmConfig;
use crate::sandbox::WallError;

/// The directory.
pub(crate) struct State {
    directory: PathBuf,
}

impl State {
    /// Makes the directory, or makes sure that it is ours.
    pub(crate) fn open(config: &MicroVmConfig) -> Result<Self, WallError> {
        let directory = config.cache.clone();
        let refuse = |reason: String| {
            let reason = format!("{}: {reason}", directory.display());
            config.refuse("the cache of virtual machines", "cache", reason)
        };
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder
            .create(&directory)
            .map_err(|error| refuse(error.to_string()))?;
        let about = std::fs::metadata(&directory).map_err(|error| refuse(error.to_string()))?;
        if about.uid() != rustix::process::geteuid().as_raw() {
            return Err(refuse("belongs to another user".to_owned()));
        }
        if about.mode() & 0o077 != 0 {
            std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(0o700))
                .map_err(|error| refuse(error.to_string()))?;
        }
        Ok(Self { directory })
    }

    /// A path in it.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.directory.join(name)
    }

    /// The files whose names begin so, but for the `newest`.
    pub(crate) fn oldest(&self, prefix: &str, newest: usize) -> Vec<PathBuf> {
        let mut found: Vec<_> = std::fs::read_dir(&self.directory)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        found.sort();
        found.truncate(found.len().saturating_sub(newest));
        found.into_iter().map(|(_, path)| path).collect()
    }

    /// What was remembered under this name.
    pub(crate) fn recall(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.path(name)).ok()
    }

    /// Remembers a line, as well as can be.
    pub(crate) fn remember(&self, name: &str, text: &str) {
        let new = self.path(format!(".{name}.{}", std::process::id()));
        let written =
            std::fs::write(&new, text).and_then(|()| std::fs::rename(&new, self.path(name)));
        if let Err(error) = written {
            tracing::debug!(name, %error, "failed to remember a fact about this host");
        }
    }
}

/// Stands for this boot of the host.
pub(crate) fn boot_id() -> String {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    id.trim().to_owned()
}
