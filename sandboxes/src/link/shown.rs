//! A file of the host as a mount of its own that is in no tree yet, read-only: what the runner shows inside a sandbox in place
//! of a copy, so that a testcase of half a gigabyte costs no memory.

use std::io::{Error, Result};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

const OPEN_TREE_CLONE: libc::c_long = 1;
const MOUNT_ATTR_RDONLY: u64 = 1;
const MOUNT_ATTR_NOSUID: u64 = 2;
const MOUNT_ATTR_NODEV: u64 = 4;
const MOUNT_ATTR_NOEXEC: u64 = 8;

#[repr(C)]
struct MountAttributes {
    set: u64,
    clear: u64,
    propagation: u64,
    user_namespace: u64,
}

/// A detached mount of `file`; gone when its descriptor is closed and no tree has taken it. Linux 5.12.
pub(crate) fn detached(file: BorrowedFd<'_>) -> Result<OwnedFd> {
    let flags = OPEN_TREE_CLONE
        | libc::c_long::from(libc::O_CLOEXEC)
        | libc::c_long::from(libc::AT_EMPTY_PATH);
    // SAFETY: the path is NUL-terminated and lives until the call returns.
    let tree = unsafe { libc::syscall(libc::SYS_open_tree, file.as_raw_fd(), c"".as_ptr(), flags) };
    let tree = i32::try_from(tree).unwrap_or(-1);
    if tree < 0 {
        return Err(Error::last_os_error());
    }
    // SAFETY: the kernel has just made it for us.
    let tree = unsafe { OwnedFd::from_raw_fd(tree) };
    let attributes = MountAttributes {
        set: MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
        clear: 0,
        propagation: 0,
        user_namespace: 0,
    };
    // SAFETY: path and attributes live until the call returns; the size is that of the attributes.
    let set = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            tree.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_EMPTY_PATH,
            &raw const attributes,
            size_of::<MountAttributes>(),
        )
    };
    if set < 0 {
        return Err(Error::last_os_error());
    }
    Ok(tree)
}
