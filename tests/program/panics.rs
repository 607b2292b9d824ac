//! A panic planted into each kind of actor: the work goes on, and the restart can be seen.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::common::feed::Feed;
use crate::common::http::{get, post};
use crate::common::packages;
use crate::common::server::{Options, Server};

const PYTHON_RIGHT: &str = "a, b = map(int, input().split())\nprint(a + b)\n";

fn server() -> (tempfile::TempDir, Server) {
    let dir = tempfile::tempdir().unwrap();
    packages::sum(dir.path());
    let options = Options {
        problems: vec![dir.path().to_owned()],
        ..Options::default()
    };
    let options = options
        .with("debug.faults=true")
        .with("admission.user_bucket.burst=1000");
    (dir, Server::start(options))
}

fn submit(server: &Server) -> String {
    let body = json!({"problem": "sum", "language": "python3", "source": PYTHON_RIGHT});
    let answer = post(server.url(), "/api/v1/submissions", &body, &[]);
    assert_eq!(answer.status, 202, "{answer:?}");
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn verdict(server: &Server, id: &str) -> String {
    let mut feed = Feed::connect(server.url());
    feed.follow_submission(id, 0);
    let events = feed.until("verdict");
    events.last().unwrap()["payload"]["verdict"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn actors(server: &Server) -> Vec<Value> {
    get(server.url(), "/api/v1/system").json()["actors"]
        .as_array()
        .unwrap()
        .clone()
}

fn restarts(server: &Server, name: &str) -> u64 {
    let line = actors(server).into_iter().find(|line| line["name"] == name);
    line.map_or(0, |line| line["restarts"].as_u64().unwrap())
}

fn inject(server: &Server, name: &str, place: &str) -> bool {
    let body = json!({"actor": name, "place": place});
    post(server.url(), "/api/v1/system/faults", &body, &[]).json()["hit"] == true
}

/// Panics `name`, with work under way and a session open for actors that live only as long as those.
fn panic_one(server: &Server, name: &str, place: &str) {
    let before = restarts(server, name);
    let deadline = Instant::now() + Duration::from_secs(30);
    let _session = Feed::connect(server.url());
    let mut work = vec![submit(server)];
    while !inject(server, name, place) {
        assert!(
            Instant::now() < deadline,
            "no {name} ever lived: {:#?}",
            actors(server)
        );
        if work.len() < 20 || status(server, &work[work.len() - 10]) == "done" {
            work.push(submit(server));
        }
    }
    work.push(submit(server));
    for id in &work {
        assert_eq!(
            verdict(server, id),
            "AC",
            "after a panic of {name} in a {place}"
        );
    }
    while restarts(server, name) == before {
        assert!(
            Instant::now() < deadline,
            "the restart of {name} cannot be seen: {:#?}",
            actors(server)
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn status(server: &Server, id: &str) -> String {
    let read = get(server.url(), &format!("/api/v1/submissions/{id}")).json();
    read["status"].as_str().unwrap().to_owned()
}

#[test]
fn every_actor_may_panic_and_the_work_is_done() {
    let (_dir, server) = server();
    let id = submit(&server);
    assert_eq!(verdict(&server, &id), "AC");
    let kinds: Vec<String> = actors(&server)
        .iter()
        .filter(|line| line["kind"] != "thread")
        .map(|line| line["name"].as_str().unwrap().to_owned())
        .collect();
    for expected in [
        "admission",
        "judge",
        "pool",
        "sandbox",
        "scheduler",
        "scoreboard",
        "session",
    ] {
        assert!(
            kinds.iter().any(|kind| kind == expected),
            "{expected} is not among {kinds:?}"
        );
    }
    for kind in &kinds {
        eprintln!("{kind}");
        for place in ["handler", "spawned"] {
            panic_one(&server, kind, place);
        }
    }
}

#[test]
fn failures_cannot_be_planted_unless_switched_on() {
    let server = Server::start(Options::default());
    let body = json!({"actor": "scheduler", "place": "handler"});
    post(server.url(), "/api/v1/system/faults", &body, &[]).refused(404, "not_found");
}
