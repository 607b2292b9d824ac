//! The runner as it travels inside the daemon: bytes, and a sealed memory file to execute them from.

use std::fs::File;
use std::io::{Result, Write};

use rustix::fs::{MemfdFlags, SealFlags};

/// The static executable built by `build.rs`.
const RUNNER: &[u8] = include_bytes!(env!("GAVEL_RUNNER"));

/// A memory file with the runner in it that nobody can change, not even a program that finds it.
pub(crate) fn executable() -> Result<File> {
    let file = rustix::fs::memfd_create(
        "gavel-runner",
        MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING,
    )?;
    let mut file = File::from(file);
    file.write_all(RUNNER)?;
    rustix::fs::fcntl_add_seals(
        &file,
        SealFlags::SEAL | SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE,
    )?;
    Ok(file)
}
