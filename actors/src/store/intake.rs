//! The bounded queue in front of the store thread: many writers, one reader that takes a group commit's worth at once.

use std::collections::VecDeque;
use std::time::Duration;

use judging::events::Event;
use parking_lot::{Condvar, Mutex};
use tokio::sync::oneshot;

use super::artifacts::Found;
use super::retention::{Retire, Retired};
use crate::event_log::LogError;

/// Requests that may wait: at 20,000 a second a fifth of a second's worth; beyond that waiting only hides the overload.
const MAX_WAITING: usize = 4096;
/// Their bytes.
const MAX_WAITING_BYTES: usize = 16 << 20;

/// One thing for the store thread to do.
pub(super) enum Request {
    /// Append these next to each other.
    Append {
        events: Vec<Event>,
        reply: oneshot::Sender<Result<u64, LogError>>,
    },
    /// Delete old submissions, within a bound.
    Retire {
        request: Retire,
        reply: oneshot::Sender<Result<Retired, LogError>>,
    },
    /// Remove those of these artifacts that nothing names; answers how many.
    Sweep {
        names: Vec<Found>,
        reply: oneshot::Sender<Result<usize, LogError>>,
    },
}

impl Request {
    /// Records this request writes, roughly.
    fn records(&self) -> usize {
        match self {
            Self::Append { events, .. } => events.len(),
            Self::Retire { request, .. } => request.limit,
            Self::Sweep { .. } => 1,
        }
    }
}

#[derive(Default)]
struct Waiting {
    requests: VecDeque<(Request, usize)>,
    bytes: usize,
    closed: bool,
}

/// The queue.
#[derive(Default)]
pub(super) struct Intake {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

/// What the store thread gets.
pub(super) enum Taken {
    /// Work for one group commit.
    Requests(Vec<Request>),
    /// Nothing came in time.
    Nothing,
    /// Nothing will come any more.
    Closed,
}

impl Intake {
    /// Enqueues, or gives the request back when the queue is full or closed.
    pub(super) fn push(&self, request: Request, bytes: usize) -> Result<(), Request> {
        let mut waiting = self.waiting.lock();
        let full = waiting.requests.len() >= MAX_WAITING
            || (waiting.bytes + bytes > MAX_WAITING_BYTES && !waiting.requests.is_empty());
        if waiting.closed || full {
            return Err(request);
        }
        waiting.bytes += bytes;
        waiting.requests.push_back((request, bytes));
        let first = waiting.requests.len() == 1;
        drop(waiting);
        if first {
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// Takes up to `max_records` and `max_bytes`, at least one request; waits up to `patience` for the first.
    pub(super) fn take(&self, max_records: usize, max_bytes: usize, patience: Duration) -> Taken {
        let mut waiting = self.waiting.lock();
        if waiting.requests.is_empty() && !waiting.closed {
            self.arrived.wait_for(&mut waiting, patience);
        }
        let (mut taken, mut records, mut bytes) = (Vec::new(), 0, 0);
        while let Some((request, size)) = waiting.requests.front() {
            let (next_records, next_bytes) = (records + request.records(), bytes + size);
            if !taken.is_empty() && (next_records > max_records || next_bytes > max_bytes) {
                break;
            }
            (records, bytes) = (next_records, next_bytes);
            let Some((request, size)) = waiting.requests.pop_front() else {
                break;
            };
            waiting.bytes -= size;
            taken.push(request);
        }
        match (taken.is_empty(), waiting.closed) {
            (false, _) => Taken::Requests(taken),
            (true, false) => Taken::Nothing,
            (true, true) => Taken::Closed,
        }
    }

    /// Refuses everything from now on; what waits is still handed out.
    pub(super) fn close(&self) {
        self.waiting.lock().closed = true;
        self.arrived.notify_all();
    }

    /// How many requests wait.
    pub(super) fn len(&self) -> usize {
        self.waiting.lock().requests.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(intake: &Intake, bytes: usize) -> bool {
        let (reply, _) = oneshot::channel();
        intake
            .push(
                Request::Append {
                    events: Vec::new(),
                    reply,
                },
                bytes,
            )
            .is_ok()
    }

    fn taken(intake: &Intake) -> usize {
        match intake.take(100, 1000, Duration::ZERO) {
            Taken::Requests(requests) => requests.len(),
            Taken::Nothing => 0,
            Taken::Closed => usize::MAX,
        }
    }

    #[test]
    fn a_group_is_bounded_by_bytes_but_never_empty() {
        let intake = Intake::default();
        assert!(
            push(&intake, 5000) && push(&intake, 600) && push(&intake, 300) && push(&intake, 200)
        );
        assert_eq!(
            [
                taken(&intake),
                taken(&intake),
                taken(&intake),
                taken(&intake)
            ],
            [1, 2, 1, 0]
        );
    }

    #[test]
    fn the_queue_is_bounded_and_gives_out_what_it_holds_when_closed() {
        let intake = Intake::default();
        assert_eq!(
            (0..MAX_WAITING + 5).filter(|_| push(&intake, 1)).count(),
            MAX_WAITING
        );
        intake.close();
        assert!(!push(&intake, 1));
        let mut left = 0;
        while let Taken::Requests(requests) = intake.take(100, 1000, Duration::ZERO) {
            left += requests.len();
        }
        assert_eq!((left, taken(&intake)), (MAX_WAITING, usize::MAX));
        let full = Intake::default();
        assert!(
            push(&full, MAX_WAITING_BYTES * 2),
            "one request of any size passes"
        );
        assert!(!push(&full, 1));
    }
}
