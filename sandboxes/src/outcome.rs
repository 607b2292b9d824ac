//! What one program did, measured from outside it.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It returned this exit code.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
}

/// Why the wall stopped a program that had not ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// CPU time reached the limit.
    CpuLimit,
    /// Wall time reached the limit.
    WallLimit,
    /// It used less than 1 % of a CPU for too long.
    Idle,
    /// It wrote more than its output cap.
    OutputLimit,
    /// The host asked for it ([`crate::sandbox::Sandbox::cancel`]).
    Cancelled,
}

/// Captured output: a file nobody else writes any more. Read it with `pread` or map it; its offset is unspecified.
#[derive(Clone, Debug)]
pub struct Captured {
    /// The bytes, from offset 0. Recycled by the sandbox once every clone is dropped.
    pub file: Arc<File>,
    /// How many there are.
    pub len: u64,
}

/// What one run did. A program's misbehaviour is in here; a wall's failure is a [`crate::sandbox::WallError`].
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub exit: Exit,
    /// Set when the wall ended it.
    pub stop: Option<Stop>,
    /// CPU time of the whole group of processes (cgroup counter), not only of the first process.
    pub cpu: Duration,
    /// Wall time, monotonic clock.
    pub wall: Duration,
    /// Peak memory of the group, bytes.
    pub memory_bytes: u64,
    /// Processes of the group the kernel killed at the memory limit.
    pub oom_kills: u64,
    /// Processes that were still alive when the first one had ended, and were killed.
    pub left_over_processes: u32,
    /// When its first process was seen to end, on a clock that all runs of one host share; says who of two ended first.
    pub ended_at: Duration,
    /// Standard output, at most the cap; empty in a dialogue.
    pub stdout: Captured,
    /// What a program in a dialogue wrote: to its partner, to standard error and into files, as far as the kernel counts it.
    pub piped_bytes: u64,
    /// First bytes of standard error, at most the cap.
    pub stderr: Vec<u8>,
}
