//! The store: sled, folded from the log of facts. One thread writes, everybody reads.
//!
//! **Invariants**: an append resolves only after its batch survived `flush` and fdatasync; event, state and offset are one
//! transaction; nothing is read that is not durable; a panic of the store thread costs the appends in flight (they are answered
//! [`crate::event_log::LogError::Failed`]), never what was acknowledged.

mod artifacts;
mod by_user;
mod codec;
mod convert;
mod database;
mod fold;
#[cfg(test)]
mod golden;
mod groups;
mod intake;
mod keys;
mod queries;
mod reads;
mod recent;
mod records;
mod retention;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
mod views;
mod writer;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::thread::JoinHandle;

use parking_lot::{Mutex, RwLock};
use tokio::sync::{Notify, watch};

pub(crate) use artifacts::Found;
pub use codec::CodecError;
pub(crate) use convert::content_of;
pub(crate) use retention::Retire;
pub use views::{
    ContestEntry, Filter, Known, Page, PendingJudgement, State, SubmissionView, VerdictSummary,
};

use crate::clock::Clock;
use crate::event_log::EmbeddedEventLog;
use crate::supervision::Supervision;
use artifacts::Artifacts;
use database::Database;
use intake::Intake;
use recent::Recent;

/// Where the store lives and what it may use.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// The data directory: the database in `store/`, artifacts in `artifacts/`.
    pub dir: PathBuf,
    /// Cache of the database. Its real use of memory is about twice this.
    pub cache_bytes: u64,
}

impl StoreConfig {
    /// The defaults: 4 MiB of cache, so that an idle server stays small; the kernel caches the file anyway.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            cache_bytes: 4 << 20,
        }
    }
}

/// What failed in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A directory cannot be made, opened or synced.
    #[error("failed to prepare directory {path}")]
    Directory {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Another process uses the data directory.
    #[error("data directory {path} is in use by another process")]
    InUse {
        /// Which one.
        path: PathBuf,
    },
    /// The database cannot be used, and an empty one neither.
    #[error("database is broken: {0}")]
    Broken(String),
    /// Reading the database failed.
    #[error("failed to read from the database")]
    Read(#[source] sled::Error),
    /// Writing the database failed.
    #[error("failed to write to the database")]
    Write(#[source] sled::Error),
    /// The disk did not confirm.
    #[error("failed to sync to disk")]
    Sync(#[source] std::io::Error),
    /// An artifact cannot be read or written.
    #[error("failed to access artifact {path}")]
    Artifact {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// An artifact's content does not match its name.
    #[error("content of artifact {path} does not match its name")]
    ArtifactContent {
        /// Which one.
        path: PathBuf,
    },
    /// A record makes no sense.
    #[error("failed to decode a record")]
    Codec(#[from] CodecError),
    /// The operating system refused the store thread.
    #[error("failed to start the store thread")]
    Thread(#[source] std::io::Error),
    /// The store is closed, or restarting after a failure.
    #[error("store is not open")]
    NotOpen,
}

/// The handle to read the store; cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) shared: Arc<Shared>,
}

/// What the store thread and its readers share.
pub(crate) struct Shared {
    config: StoreConfig,
    moved_aside: Option<PathBuf>,
    /// `None` while it restarts and after it was closed.
    database: RwLock<Option<Database>>,
    artifacts: Artifacts,
    intake: Intake,
    recent: Recent,
    /// The newest durable sequence number.
    durable: watch::Sender<u64>,
    /// Notified after each group commit.
    wakes: Mutex<Vec<Arc<Notify>>>,
    clock: Arc<dyn Clock>,
    supervision: Supervision,
    /// How often the store thread began.
    begun: AtomicU64,
    lock: Mutex<Option<File>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Store {
    /// Opens the store in `config.dir` and starts its thread under `supervision`.
    ///
    /// A database that is broken is moved aside as `store.corrupt-<timestamp>` with a loud error, and an empty one is opened.
    ///
    /// # Errors
    /// [`StoreError`] when the directory cannot be used or another process holds it.
    pub fn open(
        config: StoreConfig,
        supervision: &Supervision,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        let lock = writer::lock_dir(&config.dir)?;
        let stamp = clock.now().0;
        let opened = Database::open(&config.dir.join("store"), config.cache_bytes, stamp)?;
        let artifacts = Artifacts::open(config.dir.join("artifacts"))?;
        let shared = Arc::new(Shared {
            durable: watch::Sender::new(writer::applied(&opened.database)?),
            database: RwLock::new(Some(opened.database)),
            artifacts,
            intake: Intake::default(),
            recent: Recent::default(),
            wakes: Mutex::default(),
            clock,
            supervision: supervision.clone(),
            begun: AtomicU64::new(0),
            lock: Mutex::new(Some(lock)),
            thread: Mutex::default(),
            moved_aside: opened.moved_aside,
            config,
        });
        let own = Arc::clone(&shared);
        let body = move |beat: &crate::supervision::Beat| writer::run(&own, beat);
        let thread = supervision
            .supervise_thread("store", body)
            .map_err(StoreError::Thread)?;
        *shared.thread.lock() = Some(thread);
        Ok(Self { shared })
    }

    /// The log that this store is the fold of.
    #[must_use]
    pub fn log(&self) -> EmbeddedEventLog {
        EmbeddedEventLog::new(Arc::clone(&self.shared))
    }

    /// Writes what waits, closes the database and releases the directory. Blocks; later appends are refused, reads fail.
    pub fn close(&self) {
        self.shared.intake.close();
        if let Some(thread) = self.shared.thread.lock().take()
            && thread.join().is_err()
        {
            tracing::error!("the store thread ended in a panic");
        }
        drop(self.shared.database.write().take());
        drop(self.shared.lock.lock().take());
    }

    /// Where a broken database was moved to when this store was opened; somebody must be told.
    #[must_use]
    pub fn moved_aside(&self) -> Option<&Path> {
        self.shared.moved_aside.as_deref()
    }

    /// Adds a notification that is given after each group commit.
    pub(crate) fn add_wake(&self, wake: Arc<Notify>) {
        self.shared.wakes.lock().push(wake);
    }
}
