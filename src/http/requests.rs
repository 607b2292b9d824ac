//! What a client may say over a WebSocket, and how often.

use std::time::Instant;

use actors::scoreboard::View;
use actors::sessions::Topic;
use judging::ids::ContestId;
use serde::Deserialize;

use super::error::{ApiError, Code};

/// One message of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// Send the events of a topic, those after `since` first.
    Subscribe { topic: Topic, since: Option<u64> },
    /// Send no more of them.
    Unsubscribe { topic: Topic },
    /// Say that you are there.
    Ping,
}

#[derive(Deserialize)]
struct Message {
    r#type: String,
    #[serde(default)]
    payload: Payload,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    submission_id: Option<String>,
    contest_id: Option<String>,
    /// A job is a submission that came another way; its id is the submission's.
    job_id: Option<String>,
    since: Option<u64>,
    /// Which board of a contest: the public one unless it says `jury`.
    view: Option<View>,
}

/// Reads a message.
///
/// # Errors
/// [`Code::MalformedJson`], [`Code::InvalidRequest`] or [`Code::InvalidId`].
pub(crate) fn parse(text: &str) -> Result<Request, ApiError> {
    let message: Message = serde_json::from_str(text)
        .map_err(|error| ApiError::new(Code::MalformedJson, format!("not a message: {error}")))?;
    match message.r#type.as_str() {
        "subscribe" => Ok(Request::Subscribe {
            since: message.payload.since,
            topic: topic(message.payload)?,
        }),
        "unsubscribe" => Ok(Request::Unsubscribe {
            topic: topic(message.payload)?,
        }),
        "ping" => Ok(Request::Ping),
        _ => Err(invalid("the type is one of subscribe, unsubscribe, ping")),
    }
}

fn topic(payload: Payload) -> Result<Topic, ApiError> {
    match (payload.submission_id.or(payload.job_id), payload.contest_id) {
        (Some(id), None) => id
            .parse()
            .map(Topic::Submission)
            .map_err(|_| ApiError::new(Code::InvalidId, "this is no submission's id")),
        (None, Some(id)) => Ok(Topic::Board(
            ContestId(id),
            payload.view.unwrap_or(View::Public),
        )),
        _ => Err(invalid("name one topic: submissionId, contestId or jobId")),
    }
}

fn invalid(sentence: &str) -> ApiError {
    ApiError::new(Code::InvalidRequest, sentence)
}

/// How many messages a client may still send: a bucket that fills with time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    burst: f64,
    per_second: f64,
    left: f64,
    at: Instant,
}

impl Allowance {
    /// A full one.
    pub(crate) fn new(burst: u32, per_second: u32, now: Instant) -> Self {
        Self {
            burst: f64::from(burst),
            per_second: f64::from(per_second),
            left: f64::from(burst),
            at: now,
        }
    }

    /// Takes one; false when none is left.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.left = (self.left + passed * self.per_second).min(self.burst);
        self.at = now;
        let allowed = self.left >= 1.0;
        if allowed {
            self.left -= 1.0;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn check(text: &str, expected: Result<Request, &str>) {
        assert_eq!(
            parse(text).map_err(|error| error.code()),
            expected,
            "{text}"
        );
    }

    #[test]
    fn messages_are_read_or_refused_with_a_code() {
        let id = "019a9f5e-0000-7000-8000-000000000001";
        let submission = Topic::Submission(id.parse().unwrap());
        check(
            &format!(r#"{{"type":"subscribe","payload":{{"submissionId":"{id}","since":7}}}}"#),
            Ok(Request::Subscribe {
                topic: submission.clone(),
                since: Some(7),
            }),
        );
        check(
            &format!(r#"{{"type":"unsubscribe","payload":{{"jobId":"{id}"}}}}"#),
            Ok(Request::Unsubscribe { topic: submission }),
        );
        check(
            r#"{"type":"subscribe","payload":{"contestId":"demo"}}"#,
            Ok(Request::Subscribe {
                topic: Topic::Board("demo".into(), View::Public),
                since: None,
            }),
        );
        check(r#"{"type":"ping"}"#, Ok(Request::Ping));
        check("{", Err("malformed_json"));
        check(
            r#"{"type":"subscribe","payload":{"contestId":"demo","since":-1}}"#,
            Err("malformed_json"),
        );
        check(r#"{"type":"subscribe"}"#, Err("invalid_request"));
        check(r#"{"type":"shout"}"#, Err("invalid_request"));
        check(
            r#"{"type":"subscribe","payload":{"submissionId":"x"}}"#,
            Err("invalid_id"),
        );
    }

    #[test]
    fn an_allowance_comes_back_with_time() {
        let start = Instant::now();
        let mut allowance = Allowance::new(2, 1, start);
        let taken: Vec<bool> = [0, 0, 0, 999, 1_999, 60_000, 60_000, 60_000]
            .map(|millis| allowance.take(start + Duration::from_millis(millis)))
            .to_vec();
        assert_eq!(taken, [true, true, false, false, true, true, true, false]);
    }
}
