//! What the kernel and the system say about this machine.

use std::fs;
use std::path::Path;

use rustix::process::{Resource, getrlimit};

use super::report::{Finding, Health};

/// Open files a server with thousands of sessions needs.
const OPEN_FILES: u64 = 10_000;
/// Below this the database and the compile cache soon have no room.
const FREE_BYTES: u64 = 1 << 30;

/// The kernel by name; whether it can do what the wall needs is asked of its mechanisms.
pub(super) fn kernel() -> Finding {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let release = release.trim();
    let detail = format!("Linux {release} on {}", std::env::consts::ARCH);
    Finding::new("kernel", Health::Ok, detail)
}

/// CPUs; each is a slot.
pub(super) fn cpus() -> Finding {
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    Finding::new("cpus", Health::Ok, format!("{count} to run programs on"))
}

/// Open files, processes.
pub(super) fn limits() -> Vec<Finding> {
    let shown = |limit: Option<u64>| {
        limit.map_or_else(|| "unlimited".to_owned(), |limit| limit.to_string())
    };
    let files = getrlimit(Resource::Nofile);
    let processes = getrlimit(Resource::Nproc);
    let hard = files.maximum.unwrap_or(u64::MAX);
    let files = if hard >= OPEN_FILES {
        Finding::new(
            "open files",
            Health::Ok,
            format!("up to {}", shown(files.maximum)),
        )
    } else {
        Finding::new(
            "open files",
            Health::Warning,
            format!("up to {hard}; thousands of sessions need more"),
        )
        .mended_by(format!("ulimit -Hn {OPEN_FILES}"))
    };
    let processes = Finding::new(
        "processes",
        Health::Ok,
        format!("up to {}", shown(processes.current)),
    );
    vec![files, processes]
}

/// Room for the data.
pub(super) fn disk(data: &Path) -> Finding {
    let existing = data
        .ancestors()
        .find(|dir| dir.exists())
        .unwrap_or(Path::new("."));
    let existing = if existing.as_os_str().is_empty() {
        Path::new(".")
    } else {
        existing
    };
    match rustix::fs::statvfs(existing) {
        Ok(stat) => {
            let free = stat.f_bavail.saturating_mul(stat.f_frsize);
            let detail = format!(
                "{:.1} GiB free for {}",
                free as f64 / f64::from(1 << 30),
                data.display()
            );
            if free >= FREE_BYTES {
                Finding::new("disk", Health::Ok, detail)
            } else {
                Finding::new("disk", Health::Warning, detail)
                    .mended_by("free some space, or move paths.data")
            }
        }
        Err(error) => Finding::new(
            "disk",
            Health::Missing,
            format!("{}: {error}", existing.display()),
        ),
    }
}

/// Memory of the machine.
pub(super) fn memory() -> Finding {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = |key: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(key))
            .and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok())
    };
    match (kib("MemTotal:"), kib("MemAvailable:")) {
        (Some(total), Some(free)) => {
            let gib = |kib: u64| kib as f64 / f64::from(1 << 20);
            Finding::new(
                "memory",
                Health::Ok,
                format!("{:.1} GiB, {:.1} GiB available", gib(total), gib(free)),
            )
        }
        _ => Finding::new("memory", Health::Missing, "/proc/meminfo does not say"),
    }
}
