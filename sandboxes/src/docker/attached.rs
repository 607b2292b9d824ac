//! A container's attached standard streams as the stream frames travel over.

use std::io::{Error, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bollard::container::{AttachContainerResults, LogOutput};
use futures_util::Stream;
use runner::stream::Incoming;
use tokio::io::AsyncWrite;

use crate::link::stream::{Duplex, closed};

/// What a dying runtime says is kept up to here.
const MOST_COMPLAINTS: usize = 2048;

/// Both directions.
pub(crate) struct Attached {
    output:
        Pin<Box<dyn Stream<Item = std::result::Result<LogOutput, bollard::errors::Error>> + Send>>,
    input: Pin<Box<dyn AsyncWrite + Send>>,
    complaints: String,
}

impl Attached {
    pub(crate) fn new(attached: AttachContainerResults) -> Self {
        Self {
            output: attached.output,
            input: attached.input,
            complaints: String::new(),
        }
    }

    fn closed(&self) -> Error {
        match self.complaints.trim() {
            "" => closed(),
            said => Error::new(closed().kind(), format!("the container said: {said}")),
        }
    }
}

impl Duplex for Attached {
    fn poll_read(&mut self, cx: &mut Context<'_>, incoming: &mut Incoming) -> Poll<Result<()>> {
        loop {
            match ready!(self.output.as_mut().poll_next(cx)) {
                Some(Ok(LogOutput::StdOut { message })) => {
                    return Poll::Ready(incoming.take(&message));
                }
                // Nothing of ours writes there: it is the runtime, on its way out.
                Some(Ok(LogOutput::StdErr { message } | LogOutput::Console { message })) => {
                    if self.complaints.len() < MOST_COMPLAINTS {
                        self.complaints.push_str(&String::from_utf8_lossy(&message));
                    }
                }
                Some(Ok(LogOutput::StdIn { .. })) => {}
                Some(Err(error)) => return Poll::Ready(Err(Error::other(error))),
                None => return Poll::Ready(Err(self.closed())),
            }
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        match ready!(self.input.as_mut().poll_write(cx, bytes)) {
            Ok(0) if !bytes.is_empty() => Poll::Ready(Err(self.closed())),
            outcome => Poll::Ready(outcome),
        }
    }
}
