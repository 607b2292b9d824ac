//! The conversation with a worker: with descriptors beside the frames, or over a stream of bytes.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Result;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use bincode::{Decode, Encode};

use crate::link::socket::Socket;
use crate::link::stream::Stream;

/// One end of it.
pub(crate) enum Wire {
    /// Host and runner share a kernel.
    Socket(Socket),
    /// They share nothing but the stream.
    Stream(Box<Stream>),
}

impl Wire {
    /// Queues a message and sends what is queued. Dropping the future loses nothing: the next call goes on.
    pub(crate) async fn send<M: Encode>(
        &mut self,
        message: &M,
        files: Vec<Arc<File>>,
    ) -> Result<()> {
        match self {
            Self::Socket(socket) => socket.send(message, files).await,
            Self::Stream(stream) => stream.send(message, &files).await,
        }
    }

    /// The next message and the files that came with it.
    pub(crate) async fn receive<M: Decode<()>>(&mut self) -> Result<(M, VecDeque<OwnedFd>)> {
        match self {
            Self::Socket(socket) => socket.receive().await,
            Self::Stream(stream) => stream.receive().await,
        }
    }
}
