//! The machine as its pools share it: who gets which slot and how much memory, over all of them.
//!
//! **Invariant**: whenever something is given back, everybody who could now be served is, oldest first over all pools.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use tokio::sync::{Notify, oneshot};

use super::lease::{PoolHandle, Shared};
use super::ledger::Ledger;
use super::memory::MemoryLease;

/// What a machine has for programs; cheap to clone.
#[derive(Clone)]
pub struct Host {
    shared: Arc<HostShared>,
}

struct HostShared {
    ledger: Mutex<Ledger<(PoolHandle, oneshot::Sender<MemoryLease>)>>,
    pools: Mutex<Vec<Weak<Shared>>>,
    tickets: AtomicU64,
    /// A wall broke or came back: work goes elsewhere now.
    changed: Arc<Notify>,
}

impl Host {
    /// A machine with so much memory for programs.
    #[must_use]
    pub fn new(memory_bytes: u64) -> Self {
        Self {
            shared: Arc::new(HostShared {
                ledger: Mutex::new(Ledger::new(memory_bytes)),
                pools: Mutex::default(),
                tickets: AtomicU64::new(1),
                changed: Arc::default(),
            }),
        }
    }

    /// Its memory for programs.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        self.shared.ledger.lock().memory_bytes()
    }

    /// Notified when a wall broke or came back.
    #[must_use]
    pub fn changed(&self) -> Arc<Notify> {
        Arc::clone(&self.shared.changed)
    }

    pub(super) fn join(&self, pool: &Arc<Shared>) {
        self.shared.pools.lock().push(Arc::downgrade(pool));
    }

    /// The ledger, to be asked about CPUs and memory. Nothing else is locked while it is held.
    pub(super) fn ledger<T>(
        &self,
        look: impl FnOnce(&mut Ledger<(PoolHandle, oneshot::Sender<MemoryLease>)>) -> T,
    ) -> T {
        look(&mut self.shared.ledger.lock())
    }

    pub(super) fn ticket(&self) -> u64 {
        self.shared.tickets.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn wall_changed(&self) {
        self.shared.changed.notify_one();
    }

    /// Grants slots as long as somebody can be served: foreground first, then by age.
    pub(super) fn settle(&self) {
        loop {
            let pools: Vec<Arc<Shared>> = self
                .shared
                .pools
                .lock()
                .iter()
                .filter_map(Weak::upgrade)
                .collect();
            let asks = pools.into_iter().filter_map(|shared| {
                let pool = PoolHandle { shared };
                pool.next_ask().map(|ask| (ask, pool))
            });
            let Some((_, pool)) = asks.min_by_key(|(ask, _)| *ask) else {
                return;
            };
            // Nothing is granted when somebody else was faster; then the next look sees it.
            pool.grant_one();
        }
    }

    /// Gives memory to whoever can be served.
    pub(super) fn settle_memory(&self) {
        while let Some(((pool, waiter), _, bytes)) = self.ledger(Ledger::next_memory) {
            // Given back when the waiter is gone; dropped outside the lock it needs.
            drop(waiter.send(MemoryLease { pool, bytes }));
        }
    }
}
