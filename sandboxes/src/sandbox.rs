//! The seam every wall implements: a [`Wall`] prepares fresh [`Sandbox`]es, a sandbox serves one submission and is destroyed.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::dialogue::Dialogue;
use crate::outcome::Outcome;

/// Where a program finds its own files, read-only: sources, class files, a validator's testcase.
pub const BOX_DIR: &str = "/box";
/// Where a program may write, and its working directory; wiped after every run.
pub const WORK_DIR: &str = "/tmp";

/// One CPU of this host with a place to run programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot {
    /// 0-based; also picks the unprivileged uid.
    pub index: u32,
    /// The CPU the slot is pinned to.
    pub cpu: u32,
}

/// Bounds of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// CPU time of the whole group.
    pub cpu: Duration,
    /// Wall time; the guard against sleepers.
    pub wall: Duration,
    /// Memory of the whole group, bytes; also the stack limit.
    pub memory_bytes: u64,
    /// Standard output, bytes; one byte more is [`crate::outcome::Stop::OutputLimit`].
    pub output_bytes: u64,
    /// How much of standard error is kept; the rest is discarded.
    pub stderr_bytes: u64,
    /// Processes and threads together.
    pub processes: u32,
    /// Open files per process.
    pub open_files: u32,
    /// Largest file the program may write.
    pub file_bytes: u64,
}

/// What to execute.
#[derive(Clone, Debug)]
pub enum Executable {
    /// A file of the host, executed by descriptor; it need not exist inside the wall.
    File(Arc<File>),
    /// A path inside the wall: an interpreter, or something under [`BOX_DIR`].
    Path(PathBuf),
}

/// One run of one program.
#[derive(Clone, Debug)]
pub struct Run {
    /// What to execute.
    pub executable: Executable,
    /// The whole argument vector, `argv[0]` included.
    pub args: Vec<String>,
    /// The whole environment, `NAME=value`.
    pub env: Vec<String>,
    /// Standard input: a regular file, or in a dialogue the end of a pipe; `None` is an empty one. Reads of a file start at
    /// offset 0 whatever else reads it.
    pub stdin: Option<Arc<File>>,
    /// Set when it talks to another program instead of being captured.
    pub dialogue: Option<Dialogue>,
    /// Bounds.
    pub limits: Limits,
    /// Keep what the run left in [`WORK_DIR`] for [`Sandbox::collect`] and for later runs: compilers and validators.
    pub keep_work: bool,
}

/// A file put into [`BOX_DIR`] before a run.
#[derive(Clone, Debug)]
pub struct PlacedFile {
    /// Relative path below [`BOX_DIR`]; no `..`, no absolute path.
    pub path: String,
    /// Content.
    pub content: Content,
    /// Whether it may be executed.
    pub executable: bool,
}

/// Bytes given to a sandbox.
#[derive(Clone, Debug)]
pub enum Content {
    /// Small content, in memory.
    Bytes(Vec<u8>),
    /// A file of the host, read from offset 0 to its end.
    File(Arc<File>),
    /// The same, shown in place without a copy where it is large and the wall can: in [`BOX_DIR`] only. Its content must not
    /// change while the sandbox lives.
    Shown(Arc<File>),
}

/// A file to be taken out of a sandbox if it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedFile {
    /// Its name, one component.
    pub name: String,
    /// How much of it is taken; [`CollectedFile::len`] tells the whole size.
    pub most_bytes: u64,
    /// Whether it is removed from the sandbox.
    pub remove: bool,
}

/// A regular file taken out of a sandbox: bounded, links refused.
#[derive(Debug)]
pub struct CollectedFile {
    /// Path relative to the collected directory.
    pub path: String,
    /// The content, readable from offset 0.
    pub file: File,
    /// Its size.
    pub len: u64,
    /// Whether it was executable.
    pub executable: bool,
}

/// Bounds of [`Sandbox::collect`].
#[derive(Clone, Copy, Debug)]
pub struct CollectLimits {
    /// How many files.
    pub files: u32,
    /// Their sizes added up.
    pub total_bytes: u64,
}

/// How many sandboxes one slot may hold at once: the solution's, its validator's, one being destroyed, and one spare.
pub const SANDBOXES_PER_SLOT: usize = 4;

/// Builds sandboxes of one kind.
pub trait Wall: Send + Sync {
    /// `native`, `trusted`, ...
    fn name(&self) -> &'static str;

    /// Prepares one fresh sandbox on `slot`, ahead of need. A slot holds at most [`SANDBOXES_PER_SLOT`] that are not destroyed.
    /// Programs may run in several of them at once: they share the slot's processor, and each is accounted and limited by
    /// itself. None can see, signal or otherwise reach what runs in another.
    ///
    /// # Errors
    /// When a mechanism of the wall fails; the message names the step.
    fn prepare(&self, slot: Slot) -> BoxFuture<'_, Result<Box<dyn Sandbox>, WallError>>;

    /// How many times as long programs take behind this wall as on the host's own processor: what limits of time have to be
    /// multiplied by, and what a verdict has to report. Where it has to be measured it is known once the first sandbox is
    /// prepared, and does not change afterwards.
    fn time_factor(&self) -> f64 {
        1.0
    }
}

/// One sandbox: serves one submission, then is destroyed.
///
/// Runs are queued with [`Sandbox::start`] and finish in order; queueing the next run before the last one has finished
/// hides the round trip to the runner. Dropping a sandbox destroys it too, without waiting.
pub trait Sandbox: Send {
    /// Puts files under [`BOX_DIR`].
    ///
    /// # Errors
    /// [`WallError`]; also for a path that escapes.
    fn place(&mut self, files: Vec<PlacedFile>) -> BoxFuture<'_, Result<(), WallError>>;

    /// Queues a run. At most [`Sandbox::window`] may be unfinished.
    ///
    /// # Errors
    /// [`WallError`] when the runner is gone.
    fn start(&mut self, run: Run) -> BoxFuture<'_, Result<(), WallError>>;

    /// Waits for the oldest unfinished run. When it resolves, every process of that run is dead. Dropping the future loses
    /// nothing: the next call waits for the same run.
    ///
    /// # Errors
    /// [`WallError`] when the wall failed; the sandbox is useless from then on.
    fn finish(&mut self) -> BoxFuture<'_, Result<Outcome, WallError>>;

    /// Stops the current run and drops the queued ones; each unfinished run still finishes, as [`crate::outcome::Stop::Cancelled`].
    ///
    /// # Errors
    /// [`WallError`] when the runner is gone.
    fn cancel(&mut self) -> BoxFuture<'_, Result<(), WallError>>;

    /// How many runs may be queued at once.
    fn window(&self) -> usize;

    /// Takes the regular files below `dir`, an absolute path inside [`WORK_DIR`], out of the sandbox.
    ///
    /// # Errors
    /// [`WallError::Refused`] for a link, a device or too much; other [`WallError`]s when the wall failed.
    fn collect<'a>(
        &'a mut self,
        dir: &'a str,
        limits: CollectLimits,
    ) -> BoxFuture<'a, Result<Vec<CollectedFile>, WallError>>;

    /// Takes these files out of `dir`, an absolute path inside [`WORK_DIR`]; those that are not there are left out, and whatever
    /// else is there is not looked at.
    ///
    /// # Errors
    /// [`WallError::Refused`] when one of them is a link, a device or a directory; other [`WallError`]s when the wall failed.
    fn take<'a>(
        &'a mut self,
        dir: &'a str,
        wanted: &'a [WantedFile],
    ) -> BoxFuture<'a, Result<Vec<CollectedFile>, WallError>>;

    /// Makes a directory inside [`WORK_DIR`] with these files in it, in which runs start until the work directory is emptied,
    /// which is after the next run unless that keeps it. The program may write there if `writable`; in [`WORK_DIR`] itself it
    /// always may. Only while no run is unfinished.
    ///
    /// # Errors
    /// [`WallError`] when the wall failed; [`WallError::Refused`] for a path that escapes and for more than fits.
    fn furnish(
        &mut self,
        files: Vec<PlacedFile>,
        writable: bool,
    ) -> BoxFuture<'_, Result<(), WallError>>;

    /// Empties [`WORK_DIR`], then makes `dirs` in it (one component each), writable for the program: a validator's feedback
    /// directory. Only while no run is unfinished.
    ///
    /// # Errors
    /// [`WallError`] when the wall failed.
    fn reset_work<'a>(&'a mut self, dirs: &'a [&'a str]) -> BoxFuture<'a, Result<(), WallError>>;

    /// Kills everything inside and gives everything back.
    fn destroy(self: Box<Self>) -> BoxFuture<'static, Result<(), WallError>>;
}

/// A failure of the wall, never of the program: retried on a fresh sandbox, then on another host.
#[derive(Debug, thiserror::Error)]
pub enum WallError {
    /// A mechanism is missing on this host; the wall refuses to start.
    #[error("{mechanism} is not available: {reason}")]
    Missing {
        /// The mechanism: `cgroup memory controller`, `seccomp`, ...
        mechanism: &'static str,
        /// Why, and what mends it.
        reason: String,
    },
    /// A step failed.
    #[error("failed to {step}")]
    Step {
        /// What was being done.
        step: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The runner reported that one of its steps failed.
    #[error("the runner failed to {step}: {source}")]
    Runner {
        /// What it was doing.
        step: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The runner broke the protocol or is gone.
    #[error("lost the runner: {0}")]
    Lost(String),
    /// The kernel would not execute what the run named: no such file, not an executable format, no permission. The sandbox is
    /// fine and goes on with the next run. For a file the submission itself built this says something about the submission.
    #[error("failed to execute the program: {source}")]
    NotExecutable {
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The content of the sandbox, shaped by the program, breaks a rule: `symbolic link "a.out"`, `more than 64 MiB`.
    #[error("{0}")]
    Refused(String),
}

/// An error with all that caused it, in one line.
#[must_use]
pub fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
