//! Signals that become something else: errors of calls, and descriptors to read.

use std::io::Result;
use std::os::fd::OwnedFd;
use std::time::Duration;

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

/// Waits for the end of a child, whose signal is blocked; says whether one ended (or somebody else of its kind was told).
pub(crate) fn child_dies_within(time: Duration) -> Result<bool> {
    let time = libc::timespec {
        tv_sec: libc::time_t::try_from(time.as_secs()).unwrap_or(libc::time_t::MAX),
        tv_nsec: libc::c_long::from(time.subsec_nanos().cast_signed()),
    };
    // SAFETY: `sigset_t` is plain data for which zero is valid; the set and the time live until the call returns.
    let signal = unsafe {
        let mut signals: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut signals);
        libc::sigaddset(&raw mut signals, libc::SIGCHLD);
        libc::sigtimedwait(&raw const signals, std::ptr::null_mut(), &raw const time)
    };
    match check(signal) {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.raw_os_error(), Some(libc::EAGAIN | libc::EINTR)) => Ok(false),
        Err(error) => Err(error),
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
