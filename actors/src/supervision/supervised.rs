//! The supervisor of one long-lived actor: same address and mailbox across a panic.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use actix::dev::ContextFut;
use actix::prelude::*;
use tokio::time::{Instant, Sleep};

use super::linked::drop_quietly;
use super::registry::ActorKind;
use super::{
    Escalation, InjectPanic, Ping, RestartVerdict, RestartWindow, Supervision, panic_text,
};

pub(super) fn start<A>(
    supervision: &Supervision,
    name: &'static str,
    mailbox: usize,
    factory: impl FnOnce(&mut Context<A>) -> A,
) -> Addr<A>
where
    A: Supervised + Actor<Context = Context<A>> + Handler<Ping> + Handler<InjectPanic>,
{
    let mut ctx = Context::new();
    ctx.set_mailbox_capacity(mailbox);
    let actor = factory(&mut ctx);
    let addr = ctx.address();
    let ping = addr.clone().downgrade().recipient();
    let inject = supervision
        .faults()
        .is_on()
        .then(|| addr.clone().downgrade().recipient());
    supervision
        .registry()
        .started(name, ActorKind::Supervised, Some(ping), inject);
    actix::spawn(PanicSupervisor {
        fut: Some(ctx.into_future(actor)),
        name,
        window: RestartWindow::new(supervision.inner.intensity),
        born: Instant::now(),
        delay: None,
        supervision: supervision.clone(),
    });
    addr
}

struct PanicSupervisor<A: Actor<Context = Context<A>>> {
    fut: Option<ContextFut<A, Context<A>>>,
    name: &'static str,
    window: RestartWindow,
    born: Instant,
    delay: Option<Pin<Box<Sleep>>>,
    supervision: Supervision,
}

impl<A: Supervised + Actor<Context = Context<A>>> Future for PanicSupervisor<A> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<()> {
        let this = self.get_mut();
        loop {
            if let Some(delay) = this.delay.as_mut() {
                ready!(delay.as_mut().poll(cx));
                this.delay = None;
                if !this.restart() {
                    return Poll::Ready(());
                }
                continue;
            }
            let Some(fut) = this.fut.as_mut() else {
                return Poll::Ready(());
            };
            match catch_unwind(AssertUnwindSafe(|| Pin::new(fut).poll(cx))) {
                Ok(Poll::Pending) => return Poll::Pending,
                Ok(Poll::Ready(())) => {
                    tracing::debug!(actor = this.name, "actor ended");
                    return Poll::Ready(());
                }
                Err(payload) => {
                    if !this.panicked(&panic_text(&*payload)) {
                        return Poll::Ready(());
                    }
                }
            }
        }
    }
}

impl<A: Supervised + Actor<Context = Context<A>>> PanicSupervisor<A> {
    /// Plans the restart; false when it has given up.
    fn panicked(&mut self, text: &str) -> bool {
        self.supervision.registry().panicked(self.name, text);
        match self.window.panicked(self.born.elapsed()) {
            RestartVerdict::RestartAfter(delay) => {
                tracing::warn!(
                    actor = self.name,
                    ?delay,
                    "restarting after a panic: {text}"
                );
                self.delay = Some(Box::pin(tokio::time::sleep(delay)));
                true
            }
            RestartVerdict::GiveUp => {
                let reason = format!("panicked too often, last: {text}");
                self.supervision.escalate(Escalation {
                    actor: self.name.to_owned(),
                    reason,
                });
                false
            }
        }
    }

    /// Restarts the context in place; false when it is over (nobody holds the address, or it gave up).
    fn restart(&mut self) -> bool {
        let Some(fut) = self.fut.as_mut() else {
            return false;
        };
        match catch_unwind(AssertUnwindSafe(|| fut.restart())) {
            Ok(connected) => connected,
            Err(payload) => self.panicked(&panic_text(&*payload)),
        }
    }
}

impl<A: Actor<Context = Context<A>>> Drop for PanicSupervisor<A> {
    fn drop(&mut self) {
        self.supervision.registry().ended(self.name);
        if drop_quietly(self.fut.take()).is_err() {
            tracing::error!(actor = self.name, "panicked while it was dropped");
        }
    }
}
