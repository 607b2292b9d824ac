//! The native wall: the host's half. The runner builds and keeps the walls; this starts one keeper per slot and hands out its
//! sandboxes.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};
use runner::protocol::{Isolation, RootEntry, Setup};
use tokio::sync::Mutex;

use crate::link::faults::step;
use crate::link::holder::Kept;
use crate::link::keeper::Keeper;
use crate::link::sandbox::RunnerSandbox;
use crate::link::stream::SocketEnds;
use crate::native::groups::InstanceGroups;
use crate::native::probe;
use crate::native::users::Mode;
use crate::root::RootPlan;
use crate::sandbox::{Sandbox, Slot, Wall, WallError};

/// How much larger the box is where files of the host are copied into it instead of shown.
const ROOTLESS_BOX: u64 = 4;

/// What the native wall is built from.
#[derive(Clone, Debug)]
pub struct NativeConfig {
    /// What programs see of the host.
    pub root: RootPlan,
    /// Size cap of the work directory, bytes. Its memory counts against the run that fills it.
    pub work_bytes: u64,
    /// Cap of files and directories in the work directory.
    pub work_files: u64,
    /// Size cap of the box, bytes.
    pub box_bytes: u64,
    /// Programs of slot `n` run as this user and group plus `n`. Nobody else may use these numbers.
    pub first_uid: u32,
}

impl NativeConfig {
    /// The usual caps: 256 MiB and 16,384 files of work, 512 MiB of box, users from 70,000.
    #[must_use]
    pub fn new(root: RootPlan) -> Self {
        Self {
            root,
            work_bytes: 256 << 20,
            work_files: 16_384,
            box_bytes: 512 << 20,
            first_uid: 70_000,
        }
    }
}

/// Builds sandboxes out of the kernel's own mechanisms.
pub struct NativeWall {
    config: NativeConfig,
    over_stream: bool,
    mode: Mode,
    root: Vec<RootEntry>,
    // Before the groups: the keepers' end removes the groups inside.
    keepers: Mutex<HashMap<u32, Arc<Keeper>>>,
    groups: InstanceGroups,
}

impl NativeWall {
    /// Checks that every mechanism is there and makes this instance's control groups. Removes what dead instances left.
    ///
    /// # Errors
    /// [`WallError::Missing`] for the first mechanism that is missing. Nothing is ever left out instead.
    pub fn new(config: NativeConfig) -> Result<Self, WallError> {
        let mode = Mode::detect();
        probe::require(&mode)?;
        let root = entries(&config.root)?;
        let groups = InstanceGroups::make()?;
        Ok(Self {
            config,
            over_stream: false,
            mode,
            root,
            keepers: Mutex::new(HashMap::new()),
            groups,
        })
    }

    /// The same wall, spoken to over a stream of bytes as walls are that share no descriptors with us: the conformance suite
    /// proves that transport here, without container or machine around it.
    ///
    /// # Errors
    /// As [`NativeWall::new`].
    pub fn over_stream(config: NativeConfig) -> Result<Self, WallError> {
        Ok(Self {
            over_stream: true,
            ..Self::new(config)?
        })
    }

    async fn keeper(&self, slot: Slot) -> Result<Arc<Keeper>, WallError> {
        self.mode.has_slot(slot.index)?;
        let mut keepers = self.keepers.lock().await;
        if let Some(keeper) = keepers.get(&slot.index).filter(|keeper| !keeper.is_lost()) {
            return Ok(Arc::clone(keeper));
        }
        let setup = Setup {
            cpu: slot.cpu,
            uid: Some(self.uid(slot)),
            isolation: Isolation::Native {
                root: self.root.clone(),
                groups: self.groups.for_runner(),
                group_prefix: format!("s{}-{:x}", slot.index, keepers_started()),
                users: self.mode.users(self.config.first_uid),
            },
            work_bytes: self.config.work_bytes,
            work_files: self.config.work_files,
            over_stream: self.over_stream,
            box_bytes: match self.mode {
                Mode::Root => self.config.box_bytes,
                // Large files cannot be shown in place, so they are copied into it.
                _ => self.config.box_bytes.saturating_mul(ROOTLESS_BOX),
            },
        };
        let keeper = Arc::new(Keeper::start(setup).await?);
        keepers.insert(slot.index, Arc::clone(&keeper));
        Ok(keeper)
    }

    fn uid(&self, slot: Slot) -> u32 {
        self.config.first_uid + slot.index
    }

    async fn make(&self, slot: Slot) -> Result<Box<dyn Sandbox>, WallError> {
        let keeper = self.keeper(slot).await?;
        let (id, socket) = keeper.prepare().await?;
        let holder = Box::new(Kept { keeper, id });
        let sandbox = if self.over_stream {
            let ends = SocketEnds::new(socket).map_err(step("use the worker's stream"))?;
            RunnerSandbox::over_stream(holder, Box::new(ends)).await?
        } else {
            // Another user than root cannot give files away; the runner does it then.
            let uid = (self.mode == Mode::Root).then(|| self.uid(slot));
            RunnerSandbox::new(holder, socket, uid, None)?
        };
        Ok(Box::new(sandbox))
    }
}

/// Tells the groups of a slot's keepers apart, should one be lost and replaced before its groups are gone.
fn keepers_started() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static STARTED: AtomicU64 = AtomicU64::new(0);
    STARTED.fetch_add(1, Ordering::Relaxed)
}

impl Wall for NativeWall {
    fn name(&self) -> &'static str {
        "native"
    }

    fn prepare(&self, slot: Slot) -> BoxFuture<'_, Result<Box<dyn Sandbox>, WallError>> {
        self.make(slot).boxed()
    }
}

/// The plan in the runner's words.
pub(crate) fn entries(plan: &RootPlan) -> Result<Vec<RootEntry>, WallError> {
    let text = |path: &Path| match path.to_str() {
        Some(text) => Ok(text.to_owned()),
        None => Err(WallError::Refused(format!(
            "path {} of the root is not UTF-8",
            path.display()
        ))),
    };
    let mut entries = Vec::new();
    for directory in &plan.directories {
        entries.push(RootEntry::Directory {
            inside: text(directory)?,
        });
    }
    for bind in &plan.binds {
        entries.push(RootEntry::Bind {
            host: text(&bind.host)?,
            inside: text(&bind.inside)?,
            is_directory: bind.is_directory,
        });
    }
    for link in &plan.symlinks {
        entries.push(RootEntry::Symlink {
            inside: text(&link.inside)?,
            target: text(&link.target)?,
        });
    }
    for file in &plan.files {
        entries.push(RootEntry::File {
            inside: text(&file.inside)?,
            bytes: file.bytes.clone(),
            mode: file.mode,
        });
    }
    Ok(entries)
}
