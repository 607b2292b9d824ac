//! What servers may leave on the host when they are gone: nothing. Everything of theirs is noted while they live.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::walls;

/// Whatever is told to end needs a moment.
const PATIENCE: Duration = Duration::from_secs(20);

/// A process: its id, and when it started, because ids are used again.
type Process = (u32, u64);

/// What servers of one test have had.
#[derive(Default)]
pub(crate) struct Left {
    /// Whether they have containers.
    docker: bool,
    servers: BTreeSet<u32>,
    processes: BTreeMap<Process, String>,
    /// Mounts of the daemon before anything was made.
    mounts: BTreeSet<String>,
}

/// Parent and start of a process (proc(5), `stat`); `None` for one that is dead.
fn stat(pid: u32) -> Option<(u32, u64)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut after = text.rsplit_once(") ")?.1.split(' ');
    let dead = matches!(after.next()?, "Z" | "X");
    let parent = after.next()?.parse().ok()?;
    let started = after.nth(17)?.parse().ok()?;
    (!dead).then_some((parent, started))
}

/// The command line of a process.
fn line(pid: u32) -> String {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    format!(
        "{} {}",
        name.trim(),
        String::from_utf8_lossy(&line).replace('\0', " ")
    )
}

/// Every process below `root`, with its name and command line.
pub(crate) fn descendants(root: u32) -> Vec<(u32, String)> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let parents: BTreeMap<u32, u32> = pids.filter_map(|pid| Some((pid, stat(pid)?.0))).collect();
    let below = |pid: u32| {
        let mut at = pid;
        while let Some(parent) = parents.get(&at) {
            if *parent == root {
                return true;
            }
            at = *parent;
        }
        false
    };
    let pids: Vec<u32> = parents.keys().copied().filter(|pid| below(*pid)).collect();
    pids.into_iter().map(|pid| (pid, line(pid))).collect()
}

/// Ends a process that may have ended already.
pub(crate) fn kill(pid: u32) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
}

/// A container of a server: its first process and that one's parent, which is the daemon's for this container.
#[derive(Debug)]
pub(crate) struct Container {
    pub(crate) first: u32,
    pub(crate) shim: u32,
}

/// The containers that the server with this process has, dead ones with process 0.
pub(crate) fn containers(server: u32) -> Vec<Container> {
    let format = "{{.ID}} {{.Label \"gavel.instance\"}}";
    let filter = "label=gavel.instance";
    let listed = walls::docker(&[
        "ps",
        "--all",
        "--no-trunc",
        "--filter",
        filter,
        "--format",
        format,
    ]);
    let of_server = |line: &&str| {
        line.split(' ')
            .nth(1)
            .is_some_and(|name| name.starts_with(&format!("{server}-")))
    };
    let ids = listed.lines().filter(of_server);
    ids.map(|line| {
        let id = line.split(' ').next().unwrap_or_default();
        // It may be going.
        let pid = walls::try_docker(&["inspect", "--format", "{{.State.Pid}}", id]);
        let first = pid.and_then(|pid| pid.parse().ok()).unwrap_or(0);
        let shim = stat(first).map_or(0, |(parent, _)| parent);
        Container { first, shim }
    })
    .collect()
}

/// Mounts that the daemon made.
fn mounts() -> BTreeSet<String> {
    let root = walls::docker(&["info", "--format", "{{.DockerRootDir}}"]);
    let table = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    let place = |line: &str| line.split(' ').nth(4).unwrap_or_default().to_owned();
    table
        .lines()
        .map(place)
        .filter(|place| place.starts_with(&root))
        .collect()
}

impl Left {
    /// Before the first server is started.
    pub(crate) fn begin(wall: &str) -> Self {
        let docker = wall.starts_with("docker/");
        Self {
            docker,
            mounts: if docker { mounts() } else { BTreeSet::new() },
            ..Self::default()
        }
    }

    /// Notes what the server with this process has now.
    pub(crate) fn note(&mut self, server: u32) {
        self.servers.insert(server);
        let mut roots = vec![server];
        if self.docker {
            let containers = containers(server);
            // Not of one that is being made: its parent may be anybody.
            let shims = containers
                .iter()
                .map(|container| container.shim)
                .filter(|shim| line(*shim).contains("shim"));
            roots.extend(shims);
        }
        for root in roots {
            let itself = (root != server).then(|| (root, line(root)));
            for (pid, line) in descendants(root).into_iter().chain(itself) {
                if let Some((_, started)) = stat(pid) {
                    self.processes.insert((pid, started), line);
                }
            }
        }
    }

    /// The processes noted that still live.
    fn alive(&self) -> Vec<String> {
        let lives = |(pid, started): &Process| stat(*pid).is_some_and(|(_, now)| now == *started);
        self.processes
            .iter()
            .filter(|(process, _)| lives(process))
            .map(|((pid, _), line)| format!("{pid} {line}"))
            .collect()
    }

    /// Waits until every process noted has ended.
    pub(crate) fn no_process(&self, what: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let alive = self.alive();
            if alive.is_empty() {
                return;
            }
            assert!(Instant::now() < deadline, "{what}: {alive:#?} live on");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until nothing is left of the servers, which have ended.
    pub(crate) fn nothing(&self, what: &str) {
        assert!(!self.processes.is_empty(), "{what}: nothing was noted");
        self.no_process(what);
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = self.servers.iter().flat_map(|server| self.of(*server));
            let left: Vec<String> = left.chain(self.new_mounts()).collect();
            if left.is_empty() {
                return;
            }
            assert!(Instant::now() < deadline, "{what}: {left:#?} left");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn new_mounts(&self) -> Vec<String> {
        let now = if self.docker {
            mounts()
        } else {
            BTreeSet::new()
        };
        now.difference(&self.mounts).cloned().collect()
    }

    /// What is there of one server: control groups, locks, directories, containers, volumes.
    fn of(&self, server: u32) -> Vec<String> {
        let mut left = Vec::new();
        for (directory, prefix) in [
            ("/sys/fs/cgroup/memory/gavel", ""),
            ("/sys/fs/cgroup/cpuacct/gavel", ""),
            ("/sys/fs/cgroup/pids/gavel", ""),
            ("/sys/fs/cgroup/gavel", ""),
            ("/run/gavel-microvm", ""),
            ("/tmp/gavel-docker", ""),
            ("/tmp", "gavel-trusted-"),
        ] {
            let prefix = format!("{prefix}{server}-");
            for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
                if entry.file_name().to_string_lossy().starts_with(&prefix) {
                    left.push(entry.path().display().to_string());
                }
            }
        }
        if self.docker {
            left.extend(containers(server).iter().map(|one| format!("{one:?}")));
            let format = "{{.Name}} {{.Label \"gavel.instance\"}}";
            let volumes = walls::docker(&["volume", "ls", "--format", format]);
            let of_server = |line: &&str| line.contains(&format!(" {server}-"));
            left.extend(volumes.lines().filter(of_server).map(str::to_owned));
        }
        left
    }
}
