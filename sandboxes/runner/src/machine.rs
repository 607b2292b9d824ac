//! What a host says to the two ends of a virtual machine: to the *launcher*, which starts the machine's process and ends it with
//! the daemon, and to the *guest*, the first process inside.
//!
//! Both conversations are frames without attachments and end before the sandbox's own conversation begins on the same port.

use bincode::{Decode, Encode};

use crate::protocol::{Fault, Setup};

/// The number the first descriptor of [`Launch`] has in the started process; the others follow.
pub const FIRST_DESCRIPTOR: i32 = 100;

/// The port's name, by which the guest finds it.
pub const PORT: &str = "gavel.0";

/// What the guest says on its port before it speaks frames, when it was started only to show that guests run here.
pub const PROBE_MARKER: &[u8] = b"gavel guest runs\n";

/// Daemon to launcher, once: what to start. The descriptors travel beside it; the last one is for standard error.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Launch {
    /// An absolute path.
    pub program: String,
    /// Arguments, `argv[0]` included.
    pub args: Vec<String>,
    /// The user and group it runs as; `None` keeps our own.
    pub uid: Option<u32>,
    /// Supplementary groups, where the user is changed.
    pub groups: Vec<u32>,
    /// The processor it is pinned to.
    pub cpu: Option<u32>,
}

/// Launcher to daemon: the process id of what was started, or which step failed.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Launched(pub Result<u32, Fault>);

/// Host to guest.
#[derive(Clone, Debug, Encode, Decode)]
pub enum GuestRequest {
    /// First and once: what the sandbox is. Answered by [`GuestReply::Ready`] when the sandbox is built; then the machine may be
    /// stopped, saved and continued any number of times.
    Setup(Box<Setup>),
    /// Go on. Answered by [`GuestReply::Awake`], and from then on the port is the worker's.
    Wake {
        /// Fresh randomness: a restored machine would otherwise repeat that of the saved one.
        entropy: Vec<u8>,
        /// Nanoseconds since the epoch.
        now_ns: u64,
    },
}

/// Guest to host.
#[derive(Clone, Debug, Encode, Decode)]
pub enum GuestReply {
    /// The root is mounted and the port is open, or what failed.
    Booted(Result<(), Fault>),
    /// The sandbox is built.
    Ready(Result<(), Fault>),
    /// The worker listens.
    Awake(Result<(), Fault>),
}
