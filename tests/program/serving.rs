//! Starting, answering, stopping.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::common::feed::Feed;
use crate::common::http::{Answer, get, post, post_bytes};
use crate::common::packages;
use crate::common::server::{Options, Server};

const SUBMISSIONS: &str = "/api/v1/submissions";

fn with_sum() -> (tempfile::TempDir, Server) {
    let dir = tempfile::tempdir().unwrap();
    packages::sum(dir.path());
    let options = Options {
        problems: vec![dir.path().to_owned()],
        ..Options::default()
    };
    (
        dir,
        Server::start(options.with("admission.user_bucket.burst=100")),
    )
}

fn body(source: &str) -> Value {
    json!({"problem": "sum", "language": "python3", "source": source})
}

fn id_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 202, "{answer:?}");
    answer.json()["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_server_starts_answers_and_drains_on_sigterm() {
    let mut server = Server::start(Options::default());
    let health = get(server.url(), "/healthz");
    assert_eq!((health.status, health.text.as_str()), (200, "ok\n"));
    assert_eq!(health.header("x-content-type-options"), Some("nosniff"));
    assert!(server.terminate().success());
}

#[test]
fn unknown_paths_are_refused_in_the_one_form() {
    let server = Server::start(Options::default());
    get(server.url(), "/api/v1/nothing").refused(404, "not_found");
    let answer = post_bytes(
        server.url(),
        "/healthz",
        b"x",
        "text/plain",
        &[("x-request-id", "mine-7")],
    );
    assert_eq!(answer.json()["requestId"], "mine-7");
}

#[test]
fn what_is_under_way_at_sigterm_is_done_or_comes_back() {
    let (_dir, mut server) = with_sum();
    let source = "import time\ntime.sleep(0.2)\nprint(sum(map(int, input().split())))\n";
    let ids: Vec<String> = (0..8)
        .map(|_| id_of(&post(server.url(), SUBMISSIONS, &body(source), &[])))
        .collect();
    assert!(server.terminate().success());
    server.start_again();
    for id in &ids {
        let mut feed = Feed::connect(server.url());
        feed.follow_submission(id, 0);
        let events = feed.until("verdict");
        assert_eq!(
            events.last().unwrap()["payload"]["verdict"],
            "AC",
            "{events:#?}"
        );
    }
}

#[test]
fn a_second_signal_does_not_wait() {
    let (_dir, mut server) = with_sum();
    let endless = body("while True: pass\n");
    let id = id_of(&post(server.url(), SUBMISSIONS, &endless, &[]));
    let mut feed = Feed::connect(server.url());
    feed.follow_submission(&id, 0);
    feed.until("compiled");
    let began = Instant::now();
    server.signal(rustix::process::Signal::TERM);
    std::thread::sleep(Duration::from_millis(100));
    server.signal(rustix::process::Signal::TERM);
    assert!(!server.wait(Duration::from_secs(30)).success());
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "it took {:?}",
        began.elapsed()
    );
}

#[test]
fn a_repeated_request_with_one_key_is_one_submission() {
    let (_dir, server) = with_sum();
    let send = |source: &str, user: &str| {
        let headers = [("idempotency-key", "once"), ("x-gavel-user", user)];
        post(server.url(), SUBMISSIONS, &body(source), &headers)
    };
    let first = id_of(&send("print(1)", "ada"));
    let again = send("print(1)", "ada");
    assert_eq!(
        (id_of(&again), again.json()["repeated"] == true),
        (first.clone(), true)
    );
    assert_ne!(
        id_of(&send("print(1)", "bob")),
        first,
        "keys of two users never meet"
    );
    send("print(2)", "ada").refused(409, "idempotency_conflict");
}

#[test]
fn submissions_are_listed_newest_first_page_by_page() {
    let (_dir, server) = with_sum();
    let ids: Vec<String> = (0..5)
        .map(|n| {
            id_of(&post(
                server.url(),
                SUBMISSIONS,
                &body(&format!("print({n})")),
                &[],
            ))
        })
        .collect();
    let mut listed = Vec::new();
    let mut query = format!("{SUBMISSIONS}?problem=sum&limit=2");
    loop {
        let page = get(server.url(), &query).json();
        let lines = page["submissions"].as_array().unwrap();
        assert!(lines.len() <= 2, "{page:#}");
        listed.extend(
            lines
                .iter()
                .map(|line| line["id"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => query = format!("{SUBMISSIONS}?problem=sum&limit=2&before={next}"),
            None => break,
        }
    }
    listed.reverse();
    assert_eq!(listed, ids);
    assert_eq!(
        get(server.url(), &format!("{SUBMISSIONS}?problem=other")).json()["submissions"],
        json!([])
    );
    let source = get(server.url(), &format!("{SUBMISSIONS}/{}/source", ids[3])).json();
    assert_eq!(source["files"][0]["content"], "print(3)");
}

#[test]
fn the_interface_describes_itself() {
    let (_dir, server) = with_sum();
    let document = get(server.url(), "/api/openapi.json").json();
    for path in [
        SUBMISSIONS,
        "/api/v1/contests/{id}/scoreboard",
        "/api/v1/system",
        "/readyz",
    ] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    let metrics = get(server.url(), "/metrics").text;
    assert!(
        metrics.contains("gavel_http_requests_total{class=\"2xx\"}"),
        "{metrics}"
    );
    assert_eq!(get(server.url(), "/readyz").status, 200);
}
