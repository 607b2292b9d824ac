//! This daemon's own part of the control group tree: `gavel/<instance>` in each hierarchy.
//!
//! **Invariants:** an instance holds a lock on its directory for as long as it lives, so a directory whose lock can be taken
//! belongs to nobody and is removed at the next start, processes included; a directory in use is never touched.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use runner::protocol::Groups;
use rustix::fs::{FlockOperation, Mode, OFlags};
use rustix::process::{Pid, Signal};

use crate::link::holder::Exhausted;
use crate::native::delegation::ASIDE;
use crate::native::hierarchy::Hierarchy;
use crate::sandbox::WallError;

/// How long a dead instance's processes may take to go.
const PATIENCE: Duration = Duration::from_secs(3);

/// One daemon's groups.
pub(crate) struct InstanceGroups {
    hierarchy: Hierarchy,
    /// Hierarchies of version 1 in which a container engine makes groups below ours.
    elsewhere: Vec<PathBuf>,
    name: String,
    /// Held, never read.
    _lock: OwnedFd,
}

fn step(step: &'static str) -> impl FnOnce(std::io::Error) -> WallError {
    move |source| WallError::Step { step, source }
}

fn open_directory(path: &Path) -> std::io::Result<OwnedFd> {
    Ok(rustix::fs::open(
        path,
        OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )?)
}

fn make(path: &Path) -> std::io::Result<()> {
    match std::fs::create_dir(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

impl InstanceGroups {
    /// Makes this instance's directories, and removes those that dead instances left.
    pub(crate) fn make() -> Result<Self, WallError> {
        let hierarchy = Hierarchy::detect()?;
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |time| time.as_micros());
        let name = format!("{}-{now:x}", std::process::id());
        let points: Vec<PathBuf> = hierarchy.points().into_iter().map(Path::to_owned).collect();
        let elsewhere = hierarchy.elsewhere();
        if let Hierarchy::V2 { unified } = &hierarchy {
            delegate_root(unified)?;
        }
        for point in &points {
            make(&point.join("gavel")).map_err(step("make the parent control group"))?;
        }
        // One starter at a time, so that nobody removes what another has made but not locked yet.
        let parent = open_directory(&points[0].join("gavel"))
            .map_err(step("open the parent control group"))?;
        rustix::fs::flock(&parent, FlockOperation::LockExclusive)
            .map_err(|error| step("lock the parent control group")(error.into()))?;
        sweep(&points, &elsewhere);
        for point in &points {
            let directory = point.join("gavel").join(&name);
            make(&directory).map_err(step("make the instance's control group"))?;
            if matches!(hierarchy, Hierarchy::V2 { .. }) {
                delegate(&point.join("gavel"))
                    .map_err(step("delegate controllers to the parent control group"))?;
                delegate(&directory)
                    .map_err(step("delegate controllers to the instance's control group"))?;
            }
        }
        let lock = open_directory(&points[0].join("gavel").join(&name))
            .map_err(step("open the instance's control group"))?;
        rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive)
            .map_err(|error| step("lock the instance's control group")(error.into()))?;
        Ok(Self {
            hierarchy,
            elsewhere,
            name,
            _lock: lock,
        })
    }

    /// Where keepers make the groups of sandboxes.
    pub(crate) fn for_runner(&self) -> Groups {
        let own = |point: &Path| {
            point
                .join("gavel")
                .join(&self.name)
                .to_string_lossy()
                .into_owned()
        };
        match &self.hierarchy {
            Hierarchy::V1 {
                memory,
                pids,
                cpuacct,
            } => Groups::V1 {
                memory: own(memory),
                pids: own(pids),
                cpuacct: own(cpuacct),
            },
            Hierarchy::V2 { unified } => Groups::V2 {
                directory: own(unified),
            },
        }
    }
}

impl InstanceGroups {
    /// What a container engine on this host calls the group of the sandbox `name`, if it can make groups in there: on version 1,
    /// where the hierarchy with sets of processors has to be prepared for that.
    pub(crate) fn for_engine(&self, name: &str) -> Option<String> {
        let prepared = self.hierarchy.cpuset().is_none_or(|point| {
            let parent = point.join("gavel");
            let copied = |file: &str| {
                let value = std::fs::read_to_string(point.join(file))?;
                std::fs::write(parent.join(file), value.trim())
            };
            make(&parent).is_ok()
                && copied("cpuset.cpus").is_ok()
                && copied("cpuset.mems").is_ok()
                && std::fs::write(parent.join("cgroup.clone_children"), "1").is_ok()
        });
        let is_whole = matches!(self.hierarchy, Hierarchy::V1 { .. }) && prepared;
        is_whole.then(|| format!("/gavel/{}/{name}", self.name))
    }
}

/// The groups of one sandbox whose processes others start: made and limited here, lent to a container, removed with all in them.
pub(crate) struct SandboxGroups {
    directories: Vec<PathBuf>,
    /// What a container engine may have made beside them.
    elsewhere: Vec<PathBuf>,
    paths: Groups,
}

impl SandboxGroups {
    /// Makes them below the instance's.
    pub(crate) fn make(
        instance: &InstanceGroups,
        name: &str,
        memory_bytes: u64,
        processes: u32,
    ) -> Result<Self, WallError> {
        let own = |directory: &String| format!("{directory}/{name}");
        let (memory, pids, paths) = match instance.for_runner() {
            Groups::V1 {
                memory,
                pids,
                cpuacct,
            } => {
                let (memory, pids, cpuacct) = (own(&memory), own(&pids), own(&cpuacct));
                let limit = "memory.limit_in_bytes";
                (
                    (memory.clone(), limit),
                    pids.clone(),
                    Groups::V1 {
                        memory,
                        pids,
                        cpuacct,
                    },
                )
            }
            Groups::V2 { directory } => {
                let directory = own(&directory);
                (
                    (directory.clone(), "memory.max"),
                    directory.clone(),
                    Groups::V2 { directory },
                )
            }
        };
        let directories: Vec<PathBuf> = match &paths {
            Groups::V1 {
                memory,
                pids,
                cpuacct,
            } => [memory, pids, cpuacct].map(PathBuf::from).to_vec(),
            Groups::V2 { directory } => vec![PathBuf::from(directory)],
        };
        let below = |point: &PathBuf| point.join("gavel").join(&instance.name).join(name);
        let made = Self {
            directories,
            elsewhere: instance.elsewhere.iter().map(below).collect(),
            paths,
        };
        for directory in &made.directories {
            make(directory).map_err(step("make the sandbox's control groups"))?;
        }
        let write = |directory: &str, file: &str, value: u64| {
            std::fs::write(Path::new(directory).join(file), value.to_string())
        };
        write(&memory.0, memory.1, memory_bytes).map_err(step("limit the sandbox's memory"))?;
        write(&pids, "pids.max", processes.into())
            .map_err(step("limit the sandbox's processes"))?;
        if let Groups::V2 { directory } = &made.paths {
            delegate(Path::new(directory)).map_err(step("delegate controllers to the sandbox"))?;
        }
        Ok(made)
    }

    /// What all in them together have used up. Version 1 keeps no account of refusals that outlives the groups below, but of peaks.
    pub(crate) fn exhausted(&self) -> Option<Exhausted> {
        /// Charged at once to a processor.
        const BATCH_BYTES: u64 = 1 << 20;
        let Groups::V1 { memory, pids, .. } = &self.paths else {
            return None;
        };
        let number = |directory: &str, file: &str| -> Option<u64> {
            let text = std::fs::read_to_string(Path::new(directory).join(file)).ok()?;
            text.trim().parse().ok()
        };
        let limit = number(memory, "memory.limit_in_bytes")?;
        if number(memory, "memory.max_usage_in_bytes")? + BATCH_BYTES >= limit {
            return Some(Exhausted::Memory);
        }
        let is_full = number(pids, "pids.peak")? >= number(pids, "pids.max")?;
        is_full.then_some(Exhausted::Processes)
    }

    /// Where they are on this host.
    pub(crate) fn paths(&self) -> &Groups {
        &self.paths
    }
}

impl Drop for SandboxGroups {
    fn drop(&mut self) {
        for directory in self.directories.iter().chain(&self.elsewhere) {
            remove_tree(directory);
        }
    }
}

impl Drop for InstanceGroups {
    fn drop(&mut self) {
        let elsewhere = self.elsewhere.iter().map(PathBuf::as_path);
        for point in self.hierarchy.points().into_iter().chain(elsewhere) {
            remove_tree(&point.join("gavel").join(&self.name));
            // Succeeds for the last instance only.
            let _ = std::fs::remove_dir(point.join("gavel"));
        }
    }
}

fn delegate(directory: &Path) -> std::io::Result<()> {
    std::fs::write(directory.join("cgroup.subtree_control"), "+memory +pids")
}

/// The group that ours are made in hands its controllers down. In a container and in a service that is a group like any other
/// and may hold processes, which the kernel forbids beside delegated controllers: then they move into a group of their own first.
fn delegate_root(unified: &Path) -> Result<(), WallError> {
    let outcome = delegate(unified);
    let Err(error) = outcome else { return Ok(()) };
    if rustix::io::Errno::from_io_error(&error) == Some(rustix::io::Errno::BUSY) {
        let aside = unified.join(ASIDE);
        make(&aside).map_err(step("make a control group for this daemon's processes"))?;
        let processes = std::fs::read_to_string(unified.join("cgroup.procs"))
            .map_err(step("list this daemon's processes"))?;
        for process in processes.lines() {
            // One that has ended meanwhile needs no move.
            let _ = std::fs::write(aside.join("cgroup.procs"), process);
        }
        return delegate(unified).map_err(step("delegate controllers (did all processes move?)"));
    }
    Err(WallError::Missing {
        mechanism: "cgroup controllers memory and pids",
        reason: format!(
            "{} does not hand them down ({error}); run as root, in a container with --privileged, or as a service with Delegate=yes",
            unified.display()
        ),
    })
}

/// Removes the directories of instances that no longer live.
fn sweep(points: &[PathBuf], elsewhere: &[PathBuf]) {
    let Ok(entries) = std::fs::read_dir(points[0].join("gavel")) else {
        return;
    };
    for entry in entries.flatten().filter(|entry| entry.path().is_dir()) {
        let Ok(directory) = open_directory(&entry.path()) else {
            continue;
        };
        if rustix::fs::flock(&directory, FlockOperation::NonBlockingLockExclusive).is_err() {
            continue;
        }
        tracing::info!(group = %entry.path().display(), "removing the control groups of a dead instance");
        for point in points.iter().chain(elsewhere) {
            remove_tree(&point.join("gavel").join(entry.file_name()));
        }
    }
    // Directories that exist in other hierarchies only: a start or an end was interrupted between them.
    for point in points[1..].iter().chain(elsewhere) {
        let Ok(entries) = std::fs::read_dir(point.join("gavel")) else {
            continue;
        };
        for entry in entries.flatten().filter(|entry| entry.path().is_dir()) {
            if !points[0].join("gavel").join(entry.file_name()).exists() {
                remove_tree(&entry.path());
            }
        }
    }
}

/// Kills what is inside and removes the directory and those below it.
fn remove_tree(directory: &Path) {
    if let Ok(entries) = std::fs::read_dir(directory) {
        for entry in entries.flatten().filter(|entry| entry.path().is_dir()) {
            remove_tree(&entry.path());
        }
    }
    let deadline = Instant::now() + PATIENCE;
    loop {
        match std::fs::remove_dir(directory) {
            Ok(()) => return,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) if Instant::now() > deadline => {
                tracing::warn!(group = %directory.display(), %error, "failed to remove a control group");
                return;
            }
            Err(_) => {}
        }
        let processes = File::open(directory.join("cgroup.procs"))
            .and_then(std::io::read_to_string)
            .unwrap_or_default();
        for pid in processes
            .lines()
            .filter_map(|line| line.parse().ok())
            .filter_map(Pid::from_raw)
        {
            let _ = rustix::process::kill_process(pid, Signal::KILL);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}
