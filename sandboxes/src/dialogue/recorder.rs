//! Stands between two programs that talk and notes who wrote what and when. It costs each message two changes of process, so
//! it is for dialogues somebody wants to read: see `gavel bench interactive`.
//!
//! One thread per dialogue, on the processor of the programs, where waking it is cheapest. **Invariants:** bytes arrive in order
//! and whole; what the reader has closed is read and thrown away, so that nobody fails or blocks for writing to a partner that is
//! gone; the thread ends with the last of the two programs; memory is bounded.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{ErrorKind, Read, Result, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use tokio::sync::oneshot;

use super::Pipe;
use crate::sandbox::Slot;

/// What is read at once.
const CHUNK: usize = 64 << 10;
/// What noting a message costs beyond its bytes, when it is counted against the bound.
const ENTRY_BYTES: usize = 32;

/// One message, as it was read at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Since the recorder started.
    pub at: Duration,
    /// Whether the first program wrote it, else the second.
    pub first: bool,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What was said, in the order it was read: the beginning and the end of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The beginning.
    pub head: Vec<Said>,
    /// How many messages and bytes between the two are left out.
    pub left_out: (u64, u64),
    /// The end.
    pub tail: VecDeque<Said>,
    head_bytes: usize,
    tail_bytes: usize,
}

impl Record {
    fn add(&mut self, said: Said, bound: usize) {
        let bytes = said.bytes.len() + ENTRY_BYTES;
        if self.tail.is_empty() && self.head_bytes + bytes <= bound / 2 {
            self.head_bytes += bytes;
            return self.head.push(said);
        }
        self.tail_bytes += bytes;
        self.tail.push_back(said);
        while self.tail_bytes > bound / 2
            && let Some(dropped) = self.tail.pop_front()
        {
            self.tail_bytes -= dropped.bytes.len() + ENTRY_BYTES;
            self.left_out.0 += 1;
            self.left_out.1 += dropped.bytes.len() as u64;
        }
    }
}

/// What two programs that are recorded are connected to: standard input and output of each.
pub struct Ends {
    /// Of the first program.
    pub first: (Arc<File>, Arc<File>),
    /// Of the second one.
    pub second: (Arc<File>, Arc<File>),
}

/// A recorder at work.
pub struct Recorder(oneshot::Receiver<Record>);

impl Recorder {
    /// Starts one for programs on `slot` that keeps about `bound` bytes.
    ///
    /// # Errors
    /// When there are no descriptors or threads left.
    pub fn start(slot: Slot, bound: usize) -> Result<(Ends, Self)> {
        let [from_first, to_second, from_second, to_first] =
            [Pipe::new()?, Pipe::new()?, Pipe::new()?, Pipe::new()?];
        let ends = Ends {
            first: (to_first.reader, from_first.writer),
            second: (to_second.reader, from_second.writer),
        };
        let mut ways = [
            Way::new(from_first.reader, to_second.writer)?,
            Way::new(from_second.reader, to_first.writer)?,
        ];
        let (done, recorder) = oneshot::channel();
        let relay = move || {
            let mut cpus = rustix::thread::CpuSet::new();
            cpus.set(slot.cpu as usize);
            // Elsewhere it works as well, only slower.
            let _ = rustix::thread::sched_setaffinity(None, &cpus);
            // Nobody may want it any more.
            let _ = done.send(relay(&mut ways, bound));
        };
        std::thread::Builder::new()
            .name("recorder".to_owned())
            .spawn(relay)?;
        Ok((ends, Self(recorder)))
    }

    /// What was said, once both programs have ended.
    pub async fn finish(self) -> Record {
        // The thread does not panic; if it did, nothing is known.
        self.0.await.unwrap_or_default()
    }
}

/// One direction.
struct Way {
    reader: Option<Arc<File>>,
    writer: Option<Arc<File>>,
    waiting: Vec<u8>,
}

impl Way {
    fn new(reader: Arc<File>, writer: Arc<File>) -> Result<Self> {
        // Both ends are ours alone; the programs have the others.
        rustix::io::ioctl_fionbio(&reader, true)?;
        rustix::io::ioctl_fionbio(&writer, true)?;
        Ok(Self {
            reader: Some(reader),
            writer: Some(writer),
            waiting: Vec::new(),
        })
    }

    /// What to wait for; `None` when this direction is closed.
    fn interest(&self) -> Option<(&File, PollFlags)> {
        match (&self.reader, &self.writer) {
            (_, Some(writer)) if !self.waiting.is_empty() => Some((writer, PollFlags::OUT)),
            (Some(reader), _) => Some((reader, PollFlags::IN)),
            (None, _) => None,
        }
    }

    /// Reads one message, if there is one.
    fn take(&mut self, buffer: &mut [u8]) -> Option<usize> {
        let mut reader: &File = self.reader.as_deref()?;
        match reader.read(buffer) {
            Ok(count) if count > 0 => Some(count),
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) =>
            {
                None
            }
            Ok(_) | Err(_) => {
                self.reader = None;
                self.writer = None;
                None
            }
        }
    }

    /// Passes on what waits, as far as there is room.
    fn give(&mut self) {
        while let Some(mut writer) = self.writer.as_deref()
            && !self.waiting.is_empty()
        {
            match writer.write(&self.waiting) {
                Ok(count) => drop(self.waiting.drain(..count)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                // Nobody reads it any more.
                Err(_) => self.writer = None,
            }
        }
        if self.writer.is_none() {
            self.waiting.clear();
        }
    }
}

fn relay(ways: &mut [Way; 2], bound: usize) -> Record {
    let began = Instant::now();
    let mut record = Record::default();
    let mut buffer = vec![0; CHUNK];
    loop {
        let mut waits: Vec<PollFd<'_>> = ways
            .iter()
            .filter_map(Way::interest)
            .map(|(file, flags)| PollFd::new(file, flags))
            .collect();
        if waits.is_empty() {
            return record;
        }
        if poll(&mut waits, None).is_err_and(|error| error != rustix::io::Errno::INTR) {
            return record;
        }
        drop(waits);
        for (index, way) in ways.iter_mut().enumerate() {
            if way.waiting.is_empty()
                && let Some(count) = way.take(&mut buffer)
            {
                let said = Said {
                    at: began.elapsed(),
                    first: index == 0,
                    bytes: buffer[..count].to_vec(),
                };
                way.waiting.extend_from_slice(&said.bytes);
                way.give();
                record.add(said, bound);
            } else {
                way.give();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(count: usize) -> Said {
        Said {
            at: Duration::ZERO,
            first: true,
            bytes: vec![b'x'; count],
        }
    }

    #[test]
    fn the_beginning_and_the_end_are_kept_within_the_bound() {
        let mut record = Record::default();
        for count in 1..=20 {
            record.add(said(count), 400);
        }
        let lengths = |said: &Said| said.bytes.len();
        assert_eq!(
            record.head.iter().map(lengths).collect::<Vec<_>>(),
            [1, 2, 3, 4, 5]
        );
        assert_eq!(
            record.tail.iter().map(lengths).collect::<Vec<_>>(),
            [18, 19, 20]
        );
        assert_eq!(record.left_out, (12, (6..=17).sum()));
    }

    #[test]
    fn one_message_larger_than_the_bound_is_left_out_whole() {
        let mut record = Record::default();
        record.add(said(1000), 400);
        assert_eq!((record.head.len(), record.tail.len()), (0, 0));
        assert_eq!(record.left_out, (1, 1000));
    }

    #[tokio::test]
    async fn what_is_said_is_passed_on_and_noted() {
        let (ends, recorder) = Recorder::start(Slot { index: 0, cpu: 0 }, 1 << 16).unwrap();
        let (first_in, first_out) = ends.first;
        let (second_in, second_out) = ends.second;
        (&*first_out).write_all(b"question\n").unwrap();
        let mut heard = [0; 9];
        (&*second_in).read_exact(&mut heard).unwrap();
        (&*second_out).write_all(b"answer\n").unwrap();
        (&*first_in).read_exact(&mut heard[..7]).unwrap();
        assert_eq!(&heard, b"answer\nn\n");
        // Nobody reads this, and nobody is told.
        drop(second_in);
        (&*first_out).write_all(&vec![b'x'; 3 << 20]).unwrap();
        drop((first_out, second_out));
        let record = recorder.finish().await;
        let heard: Vec<_> = record
            .head
            .iter()
            .map(|said| (said.first, said.bytes.as_slice()))
            .collect();
        assert_eq!(
            heard[..2],
            [(true, &b"question\n"[..]), (false, &b"answer\n"[..])]
        );
        assert!(record.left_out.1 > 2 << 20);
    }
}
