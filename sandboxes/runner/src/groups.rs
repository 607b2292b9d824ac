//! The control groups of one sandbox: limits written, counters read, all through descriptors opened beforehand.
//!
//! A group serves the runs of one submission. **Invariant:** what an earlier run left charged (kept files, an output somebody
//! still reads) never counts against a later one: above [`STALE_BYTES`] the next run gets a fresh group.

use std::io::{Error, Result};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use runner::protocol::Groups;

use crate::descriptors::aside;
use crate::sys;

/// Where a keeper and its workers live on version 2, beside the groups of programs.
const KEEPER: &str = "keeper";

/// What may stay charged between runs before the group is replaced. The kernel frees page tables of the dead, about 40 kB a run, after a
/// grace period of some 10 ms, and a group costs a quarter of a short run: with 1 MiB every twentieth paid for one.
const STALE_BYTES: u64 = 2 << 20;

/// More than the kernel ever charges to a group at once: it allocates 4 MiB in one piece at most.
const LARGEST_CHARGE_BYTES: u64 = 16 << 20;

/// The directories groups are made in.
pub(crate) enum Parents {
    V1 {
        memory: OwnedFd,
        pids: OwnedFd,
        cpuacct: OwnedFd,
    },
    V2 {
        unified: OwnedFd,
    },
}

impl Parents {
    pub(crate) fn open(groups: &Groups) -> Result<Self> {
        let directory =
            |path: &str| sys::open(path, libc::O_RDONLY | libc::O_DIRECTORY).and_then(aside);
        Ok(match groups {
            Groups::V1 {
                memory,
                pids,
                cpuacct,
            } => Self::V1 {
                memory: directory(memory)?,
                pids: directory(pids)?,
                cpuacct: directory(cpuacct)?,
            },
            Groups::V2 { directory: unified } => Self::V2 {
                unified: directory(unified)?,
            },
        })
    }

    /// On version 2 a slot gets a group of its own in them, `name`, below which everything of it happens.
    pub(crate) fn for_slot(self, name: &str) -> Result<Self> {
        Ok(match self {
            Self::V1 { .. } => self,
            Self::V2 { unified } => Self::V2 {
                unified: own_group(&unified, name)?,
            },
        })
    }

    /// Whether programs are started with `clone3`, which the filter then has to allow.
    pub(crate) fn by_clone3(&self) -> bool {
        matches!(self, Self::V2 { .. })
    }

    /// Removes the groups of one sandbox. The processes in them are dead, but the kernel may need a moment to notice.
    pub(crate) fn remove(&self, name: &str) -> Result<()> {
        let roots: Vec<&OwnedFd> = match self {
            Self::V1 {
                memory,
                pids,
                cpuacct,
            } => vec![memory, pids, cpuacct],
            Self::V2 { unified } => vec![unified],
        };
        for root in roots {
            for generation in 0_u32.. {
                if !remove_group(root, &generation_name(name, generation))? {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// Makes a group, makes it the root of a namespace, and moves this process into a group below it.
///
/// A hierarchy mounted with `nsdelegate`, as systemd does, lets nobody start a process in a group that is outside of his own
/// namespace, root included: worker and programs have to share one, and it has to have both in it. Moving costs milliseconds on
/// an idle machine, so this is done for a slot and not for a sandbox.
fn own_group(parent: &OwnedFd, name: &str) -> Result<OwnedFd> {
    make(parent, name)?;
    let own = file(parent.as_raw_fd(), name, libc::O_RDONLY | libc::O_DIRECTORY)?;
    let write = |path: &str, bytes: &[u8]| {
        let file = file(own.as_raw_fd(), path, libc::O_WRONLY)?;
        sys::pwrite(file.as_raw_fd(), bytes)
    };
    write("cgroup.procs", b"0")?;
    sys::unshare(libc::CLONE_NEWCGROUP)?;
    make(&own, KEEPER)?;
    write(&format!("{KEEPER}/cgroup.procs"), b"0")?;
    write("cgroup.subtree_control", b"+memory +pids")?;
    Ok(own)
}

fn generation_name(name: &str, generation: u32) -> String {
    if generation == 0 {
        name.to_owned()
    } else {
        format!("{name}-{generation}")
    }
}

/// Whether there was one.
fn remove_group(root: &OwnedFd, name: &str) -> Result<bool> {
    let name = sys::c(name)?;
    let deadline = sys::now_ns() + 2_000_000_000;
    loop {
        match sys::unlinkat(root.as_raw_fd(), &name, libc::AT_REMOVEDIR) {
            Ok(()) => return Ok(true),
            Err(error) if error.raw_os_error() == Some(libc::ENOENT) => return Ok(false),
            Err(error) if error.raw_os_error() == Some(libc::EBUSY) && sys::now_ns() < deadline => {
                std::thread::sleep(std::time::Duration::from_micros(200));
            }
            Err(error) => return Err(error),
        }
    }
}

/// How the child of `clone` gets into its group.
pub(crate) enum Join {
    /// It writes `0` into this `tasks` file of the memory hierarchy: moving oneself costs no grace period of the kernel. Into
    /// the others it is born, because the worker lives there: each move costs microseconds.
    Tasks(RawFd),
    /// Nowhere: the wall has no groups.
    Nothing,
    /// It is born inside this directory.
    Into(RawFd),
}

/// The group of the current run.
pub(crate) struct Group {
    name: String,
    generation: u32,
    files: Files,
    /// This process lives in the groups that count processes and CPU time (v1): 1, else 0.
    residents: u32,
    memory_limit: u64,
    process_limit: u32,
    oom_before: u64,
    cpu_before: u64,
    /// The largest use of the last run, bytes.
    last_peak: u64,
    /// What this process had used when it joined the groups that count it.
    own_before: u64,
}

struct Files {
    peak: OwnedFd,
    peak_resets: bool,
    usage: OwnedFd,
    events: OwnedFd,
    limit: OwnedFd,
    /// v1 with swap accounting: memory and swap together.
    swap_limit: Option<OwnedFd>,
    tasks_now: OwnedFd,
    tasks_max: OwnedFd,
    /// The directory with the list of processes.
    directory: OwnedFd,
    cpu: OwnedFd,
    join: JoinFiles,
}

enum JoinFiles {
    V1(OwnedFd),
    V2(OwnedFd),
}

fn file(root: RawFd, path: &str, flags: libc::c_int) -> Result<OwnedFd> {
    sys::openat(root, &sys::c(path)?, flags, 0).and_then(aside)
}

fn make(root: &OwnedFd, name: &str) -> Result<()> {
    match sys::mkdirat(root.as_raw_fd(), &sys::c(name)?, 0o755) {
        Err(error) if error.raw_os_error() == Some(libc::EEXIST) => Ok(()),
        other => other,
    }
}

impl Files {
    fn make(parents: &Parents, base: &str, generation: u32) -> Result<Self> {
        let name = generation_name(base, generation);
        match parents {
            Parents::V1 {
                memory,
                pids,
                cpuacct,
            } => {
                make(memory, &name)?;
                make(pids, base)?;
                make(cpuacct, base)?;
                let (m, p, c) = (memory.as_raw_fd(), pids.as_raw_fd(), cpuacct.as_raw_fd());
                let swap_limit = file(
                    m,
                    &format!("{name}/memory.memsw.limit_in_bytes"),
                    libc::O_WRONLY,
                )
                .ok();
                // Deprecated but honoured where there is swap; absent is as good.
                if let Ok(swappiness) =
                    file(m, &format!("{name}/memory.swappiness"), libc::O_WRONLY)
                {
                    let _ = sys::pwrite(swappiness.as_raw_fd(), b"0");
                }
                Ok(Self {
                    peak: file(
                        m,
                        &format!("{name}/memory.max_usage_in_bytes"),
                        libc::O_RDWR,
                    )?,
                    peak_resets: true,
                    usage: file(m, &format!("{name}/memory.usage_in_bytes"), libc::O_RDONLY)?,
                    events: file(m, &format!("{name}/memory.oom_control"), libc::O_RDONLY)?,
                    limit: file(m, &format!("{name}/memory.limit_in_bytes"), libc::O_WRONLY)?,
                    swap_limit,
                    tasks_now: file(p, &format!("{base}/pids.current"), libc::O_RDONLY)?,
                    tasks_max: file(p, &format!("{base}/pids.max"), libc::O_WRONLY)?,
                    directory: file(p, base, libc::O_RDONLY | libc::O_DIRECTORY)?,
                    cpu: file(c, &format!("{base}/cpuacct.usage"), libc::O_RDONLY)?,
                    join: JoinFiles::V1(file(m, &format!("{name}/tasks"), libc::O_WRONLY)?),
                })
            }
            Parents::V2 { unified } => {
                make(unified, &name)?;
                let u = unified.as_raw_fd();
                if let Ok(swap) = file(u, &format!("{name}/memory.swap.max"), libc::O_WRONLY) {
                    sys::pwrite(swap.as_raw_fd(), b"0")?;
                }
                let peak = format!("{name}/memory.peak");
                // Resettable since Linux 6.12; before that each run gets a group of its own. Root may open the file for writing
                // on any kernel, so only a write tells.
                let peak =
                    file(u, &peak, libc::O_RDWR).or_else(|_| file(u, &peak, libc::O_RDONLY))?;
                let peak_resets = sys::pwrite(peak.as_raw_fd(), b"0").is_ok();
                Ok(Self {
                    peak,
                    peak_resets,
                    usage: file(u, &format!("{name}/memory.current"), libc::O_RDONLY)?,
                    events: file(u, &format!("{name}/memory.events"), libc::O_RDONLY)?,
                    limit: file(u, &format!("{name}/memory.max"), libc::O_WRONLY)?,
                    swap_limit: None,
                    tasks_now: file(u, &format!("{name}/pids.current"), libc::O_RDONLY)?,
                    tasks_max: file(u, &format!("{name}/pids.max"), libc::O_WRONLY)?,
                    directory: file(u, &name, libc::O_RDONLY | libc::O_DIRECTORY)?,
                    cpu: file(u, &format!("{name}/cpu.stat"), libc::O_RDONLY)?,
                    join: JoinFiles::V2(file(u, &name, libc::O_RDONLY | libc::O_DIRECTORY)?),
                })
            }
        }
    }
}

impl Group {
    pub(crate) fn make(parents: &Parents, name: &str) -> Result<Self> {
        let files = Files::make(parents, name, 0)?;
        let own_before = sys::own_cpu_ns();
        if let Parents::V1 { pids, cpuacct, .. } = parents {
            for root in [pids, cpuacct] {
                let tasks = file(root.as_raw_fd(), &format!("{name}/tasks"), libc::O_WRONLY)?;
                sys::pwrite(tasks.as_raw_fd(), b"0")?;
            }
        }
        let residents = u32::from(matches!(files.join, JoinFiles::V1(_)));
        let mut group = Self {
            name: name.to_owned(),
            generation: 0,
            residents,
            files,
            memory_limit: u64::MAX,
            process_limit: u32::MAX,
            oom_before: 0,
            cpu_before: 0,
            last_peak: u64::MAX,
            own_before,
        };
        group.cpu_before = group.cpu_total()?;
        Ok(group)
    }

    /// Makes the group ready for a run: limits set, counters at zero or remembered.
    pub(crate) fn begin(
        &mut self,
        parents: &Parents,
        memory_bytes: u64,
        processes: u32,
        first: bool,
    ) -> Result<()> {
        // What was never used cannot have stayed.
        let stale = self.last_peak > STALE_BYTES && number(&self.files.usage)? > STALE_BYTES;
        if !first && (!self.files.peak_resets || stale) {
            self.replace(parents)?;
        }
        if self.memory_limit != memory_bytes {
            if self.limit_memory(memory_bytes).is_err() {
                self.replace(parents)?;
                self.limit_memory(memory_bytes)?;
            }
            self.memory_limit = memory_bytes;
        }
        if self.process_limit != processes {
            sys::pwrite(
                self.files.tasks_max.as_raw_fd(),
                processes
                    .saturating_add(self.residents)
                    .to_string()
                    .as_bytes(),
            )?;
            self.process_limit = processes;
        }
        if self.files.peak_resets {
            sys::pwrite(self.files.peak.as_raw_fd(), b"0")?;
        }
        Ok(())
    }

    fn replace(&mut self, parents: &Parents) -> Result<()> {
        self.generation += 1;
        self.files = Files::make(parents, &self.name, self.generation)?;
        self.memory_limit = u64::MAX;
        self.oom_before = 0;
        if matches!(self.files.join, JoinFiles::V2(_)) {
            self.process_limit = u32::MAX;
            self.cpu_before = 0;
        }
        Ok(())
    }

    fn limit_memory(&self, bytes: u64) -> Result<()> {
        let text = bytes.to_string();
        if let Some(both) = &self.files.swap_limit {
            // The sum may never be below the memory limit, so it is lifted first.
            sys::pwrite(both.as_raw_fd(), b"-1")?;
        }
        sys::pwrite(self.files.limit.as_raw_fd(), text.as_bytes())?;
        if let Some(both) = &self.files.swap_limit {
            sys::pwrite(both.as_raw_fd(), text.as_bytes())?;
        }
        Ok(())
    }

    pub(crate) fn join(&self) -> Join {
        match &self.files.join {
            JoinFiles::V1(tasks) => Join::Tasks(tasks.as_raw_fd()),
            JoinFiles::V2(directory) => Join::Into(directory.as_raw_fd()),
        }
    }

    fn cpu_total(&self) -> Result<u64> {
        if self.residents == 0 {
            return Ok(field(&self.files.cpu, b"usage_usec ")? * 1000);
        }
        // In this order: reading our own clock brings the group's account up to date with it.
        let own = sys::own_cpu_ns().saturating_sub(self.own_before);
        Ok(number(&self.files.cpu)?.saturating_sub(own))
    }

    /// CPU time of the run so far, nanoseconds.
    pub(crate) fn cpu_ns(&self) -> Result<u64> {
        Ok(self.cpu_total()?.saturating_sub(self.cpu_before))
    }

    /// What the run used, when every process of it is dead: CPU time in nanoseconds, peak memory in bytes, kills at the memory
    /// limit.
    pub(crate) fn settle(&mut self) -> Result<(u64, u64, u64)> {
        let total = self.cpu_total()?;
        let cpu = total.saturating_sub(self.cpu_before);
        // Nothing runs in the group until the next run begins.
        self.cpu_before = total;
        let peak = number(&self.files.peak)?;
        self.last_peak = peak;
        // The kernel kills when a charge does not fit, and no charge is as large as this: below it nothing was killed.
        let near = peak.saturating_add(LARGEST_CHARGE_BYTES) >= self.memory_limit;
        let kills = if near { self.new_oom_kills()? } else { 0 };
        Ok((cpu, peak, kills))
    }

    /// Kills at the memory limit since the last call.
    fn new_oom_kills(&mut self) -> Result<u64> {
        let total = field(&self.files.events, b"oom_kill ")?;
        let new = total.saturating_sub(self.oom_before);
        self.oom_before = total;
        Ok(new)
    }

    /// Processes and threads inside.
    pub(crate) fn tasks(&self) -> Result<u64> {
        Ok(number(&self.files.tasks_now)?.saturating_sub(u64::from(self.residents)))
    }

    /// Processes inside, as the host numbers them; slower than [`Group::tasks`].
    pub(crate) fn processes(&self) -> Result<Vec<libc::pid_t>> {
        let own = std::process::id().cast_signed();
        let mut buffer = vec![0_u8; 64 << 10];
        // Opened anew each time: version 1 shows a file that was read before its old content for up to a second.
        let list = file(
            self.files.directory.as_raw_fd(),
            "cgroup.procs",
            libc::O_RDONLY,
        )?;
        let text = sys::pread(list.as_raw_fd(), &mut buffer, 0)?;
        Ok(String::from_utf8_lossy(text)
            .lines()
            .filter_map(|line| line.parse().ok())
            .filter(|pid| self.residents == 0 || *pid != own)
            .collect())
    }
}

fn number(fd: &OwnedFd) -> Result<u64> {
    let mut buffer = [0_u8; 32];
    leading_number(sys::pread(fd.as_raw_fd(), &mut buffer, 0)?)
}

/// The number after `key` at the start of a line.
fn field(fd: &OwnedFd, key: &[u8]) -> Result<u64> {
    let mut buffer = [0_u8; 1024];
    let text = sys::pread(fd.as_raw_fd(), &mut buffer, 0)?;
    let line = text
        .split(|byte| *byte == b'\n')
        .find(|line| line.starts_with(key));
    leading_number(
        line.and_then(|line| line.get(key.len()..))
            .unwrap_or_default(),
    )
}

fn leading_number(text: &[u8]) -> Result<u64> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
    let mut value = None;
    for digit in digits {
        value = Some(
            value
                .unwrap_or(0_u64)
                .saturating_mul(10)
                .saturating_add(u64::from(digit - b'0')),
        );
    }
    value.ok_or_else(|| Error::from_raw_os_error(libc::EBADMSG))
}
