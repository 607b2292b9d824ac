//! The sled database: its tables, its one transaction, and what makes a write durable on Linux.
//!
//! **Invariants**: only the store thread writes. `flush()` of sled is `sync_file_range`, so [`Database::sync`] adds an fdatasync of
//! its own fd of the data file; names are fsynced once at open. A database that does not open is moved aside, never deleted.

use std::collections::BTreeMap;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::StoreError;
use crate::supervision::panic_text;

/// How long the threads of a database that was closed may take to let go of its files.
const RELEASE: Duration = Duration::from_secs(2);

/// One table. All of them lie in one sled tree, each key behind the byte of its table: a batch of one tree is atomic, and cheaper
/// than a transaction over several, which reads every key that it writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Table {
    Submissions = 1,
    Pending = 2,
    Judgements = 3,
    Runs = 4,
    Events = 5,
    Topics = 6,
    ByTenant = 7,
    Contests = 8,
    Idempotency = 9,
    Artifacts = 10,
    Meta = 11,
    Owed = 12,
}

impl Table {
    /// The key as it lies in the tree.
    pub(super) fn key(self, key: &[u8]) -> Vec<u8> {
        let mut full = Vec::with_capacity(key.len() + 1);
        full.push(self as u8);
        full.extend_from_slice(key);
        full
    }

    /// The first key behind this table.
    fn end(self) -> Vec<u8> {
        vec![self as u8 + 1]
    }
}

/// What one transaction writes, by the keys as they lie in the tree: `None` removes.
pub(super) type Writes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// An open database.
pub(super) struct Database {
    db: sled::Db,
    records: sled::Tree,
    data: File,
}

/// What opening found.
pub(super) struct Opened {
    pub(super) database: Database,
    /// Where a broken database was moved to.
    pub(super) moved_aside: Option<PathBuf>,
}

/// Whether sled could not lock its files.
fn is_held(error: &StoreError) -> bool {
    matches!(error, StoreError::Directory { source, .. } if source.to_string().contains("could not acquire lock"))
}

impl Database {
    /// Opens the database in `dir`, or moves a broken one aside and opens an empty one. The caller holds the lock on `dir`'s
    /// parent, so a failure here is never another process at work.
    pub(super) fn open(dir: &Path, cache_bytes: u64, stamp: i64) -> Result<Opened, StoreError> {
        let reason = match Self::open_released(dir, cache_bytes) {
            Ok(database) => {
                return Ok(Opened {
                    database,
                    moved_aside: None,
                });
            }
            Err(Broken::Unreadable(error)) => return Err(error),
            Err(Broken::Corrupt(reason)) => reason,
        };
        let aside = free_name(dir, stamp);
        tracing::error!(dir = %dir.display(), aside = %aside.display(), "the database is broken and was moved aside: {reason}");
        metrics::counter!("gavel_store_corruptions_total").increment(1);
        std::fs::rename(dir, &aside).map_err(|source| StoreError::Directory {
            path: dir.to_owned(),
            source,
        })?;
        match Self::try_open(dir, cache_bytes) {
            Ok(database) => Ok(Opened {
                database,
                moved_aside: Some(aside),
            }),
            Err(Broken::Unreadable(error)) => Err(error),
            Err(Broken::Corrupt(reason)) => Err(StoreError::Broken(reason)),
        }
    }

    /// Opens it, waiting for a moment while it is held: sled's threads let go of a database that failed or was closed a little later.
    fn open_released(dir: &Path, cache_bytes: u64) -> Result<Self, Broken> {
        let deadline = Instant::now() + RELEASE;
        loop {
            match Self::try_open(dir, cache_bytes) {
                Err(Broken::Unreadable(error)) if is_held(&error) && Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                opened => return opened,
            }
        }
    }

    fn try_open(dir: &Path, cache_bytes: u64) -> Result<Self, Broken> {
        let at = |source| {
            Broken::Unreadable(StoreError::Directory {
                path: dir.to_owned(),
                source,
            })
        };
        std::fs::create_dir_all(dir).map_err(at)?;
        let open = || -> Result<(sled::Db, sled::Tree), sled::Error> {
            let config = sled::Config::new()
                .path(dir)
                .cache_capacity(cache_bytes)
                .flush_every_ms(None);
            let db = config.open()?;
            let records = db.open_tree("records")?;
            db.flush()?;
            Ok((db, records))
        };
        let (db, records) = match catch_unwind(AssertUnwindSafe(open)) {
            Ok(Ok(opened)) => opened,
            Ok(Err(sled::Error::Io(source))) if is_environment(&source) => return Err(at(source)),
            Ok(Err(error)) => return Err(Broken::Corrupt(error.to_string())),
            Err(payload) => {
                return Err(Broken::Corrupt(format!("panic: {}", panic_text(&*payload))));
            }
        };
        let data = File::open(dir.join("db")).map_err(at)?;
        data.sync_all().map_err(at)?;
        for path in [dir, dir.parent().unwrap_or(dir)] {
            File::open(path)
                .and_then(|handle| handle.sync_all())
                .map_err(at)?;
        }
        Ok(Self { db, records, data })
    }

    pub(super) fn get(&self, table: Table, key: &[u8]) -> Result<Option<sled::IVec>, StoreError> {
        self.get_full(&table.key(key))
    }

    /// Reads by the key as it lies in the tree.
    pub(super) fn get_full(&self, key: &[u8]) -> Result<Option<sled::IVec>, StoreError> {
        self.records.get(key).map_err(StoreError::Read)
    }

    /// Everything whose key begins so.
    pub(super) fn prefix(&self, table: Table, prefix: &[u8]) -> Found {
        Found(self.records.scan_prefix(table.key(prefix)))
    }

    /// Everything from a key on.
    pub(super) fn from(&self, table: Table, from: &[u8]) -> Found {
        Found(self.records.range(table.key(from)..table.end()))
    }

    /// Everything up to a key, which is included.
    pub(super) fn up_to(&self, table: Table, last: &[u8]) -> Found {
        Found(self.records.range(table.key(&[])..=table.key(last)))
    }

    /// Everything from a key on and below another.
    pub(super) fn range(&self, table: Table, from: &[u8], below: &[u8]) -> Found {
        Found(self.records.range(table.key(from)..table.key(below)))
    }

    /// Writes everything or nothing. Not durable before [`Database::sync`].
    pub(super) fn commit(&self, writes: Writes) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        for (key, value) in writes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        self.records.apply_batch(batch).map_err(StoreError::Write)
    }

    /// Makes everything committed so far survive a power cut.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        self.db.flush().map_err(StoreError::Write)?;
        self.data.sync_data().map_err(StoreError::Sync)
    }

    /// Bytes on disk, for metrics.
    pub(super) fn bytes_on_disk(&self) -> u64 {
        self.data.metadata().map_or(0, |data| data.len())
    }
}

/// Records in the order of their keys, the keys without their table.
pub(super) struct Found(sled::Iter);

impl Found {
    fn stripped(
        item: sled::Result<(sled::IVec, sled::IVec)>,
    ) -> Result<(Vec<u8>, sled::IVec), StoreError> {
        let (key, value) = item.map_err(StoreError::Read)?;
        Ok((key.get(1..).unwrap_or_default().to_vec(), value))
    }
}

impl Iterator for Found {
    type Item = Result<(Vec<u8>, sled::IVec), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(Self::stripped)
    }
}

impl DoubleEndedIterator for Found {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(Self::stripped)
    }
}

enum Broken {
    /// The machine does not let us: nothing is known to be broken.
    Unreadable(StoreError),
    /// The files make no sense.
    Corrupt(String),
}

/// Whether an I/O error speaks of the machine and not of the file's content.
fn is_environment(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(
        error.kind(),
        ErrorKind::PermissionDenied
            | ErrorKind::StorageFull
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::QuotaExceeded
            | ErrorKind::NotFound
            | ErrorKind::OutOfMemory
            | ErrorKind::ResourceBusy
            | ErrorKind::WouldBlock
    ) || error.to_string().contains("could not acquire lock")
}

fn free_name(dir: &Path, stamp: i64) -> PathBuf {
    let name = dir
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let candidates = (0..).map(|n| {
        let suffix = if n == 0 {
            String::new()
        } else {
            format!("-{n}")
        };
        dir.with_file_name(format!("{name}.corrupt-{stamp}{suffix}"))
    });
    candidates
        .into_iter()
        .find(|path| !path.exists())
        .unwrap_or_else(|| dir.with_extension("corrupt"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_ends_where_the_next_begins() {
        let dir = tempfile::tempdir().expect("a directory");
        let database = Database::open(&dir.path().join("store"), 1 << 20, 1)
            .expect("it opens")
            .database;
        let mut writes = Writes::new();
        for table in [Table::Pending, Table::Judgements, Table::Runs] {
            writes.insert(table.key(&[0]), Some(vec![table as u8]));
            writes.insert(table.key(&[255; 3]), Some(vec![table as u8]));
        }
        database.commit(writes).expect("it commits");
        let own = |item: Result<(Vec<u8>, sled::IVec), StoreError>| item.expect("it reads");
        let found: Vec<_> = database.from(Table::Judgements, &[]).map(own).collect();
        assert_eq!(
            found,
            [(vec![0], vec![3].into()), (vec![255; 3], vec![3].into())]
        );
        let backwards: Vec<_> = database
            .prefix(Table::Judgements, &[])
            .rev()
            .map(own)
            .collect();
        assert_eq!(backwards, found.into_iter().rev().collect::<Vec<_>>());
        assert_eq!(database.range(Table::Judgements, &[0], &[255]).count(), 1);
    }

    #[test]
    fn a_commit_spans_tables_and_survives_reopening() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("store");
        let open = || {
            Database::open(&path, 1 << 20, 1)
                .expect("it opens")
                .database
        };
        let database = open();
        let mut writes = Writes::new();
        writes.insert(Table::Events.key(&[1]), Some(vec![10]));
        writes.insert(Table::Meta.key(&[2]), Some(vec![20]));
        writes.insert(Table::Submissions.key(&[3]), Some(vec![30]));
        database.commit(writes).expect("it commits");
        database.sync().expect("it syncs");
        drop(database);
        let database = open();
        for (table, key, value) in [
            (Table::Events, 1, 10),
            (Table::Meta, 2, 20),
            (Table::Submissions, 3, 30),
        ] {
            assert_eq!(
                database.get(table, &[key]).expect("it reads").as_deref(),
                Some(&[value][..])
            );
        }
    }

    #[test]
    fn a_broken_database_is_moved_aside_and_kept() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("store");
        drop(Database::open(&path, 1 << 20, 1).expect("it opens"));
        std::fs::write(path.join("conf"), b"segment_size: nonsense").expect("it writes");
        let opened = Database::open(&path, 1 << 20, 77).expect("it opens an empty one");
        assert_eq!(
            opened.moved_aside,
            Some(dir.path().join("store.corrupt-77"))
        );
        assert!(dir.path().join("store.corrupt-77/db").exists());
        opened.database.sync().expect("the new one works");
    }
}
