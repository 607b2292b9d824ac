//! The wall itself: what has to be there is looked for once, then containers are made as they are asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bollard::Docker;
use bollard::models::SystemInfoCgroupDriverEnum;
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, CreateContainerOptionsBuilder, StartContainerOptions,
};
use futures_util::future::{BoxFuture, FutureExt};
use runner::protocol::{KeeperReply, KeeperRequest};

use super::attached::Attached;
use super::config::DockerConfig;
use super::container::{self, Grouped};
use super::engine::{DEADLINE, Engine, failed};
use super::events::Fates;
use super::holder::Container;
use super::image::{self, Image};
use super::instance::{self, Instance};
use crate::link::faults::wall_error;
use crate::link::sandbox::RunnerSandbox;
use crate::link::stream::Stream;
use crate::native::{InstanceGroups, SandboxGroups};
use crate::root::Host;
use crate::sandbox::{Sandbox, Slot, Wall, WallError};

/// How long the daemon may take to clean up at the end.
const FAREWELL: Duration = Duration::from_secs(30);

/// Builds sandboxes out of containers.
pub struct DockerWall {
    shared: Arc<Shared>,
}

/// What making a sandbox needs; in the order in which it goes.
struct Shared {
    config: DockerConfig,
    image: Image,
    made: AtomicU64,
    fates: Fates,
    engine: Arc<Engine>,
    groups: Option<InstanceGroups>,
    /// Whether the daemon takes a group of ours as parent of a container's.
    takes_parents: bool,
    instance: Instance,
}

impl DockerWall {
    /// Checks that daemon, runtime and image are there, removes what dead instances left, pins the image. Blocks for as long as
    /// the daemon takes.
    ///
    /// # Errors
    /// [`WallError::Missing`] says what is missing and which key of the configuration, or which command, mends it.
    pub fn new(config: DockerConfig) -> Result<Self, WallError> {
        let engine = Arc::new(Engine::connect(config.endpoint.as_deref())?);
        let groups = if config.shares_kernel() {
            Some(InstanceGroups::make()?)
        } else {
            // Behind another kernel programs are counted there; the host's counter is only the better one.
            InstanceGroups::make().ok()
        };
        let docker = engine.docker().clone();
        let start = async move {
            let takes_parents = check(&docker, &config).await?;
            let swept = instance::sweep(&docker).await?;
            if swept > 0 {
                tracing::info!(
                    containers = swept,
                    "removed what dead instances left in Docker"
                );
            }
            let instance = Instance::new()?;
            let prepared = image::prepare(&docker, &config, &instance).await;
            if prepared.is_err() {
                // Nothing of a wall that cannot be stays.
                let _ = instance::clear(&docker, instance.name()).await;
            }
            Ok((config, instance, prepared?, takes_parents))
        };
        let (config, instance, image, takes_parents) = engine.wait(DEADLINE, start)??;
        tracing::info!(
            image = image.id,
            runtime = config.runtime,
            "pinned the image of the Docker wall"
        );
        let fates = Fates::default();
        let listen = fates
            .clone()
            .listen(engine.docker().clone(), instance.name().to_owned());
        engine.handle().spawn(listen);
        Ok(Self {
            shared: Arc::new(Shared {
                config,
                image,
                made: AtomicU64::new(0),
                fates,
                engine,
                groups,
                takes_parents,
                instance,
            }),
        })
    }

    /// What is in the image: where toolchains are looked for.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.shared.image.host
    }

    /// The image's id.
    #[must_use]
    pub fn image_id(&self) -> &str {
        &self.shared.image.id
    }
}

/// Runtime and memory, before anything is made. Says whether the daemon takes any group as the parent of a container's.
async fn check(docker: &Docker, config: &DockerConfig) -> Result<bool, WallError> {
    let info = docker
        .info()
        .await
        .map_err(failed("ask what the daemon has"))?;
    let runtimes = info.runtimes.unwrap_or_default();
    if !runtimes.contains_key(&config.runtime) {
        let mut known: Vec<_> = runtimes.keys().map(String::as_str).collect();
        known.sort_unstable();
        return Err(WallError::Missing {
            mechanism: "the Docker runtime",
            reason: format!(
                "the daemon knows no runtime {:?}, only {}; install it and register it under `runtimes` in /etc/docker/daemon.json \
                 (this project's own daemon has it where `runsc` is installed: `deploy/docker start`), or change `runtime` in the \
                 pool's configuration",
                config.runtime,
                known.join(", ")
            ),
        });
    }
    let host = info.mem_total.and_then(|bytes| u64::try_from(bytes).ok());
    if let Some(host) = host.filter(|host| *host < config.memory_bytes) {
        return Err(WallError::Missing {
            mechanism: "memory",
            reason: format!(
                "a sandbox may use {} MiB and the daemon's host has {}; lower `max_run_memory` and \
                 `max_compile_memory` of the pool",
                config.memory_bytes >> 20,
                host >> 20
            ),
        });
    }
    Ok(info.cgroup_driver == Some(SystemInfoCgroupDriverEnum::CGROUPFS))
}

impl Shared {
    /// The groups of one sandbox, and what the daemon calls them where it makes the container's below.
    fn groups(&self, name: &str) -> Result<(Option<SandboxGroups>, Option<String>), WallError> {
        let Some(instance) = &self.groups else {
            return Ok((None, None));
        };
        let config = &self.config;
        let (memory, processes, parent) = if config.shares_kernel() {
            (config.memory_bytes, config.processes, None)
        } else {
            let parent = self.takes_parents.then(|| instance.for_engine(name));
            let Some(parent) = parent.flatten() else {
                return Ok((None, None));
            };
            let (memory, processes) = (
                container::memory_bytes(config),
                container::processes(config),
            );
            (memory, processes, Some(parent))
        };
        let made = SandboxGroups::make(instance, name, memory, processes)?;
        Ok((Some(made), parent))
    }

    async fn make(self: Arc<Self>, slot: Slot) -> Result<Box<dyn Sandbox>, WallError> {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let name = format!("box-{number}");
        let (groups, parent) = self.groups(&name)?;
        let grouped = match (&groups, parent) {
            (Some(made), _) if self.config.shares_kernel() => Grouped::Lent(made),
            (Some(made), Some(parent)) => Grouped::Around(made, parent),
            _ => Grouped::Nowhere,
        };
        let (body, setup) =
            container::plan(&self.config, &self.image, &self.instance, slot, &grouped);
        let docker = self.engine.docker();
        let name = format!("gavel-{}-{name}", self.instance.name());
        let options = CreateContainerOptionsBuilder::new().name(&name).build();
        let id = docker
            .create_container(Some(options), body)
            .await
            .map_err(failed("make the container"))?
            .id;
        let mut container = Container {
            engine: Arc::clone(&self.engine),
            fate: self.fates.of(&id),
            fates: self.fates.clone(),
            id,
            groups,
            is_counted_whole: !self.config.shares_kernel(),
            process: None,
            removed: false,
        };
        let options = AttachContainerOptionsBuilder::new()
            .stdin(true)
            .stdout(true)
            .stderr(true)
            .stream(true)
            .build();
        let attached = docker
            .attach_container(&container.id, Some(options))
            .await
            .map_err(failed("attach to the container"))?;
        docker
            .start_container(&container.id, None::<StartContainerOptions>)
            .await
            .map_err(failed("start the container"))?;
        container.find_process().await;
        let mut stream = Stream::new(Box::new(Attached::new(attached)));
        let told = async {
            stream
                .send(&KeeperRequest::Setup(Box::new(setup)), &[])
                .await?;
            stream.receive::<KeeperReply>().await
        };
        match told.await {
            Ok((KeeperReply::Ready(Ok(())), _)) => {}
            Ok((KeeperReply::Ready(Err(fault)), _)) => return Err(wall_error(fault)),
            Ok(_) => {
                return Err(WallError::Lost(
                    "a container that says something else".to_owned(),
                ));
            }
            Err(error) => return Err(WallError::Lost(format!("a new container: {error}"))),
        }
        let sandbox = RunnerSandbox::resume(Box::new(container), stream).await?;
        Ok(Box::new(sandbox))
    }
}

impl Wall for DockerWall {
    fn name(&self) -> &'static str {
        match self.shared.config.runtime.as_str() {
            "runc" => "docker/runc",
            "runsc" => "docker/runsc",
            _ => "docker",
        }
    }

    fn prepare(&self, slot: Slot) -> BoxFuture<'_, Result<Box<dyn Sandbox>, WallError>> {
        let shared = Arc::clone(&self.shared);
        async move { self.shared.engine.run(shared.make(slot)).await }.boxed()
    }
}

impl Drop for DockerWall {
    fn drop(&mut self) {
        let engine = &self.shared.engine;
        let docker = engine.docker().clone();
        let name = self.shared.instance.name().to_owned();
        let cleared = engine.wait(
            FAREWELL,
            async move { instance::clear(&docker, &name).await },
        );
        if let Err(error) = cleared.and_then(|cleared| cleared) {
            tracing::warn!(%error, "what this instance made stays in Docker until the next start");
        }
    }
}
