//! What this machine has to give to programs: the other half of every budget.

use actors::pool::allowed_cpus;

/// Part of the memory that programs never get: one eighth, between these, for this process, the kernel and the page cache.
const RESERVE: (u64, u64) = (256 << 20, 2 << 30);

/// A machine in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Machine {
    /// All its memory, or what the control group of this process may use of it.
    pub(crate) memory_bytes: u64,
    /// The CPUs this process may use.
    pub(crate) cpus: Vec<u32>,
}

impl Machine {
    /// This one.
    pub(crate) fn this() -> Self {
        let mut memory_bytes = total_memory(&read("/proc/meminfo")).unwrap_or(u64::MAX);
        for limit in [
            "/sys/fs/cgroup/memory.max",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        ] {
            if let Ok(limit) = read(limit).trim().parse::<u64>() {
                memory_bytes = memory_bytes.min(limit);
            }
        }
        Self {
            memory_bytes,
            cpus: allowed_cpus(),
        }
    }

    /// One with so much of both.
    #[cfg(test)]
    pub(crate) fn of(memory_bytes: u64, cpus: u32) -> Self {
        Self {
            memory_bytes,
            cpus: (0..cpus).collect(),
        }
    }

    /// The memory all programs together may use.
    pub(crate) fn for_programs(&self) -> u64 {
        let reserve = (self.memory_bytes / 8).clamp(RESERVE.0, RESERVE.1);
        self.memory_bytes.saturating_sub(reserve)
    }

    /// How many CPUs there are.
    pub(crate) fn cpu_count(&self) -> u32 {
        u32::try_from(self.cpus.len()).unwrap_or(u32::MAX)
    }
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// `MemTotal` of proc_meminfo(5), in bytes.
fn total_memory(text: &str) -> Option<u64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_memory_is_not_for_programs() {
        const GIB: u64 = 1 << 30;
        assert_eq!(Machine::of(8 * GIB, 1).for_programs(), 7 * GIB);
        assert_eq!(Machine::of(64 * GIB, 1).for_programs(), 62 * GIB);
        assert_eq!(Machine::of(GIB, 1).for_programs(), GIB - (256 << 20));
        assert_eq!(
            total_memory("MemTotal:   16 kB\nMemFree: 1 kB"),
            Some(16_384)
        );
        assert!(Machine::this().for_programs() > 0);
    }
}
