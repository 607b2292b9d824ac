//! Sockets that outlive the processes that had them: those in flight within each other, which the kernel collects only when
//! some local socket is closed. Until then their names are taken, and a listening one still listens.
//!
//! The network namespace is the slot's, so the count may change for other reasons: a number that stays is taken for the new normal.

use std::io::{Error, Result};
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::Duration;

use crate::descriptors::aside;
use crate::sys;

/// How often, and how long in between, the kernel's collector is given time.
const LOOKS: u32 = 50;
const BETWEEN_LOOKS: Duration = Duration::from_micros(200);

/// The sockets of this process's network namespace.
pub(crate) struct Sockets {
    counts: OwnedFd,
    usual: u64,
}

impl Sockets {
    /// Counts those that are there before any program is; `proc` is the host's `/proc`.
    pub(crate) fn count_from(proc: &OwnedFd) -> Result<Self> {
        let path = c"thread-self/net/sockstat";
        let counts = aside(sys::openat(proc.as_raw_fd(), path, libc::O_RDONLY, 0)?)?;
        let mut sockets = Self { counts, usual: 0 };
        sockets.usual = sockets.now()?;
        Ok(sockets)
    }

    fn now(&self) -> Result<u64> {
        let mut buffer = [0_u8; 64];
        let text = sys::pread(self.counts.as_raw_fd(), &mut buffer, 0)?;
        let count = text
            .strip_prefix(b"sockets: used ")
            .map(|rest| rest.iter().take_while(|byte| byte.is_ascii_digit()));
        let count = count.ok_or_else(|| Error::from_raw_os_error(libc::EBADMSG))?;
        Ok(count.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
    }

    /// Has the sockets collected that dead processes left in flight.
    pub(crate) fn collect(&mut self) -> Result<()> {
        let mut now = self.now()?;
        for _ in 0..LOOKS {
            if now <= self.usual {
                break;
            }
            // Closing a socket is what starts the collector.
            drop(sys::packet_pair()?);
            std::thread::sleep(BETWEEN_LOOKS);
            now = self.now()?;
        }
        self.usual = now;
        Ok(())
    }
}
