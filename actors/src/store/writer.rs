//! The store thread: group commit, durability, publication.
//!
//! A batch is what waits when the last one is done: at most 100 records and 128 kB, and never waited for, so an idle store answers
//! in one fdatasync and a busy one shares it. Order of one batch: artifacts durable, transaction, flush, fdatasync, publish, answer.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use judging::events::Sequenced;
use tokio::sync::oneshot;

use super::codec::decode;
use super::database::{Database, Table};
use super::fold::Batch;
use super::intake::{Request, Taken};
use super::records::AppliedRecord;
use super::{Shared, StoreError, keys, retention};
use crate::event_log::LogError;
use crate::supervision::Beat;

/// Records of one group commit.
const MAX_RECORDS: usize = 100;
/// Bytes of one group commit: sled can hang for good on a deep queue of unflushed writes.
const MAX_BYTES: usize = 128 * 1024;
/// How long an idle thread waits before it ticks its beat again.
const PATIENCE: Duration = Duration::from_millis(500);

/// Takes the lock of a data directory, which outlives every reopening of the database.
pub(super) fn lock_dir(dir: &Path) -> Result<File, StoreError> {
    let failed = |source| StoreError::Directory {
        path: dir.to_owned(),
        source,
    };
    fs::create_dir_all(dir).map_err(failed)?;
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(dir.join("lock"))
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse {
            path: dir.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// The newest sequence number in a database.
pub(super) fn applied(database: &Database) -> Result<u64, StoreError> {
    let record = database.get(Table::Meta, keys::APPLIED)?;
    Ok(record
        .as_deref()
        .map(decode::<AppliedRecord>)
        .transpose()?
        .map_or(0, |record| record.seq))
}

/// The body of the store thread. Returns when the store is closed.
///
/// # Panics
/// When the database fails: the supervisor calls again, and the database is opened anew.
pub(super) fn run(shared: &Shared, beat: &Beat) {
    if shared.begun.fetch_add(1, Ordering::Relaxed) > 0
        && let Err(error) = reopen(shared)
    {
        panic!("failed to reopen the database: {error}");
    }
    loop {
        beat.tick();
        match shared.intake.take(MAX_RECORDS, MAX_BYTES, PATIENCE) {
            Taken::Requests(requests) => {
                if let Err(error) = commit(shared, requests) {
                    panic!("group commit failed: {}", chain(&error));
                }
            }
            Taken::Nothing => {}
            Taken::Closed => return,
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

/// An answer that waits for durability.
enum Answer {
    Append(oneshot::Sender<Result<u64, LogError>>, u64),
    Sweep(oneshot::Sender<Result<usize, LogError>>, usize),
    Retire(
        oneshot::Sender<Result<retention::Retired, LogError>>,
        retention::Retired,
    ),
}

impl Answer {
    /// Nobody may wait any more; that is their business.
    fn give(self) {
        match self {
            Self::Append(reply, seq) => drop(reply.send(Ok(seq))),
            Self::Sweep(reply, removed) => drop(reply.send(Ok(removed))),
            Self::Retire(reply, retired) => drop(reply.send(Ok(retired))),
        }
    }
}

fn commit(shared: &Shared, requests: Vec<Request>) -> Result<(), StoreError> {
    let began = Instant::now();
    let guard = shared.database.read();
    let database = guard.as_ref().ok_or(StoreError::NotOpen)?;
    let faults = shared.supervision.faults();
    let mut batch = Batch::new(database, *shared.durable.borrow(), shared.clock.now());
    let (mut events, mut answers) = (Vec::new(), Vec::with_capacity(requests.len()));
    for request in requests {
        match request {
            Request::Append {
                events: appended,
                reply,
            } => {
                for event in appended {
                    events.extend(batch.apply(event)?);
                }
                answers.push(Answer::Append(reply, batch.seq));
            }
            Request::Retire { request, reply } => {
                let retired = retention::retire(&mut batch, request)?;
                answers.push(Answer::Retire(reply, retired));
            }
            Request::Sweep { names, reply } => {
                let removed = retention::sweep(&batch, &shared.artifacts, names)?;
                answers.push(Answer::Sweep(reply, removed));
            }
        }
    }
    if !batch.writes.is_empty() {
        batch.seal()?;
        faults.point("store.before_artifacts");
        shared.artifacts.write(batch.artifacts.iter())?;
        faults.point("store.before_commit");
        database.commit(std::mem::take(&mut batch.writes))?;
        faults.point("store.before_sync");
        database.sync()?;
        faults.point("store.before_publish");
        for orphan in &batch.orphans {
            shared.artifacts.remove(orphan)?;
        }
    }
    metrics::histogram!("gavel_store_commit_seconds").record(began.elapsed().as_secs_f64());
    metrics::histogram!("gavel_store_batch_appends").record(answers.len() as f64);
    metrics::counter!("gavel_events_total").increment(events.len() as u64);
    publish(shared, &events);
    answers.into_iter().for_each(Answer::give);
    Ok(())
}

/// Shows durable events to those who follow the log.
fn publish(shared: &Shared, events: &[Arc<Sequenced>]) {
    let Some(last) = events.last() else { return };
    shared.recent.push(events);
    shared.durable.send_replace(last.seq);
    for wake in shared.wakes.lock().iter() {
        // Whoever waits now, and whoever comes next if nobody does.
        wake.notify_waiters();
        wake.notify_one();
    }
}

/// Opens the database again after a failure. What it holds beyond the published end is published: it is durable now.
fn reopen(shared: &Shared) -> Result<(), StoreError> {
    let mut slot = shared.database.write();
    let old = slot.take();
    if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(old))).is_err() {
        tracing::error!("the failed database panicked while it was closed");
    }
    let dir = shared.config.dir.join("store");
    let stamp = shared.clock.now().0;
    let opened = Database::open(&dir, shared.config.cache_bytes, stamp)?;
    let newest = applied(&opened.database)?;
    opened.database.sync()?;
    let database = slot.insert(opened.database);
    let published = *shared.durable.borrow();
    tracing::warn!(newest, published, "the store was opened again");
    let missed = super::reads::events(database, &shared.artifacts, published, newest, usize::MAX)?;
    drop(slot);
    shared.recent.clear();
    publish(shared, &missed);
    Ok(())
}
