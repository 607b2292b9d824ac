//! The seam to the log of facts: append, read back in one order. Embedded: a sled tree. Cluster: a RabbitMQ stream.

mod embedded;
mod follower;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use judging::events::{Event, Sequenced};
use tokio::sync::watch;

pub use embedded::EmbeddedEventLog;
pub use follower::Follower;

/// Appends events and reads them back in one order.
pub trait EventLog: Send + Sync + 'static {
    /// Appends `events` in order, next to each other. Resolves with the sequence number of the last one when all of them are
    /// durable, folded into the store and visible to readers. The call itself takes the events; dropping the future does not
    /// take them back.
    fn append(&self, events: Vec<Event>) -> BoxFuture<'static, Result<u64, LogError>>;

    /// Reads up to `limit` events with a sequence number above `since`, in order. Fewer than `limit` means the end was reached.
    ///
    /// # Errors
    /// [`LogError`] when the log cannot be read.
    fn read(&self, since: u64, limit: usize) -> Result<Vec<Arc<Sequenced>>, LogError>;

    /// The sequence number of the newest durable event; 0 when there is none.
    fn last_seq(&self) -> u64;

    /// Changes whenever [`EventLog::last_seq`] does: what a reader that follows the log waits for.
    fn watch(&self) -> watch::Receiver<u64>;
}

/// Why the log did not take or give events.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// Its queue is full, or it is draining or restarting: try again.
    #[error("the event log is busy")]
    Busy,
    /// It failed; whether the events were stored is unknown.
    #[error("the event log failed: {0}")]
    Failed(String),
}
