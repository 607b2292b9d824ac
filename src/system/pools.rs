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
use judging::ids::UserId;
use sandboxes::docker::{DockerConfig, DockerWall};
use sandboxes::languages::{Catalogue, Remembered};
use sandboxes::native::{NativeConfig, NativeWall};
use sandboxes::root::{Account, Host, RootPlan};
use sandboxes::sandbox::{Slot, Wall};
use sandboxes::trusted::{TrustedConfig, TrustedWall};

use crate::config::machine;
use crate::config::model::Config;
use crate::config::pools::{Autoscale, AutoscaleMode, Pool as Settings, WallKind};

/// Users of the first pool's slots begin here; each pool has so many of its own, so that no two pools share one.
const FIRST_UID: u32 = 70_000;
const UIDS_PER_POOL: u32 = 2_048;

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
) -> anyhow::Result<Standing> {
    let first_uid = FIRST_UID + UIDS_PER_POOL * kind as u32;
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
        WallKind::Docker => {
            let mut docker = DockerConfig {
                runtime: settings.runtime.clone(),
                memory_bytes: settings.max_run_memory.0.max(settings.max_compile_memory.0),
                first_uid,
                ..DockerConfig::new()
            };
            if !settings.image.is_empty() {
                docker.image.clone_from(&settings.image);
            }
            let wall = DockerWall::new(docker)
                .context("the Docker wall does not stand; gavel doctor says more")?;
            Ok(Standing {
                host: wall.host().clone(),
                origin: wall.image_id().to_owned(),
                wall: Arc::new(wall),
            })
        }
        WallKind::Off | WallKind::Microvm => anyhow::bail!(
            "pools.{}.wall: the {} wall is not built in yet",
            kind.name(),
            settings.wall.name()
        ),
    }
}

/// Starts every pool that is on.
///
/// # Errors
/// When a wall does not stand.
pub(super) fn start(
    config: &Config,
    catalogue: &Catalogue,
    cache: &Path,
    clock: &Arc<dyn Clock>,
    supervision: &Supervision,
) -> anyhow::Result<Pools> {
    let machine = Machine::new(machine::Machine::this().for_programs());
    let mut pools = Vec::new();
    for (kind, settings) in config.pools.on() {
        pools.push(start_one(
            kind,
            settings,
            config,
            &machine,
            catalogue,
            cache,
            clock,
            supervision,
        )?);
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
    config: &Config,
    machine: &Machine,
    catalogue: &Catalogue,
    cache: &Path,
    clock: &Arc<dyn Clock>,
    supervision: &Supervision,
) -> anyhow::Result<PoolHandle> {
    let standing = wall(kind, settings, catalogue).with_context(|| {
        format!(
            "the {} pool cannot start (pools.{})",
            kind.name(),
            kind.name()
        )
    })?;
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
    };
    Ok(Pool::start(
        pool,
        standing.wall,
        Arc::clone(clock),
        supervision,
    ))
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
