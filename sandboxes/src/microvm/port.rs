//! The host's end of a machine's serial port, until the sandbox's worker has it.

use std::io::{Error, ErrorKind, Result};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdStream;
use std::time::Duration;

use bincode::{Decode, Encode};
use runner::frames::{self, HEADER};
use runner::machine::GuestReply;
use runner::protocol::Fault;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::link::faults::wall_error;
use crate::sandbox::WallError;

/// One port.
pub(crate) struct Port(UnixStream);

impl Port {
    /// Ours of the two ends; the machine need not have been started yet.
    pub(crate) fn new(socket: StdStream) -> Result<Self> {
        socket.set_nonblocking(true)?;
        UnixStream::from_std(socket).map(Self)
    }

    /// Sends one message.
    pub(crate) async fn send<M: Encode>(&mut self, message: &M) -> Result<()> {
        let mut bytes = Vec::new();
        frames::encode(message, 0, &mut bytes).map_err(Error::other)?;
        self.0.write_all(&bytes).await
    }

    /// Reads one message and not a byte more.
    async fn receive<M: Decode<()>>(&mut self) -> Result<M> {
        let mut head = [0_u8; HEADER];
        self.0.read_exact(&mut head).await?;
        let header = frames::header(&head).map_err(Error::other)?;
        let mut body = vec![0; header.map_or(0, |header| header.body)];
        self.0.read_exact(&mut body).await?;
        frames::decode(&body).map_err(Error::other)
    }

    /// Waits for a reply of the guest's first process that `choose` accepts and that tells of success.
    pub(crate) async fn expect(
        &mut self,
        step: &'static str,
        patience: Duration,
        choose: impl Fn(GuestReply) -> Option<std::result::Result<(), Fault>>,
    ) -> std::result::Result<(), WallError> {
        let reply = match tokio::time::timeout(patience, self.receive()).await {
            Ok(Ok(reply)) => choose(reply),
            Ok(Err(error)) if error.kind() == ErrorKind::UnexpectedEof => {
                return Err(WallError::Lost(format!(
                    "the virtual machine ended when it was to {step}"
                )));
            }
            Ok(Err(source)) => return Err(WallError::Step { step, source }),
            Err(_) => {
                return Err(WallError::Lost(format!(
                    "the virtual machine did not {step} within {} s",
                    patience.as_secs()
                )));
            }
        };
        match reply {
            Some(Ok(())) => Ok(()),
            Some(Err(fault)) => Err(wall_error(fault)),
            None => Err(WallError::Lost(format!(
                "the virtual machine answered out of turn when it was to {step}"
            ))),
        }
    }

    /// Reads these very bytes.
    pub(crate) async fn expect_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        let mut found = vec![0; bytes.len()];
        self.0.read_exact(&mut found).await?;
        if found == bytes {
            Ok(())
        } else {
            Err(Error::new(
                ErrorKind::InvalidData,
                "the guest said something else",
            ))
        }
    }

    /// The descriptor, apart from this runtime.
    pub(crate) fn into_descriptor(self) -> Result<OwnedFd> {
        self.0.into_std().map(OwnedFd::from)
    }
}
