//! The right to use one slot, and where it is asked for. A lease that is dropped frees its slot at once.
//!
//! **Invariant**: while the breaker refuses, nobody is granted a slot; work waits instead of failing. Nobody who waits for a slot
//! of another pool holds one: see [`SlotLease::set_aside`].

mod held;

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix::Addr;
use parking_lot::Mutex;
use sandboxes::sandbox::{Slot, Wall, WallError};
use tokio::sync::oneshot;

use super::host::Host;
use super::load::Load;
use super::selection::PoolKind;
use super::slots::{SlotTable, Urgency};
use super::{Pool, PoolBounds, PoolConfig, PoolReport, RetryGrant, SetLive, ShutPool, WarmTarget};
use crate::breaker::{Breaker, BreakerState};
use crate::clock::Clock;
use crate::sandbox::WallHealth;
use crate::toolchains::Toolchains;

/// What the pool's actor and everybody with a handle share.
pub(super) struct Shared {
    config: PoolConfig,
    wall: Arc<dyn Wall>,
    pub(super) account: usize,
    clock: Arc<dyn Clock>,
    addr: OnceLock<Addr<Pool>>,
    failures: AtomicU64,
    spares: AtomicUsize,
    /// How often the wall is still to fail, as a test asked.
    planted: AtomicU64,
    state: Mutex<State>,
    load: Mutex<Load>,
}

struct State {
    table: SlotTable<oneshot::Sender<SlotLease>>,
    breaker: Breaker,
}

/// A pool as its users see it; cheap to clone.
#[derive(Clone)]
pub struct PoolHandle {
    pub(super) shared: Arc<Shared>,
}

/// The right to run programs in one slot until it is dropped.
pub struct SlotLease {
    index: AtomicUsize,
    held: AtomicBool,
    urgency: Urgency,
    pub(super) pool: PoolHandle,
}

/// The pool is draining: there are no more slots to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the pool is closed")]
pub struct PoolClosed;

impl PoolHandle {
    pub(super) fn new(config: PoolConfig, wall: Arc<dyn Wall>, clock: Arc<dyn Clock>) -> Self {
        let cpus = config.slots.iter().map(|slot| slot.cpu);
        let account = config
            .host
            .ledger(|ledger| ledger.open(config.memory_bytes, cpus));
        let mut table = SlotTable::new(config.slots.len());
        table.set_live(config.target.min);
        let breaker = Breaker::new(config.breaker);
        let shared = Arc::new(Shared {
            wall,
            account,
            clock,
            addr: OnceLock::new(),
            failures: AtomicU64::new(0),
            spares: AtomicUsize::new(0),
            planted: AtomicU64::new(0),
            state: Mutex::new(State { table, breaker }),
            load: Mutex::default(),
            config,
        });
        shared.config.host.join(&shared);
        Self { shared }
    }

    pub(super) fn connect(&self, addr: Addr<Pool>) {
        // A pool is started once; its address outlives its panics.
        let _ = self.shared.addr.set(addr);
    }

    /// Which kind of pool it is.
    #[must_use]
    pub fn kind(&self) -> PoolKind {
        self.shared.config.kind
    }

    /// The name of its wall.
    #[must_use]
    pub fn wall(&self) -> &'static str {
        self.shared.wall.name()
    }

    /// How many times as long as elsewhere programs take behind its wall; time limits grow with it.
    #[must_use]
    pub fn time_factor(&self) -> f64 {
        self.shared.wall.time_factor()
    }

    /// What a run may ask for at most.
    #[must_use]
    pub fn bounds(&self) -> &PoolBounds {
        &self.shared.config.bounds
    }

    /// The memory of all its programs together, at most.
    #[must_use]
    pub fn memory_budget(&self) -> u64 {
        self.host()
            .ledger(|ledger| ledger.budget(self.shared.account))
    }

    /// What programs in sandboxes of this pool may use: each of `sandboxes` has the programs whose limits it names, one at a time.
    /// Sandboxes run one after the other unless `together`.
    #[must_use]
    pub(crate) fn memory_of(&self, sandboxes: &[u64], together: bool) -> u64 {
        match self.shared.config.sandbox_bytes {
            // A virtual machine holds its memory also while it waits.
            Some(each) => each * sandboxes.len() as u64,
            None if together => sandboxes.iter().sum(),
            None => sandboxes.iter().copied().max().unwrap_or_default(),
        }
    }

    /// The languages behind its wall.
    #[must_use]
    pub fn toolchains(&self) -> &Toolchains {
        &self.shared.config.toolchains
    }

    /// What its toolchains are part of: programs compiled by one are not taken for another's.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.shared.config.origin
    }

    /// Its slots.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.shared.config.slots
    }

    /// How many slots are to be kept ready.
    #[must_use]
    pub fn target(&self) -> WarmTarget {
        self.shared.config.target
    }

    /// How many of its slots are kept ready now.
    #[must_use]
    pub fn live(&self) -> usize {
        self.shared.state.lock().table.live()
    }

    /// Keeps so many slots ready from now on; those that are too many end what they have.
    pub fn set_live(&self, live: usize) {
        self.shared.state.lock().table.set_live(live);
        self.host().settle();
        if let Some(addr) = self.shared.addr.get() {
            // A full mailbox holds messages that look at every slot too.
            let _ = addr.try_send(SetLive);
        }
    }

    /// What it had to do lately.
    pub(crate) fn load<T>(&self, look: impl FnOnce(&mut Load) -> T) -> T {
        look(&mut self.shared.load.lock())
    }

    /// How it was made.
    pub(crate) fn config(&self) -> &PoolConfig {
        &self.shared.config
    }

    pub(super) fn host(&self) -> &Host {
        &self.shared.config.host
    }

    /// Whether the breaker of its wall is closed.
    #[must_use]
    pub fn works(&self) -> bool {
        let now = self.shared.clock.monotonic();
        self.shared.state.lock().breaker.state(now) == BreakerState::Closed
    }

    /// Waits for a slot. Dropping the future gives up the place in the queue.
    ///
    /// # Errors
    /// [`PoolClosed`] while draining.
    pub async fn lease(&self, urgency: Urgency) -> Result<SlotLease, PoolClosed> {
        let (sender, receiver) = oneshot::channel();
        let ticket = self.host().ticket();
        let asked = self.shared.state.lock().table.ask(urgency, ticket, sender);
        asked.map_err(|_| PoolClosed)?;
        self.host().settle();
        receiver.await.map_err(|_| PoolClosed)
    }

    async fn lease_again(&self, urgency: Urgency) -> Result<SlotLease, PoolClosed> {
        let (sender, receiver) = oneshot::channel();
        let asked = self.shared.state.lock().table.ask_again(urgency, sender);
        asked.map_err(|_| PoolClosed)?;
        self.host().settle();
        receiver.await.map_err(|_| PoolClosed)
    }

    /// Takes an idle slot for background work; `None` while somebody waits or the wall is suspect.
    #[must_use]
    pub fn try_lease_idle(&self) -> Option<SlotLease> {
        let mut state = self.shared.state.lock();
        if state.breaker.state(self.shared.clock.monotonic()) != BreakerState::Closed {
            return None;
        }
        let index = self.host().ledger(|ledger| {
            let index = state
                .table
                .take_idle(|slot, urgency| ledger.is_free(self.slots()[slot].cpu, urgency))?;
            ledger.take_cpu(self.slots()[index].cpu, Urgency::Background);
            Some(index)
        })?;
        drop(state);
        Some(self.lease_of(index, Urgency::Background))
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
        let account = self.shared.account;
        let (used, budget) = self
            .host()
            .ledger(|ledger| (ledger.used(account), ledger.budget(account)));
        let state = self.shared.state.lock();
        PoolReport {
            kind: self.kind(),
            wall: self.wall(),
            slots: state.table.total(),
            live: state.table.live(),
            spares: self.shared.spares.load(Ordering::Relaxed),
            busy: state.table.busy(),
            waiting: state.table.waiting(),
            memory_budget_bytes: budget,
            memory_used_bytes: used,
            time_factor: self.time_factor(),
            cold_start: self.shared.load.lock().cold_start(),
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

    /// Serves who can be served, here and in the pools beside it.
    pub(super) fn grant(&self) {
        self.host().settle();
    }

    /// Who would be served next, if somebody can be. While the wall is not trusted nobody is, and the actor is told to try it.
    pub(super) fn next_ask(&self) -> Option<(Urgency, u64)> {
        let state = self.shared.state.lock();
        let ask = self.host().ledger(|ledger| {
            let free = |slot: usize, urgency| ledger.is_free(self.slots()[slot].cpu, urgency);
            state.table.next_ask(free)
        })?;
        let now = self.shared.clock.monotonic();
        if state.breaker.state(now) == BreakerState::Closed {
            return Some(ask);
        }
        let after = state.breaker.wait(now).unwrap_or_default();
        drop(state);
        self.probe_wall(after);
        None
    }

    /// Serves whose turn it is, unless somebody else did meanwhile.
    pub(super) fn grant_one(&self) {
        let mut state = self.shared.state.lock();
        if state.breaker.state(self.shared.clock.monotonic()) != BreakerState::Closed {
            return;
        }
        let granted = self.host().ledger(|ledger| {
            let free = |slot: usize, urgency| ledger.is_free(self.slots()[slot].cpu, urgency);
            let (waiter, index, urgency) = state.table.next_grant(free)?;
            ledger.take_cpu(self.slots()[index].cpu, urgency);
            Some((waiter, index, urgency))
        });
        drop(state);
        let Some((waiter, index, urgency)) = granted else {
            return;
        };
        // Given back when the waiter is gone; dropped outside the lock it needs.
        drop(waiter.send(self.lease_of(index, urgency)));
    }

    fn lease_of(&self, index: usize, urgency: Urgency) -> SlotLease {
        SlotLease {
            index: AtomicUsize::new(index),
            held: AtomicBool::new(true),
            urgency,
            pool: self.clone(),
        }
    }

    fn probe_wall(&self, after: Duration) {
        if let Some(addr) = self.shared.addr.get() {
            // When its mailbox is full, it is busy with messages that end in a grant.
            let _ = addr.try_send(RetryGrant { after });
        }
    }

    fn free(&self, index: usize) {
        self.shared.state.lock().table.free(index);
        self.host()
            .ledger(|ledger| ledger.give_cpu(self.slots()[index].cpu));
        self.host().settle();
    }

    /// Lets the wall fail to make its next `failures` sandboxes, in place of what was planted before. For tests.
    pub fn plant_failures(&self, failures: u64) {
        self.shared.planted.store(failures, Ordering::Relaxed);
    }

    /// Whether the next sandbox is one that a test wants to fail.
    pub(super) fn is_to_fail(&self) -> bool {
        let less = |left: u64| left.checked_sub(1);
        let planted = &self.shared.planted;
        planted
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less)
            .is_ok()
    }

    /// Notes how long it took to make a sandbox.
    pub(super) fn started_cold(&self, took: Duration) {
        metrics::histogram!("gavel_cold_start_seconds", "pool" => self.kind().name(), "wall" => self.wall())
            .record(took.as_secs_f64());
        self.load(|load| load.started_cold(took));
    }

    pub(super) fn is_held(&self, index: usize) -> bool {
        self.shared.state.lock().table.is_held(index)
    }

    pub(super) fn set_spares(&self, spares: usize) {
        self.shared.spares.store(spares, Ordering::Relaxed);
    }

    /// How long until the breaker lets a probe through, when it is not closed; the probe counts as sent when that is zero.
    pub(super) fn probe_in(&self) -> Option<Duration> {
        let now = self.shared.clock.monotonic();
        let mut state = self.shared.state.lock();
        if state.breaker.state(now) == BreakerState::Closed {
            return None;
        }
        let wait = state.breaker.wait(now);
        if wait.is_none() {
            state.breaker.enter(now);
        }
        Some(wait.unwrap_or_default())
    }
}

impl WallHealth for PoolHandle {
    fn wall_worked(&self) {
        let now = self.shared.clock.monotonic();
        let mut state = self.shared.state.lock();
        let before = state.breaker.state(now);
        state.breaker.succeeded();
        let after = state.breaker.state(now);
        drop(state);
        if before != after {
            tracing::info!(
                wall = self.wall(),
                pool = self.kind().name(),
                "the wall stands again"
            );
            self.host().wall_changed();
            self.host().settle();
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
        metrics::counter!("gavel_wall_failures_total", "wall" => self.wall(), "pool" => self.kind().name())
            .increment(1);
        tracing::warn!(wall = self.wall(), pool = self.kind().name(), %error, "the wall failed");
        let now = self.shared.clock.monotonic();
        let mut state = self.shared.state.lock();
        let was_closed = state.breaker.state(now) == BreakerState::Closed;
        state.breaker.failed(now);
        let wait = state.breaker.wait(now).filter(|_| was_closed);
        drop(state);
        if let Some(wait) = wait {
            tracing::error!(
                wall = self.wall(),
                pool = self.kind().name(),
                "the wall failed too often in a row: its work goes elsewhere or waits"
            );
            self.host().wall_changed();
            self.probe_wall(wait);
        }
    }
}
