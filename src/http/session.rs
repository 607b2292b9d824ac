//! One Session actor per WebSocket: reads what the client asks, sends what the hub has for it, dies with its connection.
//!
//! **Invariant**: nothing here grows with what a client does. Frames are capped, messages are counted against an allowance, topics
//! and queued events are bounded by the hub. A client that does not read freezes this actor with its timers (its future is
//! polled by the socket), so the socket itself evicts it: see `server.rs`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix::{Actor, ActorContext, AsyncContext, StreamHandler};
use actix_web::web;
use actix_web_actors::ws::{CloseCode, CloseReason, Message, ProtocolError, WebsocketContext};
use actors::sessions::{Delivery, Inbox, Session as Subscriptions, SubscribeError, Topic};
use actors::supervision::Adopted;
use bytestring::ByteString;
use serde::Serialize;

use super::error::{ApiError, Code};
use super::requests::{self, Allowance, Request};
use super::{feed, submissions, times};
use crate::system::System;

/// Counts open sessions; the last thing a session gives back.
pub(crate) struct Place(Arc<AtomicUsize>);

impl Place {
    /// Takes a place; `None` when all are taken.
    pub(crate) fn take(open: &Arc<AtomicUsize>, most: usize) -> Option<Self> {
        let taken = open.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |now| {
            (now < most).then_some(now + 1)
        });
        taken.is_ok().then(|| Self(Arc::clone(open)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The actor.
pub(crate) struct Session {
    system: web::Data<System>,
    subscriptions: Subscriptions,
    inbox: Option<Inbox>,
    allowance: Allowance,
    heard: Instant,
    adopted: Option<Adopted>,
    _place: Place,
}

/// What an `error` message says.
#[derive(Serialize)]
struct Complaint<'a> {
    code: &'a str,
    message: &'a str,
}

/// What a `resync` message says: everything up to `lastSeq` was dropped for this slow client.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dropped {
    last_seq: u64,
}

/// What an answer to `ping`, `subscribe` and `unsubscribe` says.
#[derive(Serialize)]
struct Nothing {}

impl Session {
    /// A session in the place it took.
    pub(crate) fn new(system: web::Data<System>, place: Place) -> Self {
        let (subscriptions, inbox) = system.hub.open();
        let limits = &system.websocket;
        let now = Instant::now();
        Self {
            allowance: Allowance::new(limits.inbound_burst, limits.inbound_per_second, now),
            subscriptions,
            inbox: Some(inbox),
            heard: now,
            adopted: None,
            system,
            _place: place,
        }
    }

    fn obey(&mut self, text: &str, ctx: &mut WebsocketContext<Self>) {
        let done = requests::parse(text).and_then(|request| match request {
            Request::Ping => {
                ctx.text(feed::envelope("pong", 0, times::now(), Nothing {}));
                Ok(())
            }
            Request::Subscribe { topic, since } => self.subscribe(topic, since),
            Request::Unsubscribe { topic } => {
                self.subscriptions.unsubscribe(&topic);
                Ok(())
            }
        });
        if let Err(error) = done {
            complain(&error, ctx);
        }
    }

    /// A submission is followed from its beginning unless the client says otherwise; a board begins with a snapshot.
    fn subscribe(&mut self, topic: Topic, since: Option<u64>) -> Result<(), ApiError> {
        let since = match &topic {
            Topic::Submission(id) => {
                let known = self.system.store.view(*id);
                if known
                    .map_err(|error| ApiError::internal("read the store", &error))?
                    .is_none()
                {
                    return Err(submissions::unknown());
                }
                Some(since.unwrap_or(0))
            }
            Topic::Board(..) => since.filter(|since| *since > 0),
        };
        self.subscriptions
            .subscribe(topic, since)
            .map_err(|refused| match refused {
                SubscribeError::UnknownContest => {
                    ApiError::new(Code::ContestNotFound, refused.to_string())
                }
                SubscribeError::TooManyTopics => {
                    ApiError::new(Code::TooManyTopics, refused.to_string())
                }
            })
    }

    fn end(ctx: &mut WebsocketContext<Self>, code: CloseCode, reason: &str) {
        ctx.close(Some(CloseReason {
            code,
            description: Some(reason.to_owned()),
        }));
        ctx.stop();
    }
}

fn complain(error: &ApiError, ctx: &mut WebsocketContext<Session>) {
    let complaint = Complaint {
        code: error.code(),
        message: error.message(),
    };
    ctx.text(feed::envelope("error", 0, times::now(), complaint));
}

impl Actor for Session {
    type Context = WebsocketContext<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        let inject = ctx.address().downgrade().recipient();
        self.adopted = Some(
            self.system
                .supervision
                .registry()
                .adopt("session", Some(inject)),
        );
        if let Some(inbox) = self.inbox.take() {
            ctx.add_stream(inbox);
        }
        let every = self.system.websocket.ping_interval.0;
        ctx.run_interval(every, move |session, ctx| session.beat(every, ctx));
    }
}

impl Session {
    /// Asks for a sign of life, and ends a connection that gave none for three beats.
    fn beat(&mut self, every: Duration, ctx: &mut WebsocketContext<Self>) {
        if self.heard.elapsed() > every * 3 {
            ctx.stop();
        } else if self.system.is_draining() {
            Self::end(ctx, CloseCode::Away, "the server is stopping");
        } else {
            ctx.ping(b"");
        }
    }
}

/// What the client sends.
impl StreamHandler<Result<Message, ProtocolError>> for Session {
    fn handle(&mut self, message: Result<Message, ProtocolError>, ctx: &mut Self::Context) {
        self.heard = Instant::now();
        if !self.allowance.take(self.heard) {
            let refusal = ApiError::new(
                Code::TooManyMessages,
                "too many messages; the connection ends",
            );
            complain(&refusal, ctx);
            return Self::end(ctx, CloseCode::Policy, "too many messages");
        }
        match message {
            Ok(Message::Text(text)) => self.obey(&text, ctx),
            Ok(Message::Ping(bytes)) => ctx.pong(&bytes),
            Ok(Message::Pong(_) | Message::Nop) => (),
            Ok(Message::Binary(_)) => Self::end(ctx, CloseCode::Unsupported, "send text"),
            Ok(Message::Continuation(_)) => {
                Self::end(ctx, CloseCode::Unsupported, "send whole messages")
            }
            Ok(Message::Close(reason)) => {
                ctx.close(reason);
                ctx.stop();
            }
            Err(ProtocolError::Overflow) => {
                Self::end(ctx, CloseCode::Size, "the message is too large")
            }
            Err(_) => Self::end(ctx, CloseCode::Protocol, "that is no WebSocket frame"),
        }
    }
}

/// What the hub has for it.
impl StreamHandler<Delivery> for Session {
    fn handle(&mut self, delivery: Delivery, ctx: &mut Self::Context) {
        match delivery {
            Delivery::Frame(frame) => {
                let text: ByteString = frame
                    .encoded(|frame| ByteString::from(feed::frame_to_json(frame, &self.system)));
                ctx.text(text);
            }
            Delivery::Resync { last_seq } => {
                ctx.text(feed::envelope(
                    "resync",
                    0,
                    times::now(),
                    Dropped { last_seq },
                ));
            }
        }
    }

    fn finished(&mut self, _: &mut Self::Context) {}
}

impl actix::Handler<actors::supervision::InjectPanic> for Session {
    type Result = ();

    fn handle(&mut self, message: actors::supervision::InjectPanic, ctx: &mut Self::Context) {
        message.fire::<Self>(ctx);
    }
}
