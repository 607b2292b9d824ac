//! Prints what a wall costs: `cargo run --release -p sandboxes --example measure_walls [native|trusted]`.
#![expect(clippy::print_stdout, reason = "an example that prints a table")]

use std::time::Duration;

use sandboxes::bench::{Programs, compare, overshoot, percentile, renewals};
use sandboxes::native::{NativeConfig, NativeWall};
use sandboxes::root::RootPlan;
use sandboxes::sandbox::{Slot, Wall, WallError};
use sandboxes::trusted::{TrustedConfig, TrustedWall};

fn show(name: &str, floor: &[u64], figure: &[u64]) {
    let us = |value: u64| value / 1000;
    let (low, high) = (percentile(floor, 50), percentile(figure, 50));
    println!(
        "{name:28} floor {:6} us (p99 {:6})  figure {:6} us (p99 {:6})  ratio {}.{:02}",
        us(low),
        us(percentile(floor, 99)),
        us(high),
        us(percentile(figure, 99)),
        high / low.max(1),
        high * 100 / low.max(1) % 100
    );
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = std::env::temp_dir().join(format!("gavel-measure-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    let programs = Programs::compile(&directory)?;
    let wall: Box<dyn Wall> = match std::env::args().nth(1).as_deref() {
        Some("trusted") => Box::new(TrustedWall::new(TrustedConfig::default())?),
        _ => Box::new(NativeWall::new(NativeConfig::new(RootPlan::default()))?),
    };
    let outcome = measure(&*wall, &programs).await;
    drop(wall);
    std::fs::remove_dir_all(&directory)?;
    Ok(outcome?)
}

async fn measure(wall: &dyn Wall, programs: &Programs) -> Result<(), WallError> {
    let slots = [Slot { index: 0, cpu: 0 }, Slot { index: 1, cpu: 1 }];
    for _ in 0..2 {
        let one = compare(wall, slots[0], &programs.nothing, 2000, Duration::ZERO).await?;
        show("hot, 1 slot", &one.floor_ns, &one.figure_ns);
        let [a, b] = slots.map(|slot| compare(wall, slot, &programs.nothing, 2000, Duration::ZERO));
        let (a, b) = futures_util::future::try_join(a, b).await?;
        show(
            "hot, 2 slots",
            &[a.floor_ns, b.floor_ns].concat(),
            &[a.figure_ns, b.figure_ns].concat(),
        );
        let spaced = compare(
            wall,
            slots[0],
            &programs.nothing,
            60,
            Duration::from_millis(50),
        )
        .await?;
        show("50 ms between runs", &spaced.floor_ns, &spaced.figure_ns);
    }
    let over = overshoot(wall, slots[0], &programs.spin, Duration::from_secs(1), 7).await?;
    println!(
        "overshoot of 1 s of CPU: median {} us, most {} us",
        percentile(&over, 50) / 1000,
        percentile(&over, 100) / 1000
    );
    let fresh = renewals(wall, slots[0], 300).await?;
    println!(
        "prepare and destroy: median {} us, p99 {} us",
        percentile(&fresh, 50) / 1000,
        percentile(&fresh, 99) / 1000
    );
    Ok(())
}
