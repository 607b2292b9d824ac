//! Frames over a plain stream of bytes, for walls whose two sides share no descriptors: what travels beside a frame elsewhere
//! follows it here. A frame whose header counts `n` descriptors is followed by `n` attachments: mode (1 byte, 1 is
//! executable), length (8 bytes, little endian), the bytes of a file.
//!
//! **Invariants:** the content of a file is never held in memory of ours, it goes from file to stream and from stream to a sealed
//! memory file piece by piece; nothing is made from a length before it is checked.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Error, ErrorKind, Result, Write};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::fs::{FileExt, MetadataExt};

use bincode::{Decode, Encode};

use crate::frames::{self, FrameError, HEADER};

/// Bytes before the content of an attachment.
const HEAD: usize = 9;

/// A file up to this size is read when it is queued, so that it travels in one piece with its frame.
pub const SMALL_BYTES: u64 = 16 << 10;

/// What is read from a larger file at once.
const PIECE_BYTES: usize = 128 << 10;

/// Frames that may wait for their reader: more than any conversation has unanswered.
const MOST_FRAMES: usize = 1024;

fn broken(error: &FrameError) -> Error {
    Error::new(ErrorKind::InvalidData, error.to_string())
}

fn invalid(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what.to_owned())
}

/// What has been read from a stream, as far as it goes.
pub struct Incoming {
    /// The frame being read, header included.
    frame: Vec<u8>,
    /// Its attachments so far, once the frame itself is whole.
    attachments: Option<Attachments>,
    whole: VecDeque<(Vec<u8>, Vec<OwnedFd>)>,
    most_bytes: u64,
}

struct Attachments {
    files: Vec<OwnedFd>,
    missing: usize,
    bytes: u64,
    head: Vec<u8>,
    current: Option<Current>,
}

struct Current {
    file: File,
    left: u64,
    executable: bool,
}

impl Default for Incoming {
    fn default() -> Self {
        Self {
            frame: Vec::new(),
            attachments: None,
            whole: VecDeque::new(),
            most_bytes: u64::MAX,
        }
    }
}

impl Incoming {
    /// From now on the attachments of one frame may have this many bytes together.
    pub fn accept_at_most(&mut self, bytes: u64) {
        self.most_bytes = bytes;
    }

    /// Takes in what was read.
    ///
    /// # Errors
    /// When it is no frame, promises too much, or a memory file cannot be made. The conversation is broken then.
    pub fn take(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            bytes = match &mut self.attachments {
                None => self.take_frame(bytes)?,
                Some(attachments) => attachments.take(bytes, self.most_bytes)?,
            };
            self.finish_frame()?;
        }
        Ok(())
    }

    fn take_frame<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8]> {
        let wanted = match frames::header(&self.frame).map_err(|error| broken(&error))? {
            None => HEADER - self.frame.len(),
            Some(header) => HEADER + header.body - self.frame.len(),
        };
        let (now, rest) = bytes.split_at(wanted.min(bytes.len()));
        self.frame.extend_from_slice(now);
        Ok(rest)
    }

    /// Moves on when the frame, or the last of its attachments, is whole.
    fn finish_frame(&mut self) -> Result<()> {
        if self.attachments.is_none() {
            let Some(header) = frames::header(&self.frame).map_err(|error| broken(&error))? else {
                return Ok(());
            };
            if self.frame.len() < HEADER + header.body {
                return Ok(());
            }
            self.attachments = Some(Attachments {
                files: Vec::new(),
                missing: header.descriptors,
                bytes: 0,
                head: Vec::new(),
                current: None,
            });
        }
        if let Some(attachments) = self.attachments.take_if(|all| all.missing == 0) {
            if self.whole.len() >= MOST_FRAMES {
                return Err(invalid("more frames than anybody asked for"));
            }
            let frame = std::mem::take(&mut self.frame);
            self.whole.push_back((frame, attachments.files));
        }
        Ok(())
    }

    /// The next whole message with the files that came with it.
    ///
    /// # Errors
    /// When the frame is no such message.
    pub fn message<M: Decode<()>>(&mut self) -> Result<Option<(M, Vec<OwnedFd>)>> {
        let Some((frame, files)) = self.whole.pop_front() else {
            return Ok(None);
        };
        let message = frames::decode(&frame[HEADER..]).map_err(|error| broken(&error))?;
        Ok(Some((message, files)))
    }
}

impl Attachments {
    fn take<'a>(&mut self, bytes: &'a [u8], most_bytes: u64) -> Result<&'a [u8]> {
        let Some(current) = &mut self.current else {
            let (now, rest) = bytes.split_at((HEAD - self.head.len()).min(bytes.len()));
            self.head.extend_from_slice(now);
            if self.head.len() == HEAD {
                self.begin(most_bytes)?;
            }
            return Ok(rest);
        };
        let wanted = usize::try_from(current.left).unwrap_or(usize::MAX);
        let (now, rest) = bytes.split_at(wanted.min(bytes.len()));
        current.file.write_all(now)?;
        current.left -= now.len() as u64;
        self.end_if_whole()?;
        Ok(rest)
    }

    fn begin(&mut self, most_bytes: u64) -> Result<()> {
        let mut length = [0; 8];
        length.copy_from_slice(&self.head[1..]);
        let left = u64::from_le_bytes(length);
        self.bytes = self.bytes.saturating_add(left);
        if self.bytes > most_bytes {
            return Err(invalid("an attachment is larger than agreed"));
        }
        self.current = Some(Current {
            file: memory_file()?,
            left,
            executable: self.head[0] & 1 != 0,
        });
        self.head.clear();
        self.end_if_whole()
    }

    fn end_if_whole(&mut self) -> Result<()> {
        if let Some(current) = self.current.take_if(|current| current.left == 0) {
            self.files.push(seal(current.file, current.executable)?);
            self.missing -= 1;
        }
        Ok(())
    }
}

fn memory_file() -> Result<File> {
    // SAFETY: the name is NUL-terminated.
    let fd = unsafe {
        libc::memfd_create(
            c"gavel-attachment".as_ptr(),
            libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING,
        )
    };
    if fd < 0 {
        return Err(Error::last_os_error());
    }
    // SAFETY: the kernel has just made it for us.
    Ok(unsafe { File::from_raw_fd(fd) })
}

/// Nobody can change it any more; its offset is at its beginning.
fn seal(file: File, executable: bool) -> Result<OwnedFd> {
    let fd = file.as_raw_fd();
    let seals = libc::F_SEAL_SEAL | libc::F_SEAL_SHRINK | libc::F_SEAL_GROW | libc::F_SEAL_WRITE;
    let mode = if executable { 0o555 } else { 0o444 };
    // SAFETY: no pointers.
    let failed = unsafe {
        libc::fchmod(fd, mode) < 0
            || libc::fcntl(fd, libc::F_ADD_SEALS, seals) < 0
            || libc::lseek(fd, 0, libc::SEEK_SET) < 0
    };
    if failed {
        return Err(Error::last_os_error());
    }
    Ok(file.into())
}

/// What has still to be written to a stream.
#[derive(Default)]
pub struct Outgoing {
    parts: VecDeque<Part>,
}

enum Part {
    Bytes {
        bytes: Vec<u8>,
        sent: usize,
    },
    File {
        file: File,
        /// Where the next piece is read.
        offset: u64,
        left: u64,
        piece: Vec<u8>,
        sent: usize,
    },
}

/// A file that travels with a message.
#[derive(Clone, Copy)]
pub struct Enclosed<'a> {
    /// The file; read from offset 0 while it is sent, so it must not change until then.
    pub file: BorrowedFd<'a>,
    /// Not more than this is sent.
    pub most_bytes: u64,
}

impl Outgoing {
    /// Queues a message and the files that come with it.
    ///
    /// # Errors
    /// When the message is too long, or a file cannot be looked at or is none; what was queued is then useless.
    pub fn push<M: Encode>(&mut self, message: &M, files: &[Enclosed<'_>]) -> Result<()> {
        frames::encode(message, files.len(), self.tail()).map_err(|error| broken(&error))?;
        for enclosed in files {
            let file = File::from(enclosed.file.try_clone_to_owned()?);
            let metadata = file.metadata()?;
            if !metadata.is_file() {
                return Err(invalid("only files can travel over a stream"));
            }
            let length = metadata.len().min(enclosed.most_bytes);
            let tail = self.tail();
            tail.push(u8::from(metadata.mode() & 0o111 != 0));
            tail.extend_from_slice(&length.to_le_bytes());
            if length <= SMALL_BYTES {
                let start = tail.len();
                tail.resize(start + usize::try_from(length).unwrap_or(0), 0);
                file.read_exact_at(&mut tail[start..], 0)?;
            } else {
                self.parts.push_back(Part::File {
                    file,
                    offset: 0,
                    left: length,
                    piece: Vec::new(),
                    sent: 0,
                });
            }
        }
        Ok(())
    }

    /// The bytes at the end of the queue, to be added to.
    fn tail(&mut self) -> &mut Vec<u8> {
        if !matches!(self.parts.back(), Some(Part::Bytes { .. })) {
            self.parts.push_back(Part::Bytes {
                bytes: Vec::new(),
                sent: 0,
            });
        }
        match self.parts.back_mut() {
            Some(Part::Bytes { bytes, .. }) => bytes,
            _ => unreachable!("the last part was just made sure of"),
        }
    }

    /// Whether everything has been written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Bytes waiting, those of large files included.
    #[must_use]
    pub fn len(&self) -> u64 {
        let waiting = |part: &Part| match part {
            Part::Bytes { bytes, sent } => (bytes.len() - sent) as u64,
            Part::File {
                left, piece, sent, ..
            } => left + (piece.len() - sent) as u64,
        };
        self.parts.iter().map(waiting).sum()
    }

    /// What is to be written next; empty when nothing is left.
    ///
    /// # Errors
    /// When a file cannot be read, or has become shorter.
    pub fn chunk(&mut self) -> Result<&[u8]> {
        match self.parts.front_mut() {
            None => Ok(&[]),
            Some(Part::Bytes { bytes, sent }) => Ok(&bytes[*sent..]),
            Some(Part::File {
                file,
                offset,
                left,
                piece,
                sent,
            }) => {
                if *sent == piece.len() {
                    let count =
                        usize::try_from(*left).map_or(PIECE_BYTES, |left| left.min(PIECE_BYTES));
                    piece.resize(count, 0);
                    file.read_exact_at(piece, *offset)?;
                    *offset += count as u64;
                    *left -= count as u64;
                    *sent = 0;
                }
                Ok(&piece[*sent..])
            }
        }
    }

    /// Notes that so much of [`Outgoing::chunk`] was written.
    pub fn advance(&mut self, count: usize) {
        let done = match self.parts.front_mut() {
            None => false,
            Some(Part::Bytes { bytes, sent }) => {
                *sent += count;
                *sent == bytes.len()
            }
            Some(Part::File {
                left, piece, sent, ..
            }) => {
                *sent += count;
                *sent == piece.len() && *left == 0
            }
        };
        if done {
            self.parts.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use super::*;
    use crate::protocol::Request;

    fn file(bytes: &[u8], executable: bool) -> File {
        let mut file = memory_file().unwrap();
        file.write_all(bytes).unwrap();
        File::from(seal(file, executable).unwrap())
    }

    fn enclosed(file: &File) -> Enclosed<'_> {
        Enclosed {
            file: file.as_fd(),
            most_bytes: u64::MAX,
        }
    }

    fn wire(outgoing: &mut Outgoing) -> Vec<u8> {
        let mut wire = Vec::new();
        while !outgoing.is_empty() {
            // In odd pieces, as a full pipe would take them.
            let chunk = outgoing.chunk().unwrap();
            let now = chunk.len().min(7919);
            wire.extend_from_slice(&chunk[..now]);
            outgoing.advance(now);
        }
        wire
    }

    fn content(fd: &OwnedFd) -> (Vec<u8>, bool) {
        let file = File::from(fd.try_clone().unwrap());
        let metadata = file.metadata().unwrap();
        let mut bytes = vec![0; usize::try_from(metadata.len()).unwrap()];
        file.read_exact_at(&mut bytes, 0).unwrap();
        (bytes, metadata.mode() & 0o111 != 0)
    }

    /// However a stream is cut, the same frames and files come out.
    #[test]
    fn frames_and_files_come_back_as_they_went() {
        let large: Vec<u8> = (0..700_001_u32).map(|number| number as u8).collect();
        let files = [file(b"", false), file(&large, true), file(b"small", false)];
        let mut outgoing = Outgoing::default();
        let place = Request::Cancel { through: 7 };
        outgoing
            .push(&place, &files.each_ref().map(enclosed))
            .unwrap();
        outgoing.push(&Request::Cancel { through: 8 }, &[]).unwrap();
        assert!(outgoing.len() > 700_000);
        let wire = wire(&mut outgoing);
        assert_eq!(outgoing.len(), 0);
        for piece in [1, 3, 1000, 1 << 20] {
            let mut incoming = Incoming::default();
            let mut messages = Vec::new();
            for bytes in wire.chunks(piece) {
                incoming.take(bytes).unwrap();
                while let Some(message) = incoming.message::<Request>().unwrap() {
                    messages.push(message);
                }
            }
            let [(first, files), (second, none)] = messages.as_slice() else {
                panic!("{} messages", messages.len());
            };
            assert!(matches!(first, Request::Cancel { through: 7 }));
            assert!(matches!(second, Request::Cancel { through: 8 }));
            assert!(none.is_empty());
            let contents: Vec<_> = files.iter().map(content).collect();
            let expected = [
                (Vec::new(), false),
                (large.clone(), true),
                (b"small".to_vec(), false),
            ];
            assert_eq!(contents, expected);
        }
    }

    #[test]
    fn too_much_is_refused_before_it_arrives() {
        let mut incoming = Incoming::default();
        incoming.accept_at_most(1000);
        let mut outgoing = Outgoing::default();
        let files = [file(&[7; 600], false), file(&[7; 600], false)];
        outgoing
            .push(
                &Request::Cancel { through: 1 },
                &files.each_ref().map(enclosed),
            )
            .unwrap();
        let error = incoming.take(&wire(&mut outgoing)).unwrap_err();
        assert_eq!(error.to_string(), "an attachment is larger than agreed");
        assert!(Incoming::default().take(&[0, 0, 0, 5, 0]).is_err());
    }

    #[test]
    fn a_file_that_shrinks_breaks_the_conversation_and_nothing_else() {
        let shrinking = memory_file().unwrap();
        shrinking.set_len(1 << 20).unwrap();
        let mut outgoing = Outgoing::default();
        outgoing
            .push(&Request::Cancel { through: 1 }, &[enclosed(&shrinking)])
            .unwrap();
        shrinking.set_len(10).unwrap();
        let frame = outgoing.chunk().unwrap().len();
        outgoing.advance(frame);
        assert_eq!(
            outgoing.chunk().unwrap_err().kind(),
            ErrorKind::UnexpectedEof
        );
    }

    #[test]
    fn garbage_is_an_error_and_never_a_panic() {
        let mut state = 1_u64;
        for _ in 0..300 {
            let mut incoming = Incoming::default();
            incoming.accept_at_most(1 << 20);
            let mut bytes: Vec<u8> = (0..300)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    (state >> 56) as u8
                })
                .collect();
            // Lengths that are believed, so that what follows is looked at too.
            bytes[..5].copy_from_slice(&[20, 0, 0, 0, 3]);
            if incoming.take(&bytes).is_ok() {
                let _ = incoming.message::<Request>();
            }
        }
    }
}
