//! Supervision on actix, which restarts nothing that panicked (its own `Supervisor` included).
//!
//! Two pieces. Long-lived actors run under [`Supervision::supervise`]: the same address and mailbox across a panic, state rebuilt
//! in `Supervised::restarting`, at most [`Intensity::max`] panics in [`Intensity::window`] with a growing delay, then escalation.
//! One-per-judgement, per-sandbox and per-session actors are linked children ([`Supervision::spawn_linked`]): their parent gets a
//! [`ChildDown`] with the reason and decides. The root ([`Supervision::start_root`]) pings every long-lived actor and reads every
//! thread's beat; what stays silent is escalated too. Escalation is a callback given once: drain, exit non-zero.
//!
//! **Invariant**: an actor is never dropped while its own panic unwinds, so a second panic in `stopping`, `stopped` or `Drop`
//! does not abort the process.

#[cfg(panic = "abort")]
compile_error!("supervision needs panic = \"unwind\": with abort one bug ends every judgement");

mod faults;
mod intensity;
mod linked;
mod panics;
mod registry;
mod root;
mod supervised;
#[cfg(test)]
mod tests;
mod threads;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix::prelude::*;

pub use faults::{Faults, InjectPanic, PanicPlace};
pub use intensity::{Intensity, RestartWindow, Verdict as RestartVerdict};
pub use linked::{ChildDown, ExitReason};
pub use panics::{install_panic_hook, panic_text};
pub use registry::{ActorKind, ActorStatus, Adopted, Registry};
pub use root::{Beat, RootConfig};

/// Asks a long-lived actor whether it still answers.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
pub struct Ping;

/// Why the tree could not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// The actor or thread that gave up or went silent.
    pub actor: String,
    /// What happened, one fragment.
    pub reason: String,
}

/// The handle every part of the tree holds: starts supervised actors and linked children, keeps the registry, escalates.
#[derive(Clone)]
pub struct Supervision {
    inner: Arc<Inner>,
}

struct Inner {
    registry: Registry,
    faults: Faults,
    intensity: Intensity,
    on_escalation: Box<dyn Fn(Escalation) + Send + Sync>,
    escalated: AtomicBool,
    beats: root::Beats,
}

impl Supervision {
    /// A tree with the default intensity. `on_escalation` is called at most once, from whatever thread noticed; it must not block.
    pub fn new(faults: Faults, on_escalation: impl Fn(Escalation) + Send + Sync + 'static) -> Self {
        Self::with_intensity(Intensity::default(), faults, on_escalation)
    }

    /// The same with an intensity of your own.
    pub fn with_intensity(
        intensity: Intensity,
        faults: Faults,
        on_escalation: impl Fn(Escalation) + Send + Sync + 'static,
    ) -> Self {
        let inner = Inner {
            registry: Registry::default(),
            faults,
            intensity,
            on_escalation: Box::new(on_escalation),
            escalated: AtomicBool::new(false),
            beats: root::Beats::default(),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Who lives, who died and why.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.inner.registry
    }

    /// The switch for planted failures.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    /// Whether the tree has given up.
    #[must_use]
    pub fn has_escalated(&self) -> bool {
        self.inner.escalated.load(Ordering::Acquire)
    }

    /// Starts a long-lived actor on the current arbiter under a supervisor that survives its panics.
    ///
    /// `mailbox` bounds the waiting messages (each sender holds one slot more). The factory runs once; after a panic actix calls
    /// `Supervised::restarting` on the same value, then `Actor::started` again, with spawned futures and intervals gone.
    pub fn supervise<A>(
        &self,
        name: &'static str,
        mailbox: usize,
        factory: impl FnOnce(&mut Context<A>) -> A,
    ) -> Addr<A>
    where
        A: Supervised + Actor<Context = Context<A>> + Handler<Ping> + Handler<InjectPanic>,
    {
        supervised::start(self, name, mailbox, factory)
    }

    /// Starts a child on the current arbiter; when it ends, for whatever reason, `parent` gets a [`ChildDown`] with `id`.
    /// Children of one `kind` share one line in the registry.
    pub fn spawn_linked<C>(
        &self,
        kind: &'static str,
        id: u64,
        parent: Recipient<ChildDown>,
        factory: impl FnOnce(&mut Context<C>) -> C,
    ) -> Addr<C>
    where
        C: Actor<Context = Context<C>> + Handler<InjectPanic>,
    {
        linked::spawn(self, kind, id, parent, factory)
    }

    /// Starts an OS thread that is restarted when `body` panics, within the same intensity. `body` returns when it is done for
    /// good; it must tick its beat at least every second or the root takes it for hung.
    ///
    /// # Errors
    /// When the operating system refuses the thread.
    pub fn supervise_thread(
        &self,
        name: &'static str,
        body: impl FnMut(&Beat) + Send + 'static,
    ) -> std::io::Result<std::thread::JoinHandle<()>> {
        threads::start(self, name, body)
    }

    /// Starts the root: a thread that pings every long-lived actor and reads every beat until the tree is dropped or escalates.
    ///
    /// # Errors
    /// When the operating system refuses the thread.
    pub fn start_root(&self, config: RootConfig) -> std::io::Result<()> {
        root::start(self, config)
    }

    /// Panics the named actor (or one live child of a kind) when planted failures are switched on. Says whether one was hit.
    #[must_use]
    pub fn inject_panic(&self, name: &str, place: PanicPlace) -> bool {
        self.inner.faults.is_on() && self.inner.registry.inject(name, place)
    }

    /// Gives up: the callback runs once, later calls only log.
    pub fn escalate(&self, escalation: Escalation) {
        let first = !self.inner.escalated.swap(true, Ordering::AcqRel);
        tracing::error!(actor = %escalation.actor, reason = %escalation.reason, first, "supervision escalates");
        metrics::counter!("gavel_escalations_total").increment(1);
        if first {
            (self.inner.on_escalation)(escalation);
        }
    }
}

/// Implements the two messages that [`Supervision::supervise`] and [`Supervision::spawn_linked`] ask of an actor:
/// [`Ping`] and [`InjectPanic`].
#[macro_export]
macro_rules! answers_supervision {
    ($actor:ty) => {
        impl ::actix::Handler<$crate::supervision::Ping> for $actor {
            type Result = ();
            fn handle(&mut self, _: $crate::supervision::Ping, _: &mut Self::Context) {}
        }

        impl ::actix::Handler<$crate::supervision::InjectPanic> for $actor {
            type Result = ();
            fn handle(
                &mut self,
                message: $crate::supervision::InjectPanic,
                ctx: &mut Self::Context,
            ) {
                message.fire::<Self>(ctx);
            }
        }
    };
}
