//! What of us is on this host: taken before and after each case, it must be the same.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Everything a wall could leave behind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Traces {
    processes: BTreeSet<String>,
    groups: BTreeSet<String>,
    mounts: usize,
    directories: BTreeSet<String>,
    ipc_objects: usize,
    descriptors: usize,
}

impl Traces {
    /// Looks at the host.
    pub(crate) fn take() -> Self {
        Self {
            processes: processes(),
            groups: groups(),
            mounts: mounts(),
            directories: names(&std::env::temp_dir())
                .into_iter()
                .filter(|name| name.starts_with("gavel-trusted"))
                .collect(),
            ipc_objects: ["shm", "msg", "sem"]
                .iter()
                .map(|kind| {
                    std::fs::read_to_string(format!("/proc/sysvipc/{kind}"))
                        .map_or(0, |text| text.lines().count())
                })
                .sum(),
            descriptors: std::fs::read_dir("/proc/self/fd").unwrap().count(),
        }
    }
}

/// Mounts on this host, but those that daemons of other checkouts make and remove as they please.
fn mounts() -> usize {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let own = checkout.join(".cache/docker/data/").display().to_string();
    let table = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    let is_foreign = |line: &&str| line.contains("/.cache/docker/data/") && !line.contains(&own);
    table.lines().filter(|line| !is_foreign(line)).count()
}

/// Our children and theirs, and whatever runs as a user of a slot.
fn processes() -> BTreeSet<String> {
    let own = std::process::id().to_string();
    let mut parents = Vec::new();
    let mut found = BTreeSet::new();
    for pid in names(Path::new("/proc"))
        .into_iter()
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
    {
        let Ok(status) = std::fs::read_to_string(format!("/proc/{pid}/status")) else {
            continue;
        };
        let field = |key: &str| {
            let line = status.lines().find(|line| line.starts_with(key));
            line.and_then(|line| line.split_whitespace().nth(1))
                .unwrap_or_default()
                .to_owned()
        };
        if field("Uid:").parse::<u32>().is_ok_and(|uid| {
            (crate::stand::first_uid_on_host()..crate::stand::first_uid_on_host() + 8)
                .contains(&uid)
        }) {
            found.insert(format!("{pid} {}", field("Name:")));
        }
        parents.push((pid, field("PPid:"), field("Name:")));
    }
    let mut ours = BTreeSet::from([own]);
    loop {
        let before = ours.len();
        for (pid, parent, name) in &parents {
            if ours.contains(parent) && ours.insert(pid.clone()) {
                found.insert(format!("{pid} {name}"));
            }
        }
        if ours.len() == before {
            return found;
        }
    }
}

/// This process's own control groups.
fn groups() -> BTreeSet<String> {
    let mark = format!("{}-", std::process::id());
    let mut found = BTreeSet::new();
    for base in bases() {
        found.extend(
            names(&base.join("gavel"))
                .into_iter()
                .filter(|name| name.starts_with(&mark))
                .map(|name| format!("{} {name}", base.display())),
        );
    }
    found
}

/// Where a wall may make groups on this host: every hierarchy, and the group of this process's service.
pub(crate) fn bases() -> BTreeSet<PathBuf> {
    let table = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    let mut found: BTreeSet<PathBuf> = table
        .lines()
        .filter(|line| line.contains(" - cgroup"))
        .map(|line| PathBuf::from(line.split(' ').nth(4).unwrap()))
        .collect();
    let own = std::fs::read_to_string("/proc/self/cgroup").unwrap();
    if let Some(own) = own.lines().find_map(|line| line.strip_prefix("0::/"))
        && Path::new("/sys/fs/cgroup/cgroup.controllers").exists()
    {
        let own = own.strip_suffix("gavel-host").unwrap_or(own);
        found.insert(Path::new("/sys/fs/cgroup").join(own.trim_end_matches('/')));
    }
    found
}

fn names(directory: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return Vec::new();
    };
    entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}
