//! Slots: a CPU each, of those this process may use.

use sandboxes::sandbox::Slot;

/// `count` slots, but no more than `cpus`: two programs on one CPU would take turns, share its caches, and measure each other.
#[must_use]
pub fn slots(cpus: &[u32], count: u32) -> Vec<Slot> {
    (0..count.max(1))
        .zip(cpus)
        .map(|(index, cpu)| Slot { index, cpu: *cpu })
        .collect()
}

/// The CPUs of this process (proc(5), `Cpus_allowed_list`); without that file as many as there are.
#[must_use]
pub fn allowed_cpus() -> Vec<u32> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let list = status
        .lines()
        .find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    let cpus = list.map(|list| parse_list(list.trim())).unwrap_or_default();
    if cpus.is_empty() {
        let count = std::thread::available_parallelism().map_or(1, usize::from);
        return (0..u32::try_from(count).unwrap_or(1)).collect();
    }
    cpus
}

/// Reads `0-3,8,10-11`.
fn parse_list(list: &str) -> Vec<u32> {
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(first.parse().ok()?..=last.parse().ok()?)
    };
    list.split(',').filter_map(range).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_cpus_are_read() {
        assert_eq!(parse_list("0-3,8,10-11"), [0, 1, 2, 3, 8, 10, 11]);
        assert_eq!(parse_list("5"), [5]);
        assert_eq!(parse_list("x"), Vec::<u32>::new());
        assert!(!allowed_cpus().is_empty());
    }

    #[test]
    fn a_cpu_has_one_slot() {
        let cpus = |slots: Vec<Slot>| slots.iter().map(|slot| slot.cpu).collect::<Vec<_>>();
        assert_eq!(cpus(slots(&[2, 5], 1)), [2]);
        assert_eq!(cpus(slots(&[2, 5], 8)), [2, 5]);
        assert_eq!(cpus(slots(&[2, 5], 0)), [2]);
    }
}
