//! The pool: slots to be leased, and a fresh sandbox ready on each before it is asked for.
//!
//! Talks to its wall and to the [`Sandbox`] actors it starts, whose parent it is. Everybody else holds a [`PoolHandle`].
//! **Invariants**: a slot never holds more than [`SANDBOXES_PER_SLOT`] sandboxes; making one never delays the run of another
//! submission that has its sandbox already; a wall that fails again and again opens the breaker and work waits.

mod cpus;
mod lease;
mod router;
pub mod selection;
mod slots;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use sandboxes::sandbox::{SANDBOXES_PER_SLOT, Sandbox as Walled, Slot, Wall, WallError};
use tokio::sync::oneshot;

pub use self::cpus::slots;
pub use self::lease::{PoolClosed, PoolHandle, SlotLease};
pub use self::router::{NoPool, Pools};
pub use self::selection::{Fallbacks, Needs, PoolKind, select};
pub use self::slots::Urgency;
use crate::breaker::{Breaker, BreakerConfig, BreakerState};
use crate::clock::Clock;
use crate::sandbox::{Sandbox, SandboxHandle, WallHealth};
use crate::supervision::{ChildDown, Supervision};

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
}

/// A pool in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolReport {
    /// Its kind.
    pub kind: PoolKind,
    /// The name of its wall.
    pub wall: &'static str,
    /// How many slots there are.
    pub slots: usize,
    /// How many are leased.
    pub busy: usize,
    /// How many wait for one.
    pub waiting: usize,
    /// The breaker of its wall.
    pub breaker: BreakerState,
}

/// Asks for a fresh sandbox; only the holder of the slot's lease does.
#[derive(Message)]
#[rtype(result = "Result<SandboxHandle, WallError>")]
pub(crate) struct TakeSandbox {
    pub(crate) slot: usize,
}

/// Asks the pool to look for somebody to serve once the breaker may allow it.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) struct RetryGrant {
    pub(crate) after: Duration,
}

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
        let handle = PoolHandle::new(
            config.kind,
            wall.name(),
            config.bounds,
            config.slots,
            Breaker::new(config.breaker),
            clock,
        );
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
        handle.connect(supervision.supervise(config.kind.actor_name(), MAILBOX, |_| pool));
        handle
    }

    /// Prepares a sandbox on `slot` when one is wanted and there is room for it.
    fn refill(&mut self, slot: usize, ctx: &mut Context<Self>) {
        let bench = &mut self.benches[slot];
        let wanted = !bench.takers.is_empty() || (bench.spare.is_none() && self.shutting.is_none());
        if !wanted || bench.preparing || bench.live >= SANDBOXES_PER_SLOT {
            return;
        }
        bench.preparing = true;
        let wall = Arc::clone(&self.wall);
        let place = self.handle.slots()[slot];
        ctx.spawn(
            async move { wall.prepare(place).await }
                .into_actor(self)
                .map(move |result, pool, ctx| pool.prepared(slot, result, ctx)),
        );
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
        if self.shutting.is_some() {
            bench.spare = None;
        }
        self.refill(slot, ctx);
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
        for slot in 0..self.benches.len() {
            self.refill(slot, ctx);
        }
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
            bench.spare = None;
            bench.takers.clear();
        }
    }
}

impl Handler<TakeSandbox> for Pool {
    type Result = ResponseFuture<Result<SandboxHandle, WallError>>;

    fn handle(&mut self, message: TakeSandbox, ctx: &mut Self::Context) -> Self::Result {
        let bench = &mut self.benches[message.slot];
        let spare = bench.spare.take();
        if let Some(spare) = spare {
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
        if self.retry.is_none() {
            self.retry = Some(ctx.run_later(message.after, |pool, _| {
                pool.retry = None;
                pool.handle.grant();
            }));
        }
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
        self.say_when_empty();
        Box::pin(async move {
            // A pool that is gone has no sandboxes either.
            let _ = emptied.await;
        })
    }
}

crate::answers_supervision!(Pool);
crate::answers_supervision!(Sandbox);
