//! Where in a hierarchy of version 2 this process may make groups: at the root when it is root, else below the group that
//! somebody (systemd with `Delegate=yes`) has handed to its user.
//!
//! A group with controllers for its children may hold no processes itself, so a daemon in a delegated group moves aside, into
//! [`ASIDE`] below it; one that starts there (because another of us has moved them both) works beside it.

use std::path::{Path, PathBuf};

use rustix::fs::Access;

use crate::sandbox::WallError;

/// The group this process's own processes move to.
pub(super) const ASIDE: &str = "gavel-host";

/// What the decision rests on.
struct Facts<'a> {
    /// Where the hierarchy is mounted, and which of its groups is there.
    point: &'a Path,
    root: &'a str,
    /// `/proc/self/cgroup`.
    own: &'a str,
    is_root: bool,
}

/// The group below which this daemon makes its own.
pub(super) fn base(point: &Path, root: &str) -> Result<PathBuf, WallError> {
    let own = std::fs::read_to_string("/proc/self/cgroup").map_err(|source| WallError::Step {
        step: "read this process's control groups",
        source,
    })?;
    let facts = Facts {
        point,
        root,
        own: &own,
        is_root: rustix::process::geteuid().is_root(),
    };
    choose(&facts, is_delegated, is_ours)
}

/// systemd marks what it has handed over.
fn is_delegated(group: &Path) -> bool {
    ["user.delegate", "trusted.delegate"].iter().any(|name| {
        let mut value = [0_u8; 8];
        let length = rustix::fs::getxattr(group, *name, &mut value);
        length.is_ok_and(|length| value[..length] == *b"1")
    })
}

/// Whether this user may make groups there, move processes and hand controllers down; why not.
fn is_ours(group: &Path) -> Result<(), String> {
    for name in [".", "cgroup.procs", "cgroup.subtree_control"] {
        rustix::fs::access(group.join(name), Access::WRITE_OK)
            .map_err(|error| format!("{name} cannot be written ({error})"))?;
    }
    let offered = std::fs::read_to_string(group.join("cgroup.controllers")).unwrap_or_default();
    for controller in ["memory", "pids"] {
        if !offered.split_whitespace().any(|word| word == controller) {
            return Err(format!("it has no {controller} controller"));
        }
    }
    Ok(())
}

fn choose(
    facts: &Facts<'_>,
    delegated: impl Fn(&Path) -> bool,
    ours: impl Fn(&Path) -> Result<(), String>,
) -> Result<PathBuf, WallError> {
    let own = own_group(facts);
    if facts.is_root {
        let own = own.filter(|own| own != facts.point && delegated(own));
        return Ok(own.unwrap_or_else(|| facts.point.to_owned()));
    }
    let missing = |reason: String| WallError::Missing {
        mechanism: "delegated control group",
        reason: format!("{reason}; {DELEGATE}"),
    };
    let own = own.ok_or_else(|| {
        missing("this process's own group is not in the mounted hierarchy".to_owned())
    })?;
    match ours(&own) {
        Ok(()) => Ok(own),
        Err(reason) => Err(missing(format!(
            "{} is not delegated to this user: {reason}",
            own.display()
        ))),
    }
}

/// What mends it.
pub(super) const DELEGATE: &str = "run it as a systemd service with Delegate=yes (deploy/systemd/gavel.service), try it out with: \
     systemd-run --user --scope -p Delegate=yes gavel ..., or run it as root";

/// This process's group, or the one above when it has moved aside.
fn own_group(facts: &Facts<'_>) -> Option<PathBuf> {
    let path = facts
        .own
        .lines()
        .find_map(|line| line.strip_prefix("0::"))?;
    let path = Path::new(path);
    let path = match path.file_name() {
        Some(name) if name == ASIDE => path.parent()?,
        _ => path,
    };
    let below = path.strip_prefix(facts.root).ok()?;
    // Joining nothing would add a slash.
    Some(if below.as_os_str().is_empty() {
        facts.point.to_owned()
    } else {
        facts.point.join(below)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: &str = "/sys/fs/cgroup";
    const SERVICE: &str = "0::/system.slice/gavel.service\n";

    fn check(own: &str, root: &str, is_root: bool, usable: bool) -> Result<String, String> {
        let facts = Facts {
            point: Path::new(POINT),
            root,
            own,
            is_root,
        };
        let ours = |_: &Path| match usable {
            true => Ok(()),
            false => Err("it has no pids controller".to_owned()),
        };
        match choose(&facts, |_| usable, ours) {
            Ok(path) => Ok(path.to_str().unwrap().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn at(path: &str) -> Result<String, String> {
        Ok(format!("{POINT}{path}"))
    }

    #[test]
    fn a_user_works_in_the_group_that_is_his() {
        let unit = "/system.slice/gavel.service";
        assert_eq!(check(SERVICE, "/", false, true), at(unit));
        let aside = format!("0::{unit}/gavel-host\n");
        assert_eq!(check(&aside, "/", false, true), at(unit));
        // In a container with a view of its own.
        assert_eq!(check("0::/\n", "/", false, true), at(""));
        assert_eq!(check("0::/gavel-host\n", "/", false, true), at(""));
        // A part of the hierarchy mounted by itself.
        assert_eq!(
            check(SERVICE, "/system.slice", false, true),
            at("/gavel.service")
        );
    }

    #[test]
    fn a_group_of_others_is_refused_with_what_mends_it() {
        let error = check(SERVICE, "/", false, false).unwrap_err();
        assert!(
            error.starts_with("delegated control group is not available"),
            "{error}"
        );
        assert!(
            error
                .contains("gavel.service is not delegated to this user: it has no pids controller"),
            "{error}"
        );
        assert!(error.contains("Delegate=yes"), "{error}");
        let outside = check("0::/elsewhere\n", "/system.slice", false, true).unwrap_err();
        assert!(
            outside.contains("not in the mounted hierarchy"),
            "{outside}"
        );
        let mixed = check("2:memory:/x\n", "/", false, true).unwrap_err();
        assert!(mixed.contains("not in the mounted hierarchy"), "{mixed}");
    }

    #[test]
    fn root_works_at_the_root_unless_its_service_has_a_group_of_its_own() {
        assert_eq!(check(SERVICE, "/", true, false), at(""));
        assert_eq!(
            check(SERVICE, "/", true, true),
            at("/system.slice/gavel.service")
        );
        assert_eq!(check("0::/\n", "/", true, true), at(""));
    }
}
