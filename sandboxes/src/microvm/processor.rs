//! How fast this host's time stamp counter runs: an emulated machine has the same one, but on a busy host it cannot find out
//! by itself and gives up on its clocks.

use std::arch::x86_64::_rdtsc;
use std::time::{Duration, Instant};

/// How long is counted, each time.
const SPAN: Duration = Duration::from_millis(25);

/// kHz. The quickest of a few readings disturbs least.
pub(crate) fn counter_khz() -> u64 {
    let mut best = (f64::MAX, 0.0);
    for _ in 0..3 {
        let (begin, first, slack) = reading();
        std::thread::sleep(SPAN);
        let (end, last, more) = reading();
        let slack = slack + more;
        if slack < best.0 {
            let nanos = end.duration_since(begin).as_nanos() as f64;
            best = (slack, (last - first) as f64 * 1e6 / nanos);
        }
    }
    best.1.round() as u64
}

/// A moment, the counter at that moment, and how exact the two fit.
fn reading() -> (Instant, u64, f64) {
    let mut best = (Instant::now(), 0, f64::MAX);
    for _ in 0..16 {
        // SAFETY: every x86-64 processor has the instruction, and the kernel allows it.
        let before = unsafe { _rdtsc() };
        let now = Instant::now();
        // SAFETY: as above.
        let after = unsafe { _rdtsc() };
        let slack = after.wrapping_sub(before) as f64;
        if slack < best.2 {
            best = (
                now,
                before.wrapping_add(after.wrapping_sub(before) / 2),
                slack,
            );
        }
    }
    best
}

/// What people call this host's processor; machines saved under KVM continue only on the same one.
pub(crate) fn model() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    text.lines()
        .filter(|line| line.starts_with("model name") || line.starts_with("flags"))
        .take(2)
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_counter_is_as_fast_as_processors_are() {
        let (first, second) = (super::counter_khz(), super::counter_khz());
        assert!((400_000..10_000_000).contains(&first), "{first} kHz");
        assert!(first.abs_diff(second) * 1000 < first, "{first} {second}");
    }
}
