//! `judge`: submissions per second over HTTP to verdict, a cached C program and 10 testcases on every CPU; against ten bare
//! spawns per submission on the same CPUs and nothing else.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use sandboxes::bench::{Floor, Programs};
use sandboxes::sandbox::Slot;
use serde_json::{Value, json};

use super::children::Server;
use super::figures::{Figure, Output, median, percentile};
use super::http_load::{Connection, get, post};
use super::problems;

const ROUNDS: usize = 5;
const SUBMISSIONS: u32 = 400;
const SENDERS: usize = 8;
const ONE_AT_A_TIME: usize = 20;
const TESTCASES: f64 = problems::SUM_TESTCASES as f64;

/// Measures spawns and judgements, alternating.
pub(super) fn run(output: &mut Output) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    problems::write_sum(&dir.path().join("problems"))?;
    let programs =
        Programs::compile(dir.path()).context("failed to compile the floor's program")?;
    let gavel = Server::gavel(dir.path(), problems::OPEN_ADMISSION)?;
    super::idle::wait_for_self_tests(&gavel)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(compare(&gavel, &programs, output))
}

async fn compare(gavel: &Server, programs: &Programs, output: &mut Output) -> anyhow::Result<()> {
    let mut spawners = Vec::new();
    for cpu in 0..u32::try_from(std::thread::available_parallelism()?.get())? {
        spawners.push(Floor::start(Slot { index: cpu, cpu }, &programs.nothing)?);
    }
    let submissions = (SUBMISSIONS / output.divisor) as usize;
    // the first one compiles
    judge_all(gavel.address, 1).await?;
    judge_all(gavel.address, submissions / 2).await?;
    let (mut floors, mut figures) = (Vec::new(), Vec::new());
    let (mut floor_ms, mut figure_ms) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        floors.push(
            spawn_all(&mut spawners, submissions * problems::SUM_TESTCASES).await? / TESTCASES,
        );
        figures.push(judge_all(gavel.address, submissions).await?);
        for _ in 0..ONE_AT_A_TIME {
            let nanos = spawners[0].measure(problems::SUM_TESTCASES).await?;
            floor_ms.push(nanos.iter().sum::<u64>() as f64 / 1e6);
            figure_ms.extend(one_at_a_time(gavel.address, 1).await?);
        }
    }
    let (floor, figure) = (median(&mut floors), median(&mut figures));
    output.show(&Figure::new(
        "judge",
        "every CPU busy",
        "1/s",
        floor,
        figure,
    ))?;
    let p99 = percentile(&mut figure_ms, 0.99);
    let (floor, figure) = (median(&mut floor_ms), median(&mut figure_ms));
    output.show(&Figure::new("judge", "one at a time", "ms", floor, figure).with_p99(p99))
}

/// Starts a program `number` times, shared by all CPUs; returns how many per second.
async fn spawn_all(spawners: &mut [Floor], number: usize) -> anyhow::Result<f64> {
    let share = number / spawners.len();
    let total = share * spawners.len();
    let begin = Instant::now();
    futures_util::future::try_join_all(spawners.iter_mut().map(|floor| floor.measure(share)))
        .await?;
    Ok(total as f64 / begin.elapsed().as_secs_f64())
}

/// Posts `number` submissions, waits for all verdicts, returns how many per second.
async fn judge_all(address: SocketAddr, number: usize) -> anyhow::Result<f64> {
    let begin = Instant::now();
    let share = |sender: usize| number / SENDERS + usize::from(sender < number % SENDERS);
    let senders = (0..SENDERS).map(|sender| submit(address, share(sender)));
    let ids: Vec<String> = futures_util::future::try_join_all(senders).await?.concat();
    let mut connection = Connection::open(address).await?;
    for id in &ids {
        wait_accepted(&mut connection, id, Duration::from_millis(2)).await?;
    }
    Ok(number as f64 / begin.elapsed().as_secs_f64())
}

/// Posts one submission at a time and waits for its verdict; milliseconds each.
async fn one_at_a_time(address: SocketAddr, number: usize) -> anyhow::Result<Vec<f64>> {
    let mut connection = Connection::open(address).await?;
    let mut latencies = Vec::with_capacity(number);
    for _ in 0..number {
        let begin = Instant::now();
        let ids = submit(address, 1).await?;
        for id in &ids {
            wait_accepted(&mut connection, id, Duration::from_micros(200)).await?;
        }
        latencies.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    Ok(latencies)
}

async fn submit(address: SocketAddr, number: usize) -> anyhow::Result<Vec<String>> {
    let body = json!({"problem": problems::SUM, "language": "c", "source": problems::SUM_SOURCE})
        .to_string();
    let request = post("/api/v1/submissions", &body);
    let mut connection = Connection::open(address).await?;
    let mut ids = Vec::with_capacity(number);
    for _ in 0..number {
        let (status, body) = connection.ask(&request).await?;
        if status != 202 {
            bail!("status {status}: {}", String::from_utf8_lossy(&body));
        }
        let answer: Value = serde_json::from_slice(&body)?;
        ids.push(
            answer["id"]
                .as_str()
                .context("an answer without id")?
                .to_owned(),
        );
    }
    Ok(ids)
}

async fn wait_accepted(
    connection: &mut Connection,
    id: &str,
    pause: Duration,
) -> anyhow::Result<()> {
    let request = get(&format!("/api/v1/submissions/{id}"));
    let deadline = Instant::now() + Duration::from_secs(120);
    while Instant::now() < deadline {
        let (_, body) = connection.ask(&request).await?;
        let answer: Value = serde_json::from_slice(&body)?;
        match answer["verdict"].as_str() {
            Some("AC") => return Ok(()),
            Some(other) => bail!("the bench's program got {other}: {answer}"),
            None => tokio::time::sleep(pause).await,
        }
    }
    bail!("no verdict within two minutes")
}
