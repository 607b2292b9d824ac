//! Frames with descriptors over a Unix stream socket, from tokio.
//!
//! **Invariants:** dropping a future loses nothing: what was queued is sent by the next call, what was read stays in the
//! buffer. The socket joins the runtime that first uses it, so it may be made on another one.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Error, ErrorKind, IoSlice, IoSliceMut, Result};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

use bincode::{Decode, Encode};
use runner::frames::{self, FrameError, HEADER, MAX_DESCRIPTORS};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags,
};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

enum State {
    Apart(OwnedFd),
    Joined(AsyncFd<OwnedFd>),
    /// Only while changing from one to the other; stays if joining failed.
    Gone,
}

/// One end of a conversation.
pub(crate) struct Socket {
    state: State,
    bytes: Vec<u8>,
    descriptors: VecDeque<OwnedFd>,
    unsent: VecDeque<Unsent>,
}

struct Unsent {
    bytes: Vec<u8>,
    sent: usize,
    descriptors: Vec<Arc<File>>,
}

fn broken(error: &FrameError) -> Error {
    Error::new(ErrorKind::InvalidData, error.to_string())
}

fn closed() -> Error {
    Error::new(ErrorKind::UnexpectedEof, "the runner closed its socket")
}

impl Socket {
    /// The socket is made non-blocking.
    pub(crate) fn new(fd: OwnedFd) -> Result<Self> {
        rustix::io::ioctl_fionbio(&fd, true)?;
        Ok(Self {
            state: State::Apart(fd),
            bytes: Vec::new(),
            descriptors: VecDeque::new(),
            unsent: VecDeque::new(),
        })
    }

    /// Leaves the runtime, so that the next call may come from another one.
    pub(crate) fn leave(&mut self) {
        self.state = match std::mem::replace(&mut self.state, State::Gone) {
            State::Joined(fd) => State::Apart(fd.into_inner()),
            other => other,
        };
    }

    /// The descriptor, as part of the current runtime.
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

    /// Queues a message and sends what is queued.
    pub(crate) async fn send<M: Encode>(
        &mut self,
        message: &M,
        descriptors: Vec<Arc<File>>,
    ) -> Result<()> {
        let mut bytes = Vec::new();
        frames::encode(message, descriptors.len(), &mut bytes).map_err(|error| broken(&error))?;
        self.unsent.push_back(Unsent {
            bytes,
            sent: 0,
            descriptors,
        });
        self.flush().await
    }

    async fn flush(&mut self) -> Result<()> {
        while let Some(next) = self.unsent.front_mut() {
            let fd = Self::join(&mut self.state)?;
            let sent = match transmit(fd.get_ref(), next) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    fd.async_io(Interest::WRITABLE, |fd| transmit(fd, next))
                        .await?
                }
                other => other?,
            };
            next.sent += sent;
            next.descriptors.clear();
            if next.sent == next.bytes.len() {
                self.unsent.pop_front();
            }
        }
        Ok(())
    }

    /// The next message and its descriptors.
    pub(crate) async fn receive<M: Decode<()>>(&mut self) -> Result<(M, VecDeque<OwnedFd>)> {
        self.flush().await?;
        loop {
            if let Some(header) = frames::header(&self.bytes).map_err(|error| broken(&error))? {
                let end = HEADER + header.body;
                if self.bytes.len() >= end && self.descriptors.len() >= header.descriptors {
                    let message =
                        frames::decode(&self.bytes[HEADER..end]).map_err(|error| broken(&error))?;
                    self.bytes.drain(..end);
                    let rest = self.descriptors.split_off(header.descriptors);
                    return Ok((message, std::mem::replace(&mut self.descriptors, rest)));
                }
            }
            let fd = Self::join(&mut self.state)?;
            let (bytes, descriptors) = (&mut self.bytes, &mut self.descriptors);
            match fill(fd.get_ref(), bytes, descriptors) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    fd.async_io(Interest::READABLE, |fd| fill(fd, bytes, descriptors))
                        .await?;
                }
                other => other?,
            }
        }
    }
}

fn transmit(fd: &OwnedFd, next: &Unsent) -> Result<usize> {
    let vectors = [IoSlice::new(&next.bytes[next.sent..])];
    let borrowed: Vec<BorrowedFd<'_>> = next.descriptors.iter().map(|file| file.as_fd()).collect();
    let mut space = [MaybeUninit::<u8>::uninit(); rustix::cmsg_space!(ScmRights(MAX_DESCRIPTORS))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !borrowed.is_empty() && !control.push(SendAncillaryMessage::ScmRights(&borrowed)) {
        return Err(Error::new(ErrorKind::InvalidInput, "too many descriptors"));
    }
    Ok(rustix::net::sendmsg(
        fd,
        &vectors,
        &mut control,
        SendFlags::NOSIGNAL | SendFlags::DONTWAIT,
    )?)
}

fn fill(fd: &OwnedFd, bytes: &mut Vec<u8>, descriptors: &mut VecDeque<OwnedFd>) -> Result<()> {
    let mut buffer = [0_u8; 16 << 10];
    let mut space = [MaybeUninit::<u8>::uninit(); rustix::cmsg_space!(ScmRights(MAX_DESCRIPTORS))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::CMSG_CLOEXEC | RecvFlags::DONTWAIT;
    let received =
        rustix::net::recvmsg(fd, &mut [IoSliceMut::new(&mut buffer)], &mut control, flags)?;
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(found) = message {
            descriptors.extend(found);
        }
    }
    if received.flags.contains(ReturnFlags::CTRUNC) {
        return Err(Error::new(ErrorKind::InvalidData, "descriptors were lost"));
    }
    if received.bytes == 0 {
        return Err(closed());
    }
    bytes.extend_from_slice(&buffer[..received.bytes]);
    Ok(())
}
