//! As whom programs run, decided once when the wall is made: as users of their own (the daemon is root, or has subordinate
//! users), or as the daemon's own user, in a user namespace that has no other.

use std::path::{Path, PathBuf};

use runner::protocol::{UserMap, Users};

use crate::sandbox::WallError;

/// Fewer subordinate users than this are not worth two set-uid programs; there is one per slot.
const FEWEST: u32 = 64;
/// More than there will be slots.
const MOST: u32 = 4096;

/// How the wall gets users for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The daemon is root and takes the users it likes.
    Root,
    /// An ordinary user with subordinate users: each slot has one.
    Subordinate {
        /// Where the range begins on the host.
        first: u32,
        /// How many.
        count: u32,
        #[doc(hidden)]
        mapping: Mapping,
    },
    /// An ordinary user without: programs run as the daemon's user, in a namespace.
    Single {
        /// Why there are no subordinate users, and what would mend it.
        reason: String,
    },
}

/// The rest of what it takes to map subordinate users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    newuidmap: PathBuf,
    newgidmap: PathBuf,
    first_gid: u32,
}

/// What the decision rests on.
#[derive(Clone, Default)]
struct Facts {
    uid: u32,
    gid: u32,
    passwd: String,
    subuid: String,
    subgid: String,
    newuidmap: Option<PathBuf>,
    newgidmap: Option<PathBuf>,
    no_new_privileges: bool,
    groups: Vec<u32>,
}

impl Facts {
    fn gather() -> Self {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let program = |name: &str| {
            ["/usr/bin", "/bin", "/usr/local/bin", "/run/wrappers/bin"]
                .iter()
                .map(|dir| Path::new(dir).join(name))
                .find(|path| path.is_file())
        };
        let groups = rustix::process::getgroups().unwrap_or_default();
        Self {
            uid: rustix::process::geteuid().as_raw(),
            gid: rustix::process::getegid().as_raw(),
            passwd: read("/etc/passwd"),
            subuid: read("/etc/subuid"),
            subgid: read("/etc/subgid"),
            newuidmap: program("newuidmap"),
            newgidmap: program("newgidmap"),
            no_new_privileges: rustix::thread::no_new_privs().unwrap_or(false),
            groups: groups
                .into_iter()
                .map(rustix::process::Gid::as_raw)
                .collect(),
        }
    }
}

impl Mode {
    /// The best this process can have. The single user is never chosen for a form that is there but does not work.
    #[must_use]
    pub fn detect() -> Self {
        Self::choose(&Facts::gather())
    }

    fn choose(facts: &Facts) -> Self {
        if facts.uid == 0 {
            return Self::Root;
        }
        match subordinate(facts) {
            Ok(mode) => mode,
            Err(reason) => Self::Single { reason },
        }
    }

    /// What cannot be done in this mode with this process as it is.
    pub(super) fn refusal(&self) -> Option<String> {
        match self {
            Self::Single { .. } => groups_in_the_way(&Facts::gather()),
            Self::Root | Self::Subordinate { .. } => None,
        }
    }

    /// In the runner's words; users inside begin at `inside`.
    pub(super) fn users(&self, inside: u32) -> Users {
        match self {
            Self::Root => Users::Host,
            Self::Single { .. } => Users::Single,
            Self::Subordinate {
                first,
                count,
                mapping,
            } => Users::Subordinate(UserMap {
                newuidmap: mapping.newuidmap.display().to_string(),
                newgidmap: mapping.newgidmap.display().to_string(),
                inside,
                first_uid: *first,
                first_gid: mapping.first_gid,
                count: *count,
            }),
        }
    }

    /// Whether a slot of this number can have a user.
    pub(super) fn has_slot(&self, index: u32) -> Result<(), WallError> {
        match self {
            Self::Subordinate { count, .. } if index >= *count => Err(WallError::Missing {
                mechanism: "subordinate user",
                reason: format!(
                    "slot {index} needs one and there are {count}; give the daemon's user more in /etc/subuid"
                ),
            }),
            _ => Ok(()),
        }
    }
}

fn subordinate(facts: &Facts) -> Result<Mode, String> {
    let Some(name) = user_name(facts) else {
        return Err(format!("user {} has no name in /etc/passwd", facts.uid));
    };
    let (Some(newuidmap), Some(newgidmap)) = (&facts.newuidmap, &facts.newgidmap) else {
        return Err("newuidmap and newgidmap are not installed: apt-get install uidmap".to_owned());
    };
    if facts.no_new_privileges {
        return Err("no_new_privs is set, which keeps newuidmap from its privileges: NoNewPrivileges=no and none of the \
                    options that imply it".to_owned());
    }
    let range = |text: &str, file: &str| {
        widest(text, &name, facts.uid).ok_or_else(|| {
            format!(
                "{file} gives {name} fewer than {FEWEST}: \
                 usermod --add-subuids 200000-265535 --add-subgids 200000-265535 {name}"
            )
        })
    };
    let (first, users) = range(&facts.subuid, "/etc/subuid")?;
    let (first_gid, groups) = range(&facts.subgid, "/etc/subgid")?;
    Ok(Mode::Subordinate {
        first,
        count: users.min(groups).min(MOST),
        mapping: Mapping {
            newuidmap: newuidmap.clone(),
            newgidmap: newgidmap.clone(),
            first_gid,
        },
    })
}

fn user_name(facts: &Facts) -> Option<String> {
    let uid = facts.uid.to_string();
    let line = facts
        .passwd
        .lines()
        .find(|line| line.split(':').nth(2) == Some(uid.as_str()))?;
    line.split(':').next().map(str::to_owned)
}

/// `name:first:count` or `uid:first:count` (subuid(5)): the widest range that is wide enough.
fn widest(text: &str, name: &str, uid: u32) -> Option<(u32, u32)> {
    let uid = uid.to_string();
    text.lines()
        .filter_map(|line| {
            let mut fields = line.trim().split(':');
            let who = fields.next()?;
            let first = fields.next()?.parse().ok()?;
            let count = fields.next()?.parse().ok()?;
            (who == name || who == uid).then_some((first, count))
        })
        .filter(|(_, count)| *count >= FEWEST)
        .max_by_key(|(_, count)| *count)
}

/// With a single user nobody may drop groups, so programs would keep the daemon's.
fn groups_in_the_way(facts: &Facts) -> Option<String> {
    let others: Vec<String> = facts
        .groups
        .iter()
        .filter(|group| **group != facts.gid)
        .map(u32::to_string)
        .collect();
    (!others.is_empty()).then(|| {
        format!(
            "the daemon is in other groups ({}), and programs that run as its user would be too",
            others.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> Facts {
        Facts {
            uid: 990,
            gid: 990,
            passwd: "root:x:0:0::/root:/bin/sh\ngavel:x:990:990::/var/lib/gavel:/bin/sh\n"
                .to_owned(),
            subuid: "other:100000:65536\ngavel:165536:65536\n".to_owned(),
            subgid: "990:165600:1000\n".to_owned(),
            newuidmap: Some("/usr/bin/newuidmap".into()),
            newgidmap: Some("/usr/bin/newgidmap".into()),
            ..Facts::default()
        }
    }

    /// The reason why there are no subordinate users.
    fn reason(change: impl FnOnce(&mut Facts)) -> String {
        let mut facts = usual();
        change(&mut facts);
        match Mode::choose(&facts) {
            Mode::Single { reason } => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn root_needs_nothing_else() {
        let facts = Facts { uid: 0, ..usual() };
        assert_eq!(Mode::choose(&facts), Mode::Root);
        assert_eq!(Mode::Root.users(70_000), Users::Host);
    }

    #[test]
    fn subordinate_users_are_preferred() {
        let mode = Mode::choose(&usual());
        let expected = UserMap {
            newuidmap: "/usr/bin/newuidmap".to_owned(),
            newgidmap: "/usr/bin/newgidmap".to_owned(),
            inside: 70_000,
            first_uid: 165_536,
            first_gid: 165_600,
            count: 1000,
        };
        assert_eq!(mode.users(70_000), Users::Subordinate(expected));
        assert!(mode.has_slot(999).is_ok());
        let error = mode.has_slot(1000).unwrap_err().to_string();
        assert!(error.contains("/etc/subuid"), "{error}");
    }

    #[test]
    fn without_them_the_reason_says_what_is_missing() {
        assert!(reason(|facts| facts.newgidmap = None).contains("apt-get install uidmap"));
        assert!(reason(|facts| facts.no_new_privileges = true).contains("NoNewPrivileges"));
        assert!(reason(|facts| facts.subgid.clear()).contains("/etc/subgid gives gavel fewer"));
        let few = "gavel:165536:63\ngavel:7:x\n:\n".to_owned();
        assert!(reason(|facts| facts.subuid = few).contains("usermod --add-subuids"));
        assert!(reason(|facts| facts.passwd.clear()).contains("no name in /etc/passwd"));
    }

    #[test]
    fn a_single_user_has_no_groups_beside_its_own() {
        let with = |groups: &[u32]| {
            groups_in_the_way(&Facts {
                groups: groups.to_vec(),
                ..usual()
            })
        };
        assert_eq!(with(&[]), None);
        assert_eq!(with(&[990]), None);
        assert!(with(&[990, 27]).unwrap().contains("(27)"));
    }
}
