//! Requests as any client would make them.

use std::time::Duration;

use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// A header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Expects a refusal: its status and its code, and the form all refusals have.
    pub(crate) fn refused(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{self:?}");
        let body = self.json();
        assert_eq!(body["code"], code, "{self:?}");
        assert!(
            body["message"]
                .as_str()
                .is_some_and(|message| !message.is_empty()),
            "{self:?}"
        );
        assert_eq!(
            body["requestId"].as_str(),
            self.header("x-request-id"),
            "{self:?}"
        );
    }
}

/// A client that keeps its connection.
pub(crate) struct Client {
    agent: ureq::Agent,
    base: String,
}

impl Client {
    /// Talks to the server at `base`.
    pub(crate) fn new(base: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .proxy(None)
            .build()
            .new_agent();
        Self {
            agent,
            base: base.to_owned(),
        }
    }

    /// Reads `path`.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    /// Reads `path` with more headers.
    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.call()).unwrap()
    }

    /// Posts `body` as JSON; `None` when the server is gone.
    pub(crate) fn try_post(
        &self,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Option<Answer> {
        self.send(
            path,
            body.to_string().as_bytes(),
            "application/json",
            headers,
        )
        .ok()
    }

    fn send(
        &self,
        path: &str,
        body: &[u8],
        content_type: &str,
        headers: &[(&str, &str)],
    ) -> Result<Answer, ureq::Error> {
        let mut request = self
            .agent
            .post(format!("{}{path}", self.base))
            .content_type(content_type);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.send(body))
    }
}

/// Deletes `path`.
pub(crate) fn delete(base: &str, path: &str) -> Answer {
    let request = Client::new(base).agent.delete(format!("{base}{path}"));
    answer(request.call()).unwrap()
}

/// Reads `path`.
pub(crate) fn get(base: &str, path: &str) -> Answer {
    Client::new(base).get(path)
}

/// Posts `body` as JSON.
pub(crate) fn post(base: &str, path: &str, body: &Value, headers: &[(&str, &str)]) -> Answer {
    post_bytes(
        base,
        path,
        body.to_string().as_bytes(),
        "application/json",
        headers,
    )
}

/// Posts any bytes.
pub(crate) fn post_bytes(
    base: &str,
    path: &str,
    body: &[u8],
    content_type: &str,
    headers: &[(&str, &str)],
) -> Answer {
    Client::new(base)
        .send(path, body, content_type, headers)
        .unwrap()
}

fn answer(
    response: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<Answer, ureq::Error> {
    let mut response = response?;
    Ok(Answer {
        status: response.status().as_u16(),
        headers: response
            .headers()
            .iter()
            .map(|(name, value)| {
                (
                    name.to_string(),
                    value.to_str().unwrap_or_default().to_owned(),
                )
            })
            .collect(),
        text: response.body_mut().read_to_string()?,
    })
}
