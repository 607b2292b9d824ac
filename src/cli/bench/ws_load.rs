//! Many WebSocket connections that wait for one message each, cheap enough that the server is what is measured.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One open connection.
pub(super) struct Socket {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Socket {
    /// Opens a WebSocket at `/ws`, sends `subscribe` if given and waits for the first answer to it.
    pub(super) async fn open(address: SocketAddr, subscribe: Option<&str>) -> anyhow::Result<Self> {
        let mut stream = TcpStream::connect(address)
            .await
            .context("failed to connect")?;
        stream.set_nodelay(true)?;
        let request = "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: Z2F2ZWwgYmVuY2ggMDAwMQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        stream.write_all(request.as_bytes()).await?;
        let mut buffer = Vec::with_capacity(1 << 10);
        while !buffer.windows(4).any(|four| four == b"\r\n\r\n") {
            if stream.read_buf(&mut buffer).await? == 0 {
                bail!("the server closed the connection");
            }
        }
        if !buffer.starts_with(b"HTTP/1.1 101") {
            bail!("no upgrade: {}", String::from_utf8_lossy(&buffer));
        }
        buffer.clear();
        let mut socket = Self { stream, buffer };
        if let Some(text) = subscribe {
            socket.send(text).await?;
            socket.text().await?;
        }
        Ok(socket)
    }

    async fn send(&mut self, text: &str) -> anyhow::Result<()> {
        let length = u8::try_from(text.len()).ok().filter(|length| *length < 126);
        let length = length.context("only short messages are sent")?;
        // a masked text frame whose mask is zero
        let mut frame = vec![0x81, 0x80 | length, 0, 0, 0, 0];
        frame.extend_from_slice(text.as_bytes());
        self.stream.write_all(&frame).await?;
        Ok(())
    }

    /// Waits for the next text message.
    pub(super) async fn text(&mut self) -> anyhow::Result<String> {
        loop {
            if let Some((opcode, payload, used)) = frame(&self.buffer) {
                let payload = payload.to_vec();
                self.buffer.drain(..used);
                if opcode == 1 {
                    return String::from_utf8(payload).context("a text frame that is not text");
                }
                continue;
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the server closed the connection");
            }
        }
    }
}

/// Opcode, payload and whole length of the first complete frame.
fn frame(bytes: &[u8]) -> Option<(u8, &[u8], usize)> {
    let (&first, &second) = (bytes.first()?, bytes.get(1)?);
    let (length, head) = match second & 0x7f {
        126 => (
            usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
            4,
        ),
        127 => (
            usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?,
            10,
        ),
        short => (usize::from(short), 2),
    };
    let payload = bytes.get(head..head + length)?;
    Some((first & 0x0f, payload, head + length))
}

/// Opens `count` connections, a few at a time.
pub(super) async fn open_all(
    address: SocketAddr,
    count: usize,
    subscribe: Option<&str>,
) -> anyhow::Result<Vec<Socket>> {
    let mut sockets = Vec::with_capacity(count);
    while sockets.len() < count {
        let wave = (count - sockets.len()).min(100);
        let opened = (0..wave).map(|_| Socket::open(address, subscribe));
        sockets.extend(futures_util::future::try_join_all(opened).await?);
    }
    Ok(sockets)
}

/// Runs `trigger`, then waits until every socket has received a message that `wanted` accepts.
/// Returns the milliseconds from the trigger's start to each receipt, and one of the messages.
pub(super) async fn receive_all(
    sockets: Vec<Socket>,
    trigger: impl Future<Output = anyhow::Result<()>>,
    wanted: fn(&str) -> bool,
) -> anyhow::Result<(Vec<Socket>, Vec<f64>, String)> {
    let begin = Instant::now();
    let waiting: Vec<_> = sockets
        .into_iter()
        .map(|mut socket| {
            tokio::task::spawn_local(async move {
                loop {
                    let text = socket.text().await?;
                    if wanted(&text) {
                        return anyhow::Ok((socket, begin.elapsed(), text));
                    }
                }
            })
        })
        .collect();
    trigger.await?;
    let mut sockets = Vec::with_capacity(waiting.len());
    let mut latencies = Vec::with_capacity(waiting.len());
    let mut sample = String::new();
    for task in waiting {
        let done = tokio::time::timeout(Duration::from_secs(30), task).await;
        let (socket, latency, text) = done.context("a session received nothing for 30 s")???;
        sockets.push(socket);
        latencies.push(latency.as_secs_f64() * 1e3);
        sample = text;
    }
    Ok((sockets, latencies, sample))
}
