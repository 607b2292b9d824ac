//! Testcase files, opened on demand and kept open while they are in use: a hot problem costs no `open` per run. Inputs go to
//! programs as descriptors; small answers are kept in memory, large ones are mapped when they are compared.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;
use std::sync::Arc;

use judging::ids::ContentHash;
use judging::packages::ProblemPackage;
use parking_lot::Mutex;
use rustix::fs::{MemfdFlags, Mode, OFlags};

/// Testcases kept open: two descriptors each, and there are 1,024 at least.
const OPEN_TESTCASES: usize = 200;
/// Answers up to this size are kept in memory; [`OPEN_TESTCASES`] of them are 12.5 MiB at most.
const SMALL_ANSWER_BYTES: u64 = 64 << 10;

/// A testcase with its files open.
#[derive(Debug)]
pub struct OpenTestcase {
    /// The input.
    pub input: Arc<File>,
    /// The answer.
    pub answer: Answer,
}

/// An answer, in memory when it is small.
#[derive(Debug)]
pub enum Answer {
    /// All of it.
    Bytes(Vec<u8>),
    /// The file and its size.
    File(Arc<File>, u64),
}

/// The open testcases of all problems, the least recently used closed first.
#[derive(Debug, Default)]
pub struct OpenTestcases {
    open: Mutex<Lru>,
}

#[derive(Debug, Default)]
struct Lru {
    clock: u64,
    entries: HashMap<(ContentHash, usize), (u64, Arc<OpenTestcase>)>,
}

impl OpenTestcases {
    /// The testcase at `index` of `package`, opened unless it is.
    ///
    /// # Errors
    /// When a file cannot be opened or read; the message names it.
    pub fn get(&self, package: &ProblemPackage, index: usize) -> io::Result<Arc<OpenTestcase>> {
        let key = (package.hash, index);
        if let Some(found) = self.open.lock().get(key) {
            return Ok(found);
        }
        let testcase = &package.testcases[index];
        let named = |path: &Path, error: io::Error| {
            io::Error::new(error.kind(), format!("{}: {error}", path.display()))
        };
        let input = open_input(&testcase.input).map_err(|e| named(&testcase.input, e))?;
        let answer = open_answer(&testcase.answer).map_err(|e| named(&testcase.answer, e))?;
        let opened = Arc::new(OpenTestcase {
            input: Arc::new(input),
            answer,
        });
        self.open.lock().put(key, Arc::clone(&opened));
        Ok(opened)
    }
}

impl Lru {
    fn get(&mut self, key: (ContentHash, usize)) -> Option<Arc<OpenTestcase>> {
        self.clock += 1;
        let entry = self.entries.get_mut(&key)?;
        entry.0 = self.clock;
        Some(Arc::clone(&entry.1))
    }

    fn put(&mut self, key: (ContentHash, usize), testcase: Arc<OpenTestcase>) {
        self.clock += 1;
        self.entries.insert(key, (self.clock, testcase));
        while self.entries.len() > OPEN_TESTCASES {
            let oldest = self.entries.iter().min_by_key(|(_, (used, _))| *used);
            let Some(oldest) = oldest.map(|(key, _)| *key) else {
                return;
            };
            self.entries.remove(&oldest);
        }
    }
}

/// An input as programs may read it. Many open it once more, as `/dev/stdin`, and then the mode of the file counts: of one that not
/// everybody may read (a package unpacked under a strict umask) they get a copy, which has no name.
fn open_input(path: &Path) -> io::Result<File> {
    let mut file = File::open(path)?;
    if file.metadata()?.mode() & 0o004 != 0 {
        return Ok(file);
    }
    let mode = Mode::RUSR | Mode::RGRP | Mode::ROTH;
    let unnamed = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    // Not every file system has unnamed files.
    let copy = rustix::fs::open(std::env::temp_dir(), unnamed, mode)
        .or_else(|_| rustix::fs::memfd_create("gavel-input", MemfdFlags::CLOEXEC))?;
    rustix::fs::fchmod(&copy, mode)?;
    let mut copy = File::from(copy);
    io::copy(&mut file, &mut copy)?;
    Ok(copy)
}

fn open_answer(path: &Path) -> io::Result<Answer> {
    let file = File::open(path)?;
    let len = file.metadata()?.len();
    if len > SMALL_ANSWER_BYTES {
        return Ok(Answer::File(Arc::new(file), len));
    }
    let mut bytes = vec![0; usize::try_from(len).unwrap_or(0)];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(Answer::Bytes(bytes))
}
