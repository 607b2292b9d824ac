//! Landlock: a third lock that does not depend on mounts or filters. It forbids device nodes and device controls everywhere,
//! TCP, and abstract Unix sockets and signals that leave the sandbox; it also freezes the mount tree for whoever carries it.
//!
//! What a kernel does not know yet is left out; the other locks hold it. A kernel without Landlock is reported by the host.

use std::io::{Error, Result};

const CREATE_RULESET: libc::c_long = 444;
const RESTRICT_SELF: libc::c_long = 446;

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

/// Restricts this process and all it will start. For good. Nothing is allowed back by rules: no program may do these things.
pub(crate) fn load() -> Result<()> {
    let version = version();
    if version < 1 {
        return Ok(());
    }
    let ruleset = Ruleset {
        files: MAKE_CHAR | MAKE_BLOCK | if version >= 5 { IOCTL_DEVICE } else { 0 },
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
    let fd = crate::sys::owned(libc::c_int::try_from(fd).unwrap_or(-1))?;
    // SAFETY: no pointers.
    let result =
        unsafe { libc::syscall(RESTRICT_SELF, std::os::fd::AsRawFd::as_raw_fd(&fd), 0_u32) };
    if result == 0 {
        Ok(())
    } else {
        Err(Error::last_os_error())
    }
}
