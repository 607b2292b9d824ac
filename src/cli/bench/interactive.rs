//! `interactive`: 10,000 questions and answers of two bytes between two programs on one CPU: between two sandboxes, and with
//! the recorder of transcripts in between. The floor is the same two programs joined by a bare pair of pipes.

use anyhow::Context;
use sandboxes::bench::{compile_talk, dialogues};
use sandboxes::native::{NativeConfig, NativeWall};
use sandboxes::root::RootPlan;
use sandboxes::sandbox::Slot;

use super::figures::{Figure, Output, median, percentile};

const EXCHANGES: u32 = 10_000;
const ROUNDS: u32 = 20;
const SLOT: Slot = Slot { index: 0, cpu: 0 };

/// Measures the native wall.
pub(super) fn run(output: &mut Output) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let talk = compile_talk(dir.path()).context("failed to compile the measured program")?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let wall = NativeWall::new(NativeConfig::new(RootPlan::default()))?;
    let rounds = (ROUNDS / output.divisor) as usize;
    let times = runtime.block_on(dialogues(&wall, SLOT, &talk, EXCHANGES, rounds))?;
    show(output, "10,000 exchanges", &times.bare_ns, &times.direct_ns)?;
    show(
        output,
        "10,000 recorded",
        &times.bare_ns,
        &times.recorded_ns,
    )
}

fn show(output: &mut Output, case: &str, floor: &[u64], ours: &[u64]) -> anyhow::Result<()> {
    let (mut floor, mut ours) = (millis(floor), millis(ours));
    let figure = Figure::new(
        "interactive",
        case,
        "ms",
        median(&mut floor),
        median(&mut ours),
    );
    output.show(&figure.with_p99(percentile(&mut ours, 0.99)))
}

fn millis(nanos: &[u64]) -> Vec<f64> {
    nanos.iter().map(|nanos| *nanos as f64 / 1e6).collect()
}
