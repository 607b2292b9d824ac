//! The bounded queue between those who publish and one session, and the stream a session reads.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::Stream;
use futures_util::task::AtomicWaker;
use judging::ids::SubmissionId;
use parking_lot::Mutex;

use super::frame::{Delivery, Frame};
use super::hub::Hub;

/// Frames that wait for one session. A judgement of 250 testcases fits even if its client does not read at all meanwhile; 5,000
/// sessions hold at most 5,000 x 256 pointers.
pub(crate) const QUEUE_FRAMES: usize = 256;

/// Catching up with the log for one submission.
pub(super) struct Replay {
    pub(super) submission: SubmissionId,
    pub(super) cursor: u64,
}

/// What publishers and the session share.
#[derive(Default)]
pub(crate) struct Outbox {
    queue: Mutex<VecDeque<Delivery>>,
    pub(super) replays: Mutex<VecDeque<Replay>>,
    waker: AtomicWaker,
}

impl Outbox {
    /// Enqueues a frame; a session that is too slow loses its queue and is told so.
    pub(crate) fn push(&self, frame: &Arc<Frame>) {
        let mut queue = self.queue.lock();
        let was_empty = queue.is_empty();
        if queue.len() >= QUEUE_FRAMES {
            queue.clear();
            queue.push_back(Delivery::Resync {
                last_seq: frame.seq,
            });
            metrics::counter!("gavel_session_resyncs_total").increment(1);
        } else {
            queue.push_back(Delivery::Frame(Arc::clone(frame)));
        }
        drop(queue);
        if was_empty {
            self.waker.wake();
        }
    }

    pub(super) fn replay(&self, submission: SubmissionId, cursor: u64) {
        self.replays.lock().push_back(Replay { submission, cursor });
        self.waker.wake();
    }

    fn pop(&self) -> Option<Delivery> {
        self.queue.lock().pop_front()
    }
}

/// What one session reads: frames in order for each topic. It catches up with the log as fast as it is polled, and not faster.
pub struct Inbox {
    pub(super) hub: Arc<Hub>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) caught_up: VecDeque<Delivery>,
}

impl Stream for Inbox {
    type Item = Delivery;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Delivery>> {
        self.outbox.waker.register(cx.waker());
        loop {
            let this = &mut *self;
            if let Some(delivery) = this.caught_up.pop_front().or_else(|| this.outbox.pop()) {
                return Poll::Ready(Some(delivery));
            }
            let Some(replay) = this.outbox.replays.lock().pop_front() else {
                return Poll::Pending;
            };
            this.caught_up = this.hub.catch_up(&this.outbox, replay);
        }
    }
}
