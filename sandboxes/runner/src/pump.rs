//! A talking program's pipes where its partner is beyond a stream of bytes: what it writes travels as messages, and so does what
//! its partner writes.
//!
//! **Invariants:** at most [`PIPED_BYTES`] are under way in each direction before the other side has taken them, so a partner
//! that does not read holds up nobody's stream and nobody's memory. The partner hears the end of what the program writes only
//! after we have either seen the program end, or looked and found it alive: who is said to have ended first did.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use runner::protocol::{PIPED_BYTES, PIPED_OWED_BYTES, Piped, Reply};

use crate::channel::Channel;
use crate::faults::{Named, Step};
use crate::sys;

/// What is read at once.
const PIECE_BYTES: usize = 64 << 10;
/// Between the end of a living program's output and telling its partner, so that an end that is part of its death is told as such.
const GRACE_NS: u64 = 5_000_000;

/// Both directions of one run.
pub(crate) struct Pump {
    number: u64,
    input: Option<Input>,
    output: Option<OwnedFd>,
    /// The program's own ends, until it has them.
    theirs: Option<(Option<OwnedFd>, OwnedFd)>,
    /// How much may be sent before the host has taken it.
    credit: usize,
    /// Since when its output is closed, while that is not told.
    ended_ns: Option<u64>,
    written: u64,
}

/// Towards the program.
struct Input {
    writer: OwnedFd,
    waiting: VecDeque<u8>,
    ended: bool,
    /// The program has closed it; what comes is thrown away.
    gone: bool,
    owed: usize,
}

impl Pump {
    pub(crate) fn new(number: u64, with_input: bool, uid: Option<u32>) -> Step<Self> {
        let input = if with_input { Some(pipe(uid)?) } else { None };
        let (output, stdout) = pipe(uid)?;
        let (stdin, input) = input.unzip();
        for end in [Some(&output), input.as_ref()].into_iter().flatten() {
            not_blocking(end)?;
        }
        Ok(Self {
            number,
            input: input.map(|writer| Input {
                writer,
                waiting: VecDeque::new(),
                ended: false,
                gone: false,
                owed: 0,
            }),
            output: Some(output),
            theirs: Some((stdin, stdout)),
            credit: PIPED_BYTES,
            ended_ns: None,
            written: 0,
        })
    }

    /// What the program's standard output is connected to.
    pub(crate) fn stdout(&self) -> RawFd {
        self.theirs.as_ref().map_or(-1, |(_, end)| end.as_raw_fd())
    }

    /// What its standard input is connected to, if anything.
    pub(crate) fn stdin(&self) -> Option<RawFd> {
        let (stdin, _) = self.theirs.as_ref()?;
        stdin.as_ref().map(AsRawFd::as_raw_fd)
    }

    /// The program has its ends; we need them no more.
    pub(crate) fn started(&mut self) {
        self.theirs = None;
    }

    /// What it has written to its partner.
    pub(crate) fn written(&self) -> u64 {
        self.written
    }

    /// What to wait for: room for its input, its output. A number below 0 is nothing.
    pub(crate) fn interests(&self) -> [libc::pollfd; 2] {
        let watched = |fd: Option<&OwnedFd>, events| libc::pollfd {
            fd: fd.map_or(-1, AsRawFd::as_raw_fd),
            events,
            revents: 0,
        };
        let input = self
            .input
            .as_ref()
            .filter(|input| !input.waiting.is_empty());
        let output = self.output.as_ref().filter(|_| self.credit > 0);
        [
            watched(input.map(|input| &input.writer), libc::POLLOUT),
            watched(output, libc::POLLIN),
        ]
    }

    /// Moves what can be moved.
    pub(crate) fn work(
        &mut self,
        heard: &mut VecDeque<(u64, Piped)>,
        channel: &mut Channel,
    ) -> Step<()> {
        while let Some((number, piped)) = heard.pop_front_if(|(number, _)| *number <= self.number) {
            if number == self.number {
                self.hear(piped);
            }
        }
        self.feed(channel)?;
        if self.credit > 0 {
            self.pass_on(channel, self.credit)?;
        }
        if self
            .ended_ns
            .is_some_and(|ended| sys::now_ns() > ended + GRACE_NS)
        {
            self.ended_ns = None;
            self.tell(channel, Piped::End)?;
        }
        Ok(())
    }

    fn hear(&mut self, piped: Piped) {
        match (piped, &mut self.input) {
            (Piped::Data(bytes), Some(input)) => input.waiting.extend(bytes),
            (Piped::End, Some(input)) => input.ended = true,
            (Piped::Room(bytes), _) => self.credit += bytes as usize,
            // The program's next write fails, as it would have.
            (Piped::Gone, _) => self.output = None,
            (Piped::Data(_) | Piped::End, None) => {}
        }
    }

    fn tell(&self, channel: &mut Channel, piped: Piped) -> Step<()> {
        let number = self.number;
        channel
            .send(&Reply::Piped { number, piped }, &[])
            .step("pass on what a program says")
    }

    /// Gives the program what its partner wrote.
    fn feed(&mut self, channel: &mut Channel) -> Step<()> {
        let Some(input) = &mut self.input else {
            return Ok(());
        };
        let before = input.waiting.len();
        while !input.gone && !input.waiting.is_empty() {
            let (front, _) = input.waiting.as_slices();
            match sys::write(input.writer.as_raw_fd(), front) {
                Ok(count) => drop(input.waiting.drain(..count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::BrokenPipe => input.gone = true,
                Err(error) => return Err(error).step("write to a program's standard input"),
            }
        }
        if input.gone {
            input.waiting.clear();
        }
        input.owed += before - input.waiting.len();
        let owed = input.owed;
        if input.waiting.is_empty() && input.ended {
            self.input = None;
        } else if owed >= PIPED_OWED_BYTES {
            input.owed = 0;
            return self.tell(
                channel,
                Piped::Room(u32::try_from(owed).unwrap_or(u32::MAX)),
            );
        }
        Ok(())
    }

    /// Sends what the program has written, as far as `most` goes. Says whether there may be more.
    fn pass_on(&mut self, channel: &mut Channel, most: usize) -> Step<bool> {
        let Some(output) = &self.output else {
            return Ok(false);
        };
        let mut bytes = vec![0; most.min(PIECE_BYTES)];
        match sys::read(output.as_raw_fd(), &mut bytes) {
            Ok(0) => {
                self.output = None;
                self.ended_ns = Some(sys::now_ns());
                Ok(false)
            }
            Ok(count) => {
                bytes.truncate(count);
                self.written += count as u64;
                self.credit = self.credit.saturating_sub(count);
                self.tell(channel, Piped::Data(bytes))?;
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(true),
            Err(error) => Err(error).step("read a program's standard output"),
        }
    }

    /// The program is dead: sends what it left in its pipe, which is no more than the pipe holds.
    pub(crate) fn finish(&mut self, channel: &mut Channel) -> Step<()> {
        while self.pass_on(channel, PIECE_BYTES)? {}
        Ok(())
    }
}

/// The end to read from and the one to write to; a program may open either again by its name.
fn pipe(uid: Option<u32>) -> Step<(OwnedFd, OwnedFd)> {
    let (reader, writer) = sys::pipe().step("make a pipe")?;
    if let Some(uid) = uid {
        // Both ends are one file.
        // SAFETY: no pointers.
        match sys::check(unsafe { libc::fchown(reader.as_raw_fd(), uid, uid) }) {
            // gVisor's kernel lets nobody give a pipe away.
            Err(error) if error.raw_os_error() == Some(libc::EPERM) => {
                return pipe_of(uid).step("make a program's pipe");
            }
            outcome => drop(outcome.step("give a pipe away")?),
        }
    }
    Ok((reader, writer))
}

/// A pipe is its maker's, so we are its owner for a moment. No program runs then.
fn pipe_of(uid: u32) -> std::io::Result<(OwnedFd, OwnedFd)> {
    let act_as = |uid: u32| {
        // SAFETY: no pointers. The raw call, because we have no other threads that the library would have to change.
        sys::check_long(unsafe { libc::syscall(libc::SYS_setresuid, u32::MAX, uid, u32::MAX) })
    };
    act_as(uid)?;
    let made = sys::pipe();
    act_as(0)?;
    made
}

/// Ours alone: the program has the other end.
fn not_blocking(end: &OwnedFd) -> Step<()> {
    // SAFETY: no pointers.
    sys::check(unsafe { libc::fcntl(end.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) })
        .map(drop)
        .step("prepare a pipe")
}
