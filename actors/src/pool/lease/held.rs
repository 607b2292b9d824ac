//! A lease in the hands of whoever holds it: sandboxes on its slot, setting it aside, giving it back.

use std::sync::atomic::Ordering;

use sandboxes::sandbox::{Slot, WallError};

use super::{PoolClosed, PoolHandle, SlotLease};
use crate::pool::TakeSandbox;
use crate::sandbox::SandboxHandle;

impl SlotLease {
    fn index(&self) -> usize {
        self.index.load(Ordering::Relaxed)
    }

    /// The slot.
    #[must_use]
    pub fn slot(&self) -> Slot {
        self.pool.slots()[self.index()]
    }

    /// The pool it belongs to.
    #[must_use]
    pub fn pool(&self) -> &PoolHandle {
        &self.pool
    }

    /// A fresh sandbox on this slot: the spare, or a new one.
    ///
    /// # Errors
    /// [`WallError`] when the wall cannot make one.
    pub async fn sandbox(&self) -> Result<SandboxHandle, WallError> {
        let lost = || WallError::Lost("the pool restarted".to_owned());
        let addr = self.pool.shared.addr.get().ok_or_else(lost)?;
        let slot = self.index();
        let answer = addr.send(TakeSandbox { slot }).await;
        answer.unwrap_or_else(|_| Err(lost()))
    }

    /// Gives the slot back while `work` is done that needs a slot elsewhere or waits for others, and takes one again, before
    /// everybody who came later. No sandbox of this lease may be in use meanwhile.
    ///
    /// # Errors
    /// [`PoolClosed`] when the pool was closed meanwhile.
    pub async fn set_aside<T>(&self, work: impl Future<Output = T>) -> Result<T, PoolClosed> {
        if self.held.swap(false, Ordering::Relaxed) {
            self.pool.free(self.index());
        }
        let result = work.await;
        let again = self.pool.lease_again(self.urgency).await?;
        // The slot is ours from here on, not that lease's.
        again.held.store(false, Ordering::Relaxed);
        self.index.store(again.index(), Ordering::Relaxed);
        self.held.store(true, Ordering::Relaxed);
        Ok(result)
    }
}

impl Drop for SlotLease {
    fn drop(&mut self) {
        if self.held.swap(false, Ordering::Relaxed) {
            self.pool.free(self.index());
        }
    }
}
