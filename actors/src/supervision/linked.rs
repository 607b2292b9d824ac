//! Linked children: their parent learns why each ended.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use actix::dev::ContextFut;
use actix::prelude::*;

use super::registry::ActorKind;
use super::{InjectPanic, Supervision, panic_text};

/// Why an actor ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExitReason {
    /// It stopped by itself.
    Normal,
    /// It panicked, saying this.
    Panic(String),
    /// Its arbiter went away.
    Aborted,
}

/// A linked child ended.
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub struct ChildDown {
    /// What [`Supervision::spawn_linked`] was given.
    pub id: u64,
    /// The kind it was given.
    pub kind: &'static str,
    /// Why it ended.
    pub reason: ExitReason,
}

pub(super) fn spawn<C>(
    supervision: &Supervision,
    kind: &'static str,
    id: u64,
    parent: Recipient<ChildDown>,
    factory: impl FnOnce(&mut Context<C>) -> C,
) -> Addr<C>
where
    C: Actor<Context = Context<C>> + Handler<InjectPanic>,
{
    let mut ctx = Context::new();
    let actor = factory(&mut ctx);
    let addr = ctx.address();
    let inject = supervision
        .faults()
        .is_on()
        .then(|| addr.clone().downgrade().recipient());
    supervision
        .registry()
        .started(kind, ActorKind::Linked, None, inject);
    let body = CatchPanic {
        fut: Some(ctx.into_future(actor)),
    };
    let watcher = Watcher {
        supervision: supervision.clone(),
        kind,
    };
    actix::spawn(async move {
        let task = actix::spawn(body);
        let reason = match task.await {
            Ok(Ok(())) => ExitReason::Normal,
            Ok(Err(payload)) => ExitReason::Panic(panic_text(&*payload)),
            Err(_) => ExitReason::Aborted,
        };
        watcher.ended(&reason);
        drop(watcher);
        // Waits for a slot in the parent's mailbox: one waiting task per dead child, and nothing is lost.
        if parent.send(ChildDown { id, kind, reason }).await.is_err() {
            tracing::debug!(kind, id, "the parent of a linked child is gone");
        }
    });
    addr
}

/// Keeps the registry's count right even when the arbiter drops the watching task.
struct Watcher {
    supervision: Supervision,
    kind: &'static str,
}

impl Watcher {
    fn ended(&self, reason: &ExitReason) {
        if let ExitReason::Panic(text) = reason {
            tracing::warn!(kind = self.kind, "linked child panicked: {text}");
            self.supervision.registry().panicked(self.kind, text);
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.supervision.registry().ended(self.kind);
    }
}

/// Runs an actor and catches its panic before anything of it is dropped.
struct CatchPanic<C: Actor<Context = Context<C>>> {
    fut: Option<ContextFut<C, Context<C>>>,
}

impl<C: Actor<Context = Context<C>>> Future for CatchPanic<C> {
    type Output = Result<(), Box<dyn Any + Send>>;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let Some(fut) = this.fut.as_mut() else {
            return Poll::Ready(Ok(()));
        };
        match catch_unwind(AssertUnwindSafe(|| Pin::new(fut).poll(cx))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(())) => Poll::Ready(drop_quietly(this.fut.take())),
            Err(payload) => {
                // The first panic is what the parent hears; the actor is dropped outside of its unwinding.
                let _second = drop_quietly(this.fut.take());
                Poll::Ready(Err(payload))
            }
        }
    }
}

/// Drops an actor; a panic in its `stopping`, `stopped` or `Drop` is caught.
pub(super) fn drop_quietly<T>(value: T) -> Result<(), Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(|| drop(value)))
}
