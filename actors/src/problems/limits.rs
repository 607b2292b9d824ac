//! Inferred time limits, remembered on disk by package hash, so that a changed package is measured again and an unchanged
//! one never twice.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use judging::ids::ContentHash;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

/// A measured limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Measured {
    limit_ms: u64,
    slowest_ms: u64,
}

/// The limits measured so far.
#[derive(Debug)]
pub struct RememberedLimits {
    path: PathBuf,
    known: Mutex<BTreeMap<String, Measured>>,
}

impl RememberedLimits {
    /// Reads `path`; a missing or damaged file is an empty one: everything in it can be measured again.
    #[must_use]
    pub fn open(path: &Path) -> Self {
        let known = match fs::read(path) {
            Ok(text) => serde_json::from_slice(&text).unwrap_or_else(|error| {
                tracing::warn!(path = %path.display(), %error, "measuring time limits again");
                BTreeMap::new()
            }),
            Err(_) => BTreeMap::new(),
        };
        Self {
            path: path.to_owned(),
            known: Mutex::new(known),
        }
    }

    /// The limit of the package with this hash.
    #[must_use]
    pub fn get(&self, package: ContentHash) -> Option<Duration> {
        let known = self.known.lock();
        known
            .get(&package.to_string())
            .map(|m| Duration::from_millis(m.limit_ms))
    }

    /// Remembers a limit, on disk too. The limit holds for this process even when the disk does not take it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn remember(
        &self,
        package: ContentHash,
        slowest: Duration,
        limit: Duration,
    ) -> io::Result<()> {
        let measured = Measured {
            limit_ms: millis(limit),
            slowest_ms: millis(slowest),
        };
        let mut known = self.known.lock();
        known.insert(package.to_string(), measured);
        let text = serde_json::to_vec_pretty(&*known)?;
        let staged = self.path.with_extension("json.new");
        if let Some(dir) = self.path.parent() {
            fs::create_dir_all(dir)?;
        }
        fs::write(&staged, text)?;
        fs::rename(&staged, &self.path)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_survives_a_restart_and_a_damaged_file_is_measured_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("time-limits.json");
        let (package, other) = (ContentHash::of(b"a"), ContentHash::of(b"b"));
        let limits = RememberedLimits::open(&path);
        assert_eq!(limits.get(package), None);
        limits
            .remember(package, Duration::from_millis(130), Duration::from_secs(1))
            .unwrap();
        let again = RememberedLimits::open(&path);
        assert_eq!(again.get(package), Some(Duration::from_secs(1)));
        assert_eq!(again.get(other), None);
        fs::write(&path, "{").unwrap();
        assert_eq!(RememberedLimits::open(&path).get(package), None);
    }
}
