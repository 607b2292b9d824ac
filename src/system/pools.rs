//! From the configuration to walls and the pools in front of them.

use std::path::Path;
use std::sync::Arc;

use actors::autoscaler::AutoscaleConfig;
use actors::clock::Clock;
use actors::pool::{
    Fallbacks, Host as Machine, Pool, PoolBounds, PoolConfig, PoolHandle, PoolKind, Pools, Routing,
    WarmTarget,
};
use actors::supervision::Supervision;
use actors::toolchains::Toolchains;
use anyhow::Context;
use judging::ids::{ContentHash, UserId};
use sandboxes::docker::{DockerConfig, DockerWall};
use sandboxes::languages::{Catalogue, Remembered};
use sandboxes::microvm::{Acceleration, MicroVmConfig, MicroVmWall};
use sandboxes::native::{NativeConfig, NativeWall};
use sandboxes::root::{Account, Host, RootPlan};
use sandboxes::sandbox::{Slot, Wall};
use sandboxes::trusted::{TrustedConfig, TrustedWall};

use crate::config::machine;
use crate::config::model::Config;
use crate::config::pools::{
    Accelerating, Autoscale, AutoscaleMode, KINDS, Pool as Settings, WallKind,
};

/// Users of the first pool's slots begin here; each pool has so many of its own, so that no two pools share one.
const FIRST_UID: u32 = 70_000;
const UIDS_PER_POOL: u32 = 2_048;

/// What a sandbox that holds its memory whole takes beside its programs.
const SANDBOX_OVERHEAD: u64 = 192 << 20;

/// A wall, what languages can be looked for behind it, and what that is part of.
pub(crate) struct Standing {
    pub(crate) wall: Arc<dyn Wall>,
    pub(crate) host: Host,
    pub(crate) origin: String,
}

/// Builds the wall of a pool.
///
/// # Errors
/// When one of its mechanisms is missing; the message names the key to change where that would mend it.
pub(crate) fn wall(
    kind: PoolKind,
    settings: &Settings,
    catalogue: &Catalogue,
    cache: &Path,
) -> anyhow::Result<Standing> {
    let first_uid = first_uid(kind);
    let on_host = |wall: Arc<dyn Wall>| Standing {
        wall,
        host: Host::this(),
        origin: "host".to_owned(),
    };
    match settings.wall {
        WallKind::Native => {
            let accounts: Vec<Account> = slots(settings)
                .iter()
                .map(|slot| Account {
                    name: format!("gavel{}", slot.index),
                    id: first_uid + slot.index,
                })
                .collect();
            let root = RootPlan::of_host(&Host::this(), catalogue, &accounts);
            let mut native = NativeConfig::new(root);
            native.first_uid = first_uid;
            let wall = NativeWall::new(native)
                .context("the native wall does not stand; gavel doctor says more")?;
            Ok(on_host(Arc::new(wall)))
        }
        WallKind::Trusted => {
            tracing::warn!(
                pool = kind.name(),
                "programs of this pool run without isolation"
            );
            let trusted = TrustedConfig {
                first_uid,
                ..TrustedConfig::default()
            };
            let wall = TrustedWall::new(trusted).context("the trusted wall does not stand")?;
            Ok(on_host(Arc::new(wall)))
        }
        WallKind::Docker => docker(kind, settings),
        WallKind::Microvm => microvm(kind, settings, cache),
        WallKind::Off => anyhow::bail!("the {} pool is off", kind.name()),
    }
}

/// The first user of a pool's slots.
fn first_uid(kind: PoolKind) -> u32 {
    let before = KINDS.into_iter().take_while(|known| *known != kind);
    before.fold(FIRST_UID, |uid, _| uid + UIDS_PER_POOL)
}

/// What the containers of a pool are made from.
pub(crate) fn containers(kind: PoolKind, settings: &Settings) -> DockerConfig {
    DockerConfig {
        endpoint: (!settings.docker.is_empty()).then(|| settings.docker.clone()),
        runtime: settings.runtime.clone(),
        image: settings.image.clone(),
        // A run's own limit is below its sandbox's, so that it is the run that meets its limit.
        memory_bytes: settings.sandbox_memory() + SANDBOX_OVERHEAD,
        first_uid: first_uid(kind),
        ..DockerConfig::new()
    }
}

fn docker(kind: PoolKind, settings: &Settings) -> anyhow::Result<Standing> {
    let wall = DockerWall::new(containers(kind, settings))
        .context("the docker wall does not stand; gavel doctor says more")?;
    Ok(Standing {
        host: wall.host().clone(),
        origin: wall.image_id().to_owned(),
        wall: Arc::new(wall),
    })
}

/// What the virtual machines of a pool are made from, but what programs see of their image.
pub(crate) fn machines(kind: PoolKind, settings: &Settings, cache: &Path) -> MicroVmConfig {
    let mut config = MicroVmConfig::new(cache, RootPlan::default());
    config.keys = format!("pools.{}", kind.name());
    config.qemu = settings.qemu.clone().into();
    config.kernel.clone_from(&settings.kernel);
    config.initramfs.clone_from(&settings.initramfs);
    config.root_image.clone_from(&settings.root);
    config.manifest = settings.manifest();
    config.memory_bytes = settings.sandbox_memory();
    config.acceleration = match settings.acceleration {
        Accelerating::Auto => Acceleration::Auto,
        Accelerating::Kvm => Acceleration::Kvm,
        Accelerating::Tcg => Acceleration::Tcg,
    };
    config.time_factor = (settings.time_factor > 0.0).then_some(settings.time_factor);
    config.first_uid = first_uid(kind);
    config.cache = cache.join("microvm");
    config
}

fn microvm(kind: PoolKind, settings: &Settings, cache: &Path) -> anyhow::Result<Standing> {
    let mut config = machines(kind, settings, cache);
    let read = |path: &Path| {
        std::fs::read_to_string(path).with_context(|| {
            format!(
                "failed to read {}; change {}.manifest",
                path.display(),
                config.keys
            )
        })
    };
    let listing = read(&config.listing())?;
    // The manifest has the hash of the root image, so what it says stands for the image.
    let origin = ContentHash::of(read(&config.manifest)?.as_bytes()).to_string();
    let host = Host::of_listing(&listing, &origin);
    config.root = RootPlan::of_image(&host);
    let wall = MicroVmWall::new(&config)
        .context("the microvm wall does not stand; gavel doctor says more")?;
    Ok(Standing {
        wall: Arc::new(wall),
        host,
        origin,
    })
}

/// Builds the wall of every pool that is on.
///
/// # Errors
/// When one does not stand; the message names the line to change.
pub(super) fn walls(
    config: &Config,
    catalogue: &Catalogue,
    cache: &Path,
) -> anyhow::Result<Vec<Standing>> {
    let stand = |(kind, settings): (PoolKind, &Settings)| {
        wall(kind, settings, catalogue, cache).map_err(|error| {
            let to_change = config.places.to_change(kind, &format!("{error:#}"));
            error.context(format!(
                "the {} pool cannot start; to change: {to_change}",
                kind.name()
            ))
        })
    };
    config.pools.on().map(stand).collect()
}

/// Starts every pool that is on, each in front of its wall.
///
/// # Errors
/// When there is none.
pub(super) fn start(
    config: &Config,
    walls: Vec<Standing>,
    catalogue: &Catalogue,
    cache: &Path,
    clock: &Arc<dyn Clock>,
    supervision: &Supervision,
) -> anyhow::Result<Pools> {
    let machine = Machine::new(machine::Machine::this().for_programs());
    let mut pools = Vec::new();
    for ((kind, settings), standing) in config.pools.on().zip(walls) {
        pools.push(start_one(
            kind,
            settings,
            standing,
            config,
            &machine,
            catalogue,
            cache,
            clock,
            supervision,
        ));
    }
    let mut pools = pools.into_iter();
    let first = pools.next().context("every pool is off")?;
    Ok(Pools::new(
        machine,
        first,
        pools.collect(),
        routing(config)?,
    ))
}

#[expect(
    clippy::too_many_arguments,
    reason = "one call, from the function above"
)]
fn start_one(
    kind: PoolKind,
    settings: &Settings,
    standing: Standing,
    config: &Config,
    machine: &Machine,
    catalogue: &Catalogue,
    cache: &Path,
    clock: &Arc<dyn Clock>,
    supervision: &Supervision,
) -> PoolHandle {
    let slots = slots(settings);
    say_slots(kind, settings, slots.len());
    let remembered = Remembered::new(
        cache.join("languages").join(kind.name()),
        &format!("{} {}", standing.wall.name(), standing.origin),
    );
    let toolchains = Toolchains::remembering(catalogue.clone(), standing.host, Some(remembered));
    let most = u32::try_from(slots.len()).unwrap_or(u32::MAX);
    let min = match config.pools.autoscale.mode {
        AutoscaleMode::Local => settings.least(most),
        AutoscaleMode::External | AutoscaleMode::Off => most,
    };
    let pool = PoolConfig {
        kind,
        slots,
        bounds: bounds(settings, machine),
        breaker: config.admission.breaker,
        host: machine.clone(),
        memory_bytes: settings.memory_budget.0,
        target: WarmTarget {
            min: min as usize,
            spare: settings.spare as usize,
        },
        health_check: config.pools.health_check.0,
        toolchains,
        origin: standing.origin,
        sandbox_bytes: (settings.wall == WallKind::Microvm)
            .then(|| settings.sandbox_memory() + SANDBOX_OVERHEAD),
    };
    Pool::start(pool, standing.wall, Arc::clone(clock), supervision)
}

/// What a run may ask for: what the configuration says, and never more than all programs of the pool together may have.
fn bounds(settings: &Settings, machine: &Machine) -> PoolBounds {
    let budget = match settings.memory_budget.0 {
        0 => machine.memory_bytes(),
        bytes => bytes,
    };
    PoolBounds {
        default_memory_bytes: settings.run_memory.0.min(budget),
        max_memory_bytes: settings.max_run_memory.0.min(budget),
        max_cpu: settings.max_run_cpu.0,
        max_compile_memory_bytes: settings.max_compile_memory.0.min(budget),
    }
}

fn routing(config: &Config) -> anyhow::Result<Routing> {
    let pools = &config.pools;
    // Checked when the configuration was read.
    let wrong = |problem: String| anyhow::anyhow!(problem);
    Ok(Routing {
        fallbacks: Fallbacks(pools.chain().map_err(wrong)?),
        verified_users: pools
            .verified_users
            .iter()
            .map(|user| UserId::from(user.as_str()))
            .collect(),
        cpu_demand: pools.demands().unwrap_or_default(),
        compiler: pools.compiler().map_err(wrong)?,
    })
}

/// How the number of ready slots follows the work.
pub(super) fn autoscale(settings: &Autoscale) -> AutoscaleConfig {
    AutoscaleConfig {
        mode: match settings.mode {
            AutoscaleMode::Local => actors::autoscaler::AutoscaleMode::Local,
            AutoscaleMode::External => actors::autoscaler::AutoscaleMode::External,
            AutoscaleMode::Off => actors::autoscaler::AutoscaleMode::Off,
        },
        slo: settings.slo.0,
        every: settings.every.0,
    }
}

/// A slot per program at once, each on a CPU of its own.
fn slots(settings: &Settings) -> Vec<Slot> {
    let cpus = actors::pool::allowed_cpus();
    let most = match settings.cpu_budget {
        0 => settings.max_concurrent,
        budget => settings.max_concurrent.min(budget),
    };
    actors::pool::slots(&cpus, most)
}

/// Says so when fewer programs run at once than the configuration allows.
fn say_slots(kind: PoolKind, settings: &Settings, slots: usize) {
    if (slots as u64) < u64::from(settings.max_concurrent) {
        tracing::info!(
            pool = kind.name(),
            slots,
            max_concurrent = settings.max_concurrent,
            "fewer programs run at once than pools.{}.max_concurrent allows: a program has a CPU to itself, or its neighbours would change the times that are measured",
            kind.name()
        );
    }
}
