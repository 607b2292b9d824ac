//! Whether this host has what the native wall needs: for the wall's own start, and for a person who asks what is missing.

use std::time::Duration;

use runner::protocol::Users;

use crate::link::embedded;
use crate::native::hierarchy::Hierarchy;
use crate::native::users::Mode;
use crate::sandbox::WallError;

/// How long trying out namespaces may take.
const TRIAL: Duration = Duration::from_secs(20);
/// Open files a program may be promised.
const OPEN_FILES: u64 = 4096;

/// One mechanism of the wall, as found on this host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `mode`, `cgroups`, `seccomp`, ...
    pub mechanism: &'static str,
    /// Whether it is there.
    pub ok: bool,
    /// What was found.
    pub detail: String,
    /// What to do when it is missing.
    pub mend: String,
}

/// Looks at every mechanism. Changes nothing. What only shows when a sandbox is built (mounts forbidden by a container) is
/// found by preparing one.
#[must_use]
pub fn probe() -> Vec<Finding> {
    examine(&Mode::detect())
}

fn examine(mode: &Mode) -> Vec<Finding> {
    let mut findings = vec![self::mode(mode), groups()];
    if *mode != Mode::Root {
        findings.push(user_namespaces(mode));
        findings.push(limits());
    }
    findings.extend([seccomp(), namespaces(), landlock(), kernel()]);
    findings
}

/// The first mechanism that is missing, as the wall's refusal.
pub(crate) fn require(mode: &Mode) -> Result<(), WallError> {
    match examine(mode).into_iter().find(|finding| !finding.ok) {
        Some(Finding {
            mechanism,
            detail,
            mend,
            ..
        }) => Err(WallError::Missing {
            mechanism,
            reason: if mend.is_empty() {
                detail
            } else {
                format!("{detail}; {mend}")
            },
        }),
        None => Ok(()),
    }
}

/// As whom the wall works, and what another way would take.
fn mode(mode: &Mode) -> Finding {
    let refusal = mode.refusal();
    let uid = rustix::process::geteuid().as_raw();
    let detail = match (mode, &refusal) {
        (_, Some(refusal)) => format!("without root, with a single user: {refusal}"),
        (Mode::Root, _) => "root; programs run as users of their own. An ordinary user could do, with cgroup v2 delegated to it \
             (Delegate=yes) and subordinate users in /etc/subuid"
            .to_owned(),
        (Mode::Subordinate { first, count, .. }, _) => format!(
            "without root (user {uid}), with subordinate users: programs run as {first} to {}",
            first + (count - 1)
        ),
        (Mode::Single { reason }, _) => format!(
            "without root, with a single user: programs run as the daemon's user {uid} in a user namespace. \
             Users of their own would take: {reason}"
        ),
    };
    Finding {
        mechanism: "mode",
        ok: refusal.is_none(),
        detail,
        mend: "start it without supplementary groups (setpriv --clear-groups), with subordinate users \
               (apt-get install uidmap; usermod --add-subuids 200000-265535 --add-subgids 200000-265535 USER), or as root"
            .to_owned(),
    }
}

fn groups() -> Finding {
    let (ok, detail, mend) = match Hierarchy::detect() {
        Ok(Hierarchy::V1 { memory, .. }) => (
            true,
            format!("version 1, memory at {}", memory.display()),
            "",
        ),
        Ok(Hierarchy::V2 { unified }) => {
            let delegated = if rustix::process::geteuid().is_root() {
                ""
            } else {
                ", delegated"
            };
            (
                true,
                format!("version 2 at {}{delegated}", unified.display()),
                "",
            )
        }
        // These say themselves what mends them.
        Err(error @ WallError::Missing { .. }) => (false, error.to_string(), ""),
        Err(error) => (false, error.to_string(), "mount the hierarchies"),
    };
    Finding {
        mechanism: "cgroups",
        ok,
        detail,
        mend: mend.to_owned(),
    }
}

/// Tried out: there are too many ways to forbid them.
fn user_namespaces(mode: &Mode) -> Finding {
    let args: Vec<String> = match mode.users(1) {
        Users::Subordinate(map) => vec![
            map.newuidmap,
            map.newgidmap,
            map.inside.to_string(),
            map.first_uid.to_string(),
            map.first_gid.to_string(),
            map.count.to_string(),
        ],
        Users::Host | Users::Single => Vec::new(),
    };
    let (ok, detail) = match trial(&args) {
        Ok(complaint) if complaint.is_empty() => (
            true,
            "one was made, with mounts and processes in it".to_owned(),
        ),
        Ok(complaint) => (false, format!("failed to {complaint}")),
        Err(error) => (false, format!("failed to try: {error}")),
    };
    Finding {
        mechanism: "user namespaces",
        ok,
        detail,
        mend: forbidden_by().to_owned(),
    }
}

fn trial(args: &[String]) -> std::io::Result<String> {
    use std::io::Read;
    let (mut ours, theirs) = std::os::unix::net::UnixStream::pair()?;
    ours.set_read_timeout(Some(TRIAL))?;
    let all: Vec<&str> = std::iter::once("trial")
        .chain(args.iter().map(String::as_str))
        .collect();
    let mut child = embedded::spawn(&all, theirs)?;
    let mut said = String::new();
    let heard = ours.read_to_string(&mut said);
    if heard.is_err() {
        let _ = child.kill();
    }
    child.wait()?;
    heard.map(|_| said)
}

/// What of the kernel's settings is in the way.
fn forbidden_by() -> &'static str {
    let is = |path: &str, value: &str| {
        std::fs::read_to_string(path).is_ok_and(|text| text.trim() == value)
    };
    if is("/proc/sys/kernel/unprivileged_userns_clone", "0") {
        "sysctl kernel.unprivileged_userns_clone=1, or run as root"
    } else if is("/proc/sys/user/max_user_namespaces", "0") {
        "sysctl user.max_user_namespaces=10000, or run as root"
    } else if is(
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "1",
    ) {
        "give gavel an AppArmor profile with `userns,` or sysctl kernel.apparmor_restrict_unprivileged_userns=0; or run as root"
    } else {
        "in a service leave out ProtectKernelTunables, ProtectKernelLogs, ProtectProc and RestrictNamespaces, in a container \
         unmask /proc; or run as root"
    }
}

/// Root may raise hard limits for programs; nobody else may, and a program must not get less than its problem promises.
fn limits() -> Finding {
    use rustix::process::{Resource, getrlimit};
    let most = |resource| getrlimit(resource).maximum.unwrap_or(u64::MAX);
    let mut low: Vec<String> = [
        ("CPU", Resource::Cpu),
        ("FSIZE", Resource::Fsize),
        ("STACK", Resource::Stack),
    ]
    .into_iter()
    .filter(|(_, resource)| most(*resource) != u64::MAX)
    .map(|(name, resource)| format!("{name} {}", most(resource)))
    .collect();
    if most(Resource::Nofile) < OPEN_FILES {
        low.push(format!("NOFILE {}", most(Resource::Nofile)));
    }
    Finding {
        mechanism: "resource limits",
        ok: low.is_empty(),
        detail: if low.is_empty() {
            "no hard limit is in the way".to_owned()
        } else {
            format!("hard limits in the way: {}", low.join(", "))
        },
        mend: format!(
            "LimitCPU=, LimitFSIZE= and LimitSTACK=infinity and LimitNOFILE={OPEN_FILES} in the service, or run as root"
        ),
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
        mend: "boot a kernel with CONFIG_SECCOMP_FILTER".to_owned(),
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
        mend: "boot a kernel with CONFIG_NAMESPACES and its parts".to_owned(),
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
        mend: "boot with landlock in the list of security modules: lsm=landlock,... (Linux 5.13 or newer)".to_owned(),
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
        mend: "boot Linux 5.13 or newer (5.19 with control groups of version 2)".to_owned(),
    }
}
