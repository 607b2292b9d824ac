//! Live sessions: who listens to which submission or scoreboard, and what each is sent.
//!
//! [`Hub`] is what the edges hold: [`Hub::open`] gives a [`Session`] to subscribe with and an [`Inbox`], a stream of
//! [`Delivery`]. [`SessionHub`] is the actor that follows the log and feeds the hub. A frame is made once and shared by all
//! sessions; so is its encoding ([`Frame::encoded`]). A session that does not read loses its queue and gets a resync, so its memory
//! is bounded.

mod frame;
mod hub;
mod inbox;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use actix::prelude::*;

pub use frame::{Content, Delivery, Frame};
pub use hub::{Hub, MAX_TOPICS, Session, SubscribeError, Topic};
pub use inbox::Inbox;
pub(crate) use inbox::Outbox;

use crate::answers_supervision;
use crate::event_log::{EventLog, Follower};

/// Events published at once, so that pings are answered in between.
const CHUNK: usize = 256;

/// Feeds the hub from the log. After a panic it goes on where the hub was; no session notices.
pub struct SessionHub {
    hub: Arc<Hub>,
    log: Arc<dyn EventLog>,
    follower: Follower,
}

impl SessionHub {
    /// The feeder of `hub`.
    pub fn new(hub: Arc<Hub>, log: Arc<dyn EventLog>) -> Self {
        let follower = Follower::at(hub.published());
        Self { hub, log, follower }
    }

    fn catch_up(&mut self) {
        while let Some(events) = self.follower.next(&*self.log, CHUNK) {
            self.hub.publish(&events, self.follower.seq());
        }
    }
}

impl Actor for SessionHub {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.add_stream(Follower::changes(&*self.log));
        self.catch_up();
    }
}

impl Supervised for SessionHub {
    fn restarting(&mut self, _: &mut Self::Context) {
        self.follower = Follower::at(self.hub.published());
    }
}

/// The log grew.
impl StreamHandler<u64> for SessionHub {
    fn handle(&mut self, _: u64, _: &mut Self::Context) {
        self.catch_up();
    }

    fn finished(&mut self, _: &mut Self::Context) {
        tracing::debug!("the log ended; sessions keep what they have");
    }
}

answers_supervision!(SessionHub);
