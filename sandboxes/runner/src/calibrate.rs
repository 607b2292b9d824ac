//! A fixed piece of work, to compare processors by: run on the host and behind a wall that emulates one.
//!
//! It mixes what programs of contestants do: arithmetic on registers, branches that cannot be foretold, walks through memory that
//! fits the caches and through memory that does not, floating point, sorting, numbers as text. What it computes is of no use, but depends on all of it.

use std::io::{Result, Write};

use crate::sys;

/// Rounds of each part, such that the whole takes about a tenth of a second on a processor of today.
const ROUNDS: usize = 1 << 23;

/// Eight-byte words walked through: 32 kB and 8 MB.
const NEAR: usize = 1 << 12;
const FAR: usize = 1 << 20;

/// `gavel-runner calibrate`: prints a checksum and the CPU time it took, nanoseconds.
pub(crate) fn run() -> Result<()> {
    let before = sys::own_cpu_ns();
    let mut sum = arithmetic() ^ floating();
    sum ^= walk(NEAR, ROUNDS / 2) ^ walk(FAR, ROUNDS / 16);
    sum ^= sorted(1 << 17) ^ printed(1 << 17);
    let took = sys::own_cpu_ns() - before;
    writeln!(std::io::stdout(), "{sum:x} {took}")
}

fn next(state: u64) -> u64 {
    state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407)
}

fn arithmetic() -> u64 {
    let mut state = 1_u64;
    let mut sum = 0_u64;
    for _ in 0..ROUNDS {
        state = next(state);
        // Decided by the upper half of a random number: half of the guesses fail.
        sum = if state >> 63 == 0 {
            sum.rotate_left(5) ^ state
        } else {
            sum.wrapping_add(state >> 7)
        };
    }
    std::hint::black_box(sum)
}

fn floating() -> u64 {
    let mut value = 1.5_f64;
    for round in 1..=ROUNDS / 8 {
        value = (value * 1.000_001 + 1.0 / round as f64).sqrt() + 0.5;
    }
    std::hint::black_box(value).to_bits()
}

fn walk(words: usize, steps: usize) -> u64 {
    let mut memory = vec![0_u64; words];
    let mut state = 7_u64;
    let mut at = 0_usize;
    for _ in 0..steps {
        state = next(state);
        memory[at] = memory[at].wrapping_add(state);
        at = (state >> 40) as usize & (words - 1);
    }
    std::hint::black_box(memory[at])
}

fn sorted(count: usize) -> u64 {
    let mut state = 3_u64;
    let mut numbers: Vec<u64> = std::iter::repeat_with(|| {
        state = next(state);
        state
    })
    .take(count)
    .collect();
    numbers.sort_unstable();
    std::hint::black_box(numbers[count / 2])
}

fn printed(count: u32) -> u64 {
    use std::fmt::Write;
    let mut text = String::new();
    let mut sum = 0_u64;
    for number in 0..count {
        text.clear();
        // Writing to a string does not fail.
        let _ = write!(text, "{number} {}", number.wrapping_mul(7));
        sum = text
            .bytes()
            .fold(sum, |sum, byte| sum.rotate_left(3) ^ u64::from(byte));
    }
    std::hint::black_box(sum)
}
