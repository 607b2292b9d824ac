//! `sessions`: 5,000 WebSocket sessions follow one contest, one event goes to all; against the same broadcast by a bare
//! actix server. Time runs from the request that causes the event to its receipt by each session.

use anyhow::bail;
use serde_json::json;

use super::children::Server;
use super::figures::{Figure, Output, median, percentile};
use super::http_load::{Connection, post};
use super::problems;
use super::ws_load::{Socket, open_all, receive_all};

const SESSIONS: usize = 5_000;
const ROUNDS: u32 = 30;
const CONTEST: &str = "bench";

/// Measures both servers, alternating.
pub(super) fn run(output: &mut Output) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    problems::write_sum(&dir.path().join("problems"))?;
    write_contest(dir.path())?;
    let settings = [problems::OPEN_ADMISSION, &["pools.judging=false"]].concat();
    let gavel = Server::gavel(dir.path(), &settings)?;
    let bare = Server::bare()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let local = tokio::task::LocalSet::new();
    let rounds = (ROUNDS / output.divisor).max(3);
    local.block_on(&runtime, compare(&gavel, &bare, rounds, output))
}

async fn compare(
    gavel: &Server,
    bare: &Server,
    rounds: u32,
    output: &mut Output,
) -> anyhow::Result<()> {
    let subscribe = json!({"type": "subscribe", "payload": {"contestId": CONTEST}}).to_string();
    let mut followers = open_all(gavel.address, SESSIONS, Some(&subscribe)).await?;
    let mut listeners = open_all(bare.address, SESSIONS, None).await?;
    let mut to_gavel = Connection::open(gavel.address).await?;
    let mut to_bare = Connection::open(bare.address).await?;
    let submission = json!({
        "problem": problems::SUM, "language": "c", "source": problems::SUM_SOURCE,
        "contest": CONTEST, "team": "t1",
    });
    let submit = post("/api/v1/submissions", &submission.to_string());
    let (mut floors, mut figures) = (Vec::new(), Vec::new());
    // the bare server sends as many bytes as Gavel's first event has
    let (sockets, _, sample) = round(followers, &mut to_gavel, &submit, wanted).await?;
    followers = sockets;
    let broadcast = post("/broadcast", &sample);
    for _ in 0..rounds {
        let (sockets, latencies, _) = round(listeners, &mut to_bare, &broadcast, |_| true).await?;
        listeners = sockets;
        floors.extend(latencies);
        let (sockets, latencies, _) = round(followers, &mut to_gavel, &submit, wanted).await?;
        followers = sockets;
        figures.extend(latencies);
    }
    let floor = percentile(&mut floors, 0.99);
    let p99 = percentile(&mut figures, 0.99);
    output.show(&Figure::new("sessions", "5000 sessions, p99", "ms", floor, p99).with_p99(p99))?;
    let (floor, figure) = (median(&mut floors), median(&mut figures));
    output.show(&Figure::new(
        "sessions",
        "5000 sessions, median",
        "ms",
        floor,
        figure,
    ))
}

/// One event to all: who received it, when, and what it was.
async fn round(
    sockets: Vec<Socket>,
    connection: &mut Connection,
    request: &[u8],
    wanted: fn(&str) -> bool,
) -> anyhow::Result<(Vec<Socket>, Vec<f64>, String)> {
    let trigger = async {
        let (status, body) = connection.ask(request).await?;
        if status != 202 {
            bail!("status {status}: {}", String::from_utf8_lossy(&body));
        }
        Ok(())
    };
    receive_all(sockets, trigger, wanted).await
}

/// Whether a message is the scoreboard's answer to a new submission.
fn wanted(message: &str) -> bool {
    message.contains(r#""type":"scoreboard""#)
}

fn write_contest(dir: &std::path::Path) -> anyhow::Result<()> {
    let contests = dir.join("contests");
    std::fs::create_dir_all(&contests)?;
    let text = format!(
        "id: {CONTEST}\nname: Bench\nstart_time: now\nduration: \"5:00:00\"\nproblems:\n  - id: {}\n    label: A\nteams:\n  - id: t1\n    name: Team 1\n",
        problems::SUM
    );
    std::fs::write(contests.join("bench.yaml"), text)?;
    Ok(())
}
