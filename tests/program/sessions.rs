//! WebSocket sessions: who may open one, what ends one, how many there are.

use std::time::Duration;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::common::feed::Feed;
use crate::common::http::{Client, get};
use crate::common::server::{Options, Server};

fn server() -> Server {
    let options = Options::default()
        .with("websocket.max_frame=1KiB")
        .with("websocket.max_sessions=3");
    Server::start(
        options
            .with("websocket.inbound_burst=10")
            .with("websocket.inbound_per_second=1"),
    )
}

/// Sends `frame` to a fresh session and expects the end of the connection.
fn ends_with(server: &Server, frame: Message) {
    let mut feed = Feed::connect(server.url());
    feed.send_raw(frame).unwrap();
    assert_eq!(feed.next(), None);
}

fn refusal(feed: &mut Feed, message: &Value) -> String {
    feed.send(message);
    let answer = feed.next().unwrap();
    assert_eq!(answer["type"], "error", "{answer}");
    answer["payload"]["code"].as_str().unwrap().to_owned()
}

#[test]
fn requests_that_make_no_sense_are_answered_and_the_session_goes_on() {
    let server = server();
    let mut feed = Feed::connect(server.url());
    let nobody = "019a9f5e-0000-7000-8000-000000000001";
    let subscribe = |payload: Value| json!({"type": "subscribe", "payload": payload});
    assert_eq!(
        refusal(&mut feed, &json!({"type": "shout"})),
        "invalid_request"
    );
    assert_eq!(refusal(&mut feed, &json!([])), "malformed_json");
    assert_eq!(
        refusal(&mut feed, &subscribe(json!({"submissionId": "x"}))),
        "invalid_id"
    );
    assert_eq!(
        refusal(&mut feed, &subscribe(json!({"submissionId": nobody}))),
        "submission_not_found"
    );
    assert_eq!(
        refusal(&mut feed, &subscribe(json!({"contestId": "nowhere"}))),
        "contest_not_found"
    );
    feed.send(&json!({"type": "ping"}));
    assert_eq!(feed.next().unwrap()["type"], "pong");
}

#[test]
fn what_is_too_large_too_many_or_in_pieces_ends_the_session() {
    let server = server();
    ends_with(&server, Message::text("x".repeat(2_000)));
    ends_with(&server, Message::binary(vec![1, 2, 3]));
    let piece = Frame::message(&b"{\"type\":"[..], OpCode::Data(Data::Text), false);
    ends_with(&server, Message::Frame(piece));
    let mut flood = Feed::connect(server.url());
    for _ in 0..11 {
        flood.send_raw(Message::text(r#"{"type":"ping"}"#)).ok();
    }
    let mut last = Value::Null;
    while let Some(message) = flood.next() {
        last = message;
    }
    assert_eq!(last["payload"]["code"], "too_many_messages", "{last}");
    assert_eq!(get(server.url(), "/healthz").status, 200);
}

#[test]
fn sessions_are_counted_and_places_come_back() {
    let server = server();
    let mut open: Vec<Feed> = (0..3).map(|_| Feed::connect(server.url())).collect();
    assert!(
        Feed::try_connect(server.url()).is_none(),
        "a fourth session was let in"
    );
    open.pop();
    let mut tries = 0;
    while Feed::try_connect(server.url()).is_none() {
        tries += 1;
        assert!(tries < 500, "the place never came back");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn pages_of_foreign_sites_and_plain_requests_get_no_session() {
    let server = server();
    let client = Client::new(server.url());
    let upgrade = |origin| {
        let key = ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        let headers = [
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            key,
            ("origin", origin),
        ];
        client.get_with("/ws", &headers)
    };
    upgrade("https://evil.example").refused(403, "forbidden_origin");
    get(server.url(), "/ws").refused(400, "invalid_request");
}
