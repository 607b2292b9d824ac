//! The log in the store's own database.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use judging::events::{Event, Sequenced};
use tokio::sync::watch;

use super::{EventLog, LogError};
use crate::store::Shared;

/// The log of one machine: a tree of the store, appended by the store thread.
#[derive(Clone)]
pub struct EmbeddedEventLog {
    shared: Arc<Shared>,
}

impl EmbeddedEventLog {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }
}

impl EventLog for EmbeddedEventLog {
    fn append(&self, events: Vec<Event>) -> BoxFuture<'static, Result<u64, LogError>> {
        match self.shared.enqueue(events) {
            Ok(reply) => reply
                .map(|answer| answer.unwrap_or_else(|_| Err(restarted())))
                .boxed(),
            Err(error) => ready(Err(error)).boxed(),
        }
    }

    fn read(&self, since: u64, limit: usize) -> Result<Vec<Arc<Sequenced>>, LogError> {
        self.shared
            .read_log(since, limit)
            .map_err(|error| LogError::Failed(error.to_string()))
    }

    fn last_seq(&self) -> u64 {
        self.shared.last_seq()
    }

    fn watch(&self) -> watch::Receiver<u64> {
        self.shared.watch()
    }
}

fn restarted() -> LogError {
    LogError::Failed("the store thread failed before it answered".to_owned())
}
