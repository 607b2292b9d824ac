//! Frames with attachments over a stream of bytes, from tokio: the other end of a container's standard streams, of a virtual
//! machine's serial port.
//!
//! **Invariants:** dropping a future loses nothing. Whoever waits here both reads and writes, so that two sides that each send
//! much at once never wait for each other. The content of files is never held in memory: [`runner::stream`].

use std::collections::VecDeque;
use std::fs::File;
use std::future::poll_fn;
use std::io::{Error, ErrorKind, Result};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bincode::{Decode, Encode};
use runner::protocol::Piped;
use runner::stream::{Enclosed, Incoming, Outgoing};
use rustix::net::{RecvFlags, SendFlags};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::link::pump::Pump;

/// What is read at once.
const PIECE_BYTES: usize = 64 << 10;

/// A stream of bytes in both directions.
pub(crate) trait Duplex: Send {
    /// Reads what is there into `incoming`.
    fn poll_read(&mut self, cx: &mut Context<'_>, incoming: &mut Incoming) -> Poll<Result<()>>;

    /// Writes some of `bytes`.
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>>;
}

/// One end of a conversation.
pub(crate) struct Stream {
    ends: Box<dyn Duplex>,
    incoming: Incoming,
    outgoing: Outgoing,
    pumps: Vec<Pump>,
}

impl Stream {
    pub(crate) fn new(ends: Box<dyn Duplex>) -> Self {
        Self {
            ends,
            incoming: Incoming::default(),
            outgoing: Outgoing::default(),
            pumps: Vec::new(),
        }
    }

    /// From now on passes on what a run says and hears.
    pub(crate) fn join(&mut self, pump: Pump) {
        self.pumps.push(pump);
    }

    /// What the worker says of one.
    pub(crate) fn piped(&mut self, number: u64, piped: Piped) {
        if let Some(pump) = self.pumps.iter_mut().find(|pump| pump.number == number) {
            pump.hear(piped);
        }
    }

    /// A run has ended.
    pub(crate) fn leave(&mut self, number: u64) {
        if let Some(at) = self.pumps.iter().position(|pump| pump.number == number) {
            self.pumps.swap_remove(at).finish();
        }
    }

    /// From now on the files of one frame may have this many bytes together.
    pub(crate) fn accept_at_most(&mut self, bytes: u64) {
        self.incoming.accept_at_most(bytes);
    }

    /// Queues a message and sends what is queued. The files must not change until then.
    pub(crate) async fn send<M: Encode>(&mut self, message: &M, files: &[Arc<File>]) -> Result<()> {
        let enclosed: Vec<_> = files
            .iter()
            .map(|file| Enclosed {
                file: file.as_fd(),
                most_bytes: u64::MAX,
            })
            .collect();
        self.outgoing.push(message, &enclosed)?;
        while !self.outgoing.is_empty() {
            poll_fn(|cx| self.poll_work(cx)).await?;
        }
        Ok(())
    }

    /// The next message and the files that came with it.
    pub(crate) async fn receive<M: Decode<()>>(&mut self) -> Result<(M, VecDeque<OwnedFd>)> {
        loop {
            if let Some((message, files)) = self.incoming.message()? {
                return Ok((message, files.into()));
            }
            poll_fn(|cx| self.poll_work(cx)).await?;
        }
    }

    /// Reads and writes whatever can be; ready when something was.
    fn poll_work(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        // Reading first: what a runner said before it died is worth more than that it cannot be written to.
        let mut moved = match self.ends.poll_read(cx, &mut self.incoming) {
            Poll::Ready(outcome) => {
                outcome?;
                true
            }
            Poll::Pending => false,
        };
        for pump in &mut self.pumps {
            moved |= pump.work(cx, &mut self.outgoing)?;
        }
        while !self.outgoing.is_empty() {
            match self.ends.poll_write(cx, self.outgoing.chunk()?) {
                Poll::Ready(count) => {
                    self.outgoing.advance(count?);
                    moved = true;
                }
                Poll::Pending => break,
            }
        }
        if moved {
            Poll::Ready(Ok(()))
        } else {
            Poll::Pending
        }
    }
}

/// The end of a runner's stream.
pub(crate) fn closed() -> Error {
    Error::new(ErrorKind::UnexpectedEof, "the runner closed its stream")
}

/// A Unix stream socket. It joins the runtime that first uses it, so it may be made on another one.
pub(crate) struct SocketEnds {
    state: State,
    buffer: Vec<u8>,
}

enum State {
    Apart(OwnedFd),
    Joined(AsyncFd<OwnedFd>),
    /// Only while changing from one to the other; stays if joining failed.
    Gone,
}

impl SocketEnds {
    /// The socket is made non-blocking.
    pub(crate) fn new(fd: OwnedFd) -> Result<Self> {
        rustix::io::ioctl_fionbio(&fd, true)?;
        Ok(Self {
            state: State::Apart(fd),
            buffer: vec![0; PIECE_BYTES],
        })
    }

    fn join(state: &mut State) -> Result<&AsyncFd<OwnedFd>> {
        if matches!(state, State::Apart(_))
            && let State::Apart(fd) = std::mem::replace(state, State::Gone)
        {
            let interest = Interest::READABLE | Interest::WRITABLE;
            // SAFETY: an `OwnedFd` is one open descriptor, always the same one, until it is dropped with the `AsyncFd`.
            *state = State::Joined(unsafe { AsyncFd::register_with_interest(fd, interest) }?);
        }
        match state {
            State::Joined(fd) => Ok(fd),
            _ => Err(closed()),
        }
    }
}

impl Duplex for SocketEnds {
    fn poll_read(&mut self, cx: &mut Context<'_>, incoming: &mut Incoming) -> Poll<Result<()>> {
        let fd = Self::join(&mut self.state)?;
        loop {
            let mut guard = ready!(fd.poll_read_ready(cx))?;
            let received = guard.try_io(|fd| {
                let flags = RecvFlags::DONTWAIT;
                Ok(rustix::net::recv(fd, self.buffer.as_mut_slice(), flags)?.1)
            });
            match received {
                Ok(Ok(0)) => return Poll::Ready(Err(closed())),
                Ok(Ok(count)) => return Poll::Ready(incoming.take(&self.buffer[..count])),
                Ok(Err(error)) => return Poll::Ready(Err(error)),
                Err(_would_block) => {}
            }
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let fd = Self::join(&mut self.state)?;
        loop {
            let mut guard = ready!(fd.poll_write_ready(cx))?;
            let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
            match guard.try_io(|fd| Ok(rustix::net::send(fd, bytes, flags)?)) {
                Ok(sent) => return Poll::Ready(sent),
                Err(_would_block) => {}
            }
        }
    }
}
