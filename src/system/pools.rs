//! From the configuration to a wall and the slots behind it.

use std::sync::Arc;

use actors::pool::{Fallbacks, PoolBounds, PoolConfig, PoolKind};
use anyhow::Context;
use sandboxes::languages::Catalogue;
use sandboxes::native::{NativeConfig, NativeWall};
use sandboxes::root::{Account, Host, RootPlan};
use sandboxes::sandbox::{Slot, Wall};
use sandboxes::trusted::{TrustedConfig, TrustedWall};

use crate::config::model::{Config, Pool as PoolSettings, WallKind};

/// Builds the wall around programs.
///
/// # Errors
/// When one of its mechanisms is missing.
pub(crate) fn wall(
    pool: &PoolSettings,
    host: &Host,
    catalogue: &Catalogue,
) -> anyhow::Result<Arc<dyn Wall>> {
    match pool.wall {
        WallKind::Native => {
            let mut native = NativeConfig::new(RootPlan::of_host(host, catalogue, &[]));
            let accounts: Vec<Account> = slots(pool)
                .iter()
                .map(|slot| Account {
                    name: format!("gavel{}", slot.index),
                    id: native.first_uid + slot.index,
                })
                .collect();
            native.root = RootPlan::of_host(host, catalogue, &accounts);
            let wall = NativeWall::new(native)
                .context("the native wall does not stand; gavel doctor says more")?;
            Ok(Arc::new(wall))
        }
        WallKind::Trusted => {
            tracing::warn!("programs run without isolation: pool.wall is trusted");
            let wall = TrustedWall::new(TrustedConfig::default())
                .context("the trusted wall does not stand")?;
            Ok(Arc::new(wall))
        }
    }
}

pub(crate) fn pool_config(config: &Config) -> PoolConfig {
    let pool = &config.pool;
    PoolConfig {
        kind: match pool.wall {
            WallKind::Native => PoolKind::Container,
            WallKind::Trusted => PoolKind::Trusted,
        },
        slots: slots(pool),
        bounds: PoolBounds {
            default_memory_bytes: pool.memory.0,
            max_memory_bytes: pool.max_memory.0,
            max_cpu: pool.max_cpu.0,
            max_compile_memory_bytes: pool.max_compile_memory.0,
        },
        breaker: config.admission.breaker,
    }
}

/// A wall that was chosen by hand serves every language.
pub(crate) fn fallbacks(pool: &PoolSettings) -> Fallbacks {
    match pool.wall {
        WallKind::Native => Fallbacks(vec![
            (PoolKind::Trusted, PoolKind::Microvm),
            (PoolKind::Microvm, PoolKind::Container),
        ]),
        WallKind::Trusted => Fallbacks(vec![
            (PoolKind::Microvm, PoolKind::Container),
            (PoolKind::Container, PoolKind::Trusted),
        ]),
    }
}

/// One slot per CPU this process may use, unless the configuration says otherwise; slots beyond that share CPUs.
fn slots(pool: &PoolSettings) -> Vec<Slot> {
    actors::pool::slots((pool.slots > 0).then_some(pool.slots))
}
