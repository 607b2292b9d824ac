//! Requests to a server: posting a submission, reading what there is.

use std::time::Duration;

use anyhow::{Context, bail};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Answers are read up to this; a submission with thousands of runs stays far below.
const ANSWER_CAP: u64 = 64 << 20;

/// A server.
pub(crate) struct Api {
    agent: ureq::Agent,
    base: String,
    user: Option<String>,
}

/// What a client posts.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewSubmission {
    pub(crate) problem: String,
    pub(crate) language: String,
    pub(crate) files: Vec<NewFile>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) entry_point: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) team: Option<String>,
}

/// One file; bytes travel as base64, since sources need not be UTF-8.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewFile {
    pub(crate) name: String,
    pub(crate) content_base64: String,
}

/// What the server makes of a submission.
#[derive(Debug)]
pub(crate) enum Posted {
    /// It is durable and has an id.
    Accepted(String),
    /// Refused for now; the server says when to come back.
    Later { wait: Duration, message: String },
}

#[derive(Deserialize)]
struct Refusal {
    code: String,
    message: String,
}

impl Api {
    /// Talks to the server at `url`, `http://host:port`.
    ///
    /// # Errors
    /// When `url` is not one.
    pub(crate) fn new(url: &str, user: Option<String>) -> anyhow::Result<Self> {
        let base = url.trim_end_matches('/').to_owned();
        if !base.starts_with("http://") {
            bail!("{url:?} is not a server's address: expected http://HOST:PORT");
        }
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .proxy(None)
            .build()
            .new_agent();
        Ok(Self { agent, base, user })
    }

    /// Where its WebSocket is.
    pub(crate) fn socket_url(&self) -> String {
        format!("ws{}/ws", self.base.trim_start_matches("http"))
    }

    /// Posts a submission; `key` makes a repeated request harmless.
    ///
    /// # Errors
    /// When the server cannot be reached, or refuses for good.
    pub(crate) fn post(&self, submission: &NewSubmission, key: &str) -> anyhow::Result<Posted> {
        let url = format!("{}/api/v1/submissions", self.base);
        let mut request = self
            .agent
            .post(&url)
            .content_type("application/json")
            .header("Idempotency-Key", key);
        if let Some(user) = &self.user {
            request = request.header("X-Gavel-User", user);
        }
        let body =
            serde_json::to_vec(submission).context("failed to write the submission as JSON")?;
        let mut response = request
            .send(&body[..])
            .with_context(|| format!("failed to reach {}", self.base))?;
        let retry_after = response
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        let status = response.status().as_u16();
        let body: Value = response
            .body_mut()
            .with_config()
            .limit(ANSWER_CAP)
            .read_json()
            .context("the server's answer is not JSON")?;
        match (status, retry_after) {
            (200..=299, _) => {
                let id = body["id"]
                    .as_str()
                    .context("the server's answer has no id")?;
                Ok(Posted::Accepted(id.to_owned()))
            }
            (429 | 503, Some(seconds)) => Ok(Posted::Later {
                wait: Duration::from_secs(seconds),
                message: refusal(body),
            }),
            _ => bail!("the server refused the submission: {}", refusal(body)),
        }
    }

    /// Reads a resource; `None` when there is none.
    ///
    /// # Errors
    /// When the server cannot be reached or fails.
    pub(crate) fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<Option<T>> {
        let url = format!("{}{path}", self.base);
        let mut response = self
            .agent
            .get(&url)
            .call()
            .with_context(|| format!("failed to reach {}", self.base))?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(ANSWER_CAP);
        match status {
            200 => body
                .read_json()
                .map(Some)
                .with_context(|| format!("the server's answer to {path} is not understood")),
            404 => Ok(None),
            _ => bail!("{}", refusal(body.read_json().unwrap_or_default())),
        }
    }
}

fn refusal(body: Value) -> String {
    match serde_json::from_value::<Refusal>(body) {
        Ok(Refusal { code, message }) => format!("{message} ({code})"),
        Err(_) => "no reason given".to_owned(),
    }
}
