//! Landlock: a third lock that does not depend on mounts or filters. It forbids device nodes and device controls everywhere,
//! TCP, and abstract Unix sockets and signals that leave the sandbox; it also freezes the mount tree for whoever carries it. Where
//! an engine leaves `/proc` writable, that is forbidden too.
//!
//! What a kernel does not know yet is left out; the other locks hold it. A kernel without Landlock is reported by the host.

use std::io::{Error, Result};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use crate::sys;

const CREATE_RULESET: libc::c_long = 444;
const ADD_RULE: libc::c_long = 445;
const RULE_BENEATH: libc::c_int = 1;
const RESTRICT_SELF: libc::c_long = 446;

const EXECUTE: u64 = 1 << 0;
const WRITE_FILE: u64 = 1 << 1;
const READ_FILE: u64 = 1 << 2;
const READ_DIRECTORY: u64 = 1 << 3;
const ALL_OF_VERSION_1: u64 = (1 << 13) - 1;
const MAKE_CHAR: u64 = 1 << 6;
const MAKE_BLOCK: u64 = 1 << 11;
const IOCTL_DEVICE: u64 = 1 << 15; // since version 5
const BIND_TCP: u64 = 1 << 0; // since version 4
const CONNECT_TCP: u64 = 1 << 1; // since version 4
const SCOPE_ABSTRACT_UNIX: u64 = 1 << 0; // since version 6
const SCOPE_SIGNAL: u64 = 1 << 1; // since version 6

#[repr(C)]
struct Ruleset {
    files: u64,
    network: u64,
    scoped: u64,
}

/// The version this kernel offers, 0 if none.
fn version() -> libc::c_long {
    // SAFETY: asking for the version takes no pointers.
    unsafe { libc::syscall(CREATE_RULESET, std::ptr::null::<Ruleset>(), 0_usize, 1_u32) }.max(0)
}

/// Whether [`load`] keeps abstract Unix sockets inside the sandbox.
pub(crate) fn scopes_sockets() -> bool {
    version() >= 6
}

/// Restricts this process and all it will start. For good. Nothing is allowed back by rules, because no program may do these
/// things; except that with `proc_is_writable` files are opened for writing everywhere but below `/proc`.
pub(crate) fn load(proc_is_writable: bool) -> Result<()> {
    let version = version();
    if version < 1 {
        return Ok(());
    }
    let devices = if version >= 5 { IOCTL_DEVICE } else { 0 };
    let writing = if proc_is_writable { WRITE_FILE } else { 0 };
    let ruleset = Ruleset {
        files: MAKE_CHAR | MAKE_BLOCK | devices | writing,
        network: if version >= 4 {
            BIND_TCP | CONNECT_TCP
        } else {
            0
        },
        scoped: if version >= 6 {
            SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL
        } else {
            0
        },
    };
    let size = if version >= 6 {
        size_of::<Ruleset>()
    } else if version >= 4 {
        16
    } else {
        8
    };
    // SAFETY: the pointer is to at least `size` bytes laid out as the kernel's attribute.
    let fd = unsafe { libc::syscall(CREATE_RULESET, &raw const ruleset, size, 0_u32) };
    let fd = sys::owned(libc::c_int::try_from(fd).unwrap_or(-1))?;
    if proc_is_writable {
        for entry in std::fs::read_dir("/")? {
            let entry = entry?;
            if entry.file_name() != "proc" && !entry.file_type()?.is_symlink() {
                let path = entry.path();
                allow(&fd, &path.to_string_lossy(), WRITE_FILE)?;
            }
        }
    }
    restrict(&fd)
}

fn restrict(ruleset: &OwnedFd) -> Result<()> {
    // SAFETY: no pointers.
    let result = unsafe { libc::syscall(RESTRICT_SELF, ruleset.as_raw_fd(), 0_u32) };
    if result == 0 {
        Ok(())
    } else {
        Err(Error::last_os_error())
    }
}

/// From now on this process and all it will start opens nothing by name but what is at or below these paths: `readable` ones to read
/// and execute, `writable` ones to read and write. What is open already, and memory files, are not concerned. Paths that are not
/// there are left out. Needs Linux 5.13.
pub(crate) fn show_only(readable: &[&str], writable: &[&str]) -> Result<()> {
    let everything = Ruleset {
        files: ALL_OF_VERSION_1,
        network: 0,
        scoped: 0,
    };
    // SAFETY: the first eight bytes are the attribute's first field, and all of it that version 1 knows.
    let fd = unsafe { libc::syscall(CREATE_RULESET, &raw const everything, 8_usize, 0_u32) };
    let ruleset = sys::owned(libc::c_int::try_from(fd).unwrap_or(-1))?;
    let readable = readable
        .iter()
        .map(|path| (*path, EXECUTE | READ_FILE | READ_DIRECTORY));
    let writable = writable.iter().map(|path| (*path, READ_FILE | WRITE_FILE));
    for (path, allowed) in readable.chain(writable) {
        allow(&ruleset, path, allowed)?;
    }
    restrict(&ruleset)
}

/// Allows this at and below a path, if there is one.
fn allow(ruleset: &OwnedFd, path: &str, mut allowed: u64) -> Result<()> {
    #[repr(C, packed)]
    struct PathBeneath {
        allowed: u64,
        parent: RawFd,
    }
    let Ok(parent) = sys::open(path, libc::O_PATH) else {
        return Ok(());
    };
    if sys::fstat(parent.as_raw_fd())?.st_mode & libc::S_IFMT != libc::S_IFDIR {
        allowed &= !READ_DIRECTORY;
    }
    let rule = PathBeneath {
        allowed,
        parent: parent.as_raw_fd(),
    };
    // SAFETY: the rule is laid out as the kernel's attribute of a rule beneath a path, and lives until the call returns.
    let added = unsafe {
        libc::syscall(
            ADD_RULE,
            ruleset.as_raw_fd(),
            RULE_BENEATH,
            &raw const rule,
            0_u32,
        )
    };
    sys::check_long(added)?;
    Ok(())
}
