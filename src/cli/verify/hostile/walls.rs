//! The walls that hostile programs are held against, a line each, and how each is built here.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context, Result};
use sandboxes::docker::{DockerConfig, DockerWall};
use sandboxes::hostile::{Crime, HostView, Site, Toolchains};
use sandboxes::languages::Catalogue;
use sandboxes::microvm::MicroVmWall;
use sandboxes::native::{NativeConfig, NativeWall};
use sandboxes::root::{Account, Host, RootPlan};
use sandboxes::sandbox::{Slot, Wall};
use sandboxes::trusted::{TrustedConfig, TrustedWall};

/// Two, because a mixed run needs two; programs one after the other use the first.
const SLOTS: [u32; 2] = [0, 1];

/// A wall that was built, before its languages are tried out.
pub(super) struct Built {
    wall: Arc<dyn Wall>,
    host: Host,
    view: fn(Slot) -> HostView,
    is_prompt: bool,
    is_exact: bool,
    slowness: u32,
    /// Who compiles for it what is hostile only when it runs, if that wall stands and has the same compilers.
    compiler: Option<Build>,
}

/// A wall that stands: a site on each slot.
pub(super) struct Standing {
    pub(super) sites: [Site; 2],
}

/// How to build a wall here; the error says what is missing.
pub(super) type Build = fn(&Catalogue) -> Result<Built>;

/// Every wall there is.
pub(super) const WALLS: &[(&str, Build)] = &[
    ("native", native),
    ("docker/runc", |_| docker("runc")),
    ("docker/runsc", |_| docker("runsc")),
    ("microvm", |_| microvm()),
    ("trusted", trusted),
];

/// More than any crime may use, so that it is the crime that meets its limit.
const SANDBOX_BYTES: u64 = 1 << 30;

/// System calls under gVisor's ptrace platform, and everything in an emulated machine, take several times as long.
const GVISOR_SLOWNESS: u32 = 4;
const EMULATED_SLOWNESS: u32 = 8;

/// Users of their own, so that a daemon on this machine is not disturbed, and what they leave is not taken for ours.
fn first_uid() -> u32 {
    2_000_000 + std::process::id() * 8
}

fn native(catalogue: &Catalogue) -> Result<Built> {
    let host = Host::this();
    let account = |index: &u32| Account {
        name: format!("program{index}"),
        id: first_uid() + index,
    };
    let root = RootPlan::of_host(
        &host,
        catalogue,
        &SLOTS.iter().map(account).collect::<Vec<_>>(),
    );
    let config = NativeConfig {
        first_uid: first_uid(),
        ..NativeConfig::new(root)
    };
    Ok(Built {
        wall: Arc::new(NativeWall::new(config)?),
        host,
        view: |slot| HostView {
            uid: Some(first_uid() + slot.index),
            groups: true,
            keepers: true,
            ..HostView::default()
        },
        is_prompt: true,
        is_exact: true,
        slowness: 1,
        compiler: None,
    })
}

fn trusted(_: &Catalogue) -> Result<Built> {
    let config = TrustedConfig {
        first_uid: first_uid(),
        ..TrustedConfig::default()
    };
    Ok(Built {
        wall: Arc::new(TrustedWall::new(config)?),
        host: Host::this(),
        view: |slot| HostView {
            // Without root, programs are of the same user as everything else.
            uid: rustix::process::geteuid()
                .is_root()
                .then(|| first_uid() + slot.index),
            keepers: true,
            ..HostView::default()
        },
        is_prompt: false,
        is_exact: false,
        slowness: 1,
        compiler: None,
    })
}

fn docker(runtime: &str) -> Result<Built> {
    let config = DockerConfig {
        runtime: runtime.to_owned(),
        memory_bytes: SANDBOX_BYTES,
        first_uid: first_uid(),
        ..DockerConfig::new()
    };
    let wall = DockerWall::new(config)?;
    let host = wall.host().clone();
    let is_runc = runtime == "runc";
    Ok(Built {
        wall: Arc::new(wall),
        host,
        // Under runc programs are processes of the host; gVisor's are not.
        view: if is_runc {
            |slot| HostView {
                uid: Some(first_uid() + slot.index),
                groups: true,
                containers: true,
                ..HostView::default()
            }
        } else {
            |_| HostView {
                containers: true,
                ..HostView::default()
            }
        },
        is_prompt: is_runc,
        is_exact: is_runc,
        slowness: if is_runc { 1 } else { GVISOR_SLOWNESS },
        compiler: if is_runc {
            None
        } else {
            Some(|_| docker("runc"))
        },
    })
}

fn microvm() -> Result<Built> {
    let (mut config, host) = crate::cli::machines::installed()?;
    config.memory_bytes = SANDBOX_BYTES;
    config.first_uid = first_uid();
    let wall = MicroVmWall::new(&config)?;
    Ok(Built {
        wall: Arc::new(wall),
        host,
        view: |slot| HostView {
            // Without root, machines are of the same user as everything else.
            machines: rustix::process::geteuid()
                .is_root()
                .then(|| first_uid() + slot.index),
            ..HostView::default()
        },
        is_prompt: false,
        is_exact: true,
        slowness: EMULATED_SLOWNESS,
        compiler: Some(native),
    })
}

/// Builds a wall and tries out the languages that the programs need.
pub(super) async fn stand(
    name: &str,
    build: Build,
    catalogue: &Catalogue,
    crimes: &[Crime],
) -> Result<Standing> {
    let built = build(catalogue)?;
    // Some things only show when a sandbox is made.
    let first = built
        .wall
        .prepare(slots()[0])
        .await
        .context("failed to make a sandbox")?;
    first
        .destroy()
        .await
        .context("failed to take a sandbox down")?;
    let languages = crimes.iter().map(|crime| crime.language.as_str());
    let languages: BTreeSet<&str> = languages.chain(["c", "python3"]).collect();
    let toolchains = built.toolchains(catalogue, languages.iter().copied()).await;
    let working = languages
        .into_iter()
        .filter(|language| toolchains.get(language).is_ok());
    let compiles = match built.compiler {
        Some(build) => compiler(build, catalogue, working.collect()).await,
        None => None,
    };
    let site = |slot| built.site(name, slot, &toolchains, compiles.clone());
    Ok(Standing {
        sites: slots().map(site),
    })
}

/// A wall that compiles for a slower one. None is as well: then it compiles for itself.
async fn compiler(build: Build, catalogue: &Catalogue, languages: Vec<&str>) -> Option<Arc<Site>> {
    let built = build(catalogue).ok()?;
    let toolchains = built.toolchains(catalogue, languages).await;
    Some(Arc::new(built.site(
        "compiler",
        slots()[0],
        &toolchains,
        None,
    )))
}

fn slots() -> [Slot; 2] {
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let cpus = u32::try_from(cpus).unwrap_or(1);
    SLOTS.map(|index| Slot {
        index,
        cpu: index % cpus,
    })
}

impl Built {
    async fn toolchains<'a>(
        &self,
        catalogue: &Catalogue,
        languages: impl IntoIterator<Item = &'a str>,
    ) -> Toolchains {
        Toolchains::of(&*self.wall, slots()[0], &self.host, catalogue, languages).await
    }

    fn site(
        &self,
        name: &str,
        slot: Slot,
        toolchains: &Toolchains,
        compiles: Option<Arc<Site>>,
    ) -> Site {
        Site {
            name: name.to_owned(),
            wall: Arc::clone(&self.wall),
            slot,
            toolchains: toolchains.clone(),
            host: (self.view)(slot),
            is_prompt: self.is_prompt,
            is_exact: self.is_exact,
            slowness: self.slowness,
            compiles,
        }
    }
}
