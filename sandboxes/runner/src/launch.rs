//! The launcher: starts one virtual machine's process as an unprivileged user and stays as its parent.
//!
//! **Invariants:** the process dies with the launcher (the kernel sees to it), and the launcher ends it when the daemon's socket
//! closes, however the daemon ended. It exits with its child.

use std::io::{Error, ErrorKind, Result};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::path::Path;

use runner::machine::{FIRST_DESCRIPTOR, Launch, Launched};
use runner::protocol::{Fault, FaultKind};

use crate::channel::Channel;
use crate::faults::{Named, Step};
use crate::{landlock, sys};

/// The launcher's whole life.
pub(crate) fn run(socket: OwnedFd) -> Result<()> {
    sys::name_process(c"gavel-launcher");
    let mut channel = Channel::new(socket);
    let (launch, descriptors) = loop {
        match channel.buffered::<Launch>()? {
            Some(request) => break request,
            None if !channel.fill(true)? => return Ok(()),
            None => {}
        }
    };
    let (pid, pidfd) = match start(&launch, &descriptors) {
        Ok(started) => started,
        Err(fault) => return channel.send(&Launched(Err(fault)), &[]),
    };
    drop(descriptors);
    let told = channel.send(&Launched(Ok(pid.cast_unsigned())), &[]);
    let watched = told.and_then(|()| watch(&channel, &pidfd));
    let _ = sys::kill(pid, libc::SIGKILL);
    sys::wait(pid, 0)?;
    watched
}

/// Until the daemon's socket closes or the process ends.
fn watch(channel: &Channel, pidfd: &OwnedFd) -> Result<()> {
    let mut watched = [channel.raw(), pidfd.as_raw_fd()].map(|fd| libc::pollfd {
        fd,
        events: libc::POLLIN,
        revents: 0,
    });
    while watched.iter().all(|one| one.revents == 0) {
        sys::poll(&mut watched, None)?;
    }
    Ok(())
}

fn start(launch: &Launch, descriptors: &[OwnedFd]) -> Step<(libc::pid_t, OwnedFd)> {
    if let Some(cpu) = launch.cpu {
        sys::pin(cpu).step("pin to the processor")?;
    }
    let program = sys::c(&launch.program).step("name the program")?;
    let args: std::result::Result<Vec<_>, _> = launch.args.iter().map(|arg| sys::c(arg)).collect();
    let args = args.step("prepare the arguments")?;
    let mut argv: Vec<_> = args.iter().map(|arg| arg.as_ptr()).collect();
    argv.push(std::ptr::null());
    let (mut status, report) = sys::pipe().step("make a pipe")?;
    let launcher = std::process::id().cast_signed();
    let pid = sys::fork().step("fork")?;
    if pid == 0 {
        let fault = match enclose(launch, descriptors, launcher) {
            Err(fault) => fault,
            Ok(()) => {
                let none = [std::ptr::null()];
                // SAFETY: the path is NUL-terminated, both vectors are NULL-terminated and live until the call returns.
                unsafe { libc::execve(program.as_ptr(), argv.as_ptr(), none.as_ptr()) };
                failure("execute", Error::last_os_error())
            }
        };
        let words = format!("{}\n{}", fault.errno, fault.step);
        let _ = sys::write_all(report.as_raw_fd(), words.as_bytes());
        sys::exit_now(127);
    }
    drop(report);
    let words = read_to_end(&mut status).step("read how it started")?;
    if words.is_empty() {
        let pidfd = sys::pidfd_open(pid).step("watch the process")?;
        return Ok((pid, pidfd));
    }
    let _ = sys::wait(pid, 0);
    let (errno, step) = words.split_once('\n').unwrap_or(("0", &words));
    Err(Fault {
        kind: FaultKind::Wall,
        step: format!("{step} ({})", launch.program),
        errno: errno.parse().unwrap_or(0),
    })
}

fn read_to_end(pipe: &mut OwnedFd) -> Result<String> {
    let mut buffer = [0_u8; 512];
    let mut length = 0;
    while length < buffer.len() {
        match sys::read(pipe.as_raw_fd(), &mut buffer[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(String::from_utf8_lossy(&buffer[..length]).into_owned())
}

fn failure(step: &str, error: Error) -> Fault {
    Fault {
        kind: FaultKind::Wall,
        step: step.to_owned(),
        errno: error.raw_os_error().unwrap_or(0),
    }
}

/// In the child: descriptors in their places, no network, nobody's user, no files but the emulator's own, tied to the launcher.
fn enclose(launch: &Launch, descriptors: &[OwnedFd], launcher: libc::pid_t) -> Step<()> {
    for (index, descriptor) in descriptors.iter().enumerate() {
        let index = RawFd::try_from(index).unwrap_or(0);
        // SAFETY: no pointers. What was received has small numbers, so nothing that is still needed is covered.
        sys::check(unsafe { libc::dup2(descriptor.as_raw_fd(), FIRST_DESCRIPTOR + index) })
            .step("put a descriptor in its place")?;
    }
    if let Some(errors) = descriptors.last() {
        // SAFETY: no pointers.
        sys::check(unsafe { libc::dup2(errors.as_raw_fd(), 2) }).step("redirect errors")?;
    }
    sys::chdir("/").step("leave the directory")?;
    // On a host that is out of memory the machines go before the daemon does.
    let _ = std::fs::write("/proc/self/oom_score_adj", "500");
    if let Some(uid) = launch.uid {
        sys::unshare(libc::CLONE_NEWNET | libc::CLONE_NEWIPC).step("make namespaces")?;
        let groups: Vec<libc::gid_t> = launch.groups.clone();
        // SAFETY: pointer and length are those of the list.
        sys::check(unsafe { libc::setgroups(groups.len(), groups.as_ptr()) })
            .step("set the groups")?;
        // SAFETY: no pointers.
        sys::check(unsafe { libc::setresgid(uid, uid, uid) }).step("change the group")?;
        // SAFETY: no pointers.
        sys::check(unsafe { libc::setresuid(uid, uid, uid) }).step("change the user")?;
    }
    sys::prctl(libc::PR_SET_NO_NEW_PRIVS, 1).step("forbid new privileges")?;
    sys::set_limit(libc::RLIMIT_CORE, 0).step("forbid core files")?;
    let above = Path::new(&launch.program).ancestors().nth(2);
    let installed = above.and_then(Path::to_str).unwrap_or("/usr");
    let readable = ["/usr", "/lib", "/lib64", "/etc/ld.so.cache", installed];
    landlock::show_only(&readable, &["/dev/kvm", "/dev/null", "/dev/urandom"])
        .step("hide the host's files")?;
    // The kernel forgets it whenever the user changes, so it comes last.
    sys::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL.cast_unsigned().into())
        .step("tie the process to the launcher")?;
    // SAFETY: no pointers.
    if unsafe { libc::getppid() } != launcher {
        return Err(failure(
            "find the launcher alive",
            Error::from_raw_os_error(0),
        ));
    }
    Ok(())
}
