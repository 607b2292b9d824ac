//! Which processes of ours run machines, written down where the next start of the daemon finds it.
//!
//! Machines die with their launcher and launchers with the daemon, so nothing is ever found unless both were killed outright.
//! **Invariant:** a process is ended only when its start time is the one written down: process ids are used again.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::process::{Pid, Signal};

use crate::link::faults::step;
use crate::sandbox::WallError;

/// Where all instances write.
const BASE: &str = "/run/gavel-microvm";

/// What this instance of the wall has running.
pub(crate) struct Registry {
    directory: PathBuf,
    next: AtomicU64,
}

/// One machine's entry; gone when dropped.
pub(crate) struct Entry {
    path: PathBuf,
    /// Process ids with their start times.
    processes: Vec<(u32, u64)>,
    /// Keeps the directory.
    _registry: Arc<Registry>,
}

impl Registry {
    /// Ends what dead instances left, and makes this instance's directory.
    pub(crate) fn open() -> Result<Arc<Self>, WallError> {
        let base = if rustix::process::geteuid().is_root() {
            PathBuf::from(BASE)
        } else {
            std::env::temp_dir().join(format!(
                "gavel-microvm-{}",
                rustix::process::geteuid().as_raw()
            ))
        };
        Self::open_below(&base)
    }

    fn open_below(base: &Path) -> Result<Arc<Self>, WallError> {
        static INSTANCES: AtomicU64 = AtomicU64::new(0);
        std::fs::create_dir_all(base).map_err(step("make the directory of running machines"))?;
        sweep(base);
        let own = std::process::id();
        let name = format!(
            "{own}-{}-{}",
            start_time(own).unwrap_or(0),
            INSTANCES.fetch_add(1, Ordering::Relaxed)
        );
        let directory = base.join(name);
        std::fs::create_dir(&directory).map_err(step("make the directory of running machines"))?;
        Ok(Arc::new(Self {
            directory,
            next: AtomicU64::new(0),
        }))
    }

    /// Writes down the processes of one machine.
    pub(crate) fn enter(self: &Arc<Self>, processes: &[u32]) -> std::io::Result<Entry> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let path = self.directory.join(number.to_string());
        let processes: Vec<(u32, u64)> = processes
            .iter()
            .filter_map(|pid| Some((*pid, start_time(*pid)?)))
            .collect();
        let lines: Vec<String> = processes
            .iter()
            .map(|(pid, started)| format!("{pid} {started}"))
            .collect();
        std::fs::write(&path, lines.join("\n"))?;
        Ok(Entry {
            path,
            processes,
            _registry: Arc::clone(self),
        })
    }
}

impl Entry {
    /// Whether each of its processes has ended. One whose launcher was killed dies a moment after it.
    pub(crate) fn has_ended(&self) -> bool {
        !self
            .processes
            .iter()
            .any(|(pid, started)| lives(*pid, *started))
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir(&self.directory);
        // Succeeds for the last instance only.
        if let Some(base) = self.directory.parent() {
            let _ = std::fs::remove_dir(base);
        }
    }
}

/// When a process started, in ticks since the host did (proc(5), `stat`, field 22); `None` when there is none, or when it is dead
/// and only waits to be reaped.
fn start_time(pid: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before may hold anything, but the last parenthesis ends it.
    let mut after = stat.rsplit_once(')')?.1.split_whitespace();
    let dead = matches!(after.next()?, "Z" | "X");
    after.nth(18)?.parse().ok().filter(|_| !dead)
}

fn lives(pid: u32, started: u64) -> bool {
    start_time(pid) == Some(started)
}

/// Ends the machines of instances that no longer live.
fn sweep(base: &Path) {
    let Ok(instances) = std::fs::read_dir(base) else {
        return;
    };
    for instance in instances.flatten() {
        let name = instance.file_name().to_string_lossy().into_owned();
        let mut parts = name.split('-').map(|part| part.parse::<u64>().ok());
        let (Some(Some(pid)), Some(Some(started))) = (parts.next(), parts.next()) else {
            continue;
        };
        if u32::try_from(pid).is_ok_and(|pid| lives(pid, started)) {
            continue;
        }
        for entry in std::fs::read_dir(instance.path()).into_iter().flatten() {
            let Ok(entry) = entry else { continue };
            let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
            text.lines().for_each(end);
            let _ = std::fs::remove_file(entry.path());
        }
        let _ = std::fs::remove_dir(instance.path());
    }
}

/// Ends the process of a line `PID START`, if it is still the same one.
fn end(line: &str) {
    let Some((pid, started)) = line.split_once(' ') else {
        return;
    };
    let (Ok(pid), Ok(started)) = (pid.parse::<u32>(), started.trim().parse::<u64>()) else {
        return;
    };
    let target = i32::try_from(pid).ok().and_then(Pid::from_raw);
    if let Some(target) = target.filter(|_| lives(pid, started)) {
        tracing::warn!(
            pid,
            "ending a virtual machine that a dead judgehost has left"
        );
        let _ = rustix::process::kill_process(target, Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command};

    use super::*;

    fn sleeper() -> Child {
        Command::new("sleep").arg("60").spawn().unwrap()
    }

    fn has_ended(child: &mut Child) -> bool {
        for _ in 0..200 {
            if child.try_wait().unwrap().is_some() {
                return true;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        false
    }

    #[test]
    fn what_a_dead_judgehost_left_is_ended_and_nothing_else() {
        let base = tempfile::tempdir().unwrap();
        let mut orphan = sleeper();
        let mut reused = sleeper();
        let dead = base.path().join("999999999-1-0");
        std::fs::create_dir(&dead).unwrap();
        let line = format!("{} {}", orphan.id(), start_time(orphan.id()).unwrap());
        std::fs::write(dead.join("0"), line).unwrap();
        // Another process has the number now.
        std::fs::write(dead.join("1"), format!("{} 1", reused.id())).unwrap();
        let registry = Registry::open_below(base.path()).unwrap();
        assert!(has_ended(&mut orphan));
        assert!(reused.try_wait().unwrap().is_none());
        assert!(!dead.exists());
        reused.kill().unwrap();
        reused.wait().unwrap();
        drop(registry);
    }

    #[test]
    fn what_a_living_judgehost_has_is_left_alone() {
        let base = tempfile::tempdir().unwrap();
        let registry = Registry::open_below(base.path()).unwrap();
        let mut machine = sleeper();
        let entry = registry.enter(&[machine.id()]).unwrap();
        let other = Registry::open_below(base.path()).unwrap();
        assert!(machine.try_wait().unwrap().is_none());
        assert!(entry.path.exists());
        machine.kill().unwrap();
        machine.wait().unwrap();
        drop((entry, registry, other));
        assert!(
            !base.path().exists(),
            "the directories go with the last one"
        );
        std::fs::create_dir(base.path()).unwrap();
    }
}
