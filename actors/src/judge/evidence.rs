//! From a wall's words to those of judging, and from a problem's limits to a wall's.

use std::time::Duration;

use judging::evidence::{Evidence, Exit, Stop};
use judging::packages::PackageLimits;
use judging::rules::RunLimits;
use sandboxes::outcome::{self, Outcome};
use sandboxes::sandbox::Limits;

use crate::pool::{PoolBounds, PoolHandle};

/// What is kept of a run's standard error: nobody judges by it.
const STDERR_BYTES: u64 = 4 << 10;
/// What is kept of a validator's standard error, for staff.
const VALIDATOR_STDERR_BYTES: u64 = 16 << 10;
/// Processes and threads of a run beyond what its language needs to start at all.
const PROCESSES: u32 = 64;
/// Open files of a run.
const OPEN_FILES: u32 = 256;

/// The counters of a run; `None` for a run that we cancelled, which proves nothing.
pub(super) fn evidence(outcome: &Outcome) -> Option<Evidence> {
    let stop = match outcome.stop {
        None => None,
        Some(outcome::Stop::CpuLimit) => Some(Stop::CpuLimit),
        Some(outcome::Stop::WallLimit) => Some(Stop::WallLimit),
        Some(outcome::Stop::Idle) => Some(Stop::Idle),
        Some(outcome::Stop::OutputLimit) => Some(Stop::OutputLimit),
        Some(outcome::Stop::Cancelled) => return None,
    };
    let exit = match outcome.exit {
        outcome::Exit::Code(code) => Exit::Code(code),
        outcome::Exit::Signal(signal) => Exit::Signal(signal),
    };
    Some(Evidence {
        exit,
        stop,
        cpu: outcome.cpu,
        wall: outcome.wall,
        memory_bytes: outcome.memory_bytes,
        oom_kills: outcome.oom_kills,
        output_bytes: outcome.stdout.len + outcome.piped_bytes,
    })
}

/// The limits of a submission's runs: the problem's, a language's factor on the time, within the pool's bounds.
pub(super) fn run_limits(
    package: &PackageLimits,
    time_limit: Duration,
    time_factor: f64,
    bounds: &PoolBounds,
) -> RunLimits {
    let memory = if package.memory_given {
        package.memory_bytes
    } else {
        package.memory_bytes.min(bounds.default_memory_bytes)
    };
    RunLimits {
        cpu: time_limit.mul_f64(time_factor.max(0.0)).min(bounds.max_cpu),
        memory_bytes: memory.min(bounds.max_memory_bytes),
        output_bytes: package.output_bytes,
    }
}

/// What the wall enforces: a tenth more CPU time than the verdict allows, so that a run just above the limit shows what it
/// needs and can be told from one that would never end; its verdict rests on the limit itself.
pub(super) fn wall_limits(limits: &RunLimits, processes: u32) -> Limits {
    let wall = (limits.cpu * 2).max(limits.cpu + Duration::from_secs(1));
    Limits {
        cpu: limits.cpu + limits.cpu / 10,
        wall,
        memory_bytes: limits.memory_bytes,
        output_bytes: limits.output_bytes,
        stderr_bytes: STDERR_BYTES,
        processes: PROCESSES.max(processes.saturating_add(PROCESSES)),
        open_files: OPEN_FILES,
        file_bytes: limits.output_bytes,
    }
}

/// The limits of a validator's runs.
pub(super) fn validator_limits(
    package: &PackageLimits,
    pool: &PoolHandle,
    processes: u32,
) -> Limits {
    let bounds = pool.bounds();
    let cpu = package.validation_time.mul_f64(pool.time_factor());
    Limits {
        cpu,
        wall: (cpu * 2).max(cpu + Duration::from_secs(1)),
        memory_bytes: package.validation_memory_bytes.min(bounds.max_memory_bytes),
        output_bytes: package.validation_output_bytes,
        stderr_bytes: VALIDATOR_STDERR_BYTES,
        processes: PROCESSES.saturating_add(processes),
        open_files: OPEN_FILES,
        file_bytes: package.validation_output_bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    fn package(memory_mib: u64, memory_given: bool) -> PackageLimits {
        PackageLimits {
            memory_bytes: memory_mib * MIB,
            memory_given,
            output_bytes: 8 * MIB,
            code_bytes: 128 << 10,
            compilation_time: Duration::from_secs(60),
            compilation_memory_bytes: 2048 * MIB,
            validation_time: Duration::from_secs(60),
            validation_memory_bytes: 2048 * MIB,
            validation_output_bytes: 8 * MIB,
            validation_passes: 2,
        }
    }

    fn bounds() -> PoolBounds {
        PoolBounds {
            default_memory_bytes: 256 * MIB,
            max_memory_bytes: 1024 * MIB,
            max_compile_memory_bytes: 2048 * MIB,
            max_cpu: Duration::from_secs(60),
        }
    }

    fn check(package: &PackageLimits, time_ms: u64, factor: f64, cpu_ms: u64, memory_mib: u64) {
        let limits = run_limits(package, Duration::from_millis(time_ms), factor, &bounds());
        assert_eq!(limits.cpu, Duration::from_millis(cpu_ms));
        assert_eq!(limits.memory_bytes, memory_mib * MIB);
    }

    #[test]
    fn limits_are_the_problems_within_the_pools() {
        check(&package(2048, false), 1000, 1.0, 1000, 256);
        check(&package(128, false), 1000, 2.0, 2000, 128);
        check(&package(512, true), 40_000, 2.0, 60_000, 512);
        check(&package(4096, true), 500, 1.5, 750, 1024);
    }

    #[test]
    fn the_wall_stops_a_tenth_later_than_the_verdict() {
        let limits = run_limits(&package(256, true), Duration::from_secs(3), 1.0, &bounds());
        let wall = wall_limits(&limits, 1);
        assert_eq!(wall.cpu, Duration::from_millis(3300));
        assert_eq!(wall.wall, Duration::from_secs(6));
        let short = wall_limits(
            &RunLimits {
                cpu: Duration::from_millis(200),
                ..limits
            },
            1,
        );
        assert_eq!(short.wall, Duration::from_millis(1200));
    }
}
