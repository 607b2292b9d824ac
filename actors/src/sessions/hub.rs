//! Who listens to what. Publishing and subscribing meet under one lock, so that nothing is missed and nothing comes twice.
//!
//! A subscription first catches up with the log, in pieces, as the session reads; it goes live in the moment when it has read at
//! least as far as has been published. Each route remembers the newest number it carried, so a piece that is published again
//! after a panic is not delivered again.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use judging::events::Sequenced;
use judging::ids::SubmissionId;
use parking_lot::Mutex;

use super::frame::{Content, Delivery, Frame};
use super::inbox::{Inbox, Outbox, Replay};
use crate::event_log::EventLog;
use crate::scoreboard::{Boards, View};
use crate::store::Store;
use judging::ids::ContestId;

/// Topics one session may listen to: a contestant's page needs a handful.
pub const MAX_TOPICS: usize = 64;
/// Events read from the log in one piece while catching up.
const PIECE: usize = 64;

/// What a session listens to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Everything that happens to a submission.
    Submission(SubmissionId),
    /// The scoreboard of a contest, as one kind of viewer sees it.
    Board(ContestId, View),
}

/// Why a subscription was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubscribeError {
    /// The session listens to [`MAX_TOPICS`] already.
    #[error("a session listens to at most {MAX_TOPICS} topics")]
    TooManyTopics,
    /// There is no such contest.
    #[error("there is no such contest")]
    UnknownContest,
}

/// A session on a submission.
struct Route {
    session: u64,
    outbox: Arc<Outbox>,
    /// The newest number it carried.
    carried: u64,
}

struct Routes {
    by_submission: HashMap<SubmissionId, Vec<Route>>,
    /// Everything up to here was published.
    published: u64,
}

/// The hub that edges hold: opens sessions. The actor that feeds it is [`super::SessionHub`].
pub struct Hub {
    log: Arc<dyn EventLog>,
    store: Store,
    boards: Arc<Boards>,
    routes: Mutex<Routes>,
    next_session: std::sync::atomic::AtomicU64,
}

impl Hub {
    /// A hub that publishes what `log` gets from now on.
    pub fn new(log: Arc<dyn EventLog>, store: &Store, boards: Arc<Boards>) -> Arc<Self> {
        let published = log.last_seq();
        let routes = Mutex::new(Routes {
            by_submission: HashMap::new(),
            published,
        });
        Arc::new(Self {
            log,
            store: store.clone(),
            boards,
            routes,
            next_session: 0.into(),
        })
    }

    /// Opens a session: a handle to subscribe with, and what it receives. Dropping the handle ends all its subscriptions.
    pub fn open(self: &Arc<Self>) -> (Session, Inbox) {
        let outbox = Arc::new(Outbox::default());
        let id = self
            .next_session
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        metrics::gauge!("gavel_sessions").increment(1.0);
        let inbox = Inbox {
            hub: Arc::clone(self),
            outbox: Arc::clone(&outbox),
            caught_up: VecDeque::new(),
        };
        (
            Session {
                hub: Arc::clone(self),
                id,
                outbox,
                topics: Vec::new(),
            },
            inbox,
        )
    }

    /// The newest number that was published.
    #[must_use]
    pub fn published(&self) -> u64 {
        self.routes.lock().published
    }

    /// Whether nobody listens to any submission.
    #[cfg(test)]
    pub(super) fn is_idle(&self) -> bool {
        self.routes.lock().by_submission.is_empty()
    }

    /// Hands events to the sessions that listen. `through` is how far the log has been read, which may be beyond the last event.
    pub(super) fn publish(&self, events: &[Arc<Sequenced>], through: u64) {
        let mut routes = self.routes.lock();
        for event in events {
            let Some(listeners) = routes.by_submission.get_mut(&event.event.submission()) else {
                continue;
            };
            let frame = Frame::new(event.seq, Content::Event(Arc::clone(event)));
            for route in listeners
                .iter_mut()
                .filter(|route| route.carried < event.seq)
            {
                route.outbox.push(&frame);
                route.carried = event.seq;
            }
        }
        routes.published = routes.published.max(through);
    }

    /// Reads the next piece for a subscription that catches up, and lets it go live when that was the last one.
    pub(super) fn catch_up(&self, outbox: &Arc<Outbox>, replay: Replay) -> VecDeque<Delivery> {
        let durable = self.log.last_seq();
        let events = match self
            .store
            .events_of(replay.submission, replay.cursor, PIECE)
        {
            Ok(events) => events,
            Err(error) => {
                tracing::warn!(%error, submission = %replay.submission, "failed to replay events");
                self.go_live(outbox, replay.submission, durable);
                return [Delivery::Resync { last_seq: durable }].into();
            }
        };
        let last = events.last().map_or(replay.cursor, |event| event.seq);
        if events.len() == PIECE {
            outbox.replay(replay.submission, last);
        } else {
            self.go_live(outbox, replay.submission, last.max(durable));
        }
        let frame =
            |event: Arc<Sequenced>| Delivery::Frame(Frame::new(event.seq, Content::Event(event)));
        events.into_iter().map(frame).collect()
    }

    /// Makes a subscription live that has read everything up to `read`; if more was published meanwhile, it reads on.
    fn go_live(&self, outbox: &Arc<Outbox>, submission: SubmissionId, read: u64) {
        let mut routes = self.routes.lock();
        let behind = routes.published > read;
        let listeners = routes.by_submission.get_mut(&submission);
        let route = listeners.and_then(|all| {
            all.iter_mut()
                .find(|route| Arc::ptr_eq(&route.outbox, outbox))
        });
        // Without a route it was unsubscribed while it caught up.
        let Some(route) = route else { return };
        if behind {
            drop(routes);
            outbox.replay(submission, read);
        } else {
            route.carried = read;
        }
    }

    fn close(&self, session: u64, topic: &Topic) {
        match topic {
            Topic::Board(contest, view) => self.boards.unsubscribe(contest, *view, session),
            Topic::Submission(submission) => {
                let mut routes = self.routes.lock();
                if let Some(listeners) = routes.by_submission.get_mut(submission) {
                    listeners.retain(|route| route.session != session);
                    if listeners.is_empty() {
                        routes.by_submission.remove(submission);
                    }
                }
            }
        }
    }
}

/// One session's handle.
pub struct Session {
    hub: Arc<Hub>,
    id: u64,
    outbox: Arc<Outbox>,
    topics: Vec<Topic>,
}

impl Session {
    /// Listens to a topic. With `since`, everything after that number comes first; without it only what is new.
    ///
    /// A board answers with the deltas after `since` where it still has them, else with a snapshot. Subscribing again starts over.
    ///
    /// # Errors
    /// [`SubscribeError`].
    pub fn subscribe(&mut self, topic: Topic, since: Option<u64>) -> Result<(), SubscribeError> {
        self.unsubscribe(&topic);
        if self.topics.len() >= MAX_TOPICS {
            return Err(SubscribeError::TooManyTopics);
        }
        match &topic {
            Topic::Board(contest, view) => {
                if !self
                    .hub
                    .boards
                    .subscribe(contest, *view, since, self.id, &self.outbox)
                {
                    return Err(SubscribeError::UnknownContest);
                }
            }
            Topic::Submission(submission) => {
                let mut routes = self.hub.routes.lock();
                // While it catches up, the route carries nothing.
                let carried = if since.is_some() {
                    u64::MAX
                } else {
                    routes.published
                };
                let route = Route {
                    session: self.id,
                    outbox: Arc::clone(&self.outbox),
                    carried,
                };
                routes
                    .by_submission
                    .entry(*submission)
                    .or_default()
                    .push(route);
                drop(routes);
                if let Some(since) = since {
                    self.outbox.replay(*submission, since);
                }
            }
        }
        self.topics.push(topic);
        Ok(())
    }

    /// Listens to a topic no more. What is queued already still comes.
    pub fn unsubscribe(&mut self, topic: &Topic) {
        if let Some(at) = self.topics.iter().position(|known| known == topic) {
            self.topics.swap_remove(at);
            self.hub.close(self.id, topic);
            if let Topic::Submission(submission) = topic {
                self.outbox
                    .replays
                    .lock()
                    .retain(|replay| replay.submission != *submission);
            }
        }
    }

    /// What it listens to.
    #[must_use]
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        for topic in std::mem::take(&mut self.topics) {
            self.hub.close(self.id, &topic);
        }
        metrics::gauge!("gavel_sessions").decrement(1.0);
    }
}
