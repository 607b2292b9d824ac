//! The root's watch: a thread of its own, so that a blocked arbiter cannot hide from it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use parking_lot::Mutex;
use tokio::time::{Instant, timeout};

use super::{Escalation, Ping, Registry, Supervision};

/// How patient the root is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootConfig {
    /// How often it asks, and how long it waits for an answer.
    pub every: Duration,
    /// Missed answers in a row that it takes for death.
    pub misses: u32,
}

impl Default for RootConfig {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(2),
            misses: 3,
        }
    }
}

/// A thread's sign of life: ticked by the thread, read by the root.
#[derive(Clone, Debug, Default)]
pub struct Beat {
    ticks: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
}

impl Beat {
    /// Says "I live".
    pub fn tick(&self) {
        self.ticks.fetch_add(1, Ordering::Relaxed);
    }

    /// How often it was said.
    #[must_use]
    pub fn ticks(&self) -> u64 {
        self.ticks.load(Ordering::Relaxed)
    }

    pub(super) fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

/// The beats of a tree.
#[derive(Clone, Default)]
pub(super) struct Beats {
    all: Arc<Mutex<Vec<(String, Beat)>>>,
}

impl Beats {
    pub(super) fn add(&self, name: &str) -> Beat {
        let beat = Beat::default();
        self.all.lock().push((name.to_owned(), beat.clone()));
        beat
    }

    fn read(&self) -> Vec<(String, u64)> {
        let mut all = self.all.lock();
        all.retain(|(_, beat)| !beat.over.load(Ordering::Relaxed));
        all.iter()
            .map(|(name, beat)| (name.clone(), beat.ticks()))
            .collect()
    }
}

pub(super) fn start(supervision: &Supervision, config: RootConfig) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let weak = Arc::downgrade(&supervision.inner);
    std::thread::Builder::new()
        .name("root".to_owned())
        .spawn(move || {
            let mut watch = Watch::default();
            runtime.block_on(async {
                loop {
                    tokio::time::sleep(config.every).await;
                    let Some(inner) = weak.upgrade() else { return };
                    if !watch.round(&Supervision { inner }, config).await {
                        return;
                    }
                }
            });
        })?;
    Ok(())
}

/// What the root remembers between two rounds.
#[derive(Default)]
pub(super) struct Watch {
    missed: HashMap<String, u32>,
    beats: HashMap<String, u64>,
}

impl Watch {
    /// Asks everybody once; false when it escalated.
    pub(super) async fn round(&mut self, supervision: &Supervision, config: RootConfig) -> bool {
        let silent = ask(supervision.registry(), config.every).await;
        let mut missed = HashMap::new();
        for name in silent.into_iter().chain(self.stalled(supervision)) {
            let count = self.missed.get(&name).copied().unwrap_or(0) + 1;
            tracing::warn!(actor = %name, count, "no sign of life");
            if count >= config.misses {
                let reason = format!("gave no sign of life {count} times in a row");
                supervision.escalate(Escalation {
                    actor: name,
                    reason,
                });
                return false;
            }
            missed.insert(name, count);
        }
        self.missed = missed;
        true
    }

    fn stalled(&mut self, supervision: &Supervision) -> Vec<String> {
        let now = supervision.inner.beats.read();
        let stalled = now
            .iter()
            .filter(|(name, ticks)| self.beats.get(name) == Some(ticks));
        let stalled = stalled.map(|(name, _)| name.clone()).collect();
        self.beats = now.into_iter().collect();
        stalled
    }
}

/// Pings all long-lived actors at once; returns those that did not answer in time.
async fn ask(registry: &Registry, patience: Duration) -> Vec<String> {
    let asked = registry
        .to_ping()
        .into_iter()
        .map(|(name, weak)| async move {
            // An actor that is gone is not silent: it ended by itself.
            let recipient = weak.upgrade()?;
            let asked_at = Instant::now();
            match timeout(patience, recipient.send(Ping)).await {
                Ok(Ok(())) => registry.answered(&name, asked_at.elapsed()),
                // The mailbox closed meanwhile: it ended.
                Ok(Err(_)) => {}
                Err(_) => return Some(name),
            }
            None
        });
    join_all(asked).await.into_iter().flatten().collect()
}
