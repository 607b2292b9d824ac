//! `sandbox`: a statically linked C program that does nothing, behind the native wall and bare: vfork, exec, wait on the same
//! CPU from an equally small parent. Also how exactly a CPU limit is enforced, and what a fresh sandbox costs.

use std::time::Duration;

use anyhow::Context;
use sandboxes::bench::{Comparison, Programs, compare, overshoot, renewals};
use sandboxes::native::{NativeConfig, NativeWall};
use sandboxes::root::RootPlan;
use sandboxes::sandbox::Slot;

use super::figures::{Figure, Output, median, micros, millis, percentile};

const RUNS: u32 = 4_000;
const SPACED_RUNS: u32 = 100;
const GAP: Duration = Duration::from_millis(50);
const LIMIT: Duration = Duration::from_secs(1);
const SLOTS: [Slot; 2] = [Slot { index: 0, cpu: 0 }, Slot { index: 1, cpu: 1 }];

/// Measures the native wall.
pub(super) fn run(output: &mut Output) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let programs =
        Programs::compile(dir.path()).context("failed to compile the measured programs")?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(measure(&programs, output))
}

async fn measure(programs: &Programs, output: &mut Output) -> anyhow::Result<()> {
    let wall = NativeWall::new(NativeConfig::new(RootPlan::default()))?;
    let runs = (RUNS / output.divisor) as usize;
    let one = compare(&wall, SLOTS[0], &programs.nothing, runs, Duration::ZERO).await?;
    show(output, "one run, 1 slot", one)?;
    let [a, b] = SLOTS.map(|slot| compare(&wall, slot, &programs.nothing, runs, Duration::ZERO));
    let (a, b) = futures_util::future::try_join(a, b).await?;
    let both = Comparison {
        floor_ns: [a.floor_ns, b.floor_ns].concat(),
        figure_ns: [a.figure_ns, b.figure_ns].concat(),
    };
    show(output, "one run, 2 slots", both)?;
    let spaced_runs = (SPACED_RUNS / output.divisor) as usize;
    let spaced = compare(&wall, SLOTS[0], &programs.nothing, spaced_runs, GAP).await?;
    show(output, "one run, 50 ms between runs", spaced)?;
    let count = if output.divisor > 1 { 2 } else { 11 };
    let mut over = millis(&overshoot(&wall, SLOTS[0], &programs.spin, LIMIT, count).await?);
    let limit = LIMIT.as_secs_f64() * 1e3;
    let figure = Figure::new(
        "sandbox",
        "CPU limit of 1 s enforced at",
        "ms",
        limit,
        limit + median(&mut over),
    );
    output.show(&figure.with_p99(limit + percentile(&mut over, 0.99)))?;
    let mut fresh = millis(&renewals(&wall, SLOTS[0], runs / 10).await?);
    let mut floor = millis(
        &compare(
            &wall,
            SLOTS[0],
            &programs.nothing,
            runs / 10,
            Duration::ZERO,
        )
        .await?
        .floor_ns,
    );
    let figure = Figure::new(
        "sandbox",
        "fresh sandbox, made and removed",
        "ms",
        median(&mut floor),
        median(&mut fresh),
    );
    output.show(&figure.with_p99(percentile(&mut fresh, 0.99)))
}

fn show(output: &mut Output, case: &str, comparison: Comparison) -> anyhow::Result<()> {
    let (mut floor, mut figure) = (micros(&comparison.floor_ns), micros(&comparison.figure_ns));
    let shown = Figure::new(
        "sandbox",
        case,
        "us",
        median(&mut floor),
        median(&mut figure),
    );
    output.show(&shown.with_p99(percentile(&mut figure, 0.99)))
}
