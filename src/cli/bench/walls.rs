//! `walls`: what one run and one fresh sandbox cost behind each wall that is installed here, against the same program started bare
//! on the same CPU. A wall that is not installed is named, with the reason: it is not measured, and not forgotten.

use std::time::Duration;

use anyhow::Context;
use sandboxes::bench::{Comparison, Programs, compare, compare_walls, renewals};
use sandboxes::docker::{DockerConfig, DockerWall};
use sandboxes::microvm::MicroVmWall;
use sandboxes::native::{NativeConfig, NativeWall};
use sandboxes::root::RootPlan;
use sandboxes::sandbox::{Slot, Wall};
use sandboxes::trusted::{TrustedConfig, TrustedWall};

use super::figures::{Figure, Output, median, micros, millis, percentile};

const SLOT: Slot = Slot { index: 0, cpu: 0 };
const GAP: Duration = Duration::from_millis(50);

/// A wall, how many runs its figures take, and how many fresh sandboxes.
struct Candidate {
    name: &'static str,
    make: fn() -> anyhow::Result<Box<dyn Wall>>,
    runs: u32,
    fresh: u32,
}

/// Every wall there is. A new one joins here.
const CANDIDATES: &[Candidate] = &[
    Candidate {
        name: "native",
        make: native,
        runs: 4_000,
        fresh: 400,
    },
    Candidate {
        name: "trusted",
        make: || Ok(Box::new(TrustedWall::new(TrustedConfig::default())?)),
        runs: 4_000,
        fresh: 400,
    },
    Candidate {
        name: "docker/runc",
        make: || docker("runc"),
        runs: 4_000,
        fresh: 30,
    },
    Candidate {
        name: "docker/runsc",
        make: || docker("runsc"),
        runs: 400,
        fresh: 20,
    },
    Candidate {
        name: "microvm",
        make: microvm,
        runs: 1_000,
        fresh: 20,
    },
];

fn native() -> anyhow::Result<Box<dyn Wall>> {
    let config = NativeConfig::new(RootPlan::default());
    Ok(Box::new(NativeWall::new(config)?))
}

fn docker(runtime: &str) -> anyhow::Result<Box<dyn Wall>> {
    Ok(Box::new(DockerWall::new(DockerConfig {
        runtime: runtime.to_owned(),
        ..DockerConfig::new()
    })?))
}

fn microvm() -> anyhow::Result<Box<dyn Wall>> {
    let (config, _) = crate::cli::machines::installed()?;
    Ok(Box::new(MicroVmWall::new(&config)?))
}

/// Measures every wall that is installed.
pub(super) fn run(output: &mut Output) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let programs =
        Programs::compile(dir.path()).context("failed to compile the measured programs")?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let reference = native().ok();
    for candidate in CANDIDATES {
        match (candidate.make)() {
            Ok(wall) => runtime
                .block_on(measure(
                    &*wall,
                    candidate,
                    reference.as_deref(),
                    &programs,
                    output,
                ))
                .with_context(|| format!("failed to measure the wall {}", candidate.name))?,
            Err(error) => {
                anstream::eprintln!("!! NOT MEASURED: {}: {error:#}", candidate.name);
            }
        }
    }
    Ok(())
}

async fn measure(
    wall: &dyn Wall,
    candidate: &Candidate,
    reference: Option<&dyn Wall>,
    programs: &Programs,
    output: &mut Output,
) -> anyhow::Result<()> {
    let runs = (candidate.runs / output.divisor) as usize;
    let name = candidate.name;
    let hot = compare(wall, SLOT, &programs.nothing, runs, Duration::ZERO).await?;
    let mut floor = millis(&hot.floor_ns);
    show(output, format!("{name}: one run"), &hot)?;
    let spaced = compare(wall, SLOT, &programs.nothing, (runs / 40).max(4), GAP).await?;
    show(
        output,
        format!("{name}: one run, 50 ms between runs"),
        &spaced,
    )?;
    if let Some(native) = reference.filter(|_| name != "native") {
        let both = compare_walls(wall, native, SLOT, &programs.nothing, runs).await?;
        show(output, format!("{name}: one run, against native"), &both)?;
    }
    let fresh = (candidate.fresh / output.divisor).max(2) as usize;
    let mut fresh = millis(&renewals(wall, SLOT, fresh).await?);
    let case = format!("{name}: fresh sandbox");
    let shown = Figure::new("walls", case, "ms", median(&mut floor), median(&mut fresh));
    output.show(&shown.with_p99(percentile(&mut fresh, 0.99)))
}

fn show(output: &mut Output, case: String, comparison: &Comparison) -> anyhow::Result<()> {
    let (mut floor, mut figure) = (micros(&comparison.floor_ns), micros(&comparison.figure_ns));
    let shown = Figure::new("walls", case, "us", median(&mut floor), median(&mut figure));
    output.show(&shown.with_p99(percentile(&mut figure, 0.99)))
}
