//! Signals that become something else: errors of calls, and descriptors to read.

use std::io::Result;
use std::os::fd::OwnedFd;

use super::{check, owned};

/// Writing to a pipe nobody reads is an error from now on, not a death. Children inherit the blocked signal.
pub(crate) fn outlive_readers() -> Result<()> {
    // SAFETY: `sigset_t` is plain data for which zero is valid; the calls fill it in and read it.
    unsafe {
        let mut signals: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut signals);
        libc::sigaddset(&raw mut signals, libc::SIGPIPE);
        check(libc::sigprocmask(
            libc::SIG_BLOCK,
            &raw const signals,
            std::ptr::null_mut(),
        ))
        .map(drop)
    }
}

/// From now on the end of a child is told by the descriptor instead of a signal. Children inherit the blocked signal.
pub(crate) fn watch_children() -> Result<OwnedFd> {
    // SAFETY: `sigset_t` is plain data for which zero is valid; the calls fill it in and read it.
    unsafe {
        let mut signals: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut signals);
        libc::sigaddset(&raw mut signals, libc::SIGCHLD);
        check(libc::sigprocmask(
            libc::SIG_BLOCK,
            &raw const signals,
            std::ptr::null_mut(),
        ))?;
        owned(libc::signalfd(
            -1,
            &raw const signals,
            libc::SFD_CLOEXEC | libc::SFD_NONBLOCK,
        ))
    }
}
