//! Where a program's two outputs go: standard output into a file of the host or to another program, standard error into a pipe of
//! ours.

use std::collections::HashMap;
use std::io::{ErrorKind, Result};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use crate::descriptors::aside;
use crate::dialogue::Dialogue;
use crate::faults::{Named, Step};
use crate::pump::Pump;
use crate::sys;

/// The host's output files, by number. The host hands each over once and says which one a run uses. Where it cannot, there is
/// one file of our own, whose content is sent after each run.
#[derive(Default)]
pub(crate) struct Outputs {
    hosts: HashMap<u32, OwnedFd>,
    own: Option<OwnedFd>,
}

impl Outputs {
    pub(crate) fn keep(&mut self, number: u32, file: OwnedFd) -> Result<()> {
        self.hosts.insert(number, aside(file)?);
        Ok(())
    }

    pub(crate) fn get(&self, number: u32) -> Option<RawFd> {
        self.hosts.get(&number).map(AsRawFd::as_raw_fd)
    }

    /// Our own, made when it is first asked for.
    pub(crate) fn own(&mut self, uid: Option<u32>) -> Result<RawFd> {
        if let Some(file) = &self.own {
            return Ok(file.as_raw_fd());
        }
        let file = sys::memfd(c"gavel-output", 0)?;
        let raw = file.as_raw_fd();
        // A program may open /dev/stdout; nobody else may open it.
        // SAFETY: no pointers.
        sys::check(unsafe { libc::fchmod(raw, 0o600) })?;
        if let Some(uid) = uid {
            // SAFETY: no pointers.
            sys::check(unsafe { libc::fchown(raw, uid, uid) })?;
        }
        self.own = Some(file);
        Ok(raw)
    }
}

/// What a run's standard output is connected to.
pub(crate) enum OutputFile {
    Kept(i32),
    Inline(OwnedFd),
    /// Nothing is kept: another program reads it.
    Piped(Dialogue),
}

impl OutputFile {
    pub(crate) fn raw(&self) -> i32 {
        match self {
            Self::Kept(fd) => *fd,
            Self::Inline(fd) => fd.as_raw_fd(),
            Self::Piped(dialogue) => dialogue.output(),
        }
    }

    /// What standard input is connected to in a dialogue.
    pub(crate) fn input(&self) -> Option<i32> {
        match self {
            Self::Piped(dialogue) => dialogue.input(),
            Self::Kept(_) | Self::Inline(_) => None,
        }
    }

    pub(crate) fn dialogue(&mut self) -> Option<&mut Dialogue> {
        match self {
            Self::Piped(dialogue) => Some(dialogue),
            Self::Kept(_) | Self::Inline(_) => None,
        }
    }

    pub(crate) fn pump(&mut self) -> Option<&mut Pump> {
        self.dialogue().and_then(Dialogue::pump)
    }

    pub(crate) fn bytes(&self) -> Step<u64> {
        if matches!(self, Self::Piped(_)) {
            return Ok(0);
        }
        Ok(sys::fstat(self.raw())
            .step("measure the output")?
            .st_size
            .cast_unsigned())
    }
}

/// Makes an output file ready for a run: empty, written from its beginning, and without what the last program may have set on
/// the description they share.
pub(crate) fn rewind(output: RawFd) -> Result<()> {
    let stat = sys::fstat(output)?;
    if stat.st_size != 0 || stat.st_blocks != 0 {
        sys::ftruncate(output, 0)?;
    }
    if stat.st_mode & !libc::S_IFMT != 0o600 {
        // It is its owner, and the next one has to be able to open it.
        // SAFETY: no pointers.
        sys::check(unsafe { libc::fchmod(output, 0o600) })?;
    }
    // SAFETY: no pointers.
    if unsafe { libc::lseek(output, 0, libc::SEEK_SET) } < 0 {
        return Err(std::io::Error::last_os_error());
    }
    // SAFETY: no pointers.
    sys::check(unsafe { libc::fcntl(output, libc::F_SETFL, 0) })?;
    if signal_of(output)? != 0 {
        // SAFETY: no pointers.
        sys::check(unsafe { libc::fcntl(output, F_SETSIG, 0) })?;
    }
    Ok(())
}

// Not in the libc crate for every target.
const F_SETSIG: libc::c_int = 10;
const F_GETSIG: libc::c_int = 11;

/// The signal that a program wants of a description: a number that stays when it has ended. (Owners end with their processes.)
fn signal_of(file: RawFd) -> Result<libc::c_int> {
    // SAFETY: no pointers.
    sys::check(unsafe { libc::fcntl(file, F_GETSIG) })
}

/// Nobody hears of what happens to this file. Linux forgets who did when he is dead, gVisor does not.
pub(crate) fn disown(output: RawFd) -> Result<()> {
    // SAFETY: no pointers.
    sys::check(unsafe { libc::fcntl(output, libc::F_SETOWN, 0) }).map(drop)
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
        let (reader, writer) = (aside(reader)?, aside(writer)?);
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
        let changed = flags & libc::O_ACCMODE != flags & !libc::O_LARGEFILE
            || bytes != self.pipe_bytes
            || signal_of(self.writer.as_raw_fd())? != 0;
        if changed {
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
