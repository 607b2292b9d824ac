//! The first process of a container: it is told what it is, makes itself the worker of the container's one sandbox and serves it.
//!
//! The engine has built the walls: namespaces, the read-only root with `/box` and `/tmp` in it, capabilities, a filter, limits. What
//! is left is what the engine cannot do: groups per run, the runner's own filter and Landlock, a user per program. It stays root
//! inside, with the few capabilities that takes, because a program with its user could write to the box, signal it, or use up
//! its limits. **Invariant:** its end is the end of the container.

use std::io::Result;
use std::os::fd::OwnedFd;

use runner::protocol::{Isolation, KeeperReply, Setup};

use crate::apart::Apart;
use crate::channel::Channel;
use crate::faults::{Named, Step, broken};
use crate::groups::{Group, Parents};
use crate::jail::{First, Jail};
use crate::keeper::{Slot, first_request};
use crate::sockets::Sockets;
use crate::sys;
use crate::worker::Worker;

/// The group of the programs, inside the sandbox's own.
const GROUP: &str = "run";

/// Becomes this program once more, without the variables that engines give every first process: gVisor's kernel shows them to
/// anybody in `/proc/1/environ`.
pub(crate) fn forget_variables(args: &[String]) -> Result<()> {
    use std::os::unix::process::CommandExt;
    if std::env::vars_os().next().is_none() {
        return Ok(());
    }
    let mut again = std::process::Command::new(&args[0]);
    Err(again.args(&args[1..]).env_clear().exec())
}

/// A container's whole life.
pub(crate) fn run(reader: OwnedFd, writer: OwnedFd) -> Result<()> {
    sys::name_process(c"gavel-box");
    sys::outlive_readers()?;
    let spare = writer.try_clone()?;
    let mut channel = Channel::over_stream(reader, writer);
    let Some(setup) = first_request(&mut channel)? else {
        return Ok(());
    };
    let slot = match prepare(setup) {
        Ok(slot) => slot,
        Err(fault) => return channel.send(&KeeperReply::Ready(Err(fault)), &[]),
    };
    let (own, jail, places) = match build(&slot) {
        Ok(built) => built,
        Err(fault) => return channel.send(&KeeperReply::Ready(Err(fault)), &[]),
    };
    let mut worker = match Worker::assemble(&slot, channel, own, jail, places) {
        Ok(worker) => worker,
        // The channel went with the worker that could not be made.
        Err(fault) => {
            let mut channel = Channel::over_stream(sys::open("/dev/null", libc::O_RDONLY)?, spare);
            return channel.send(&KeeperReply::Ready(Err(fault)), &[]);
        }
    };
    worker.channel.send(&KeeperReply::Ready(Ok(())), &[])?;
    worker
        .serve()
        .map_err(|fault| std::io::Error::other(format!("failed to {}", fault.step)))
}

fn prepare(setup: Setup) -> Step<Slot> {
    let Isolation::Container { groups, .. } = &setup.isolation else {
        return Err(broken("be anything but a container's first process"));
    };
    let parents = match groups {
        Some(groups) => Some(Parents::open(groups).step("open the sandbox's groups")?),
        None => None,
    };
    sys::prctl(libc::PR_SET_DUMPABLE, 0).step("become unreadable")?;
    // Where the engine makes none, shared memory lives in the work directory: same caps, same wipe.
    match std::os::unix::fs::symlink("/tmp", "/dev/shm") {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(error).step("link /dev/shm");
        }
        _ => {}
    }
    Ok(Slot {
        setup,
        parents,
        network: None,
        proc: sys::open("/proc", libc::O_RDONLY | libc::O_DIRECTORY).step("open /proc")?,
        null: sys::open("/dev/null", libc::O_RDWR).step("open /dev/null")?,
    })
}

/// Our own descriptors, the wall, work directory and box.
fn build(slot: &Slot) -> Step<(OwnedFd, Jail<'_>, (OwnedFd, OwnedFd))> {
    use std::os::fd::AsRawFd;
    let directory = libc::O_RDONLY | libc::O_DIRECTORY;
    let own = sys::openat(slot.proc.as_raw_fd(), c"self/fd", directory, 0)
        .step("open our own descriptors")?;
    sys::chdir("/tmp").step("enter the work directory")?;
    let work = sys::open("/tmp", directory).step("open the work directory")?;
    let place = sys::open("/box", directory).step("open the box")?;
    let jail = match &slot.parents {
        Some(parents) => Jail::Native {
            group: Group::make(parents, GROUP).step("make the group")?,
            parents,
            first: First::Ourselves,
            sockets: Some(Sockets::count_from(&slot.proc).step("count sockets")?),
        },
        None => {
            let counter = match &slot.setup.isolation {
                Isolation::Container { cpu_counter, .. } => cpu_counter.as_deref(),
                _ => None,
            };
            Jail::Apart(Apart::new(&slot.proc, counter).step("open the counters")?)
        }
    };
    Ok((own, jail, (work, place)))
}
