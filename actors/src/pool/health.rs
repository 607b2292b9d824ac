//! Whether what waits in the pool still works: spares are asked now and then, and a wall whose breaker is open is tried with a
//! sandbox of its own before any submission is.

use std::time::Duration;

use actix::prelude::*;
use sandboxes::sandbox::{SANDBOXES_PER_SLOT, WallError};

use super::Pool;
use super::ping::ping;
use crate::breaker::BreakerState;
use crate::sandbox::{SandboxHandle, WallHealth};

impl Pool {
    /// Asks every spare of a slot that nobody uses. One that does not answer is destroyed and replaced.
    pub(super) fn check_spares(&mut self, ctx: &mut Context<Self>) {
        for slot in 0..self.benches.len() {
            if self.handle.is_held(slot) || self.benches[slot].checking {
                continue;
            }
            let Some(mut spare) = self.benches[slot].spare.take() else {
                continue;
            };
            self.benches[slot].checking = true;
            let asked = async move {
                let answer = ping(&mut spare).await;
                (spare, answer)
            };
            ctx.spawn(
                asked
                    .into_actor(self)
                    .map(move |(spare, answer), pool, ctx| {
                        pool.benches[slot].checking = false;
                        pool.checked(slot, spare, answer, ctx);
                    }),
            );
        }
        self.count_spares();
    }

    fn checked(
        &mut self,
        slot: usize,
        spare: SandboxHandle,
        answer: Result<(), WallError>,
        ctx: &mut Context<Self>,
    ) {
        match answer {
            Ok(()) if self.benches[slot].spare.is_none() => self.offer(slot, spare, ctx),
            // Somebody came meanwhile and had a new one made.
            Ok(()) => drop(spare),
            Err(error) => {
                drop(spare);
                metrics::counter!("gavel_spares_replaced_total", "pool" => self.handle.kind().name()).increment(1);
                tracing::warn!(pool = self.handle.kind().name(), slot, %error, "a spare sandbox does not work and is replaced");
                self.refill(slot, ctx);
            }
        }
    }

    /// Sees to it that a breaker that is not closed is probed, also after a restart of this actor.
    pub(super) fn watch_breaker(&mut self, ctx: &mut Context<Self>) {
        if self.handle.report().breaker != BreakerState::Closed {
            self.probe_after(Duration::ZERO, ctx);
        }
    }

    pub(super) fn probe_after(&mut self, after: Duration, ctx: &mut Context<Self>) {
        if self.retry.is_none() && self.shutting.is_none() {
            self.retry = Some(ctx.run_later(after, |pool, ctx| {
                pool.retry = None;
                pool.probe(ctx);
            }));
        }
    }

    /// Tries the wall with a fresh sandbox, when the breaker lets a probe through; asks again later when it does not.
    fn probe(&mut self, ctx: &mut Context<Self>) {
        match self.handle.probe_in() {
            None => return self.handle.grant(),
            Some(wait) if !wait.is_zero() => return self.probe_after(wait, ctx),
            Some(_) => {}
        }
        let room = |slot: &usize| self.benches[*slot].live < SANDBOXES_PER_SLOT;
        let Some(slot) = (0..self.benches.len()).find(room) else {
            // What is there must end first; the probe that was let through counts as lost.
            return self.watch_breaker(ctx);
        };
        // What was made by a wall that has failed since may be broken as well.
        for slot in 0..self.benches.len() {
            if !self.handle.is_held(slot) {
                self.benches[slot].spare = None;
            }
        }
        self.count_spares();
        let prepared = self.prepare(slot);
        ctx.spawn(
            prepared
                .into_actor(self)
                .map(move |prepared, pool, ctx| match prepared {
                    Ok(sandbox) => {
                        let sandbox = pool.adopt(slot, sandbox, ctx);
                        pool.ask_probe(slot, sandbox, ctx);
                    }
                    Err(error) => {
                        pool.handle.wall_failed(&error);
                        pool.watch_breaker(ctx);
                    }
                }),
        );
    }

    /// The run of the probe tells the breaker how it went, as every run does.
    fn ask_probe(&mut self, slot: usize, mut sandbox: SandboxHandle, ctx: &mut Context<Self>) {
        let asked = async move {
            let answer = ping(&mut sandbox).await;
            (sandbox, answer)
        };
        ctx.spawn(
            asked
                .into_actor(self)
                .map(move |(sandbox, answer), pool, ctx| {
                    match answer {
                        Ok(()) if pool.benches[slot].spare.is_none() => {
                            pool.offer(slot, sandbox, ctx)
                        }
                        _ => drop(sandbox),
                    }
                    pool.refill_all(ctx);
                    pool.watch_breaker(ctx);
                    pool.handle.grant();
                }),
        );
    }
}
