//! Where a program's two outputs go: standard output into a file of the host, standard error into a pipe of ours.

use std::collections::HashMap;
use std::io::{ErrorKind, Result};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use crate::sys;

/// The host's output files, by number. The host hands each over once and says which one a run uses.
#[derive(Default)]
pub(crate) struct Outputs(HashMap<u32, OwnedFd>);

impl Outputs {
    pub(crate) fn keep(&mut self, number: u32, file: OwnedFd) {
        self.0.insert(number, file);
    }

    pub(crate) fn get(&self, number: u32) -> Option<RawFd> {
        self.0.get(&number).map(AsRawFd::as_raw_fd)
    }
}

/// Makes an output file ready for a run: empty, written from its beginning, and without what the last program may have set on
/// the description they share.
pub(crate) fn rewind(output: RawFd) -> Result<()> {
    sys::ftruncate(output, 0)?;
    // SAFETY: no pointers.
    if unsafe { libc::lseek(output, 0, libc::SEEK_SET) } < 0 {
        return Err(std::io::Error::last_os_error());
    }
    // SAFETY: no pointers.
    sys::check(unsafe { libc::fcntl(output, libc::F_SETFL, 0) }).map(drop)
}

/// Standard error: kept up to a cap, read and thrown away beyond it, so that a flood neither blocks nor kills the program.
pub(crate) struct StandardError {
    reader: OwnedFd,
    writer: OwnedFd,
    kept: Vec<u8>,
    cap: usize,
    pipe_bytes: i32,
    /// Kept between reads: clearing it each time would cost more than an empty read.
    buffer: Vec<u8>,
}

impl StandardError {
    pub(crate) fn new() -> Result<Self> {
        let (reader, writer, pipe_bytes) = Self::make()?;
        Ok(Self {
            reader,
            writer,
            kept: Vec::new(),
            cap: 0,
            pipe_bytes,
            buffer: vec![0; 16 << 10],
        })
    }

    fn make() -> Result<(OwnedFd, OwnedFd, i32)> {
        let (reader, writer) = sys::pipe()?;
        // SAFETY: no pointers.
        sys::check(unsafe { libc::fcntl(reader.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) })?;
        // SAFETY: no pointers.
        let bytes = sys::check(unsafe { libc::fcntl(writer.as_raw_fd(), libc::F_GETPIPE_SZ) })?;
        Ok((reader, writer, bytes))
    }

    /// Makes it ready for a run. A program shares the writing end with later ones: if it changed anything, there is a new pipe.
    pub(crate) fn begin(&mut self, cap: u64) -> Result<()> {
        self.kept = Vec::new();
        self.cap = usize::try_from(cap).unwrap_or(usize::MAX);
        // SAFETY: no pointers.
        let flags = sys::check(unsafe { libc::fcntl(self.writer.as_raw_fd(), libc::F_GETFL) })?;
        // SAFETY: no pointers.
        let bytes =
            sys::check(unsafe { libc::fcntl(self.writer.as_raw_fd(), libc::F_GETPIPE_SZ) })?;
        if flags & libc::O_ACCMODE != flags & !libc::O_LARGEFILE || bytes != self.pipe_bytes {
            (self.reader, self.writer, self.pipe_bytes) = Self::make()?;
        }
        Ok(())
    }

    pub(crate) fn writer(&self) -> RawFd {
        self.writer.as_raw_fd()
    }

    pub(crate) fn reader(&self) -> RawFd {
        self.reader.as_raw_fd()
    }

    /// Reads what is there, but not without end: a program may write as fast as we read. Says whether the pipe is empty.
    pub(crate) fn drain(&mut self) -> Result<bool> {
        for _ in 0..4 {
            match sys::read(self.reader.as_raw_fd(), &mut self.buffer) {
                Ok(0) => return Ok(true),
                Ok(count) => {
                    let room = self.cap - self.kept.len();
                    self.kept.extend_from_slice(&self.buffer[..count.min(room)]);
                }
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) =>
                {
                    return Ok(true);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    /// What was kept, when every writer is dead: the pipe gets no fuller.
    pub(crate) fn finish(&mut self) -> Result<Vec<u8>> {
        while !self.drain()? {}
        Ok(std::mem::take(&mut self.kept))
    }
}
