//! What the host can see of what a program left: compared before and after.
//!
//! Everything is counted for the slot's user or for this process, so that what else happens on the machine does not matter; the
//! exception is memory, which is compared with a bound and looked at again before it is believed. What others take down for us,
//! a Docker daemon, is looked at again too.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::site::HostView;
use crate::docker::census;

/// How much less memory may be available afterwards: what other programs of the machine do meanwhile, and caches of the kernel
/// that it gives back when somebody asks. Every memory bomb of the suite that left its memory behind would leave more.
const AVAILABLE_NOISE_KIB: u64 = 160 << 10;
/// Shared memory is quieter: nothing but files in memory and System V segments count.
const SHARED_NOISE_KIB: u64 = 24 << 10;
/// How often memory is looked at again, and how long that takes together.
const LOOKS: u32 = 20;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
/// Connections to a daemon that are kept for the next call.
const CONNECTIONS: usize = 8;
/// Where walls of this process keep files that are named after it.
const HOMES: [&str; 2] = ["/run/gavel-microvm", "/tmp/gavel-docker"];

/// A moment of the host.
#[derive(Clone, Debug)]
pub(super) struct Remains {
    moment: SystemTime,
    /// Files, and sockets.
    descriptors: (usize, usize),
    /// Of this process's keepers: descriptors, mounts, children.
    keepers: Vec<(u32, usize, usize, usize)>,
    /// What is left of others: children, containers, files named after this process.
    things: BTreeSet<String>,
    objects: BTreeSet<String>,
    groups: BTreeSet<PathBuf>,
    shared_kib: u64,
    available_kib: u64,
}

impl Remains {
    /// Looks.
    pub(super) fn look(view: HostView) -> Self {
        let (shared_kib, available_kib) = memory();
        Self {
            moment: SystemTime::now(),
            descriptors: descriptors(),
            keepers: if view.keepers {
                keepers(view.groups)
            } else {
                Vec::new()
            },
            things: things(view, SystemTime::now()),
            objects: view.anybody().map(objects).unwrap_or_default(),
            groups: if view.groups {
                groups()
            } else {
                BTreeSet::new()
            },
            shared_kib,
            available_kib,
        }
    }

    /// What is there now that was not there then.
    pub(super) fn left_since(view: HostView, before: &Self) -> Vec<String> {
        let after = Self::look(view);
        let mut left = things_left(view, before);
        let ((files, sockets), (files_before, sockets_before)) =
            (after.descriptors, before.descriptors);
        let spare = if view.containers { CONNECTIONS } else { 0 };
        if files > files_before || sockets > sockets_before + spare {
            left.push(format!(
                "this process has {files} files and {sockets} sockets instead of {files_before} and {sockets_before}"
            ));
        }
        if !before.keepers.is_empty() && after.keepers != before.keepers {
            left.push(format!(
                "keepers (pid, descriptors, mounts, children) are {:?} instead of {:?}",
                after.keepers, before.keepers
            ));
        }
        left.extend(
            after
                .objects
                .difference(&before.objects)
                .map(|object| format!("left {object}")),
        );
        left.extend(
            after
                .groups
                .difference(&before.groups)
                .map(|group| format!("left control group {}", group.display())),
        );
        left
    }

    /// Whether the host's memory is back; waits a little for it.
    pub(super) fn memory_lost_since(before: &Self) -> Option<String> {
        let mut lost = None;
        for look in 0..LOOKS {
            if look > 0 {
                std::thread::sleep(BETWEEN_LOOKS);
            }
            let (shared, available) = memory();
            lost = if shared > before.shared_kib + SHARED_NOISE_KIB {
                Some(format!(
                    "{} KiB more shared memory",
                    shared - before.shared_kib
                ))
            } else if available + AVAILABLE_NOISE_KIB < before.available_kib {
                Some(format!(
                    "{} KiB less memory available",
                    before.available_kib - available
                ))
            } else {
                return None;
            };
        }
        lost
    }
}

/// Processes of a user.
pub(super) fn processes(uid: u32) -> Vec<String> {
    let user = uid.to_string();
    let is_ours = |status: &String| {
        let uids = status.lines().find_map(|line| line.strip_prefix("Uid:"));
        uids.is_some_and(|uids| uids.split_whitespace().any(|uid| uid == user))
    };
    let statuses = entries("/proc")
        .into_iter()
        .filter_map(|path| fs::read_to_string(path.join("status")).ok());
    let ours = statuses.filter(is_ours);
    ours.map(|status| status.lines().take(3).collect::<Vec<_>>().join(", "))
        .collect()
}

fn entries(directory: impl AsRef<Path>) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten();
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect()
}

fn count(directory: &str) -> usize {
    entries(directory).len()
}

/// Open files of this process, and sockets.
fn descriptors() -> (usize, usize) {
    let open = entries("/proc/self/fd").into_iter();
    let is_socket = |path: PathBuf| {
        fs::read_link(path).is_ok_and(|target| target.to_string_lossy().starts_with("socket:"))
    };
    let sockets: Vec<bool> = open.map(is_socket).collect();
    let count = sockets.iter().filter(|is_socket| **is_socket).count();
    (sockets.len() - count, count)
}

/// What there is now beside what there was: the daemon may still be taking it down.
fn things_left(view: HostView, before: &Remains) -> Vec<String> {
    let mut left = Vec::new();
    for look in 0..LOOKS {
        if look > 0 {
            std::thread::sleep(BETWEEN_LOOKS);
        }
        let now = things(view, before.moment);
        left = now
            .difference(&before.things)
            .map(|thing| format!("left {thing}"))
            .collect();
        if left.is_empty() || !view.containers {
            break;
        }
    }
    left
}

fn things(view: HostView, since: SystemTime) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for pid in children(std::process::id()) {
        let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
        // Those are looked at more closely.
        if name.trim() != "gavel-keeper" {
            found.insert(format!("child {pid}: {}", name.trim()));
        }
    }
    let own = format!("{}-", std::process::id());
    for home in HOMES {
        for path in entries(home) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with(&own) {
                found.extend(
                    entries(&path)
                        .iter()
                        .map(|path| format!("file {}", path.display())),
                );
                found.insert(format!("file {}", path.display()));
            }
        }
    }
    if view.containers {
        match census(since) {
            Ok(census) => found.extend(census),
            Err(error) => {
                found.insert(format!("a daemon that does not answer: {error}"));
            }
        }
    }
    found
}

/// `Shmem` and `MemAvailable`, KiB.
fn memory() -> (u64, u64) {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let number = |key: &str| {
        let rest = text.lines().find_map(|line| line.strip_prefix(key))?;
        rest.split_whitespace().next()?.parse().ok()
    };
    (
        number("Shmem:").unwrap_or(0),
        number("MemAvailable:").unwrap_or(0),
    )
}

fn children(pid: u32) -> Vec<u32> {
    let tasks = entries(format!("/proc/{pid}/task")).into_iter();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.join("children")).ok());
    lists
        .flat_map(|list| {
            list.split_whitespace()
                .filter_map(|pid| pid.parse().ok())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Mounts are counted where they are the keepers' own, which is where they have groups.
fn keepers(own_mounts: bool) -> Vec<(u32, usize, usize, usize)> {
    let mut keepers: Vec<_> = children(std::process::id())
        .into_iter()
        .filter(|pid| {
            fs::read_to_string(format!("/proc/{pid}/comm"))
                .is_ok_and(|name| name.trim() == "gavel-keeper")
        })
        .map(|pid| {
            let mounts = fs::read_to_string(format!("/proc/{pid}/mountinfo")).unwrap_or_default();
            let mounts = if own_mounts {
                mounts.lines().count()
            } else {
                0
            };
            (
                pid,
                count(&format!("/proc/{pid}/fd")),
                mounts,
                children(pid).len(),
            )
        })
        .collect();
    keepers.sort_unstable();
    keepers
}

/// Everything of a user that outlives processes: System V objects, message queues, keys, files where everybody may write.
fn objects(uid: u32) -> BTreeSet<String> {
    let user = uid.to_string();
    let mut found = BTreeSet::new();
    for (kind, owner) in [("shm", 7), ("msg", 7), ("sem", 4)] {
        let text = fs::read_to_string(format!("/proc/sysvipc/{kind}")).unwrap_or_default();
        for line in text.lines().skip(1) {
            let words: Vec<&str> = line.split_whitespace().collect();
            if words.iter().skip(owner).take(4).any(|word| *word == user) {
                found.insert(format!("System V {kind} {}", words.get(1).unwrap_or(&"")));
            }
        }
    }
    let keys = fs::read_to_string("/proc/key-users").unwrap_or_default();
    for line in keys.lines() {
        let mut words = line.split_whitespace();
        let is_ours = words
            .next()
            .is_some_and(|who| who.trim_end_matches(':') == user);
        // Keys, then keys made in full.
        if is_ours && words.nth(1).is_some_and(|keys| !keys.starts_with("0/")) {
            found.insert(format!("keys: {line}"));
        }
    }
    for place in ["/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock"] {
        files(Path::new(place), uid, 6, &mut found);
    }
    found
}

/// Files of a user: below directories of that user and of ours only, because it can have made them nowhere else.
fn files(directory: &Path, uid: u32, depth: u32, found: &mut BTreeSet<String>) {
    use std::os::unix::fs::MetadataExt;
    for path in entries(directory) {
        let Ok(metadata) = fs::symlink_metadata(&path) else {
            continue;
        };
        let is_theirs = metadata.uid() == uid;
        if is_theirs {
            found.insert(format!("file {}", path.display()));
        }
        let is_ours = path.to_string_lossy().contains("/gavel-");
        if metadata.is_dir() && depth > 0 && (is_theirs || is_ours) {
            files(&path, uid, depth - 1, found);
        }
    }
}

/// Control groups of this process's walls, all levels.
fn groups() -> BTreeSet<PathBuf> {
    let points = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let own = format!("{}-", std::process::id());
    let mut found = BTreeSet::new();
    for line in points.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [_, point, kind, ..] = words.as_slice() else {
            continue;
        };
        if !kind.starts_with("cgroup") {
            continue;
        }
        for instance in entries(Path::new(point).join("gavel")) {
            let name = instance
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if name.starts_with(&own) {
                below(&instance, &mut found);
            }
        }
    }
    found
}

fn below(group: &Path, found: &mut BTreeSet<PathBuf>) {
    for path in entries(group) {
        if path.is_dir() {
            below(&path, found);
            found.insert(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_user_is_seen_and_only_that() {
        let home = tempfile::Builder::new()
            .prefix("gavel-remains-")
            .tempdir()
            .unwrap();
        fs::create_dir(home.path().join("inner")).unwrap();
        fs::write(home.path().join("inner/left"), "").unwrap();
        let uid = std::os::unix::fs::MetadataExt::uid(&fs::metadata(home.path()).unwrap());
        let mut found = BTreeSet::new();
        files(home.path(), uid, 3, &mut found);
        assert_eq!(found.len(), 2, "{found:?}");
        found.clear();
        files(home.path(), uid + 1, 3, &mut found);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn this_process_is_seen() {
        let uid = rustix::process::getuid().as_raw();
        assert!(!processes(uid).is_empty());
        assert!(processes(u32::MAX - 7).is_empty());
    }

    #[test]
    fn lost_memory_is_seen() {
        let before = Remains::look(HostView::default());
        assert_eq!(Remains::memory_lost_since(&before), None);
        let richer = Remains {
            available_kib: before.available_kib + (64 << 20),
            ..before
        };
        assert!(Remains::memory_lost_since(&richer).is_some());
    }
}
