//! What differs between the walls while programs run: how a run is bounded, measured and ended.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use runner::protocol::RunRequest;

use crate::apart::Apart;
use crate::faults::{Named, Step, broken};
use crate::files;
use crate::groups::{Group, Join, Parents};
use crate::sockets::Sockets;
use crate::stub::Stub;
use crate::{sys, trusted};

/// How long the processes of a finished run may take to die.
const DEATH_NS: u64 = 10_000_000_000;

/// The wall around the programs of one sandbox.
pub(crate) enum Jail<'a> {
    Native {
        group: Group,
        parents: &'a Parents,
        first: First,
        sockets: Option<Sockets>,
    },
    Apart(Apart<'a>),
    Trusted(trusted::Trusted<'a>),
}

/// Who is the first process of the programs' namespace.
pub(crate) enum First {
    Stub(Stub),
    /// We are: everything in there but us is a program, and orphans are ours to reap.
    Ourselves,
}

impl First {
    fn kill_all(&self) -> Step<()> {
        match self {
            Self::Stub(stub) => stub.kill_all().step("kill the programs"),
            Self::Ourselves => {
                kill_everything().step("kill the programs")?;
                reap_all().step("reap what the program left")
            }
        }
    }
}

impl First {
    /// Reaps what is our child beside the first process: siblings that the program made of itself.
    fn reap_siblings(&self, proc: &OwnedFd) -> Step<()> {
        let Self::Stub(stub) = self else {
            return Ok(());
        };
        for child in trusted::children(proc).step("list children")? {
            if child != stub.pid {
                let _ = sys::wait(child, libc::WNOHANG);
            }
        }
        Ok(())
    }
}

/// Kills every process of a namespace whose first process we are.
pub(crate) fn kill_everything() -> std::io::Result<()> {
    match sys::kill(-1, libc::SIGKILL) {
        Err(error) if error.raw_os_error() == Some(libc::ESRCH) => Ok(()),
        other => other,
    }
}

/// Reaps every child that is dead.
fn reap_all() -> std::io::Result<()> {
    loop {
        match sys::wait(-1, libc::WNOHANG) {
            Ok(Some(_)) => {}
            Ok(None) => return Ok(()),
            Err(error) if error.raw_os_error() == Some(libc::ECHILD) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// Whether a process was killed, by whomever.
pub(crate) fn was_killed(status: libc::c_int) -> bool {
    libc::WIFSIGNALED(status) && libc::WTERMSIG(status) == libc::SIGKILL
}

/// What the wall measured when everything is dead.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counters {
    pub(crate) cpu_ns: u64,
    pub(crate) memory_bytes: u64,
    pub(crate) oom_kills: u64,
    pub(crate) left_over: u32,
}

impl Jail<'_> {
    /// Limits set, counters at zero.
    pub(crate) fn begin(&mut self, run: &RunRequest, first: bool) -> Step<Join> {
        match self {
            Self::Native { group, parents, .. } => {
                group
                    .begin(parents, run.memory_bytes, run.processes, first)
                    .step("set the limits of the group")?;
                Ok(group.join())
            }
            Self::Apart(apart) => {
                apart.begin(run.memory_bytes).step("read the counters")?;
                Ok(Join::Nothing)
            }
            Self::Trusted(trusted) => {
                trusted.begin(run.memory_bytes);
                Ok(Join::Nothing)
            }
        }
    }

    /// CPU time so far, nanoseconds.
    pub(crate) fn cpu_ns(&mut self, pid: libc::pid_t) -> Step<u64> {
        match self {
            Self::Native { group, .. } => group.cpu_ns().step("read the CPU counter"),
            Self::Apart(apart) => apart.look().step("read the counters"),
            Self::Trusted(trusted) => Ok(trusted.look(pid)),
        }
    }

    /// How long the wall may leave a program alone, if it has to look at anything by itself.
    pub(crate) fn look_every_ns(&self) -> Option<u64> {
        match self {
            Self::Native { .. } => None,
            Self::Apart(apart) => Some(apart.look_every_ns()),
            Self::Trusted(_) => Some(trusted::LOOK_NS),
        }
    }

    /// The kernel's own limit of CPU time, whole seconds, should we ourselves be held up. gVisor's clocks also run while a program
    /// waits for the processor.
    pub(crate) fn cpu_seconds(&self, limit_us: u64) -> u64 {
        match self {
            Self::Apart(_) => libc::RLIM_INFINITY,
            Self::Native { .. } | Self::Trusted(_) => limit_us.div_ceil(1_000_000) + 1,
        }
    }

    /// Who uses less than this part of the time may be asleep. Where looking itself counts, that is more.
    pub(crate) fn asleep_part(&self) -> u64 {
        match self {
            Self::Apart(_) => 10,
            Self::Native { .. } | Self::Trusted(_) => 100,
        }
    }

    /// Reaps orphans that have died, but not the program itself. Elsewhere somebody else does, or nobody counts them.
    pub(crate) fn reap_orphans(&mut self, program: libc::pid_t) -> Step<()> {
        match self {
            Self::Native {
                first: First::Ourselves,
                ..
            } => {}
            Self::Apart(apart) => return apart.reap_orphans(program).step("reap an orphan"),
            Self::Native { .. } | Self::Trusted(_) => return Ok(()),
        }
        while let Some(dead) = sys::any_dead_child().step("look for orphans")? {
            if dead == program {
                break;
            }
            sys::wait(dead, libc::WNOHANG).step("reap an orphan")?;
        }
        Ok(())
    }

    /// The processes of the run, as the host numbers them.
    pub(crate) fn members(&self) -> Step<Vec<libc::pid_t>> {
        match self {
            Self::Native { group, .. } => group.processes().step("list processes"),
            Self::Apart(apart) => Ok(apart.members()),
            Self::Trusted(trusted) => Ok(trusted.members()),
        }
    }

    /// Sends the kill signal to everything of the run.
    pub(crate) fn kill(&mut self, pid: libc::pid_t) -> Step<()> {
        match self {
            // The program itself is reaped where its death is noticed.
            Self::Native {
                first: First::Ourselves,
                ..
            } => kill_everything().step("kill the programs"),
            Self::Native { first, .. } => first.kill_all(),
            Self::Apart(apart) => apart.kill().step("kill the programs"),
            Self::Trusted(trusted) => {
                trusted.kill(pid);
                Ok(())
            }
        }
    }

    /// Ends what the first process left behind; `usage` is what the kernel said when it was reaped. A program can make siblings
    /// of itself (`CLONE_PARENT`), which are then ours to reap; `proc` is the host's `/proc`. A kill that is `unexplained` may be
    /// that of the whole namespace: the first process closes its socket before it takes everything else along.
    pub(crate) fn settle(
        &mut self,
        usage: &libc::rusage,
        proc: &OwnedFd,
        unexplained: bool,
    ) -> Step<Counters> {
        match self {
            Self::Apart(apart) => apart.settle(usage).step("end what the program left"),
            Self::Trusted(trusted) => trusted.settle(usage).step("end what the program left"),
            Self::Native {
                group,
                first,
                sockets,
                ..
            } => {
                let mut left_over = 0;
                if group.tasks().step("count processes")? != 0 {
                    left_over = u32::try_from(group.processes().step("count processes")?.len())
                        .unwrap_or(u32::MAX);
                    let deadline = sys::now_ns() + DEATH_NS;
                    while group.tasks().step("count processes")? != 0 {
                        if sys::now_ns() > deadline {
                            return Err(broken("end every process of the run within 10 s"));
                        }
                        first.kill_all()?;
                        first.reap_siblings(proc)?;
                        std::thread::sleep(std::time::Duration::from_micros(50));
                    }
                }
                if unexplained && let First::Stub(stub) = first {
                    stub.kill_all().step("find the first process alive")?;
                }
                if let Some(sockets) = sockets {
                    sockets.collect().step("collect sockets in flight")?;
                }
                let (cpu_ns, memory_bytes, oom_kills) =
                    group.settle().step("read the counters of the group")?;
                Ok(Counters {
                    cpu_ns,
                    memory_bytes,
                    oom_kills,
                    left_over,
                })
            }
        }
    }

    /// Shows a file of the host in the box.
    pub(crate) fn show(&self, path: &str, mount: &OwnedFd) -> Step<()> {
        match self {
            Self::Native {
                first: First::Stub(stub),
                ..
            } => stub.show(path, mount).step("show a file in the box"),
            Self::Native { .. } | Self::Apart(_) | Self::Trusted(_) => {
                Err(broken("mount a file without a stub"))
            }
        }
    }

    /// Takes it out of the box.
    pub(crate) fn hide(&self, path: &str) -> Step<()> {
        match self {
            Self::Native {
                first: First::Stub(stub),
                ..
            } => stub.hide(path).step("take a file out of the box"),
            Self::Native { .. } | Self::Apart(_) | Self::Trusted(_) => Ok(()),
        }
    }

    /// Empties the work directory. Returns its descriptor, which may be a new one.
    pub(crate) fn empty_work(&mut self, work: OwnedFd) -> Step<OwnedFd> {
        match self {
            Self::Apart(_)
            | Self::Trusted(_)
            | Self::Native {
                first: First::Ourselves,
                ..
            } => {
                files::remove_all(work.as_raw_fd()).step("empty the work directory")?;
                files::make_plain(work.as_raw_fd()).step("empty the work directory")?;
                Ok(work)
            }
            Self::Native {
                first: First::Stub(stub),
                ..
            } => {
                if files::remove_few(work.as_raw_fd()).step("empty the work directory")? {
                    files::make_plain(work.as_raw_fd()).step("empty the work directory")?;
                    return Ok(work);
                }
                // Many entries: a fresh file system is cheaper than removing them one by one.
                sys::chdir("/").step("leave the work directory")?;
                drop(work);
                stub.fresh_work().step("replace the work directory")?;
                sys::chdir("/tmp").step("enter the work directory")?;
                sys::open("/tmp", libc::O_RDONLY | libc::O_DIRECTORY)
                    .step("open the work directory")
            }
        }
    }
}

/// Opens a file again, so that its offset and flags are nobody else's; what cannot be opened again is used as it is.
pub(crate) fn reopen(
    own: &OwnedFd,
    fd: RawFd,
    flags: libc::c_int,
) -> std::io::Result<Option<OwnedFd>> {
    let kind = sys::fstat(fd)?.st_mode & libc::S_IFMT;
    if kind != libc::S_IFREG {
        return Ok(None);
    }
    sys::openat(
        own.as_raw_fd(),
        &sys::c(&fd.to_string())?,
        flags | libc::O_NOCTTY,
        0,
    )
    .map(Some)
}
