//! The trusted wall: no namespaces, no groups, no filter. For programs of people we trust, where nothing better can be had.
//!
//! The worker is the subreaper of everything a program starts, so even a double fork with a session of its own comes back to
//! us and is killed before the outcome. CPU time is the kernel's account of reaped processes; memory is the largest resident
//! set, watched every [`LOOK_NS`].

use std::collections::HashMap;
use std::io::Result;
use std::os::fd::{AsRawFd, OwnedFd};

use crate::jail::Counters;
use crate::sys;

/// How often memory and children are looked at.
pub(crate) const LOOK_NS: u64 = 10_000_000;

/// The wall around the programs of one sandbox.
pub(crate) struct Trusted<'a> {
    proc: &'a OwnedFd,
    memory_limit: u64,
    peak: u64,
    over: bool,
}

impl<'a> Trusted<'a> {
    pub(crate) fn new(proc: &'a OwnedFd) -> Self {
        Self {
            proc,
            memory_limit: u64::MAX,
            peak: 0,
            over: false,
        }
    }

    pub(crate) fn begin(&mut self, memory_limit: u64) {
        self.memory_limit = memory_limit;
        self.peak = 0;
        self.over = false;
    }

    /// Reads the account of the program and all it started; kills them when they hold too much memory. Nanoseconds of CPU.
    pub(crate) fn look(&mut self, pid: libc::pid_t) -> u64 {
        let family = descendants(self.proc);
        let mut memory = 0;
        let mut cpu = 0;
        for member in &family {
            memory += member.memory_bytes;
            cpu += member.cpu_ns;
        }
        self.peak = self.peak.max(memory);
        if memory > self.memory_limit && !self.over {
            self.over = true;
            self.kill(pid);
        }
        cpu
    }

    /// The processes of the run.
    pub(crate) fn members(&self) -> Vec<libc::pid_t> {
        descendants(self.proc)
            .into_iter()
            .map(|member| member.pid)
            .collect()
    }

    pub(crate) fn kill(&self, pid: libc::pid_t) {
        let _ = sys::kill(-pid, libc::SIGKILL);
        let _ = sys::kill(pid, libc::SIGKILL);
        for member in descendants(self.proc) {
            let _ = sys::kill(member.pid, libc::SIGKILL);
        }
    }

    /// Kills and reaps everything that is left, and adds the accounts up.
    pub(crate) fn settle(&mut self, usage: &libc::rusage) -> Result<Counters> {
        let mut counters = Counters {
            cpu_ns: cpu_ns(usage),
            memory_bytes: peak(usage),
            ..Counters::default()
        };
        for usage in kill_children(self.proc, &[])? {
            counters.left_over += 1;
            counters.cpu_ns += cpu_ns(&usage);
            counters.memory_bytes = counters.memory_bytes.max(peak(&usage));
        }
        counters.memory_bytes = counters.memory_bytes.max(self.peak);
        // A peak between two looks counts as well.
        counters.oom_kills = u64::from(self.over || counters.memory_bytes > self.memory_limit);
        Ok(counters)
    }
}

pub(crate) fn cpu_ns(usage: &libc::rusage) -> u64 {
    let one = |time: libc::timeval| {
        time.tv_sec.cast_unsigned() * 1_000_000_000 + time.tv_usec.cast_unsigned() * 1000
    };
    one(usage.ru_utime) + one(usage.ru_stime)
}

pub(crate) fn peak(usage: &libc::rusage) -> u64 {
    usage.ru_maxrss.cast_unsigned() * 1024
}

/// A whole file of `/proc`.
pub(crate) fn read_proc(proc: &OwnedFd, path: &str) -> Result<String> {
    let fd = sys::openat(proc.as_raw_fd(), &sys::c(path)?, libc::O_RDONLY, 0)?;
    let mut text = Vec::new();
    let mut buffer = [0_u8; 4096];
    loop {
        match sys::read(fd.as_raw_fd(), &mut buffer)? {
            0 => break,
            count => text.extend_from_slice(&buffer[..count]),
        }
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// This process's children, dead but unreaped ones included.
pub(crate) fn children(proc: &OwnedFd) -> Result<Vec<libc::pid_t>> {
    let text = read_proc(proc, "thread-self/children")?;
    Ok(text
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect())
}

/// Kills and reaps children until none but `spared` is left. A killed child's own children become ours, so this ends only
/// when the whole family is gone.
pub(crate) fn kill_children(proc: &OwnedFd, spared: &[libc::pid_t]) -> Result<Vec<libc::rusage>> {
    let mut reaped = Vec::new();
    let deadline = sys::now_ns() + 10_000_000_000;
    loop {
        let doomed: Vec<_> = children(proc)?
            .into_iter()
            .filter(|pid| !spared.contains(pid))
            .collect();
        if doomed.is_empty() {
            return Ok(reaped);
        }
        if sys::now_ns() > deadline {
            return Err(std::io::Error::from_raw_os_error(libc::ETIMEDOUT));
        }
        for pid in &doomed {
            let _ = sys::kill(*pid, libc::SIGKILL);
        }
        for pid in doomed {
            if let Ok(Some((_, _, usage))) = sys::wait(pid, 0) {
                reaped.push(usage);
            }
        }
    }
}

pub(crate) struct Member {
    pid: libc::pid_t,
    pub(crate) cpu_ns: u64,
    memory_bytes: u64,
}

/// Everything below this process.
fn descendants(proc: &OwnedFd) -> Vec<Member> {
    let mut found = Vec::new();
    let mut waiting = children(proc).unwrap_or_default();
    let mut seen = HashMap::new();
    while let Some(pid) = waiting.pop() {
        if seen.insert(pid, ()).is_some() {
            continue;
        }
        if let Ok(text) = read_proc(proc, &format!("{pid}/task/{pid}/children")) {
            waiting.extend(
                text.split_whitespace()
                    .filter_map(|word| word.parse::<libc::pid_t>().ok()),
            );
        }
        if let Some(member) = read_proc(proc, &format!("{pid}/stat"))
            .ok()
            .and_then(|text| parse_stat(pid, &text))
        {
            found.push(member);
        }
    }
    found
}

/// Fields 14 to 17 (utime, stime, cutime, cstime, in ticks) and 24 (resident pages) of `/proc/PID/stat`.
pub(crate) fn parse_stat(pid: libc::pid_t, text: &str) -> Option<Member> {
    const TICK_NS: u64 = 10_000_000;
    const PAGE_BYTES: u64 = 4096;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |field: usize| {
        fields
            .get(field - 3)
            .and_then(|word| word.parse::<u64>().ok())
            .unwrap_or(0)
    };
    Some(Member {
        pid,
        cpu_ns: (14..=17).map(number).sum::<u64>() * TICK_NS,
        memory_bytes: number(24) * PAGE_BYTES,
    })
}
