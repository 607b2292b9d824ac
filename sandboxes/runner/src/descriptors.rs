//! The descriptors that a program is born with: its standard streams and, until it is executed, its file.
//!
//! They are laid out in this process, whose own standard streams are nothing. The child shares our table until it has a copy of
//! these first ones alone: copying everything that is open here and closing it again costs a tenth of what a run costs beyond
//! its program. **Invariant:** whatever else is open here is closed when a program is executed, if it was in its table at all.

use std::io::Result;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use crate::spawn::{Launch, Program};
use crate::sys;

/// Where a program's file is when it is executed.
pub(crate) const PROGRAM: RawFd = 3;
/// The first that no program is born with.
const OTHERS: libc::c_uint = 4;

/// The kernel copies tables in pieces of this many (`BITS_PER_LONG`).
const PIECE: libc::c_int = 64;

/// Moves what stays open beyond the piece of the table that every program is born with.
pub(crate) fn aside(file: OwnedFd) -> Result<OwnedFd> {
    if file.as_raw_fd() >= PIECE {
        return Ok(file);
    }
    // SAFETY: no pointers.
    sys::owned(unsafe { libc::fcntl(file.as_raw_fd(), libc::F_DUPFD_CLOEXEC, PIECE) })
}

/// Takes [`PROGRAM`] before anything else is open.
pub(crate) fn reserve() -> Result<()> {
    let nothing = sys::memfd(c"gavel-nothing", 0)?;
    connect(nothing.as_raw_fd(), PROGRAM)?;
    if nothing.as_raw_fd() == PROGRAM {
        std::mem::forget(nothing);
    }
    Ok(())
}

/// `from` at the number `to` as well; closed there when a program is executed unless `to` is a standard stream.
fn connect(from: RawFd, to: RawFd) -> Result<()> {
    if from == to {
        return Ok(());
    }
    let flags = if to < PROGRAM { 0 } else { libc::O_CLOEXEC };
    // SAFETY: no pointers. What was at `to` is one of the numbers that belong to this module.
    sys::check(unsafe { libc::dup3(from, to, flags) }).map(drop)
}

/// How a child comes to a table of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parting {
    /// It shares ours until it copies the first descriptors.
    Sharing,
    /// It is born with a copy of everything. gVisor's kernel knows nothing else.
    Copying,
}

impl Parting {
    /// What the kernel can do: tried on descriptors that nobody has.
    pub(crate) fn possible() -> Self {
        if part(libc::c_uint::MAX, libc::CLOSE_RANGE_UNSHARE).is_ok() {
            Self::Sharing
        } else {
            Self::Copying
        }
    }

    /// What `clone` is to be told.
    pub(crate) fn flag(self) -> libc::c_int {
        match self {
            Self::Sharing => libc::CLONE_FILES,
            Self::Copying => 0,
        }
    }

    /// In the child: nothing but what it is born with. Everything else is opened to be closed on execution anyway, so where the
    /// kernel knows no such call that is the only lock.
    pub(crate) fn part(self) -> Result<()> {
        match self {
            Self::Sharing => part(OTHERS, libc::CLOSE_RANGE_UNSHARE),
            Self::Copying => match part(OTHERS, libc::CLOSE_RANGE_CLOEXEC) {
                Err(error) if error.raw_os_error() == Some(libc::EINVAL) => Ok(()),
                other => other,
            },
        }
    }
}

fn part(first: libc::c_uint, flags: libc::c_uint) -> Result<()> {
    // SAFETY: no pointers.
    let closed = unsafe { libc::syscall(libc::SYS_close_range, first, libc::c_uint::MAX, flags) };
    sys::check_long(closed).map(drop)
}

/// Puts a program's descriptors in their places.
pub(crate) fn lay_out(launch: &Launch) -> Result<()> {
    connect(launch.stdin, 0)?;
    connect(launch.stdout, 1)?;
    connect(launch.stderr, 2)?;
    match launch.program {
        Program::Descriptor(file) => connect(file, PROGRAM),
        Program::Path(_) => Ok(()),
    }
}

/// Lets go of the streams of a program that has its own by now, where somebody waits for their end.
pub(crate) fn let_go(null: &OwnedFd) -> Result<()> {
    connect(null.as_raw_fd(), 0)?;
    connect(null.as_raw_fd(), 1)
}
