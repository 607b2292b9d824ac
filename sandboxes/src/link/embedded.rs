//! The runner as it travels inside the daemon: bytes, and a sealed memory file to execute them from.

use std::fs::File;
use std::io::{Result, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use rustix::fs::{MemfdFlags, SealFlags};

/// The static executable built by `build.rs`.
pub(crate) const RUNNER: &[u8] = include_bytes!(env!("GAVEL_RUNNER"));

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

/// Starts the runner on a socket. The daemon is large, so this has to be the library's `posix_spawn`, which copies nothing: no
/// `pre_exec`, no change of user.
pub(crate) fn spawn(args: &[&str], socket: UnixStream) -> Result<Child> {
    let executable = executable()?;
    Command::new(format!("/proc/self/fd/{}", executable.as_raw_fd()))
        .arg0("gavel-runner")
        .args(args)
        .env_clear()
        .stdin(Stdio::from(OwnedFd::from(socket)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

/// Runs the runner to its end and returns what it wrote.
pub(crate) fn output(args: &[&str]) -> Result<Vec<u8>> {
    let executable = executable()?;
    let output = Command::new(format!("/proc/self/fd/{}", executable.as_raw_fd()))
        .arg0("gavel-runner")
        .args(args)
        .env_clear()
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()?;
    Ok(output.stdout)
}
