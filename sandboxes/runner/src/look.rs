//! When a running program's counters have to be looked at, and what they mean.

use runner::protocol::{RunRequest, Stopped};

/// Between looks at the size of the output, where the kernel's own file limit does not hold it.
const OUTPUT_LOOK_NS: u64 = 50_000_000;
/// A program that used next to nothing in this time is asleep.
const IDLE_WINDOW_NS: u64 = 1_000_000_000;

/// When to look at the counters, and what they mean.
pub(crate) struct Look {
    began: u64,
    cpu_limit: u64,
    wall_limit: u64,
    pub(crate) watches_output: bool,
    /// Whether a program may sleep for as long as it likes.
    may_sleep: bool,
    /// What is next to nothing in an idle window.
    idle_cpu: u64,
    cpu: u64,
    /// Start of the idle window, and the CPU time then.
    window: (u64, u64),
}

impl Look {
    /// Who uses less than `asleep_part` of the time may be asleep.
    pub(crate) fn new(run: &RunRequest, began: u64, asleep_part: u64) -> Self {
        Self {
            began,
            cpu_limit: run.cpu_us.saturating_mul(1000),
            wall_limit: run.wall_us.saturating_mul(1000),
            // Where files may be larger than the output, the kernel's file limit alone comes too late.
            watches_output: !run.stdout.is_dialogue() && run.file_bytes > run.output_bytes,
            may_sleep: run.stdout.is_dialogue(),
            idle_cpu: IDLE_WINDOW_NS / asleep_part,
            cpu: 0,
            window: (began, 0),
        }
    }

    /// Nanoseconds until nothing can have happened: all processes share one CPU, so CPU time grows no faster than wall time.
    pub(crate) fn next_in(&self, now: u64) -> u64 {
        let wall_left = self.wall_limit.saturating_sub(now - self.began);
        let output = if self.watches_output {
            OUTPUT_LOOK_NS
        } else {
            u64::MAX
        };
        self.cpu_limit
            .saturating_sub(self.cpu)
            .min(wall_left)
            .min(IDLE_WINDOW_NS)
            .min(output)
    }

    pub(crate) fn verdict(&mut self, now: u64, cpu: u64) -> Option<Stopped> {
        self.cpu = cpu;
        if cpu >= self.cpu_limit {
            return Some(Stopped::Cpu);
        }
        if now - self.began >= self.wall_limit {
            return Some(Stopped::Wall);
        }
        if self.may_sleep || now - self.window.0 < IDLE_WINDOW_NS {
            return None;
        }
        // A program may sleep as long as it could have computed; then it has to move.
        let idle =
            cpu.saturating_sub(self.window.1) < self.idle_cpu && now - self.began >= self.cpu_limit;
        self.window = (now, cpu);
        idle.then_some(Stopped::Idle)
    }
}
