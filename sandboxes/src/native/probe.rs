//! Whether this host has what the native wall needs: for the wall's own start, and for a person who asks what is missing.

use crate::native::hierarchy::Hierarchy;
use crate::sandbox::WallError;

/// One mechanism of the wall, as found on this host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `root`, `cgroups`, `seccomp`, ...
    pub mechanism: &'static str,
    /// Whether it is there.
    pub ok: bool,
    /// What was found.
    pub detail: String,
    /// What to do when it is missing.
    pub mend: &'static str,
}

/// Looks at every mechanism. Changes nothing. What only shows when a sandbox is built (mounts forbidden by a container) is
/// found by preparing one.
#[must_use]
pub fn probe() -> Vec<Finding> {
    vec![
        root(),
        groups(),
        seccomp(),
        namespaces(),
        landlock(),
        kernel(),
    ]
}

/// The first mechanism that is missing, as the wall's refusal.
pub(crate) fn require() -> Result<(), WallError> {
    match probe().into_iter().find(|finding| !finding.ok) {
        Some(Finding {
            mechanism,
            detail,
            mend,
            ..
        }) => Err(WallError::Missing {
            mechanism,
            reason: format!("{detail}; {mend}"),
        }),
        None => Ok(()),
    }
}

fn root() -> Finding {
    let uid = rustix::process::geteuid();
    Finding {
        mechanism: "root",
        ok: uid.is_root(),
        detail: format!("running as user {}", uid.as_raw()),
        mend: "run as root: namespaces, mounts and control groups need it (programs never run as root)",
    }
}

fn groups() -> Finding {
    let (ok, detail) = match Hierarchy::detect() {
        Ok(Hierarchy::V1 { memory, .. }) => {
            (true, format!("version 1, memory at {}", memory.display()))
        }
        Ok(Hierarchy::V2 { unified }) => {
            // Linux 5.19; seen in a group that is not the root, so ask for the kernel's word about the root's children.
            (true, format!("version 2 at {}", unified.display()))
        }
        Err(error) => (false, error.to_string()),
    };
    Finding {
        mechanism: "cgroups",
        ok,
        detail,
        mend: "mount the hierarchies; needs Linux 5.19 with version 2",
    }
}

fn seccomp() -> Finding {
    let actions =
        std::fs::read_to_string("/proc/sys/kernel/seccomp/actions_avail").unwrap_or_default();
    let ok = ["kill_process", "errno"]
        .iter()
        .all(|action| actions.split_whitespace().any(|word| word == *action));
    Finding {
        mechanism: "seccomp",
        ok,
        detail: if ok {
            "filters with kill_process".to_owned()
        } else {
            format!("offers only {actions:?}")
        },
        mend: "boot a kernel with CONFIG_SECCOMP_FILTER",
    }
}

fn namespaces() -> Finding {
    let missing: Vec<&str> = ["cgroup", "ipc", "mnt", "net", "pid", "uts"]
        .into_iter()
        .filter(|name| !std::path::Path::new("/proc/self/ns").join(name).exists())
        .collect();
    Finding {
        mechanism: "namespaces",
        ok: missing.is_empty(),
        detail: if missing.is_empty() {
            "cgroup ipc mnt net pid uts".to_owned()
        } else {
            format!("no {}", missing.join(", "))
        },
        mend: "boot a kernel with CONFIG_NAMESPACES and its parts",
    }
}

fn landlock() -> Finding {
    const CREATE_RULESET: libc::c_long = 444;
    const ASK_VERSION: libc::c_uint = 1;
    // SAFETY: asking for the version takes no pointers.
    let version =
        unsafe { libc::syscall(CREATE_RULESET, std::ptr::null::<u8>(), 0_usize, ASK_VERSION) };
    Finding {
        mechanism: "landlock",
        ok: version >= 1,
        detail: if version >= 1 {
            format!("version {version}")
        } else {
            "not offered".to_owned()
        },
        mend: "boot with landlock in the list of security modules: lsm=landlock,... (Linux 5.13 or newer)",
    }
}

fn kernel() -> Finding {
    let name = rustix::system::uname();
    let release = name.release().to_string_lossy().into_owned();
    let mut parts = release
        .split(['.', '-'])
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let version = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    Finding {
        mechanism: "kernel",
        ok: version >= (5, 13),
        detail: format!("Linux {release}"),
        mend: "boot Linux 5.13 or newer (5.19 with control groups of version 2)",
    }
}
