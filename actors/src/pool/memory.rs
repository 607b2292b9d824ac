//! Memory for the programs of a lease, out of the budgets of its pool and of the machine.
//!
//! **Invariant**: who waits for memory holds none, so two that wait never wait for each other.

use tokio::sync::oneshot;

use super::lease::{PoolHandle, SlotLease};

/// Memory that programs of a lease may use until it is dropped.
pub struct MemoryLease {
    pub(super) pool: PoolHandle,
    pub(super) bytes: u64,
}

impl SlotLease {
    /// Waits for memory that programs of this lease may use, within the budgets of pool and machine. No other memory of
    /// this lease may be held meanwhile, or two that wait for each other would wait for ever.
    pub async fn memory(&self, bytes: u64) -> MemoryLease {
        let host = self.pool.host();
        loop {
            let (sender, receiver) = oneshot::channel();
            host.ledger(|ledger| {
                ledger.ask_memory(self.pool.shared.account, bytes, (self.pool.clone(), sender));
            });
            host.settle_memory();
            // The ledger never drops a waiter.
            if let Ok(memory) = receiver.await {
                return memory;
            }
        }
    }

    /// Takes memory at once; `None` when there is not enough or somebody waits for it.
    #[must_use]
    pub fn try_memory(&self, bytes: u64) -> Option<MemoryLease> {
        let account = self.pool.shared.account;
        let taken = self
            .pool
            .host()
            .ledger(|ledger| ledger.try_memory(account, bytes));
        taken.map(|bytes| MemoryLease {
            pool: self.pool.clone(),
            bytes,
        })
    }
}

impl Drop for MemoryLease {
    fn drop(&mut self) {
        let host = self.pool.host();
        host.ledger(|ledger| ledger.give_memory(self.pool.shared.account, self.bytes));
        host.settle_memory();
    }
}
