//! What a session is sent. A frame is shared by all sessions that get it, and so is its encoding.

use std::any::Any;
use std::sync::{Arc, OnceLock};

use judging::events::Sequenced;

use crate::scoreboard::{BoardDelta, BoardSnapshot};

/// The content of a frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Something happened to a submission.
    Event(Arc<Sequenced>),
    /// A whole scoreboard.
    BoardSnapshot(Arc<BoardSnapshot>),
    /// Rows of a scoreboard that changed.
    BoardDelta(Arc<BoardDelta>),
}

/// One frame.
pub struct Frame {
    /// Its place in the log: pass the last one seen as `since` to resume.
    pub seq: u64,
    /// What it says.
    pub content: Content,
    encoded: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Frame {
    pub(crate) fn new(seq: u64, content: Content) -> Arc<Self> {
        Arc::new(Self {
            seq,
            content,
            encoded: OnceLock::new(),
        })
    }

    /// The frame in the form the edges send, made by the first session that needs it and shared by all others: `T` is a cheap
    /// handle to bytes. One process uses one `T`; another one is encoded every time.
    pub fn encoded<T: Clone + Send + Sync + 'static>(&self, encode: impl FnOnce(&Self) -> T) -> T {
        if let Some(shared) = self.encoded.get() {
            return match shared.downcast_ref::<T>() {
                Some(encoded) => encoded.clone(),
                None => encode(self),
            };
        }
        let encoded = encode(self);
        // Two sessions may have met here; either encoding is as good.
        drop(self.encoded.set(Box::new(encoded.clone())));
        encoded
    }
}

/// What the inbox of a session yields.
#[derive(Clone)]
pub enum Delivery {
    /// A frame.
    Frame(Arc<Frame>),
    /// The session was too slow: everything up to this number was dropped. Read the state anew; what comes next is newer.
    Resync {
        /// The newest number dropped.
        last_seq: u64,
    },
}
