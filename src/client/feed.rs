//! Follows one topic of a server's feed over a WebSocket, and picks up where it was after a lost connection.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use futures_util::{SinkExt, StreamExt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

/// How long a server may be away before the client gives up.
const PATIENCE: Duration = Duration::from_secs(60);
/// The server pings more often than this.
const SILENCE: Duration = Duration::from_secs(60);

/// What is followed.
#[derive(Clone, Debug)]
pub(crate) enum Topic {
    /// One submission, to its verdict.
    Submission(String),
    /// A contest's scoreboard.
    Contest(String),
}

/// One message of the feed.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct FeedEvent {
    /// `run_judged`, ...
    pub(crate) r#type: String,
    /// Its place in the log; 0 for messages that have none.
    #[serde(default)]
    pub(crate) seq: u64,
    /// When it happened, ISO 8601 in UTC.
    #[serde(default)]
    pub(crate) at: String,
    /// What it says.
    #[serde(default)]
    pub(crate) payload: Value,
}

/// Whether to go on.
pub(crate) enum Next {
    More,
    Done,
}

impl Topic {
    fn subscribe(&self, since: u64) -> String {
        let payload = match self {
            Self::Submission(id) => json!({"submissionId": id, "since": since}),
            Self::Contest(id) => json!({"contestId": id, "since": since}),
        };
        json!({"type": "subscribe", "payload": payload}).to_string()
    }
}

/// Hands every event of `topic` after number `since` to `each`, in order, none missing, none twice, until `each` has enough.
///
/// # Errors
/// When the server stays away, refuses the topic, or `each` fails.
pub(crate) async fn follow(
    url: &str,
    topic: &Topic,
    mut since: u64,
    each: &mut dyn FnMut(FeedEvent) -> anyhow::Result<Next>,
) -> anyhow::Result<()> {
    let mut lost = Instant::now();
    let mut delay = Duration::from_millis(100);
    loop {
        let before = since;
        match once(url, topic, &mut since, each).await {
            Ok(()) => return Ok(()),
            Err(Broken::Final(error)) => return Err(error),
            Err(Broken::Connection(error)) => {
                if since > before {
                    lost = Instant::now();
                    delay = Duration::from_millis(100);
                }
                if lost.elapsed() > PATIENCE {
                    return Err(error.context(format!("lost the server at {url}")));
                }
                tokio::time::sleep(delay).await;
                delay = (delay * 2).min(Duration::from_secs(2));
            }
        }
    }
}

enum Broken {
    Final(anyhow::Error),
    Connection(anyhow::Error),
}

async fn once(
    url: &str,
    topic: &Topic,
    since: &mut u64,
    each: &mut dyn FnMut(FeedEvent) -> anyhow::Result<Next>,
) -> Result<(), Broken> {
    let broken = |error: anyhow::Error| Broken::Connection(error);
    let (mut socket, _) = tokio_tungstenite::connect_async(url)
        .await
        .with_context(|| format!("failed to connect to {url}"))
        .map_err(broken)?;
    let subscribe = |since| Message::text(topic.subscribe(since));
    socket
        .send(subscribe(*since))
        .await
        .context("failed to subscribe")
        .map_err(broken)?;
    loop {
        let message = match tokio::time::timeout(SILENCE, socket.next()).await {
            Ok(Some(Ok(message))) => message,
            Ok(Some(Err(error))) => return Err(broken(error.into())),
            Ok(None) => return Err(broken(anyhow::anyhow!("the server closed the connection"))),
            Err(_) => return Err(broken(anyhow::anyhow!("the server is silent"))),
        };
        let Message::Text(text) = message else {
            continue;
        };
        let event: FeedEvent = serde_json::from_str(&text)
            .context("the server sent something that is no event")
            .map_err(Broken::Final)?;
        match event.r#type.as_str() {
            "error" => return Err(Broken::Final(refused(&event.payload))),
            // We were too slow and some events were dropped: ask again from the last one we have.
            "resync" => socket
                .send(subscribe(*since))
                .await
                .context("failed to subscribe")
                .map_err(broken)?,
            _ => {
                if event.seq != 0 && event.seq <= *since {
                    continue;
                }
                *since = event.seq.max(*since);
                if let Next::Done = each(event).map_err(Broken::Final)? {
                    socket.close(None).await.ok();
                    return Ok(());
                }
            }
        }
    }
}

fn refused(payload: &Value) -> anyhow::Error {
    let text = |key: &str| payload[key].as_str().unwrap_or_default().to_owned();
    anyhow::anyhow!("{} ({})", text("message"), text("code"))
}

/// Follows from a thread that has no runtime of its own.
///
/// # Errors
/// As [`follow`].
pub(crate) fn follow_blocking(
    url: &str,
    topic: &Topic,
    since: u64,
    each: &mut dyn FnMut(FeedEvent) -> anyhow::Result<Next>,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("failed to start a runtime")?;
    let outcome = runtime.block_on(follow(url, topic, since, each));
    if let Err(error) = &outcome
        && error.to_string().is_empty()
    {
        bail!("the server refused the topic");
    }
    outcome
}
