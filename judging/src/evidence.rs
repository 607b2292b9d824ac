//! What a wall measured about one run, in the words of judging. The `actors` crate fills it from a wall's outcome.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Exit {
    /// It returned this exit code.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
}

/// Why the wall stopped a program that had not ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Stop {
    /// CPU time reached the limit.
    CpuLimit,
    /// Wall time reached the limit.
    WallLimit,
    /// It used next to no CPU for too long: asleep, waiting or deadlocked.
    Idle,
    /// It wrote more than its output cap.
    OutputLimit,
}

/// The raw counters of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// How the program ended.
    pub exit: Exit,
    /// Set when the wall ended it.
    pub stop: Option<Stop>,
    /// CPU time of the program and everything it started.
    pub cpu: Duration,
    /// Wall time.
    pub wall: Duration,
    /// Peak memory of the program and everything it started.
    pub memory_bytes: u64,
    /// Processes the kernel killed because the memory limit was reached.
    pub oom_kills: u64,
    /// Bytes written to standard output, up to the cap.
    pub output_bytes: u64,
}
