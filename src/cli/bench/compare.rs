//! `compare`: the default validator against what nobody can avoid, reading both texts once.

use std::hint::black_box;
use std::time::Instant;

use judging::validation::{Flags, compare};

use super::figures::{Figure, Output, median, percentile};

/// Each side runs this long in total, alternating, so that both see the same weather.
const ROUNDS: u32 = 40;

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
        for _ in 0..ROUNDS / output.divisor {
            floor.push(timed(|| {
                let both = got.bytes().chain(answer.bytes());
                black_box(both.fold(0u64, |sum, byte| sum.wrapping_add(u64::from(byte))));
            }));
            ours.push(timed(|| {
                black_box(compare(got.as_bytes(), answer.as_bytes(), flags));
            }));
        }
        let figure = Figure::new("compare", case, "ms", median(&mut floor), median(&mut ours));
        output.show(&figure.with_p99(percentile(&mut ours, 0.99)))?;
    }
    Ok(())
}

/// Milliseconds of `work`.
fn timed(work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    began.elapsed().as_secs_f64() * 1e3
}
