//! What the counters of a run mean: the verdict of a run before its output is looked at.
//!
//! The order of evidence is that of the design: memory, CPU time, idling, output, then how the program ended.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::evidence::{Evidence, Exit, Stop};
use crate::verdicts::Verdict;

/// The limits a verdict is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunLimits {
    /// CPU time.
    pub cpu: Duration,
    /// Memory, bytes.
    pub memory_bytes: u64,
    /// Standard output, bytes.
    pub output_bytes: u64,
}

/// The verdict of a run that ended badly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunVerdict {
    /// MLE, TLE, OLE or RTE.
    pub verdict: Verdict,
    /// What it rests on.
    pub cause: Cause,
    /// One sentence for the contestant.
    pub message: String,
}

/// What the verdict of a run rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// The kernel killed a process at the memory limit.
    Memory,
    /// CPU time above the limit.
    CpuTime,
    /// It slept, waited or hung without using the CPU until it was stopped.
    Idle,
    /// Output past its cap.
    Output,
    /// A signal ended it.
    Signal(i32),
    /// It returned a code other than 0.
    ExitCode(i32),
}

/// The verdict of a run by its counters; `None` when it ended well and its output is to be judged.
///
/// A program the wall was too late to stop is held to the same limit: CPU time above it is TLE even after exit code 0.
/// `SIGKILL` without an exhausted limit is the program's own doing, hence RTE.
#[must_use]
pub fn run_verdict(evidence: &Evidence, limits: &RunLimits) -> Option<RunVerdict> {
    let cause = cause(evidence, limits)?;
    let (verdict, message) = match cause {
        Cause::Memory => (
            Verdict::Mle,
            format!("used more than {} of memory", Size(limits.memory_bytes)),
        ),
        Cause::CpuTime => (
            Verdict::Tle,
            format!(
                "used {} of CPU time, the limit is {}",
                Time(evidence.cpu),
                Time(limits.cpu)
            ),
        ),
        Cause::Idle => (
            Verdict::Tle,
            format!(
                "stopped after {}, of which it used the CPU for {}",
                Time(evidence.wall),
                Time(evidence.cpu)
            ),
        ),
        Cause::Output => (
            Verdict::Ole,
            format!("wrote more than {} of output", Size(limits.output_bytes)),
        ),
        Cause::Signal(signal) => (Verdict::Rte, format!("killed by {}", SignalName(signal))),
        Cause::ExitCode(code) => (Verdict::Rte, format!("exited with code {code}")),
    };
    Some(RunVerdict {
        verdict,
        cause,
        message,
    })
}

fn cause(evidence: &Evidence, limits: &RunLimits) -> Option<Cause> {
    if evidence.oom_kills > 0 {
        return Some(Cause::Memory);
    }
    if evidence.cpu > limits.cpu || evidence.stop == Some(Stop::CpuLimit) {
        return Some(Cause::CpuTime);
    }
    match evidence.stop {
        Some(Stop::Idle | Stop::WallLimit) => return Some(Cause::Idle),
        Some(Stop::OutputLimit) => return Some(Cause::Output),
        Some(Stop::CpuLimit) | None => {}
    }
    if evidence.output_bytes > limits.output_bytes {
        return Some(Cause::Output);
    }
    match evidence.exit {
        Exit::Signal(signal) => Some(Cause::Signal(signal)),
        Exit::Code(0) => None,
        Exit::Code(code) => Some(Cause::ExitCode(code)),
    }
}

/// Whether `cpu` is within 10 % of `limit`: too close for a TLE to be believed before the run was repeated alone.
#[must_use]
pub fn is_borderline(cpu: Duration, limit: Duration) -> bool {
    cpu.abs_diff(limit) <= limit / 10
}

/// A signal by its name on Linux: `SIGSEGV`; `signal 40` for those without one.
#[derive(Clone, Copy, Debug)]
pub struct SignalName(pub i32);

impl std::fmt::Display for SignalName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // signal(7), the numbers of x86 and ARM; all architectures we run on share them.
        const NAMES: [&str; 31] = [
            "SIGHUP",
            "SIGINT",
            "SIGQUIT",
            "SIGILL",
            "SIGTRAP",
            "SIGABRT",
            "SIGBUS",
            "SIGFPE",
            "SIGKILL",
            "SIGUSR1",
            "SIGSEGV",
            "SIGUSR2",
            "SIGPIPE",
            "SIGALRM",
            "SIGTERM",
            "SIGSTKFLT",
            "SIGCHLD",
            "SIGCONT",
            "SIGSTOP",
            "SIGTSTP",
            "SIGTTIN",
            "SIGTTOU",
            "SIGURG",
            "SIGXCPU",
            "SIGXFSZ",
            "SIGVTALRM",
            "SIGPROF",
            "SIGWINCH",
            "SIGIO",
            "SIGPWR",
            "SIGSYS",
        ];
        let name = usize::try_from(self.0 - 1)
            .ok()
            .and_then(|index| NAMES.get(index));
        match name {
            Some(name) => f.write_str(name),
            None => write!(f, "signal {}", self.0),
        }
    }
}

/// Seconds with milliseconds: `1.234 s`.
struct Time(Duration);

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:03} s", self.0.as_secs(), self.0.subsec_millis())
    }
}

/// Bytes in the largest unit that keeps them whole: `256 MiB`.
struct Size(u64);

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const MIB: u64 = 1 << 20;
        match self.0 {
            bytes if bytes >= MIB && bytes.is_multiple_of(MIB) => write!(f, "{} MiB", bytes / MIB),
            bytes if bytes >= 1024 && bytes.is_multiple_of(1024) => {
                write!(f, "{} KiB", bytes / 1024)
            }
            bytes => write!(f, "{bytes} bytes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: RunLimits = RunLimits {
        cpu: Duration::from_secs(1),
        memory_bytes: 256 << 20,
        output_bytes: 8 << 20,
    };

    fn well() -> Evidence {
        Evidence {
            exit: Exit::Code(0),
            stop: None,
            cpu: Duration::from_millis(10),
            wall: Duration::from_millis(12),
            memory_bytes: 1 << 20,
            oom_kills: 0,
            output_bytes: 2,
        }
    }

    fn check(change: impl FnOnce(&mut Evidence), expected: Option<(Verdict, Cause, &str)>) {
        let mut evidence = well();
        change(&mut evidence);
        let found = run_verdict(&evidence, &LIMITS);
        let found = found
            .as_ref()
            .map(|found| (found.verdict, found.cause, found.message.as_str()));
        assert_eq!(found, expected, "{evidence:?}");
    }

    #[test]
    fn each_piece_of_evidence_has_its_verdict() {
        check(|_| (), None);
        check(|e| e.cpu = LIMITS.cpu, None);
        check(
            |e| e.oom_kills = 1,
            Some((
                Verdict::Mle,
                Cause::Memory,
                "used more than 256 MiB of memory",
            )),
        );
        check(
            |e| e.cpu = Duration::from_micros(1_000_001),
            Some((
                Verdict::Tle,
                Cause::CpuTime,
                "used 1.000 s of CPU time, the limit is 1.000 s",
            )),
        );
        check(
            |e| {
                e.stop = Some(Stop::Idle);
                e.exit = Exit::Signal(9);
                e.wall = Duration::from_secs(3);
            },
            Some((
                Verdict::Tle,
                Cause::Idle,
                "stopped after 3.000 s, of which it used the CPU for 0.010 s",
            )),
        );
        check(
            |e| {
                e.stop = Some(Stop::OutputLimit);
                e.exit = Exit::Signal(9);
            },
            Some((
                Verdict::Ole,
                Cause::Output,
                "wrote more than 8 MiB of output",
            )),
        );
        check(
            |e| e.output_bytes = LIMITS.output_bytes + 1,
            Some((
                Verdict::Ole,
                Cause::Output,
                "wrote more than 8 MiB of output",
            )),
        );
        check(
            |e| e.exit = Exit::Signal(11),
            Some((Verdict::Rte, Cause::Signal(11), "killed by SIGSEGV")),
        );
        check(
            |e| e.exit = Exit::Signal(9),
            Some((Verdict::Rte, Cause::Signal(9), "killed by SIGKILL")),
        );
        check(
            |e| e.exit = Exit::Signal(34),
            Some((Verdict::Rte, Cause::Signal(34), "killed by signal 34")),
        );
        check(
            |e| e.exit = Exit::Code(3),
            Some((Verdict::Rte, Cause::ExitCode(3), "exited with code 3")),
        );
    }

    #[test]
    fn stronger_evidence_wins() {
        let worst = |e: &mut Evidence| {
            e.exit = Exit::Signal(9);
            e.stop = Some(Stop::CpuLimit);
            e.cpu = Duration::from_secs(2);
            e.output_bytes = LIMITS.output_bytes + 1;
        };
        check(
            |e| {
                worst(e);
                e.oom_kills = 2;
            },
            Some((
                Verdict::Mle,
                Cause::Memory,
                "used more than 256 MiB of memory",
            )),
        );
        check(
            worst,
            Some((
                Verdict::Tle,
                Cause::CpuTime,
                "used 2.000 s of CPU time, the limit is 1.000 s",
            )),
        );
        check(
            |e| {
                e.stop = Some(Stop::WallLimit);
                e.output_bytes = LIMITS.output_bytes + 1;
            },
            Some((
                Verdict::Tle,
                Cause::Idle,
                "stopped after 0.012 s, of which it used the CPU for 0.010 s",
            )),
        );
    }

    #[test]
    fn borderline_is_a_tenth_to_either_side() {
        let limit = Duration::from_secs(1);
        for (cpu_ms, expected) in [
            (899, false),
            (900, true),
            (1000, true),
            (1100, true),
            (1101, false),
        ] {
            assert_eq!(
                is_borderline(Duration::from_millis(cpu_ms), limit),
                expected,
                "{cpu_ms} ms"
            );
        }
    }
}
