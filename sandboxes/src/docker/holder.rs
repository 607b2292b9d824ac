//! One container: made, started, ended. It goes with its holder, whatever becomes of the daemon.

use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use bollard::Docker;
use bollard::query_parameters::InspectContainerOptions;
use futures_util::future::{BoxFuture, FutureExt};
use rustix::process::{Pid, PidfdFlags, Signal};
use tokio::sync::watch;

use super::engine::Engine;
use super::events::{Fate, Fates};
use super::instance::remove_container;
use crate::link::holder::{Death, Exhausted, Holder};
use crate::native::SandboxGroups;
use crate::sandbox::WallError;

/// How long the daemon may take to say why a container died.
const AUTOPSY: Duration = Duration::from_secs(3);
/// Attempts to remove a container while the daemon does not answer, a second apart.
const ATTEMPTS: u32 = 60;

/// A container that is ours to remove.
pub(crate) struct Container {
    pub(crate) engine: Arc<Engine>,
    pub(crate) id: String,
    pub(crate) fates: Fates,
    pub(crate) fate: watch::Receiver<Fate>,
    /// Goes after the container.
    pub(crate) groups: Option<SandboxGroups>,
    /// Everything of it is in the groups, its kernel too.
    pub(crate) is_counted_whole: bool,
    /// Its first process, as this host sees it: to be ended also when no daemon answers.
    pub(crate) process: Option<OwnedFd>,
    pub(crate) removed: bool,
}

impl Container {
    /// Keeps hold of the first process, where the daemon runs on this host.
    pub(crate) async fn find_process(&mut self) {
        let inspected = self
            .engine
            .docker()
            .inspect_container(&self.id, None::<InspectContainerOptions>)
            .await;
        let pid = inspected.ok().and_then(|found| found.state?.pid);
        let pid = pid.and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?));
        self.process =
            pid.and_then(|pid| rustix::process::pidfd_open(pid, PidfdFlags::empty()).ok());
    }

    /// Nothing may be left of it, even if the daemon is dead.
    fn remains(&mut self) -> Remains {
        self.removed = true;
        self.fates.forget(&self.id);
        Remains {
            docker: self.engine.docker().clone(),
            id: self.id.clone(),
            groups: self.groups.take(),
            process: self.process.take(),
        }
    }
}

/// What is to be removed.
struct Remains {
    docker: Docker,
    id: String,
    groups: Option<SandboxGroups>,
    process: Option<OwnedFd>,
}

impl Remains {
    fn kill(&mut self) {
        if let Some(process) = self.process.take() {
            // It may have ended by itself.
            let _ = rustix::process::pidfd_send_signal(&process, Signal::KILL);
        }
    }

    async fn remove(&mut self) -> Result<(), WallError> {
        let outcome = remove_container(&self.docker, &self.id).await;
        // The first process is dead now; if the daemon did not say so, it soon is.
        self.kill();
        // Removing groups waits for what dies in them.
        let groups = self.groups.take();
        let _ = tokio::task::spawn_blocking(move || drop(groups)).await;
        outcome
    }

    async fn remove_at_last(mut self) {
        for attempt in 1..=ATTEMPTS {
            match self.remove().await {
                Ok(()) => return,
                Err(error) if attempt == ATTEMPTS => {
                    tracing::error!(%error, container = self.id, "a container could not be removed");
                }
                Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
            }
        }
    }
}

impl Holder for Container {
    fn destroy(mut self: Box<Self>) -> BoxFuture<'static, Result<(), WallError>> {
        let mut remains = self.remains();
        let engine = Arc::clone(&self.engine);
        async move {
            let handle = engine.handle().clone();
            engine
                .run(async move {
                    let outcome = remains.remove().await;
                    if outcome.is_err() {
                        handle.spawn(remains.remove_at_last());
                    }
                    outcome
                })
                .await
        }
        .boxed()
    }

    fn death(&mut self) -> BoxFuture<'_, Death> {
        async move {
            if self.fate.wait_for(|fate| fate.dead).await.is_err() {
                // The wall is gone; the stream will say so.
                return std::future::pending().await;
            }
            self.cause().await
        }
        .boxed()
    }

    fn autopsy(&mut self) -> BoxFuture<'_, Option<Death>> {
        async move { Some(self.cause().await) }.boxed()
    }
}

impl Container {
    /// What the groups around a container say that has another kernel inside: that ends when it cannot get a thread.
    fn exhausted(&self) -> Option<Exhausted> {
        let groups = self.groups.as_ref().filter(|_| self.is_counted_whole)?;
        groups.exhausted()
    }

    async fn cause(&mut self) -> Death {
        let docker = self.engine.docker().clone();
        let id = self.id.clone();
        let look = async move {
            loop {
                let found = docker
                    .inspect_container(&id, None::<InspectContainerOptions>)
                    .await;
                let Some(state) = found.ok().and_then(|found| found.state) else {
                    return Ok(None);
                };
                // The stream may end a moment before the daemon knows.
                if state.running != Some(true) {
                    return Ok(Some(state));
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let state = match tokio::time::timeout(AUTOPSY, self.engine.run(look)).await {
            Ok(Ok(Some(state))) => state,
            _ => {
                return Death {
                    reason: "the container, and Docker does not say why".to_owned(),
                    exhausted: None,
                };
            }
        };
        let out_of_memory = state.oom_killed == Some(true) || self.fate.borrow().out_of_memory;
        let code = state.exit_code.unwrap_or_default();
        let mut reason = format!("the container ended with code {code}");
        if out_of_memory {
            reason.push_str(", out of memory");
        }
        if let Some(error) = state.error.filter(|error| !error.is_empty()) {
            reason = format!("{reason}: {error}");
        }
        let exhausted = if out_of_memory {
            Some(Exhausted::Memory)
        } else {
            self.exhausted()
        };
        Death { reason, exhausted }
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        if !self.removed {
            let remains = self.remains();
            self.engine.handle().spawn(remains.remove_at_last());
        }
    }
}
