//! Frames with attachments over a pair of byte streams: a container's standard streams, a virtual machine's serial port.

use std::io::{Error, ErrorKind, Result};
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::time::Duration;

use bincode::{Decode, Encode};
use runner::stream::{self, Incoming, Outgoing, SMALL_BYTES};

use super::Enclosed;
use crate::sys;

/// What is read at once.
const PIECE_BYTES: usize = 64 << 10;

/// One conversation.
pub(crate) struct Stream {
    reader: OwnedFd,
    writer: OwnedFd,
    incoming: Incoming,
    outgoing: Outgoing,
    /// Kept between reads.
    buffer: Vec<u8>,
}

impl Stream {
    pub(crate) fn new(reader: OwnedFd, writer: OwnedFd) -> Self {
        Self {
            reader,
            writer,
            incoming: Incoming::default(),
            outgoing: Outgoing::default(),
            buffer: vec![0; PIECE_BYTES],
        }
    }

    pub(crate) fn raw(&self) -> RawFd {
        self.reader.as_raw_fd()
    }

    pub(crate) fn buffered<M: Decode<()>>(&mut self) -> Result<Option<(M, Vec<OwnedFd>)>> {
        self.incoming.message()
    }

    /// Reads what is there. `Ok(false)` means the other end is gone.
    pub(crate) fn fill(&mut self, block: bool) -> Result<bool> {
        if !block && !self.is_readable()? {
            return Ok(true);
        }
        match sys::read(self.reader.as_raw_fd(), &mut self.buffer) {
            Ok(0) => Ok(false),
            Ok(count) => self.incoming.take(&self.buffer[..count]).map(|()| true),
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(true),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Nobody else reads from it, so what is readable now can be read without waiting.
    fn is_readable(&self) -> Result<bool> {
        let mut watched = [libc::pollfd {
            fd: self.reader.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        }];
        sys::poll(&mut watched, Some(Duration::ZERO))?;
        Ok(watched[0].revents != 0)
    }

    /// Adds one message to what the next [`Stream::transmit_all`] sends.
    pub(crate) fn hold<M: Encode>(&mut self, message: &M, files: &[Enclosed]) -> Result<()> {
        let files: Vec<_> = files
            .iter()
            .map(|enclosed| stream::Enclosed {
                // SAFETY: the caller's file is open until this call returns; what lives longer is a duplicate.
                file: unsafe { BorrowedFd::borrow_raw(enclosed.file) },
                most_bytes: enclosed.most_bytes,
            })
            .collect();
        self.outgoing.push(message, &files)
    }

    /// Whether what is held should not wait: it might fill the stream while a program runs.
    pub(crate) fn holds_much(&self) -> bool {
        self.outgoing.len() > SMALL_BYTES
    }

    /// Sends what is held; blocks until the other end has room.
    pub(crate) fn transmit_all(&mut self) -> Result<()> {
        while !self.outgoing.is_empty() {
            let chunk = self.outgoing.chunk()?;
            // SAFETY: pointer and length are those of the chunk.
            let count =
                unsafe { libc::write(self.writer.as_raw_fd(), chunk.as_ptr().cast(), chunk.len()) };
            match usize::try_from(count) {
                Ok(count) => self.outgoing.advance(count),
                Err(_) if sys::last_errno() == libc::EINTR => {}
                Err(_) => return Err(Error::last_os_error()),
            }
        }
        Ok(())
    }
}
