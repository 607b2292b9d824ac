//! User namespaces: how a keeper that is not root becomes able to build a sandbox.
//!
//! With subordinate users (`/etc/subuid`) two set-uid programs of the host write the maps, and programs run as users that are
//! nobody else's. Without, the kernel lets a process map one user only: its own. Programs then share the daemon's user and are
//! kept from what it owns by the other mechanisms: `worker.rs` and `stub.rs` say how. Which form it is the host decides.

use std::io::{Error, Result};
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::Command;

use runner::protocol::{UserMap, Users};

use crate::faults::{Named, Step};
use crate::sys;

/// The longest complaint of a mapping program that is passed on.
const COMPLAINT: usize = 400;

/// Enters a user namespace where one is needed, with every capability inside it. `uid` is the programs' user. This process has
/// to be readable still: the maps are written through its files in `proc`.
pub(crate) fn enter(users: &Users, uid: Option<u32>, proc: &OwnedFd) -> Step<()> {
    match users {
        Users::Host => Ok(()),
        Users::Single => single(uid.unwrap_or(0), proc),
        Users::Subordinate(map) => subordinate(map),
    }
}

fn single(inside: u32, proc: &OwnedFd) -> Step<()> {
    // SAFETY: neither call takes pointers or fails.
    let (uid, gid) = unsafe { (libc::geteuid(), libc::getegid()) };
    sys::unshare(libc::CLONE_NEWUSER).step("make a user namespace")?;
    let write = |path: &str, text: &str| {
        let file = sys::openat(proc.as_raw_fd(), &sys::c(path)?, libc::O_WRONLY, 0)?;
        sys::write_all(file.as_raw_fd(), text.as_bytes())
    };
    // The kernel's condition for a map of groups by an ordinary user.
    write("self/setgroups", "deny").step("give up changing groups")?;
    write("self/uid_map", &format!("{inside} {uid} 1")).step("map our own user")?;
    write("self/gid_map", &format!("{inside} {gid} 1")).step("map our own group")
}

fn subordinate(map: &UserMap) -> Step<()> {
    let (ours, theirs) = sys::stream_pair().step("make the mapper's socket")?;
    let keeper = std::process::id();
    // Forked before, so that it stays in the host's namespace, where the mapping programs have their privileges.
    let mapper = sys::fork().step("fork the mapper")?;
    if mapper == 0 {
        drop(ours);
        let mut byte = [0_u8];
        let begun = sys::read(theirs.as_raw_fd(), &mut byte);
        let complaint = match begun {
            Ok(1) => write_maps(map, keeper).err().unwrap_or_default(),
            _ => "the keeper is gone".to_owned(),
        };
        let _ = sys::write_all(theirs.as_raw_fd(), complaint.as_bytes());
        sys::exit_now(0);
    }
    drop(theirs);
    let made = sys::unshare(libc::CLONE_NEWUSER).step("make a user namespace");
    let complaint = made.and_then(|()| {
        sys::write_all(ours.as_raw_fd(), &[1]).step("ask the mapper")?;
        let mut complaint = [0_u8; COMPLAINT];
        let length = sys::read(ours.as_raw_fd(), &mut complaint).step("hear from the mapper")?;
        Ok(String::from_utf8_lossy(&complaint[..length]).into_owned())
    });
    drop(ours);
    sys::wait(mapper, 0).step("reap the mapper")?;
    match complaint?.trim() {
        "" => Ok(()),
        complaint => {
            Err(Error::other(complaint.to_owned())).step("map the daemon's subordinate users")
        }
    }
}

fn write_maps(map: &UserMap, keeper: u32) -> std::result::Result<(), String> {
    // SAFETY: neither call takes pointers or fails.
    let (uid, gid) = unsafe { (libc::getuid(), libc::getgid()) };
    for (program, own, first) in [
        (&map.newuidmap, uid, map.first_uid),
        (&map.newgidmap, gid, map.first_gid),
    ] {
        let numbers = [keeper, 0, own, 1, map.inside, first, map.count];
        let said = Command::new(program)
            .args(numbers.map(|number| number.to_string()))
            .output()
            .map_err(|error| format!("{program}: {error}"))?;
        if !said.status.success() {
            let stderr = String::from_utf8_lossy(&said.stderr);
            let complaint = format!("{program}: {}", stderr.trim());
            return Err(complaint.chars().take(COMPLAINT / 4).collect());
        }
    }
    Ok(())
}

/// Finds out whether a sandbox could be built here, by doing what an ordinary user is refused first: says nothing if so, else
/// which step failed and why.
pub(crate) fn trial(socket: &OwnedFd, args: &[String]) -> Result<()> {
    let users = match args {
        [newuidmap, newgidmap, numbers @ ..] if numbers.len() == 4 => {
            let number = |at: usize| numbers[at].parse().map_err(Error::other);
            Users::Subordinate(UserMap {
                newuidmap: newuidmap.clone(),
                newgidmap: newgidmap.clone(),
                inside: number(0)?,
                first_uid: number(1)?,
                first_gid: number(2)?,
                count: number(3)?,
            })
        }
        _ => Users::Single,
    };
    if let Err(fault) = attempt(&users) {
        let reason = match fault.errno {
            0 => fault.step,
            errno => format!("{}: {}", fault.step, Error::from_raw_os_error(errno)),
        };
        sys::write_all(socket.as_raw_fd(), reason.as_bytes())?;
    }
    Ok(())
}

fn attempt(users: &Users) -> Step<()> {
    let proc = sys::open("/proc", libc::O_RDONLY | libc::O_DIRECTORY).step("open /proc")?;
    enter(users, Some(0), &proc)?;
    sys::unshare(libc::CLONE_NEWNET).step("make a network namespace")?;
    sys::unshare(libc::CLONE_NEWNS).step("make a mount namespace")?;
    sys::mount("none", "/", "", libc::MS_REC | libc::MS_PRIVATE, "").step("make mounts private")?;
    let others =
        libc::CLONE_NEWPID | libc::CLONE_NEWIPC | libc::CLONE_NEWUTS | libc::CLONE_NEWCGROUP;
    sys::unshare(others).step("make namespaces")?;
    let child = sys::fork().step("fork into them")?;
    if child == 0 {
        let mounted = sys::mount("proc", "/proc", "proc", 0, "hidepid=2,subset=pid");
        let errno = mounted.err().and_then(|error| error.raw_os_error());
        sys::exit_now(errno.unwrap_or(0));
    }
    match sys::wait(child, 0).step("wait for the trial")? {
        Some((_, status, _)) if libc::WIFEXITED(status) && libc::WEXITSTATUS(status) != 0 => {
            Err(Error::from_raw_os_error(libc::WEXITSTATUS(status)))
                .step("mount /proc (is part of the host's covered by other mounts?)")
        }
        _ => Ok(()),
    }?;
    sys::mount("tmpfs", "/", "tmpfs", 0, "").step("mount a file system in memory")
}
