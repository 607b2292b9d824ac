//! A talking program's pipes where the program is beyond a stream of bytes: our ends of them, from which what its partner writes
//! travels to it, and into which goes what comes back.
//!
//! Towards the partner we stand for the program, so we hold its ends as long as its worker would: until it is told to have ended,
//! or to have closed one. **Invariant:** of what arrives at most [`PIPED_BYTES`] and one pipe's content wait here.

use std::fs::File;
use std::io::{ErrorKind, Read, Result, Write};
use std::sync::Arc;
use std::task::{Context, Poll};

use runner::protocol::{PIPED_BYTES, PIPED_OWED_BYTES, Piped, Request};
use runner::stream::Outgoing;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Both directions of one run.
pub(crate) struct Pump {
    pub(crate) number: u64,
    input: Option<End>,
    output: Option<End>,
    /// Came from the program, not taken by its partner yet.
    waiting: Vec<u8>,
    /// The program will say no more.
    ended: bool,
    /// How much may be sent before the worker has taken it.
    credit: usize,
    owed: usize,
}

/// One end of a pipe; it joins the runtime that first uses it.
struct End {
    file: Arc<File>,
    joined: Option<AsyncFd<Arc<File>>>,
    interest: Interest,
}

impl End {
    fn new(file: Arc<File>, interest: Interest) -> Result<Self> {
        // Nobody else uses this description: the partner has the other end.
        rustix::io::ioctl_fionbio(&file, true)?;
        Ok(Self {
            file,
            joined: None,
            interest,
        })
    }

    fn join(&mut self) -> Result<&AsyncFd<Arc<File>>> {
        let joined = match self.joined.take() {
            Some(joined) => joined,
            None => {
                let file = Arc::clone(&self.file);
                // SAFETY: the file is one open descriptor, always the same one, until it is dropped with the `AsyncFd`.
                unsafe { AsyncFd::register_with_interest(file, self.interest) }?
            }
        };
        Ok(self.joined.insert(joined))
    }

    /// Reads or writes once, when it can be done without waiting.
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        mut work: impl FnMut(&File) -> Result<usize>,
    ) -> Poll<Result<usize>> {
        let interest = self.interest;
        let joined = self.join()?;
        loop {
            let ready = if interest.is_readable() {
                joined.poll_read_ready(cx)
            } else {
                joined.poll_write_ready(cx)
            };
            let mut guard = std::task::ready!(ready)?;
            match guard.try_io(|file| work(file.get_ref())) {
                Ok(Err(error)) if error.kind() == ErrorKind::Interrupted => {}
                Ok(outcome) => return Poll::Ready(outcome),
                Err(_would_block) => {}
            }
        }
    }
}

impl Pump {
    pub(crate) fn new(number: u64, input: Option<Arc<File>>, output: Arc<File>) -> Result<Self> {
        let input = input.map(|file| End::new(file, Interest::READABLE));
        Ok(Self {
            number,
            input: input.transpose()?,
            output: Some(End::new(output, Interest::WRITABLE)?),
            waiting: Vec::new(),
            ended: false,
            credit: PIPED_BYTES,
            owed: 0,
        })
    }

    /// What the worker says.
    pub(crate) fn hear(&mut self, piped: Piped) {
        match piped {
            Piped::Data(bytes) if self.output.is_some() => self.waiting.extend(bytes),
            Piped::Data(_) => {}
            Piped::End => self.ended = true,
            Piped::Room(bytes) => self.credit += bytes as usize,
            Piped::Gone => self.input = None,
        }
    }

    /// Moves what can be moved; says whether anything was.
    pub(crate) fn work(&mut self, cx: &mut Context<'_>, outgoing: &mut Outgoing) -> Result<bool> {
        Ok(self.ask(cx, outgoing)? | self.answer(cx, outgoing)?)
    }

    fn tell(&self, outgoing: &mut Outgoing, piped: Piped) -> Result<()> {
        let number = self.number;
        outgoing.push(&Request::Piped { number, piped }, &[])
    }

    /// From the partner to the program.
    fn ask(&mut self, cx: &mut Context<'_>, outgoing: &mut Outgoing) -> Result<bool> {
        let Some(input) = self.input.as_mut().filter(|_| self.credit > 0) else {
            return Ok(false);
        };
        let mut bytes = vec![0; self.credit];
        match input.poll(cx, |mut file| file.read(&mut bytes)) {
            Poll::Pending => Ok(false),
            Poll::Ready(count) => {
                let count = count?;
                bytes.truncate(count);
                self.credit -= count;
                let piped = if count == 0 {
                    self.input = None;
                    Piped::End
                } else {
                    Piped::Data(bytes)
                };
                self.tell(outgoing, piped)?;
                Ok(true)
            }
        }
    }

    /// From the program to its partner.
    fn answer(&mut self, cx: &mut Context<'_>, outgoing: &mut Outgoing) -> Result<bool> {
        let mut moved = false;
        while let Some(output) = self.output.as_mut().filter(|_| !self.waiting.is_empty()) {
            match output.poll(cx, |mut file| file.write(&self.waiting)) {
                Poll::Pending => break,
                Poll::Ready(Ok(count)) => {
                    self.waiting.drain(..count);
                    self.owed += count;
                }
                Poll::Ready(Err(error)) if error.kind() == ErrorKind::BrokenPipe => {
                    self.waiting.clear();
                    self.output = None;
                    self.tell(outgoing, Piped::Gone)?;
                }
                Poll::Ready(Err(error)) => return Err(error),
            }
            moved = true;
        }
        if self.ended && self.waiting.is_empty() {
            self.output = None;
        } else if self.owed >= PIPED_OWED_BYTES {
            let owed = u32::try_from(self.owed).unwrap_or(u32::MAX);
            self.owed = 0;
            self.tell(outgoing, Piped::Room(owed))?;
            moved = true;
        }
        Ok(moved)
    }

    /// The program has ended: its partner may read what is left, and nothing it writes is heard.
    pub(crate) fn finish(self) {
        let Some(output) = self.output.filter(|_| !self.waiting.is_empty()) else {
            return;
        };
        // A full pipe at the very end is rare, and the partner may take its time: a thread waits for it.
        let file = Arc::clone(&output.file);
        drop(output);
        let waiting = self.waiting;
        let rest = move || {
            let _ = rustix::io::ioctl_fionbio(&file, false);
            // The partner may not want it.
            let _ = (&*file).write_all(&waiting);
        };
        if let Err(error) = std::thread::Builder::new()
            .name("pipe".to_owned())
            .spawn(rest)
        {
            tracing::warn!(%error, "the end of what a program said is lost");
        }
    }
}
