//! Compiled programs on disk, addressed by what they were made from: one directory per entry, below 256 shards. Files belong
//! to the daemon's user and are read-only, so that a program may be executed from here by descriptor and never changed by one.
//!
//! **Invariant**: an entry appears by one `rename`, complete; an entry whose content does not match its manifest is removed
//! and reported as absent. The sum of all sizes stays below the bound after every insert.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use parking_lot::Mutex;
use sandboxes::languages::{Artifact, ArtifactError, Compiled};

/// Entries kept open: enough for every problem of a contest and its validators.
const OPEN_ENTRIES: usize = 128;
/// Bytes of open entries that are held in memory (class files, scripts); executables are only descriptors.
const OPEN_BYTES: u64 = 32 << 20;
/// How often the time of the last use is written down.
const TOUCH_EVERY: Duration = Duration::from_secs(600);

/// The cache on disk. [`DiskCache::get_open`] costs a `stat`; everything else may block for long.
#[derive(Debug)]
pub(crate) struct DiskCache {
    root: PathBuf,
    bound_bytes: u64,
    index: Mutex<Index>,
}

#[derive(Debug, Default)]
struct Index {
    entries: HashMap<String, Entry>,
    total_bytes: u64,
    clock: u64,
}

#[derive(Debug)]
struct Entry {
    bytes: u64,
    used: u64,
    touched: SystemTime,
    open: Option<(Artifact, Stamp)>,
}

/// What changes when somebody writes to or replaces an executable; `None` for entries that are held in memory.
type Stamp = Option<(u64, i64, i64, u64)>;

impl DiskCache {
    /// Opens or makes the cache in `root` and forgets what exceeds `bound_bytes`, least recently used first.
    pub(crate) fn open(root: &Path, bound_bytes: u64) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        let cache = Self {
            root: root.to_owned(),
            bound_bytes,
            index: Mutex::new(scan(root)?),
        };
        cache.evict(&mut cache.index.lock(), "");
        Ok(cache)
    }

    /// The entry if it is open already and was not tampered with since.
    pub(crate) fn get_open(&self, key: &str) -> Option<Artifact> {
        let mut index = self.index.lock();
        index.clock += 1;
        let clock = index.clock;
        let entry = index.entries.get_mut(key)?;
        let (artifact, stamp) = entry.open.as_ref()?;
        if stamp.is_some() && stamp_of(artifact).ok() != Some(*stamp) {
            entry.open = None;
            return None;
        }
        entry.used = clock;
        Some(artifact.clone())
    }

    /// The entry, opened and held against its hashes; a damaged one is removed. Blocks.
    pub(crate) fn get(&self, key: &str) -> Option<Artifact> {
        if let Some(artifact) = self.get_open(key) {
            return Some(artifact);
        }
        if !self.index.lock().entries.contains_key(key) {
            return None;
        }
        match open_verified(&self.entry_dir(key)) {
            Ok(opened) => {
                self.opened(key, opened.clone());
                Some(opened.0)
            }
            Err(error) => {
                tracing::warn!(key, %error, "removed a damaged entry of the compile cache");
                self.remove(key);
                None
            }
        }
    }

    /// Stores a program and gives it back opened. Blocks.
    pub(crate) fn insert(&self, key: &str, compiled: &Compiled) -> Result<Artifact, ArtifactError> {
        self.remove(key);
        let place = self.entry_dir(key);
        let failed = |source| ArtifactError::Io {
            step: "create",
            path: place.clone(),
            source,
        };
        fs::create_dir_all(place.parent().unwrap_or(&self.root)).map_err(failed)?;
        Artifact::write(&place, compiled)?;
        let opened = open_verified(&place)?;
        let mut index = self.index.lock();
        let bytes = opened.0.total_bytes() + opened.0.manifest().message.len() as u64;
        let entry = Entry {
            bytes,
            used: 0,
            touched: SystemTime::now(),
            open: None,
        };
        index.total_bytes += bytes;
        index.entries.insert(key.to_owned(), entry);
        self.evict(&mut index, key);
        drop(index);
        self.opened(key, opened.clone());
        Ok(opened.0)
    }

    /// Entries and their bytes.
    pub(crate) fn size(&self) -> (usize, u64) {
        let index = self.index.lock();
        (index.entries.len(), index.total_bytes)
    }

    /// Takes note that an entry was used and is open.
    fn opened(&self, key: &str, opened: (Artifact, Stamp)) {
        let mut index = self.index.lock();
        index.clock += 1;
        let clock = index.clock;
        let Some(entry) = index.entries.get_mut(key) else {
            return;
        };
        entry.used = clock;
        entry.open = Some(opened);
        let now = SystemTime::now();
        if now.duration_since(entry.touched).unwrap_or_default() >= TOUCH_EVERY {
            entry.touched = now;
            // Only the order of eviction after a restart depends on it.
            let _ = File::open(self.entry_dir(key)).and_then(|dir| dir.set_modified(now));
        }
        close_oldest(&mut index);
    }

    fn remove(&self, key: &str) {
        let mut index = self.index.lock();
        if let Some(entry) = index.entries.remove(key) {
            index.total_bytes -= entry.bytes;
        }
        // Programs that run from it keep their open files.
        let _ = fs::remove_dir_all(self.entry_dir(key));
    }

    /// Removes the least recently used until the bound holds, but never `keep`.
    fn evict(&self, index: &mut Index, keep: &str) {
        while index.total_bytes > self.bound_bytes {
            let others = index.entries.iter().filter(|(key, _)| *key != keep);
            let Some(oldest) = others.min_by_key(|(_, entry)| entry.used) else {
                return;
            };
            let oldest = oldest.0.clone();
            if let Some(entry) = index.entries.remove(&oldest) {
                index.total_bytes -= entry.bytes;
            }
            let _ = fs::remove_dir_all(self.entry_dir(&oldest));
        }
    }

    fn entry_dir(&self, key: &str) -> PathBuf {
        self.root.join(&key[..2.min(key.len())]).join(key)
    }
}

fn open_verified(dir: &Path) -> Result<(Artifact, Stamp), ArtifactError> {
    let artifact = Artifact::open(dir)?;
    // Taken first: a change while the content is read shows later.
    let stamp = stamp_of(&artifact).map_err(|source| ArtifactError::Io {
        step: "stat",
        path: dir.to_owned(),
        source,
    })?;
    artifact.verify()?;
    Ok((artifact, stamp))
}

fn stamp_of(artifact: &Artifact) -> io::Result<Stamp> {
    if !artifact.manifest().executable {
        return Ok(None);
    }
    let file = fs::metadata(artifact.directory().join("0"))?;
    Ok(Some((
        file.ino(),
        file.ctime(),
        file.ctime_nsec(),
        file.len(),
    )))
}

fn memory_bytes(artifact: &Artifact) -> u64 {
    if artifact.manifest().executable {
        0
    } else {
        artifact.total_bytes()
    }
}

fn close_oldest(index: &mut Index) {
    loop {
        let open = index
            .entries
            .values()
            .filter_map(|entry| entry.open.as_ref());
        let (count, bytes) = open.fold((0, 0), |(count, bytes), (artifact, _)| {
            (count + 1, bytes + memory_bytes(artifact))
        });
        if count <= OPEN_ENTRIES && (bytes <= OPEN_BYTES || count <= 1) {
            return;
        }
        let open = index
            .entries
            .values_mut()
            .filter(|entry| entry.open.is_some());
        match open.min_by_key(|entry| entry.used) {
            Some(oldest) => oldest.open = None,
            None => return,
        }
    }
}

/// Lists the entries below `root` in the order of their last use; what a crash left half made is removed.
fn scan(root: &Path) -> io::Result<Index> {
    let mut found = Vec::new();
    for shard in fs::read_dir(root)?.flatten() {
        let Ok(entries) = fs::read_dir(shard.path()) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.len() != 64 {
                let _ = fs::remove_dir_all(entry.path());
                continue;
            }
            let touched = entry.metadata()?.modified()?;
            found.push((touched, name, directory_bytes(&entry.path())?));
        }
    }
    found.sort();
    let mut index = Index::default();
    for (touched, key, bytes) in found {
        index.clock += 1;
        index.total_bytes += bytes;
        let entry = Entry {
            bytes,
            used: index.clock,
            touched,
            open: None,
        };
        index.entries.insert(key, entry);
    }
    Ok(index)
}

fn directory_bytes(dir: &Path) -> io::Result<u64> {
    let files = fs::read_dir(dir)?.flatten();
    files.map(|file| file.metadata().map(|m| m.len())).sum()
}

#[cfg(test)]
mod tests {
    use sandboxes::languages::{ArtifactRule, Produced};
    use sandboxes::sandbox::Content;

    use super::*;

    fn compiled(content: &[u8]) -> Compiled {
        Compiled {
            language: "c".to_owned(),
            version: "cc 1".to_owned(),
            rule: ArtifactRule::Executable,
            entry: None,
            message: String::new(),
            cpu: Duration::ZERO,
            wall: Duration::ZERO,
            memory_bytes: 0,
            files: vec![Produced {
                path: "program".to_owned(),
                content: Content::Bytes(content.to_vec()),
                executable: true,
            }],
        }
    }

    fn key(letter: &str) -> String {
        letter.repeat(64)
    }

    fn insert(cache: &DiskCache, letter: &str, content: &[u8]) {
        cache.insert(&key(letter), &compiled(content)).unwrap();
    }

    #[test]
    fn an_entry_survives_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        insert(&DiskCache::open(dir.path(), 1 << 20).unwrap(), "a", b"ELF");
        let cache = DiskCache::open(dir.path(), 1 << 20).unwrap();
        assert!(
            cache.get_open(&key("a")).is_none(),
            "not open after a restart"
        );
        let found = cache.get(&key("a")).unwrap();
        assert_eq!(fs::read(found.directory().join("0")).unwrap(), b"ELF");
        let mode = fs::metadata(found.directory().join("0")).unwrap().mode();
        assert_eq!(mode & 0o777, 0o555);
        assert!(
            cache.get_open(&key("a")).is_some(),
            "open after its first use"
        );
    }

    #[test]
    fn a_damaged_entry_is_removed_whether_it_is_open_or_not() {
        let dir = tempfile::tempdir().unwrap();
        let cache = DiskCache::open(dir.path(), 1 << 20).unwrap();
        let damage = || fs::write(cache.entry_dir(&key("a")).join("0"), b"evil").unwrap();
        insert(&cache, "a", b"good");
        damage();
        assert!(cache.get(&key("a")).is_none());
        assert_eq!(cache.size(), (0, 0));
        insert(&cache, "a", b"good");
        damage();
        let again = DiskCache::open(dir.path(), 1 << 20).unwrap();
        assert!(again.get(&key("a")).is_none());
        assert!(!cache.entry_dir(&key("a")).exists());
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let dir = tempfile::tempdir().unwrap();
        let cache = DiskCache::open(dir.path(), 2_500).unwrap();
        insert(&cache, "a", &[1; 1000]);
        insert(&cache, "b", &[2; 1000]);
        assert!(cache.get(&key("a")).is_some());
        insert(&cache, "c", &[3; 1000]);
        assert!(cache.get(&key("b")).is_none());
        assert!(cache.get(&key("a")).is_some());
        assert!(cache.get(&key("c")).is_some());
        assert!(cache.size().1 <= 2_500);
        // A smaller bound holds at once after a restart.
        assert_eq!(DiskCache::open(dir.path(), 100).unwrap().size(), (0, 0));
    }

    #[test]
    fn what_a_crash_left_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let partial = dir.path().join("aa").join("aa.partial-1-1");
        fs::create_dir_all(&partial).unwrap();
        assert_eq!(DiskCache::open(dir.path(), 1 << 20).unwrap().size().0, 0);
        assert!(!partial.exists());
    }
}
