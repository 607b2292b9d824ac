//! `accept`: durable `202`s per second over 64 connections, against a bare actix server that echoes the same body.
//! Judging is off, so that only accepting is measured, and 1,000 submissions wait before it begins.

use std::time::Duration;

use serde_json::json;

use super::children::Server;
use super::figures::{Figure, Output, median, percentile};
use super::http_load;
use super::problems;

const CONNECTIONS: usize = 64;
const ROUNDS: usize = 5;

/// Measures both servers, alternating.
pub(super) fn run(output: &mut Output) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    problems::write_sum(&dir.path().join("problems"))?;
    let gavel = Server::gavel(
        dir.path(),
        &[problems::OPEN_ADMISSION, &["pools.judging=false"]].concat(),
    )?;
    let bare = Server::bare()?;
    let body = json!({"problem": problems::SUM, "language": "c", "source": problems::SUM_SOURCE})
        .to_string();
    let accept = http_load::post("/api/v1/submissions", &body);
    let echo = http_load::post("/echo", &body);
    http_load::run_count(gavel.address, &accept, 202, CONNECTIONS, 1_000)?;
    let round = Duration::from_secs(4) / output.divisor;
    let (mut floors, mut figures) = (Vec::new(), Vec::new());
    let (mut floor_latencies, mut latencies) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let load = http_load::run(bare.address, &echo, 202, CONNECTIONS, round)?;
        floors.push(load.per_second);
        floor_latencies.extend(load.latencies_ms);
        let load = http_load::run(gavel.address, &accept, 202, CONNECTIONS, round)?;
        figures.push(load.per_second);
        latencies.extend(load.latencies_ms);
    }
    let figure = Figure::new(
        "accept",
        "64 connections, 1000 queued",
        "1/s",
        median(&mut floors),
        median(&mut figures),
    );
    output.show(&figure)?;
    // the same answers, as latencies: floor and figure are medians
    let figure = Figure::new(
        "accept",
        "64 connections, latency",
        "ms",
        median(&mut floor_latencies),
        median(&mut latencies),
    );
    output.show(&figure.with_p99(percentile(&mut latencies, 0.99)))
}
