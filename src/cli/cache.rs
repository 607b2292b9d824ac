//! The cache directory of the commands that judge without a server.

use std::fs::File;
use std::path::{Path, PathBuf};

/// Where compiled programs and measured limits are kept from one call to the next. Only one process uses it at a time; others
/// go without.
pub(super) struct Cache {
    path: PathBuf,
    _lock: Option<File>,
}

impl Cache {
    /// Takes the directory given, else the usual one; `scratch` when another process has it.
    pub(super) fn open(given: Option<&Path>, scratch: &Path) -> Self {
        let usual = || {
            let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
            base.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))
        };
        let wanted = given
            .map(Path::to_owned)
            .or_else(|| Some(usual()?.join("gavel")));
        match wanted.and_then(|path| Some((lock(&path)?, path))) {
            Some((lock, path)) => Self {
                path,
                _lock: Some(lock),
            },
            None => Self {
                path: scratch.to_owned(),
                _lock: None,
            },
        }
    }

    /// The directory.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

fn lock(dir: &Path) -> Option<File> {
    std::fs::create_dir_all(dir).ok()?;
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(dir.join("lock"))
        .ok()?;
    file.try_lock().ok()?;
    Some(file)
}
