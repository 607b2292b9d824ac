//! `idle`: resident memory, CPU and start-up time of a server that has nothing to do, against the bare actix server.

use std::time::Duration;

use anyhow::Context;

use super::children::Server;
use super::figures::{Figure, Output};
use super::problems;

/// Measures an idle server after its self-tests.
pub(super) fn run(output: &mut Output) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    problems::write_sum(&dir.path().join("problems"))?;
    let gavel = Server::gavel(dir.path(), &[])?;
    let bare = Server::bare()?;
    wait_for_self_tests(&gavel)?;
    let span = Duration::from_secs(20) / output.divisor;
    let before = (cpu_ms(gavel.pid())?, cpu_ms(bare.pid())?);
    std::thread::sleep(span);
    let after = (cpu_ms(gavel.pid())?, cpu_ms(bare.pid())?);
    let percent = |from: f64, to: f64| 100.0 * (to - from) / (span.as_secs_f64() * 1e3);
    // the kernel counts in hundredths of a second: below that the floor is one of them
    let resolution = 100.0 * 0.01 / span.as_secs_f64();
    let floor_percent = percent(before.1, after.1).max(resolution);
    let memory = (resident_mib(bare.pid())?, resident_mib(gavel.pid())?);
    let start = (millis(bare.started_in), millis(gavel.started_in));
    output.show(&Figure::new(
        "idle",
        "resident memory",
        "MiB",
        memory.0,
        memory.1,
    ))?;
    output.show(&Figure::new(
        "idle",
        "CPU",
        "%",
        floor_percent,
        percent(before.0, after.0),
    ))?;
    output.show(&Figure::new(
        "idle",
        "start to ready",
        "ms",
        start.0,
        start.1,
    ))
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// Waits until no language is being tested any more.
pub(super) fn wait_for_self_tests(server: &Server) -> anyhow::Result<()> {
    let url = format!("http://{}/api/v1/languages", server.address);
    for _ in 0..3_000 {
        let text = ureq::get(&url).call()?.body_mut().read_to_string()?;
        if !text.contains("\"testing\"") {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    anyhow::bail!("self-tests did not end within five minutes")
}

fn resident_mib(pid: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .context("no VmRSS")?;
    let kib: f64 = line
        .split_whitespace()
        .nth(1)
        .context("no number")?
        .parse()?;
    Ok(kib / 1024.0)
}

/// CPU time of a process so far, user and system.
fn cpu_ms(pid: u32) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, fields) = stat.rsplit_once(") ").context("no command name")?;
    let ticks: Vec<f64> = fields
        .split(' ')
        .skip(11)
        .take(2)
        .filter_map(|tick| tick.parse().ok())
        .collect();
    Ok(ticks.iter().sum::<f64>() * 10.0)
}
