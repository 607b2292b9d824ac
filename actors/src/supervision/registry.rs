//! Who lives, how often each was restarted and what it said last: the source of `GET /api/v1/system`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use actix::WeakRecipient;
use judging::ids::Timestamp;
use parking_lot::Mutex;
use serde::Serialize;

use super::{InjectPanic, PanicPlace, Ping};
use crate::clock::wall_now;

/// How an actor is kept alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    /// Long-lived, restarted in place.
    Supervised,
    /// One of many children; its parent decides.
    Linked,
    /// A supervised OS thread.
    Thread,
}

/// One line of the registry: a long-lived actor or thread, or all children of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ActorStatus {
    /// Name of the actor, or kind of the children.
    pub name: String,
    /// How it is kept alive.
    pub kind: ActorKind,
    /// How many live now: 0 or 1 for a long-lived actor.
    pub alive: u64,
    /// How many were ever started.
    pub started: u64,
    /// Restarts in place (of children: those that panicked; each is replaced by its parent).
    pub restarts: u64,
    /// What the last panic said.
    pub last_panic: Option<String>,
    /// When that was.
    pub last_panic_at: Option<Timestamp>,
    /// When the first one started.
    pub started_at: Timestamp,
    /// How long the last answered ping took; `None` for children.
    pub ping_micros: Option<u64>,
}

/// Children whose mailbox is kept for planted failures; a bound, since only tests read it.
const REMEMBERED_CHILDREN: usize = 64;

struct Entry {
    status: ActorStatus,
    ping: Option<WeakRecipient<Ping>>,
    inject: Vec<WeakRecipient<InjectPanic>>,
}

/// The registry of one tree.
#[derive(Clone, Default)]
pub struct Registry {
    entries: Arc<Mutex<BTreeMap<String, Entry>>>,
}

impl Registry {
    /// Everybody, by name.
    #[must_use]
    pub fn snapshot(&self) -> Vec<ActorStatus> {
        self.entries
            .lock()
            .values()
            .map(|entry| entry.status.clone())
            .collect()
    }

    /// The line of one actor or kind.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<ActorStatus> {
        self.entries
            .lock()
            .get(name)
            .map(|entry| entry.status.clone())
    }

    /// Counts an actor that somebody else runs (a WebSocket session) as long as the guard lives; a drop while panicking counts as
    /// a panic. `inject` lets planted failures reach it.
    #[must_use]
    pub fn adopt(&self, kind: &'static str, inject: Option<WeakRecipient<InjectPanic>>) -> Adopted {
        self.started(kind, ActorKind::Linked, None, inject);
        Adopted {
            registry: self.clone(),
            kind,
        }
    }

    pub(super) fn started(
        &self,
        name: &str,
        kind: ActorKind,
        ping: Option<WeakRecipient<Ping>>,
        inject: Option<WeakRecipient<InjectPanic>>,
    ) {
        let mut entries = self.entries.lock();
        let entry = entries.entry(name.to_owned()).or_insert_with(|| Entry {
            status: ActorStatus {
                name: name.to_owned(),
                kind,
                alive: 0,
                started: 0,
                restarts: 0,
                last_panic: None,
                last_panic_at: None,
                started_at: wall_now(),
                ping_micros: None,
            },
            ping: None,
            inject: Vec::new(),
        });
        entry.status.alive += 1;
        entry.status.started += 1;
        entry.ping = ping;
        if kind != ActorKind::Linked {
            entry.inject.clear();
        }
        if entry.inject.len() >= REMEMBERED_CHILDREN {
            entry.inject.remove(0);
        }
        entry.inject.extend(inject);
    }

    pub(super) fn panicked(&self, name: &str, text: &str) {
        if let Some(entry) = self.entries.lock().get_mut(name) {
            entry.status.restarts += 1;
            entry.status.last_panic = Some(text.to_owned());
            entry.status.last_panic_at = Some(wall_now());
        }
        metrics::counter!("gavel_actor_panics_total", "actor" => name.to_owned()).increment(1);
    }

    pub(super) fn ended(&self, name: &str) {
        if let Some(entry) = self.entries.lock().get_mut(name) {
            entry.status.alive = entry.status.alive.saturating_sub(1);
        }
    }

    pub(super) fn answered(&self, name: &str, after: Duration) {
        if let Some(entry) = self.entries.lock().get_mut(name) {
            entry.status.ping_micros = Some(u64::try_from(after.as_micros()).unwrap_or(u64::MAX));
        }
    }

    /// The mailboxes to ping: those of long-lived actors that still live.
    pub(super) fn to_ping(&self) -> Vec<(String, WeakRecipient<Ping>)> {
        let entries = self.entries.lock();
        let live = entries.values().filter(|entry| entry.status.alive > 0);
        live.filter_map(|entry| Some((entry.status.name.clone(), entry.ping.clone()?)))
            .collect()
    }

    pub(super) fn inject(&self, name: &str, place: PanicPlace) -> bool {
        let candidates = match self.entries.lock().get(name) {
            Some(entry) => entry.inject.clone(),
            None => return false,
        };
        let mut live = candidates.iter().rev().filter_map(WeakRecipient::upgrade);
        live.any(|recipient| recipient.try_send(InjectPanic { place }).is_ok())
    }
}

/// Counts one adopted actor until dropped.
pub struct Adopted {
    registry: Registry,
    kind: &'static str,
}

impl Drop for Adopted {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.registry.panicked(self.kind, "panicked, see the log");
        }
        self.registry.ended(self.kind);
    }
}
