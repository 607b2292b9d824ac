//! A load client: keep-alive connections that send one prepared request over and over, for a bounded time.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a load produced.
#[derive(Debug, Default)]
pub(super) struct Load {
    /// Requests per second.
    pub(super) per_second: f64,
    /// Latency of each request, milliseconds.
    pub(super) latencies_ms: Vec<f64>,
}

/// Builds a POST with a JSON body.
pub(super) fn post(path: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Sends `request` over `connections` connections for `duration`; every answer must have status `expected`.
///
/// # Errors
/// When a connection breaks or an answer is another one.
pub(super) fn run(
    address: SocketAddr,
    request: &[u8],
    expected: u16,
    connections: usize,
    duration: Duration,
) -> anyhow::Result<Load> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let begin = Instant::now();
        let each = (0..connections).map(|_| repeat(address, request, expected, begin + duration));
        let all = futures_util::future::try_join_all(each).await?;
        let elapsed = begin.elapsed().as_secs_f64();
        let latencies_ms: Vec<f64> = all.into_iter().flatten().collect();
        #[expect(clippy::cast_precision_loss, reason = "a count far below 2^52")]
        let per_second = latencies_ms.len() as f64 / elapsed;
        Ok(Load {
            per_second,
            latencies_ms,
        })
    })
}

/// Sends `request` at least `count` times, for its effect.
///
/// # Errors
/// As [`run`].
pub(super) fn run_count(
    address: SocketAddr,
    request: &[u8],
    expected: u16,
    connections: usize,
    count: usize,
) -> anyhow::Result<()> {
    let mut sent = 0;
    while sent < count {
        let load = run(
            address,
            request,
            expected,
            connections,
            Duration::from_millis(50),
        )?;
        sent += load.latencies_ms.len();
    }
    Ok(())
}

async fn repeat(
    address: SocketAddr,
    request: &[u8],
    expected: u16,
    until: Instant,
) -> anyhow::Result<Vec<f64>> {
    let mut connection = Connection::open(address).await?;
    let mut latencies = Vec::new();
    while Instant::now() < until {
        let begin = Instant::now();
        let (status, body) = connection.ask(request).await?;
        latencies.push(begin.elapsed().as_secs_f64() * 1e3);
        if status != expected {
            bail!(
                "expected status {expected}, got {status}: {}",
                String::from_utf8_lossy(&body)
            );
        }
    }
    Ok(latencies)
}

/// One keep-alive connection.
pub(super) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub(super) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)
            .await
            .context("failed to connect")?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(16 << 10),
        })
    }

    /// Sends a request and reads the whole answer: status and body.
    pub(super) async fn ask(&mut self, request: &[u8]) -> anyhow::Result<(u16, Vec<u8>)> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the server closed the connection");
            }
            if let Some(answer) = parse(&self.buffer)? {
                return Ok(answer);
            }
        }
    }
}

/// Status and body, once all of it is there.
fn parse(bytes: &[u8]) -> anyhow::Result<Option<(u16, Vec<u8>)>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&bytes[..end]).context("the head is not text")?;
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(Ok(0), |(_, value)| value.trim().parse())?;
    let body = &bytes[end + 4..];
    if body.len() < length {
        return Ok(None);
    }
    Ok(Some((
        status.context("no status line")?,
        body[..length].to_vec(),
    )))
}

/// Builds a GET.
pub(super) fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes()
}
