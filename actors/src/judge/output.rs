//! The default output validator applied to what a run wrote: small outputs are read and compared where we are, large ones
//! are compared window by window on a thread that may block.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use judging::validation::{Comparison, Flags, compare, compare_readers};
use sandboxes::outcome::Captured;

use crate::problems::{Answer, OpenTestcase};

/// Outputs up to this size take less time to compare (about 0.1 ms) than a hop to another thread and back is worth.
const INLINE_BYTES: u64 = 64 << 10;

/// Compares `output` with the answer of `testcase`. `buffer` is scratch space, kept between runs.
pub(super) async fn compare_output(
    output: &Captured,
    testcase: &Arc<OpenTestcase>,
    flags: &Flags,
    buffer: &mut Vec<u8>,
) -> io::Result<Comparison> {
    if let (Answer::Bytes(answer), true) = (&testcase.answer, output.len <= INLINE_BYTES) {
        // At most INLINE_BYTES, hence no truncation.
        buffer.resize(output.len as usize, 0);
        output.file.read_exact_at(buffer, 0)?;
        return Ok(compare(buffer, answer, flags));
    }
    let (output, testcase, flags) = (output.clone(), Arc::clone(testcase), flags.clone());
    let compared = tokio::task::spawn_blocking(move || compare_large(&output, &testcase, &flags));
    compared.await.map_err(io::Error::other)?
}

/// The first `most` bytes of an output.
pub(super) fn read_start(output: &Captured, most: u64) -> io::Result<Vec<u8>> {
    read_all(&output.file, output.len.min(most))
}

fn compare_large(
    output: &Captured,
    testcase: &OpenTestcase,
    flags: &Flags,
) -> io::Result<Comparison> {
    let output = Part::of(&output.file, output.len);
    match &testcase.answer {
        Answer::Bytes(answer) => compare_readers(output, answer.as_slice(), flags),
        Answer::File(file, len) => compare_readers(output, Part::of(file, *len), flags),
    }
}

/// The beginning of a file, read without moving its offset.
struct Part<'a> {
    file: &'a File,
    at: u64,
    end: u64,
}

impl<'a> Part<'a> {
    fn of(file: &'a File, len: u64) -> Self {
        Self {
            file,
            at: 0,
            end: len,
        }
    }
}

impl Read for Part<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let most = buffer.len().min(left);
        let read = self.file.read_at(&mut buffer[..most], self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// Reads the beginning of a file.
fn read_all(file: &File, len: u64) -> io::Result<Vec<u8>> {
    let len = usize::try_from(len).map_err(io::Error::other)?;
    let mut bytes = vec![0; len];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}
