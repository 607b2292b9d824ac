//! The feed of a server, read as any client would read it.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// How long a test waits for one message.
const PATIENCE: Duration = Duration::from_secs(60);

/// One connection to `/ws`.
pub(crate) struct Feed {
    runtime: Runtime,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Feed {
    /// Connects to the server at `base`.
    pub(crate) fn connect(base: &str) -> Self {
        Self::try_connect(base).expect("the server takes WebSocket connections")
    }

    /// Connects, when the server is still there.
    pub(crate) fn try_connect(base: &str) -> Option<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let url = format!("ws{}/ws", base.trim_start_matches("http"));
        let (socket, _) = runtime
            .block_on(tokio_tungstenite::connect_async(url))
            .ok()?;
        Some(Self { runtime, socket })
    }

    /// Sends JSON.
    pub(crate) fn send(&mut self, message: &Value) {
        self.send_raw(Message::text(message.to_string())).unwrap();
    }

    /// Sends any frame.
    pub(crate) fn send_raw(&mut self, message: Message) -> Result<(), Error> {
        self.runtime.block_on(self.socket.send(message))
    }

    /// Follows a submission.
    pub(crate) fn follow_submission(&mut self, id: &str, since: u64) {
        self.send(&json!({"type": "subscribe", "payload": {"submissionId": id, "since": since}}));
    }

    /// Follows a submission from its beginning, when the server is still there.
    pub(crate) fn try_follow_submission(&mut self, id: &str) -> bool {
        let message = json!({"type": "subscribe", "payload": {"submissionId": id, "since": 0}});
        self.send_raw(Message::text(message.to_string())).is_ok()
    }

    /// Follows a contest.
    pub(crate) fn follow_contest(&mut self, id: &str, since: u64) {
        self.send(&json!({"type": "subscribe", "payload": {"contestId": id, "since": since}}));
    }

    /// The next message, `None` when the server closed the connection.
    pub(crate) fn next(&mut self) -> Option<Value> {
        self.next_within(PATIENCE)
            .unwrap_or_else(|| panic!("no message within {PATIENCE:?}"))
    }

    /// The next message within `patience`: outer `None` when there was none, inner `None` when the connection is closed.
    pub(crate) fn next_within(&mut self, patience: Duration) -> Option<Option<Value>> {
        let deadline = Instant::now() + patience;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let next = async { tokio::time::timeout(left, self.socket.next()).await };
            match self.runtime.block_on(next) {
                Ok(Some(Ok(Message::Text(text)))) => {
                    return Some(Some(serde_json::from_str(&text).unwrap()));
                }
                Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) => return Some(None),
                Ok(Some(Ok(_))) => (),
                Err(_) => return None,
            }
        }
    }

    /// All messages up to the first of `kind`, that one included.
    pub(crate) fn until(&mut self, kind: &str) -> Vec<Value> {
        let mut seen = Vec::new();
        loop {
            let Some(message) = self.next() else {
                panic!("the connection closed before {kind}: {seen:#?}")
            };
            let found = message["type"] == kind;
            seen.push(message);
            if found {
                return seen;
            }
        }
    }
}

/// The types of messages, in order.
pub(crate) fn types(messages: &[Value]) -> Vec<&str> {
    messages
        .iter()
        .map(|message| message["type"].as_str().unwrap())
        .collect()
}

/// The sequence numbers of messages, in order.
pub(crate) fn seqs(messages: &[Value]) -> Vec<u64> {
    messages
        .iter()
        .map(|message| message["seq"].as_u64().unwrap())
        .collect()
}
