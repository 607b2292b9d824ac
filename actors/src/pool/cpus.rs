//! One slot per CPU this process may use.

use sandboxes::sandbox::Slot;

/// `count` slots, or one per allowed CPU; each pinned to a CPU, round robin when there are more slots than CPUs.
#[must_use]
pub fn slots(count: Option<u32>) -> Vec<Slot> {
    slots_on(&allowed_cpus(), count)
}

fn slots_on(cpus: &[u32], count: Option<u32>) -> Vec<Slot> {
    let count = count.unwrap_or(u32::try_from(cpus.len()).unwrap_or(1));
    let cpus = cpus.iter().copied().cycle();
    (0..count.max(1))
        .zip(cpus)
        .map(|(index, cpu)| Slot { index, cpu })
        .collect()
}

/// The CPUs of this process (proc(5), `Cpus_allowed_list`); without that file as many as there are.
fn allowed_cpus() -> Vec<u32> {
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
    fn slots_go_round_the_cpus() {
        let cpus = |slots: Vec<Slot>| slots.iter().map(|slot| slot.cpu).collect::<Vec<_>>();
        assert_eq!(cpus(slots_on(&[2, 5], None)), [2, 5]);
        assert_eq!(cpus(slots_on(&[2, 5], Some(3))), [2, 5, 2]);
        assert_eq!(cpus(slots_on(&[2, 5], Some(0))), [2]);
    }
}
