//! The languages of this judgehost: which work here, behind the wall, and which do not and why.
//!
//! Talks to the pool for slots. Everybody else holds [`Toolchains`], the shared table. **Invariant**: a language is tested by
//! one asker at a time, on a slot that asker already holds, so that waiting for a self-test can never wait for a slot.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use sandboxes::languages::{Catalogue, Language, LanguageState, Remembered, Toolchain, self_test};
use sandboxes::root::Host;
use sandboxes::sandbox::{Sandbox, Slot, Wall, WallError};

use crate::pool::{PoolHandle, SlotLease, Urgency};
use crate::supervision::Supervision;

/// Messages that may wait: refreshes, of which one is as good as many.
const MAILBOX: usize = 16;
/// How often a self-test is tried when the wall, not the language, failed.
const TRIES: u32 = 3;

/// What is known about a language.
#[derive(Clone, Debug)]
pub enum ToolchainState {
    /// Its self-test has not ended yet.
    Testing,
    /// It works.
    On {
        /// What compiles and runs it.
        toolchain: Arc<Toolchain>,
        /// CPU time its toy program took.
        start_up: Duration,
    },
    /// It does not.
    Off {
        /// Why.
        reason: String,
    },
}

/// Why there is no toolchain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoToolchain {
    /// Nobody knows the language.
    #[error("unknown language {0:?}")]
    Unknown(String),
    /// It is off on this judgehost.
    #[error("language {id} is off: {reason}")]
    Off {
        /// The language.
        id: String,
        /// What its self-test said.
        reason: String,
    },
}

/// The languages of this judgehost, shared; cheap to clone.
#[derive(Clone)]
pub struct Toolchains {
    shared: Arc<Shared>,
}

struct Shared {
    catalogue: Catalogue,
    host: Host,
    remembered: Option<Remembered>,
    languages: BTreeMap<String, Tested>,
}

/// A language and its state; the lock is held by who tests it.
struct Tested {
    language: Arc<Language>,
    state: Mutex<ToolchainState>,
    test: tokio::sync::Mutex<()>,
}

impl Toolchains {
    /// All languages of `catalogue`, none tested yet.
    #[must_use]
    pub fn new(catalogue: Catalogue, host: Host) -> Self {
        Self::remembering(catalogue, host, None)
    }

    /// All languages of `catalogue`; those on whose toolchains nothing has changed since their last self-test are on at once.
    #[must_use]
    pub fn remembering(catalogue: Catalogue, host: Host, remembered: Option<Remembered>) -> Self {
        let state = |language: &Arc<Language>| {
            let recalled = remembered.as_ref()?.recall(language, &host);
            let (toolchain, start_up) = recalled?;
            Some(ToolchainState::On {
                toolchain,
                start_up,
            })
        };
        let tested = |language: &Arc<Language>| Tested {
            language: Arc::clone(language),
            state: Mutex::new(state(language).unwrap_or(ToolchainState::Testing)),
            test: tokio::sync::Mutex::default(),
        };
        let languages = catalogue.all().map(|l| (l.id.clone(), tested(l))).collect();
        Self {
            shared: Arc::new(Shared {
                catalogue,
                host,
                remembered,
                languages,
            }),
        }
    }

    /// The definitions.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.shared.catalogue
    }

    /// Every language a submission may be in, with its state, by id.
    #[must_use]
    pub fn list(&self) -> Vec<(Arc<Language>, ToolchainState)> {
        let offered = self
            .shared
            .languages
            .values()
            .filter(|tested| !tested.language.internal);
        offered
            .map(|tested| (Arc::clone(&tested.language), tested.state.lock().clone()))
            .collect()
    }

    /// The state of a language, by id or alias.
    #[must_use]
    pub fn state(&self, name: &str) -> Option<(Arc<Language>, ToolchainState)> {
        let tested = self.tested(name)?;
        Some((Arc::clone(&tested.language), tested.state.lock().clone()))
    }

    /// The toolchain of a language. When its self-test has not ended, waits for it or runs it on `lease`.
    ///
    /// # Errors
    /// [`NoToolchain`] with the reason.
    pub async fn ready(
        &self,
        name: &str,
        lease: &SlotLease,
    ) -> Result<Arc<Toolchain>, NoToolchain> {
        let unknown = || NoToolchain::Unknown(name.to_owned());
        let tested = self.tested(name).ok_or_else(unknown)?;
        loop {
            match &*tested.state.lock() {
                ToolchainState::On { toolchain, .. } => return Ok(Arc::clone(toolchain)),
                ToolchainState::Off { reason } => {
                    return Err(NoToolchain::Off {
                        id: tested.language.id.clone(),
                        reason: reason.clone(),
                    });
                }
                ToolchainState::Testing => {}
            }
            self.test(tested, lease).await;
        }
    }

    /// Runs the self-test unless somebody else ended it meanwhile.
    async fn test(&self, tested: &Tested, lease: &SlotLease) {
        let _only_one = tested.test.lock().await;
        if !matches!(*tested.state.lock(), ToolchainState::Testing) {
            return;
        }
        let state = self.try_out(&tested.language, lease).await;
        match &state {
            LanguageState::On {
                toolchain,
                version,
                start_up,
            } => {
                self.remember(toolchain, *start_up);
                tracing::info!(
                    language = tested.language.id,
                    version,
                    ?start_up,
                    "language is on"
                );
            }
            LanguageState::Off { reason } => {
                tracing::warn!(language = tested.language.id, reason, "language is off");
            }
        }
        *tested.state.lock() = match state {
            LanguageState::On {
                toolchain,
                start_up,
                ..
            } => ToolchainState::On {
                toolchain,
                start_up,
            },
            LanguageState::Off { reason } => ToolchainState::Off { reason },
        };
    }

    fn remember(&self, toolchain: &Toolchain, start_up: Duration) {
        let Some(remembered) = &self.shared.remembered else {
            return;
        };
        if let Err(error) = remembered.remember(toolchain, start_up, &self.shared.host) {
            let language = &toolchain.language().id;
            tracing::warn!(language, %error, "failed to keep the result of a self-test");
        }
    }

    async fn try_out(&self, language: &Arc<Language>, lease: &SlotLease) -> LanguageState {
        let most = lease.pool().bounds().max_compile_memory_bytes;
        let _memory = lease.memory(lease.pool().memory_of(&[most], false)).await;
        let mut tries = 1;
        loop {
            let before = lease.pool().wall_failures();
            let state = self_test(
                language,
                &self.shared.host,
                &LeasedWall(lease),
                lease.slot(),
            )
            .await;
            let walls_fault = lease.pool().wall_failures() != before;
            if matches!(state, LanguageState::On { .. }) || !walls_fault || tries == TRIES {
                return state;
            }
            tries += 1;
        }
    }

    fn tested(&self, name: &str) -> Option<&Tested> {
        let language = self.shared.catalogue.get(name)?;
        self.shared.languages.get(&language.id)
    }
}

/// A leased slot as a wall: what works on a wall works on the pool's sandboxes.
struct LeasedWall<'a>(&'a SlotLease);

impl Wall for LeasedWall<'_> {
    fn name(&self) -> &'static str {
        self.0.pool().wall()
    }

    fn prepare(&self, _: Slot) -> BoxFuture<'_, Result<Box<dyn Sandbox>, WallError>> {
        Box::pin(async {
            let sandbox = self.0.sandbox().await?;
            Ok(Box::new(sandbox) as Box<dyn Sandbox>)
        })
    }

    fn time_factor(&self) -> f64 {
        self.0.pool().time_factor()
    }
}

/// Tests every language that is not tested yet, in the background.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
pub struct TestLanguages;

/// Forgets what was found out about the languages that are off, and tests them again: somebody installed something.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
pub struct RetestLanguages;

/// The actor that runs the self-tests nobody waits for yet.
pub struct LanguageTester {
    pools: Vec<PoolHandle>,
    sweep: Option<SpawnHandle>,
}

impl LanguageTester {
    /// Starts it under supervision on the current arbiter; it begins at once.
    pub fn start(pools: Vec<PoolHandle>, supervision: &Supervision) -> Addr<Self> {
        let tester = Self { pools, sweep: None };
        supervision.supervise("toolchains", MAILBOX, |_| tester)
    }

    fn sweep(&mut self, ctx: &mut Context<Self>) {
        if let Some(running) = self.sweep.take() {
            ctx.cancel_future(running);
        }
        let work = sweep(self.pools.clone());
        self.sweep = Some(ctx.spawn(work.into_actor(self)));
    }
}

/// Tests one language after the other, pool by pool, giving the slot back in between so that submissions come first.
async fn sweep(pools: Vec<PoolHandle>) {
    for pool in &pools {
        let toolchains = pool.toolchains();
        for tested in toolchains.shared.languages.values() {
            if !matches!(*tested.state.lock(), ToolchainState::Testing) {
                continue;
            }
            let Ok(lease) = pool.lease(Urgency::Background).await else {
                return;
            };
            toolchains.test(tested, &lease).await;
        }
    }
}

impl Actor for LanguageTester {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.sweep(ctx);
    }
}

impl Supervised for LanguageTester {
    /// What was being tested is still [`ToolchainState::Testing`] and comes again.
    fn restarting(&mut self, _: &mut Self::Context) {
        self.sweep = None;
    }
}

impl Handler<TestLanguages> for LanguageTester {
    type Result = ();

    fn handle(&mut self, _: TestLanguages, ctx: &mut Self::Context) {
        self.sweep(ctx);
    }
}

impl Handler<RetestLanguages> for LanguageTester {
    type Result = ();

    fn handle(&mut self, _: RetestLanguages, ctx: &mut Self::Context) {
        let toolchains = self.pools.iter().map(PoolHandle::toolchains);
        for tested in toolchains.flat_map(|toolchains| toolchains.shared.languages.values()) {
            let mut state = tested.state.lock();
            if matches!(*state, ToolchainState::Off { .. }) {
                *state = ToolchainState::Testing;
            }
        }
        self.sweep(ctx);
    }
}

crate::answers_supervision!(LanguageTester);
