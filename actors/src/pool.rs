//! The pool: slots to be leased, and a fresh sandbox ready on each before it is asked for.
//!
//! Talks to its wall and to the [`Sandbox`] actors it starts, whose parent it is. Everybody else holds a [`PoolHandle`].
//! **Invariants**: a slot never holds more than [`SANDBOXES_PER_SLOT`] sandboxes; making one never delays the run of another
//! submission that has its sandbox already; a wall that fails again and again opens the breaker, and its work waits or goes
//! elsewhere until a probe of the pool's own has shown that it stands again: no submission is risked for that.

mod cpus;
mod health;
mod host;
mod lease;
mod ledger;
mod load;
mod memory;
mod ping;
mod router;
pub mod selection;
mod slots;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::prelude::*;
use sandboxes::sandbox::{SANDBOXES_PER_SLOT, Sandbox as Walled, Slot, Wall, WallError};
use tokio::sync::oneshot;

pub use self::cpus::{allowed_cpus, slots};
pub use self::host::Host;
pub use self::lease::{PoolClosed, PoolHandle, SlotLease};
pub(crate) use self::load::Load;
pub use self::memory::MemoryLease;
pub use self::router::{Pools, Routing};
pub use self::selection::{Fallbacks, Needs, PoolKind, Step, select};
pub use self::slots::Urgency;
use crate::breaker::{BreakerConfig, BreakerState};
use crate::clock::Clock;
use crate::sandbox::{Sandbox, SandboxHandle, WallHealth};
use crate::supervision::{ChildDown, Supervision};
use crate::toolchains::Toolchains;

/// Messages that may wait: one per slot and child that ends; the rest are leases, which need none.
const MAILBOX: usize = 256;

/// What a run in a pool may ask for at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolBounds {
    /// Memory of a run where the problem names none.
    pub default_memory_bytes: u64,
    /// Memory of a run, whatever the problem says.
    pub max_memory_bytes: u64,
    /// Memory of a compiler, whatever the problem says.
    pub max_compile_memory_bytes: u64,
    /// CPU time of a run, whatever the problem says.
    pub max_cpu: Duration,
}

/// How many slots of a pool are kept ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WarmTarget {
    /// However little there is to do.
    pub min: usize,
    /// Beyond those at work.
    pub spare: usize,
}

/// How a pool is made.
#[derive(Clone)]
pub struct PoolConfig {
    /// Its kind.
    pub kind: PoolKind,
    /// Its slots; as many programs run at once.
    pub slots: Vec<Slot>,
    /// Its bounds.
    pub bounds: PoolBounds,
    /// When the wall is taken for broken.
    pub breaker: BreakerConfig,
    /// The machine it shares with the other pools.
    pub host: Host,
    /// Memory of all its programs together; 0 is all the machine has.
    pub memory_bytes: u64,
    /// How many slots are kept ready.
    pub target: WarmTarget,
    /// How often spares are asked whether they still work.
    pub health_check: Duration,
    /// The languages behind its wall.
    pub toolchains: Toolchains,
    /// What these are part of: `host`, or the digest of an image.
    pub origin: String,
    /// Memory that a sandbox takes whole, whatever runs in it: a virtual machine's. `None`: as much as the programs' limits.
    pub sandbox_bytes: Option<u64>,
}

/// A pool in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolReport {
    /// Its kind.
    pub kind: PoolKind,
    /// The name of its wall.
    pub wall: &'static str,
    /// How many slots there are.
    pub slots: usize,
    /// How many of them are kept ready now.
    pub live: usize,
    /// How many sandboxes are ready and wait for work.
    pub spares: usize,
    /// How many slots are leased.
    pub busy: usize,
    /// How many wait for one.
    pub waiting: usize,
    /// Memory of all its programs together, at most.
    pub memory_budget_bytes: u64,
    /// Memory that programs may use now.
    pub memory_used_bytes: u64,
    /// How many times as long as elsewhere programs take.
    pub time_factor: f64,
    /// How long it took to make the last sandbox.
    pub cold_start: Option<Duration>,
    /// The breaker of its wall.
    pub breaker: BreakerState,
}

/// Asks for a fresh sandbox; only the holder of the slot's lease does.
#[derive(Message)]
#[rtype(result = "Result<SandboxHandle, WallError>")]
pub(crate) struct TakeSandbox {
    pub(crate) slot: usize,
}

/// Asks the pool to try its wall once the breaker may allow it, and to serve those who wait when it stands.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct RetryGrant {
    pub(crate) after: Duration,
}

/// The number of slots to be kept ready has changed.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct SetLive;

/// Makes no more sandboxes and destroys the spares; answered when the last sandbox is gone, those in use included.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct ShutPool;

type Taker = oneshot::Sender<Result<SandboxHandle, WallError>>;

/// The sandboxes of one slot.
#[derive(Default)]
struct Bench {
    spare: Option<SandboxHandle>,
    preparing: bool,
    /// A spare is being asked whether it works.
    checking: bool,
    live: usize,
    takers: VecDeque<Taker>,
}

/// The actor.
pub struct Pool {
    handle: PoolHandle,
    wall: Arc<dyn Wall>,
    supervision: Supervision,
    benches: Vec<Bench>,
    /// Slot of each live sandbox actor.
    children: HashMap<u64, usize>,
    next_child: u64,
    /// The timer of the breaker, when somebody waits for it.
    retry: Option<SpawnHandle>,
    /// Who waits for the last sandbox to go; set, no more are made.
    shutting: Option<Vec<oneshot::Sender<()>>>,
}

impl Pool {
    /// Starts the pool under supervision on the current arbiter and prepares its first sandboxes.
    #[must_use]
    pub fn start(
        config: PoolConfig,
        wall: Arc<dyn Wall>,
        clock: Arc<dyn Clock>,
        supervision: &Supervision,
    ) -> PoolHandle {
        let benches = config.slots.iter().map(|_| Bench::default()).collect();
        let kind = config.kind;
        let handle = PoolHandle::new(config, Arc::clone(&wall), clock);
        let pool = Self {
            handle: handle.clone(),
            wall,
            supervision: supervision.clone(),
            benches,
            children: HashMap::new(),
            next_child: 0,
            retry: None,
            shutting: None,
        };
        handle.connect(supervision.supervise(kind.actor_name(), MAILBOX, |_| pool));
        handle
    }

    /// Prepares a sandbox on `slot` when one is wanted and there is room for it.
    fn refill(&mut self, slot: usize, ctx: &mut Context<Self>) {
        let ready = slot < self.handle.live() && self.shutting.is_none();
        let bench = &mut self.benches[slot];
        let wants_spare = ready && bench.spare.is_none() && !bench.checking;
        let wanted = !bench.takers.is_empty() || wants_spare;
        if !wanted || bench.preparing || bench.live >= SANDBOXES_PER_SLOT {
            return;
        }
        bench.preparing = true;
        ctx.spawn(
            self.prepare(slot)
                .into_actor(self)
                .map(move |result, pool, ctx| pool.prepared(slot, result, ctx)),
        );
    }

    /// Has the wall make a sandbox, and notes how long that took.
    fn prepare(
        &self,
        slot: usize,
    ) -> impl Future<Output = Result<Box<dyn Walled>, WallError>> + 'static {
        let (wall, handle) = (Arc::clone(&self.wall), self.handle.clone());
        let place = handle.slots()[slot];
        async move {
            if handle.is_to_fail() {
                return Err(WallError::Lost("a test wants it so".to_owned()));
            }
            let began = Instant::now();
            let prepared = wall.prepare(place).await;
            if prepared.is_ok() {
                handle.started_cold(began.elapsed());
            }
            prepared
        }
    }

    fn prepared(
        &mut self,
        slot: usize,
        result: Result<Box<dyn Walled>, WallError>,
        ctx: &mut Context<Self>,
    ) {
        self.benches[slot].preparing = false;
        let sandbox = match result {
            Ok(sandbox) => self.adopt(slot, sandbox, ctx),
            Err(error) => return self.not_prepared(slot, error, ctx),
        };
        self.offer(slot, sandbox, ctx);
    }

    /// Gives a fresh sandbox to whoever waits for one; the rest is a spare.
    fn offer(&mut self, slot: usize, sandbox: SandboxHandle, ctx: &mut Context<Self>) {
        let ready = slot < self.handle.live() || self.handle.is_held(slot);
        let bench = &mut self.benches[slot];
        bench.spare = Some(sandbox);
        while let Some(taker) = bench.takers.pop_front() {
            let Some(sandbox) = bench.spare.take() else {
                bench.takers.push_front(taker);
                break;
            };
            // A taker that went away leaves it to the next one.
            if let Err(Ok(refused)) = taker.send(Ok(sandbox)) {
                bench.spare = Some(refused);
            }
        }
        if self.shutting.is_some() || !ready {
            bench.spare = None;
        }
        self.count_spares();
        self.refill(slot, ctx);
    }

    fn count_spares(&self) {
        let ready = self.benches.iter().filter(|bench| bench.spare.is_some());
        self.handle.set_spares(ready.count());
    }

    /// Tells the first who waits; the next one has the wall try again. A spare is not tried again until somebody asks.
    fn not_prepared(&mut self, slot: usize, error: WallError, ctx: &mut Context<Self>) {
        self.handle.wall_failed(&error);
        let bench = &mut self.benches[slot];
        if let Some(taker) = bench.takers.pop_front() {
            // A taker that went away needs no reason.
            let _ = taker.send(Err(error));
        }
        if !bench.takers.is_empty() {
            self.refill(slot, ctx);
        }
        self.say_when_empty();
    }

    fn refill_all(&mut self, ctx: &mut Context<Self>) {
        for slot in 0..self.benches.len() {
            self.refill(slot, ctx);
        }
    }

    fn say_when_empty(&mut self) {
        if !self.children.is_empty() || self.benches.iter().any(|bench| bench.preparing) {
            return;
        }
        for waiting in self
            .shutting
            .iter_mut()
            .flat_map(|waiting| waiting.drain(..))
        {
            // Who asked may have stopped waiting.
            let _ = waiting.send(());
        }
    }

    /// Starts the actor around a new sandbox.
    fn adopt(
        &mut self,
        slot: usize,
        sandbox: Box<dyn Walled>,
        ctx: &mut Context<Self>,
    ) -> SandboxHandle {
        let health: Arc<dyn WallHealth> = Arc::new(self.handle.clone());
        let (actor, handle) = Sandbox::new(sandbox, self.handle.slots()[slot], health);
        self.next_child += 1;
        self.children.insert(self.next_child, slot);
        self.benches[slot].live += 1;
        let parent = ctx.address().recipient();
        self.supervision
            .spawn_linked("sandbox", self.next_child, parent, |_| actor);
        handle
    }
}

impl Actor for Pool {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.refill_all(ctx);
        ctx.run_interval(self.handle.config().health_check, Self::check_spares);
        self.watch_breaker(ctx);
        self.handle.grant();
    }
}

impl Supervised for Pool {
    /// The panic took the futures that were preparing sandboxes with it: whoever waited for one is told to ask again.
    /// Leases and sandboxes in use are not ours to take back; they live on.
    fn restarting(&mut self, _: &mut Self::Context) {
        self.retry = None;
        for bench in &mut self.benches {
            bench.preparing = false;
            bench.checking = false;
            bench.spare = None;
            bench.takers.clear();
        }
        self.count_spares();
    }
}

impl Handler<TakeSandbox> for Pool {
    type Result = ResponseFuture<Result<SandboxHandle, WallError>>;

    fn handle(&mut self, message: TakeSandbox, ctx: &mut Self::Context) -> Self::Result {
        let bench = &mut self.benches[message.slot];
        let spare = bench.spare.take();
        if let Some(spare) = spare {
            self.count_spares();
            self.refill(message.slot, ctx);
            return Box::pin(std::future::ready(Ok(spare)));
        }
        let (taker, taken) = oneshot::channel();
        bench.takers.push_back(taker);
        self.refill(message.slot, ctx);
        Box::pin(async move {
            let lost = WallError::Lost("the pool restarted".to_owned());
            taken.await.unwrap_or(Err(lost))
        })
    }
}

impl Handler<RetryGrant> for Pool {
    type Result = ();

    fn handle(&mut self, message: RetryGrant, ctx: &mut Self::Context) {
        self.probe_after(message.after, ctx);
    }
}

impl Handler<SetLive> for Pool {
    type Result = ();

    fn handle(&mut self, _: SetLive, ctx: &mut Self::Context) {
        for slot in self.handle.live()..self.benches.len() {
            if !self.handle.is_held(slot) {
                self.benches[slot].spare = None;
            }
        }
        self.count_spares();
        self.refill_all(ctx);
    }
}

impl Handler<ChildDown> for Pool {
    type Result = ();

    fn handle(&mut self, message: ChildDown, ctx: &mut Self::Context) {
        if let Some(slot) = self.children.remove(&message.id) {
            self.benches[slot].live -= 1;
            self.refill(slot, ctx);
            self.say_when_empty();
        }
    }
}

impl Handler<ShutPool> for Pool {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, _: ShutPool, _: &mut Self::Context) -> Self::Result {
        let (empty, emptied) = oneshot::channel();
        self.shutting.get_or_insert_default().push(empty);
        for bench in &mut self.benches {
            bench.spare = None;
        }
        self.count_spares();
        self.say_when_empty();
        Box::pin(async move {
            // A pool that is gone has no sandboxes either.
            let _ = emptied.await;
        })
    }
}

crate::answers_supervision!(Pool);
crate::answers_supervision!(Sandbox);
