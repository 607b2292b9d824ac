//! A container whose programs run on a kernel of their own, gVisor's: inside there are no control groups.
//!
//! Everybody in our namespace but us is a program. **CPU time** is what the host counts for the whole container, that kernel's work
//! for the programs included; where the host shows us no such counter it is that kernel's account of processes, in ticks of 10 ms,
//! and no more than the one processor of a container can have given.
//! **Memory** is what that kernel says is held in all, above what was held before the run: pages of processes, of shared memory and of
//! files in memory. It is looked at often while somebody computes, because nobody takes memory without.

use std::io::{Error, ErrorKind, Result};
use std::os::fd::{AsRawFd, OwnedFd};

use crate::jail::Counters;
use crate::sys;
use crate::trusted::{cpu_ns, parse_stat, peak, read_proc};

/// Between two looks at a program that computes, and the longest at one that does not.
const LOOK_NS: u64 = 10_000_000;
const LONGEST_LOOK_NS: u64 = 80_000_000;

/// Who uses less than this part of the time between two looks does not compute.
const COMPUTES_PART: u64 = 4;

/// Bytes that can be taken in a nanosecond between two looks: faults bring half a byte, large reads some more.
const BYTES_PER_NS: u64 = 2;

/// The wall around the programs of one sandbox.
pub(crate) struct Apart<'a> {
    proc: &'a OwnedFd,
    /// The host's count of the container's CPU time.
    counter: Option<OwnedFd>,
    memory: OwnedFd,
    memory_limit: u64,
    began_ns: u64,
    cpu_before: u64,
    memory_before: u64,
    memory_peak: u64,
    over: bool,
    /// When memory was looked at last, what CPU time was then, and the longest time between two looks.
    looked_ns: u64,
    cpu_then: u64,
    gap_ns: u64,
    interval_ns: u64,
    /// Of orphans that ended during the run.
    reaped: Reaped,
}

/// What the dead have used.
#[derive(Clone, Copy, Default)]
struct Reaped {
    cpu_ns: u64,
    /// The largest of them; whole pieces of 2 MiB, in which that kernel hands memory out.
    memory_bytes: u64,
}

impl Reaped {
    fn add(&mut self, usage: &libc::rusage) {
        self.cpu_ns += cpu_ns(usage);
        self.memory_bytes = self.memory_bytes.max(peak(usage));
    }
}

impl<'a> Apart<'a> {
    /// `counter` is where the host's counter is mounted.
    pub(crate) fn new(proc: &'a OwnedFd, counter: Option<&str>) -> Result<Self> {
        let open = |path: &str| sys::open(path, libc::O_RDONLY);
        let made = Self {
            proc,
            counter: counter.map(open).transpose()?,
            memory: sys::openat(proc.as_raw_fd(), c"meminfo", libc::O_RDONLY, 0)?,
            memory_limit: u64::MAX,
            began_ns: 0,
            cpu_before: 0,
            memory_before: 0,
            memory_peak: 0,
            over: false,
            looked_ns: 0,
            cpu_then: 0,
            gap_ns: 0,
            interval_ns: LOOK_NS,
            reaped: Reaped::default(),
        };
        // A counter of nobody: the engine has put the container elsewhere.
        if made.counted()? == Some(0) {
            return Err(Error::from_raw_os_error(libc::ENODATA));
        }
        Ok(made)
    }

    pub(crate) fn begin(&mut self, memory_limit: u64) -> Result<()> {
        self.memory_limit = memory_limit;
        (self.memory_peak, self.over) = (0, false);
        self.reaped = Reaped::default();
        self.memory_before = self.held()?;
        self.began_ns = sys::now_ns();
        (self.looked_ns, self.gap_ns) = (self.began_ns, 0);
        (self.interval_ns, self.cpu_then) = (LOOK_NS, 0);
        self.cpu_before = self.counted()?.unwrap_or(0);
        Ok(())
    }

    /// What the host has counted.
    fn counted(&self) -> Result<Option<u64>> {
        let Some(counter) = &self.counter else {
            return Ok(None);
        };
        let mut buffer = [0_u8; 256];
        let text = sys::pread(counter.as_raw_fd(), &mut buffer, 0)?;
        parse_counter(&String::from_utf8_lossy(text))
            .map(Some)
            .ok_or_else(|| Error::from(ErrorKind::InvalidData))
    }

    /// What all in here hold, bytes.
    fn held(&self) -> Result<u64> {
        let mut buffer = [0_u8; 2048];
        let text = sys::pread(self.memory.as_raw_fd(), &mut buffer, 0)?;
        parse_held(&String::from_utf8_lossy(text))
            .ok_or_else(|| Error::from(ErrorKind::InvalidData))
    }

    /// CPU time of the run so far, nanoseconds.
    fn cpu_ns(&self) -> Result<u64> {
        Ok(match self.counted()? {
            Some(counted) => counted.saturating_sub(self.cpu_before),
            None => {
                let ticks = self.reaped.cpu_ns + self.living().map(|(_, cpu)| cpu).sum::<u64>();
                ticks.min(sys::now_ns().saturating_sub(self.began_ns))
            }
        })
    }

    /// Process ids, and the CPU time each has used.
    fn living(&self) -> impl Iterator<Item = (libc::pid_t, u64)> {
        let names = crate::files::names(self.proc.as_raw_fd(), usize::MAX).unwrap_or_default();
        let own = std::process::id().cast_signed();
        names
            .into_iter()
            .filter_map(|(name, _)| name.to_str().ok()?.parse::<libc::pid_t>().ok())
            .filter(move |pid| *pid != own)
            .filter_map(|pid| {
                let stat = read_proc(self.proc, &format!("{pid}/stat")).ok()?;
                parse_stat(pid, &stat).map(|member| (pid, member.cpu_ns))
            })
    }

    pub(crate) fn members(&self) -> Vec<libc::pid_t> {
        self.living().map(|(pid, _)| pid).collect()
    }

    /// How long the programs may be left alone.
    pub(crate) fn look_every_ns(&self) -> u64 {
        self.interval_ns
    }

    /// Reads the accounts; ends the programs when they hold too much. Nanoseconds of CPU.
    pub(crate) fn look(&mut self) -> Result<u64> {
        let cpu = self.cpu_ns()?;
        self.note(self.held()?);
        let now = sys::now_ns();
        let since = now.saturating_sub(self.looked_ns);
        self.gap_ns = self.gap_ns.max(since);
        let computes = cpu.saturating_sub(self.cpu_then) > since / COMPUTES_PART;
        self.interval_ns = if computes {
            LOOK_NS
        } else {
            (2 * self.interval_ns).min(LONGEST_LOOK_NS)
        };
        (self.looked_ns, self.cpu_then) = (now, cpu);
        if self.memory_peak > self.memory_limit && !self.over {
            self.over = true;
            self.kill()?;
        }
        Ok(cpu)
    }

    fn note(&mut self, held: u64) {
        // What an earlier run left may go only now.
        self.memory_before = self.memory_before.min(held);
        self.memory_peak = self.memory_peak.max(held - self.memory_before);
    }

    pub(crate) fn kill(&self) -> Result<()> {
        crate::jail::kill_everything()
    }

    /// Reaps orphans that have ended, but not the program itself.
    pub(crate) fn reap_orphans(&mut self, program: libc::pid_t) -> Result<()> {
        while let Some(dead) = sys::any_dead_child()? {
            if dead == program {
                break;
            }
            if let Some((_, _, usage)) = sys::wait(dead, libc::WNOHANG)? {
                self.reaped.add(&usage);
            }
        }
        Ok(())
    }

    /// Kills and reaps everything that is left, and adds the accounts up. `usage` is the program's.
    pub(crate) fn settle(&mut self, usage: &libc::rusage) -> Result<Counters> {
        self.reaped.add(usage);
        let left_over = self.end_everybody()?;
        let gap = self
            .gap_ns
            .max(sys::now_ns().saturating_sub(self.looked_ns));
        let memory_bytes = most_held(self.memory_peak, self.reaped.memory_bytes, gap);
        Ok(Counters {
            cpu_ns: self.cpu_ns()?,
            memory_bytes,
            oom_kills: u64::from(self.over || memory_bytes > self.memory_limit),
            left_over,
        })
    }

    /// Kills and reaps until we are alone. Says how many there were.
    fn end_everybody(&mut self) -> Result<u32> {
        let mut ended = 0;
        let deadline = sys::now_ns() + 10_000_000_000;
        loop {
            self.kill()?;
            loop {
                match sys::wait(-1, libc::WNOHANG) {
                    Ok(Some((_, _, usage))) => {
                        self.reaped.add(&usage);
                        ended += 1;
                    }
                    // Some are still dying.
                    Ok(None) => break,
                    Err(error) if error.raw_os_error() == Some(libc::ECHILD) => return Ok(ended),
                    Err(error) => return Err(error),
                }
            }
            if sys::now_ns() > deadline {
                return Err(Error::from_raw_os_error(libc::ETIMEDOUT));
            }
            std::thread::sleep(std::time::Duration::from_micros(100));
        }
    }
}

/// What a run held at most. `seen` was counted exactly, but only now and then; `largest`, the largest process, never misses
/// anything, but counts whole pieces of which little may be used. Between two looks not more can have come than there was time for.
fn most_held(seen: u64, largest: u64, gap_ns: u64) -> u64 {
    seen.max(largest.min(seen.saturating_add(gap_ns.saturating_mul(BYTES_PER_NS))))
}

/// Nanoseconds: the only number of `cpuacct.usage` (version 1), or the microseconds of `cpu.stat` (version 2).
fn parse_counter(text: &str) -> Option<u64> {
    let first = text.lines().next()?;
    match first.strip_prefix("usage_usec ") {
        Some(microseconds) => Some(microseconds.trim().parse::<u64>().ok()? * 1000),
        None => first.trim().parse().ok(),
    }
}

/// Bytes of `AnonPages` of `/proc/meminfo`: gVisor counts files in memory and shared memory there too.
fn parse_held(text: &str) -> Option<u64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("AnonPages:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_of_both_versions_are_read() {
        assert_eq!(parse_counter("22492471296\n"), Some(22_492_471_296));
        let version_2 = "usage_usec 7\nuser_usec 5\nsystem_usec 2\n";
        assert_eq!(parse_counter(version_2), Some(7000));
        assert_eq!(parse_counter(""), None);
        let meminfo = "MemTotal:       24684096 kB\nAnonPages:         65832 kB\nMapped: 1 kB\n";
        assert_eq!(parse_held(meminfo), Some(65832 << 10));
        assert_eq!(parse_held("MemTotal: 1 kB\n"), None);
    }

    #[test]
    fn whole_pieces_count_only_as_far_as_there_was_time() {
        // A program that ended before the first look.
        assert_eq!(most_held(0, 1 << 20, 5_000_000), 1 << 20);
        // One that touches a page of each piece: 300 MB as pieces, 80 MB in truth.
        assert_eq!(
            most_held(80 << 20, 300 << 20, 10_000_000),
            (80 << 20) + 20_000_000
        );
        // Several processes.
        assert_eq!(most_held(80 << 20, 50 << 20, 10_000_000), 80 << 20);
    }
}
