//! `compare`: the default validator against what nobody can avoid, reading both texts once.

use std::hint::black_box;
use std::time::{Duration, Instant};

use judging::validation::{Flags, compare};

use super::figures::{Figure, Output};

/// Each side runs this long in total, alternating, so that both see the same weather.
const ROUNDS: usize = 40;

/// Measures an accepted output that differs from its answer in white space only, as text and as numbers.
///
/// # Errors
/// When a figure cannot be shown.
pub(super) fn run(output: &mut Output) -> anyhow::Result<()> {
    let answer: String = (0..200_000)
        .map(|number| format!("{}.5\n", number * 7))
        .collect();
    let got = answer.replace('\n', " \n");
    let exact = Flags::default();
    let tolerant = Flags::parse(&["float_tolerance", "1e-6"])?;
    for (case, flags) in [("text 2 MB", &exact), ("numbers 2 MB", &tolerant)] {
        let (mut floor, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            floor.push(timed(|| {
                let both = got.bytes().chain(answer.bytes());
                black_box(both.fold(0u64, |sum, byte| sum.wrapping_add(u64::from(byte))));
            }));
            ours.push(timed(|| {
                black_box(compare(got.as_bytes(), answer.as_bytes(), flags));
            }));
        }
        let figure = Figure::new("compare", case, "ms", median(&mut floor), median(&mut ours));
        output.show(&figure.with_p99(percentile(&mut ours, 99)))?;
    }
    Ok(())
}

fn timed(work: impl FnOnce()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}

fn median(times: &mut [Duration]) -> f64 {
    percentile(times, 50)
}

fn percentile(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    let index = (times.len() - 1) * percent / 100;
    times[index].as_secs_f64() * 1_000.0
}
