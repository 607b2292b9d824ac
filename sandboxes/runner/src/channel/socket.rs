//! Frames with descriptors over a Unix stream socket, where host and runner share a kernel.

use std::collections::VecDeque;
use std::io::{Error, ErrorKind, Result};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use bincode::{Decode, Encode};
use runner::frames::{self, HEADER, MAX_DESCRIPTORS};

use crate::sys;

/// One conversation.
pub(crate) struct Socket {
    socket: OwnedFd,
    bytes: Vec<u8>,
    start: usize,
    descriptors: VecDeque<OwnedFd>,
    /// Encoded, not sent yet.
    out: Vec<u8>,
}

/// Room for the descriptors of one message, aligned as the kernel wants it.
#[repr(align(8))]
struct ControlSpace([u8; 16 + 4 * MAX_DESCRIPTORS + 8]);

fn broken(error: &frames::FrameError) -> Error {
    Error::new(ErrorKind::InvalidData, error.to_string())
}

impl Socket {
    pub(crate) fn new(socket: OwnedFd) -> Self {
        Self {
            socket,
            bytes: Vec::new(),
            start: 0,
            descriptors: VecDeque::new(),
            out: Vec::new(),
        }
    }

    pub(crate) fn raw(&self) -> RawFd {
        self.socket.as_raw_fd()
    }

    /// The next whole message and its descriptors, if it has arrived; never blocks, never asks the kernel.
    pub(crate) fn buffered<M: Decode<()>>(&mut self) -> Result<Option<(M, Vec<OwnedFd>)>> {
        let waiting = &self.bytes[self.start..];
        let Some(header) = frames::header(waiting).map_err(|e| broken(&e))? else {
            return Ok(None);
        };
        if waiting.len() < HEADER + header.body || self.descriptors.len() < header.descriptors {
            return Ok(None);
        }
        let message =
            frames::decode(&waiting[HEADER..HEADER + header.body]).map_err(|e| broken(&e))?;
        self.start += HEADER + header.body;
        if self.start == self.bytes.len() {
            self.bytes.clear();
            self.start = 0;
        }
        Ok(Some((
            message,
            self.descriptors.drain(..header.descriptors).collect(),
        )))
    }

    /// Reads what is there. `Ok(false)` means the other end is gone.
    pub(crate) fn fill(&mut self, block: bool) -> Result<bool> {
        if self.start > 0 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        let wanted = match frames::header(&self.bytes).map_err(|e| broken(&e))? {
            Some(header) => (HEADER + header.body)
                .saturating_sub(self.bytes.len())
                .clamp(4096, 1 << 20),
            None => 4096,
        };
        let old = self.bytes.len();
        self.bytes.resize(old + wanted, 0);
        let received = self.receive(old, block);
        self.bytes
            .truncate(old + received.as_ref().copied().unwrap_or(0));
        match received {
            Ok(0) => Ok(false),
            Ok(_) => Ok(true),
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) =>
            {
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn receive(&mut self, offset: usize, block: bool) -> Result<usize> {
        let mut control = ControlSpace([0; 16 + 4 * MAX_DESCRIPTORS + 8]);
        let target = &mut self.bytes[offset..];
        let mut vector = libc::iovec {
            iov_base: target.as_mut_ptr().cast(),
            iov_len: target.len(),
        };
        // SAFETY: `msghdr` is plain data for which zero is valid.
        let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
        message.msg_iov = &raw mut vector;
        message.msg_iovlen = 1;
        message.msg_control = control.0.as_mut_ptr().cast();
        message.msg_controllen = control.0.len();
        let flags = libc::MSG_CMSG_CLOEXEC | if block { 0 } else { libc::MSG_DONTWAIT };
        // SAFETY: every pointer in `message` is to memory that lives until the call returns, with its true length.
        let count = unsafe { libc::recvmsg(self.socket.as_raw_fd(), &raw mut message, flags) };
        let count = usize::try_from(count).map_err(|_| Error::last_os_error())?;
        // SAFETY: the kernel has filled `message` and its control area.
        let mut part = unsafe { libc::CMSG_FIRSTHDR(&raw const message) };
        while !part.is_null() {
            // SAFETY: `part` was returned by CMSG_FIRSTHDR or CMSG_NXTHDR for this message and is not null.
            let head = unsafe { part.read_unaligned() };
            if head.cmsg_level == libc::SOL_SOCKET && head.cmsg_type == libc::SCM_RIGHTS {
                // SAFETY: as above; the data of SCM_RIGHTS follows the header.
                let data = unsafe { libc::CMSG_DATA(part) }.cast::<RawFd>();
                // SAFETY: no pointers are followed.
                let empty = unsafe { libc::CMSG_LEN(0) } as usize;
                for index in 0..head.cmsg_len.saturating_sub(empty) / size_of::<RawFd>() {
                    // SAFETY: the kernel wrote this many descriptors, and made them for us alone.
                    let fd = unsafe { OwnedFd::from_raw_fd(data.add(index).read_unaligned()) };
                    self.descriptors.push_back(fd);
                }
            }
            // SAFETY: `part` belongs to `message`.
            part = unsafe { libc::CMSG_NXTHDR(&raw const message, part) };
        }
        if message.msg_flags & libc::MSG_CTRUNC != 0 {
            return Err(Error::new(ErrorKind::InvalidData, "descriptors were lost"));
        }
        Ok(count)
    }

    /// Adds one message to what the next [`Socket::transmit_all`] sends.
    pub(crate) fn hold<M: Encode>(&mut self, message: &M, descriptors: usize) -> Result<()> {
        frames::encode(message, descriptors, &mut self.out).map_err(|e| broken(&e))
    }

    /// Sends what is held, these descriptors with its first byte; blocks until the other end has room.
    pub(crate) fn transmit_all(&mut self, descriptors: &[RawFd]) -> Result<()> {
        let mut sent = self.transmit(0, descriptors)?;
        while sent < self.out.len() {
            sent += self.transmit(sent, &[])?;
        }
        self.out.clear();
        if self.out.capacity() > 1 << 20 {
            self.out = Vec::new();
        }
        Ok(())
    }

    fn transmit(&self, offset: usize, descriptors: &[RawFd]) -> Result<usize> {
        let mut control = ControlSpace([0; 16 + 4 * MAX_DESCRIPTORS + 8]);
        let rest = &self.out[offset..];
        let mut vector = libc::iovec {
            iov_base: rest.as_ptr().cast_mut().cast(),
            iov_len: rest.len(),
        };
        // SAFETY: `msghdr` is plain data for which zero is valid.
        let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
        message.msg_iov = &raw mut vector;
        message.msg_iovlen = 1;
        if !descriptors.is_empty() {
            let bytes = u32::try_from(size_of_val(descriptors))
                .map_err(|_| Error::from_raw_os_error(libc::EINVAL))?;
            message.msg_control = control.0.as_mut_ptr().cast();
            // SAFETY: no pointers are followed.
            message.msg_controllen = unsafe { libc::CMSG_SPACE(bytes) } as usize;
            // SAFETY: the control area is large enough for one header, by the size of `ControlSpace`.
            let part = unsafe { libc::CMSG_FIRSTHDR(&raw const message) };
            // SAFETY: `part` points into `control`, which has room for MAX_DESCRIPTORS (checked by `encode`).
            unsafe {
                (*part).cmsg_level = libc::SOL_SOCKET;
                (*part).cmsg_type = libc::SCM_RIGHTS;
                (*part).cmsg_len = libc::CMSG_LEN(bytes) as usize;
                let data = libc::CMSG_DATA(part).cast::<RawFd>();
                for (index, fd) in descriptors.iter().enumerate() {
                    data.add(index).write_unaligned(*fd);
                }
            }
        }
        loop {
            // SAFETY: every pointer in `message` is to memory that lives until the call returns, with its true length.
            let count = unsafe {
                libc::sendmsg(
                    self.socket.as_raw_fd(),
                    &raw const message,
                    libc::MSG_NOSIGNAL,
                )
            };
            match usize::try_from(count) {
                Ok(count) => return Ok(count),
                Err(_) if sys::last_errno() == libc::EINTR => {}
                Err(_) => return Err(Error::last_os_error()),
            }
        }
    }
}
