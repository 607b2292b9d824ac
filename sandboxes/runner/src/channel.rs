//! The runner's end of a conversation: blocking frames, with descriptors over a Unix socket or with attachments over a stream of
//! bytes. Whoever holds a [`Channel`] need not know which.

mod socket;
mod stream;

use std::io::Result;
use std::os::fd::{OwnedFd, RawFd};

use bincode::{Decode, Encode};

use self::socket::Socket;
use self::stream::Stream;

/// One conversation.
pub(crate) struct Channel {
    form: Form,
    held: usize,
}

enum Form {
    Socket(Socket),
    Stream(Stream),
}

/// A file that travels with a message.
#[derive(Clone, Copy)]
pub(crate) struct Enclosed {
    pub(crate) file: RawFd,
    /// Over a stream not more than this is sent.
    pub(crate) most_bytes: u64,
}

impl Channel {
    /// Over a Unix socket, with descriptors.
    pub(crate) fn new(socket: OwnedFd) -> Self {
        Self {
            form: Form::Socket(Socket::new(socket)),
            held: 0,
        }
    }

    /// Over two streams of bytes.
    pub(crate) fn over_stream(reader: OwnedFd, writer: OwnedFd) -> Self {
        Self {
            form: Form::Stream(Stream::new(reader, writer)),
            held: 0,
        }
    }

    /// Becomes readable when something arrives.
    pub(crate) fn raw(&self) -> RawFd {
        match &self.form {
            Form::Socket(socket) => socket.raw(),
            Form::Stream(stream) => stream.raw(),
        }
    }

    /// The next whole message and the files that came with it, if it has arrived; never blocks, never asks the kernel.
    pub(crate) fn buffered<M: Decode<()>>(&mut self) -> Result<Option<(M, Vec<OwnedFd>)>> {
        match &mut self.form {
            Form::Socket(socket) => socket.buffered(),
            Form::Stream(stream) => stream.buffered(),
        }
    }

    /// Reads what is there. `Ok(false)` means the other end is gone.
    pub(crate) fn fill(&mut self, block: bool) -> Result<bool> {
        match &mut self.form {
            Form::Socket(socket) => socket.fill(block),
            Form::Stream(stream) => stream.fill(block),
        }
    }

    /// Sends one message with its files, after what was held back; blocks until the other end has room.
    pub(crate) fn send<M: Encode>(&mut self, message: &M, files: &[RawFd]) -> Result<()> {
        self.flush()?;
        match &mut self.form {
            Form::Socket(socket) => {
                socket.hold(message, files.len())?;
                socket.transmit_all(files)
            }
            Form::Stream(stream) => {
                let enclosed: Vec<_> = files
                    .iter()
                    .map(|file| Enclosed {
                        file: *file,
                        most_bytes: u64::MAX,
                    })
                    .collect();
                stream.hold(message, &enclosed)?;
                stream.transmit_all()
            }
        }
    }

    /// Keeps a message for the next [`Channel::flush`] or [`Channel::send`]: waking the other end once for several messages
    /// costs a fraction of waking it for each. Over a stream a file may come with it, which may change as soon as this returns;
    /// what is too much to be kept is sent at once.
    pub(crate) fn hold_back<M: Encode>(
        &mut self,
        message: &M,
        file: Option<Enclosed>,
    ) -> Result<()> {
        self.held += 1;
        match &mut self.form {
            Form::Socket(socket) => socket.hold(message, 0),
            Form::Stream(stream) => {
                stream.hold(message, file.as_slice())?;
                if stream.holds_much() {
                    self.flush()?;
                }
                Ok(())
            }
        }
    }

    /// How many messages are held back.
    pub(crate) fn held(&self) -> usize {
        self.held
    }

    /// Sends what was held back.
    pub(crate) fn flush(&mut self) -> Result<()> {
        if self.held == 0 {
            return Ok(());
        }
        self.held = 0;
        match &mut self.form {
            Form::Socket(socket) => socket.transmit_all(&[]),
            Form::Stream(stream) => stream.transmit_all(),
        }
    }
}
