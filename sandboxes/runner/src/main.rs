//! The runner: the one program of ours that runs beside the programs of others. Single-threaded, static, about 1 MB.
//!
//! `gavel-runner keeper` is a slot's keeper, speaking over its standard input; the keeper forks a worker for each sandbox and
//! each worker forks a stub. `gavel-runner box` is the first process of a container, keeper and worker of its one sandbox, speaking
//! over standard input and output. `gavel-runner launch` starts a virtual machine and is its parent; `gavel-runner guest` is the
//! first process inside one. `gavel-runner floor` is what benchmarks compare with, `gavel-runner calibrate` what processors are
//! compared by, and `gavel-runner trial` finds out whether an ordinary user may make namespaces here. Nothing here is meant to be
//! started by hand.

mod apart;
mod calibrate;
mod channel;
mod container;
mod descriptors;
mod dialogue;
mod faults;
mod files;
mod floor;
mod groups;
mod guest;
mod handover;
mod jail;
mod keeper;
mod landlock;
mod launch;
mod look;
mod outputs;
mod pump;
mod restraint;
mod root;
mod run;
mod seccomp;
mod sockets;
mod spawn;
mod starved;
mod stub;
mod sys;
mod taking;
mod trusted;
mod untouched;
mod users;
mod watching;
mod worker;

use std::os::fd::AsRawFd;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let mode = args.get(1).cloned().unwrap_or_default();
    let outcome = descriptors::reserve().and_then(|()| match mode.as_str() {
        "keeper" => standard_streams().and_then(keeper::run),
        "box" => container::forget_variables(&args)
            .and_then(|()| container_streams())
            .and_then(|(reader, writer)| container::run(reader, writer)),
        "trial" => standard_streams().and_then(|socket| users::trial(&socket, &args[2..])),
        "floor" => standard_streams().and_then(|socket| floor::run(&socket, &args[2..])),
        "launch" => standard_streams().and_then(launch::run),
        "guest" => guest::run(&args[2..]),
        "calibrate" => calibrate::run(),
        _ => Err(std::io::Error::other(
            "started without a mode; this program is part of gavel",
        )),
    });
    std::process::exit(i32::from(outcome.is_err()));
}

/// A container's two ends of its stream.
fn container_streams() -> std::io::Result<(std::os::fd::OwnedFd, std::os::fd::OwnedFd)> {
    // SAFETY: no pointers.
    let writer = sys::owned(unsafe { libc::fcntl(1, libc::F_DUPFD_CLOEXEC, 3) })?;
    Ok((standard_streams()?, writer))
}

/// Moves the host's socket away from standard input and points the standard streams at nothing, so that no program can be
/// given one of ours by accident.
fn standard_streams() -> std::io::Result<std::os::fd::OwnedFd> {
    // SAFETY: the default action installs no handler; the language's runtime has set this one to "ignore", which programs
    // would inherit.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
    // SAFETY: no pointers. A session of our own: keys pressed at the daemon's terminal are not for us.
    unsafe { libc::setsid() };
    // SAFETY: no pointers.
    let socket = sys::owned(unsafe { libc::fcntl(0, libc::F_DUPFD_CLOEXEC, 3) })?;
    let null = sys::open("/dev/null", libc::O_RDWR)?;
    for standard in 0..3 {
        // SAFETY: no pointers.
        sys::check(unsafe { libc::dup2(null.as_raw_fd(), standard) })?;
    }
    Ok(socket)
}
