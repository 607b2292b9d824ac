//! What host and runner say to each other.
//!
//! Two conversations: with a **keeper** (one per slot; [`KeeperRequest`], [`KeeperReply`]), which prepares and destroys
//! sandboxes, and with a **worker** (one per sandbox; [`Request`], [`Reply`]), which runs programs. Where both ends share a
//! kernel, descriptors travel beside the frame in the order the fields name them; elsewhere copies of the files follow it
//! ([`crate::stream`]), the output of a run comes back with its outcome ([`Output::Attached`]), and what talking programs say
//! travels in messages of its own ([`Piped`]). **Invariant:** requests of one conversation are answered in order.

use bincode::{Decode, Encode};

pub use crate::mapped::{UserMap, Users};

/// Bytes given to the other side.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Blob {
    /// The next descriptor or attachment that travels with the frame: read from offset 0 to its end.
    Descriptor,
    /// The bytes themselves.
    Inline(Vec<u8>),
    /// The next descriptor is a read-only mount of a file that is in no tree yet: shown in place. Only in [`Request::Place`].
    Mount,
}

/// A failed step: data for the host's error, or for a verdict about a program's files.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Fault {
    /// What kind of failure it is.
    pub kind: FaultKind,
    /// What was being done, or for [`FaultKind::Refused`] the whole sentence.
    pub step: String,
    /// The error number, 0 if none.
    pub errno: i32,
}

/// Kinds of [`Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum FaultKind {
    /// A mechanism of the wall failed; the sandbox is useless.
    Wall,
    /// Something the program made, or a path the host named, breaks a rule; the sandbox is fine.
    Refused,
    /// The kernel refused to execute the program; the sandbox is fine.
    Exec,
}

/// Host to keeper.
#[derive(Clone, Debug, Encode, Decode)]
pub enum KeeperRequest {
    /// First and once: what this slot is. Answered by [`KeeperReply::Ready`].
    Setup(Box<Setup>),
    /// Make a sandbox. Answered by [`KeeperReply::Prepared`], with the worker's socket beside it.
    Prepare {
        /// Names it in later requests; also names its cgroups.
        id: u64,
    },
    /// Kill and remove a sandbox. Answered by [`KeeperReply::Destroyed`].
    Destroy {
        /// As in [`KeeperRequest::Prepare`].
        id: u64,
    },
}

/// Keeper to host.
#[derive(Clone, Debug, Encode, Decode)]
pub enum KeeperReply {
    /// The slot is set up, or which step failed.
    Ready(Result<(), Fault>),
    /// The sandbox is ready, or which step failed.
    Prepared {
        /// Which.
        id: u64,
        /// How it went.
        result: Result<(), Fault>,
    },
    /// Nothing of the sandbox is left, or what would not go.
    Destroyed {
        /// Which.
        id: u64,
        /// How it went.
        result: Result<(), Fault>,
    },
}

/// What a slot is.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Setup {
    /// The CPU to be pinned to.
    pub cpu: u32,
    /// User and group of the programs; `None` keeps the runner's own (trusted wall without root).
    pub uid: Option<u32>,
    /// The wall.
    pub isolation: Isolation,
    /// Size cap of the work directory, bytes.
    pub work_bytes: u64,
    /// Cap of files and directories in the work directory.
    pub work_files: u64,
    /// Size cap of the box, bytes.
    pub box_bytes: u64,
    /// Whether workers speak over streams of bytes, without descriptors.
    pub over_stream: bool,
}

/// Which wall the runner builds.
#[derive(Clone, Debug, Encode, Decode)]
pub enum Isolation {
    /// Namespaces, cgroups, seccomp, Landlock, a read-only root.
    Native {
        /// The root.
        root: Vec<RootEntry>,
        /// The cgroups.
        groups: Groups,
        /// Prefix of the names of this slot's groups, such as `s0`.
        group_prefix: String,
        /// Whose users programs run as.
        users: Users,
    },
    /// What a container engine built around this process, which is the first one in there; the box and the work directory are
    /// there already.
    Container {
        /// The sandbox's own groups, as they are mounted inside; `None` where another kernel than the host's runs programs.
        groups: Option<Groups>,
        /// The host's count of the container's CPU time, mounted inside, where there are no groups.
        cpu_counter: Option<String>,
    },
    /// A process group with resource limits; each sandbox has a private directory below this one.
    Trusted {
        /// An existing host directory.
        base: String,
    },
}

impl Isolation {
    /// Whether programs have the user of the runner itself, and so own what it owns.
    #[must_use]
    pub fn shares_user(&self) -> bool {
        matches!(
            self,
            Self::Native {
                users: Users::Single,
                ..
            }
        )
    }

    /// Whether the runner is not root on the host.
    #[must_use]
    pub fn in_user_namespace(&self) -> bool {
        self.shares_user() || self.gives_files()
    }

    /// Whether the daemon cannot give files to the programs' user, so that the runner has to.
    #[must_use]
    pub fn gives_files(&self) -> bool {
        matches!(
            self,
            Self::Native {
                users: Users::Subordinate(_),
                ..
            }
        )
    }
}

/// Where groups are made. The directories exist and are this daemon's own.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Groups {
    /// Version 1: a directory per hierarchy.
    V1 {
        /// In the memory hierarchy.
        memory: String,
        /// In the pids hierarchy.
        pids: String,
        /// In the cpuacct hierarchy.
        cpuacct: String,
    },
    /// Version 2, with the memory and pids controllers delegated.
    V2 {
        /// In the unified hierarchy.
        directory: String,
    },
}

/// One thing of the read-only root. Parents are made with mode 755.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum RootEntry {
    /// A host directory or file, read-only.
    Bind {
        /// On the host.
        host: String,
        /// Inside, absolute.
        inside: String,
        /// Else a regular file.
        is_directory: bool,
    },
    /// A symbolic link.
    Symlink {
        /// Inside, absolute.
        inside: String,
        /// What it says.
        target: String,
    },
    /// A file with content of our own.
    File {
        /// Inside, absolute.
        inside: String,
        /// Content.
        bytes: Vec<u8>,
        /// Permission bits.
        mode: u32,
    },
    /// An empty directory.
    Directory {
        /// Inside, absolute.
        inside: String,
    },
}

/// Host to worker.
#[derive(Clone, Debug, Encode, Decode)]
pub enum Request {
    /// Put files into the box. Answered by [`Reply::Done`].
    Place(Vec<FileToPlace>),
    /// Run a program. Answered by [`Reply::Finished`].
    Run(Box<RunRequest>),
    /// Stop the current run and drop the queued ones up to this number. Not answered itself.
    Cancel {
        /// The last run it is about.
        through: u64,
    },
    /// Take regular files out of the work directory. Answered by one or more [`Reply::Collected`].
    Collect {
        /// Relative to the work directory; empty for all of it.
        directory: String,
        /// How many files.
        files: u32,
        /// Their sizes added up.
        total_bytes: u64,
    },
    /// Take known files out of a directory in the work directory. Answered by [`Reply::Collected`].
    Take {
        /// Relative to the work directory.
        directory: String,
        /// Which files; those that are not there are left out.
        files: Vec<FileWanted>,
    },
    /// Make a directory `here` in the work directory with these files in it; programs start there until the work directory is
    /// emptied. Answered by [`Reply::Done`].
    Furnish {
        /// The files; their paths are relative to it.
        files: Vec<FileToPlace>,
        /// Whether programs may change what is in it.
        writable: bool,
    },
    /// Empty the work directory and make these directories in it. Answered by [`Reply::Done`].
    ResetWork {
        /// One component each.
        directories: Vec<String>,
    },
    /// Tell the time. Answered by [`Reply::Clock`].
    Clock,
    /// What a talking program hears. Not answered.
    Piped {
        /// Its run.
        number: u64,
        /// The piece.
        piped: Piped,
    },
}

/// A file for the box.
#[derive(Clone, Debug, Encode, Decode)]
pub struct FileToPlace {
    /// Relative path.
    pub path: String,
    /// Content.
    pub content: Blob,
    /// Whether it may be executed.
    pub executable: bool,
}

/// A file a program may have left.
#[derive(Clone, Debug, Encode, Decode)]
pub struct FileWanted {
    /// Its name: one component.
    pub name: String,
    /// How much of it comes back.
    pub most_bytes: u64,
    /// Whether it is removed.
    pub remove: bool,
}

/// What to execute.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Program {
    /// The next descriptor, or the bytes of an executable.
    Blob(Blob),
    /// The same file as the last run that named one.
    Again,
    /// A path inside.
    Path(String),
}

/// Where standard output goes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Output {
    /// A file of the host: kept by the worker under this number; the descriptor travels with its first use.
    Kept {
        /// The number.
        number: u32,
        /// Whether the descriptor travels with this frame.
        travels: bool,
    },
    /// Sent back inline in [`Measured::stdout`].
    Inline,
    /// Sent back with [`Reply::Finished`] as an attachment, if it is not empty.
    Attached,
    /// Into the next descriptor, an end of a pipe whose other end belongs to another program, and so does that of standard
    /// input. [`Reply::Pulse`] tells of the run while it lasts.
    Pipe,
    /// The same over a stream: what it says and hears travels as [`Piped`].
    Pumped {
        /// Whether standard input is the partner's output too.
        input: bool,
    },
}

impl Output {
    /// Whether the run is one of two that talk to each other.
    #[must_use]
    pub fn is_dialogue(&self) -> bool {
        matches!(self, Self::Pipe | Self::Pumped { .. })
    }
}

/// How much of a dialogue may be under way in one direction before the receiver has taken it, bytes.
pub const PIPED_BYTES: usize = 64 << 10;
/// What the receiver takes before it says so, bytes.
pub const PIPED_OWED_BYTES: usize = PIPED_BYTES / 4;

/// A piece of a dialogue over a stream. From the host about a program's standard input, from the worker about its standard
/// output, except where it says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Piped {
    /// So it was said.
    Data(Vec<u8>),
    /// Nothing more will be said.
    End,
    /// So many bytes that came from the other side have been taken.
    Room(u32),
    /// Nobody reads what comes from the other side any more.
    Gone,
}

/// One run.
#[derive(Clone, Debug, Encode, Decode)]
pub struct RunRequest {
    /// Counts up from 1 in each sandbox.
    pub number: u64,
    /// What to execute.
    pub program: Program,
    /// Arguments, `argv[0]` included.
    pub args: Vec<String>,
    /// The whole environment.
    pub env: Vec<String>,
    /// Standard input; `None` is an empty one.
    pub stdin: Option<Blob>,
    /// Standard output.
    pub stdout: Output,
    /// CPU time, microseconds.
    pub cpu_us: u64,
    /// Wall time, microseconds.
    pub wall_us: u64,
    /// Memory of the group, bytes.
    pub memory_bytes: u64,
    /// Standard output, bytes.
    pub output_bytes: u64,
    /// How much of standard error comes back.
    pub stderr_bytes: u64,
    /// Processes and threads.
    pub processes: u32,
    /// Open files per process.
    pub open_files: u32,
    /// Largest file.
    pub file_bytes: u64,
    /// Leave the work directory as the run left it.
    pub keep_work: bool,
}

/// Worker to host.
#[derive(Clone, Debug, Encode, Decode)]
pub enum Reply {
    /// [`Request::Place`] or [`Request::ResetWork`] is done.
    Done(Result<(), Fault>),
    /// A run is over and everything it started is dead.
    Finished {
        /// Its number.
        number: u64,
        /// What it did.
        result: Result<Box<Measured>, Fault>,
    },
    /// A run that talks to another one is alive.
    Pulse(Pulse),
    /// What a talking program says.
    Piped {
        /// Its run.
        number: u64,
        /// The piece.
        piped: Piped,
    },
    /// The worker's monotonic clock, which over a stream may be another than the host's.
    Clock {
        /// Nanoseconds.
        now_ns: u64,
    },
    /// Files, with a descriptor each, in order; `more` says that another reply follows.
    Collected {
        /// The files of this reply.
        result: Result<Vec<FileTaken>, Fault>,
        /// Whether another reply follows.
        more: bool,
    },
}

/// A run under way.
#[derive(Clone, Copy, Debug, Encode, Decode)]
pub struct Pulse {
    /// Its number.
    pub number: u64,
    /// CPU time so far, nanoseconds.
    pub cpu_ns: u64,
    /// Whether all of it sleeps and has hardly used the CPU since the last pulse.
    pub asleep: bool,
}

/// A file out of the work directory.
#[derive(Clone, Debug, Encode, Decode)]
pub struct FileTaken {
    /// Relative to the collected directory.
    pub path: String,
    /// Content.
    pub content: Blob,
    /// Size.
    pub len: u64,
    /// Whether any execute bit was set.
    pub executable: bool,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Ended {
    /// Exit code.
    Code(i32),
    /// Signal.
    Signal(i32),
}

/// Why the runner stopped it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Stopped {
    /// CPU limit.
    Cpu,
    /// Wall limit.
    Wall,
    /// Nearly no CPU for too long; never with [`Output::Pipe`].
    Idle,
    /// Output cap.
    Output,
    /// The host said so.
    Cancelled,
}

/// What one run did.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Measured {
    /// How the first process ended.
    pub ended: Ended,
    /// Set when the runner ended it.
    pub stopped: Option<Stopped>,
    /// CPU time of the group, nanoseconds.
    pub cpu_ns: u64,
    /// Wall time, nanoseconds.
    pub wall_ns: u64,
    /// When the first process ended, nanoseconds of the worker's monotonic clock.
    pub ended_ns: u64,
    /// What a program with [`Output::Pipe`] wrote anywhere, as far as the kernel counts it.
    pub piped_bytes: u64,
    /// Peak memory of the group, bytes.
    pub memory_bytes: u64,
    /// Kills at the memory limit.
    pub oom_kills: u64,
    /// Processes still alive after the first one.
    pub left_over: u32,
    /// Size of the standard output, at most the cap.
    pub stdout_bytes: u64,
    /// The output itself for [`Output::Inline`].
    pub stdout: Vec<u8>,
    /// First bytes of the standard error.
    pub stderr: Vec<u8>,
}
