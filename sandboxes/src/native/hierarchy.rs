//! Which control group hierarchies this host has, read from its mount table.

use std::path::{Path, PathBuf};

use crate::native::delegation;
use crate::sandbox::WallError;

/// Why an ordinary user is refused.
const VERSION_1: &str = "this host has control groups of version 1, which cannot be handed to an ordinary user; boot with \
     systemd.unified_cgroup_hierarchy=1 (or cgroup_no_v1=all) on the kernel's command line, or run as root";

/// The hierarchies a wall uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hierarchy {
    /// Version 1: mount points of the three controllers, which may coincide.
    V1 {
        memory: PathBuf,
        pids: PathBuf,
        cpuacct: PathBuf,
    },
    /// Version 2: the group below which ours are made.
    V2 { unified: PathBuf },
}

impl Hierarchy {
    /// Finds them on this host.
    pub(crate) fn detect() -> Result<Self, WallError> {
        let table =
            std::fs::read_to_string("/proc/self/mountinfo").map_err(|source| WallError::Step {
                step: "read the mount table",
                source,
            })?;
        let controllers = |unified: &Path| {
            std::fs::read_to_string(unified.join("cgroup.controllers")).unwrap_or_default()
        };
        let found = Self::choose(&table, controllers, delegation::base)?;
        if matches!(found, Self::V1 { .. }) && !rustix::process::geteuid().is_root() {
            return Err(WallError::Missing {
                mechanism: "delegated control group",
                reason: VERSION_1.to_owned(),
            });
        }
        Ok(found)
    }

    /// Version 2 where it has the controllers, else version 1.
    fn choose(
        table: &str,
        controllers: impl Fn(&Path) -> String,
        base: impl Fn(&Path, &str) -> Result<PathBuf, WallError>,
    ) -> Result<Self, WallError> {
        let mounts: Vec<Mount> = table.lines().filter_map(Mount::parse).collect();
        let unified = mounts.iter().find(|mount| mount.kind == "cgroup2");
        if let Some(unified) = unified {
            let offered = controllers(&unified.point);
            let offers = |name: &str| offered.split_whitespace().any(|word| word == name);
            if offers("memory") && offers("pids") {
                return Ok(Self::V2 {
                    unified: base(&unified.point, &unified.root)?,
                });
            }
        }
        let find = |controller: &'static str, mechanism: &'static str| {
            mounts
                .iter()
                .find(|mount| mount.kind == "cgroup" && mount.options.iter().any(|option| option == controller))
                .map(|mount| mount.point.clone())
                .ok_or_else(|| WallError::Missing {
                    mechanism,
                    reason: format!(
                        "no mounted hierarchy has the {controller} controller; on version 2 mount cgroup2 on /sys/fs/cgroup, \
                         on version 1 run: mount -t cgroup -o {controller} cgroup /sys/fs/cgroup/{controller}"
                    ),
                })
        };
        Ok(Self::V1 {
            memory: find("memory", "cgroup memory controller")?,
            pids: find("pids", "cgroup pids controller")?,
            cpuacct: find("cpuacct", "cgroup cpuacct controller")?,
        })
    }

    /// Version 1's other hierarchies, where they are mounted whole.
    pub(crate) fn elsewhere(&self) -> Vec<PathBuf> {
        if matches!(self, Self::V2 { .. }) {
            return Vec::new();
        }
        let ours = self.points();
        let others = mounted().filter(|mount| !ours.contains(&mount.point.as_path()));
        others.map(|mount| mount.point).collect()
    }

    /// Where version 1 keeps sets of processors.
    pub(crate) fn cpuset(&self) -> Option<PathBuf> {
        let is_it = |mount: &Mount| mount.options.iter().any(|option| option == "cpuset");
        mounted().find(is_it).map(|mount| mount.point)
    }

    /// Every different place.
    pub(crate) fn points(&self) -> Vec<&Path> {
        match self {
            Self::V2 { unified } => vec![unified],
            Self::V1 {
                memory,
                pids,
                cpuacct,
            } => {
                let mut points: Vec<&Path> = vec![memory, pids, cpuacct];
                points.sort_unstable();
                points.dedup();
                points
            }
        }
    }
}

/// Hierarchies of version 1.
fn mounted() -> impl Iterator<Item = Mount> {
    let table = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let mounts: Vec<Mount> = table.lines().filter_map(Mount::parse).collect();
    let whole = |mount: &Mount| mount.kind == "cgroup" && mount.root == "/";
    mounts.into_iter().filter(whole)
}

struct Mount {
    /// Which part of the file system is there.
    root: String,
    point: PathBuf,
    kind: String,
    options: Vec<String>,
}

impl Mount {
    /// `31 23 0:28 / /sys/fs/cgroup rw,relatime shared:1 - tmpfs tmpfs rw,mode=755` (proc(5)).
    fn parse(line: &str) -> Option<Self> {
        let (before, after) = line.split_once(" - ")?;
        let mut after = after.split(' ');
        let kind = after.next()?.to_owned();
        let options = after.nth(1)?.split(',').map(str::to_owned).collect();
        let mut before = before.split(' ').skip(3);
        Some(Self {
            root: before.next()?.to_owned(),
            point: PathBuf::from(before.next()?),
            kind,
            options,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HYBRID: &str = "\
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:4 - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw";

    fn at_the_root(point: &Path, root: &str) -> Result<PathBuf, WallError> {
        assert_eq!(root, "/");
        Ok(point.to_owned())
    }

    #[test]
    fn an_empty_version_2_beside_version_1_is_version_1() {
        let found = Hierarchy::choose(HYBRID, |_| String::new(), at_the_root).unwrap();
        assert_eq!(
            found,
            Hierarchy::V1 {
                memory: "/sys/fs/cgroup/memory".into(),
                pids: "/sys/fs/cgroup/pids".into(),
                cpuacct: "/sys/fs/cgroup/cpu,cpuacct".into()
            }
        );
    }

    #[test]
    fn version_2_with_its_controllers_is_preferred() {
        let table = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";
        let controllers = |_: &Path| "cpuset cpu io memory hugetlb pids rdma\n".to_owned();
        let found = Hierarchy::choose(table, controllers, at_the_root).unwrap();
        assert_eq!(
            found,
            Hierarchy::V2 {
                unified: "/sys/fs/cgroup".into()
            }
        );
    }

    #[test]
    fn a_missing_controller_is_named_with_what_mends_it() {
        let table = HYBRID
            .lines()
            .filter(|line| !line.contains("pids"))
            .collect::<Vec<_>>()
            .join("\n");
        let error = Hierarchy::choose(&table, |_| String::new(), at_the_root)
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("cgroup pids controller is not available"),
            "{error}"
        );
        assert!(error.contains("mount -t cgroup -o pids"), "{error}");
    }
}
