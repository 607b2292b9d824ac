//! The right to use one slot, and where it is asked for. A lease that is dropped frees its slot at once.
//!
//! **Invariant**: while the breaker refuses, nobody is granted a slot; work waits instead of failing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix::Addr;
use parking_lot::Mutex;
use sandboxes::sandbox::{Slot, WallError};
use tokio::sync::oneshot;

use super::selection::PoolKind;
use super::slots::{SlotTable, Urgency};
use super::{Pool, PoolBounds, PoolReport, RetryGrant, ShutPool, TakeSandbox};
use crate::breaker::{Breaker, BreakerState};
use crate::clock::Clock;
use crate::sandbox::{SandboxHandle, WallHealth};

/// What the pool's actor and everybody with a handle share.
pub(super) struct Shared {
    kind: PoolKind,
    wall: &'static str,
    bounds: PoolBounds,
    slots: Vec<Slot>,
    clock: Arc<dyn Clock>,
    addr: OnceLock<Addr<Pool>>,
    failures: AtomicU64,
    state: Mutex<State>,
}

struct State {
    table: SlotTable<oneshot::Sender<SlotLease>>,
    breaker: Breaker,
}

impl Shared {
    /// Whether the breaker of the wall is closed.
    fn is_trusted(&self, state: &State) -> bool {
        state.breaker.state(self.clock.monotonic()) == BreakerState::Closed
    }
}

/// A pool as its users see it; cheap to clone.
#[derive(Clone)]
pub struct PoolHandle {
    shared: Arc<Shared>,
}

/// The right to run programs in one slot until it is dropped.
pub struct SlotLease {
    index: usize,
    pool: PoolHandle,
}

/// The pool is draining: there are no more slots to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the pool is closed")]
pub struct PoolClosed;

impl PoolHandle {
    pub(super) fn new(
        kind: PoolKind,
        wall: &'static str,
        bounds: PoolBounds,
        slots: Vec<Slot>,
        breaker: Breaker,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let table = SlotTable::new(slots.len());
        let shared = Shared {
            kind,
            wall,
            bounds,
            slots,
            clock,
            addr: OnceLock::new(),
            failures: AtomicU64::new(0),
            state: Mutex::new(State { table, breaker }),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    pub(super) fn connect(&self, addr: Addr<Pool>) {
        // A pool is started once; its address outlives its panics.
        let _ = self.shared.addr.set(addr);
    }

    /// Which kind of pool it is.
    #[must_use]
    pub fn kind(&self) -> PoolKind {
        self.shared.kind
    }

    /// The name of its wall.
    #[must_use]
    pub fn wall(&self) -> &'static str {
        self.shared.wall
    }

    /// What a run may ask for at most.
    #[must_use]
    pub fn bounds(&self) -> &PoolBounds {
        &self.shared.bounds
    }

    /// Its slots.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.shared.slots
    }

    /// Waits for a slot. Dropping the future gives up the place in the queue.
    ///
    /// # Errors
    /// [`PoolClosed`] while draining.
    pub async fn lease(&self, urgency: Urgency) -> Result<SlotLease, PoolClosed> {
        let (sender, receiver) = oneshot::channel();
        let asked = self.shared.state.lock().table.ask(urgency, sender);
        asked.map_err(|_| PoolClosed)?;
        self.grant();
        receiver.await.map_err(|_| PoolClosed)
    }

    /// Takes an idle slot for background work; `None` while somebody waits or the wall is suspect.
    #[must_use]
    pub fn try_lease_idle(&self) -> Option<SlotLease> {
        let mut state = self.shared.state.lock();
        if !self.shared.is_trusted(&state) {
            return None;
        }
        let index = state.table.take_idle()?;
        Some(self.lease_of(index))
    }

    /// Whether submissions wait for a slot.
    #[must_use]
    pub fn somebody_waits(&self) -> bool {
        self.shared.state.lock().table.waiting() > 0
    }

    /// How often the wall has failed so far.
    #[must_use]
    pub fn wall_failures(&self) -> u64 {
        self.shared.failures.load(Ordering::Relaxed)
    }

    /// Numbers for reports.
    #[must_use]
    pub fn report(&self) -> PoolReport {
        let state = self.shared.state.lock();
        PoolReport {
            kind: self.shared.kind,
            wall: self.shared.wall,
            slots: state.table.total(),
            busy: state.table.busy(),
            waiting: state.table.waiting(),
            breaker: state.breaker.state(self.shared.clock.monotonic()),
        }
    }

    /// Refuses new leases; those who wait get [`PoolClosed`].
    pub fn close(&self) {
        let waiting = self.shared.state.lock().table.close();
        drop(waiting);
    }

    /// Closes the pool and waits until its last sandbox is destroyed, those in use included: the end of a shutdown.
    pub async fn shut(&self) {
        self.close();
        if let Some(addr) = self.shared.addr.get() {
            // A pool that is gone has no sandboxes either.
            let _ = addr.send(ShutPool).await;
        }
    }

    /// Serves who can be served. A lease that nobody takes any more frees its slot again.
    pub(super) fn grant(&self) {
        loop {
            let mut state = self.shared.state.lock();
            if !state.table.can_grant() {
                return;
            }
            let now = self.shared.clock.monotonic();
            if let Some(retry_in) = state.breaker.wait(now) {
                drop(state);
                return self.retry_grant(retry_in);
            }
            state.breaker.enter(now);
            let Some((waiter, index, _)) = state.table.next_grant() else {
                return;
            };
            drop(state);
            // Given back when the waiter is gone; dropped outside the lock it needs.
            drop(waiter.send(self.lease_of(index)));
        }
    }

    fn lease_of(&self, index: usize) -> SlotLease {
        SlotLease {
            index,
            pool: self.clone(),
        }
    }

    fn retry_grant(&self, after: Duration) {
        if let Some(addr) = self.shared.addr.get() {
            // When its mailbox is full, it is busy with messages that end in a grant.
            let _ = addr.try_send(RetryGrant { after });
        }
    }

    fn free(&self, index: usize) {
        let mut state = self.shared.state.lock();
        state.table.free(index);
        drop(state);
        self.grant();
    }
}

impl WallHealth for PoolHandle {
    fn wall_worked(&self) {
        let mut state = self.shared.state.lock();
        let was_closed = self.shared.is_trusted(&state);
        state.breaker.succeeded();
        drop(state);
        if !was_closed {
            self.grant();
        }
    }

    fn wall_failed(&self, error: &WallError) {
        if matches!(
            error,
            WallError::Refused(_) | WallError::NotExecutable { .. }
        ) {
            return;
        }
        self.shared.failures.fetch_add(1, Ordering::Relaxed);
        metrics::counter!("gavel_wall_failures_total", "wall" => self.shared.wall).increment(1);
        tracing::warn!(wall = self.shared.wall, %error, "the wall failed");
        let now = self.shared.clock.monotonic();
        self.shared.state.lock().breaker.failed(now);
    }
}

impl SlotLease {
    /// The slot.
    #[must_use]
    pub fn slot(&self) -> Slot {
        self.pool.shared.slots[self.index]
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
        let answer = addr.send(TakeSandbox { slot: self.index }).await;
        answer.unwrap_or_else(|_| Err(lost()))
    }
}

impl Drop for SlotLease {
    fn drop(&mut self) {
        self.pool.free(self.index);
    }
}
