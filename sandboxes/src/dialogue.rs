//! Two programs that talk to each other: the pipes between them, and what is known of each while both run.
//!
//! Each runs in a sandbox of its own, both on one slot. The worker of a sandbox keeps its program's ends of the pipes open until
//! everything of the program is dead and says when it ended, so whoever is said to have ended first did: the other could not
//! have read the end of its input before. An end that a living program closes by itself is noticed and let go within
//! [`NOTICED_WITHIN`]. **Invariant:** a run of this kind is never stopped for idling; whether both sleep is for the host to say.

mod recorder;

use std::fs::File;
use std::io::Result;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::fs::{Gid, Uid};
use rustix::pipe::{PipeFlags, fcntl_setpipe_size, pipe_with};

pub use self::recorder::{Ends, Record, Recorder, Said};

/// How much one program may write before the other has to read: what every user of Linux may ask for, and what other judges
/// give.
const PIPE_BYTES: usize = 1 << 20;

/// How long it may take until an end of a pipe that a living program has closed is closed for its partner too.
pub const NOTICED_WITHIN: Duration = Duration::from_millis(120);

/// What makes a run one of two that talk to each other. Its standard input is an end of a pipe like this one.
#[derive(Clone, Debug)]
pub struct Dialogue {
    /// Standard output: the writing end of a [`Pipe`]. Nothing is captured.
    pub stdout: Arc<File>,
    /// Where the run is seen from outside.
    pub meter: Arc<Meter>,
}

/// One direction between two programs.
#[derive(Clone, Debug)]
pub struct Pipe {
    /// The end to read from.
    pub reader: Arc<File>,
    /// The end to write to.
    pub writer: Arc<File>,
}

impl Pipe {
    /// An empty pipe with room for a mebibyte where the host allows it.
    ///
    /// # Errors
    /// When the host has no descriptors left.
    pub fn new() -> Result<Self> {
        let (reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
        // A host that allows less than Linux does by default still joins them.
        let _ = fcntl_setpipe_size(&writer, PIPE_BYTES);
        Ok(Self {
            reader: Arc::new(File::from(reader)),
            writer: Arc::new(File::from(writer)),
        })
    }
}

/// Gives a pipe to the programs' user: a program may open `/dev/stdout`.
pub(crate) fn give_to(pipe: &File, uid: u32) -> Result<()> {
    Ok(rustix::fs::fchown(
        pipe,
        Some(Uid::from_raw(uid)),
        Some(Gid::from_raw(uid)),
    )?)
}

/// A run under way, as its worker last saw it: some ten times a second.
#[derive(Debug, Default)]
pub struct Meter {
    seen: Mutex<Seen>,
}

/// What a [`Meter`] shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// CPU time so far.
    pub cpu: Duration,
    /// Since when every process of the run has been asleep, if it is.
    pub asleep_since: Option<Instant>,
}

impl Meter {
    /// What was last seen.
    #[must_use]
    pub fn seen(&self) -> Seen {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what a worker saw.
    pub(crate) fn note(&self, cpu: Duration, asleep: bool) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.cpu = cpu;
        seen.asleep_since = asleep.then(|| seen.asleep_since.unwrap_or_else(Instant::now));
    }
}
