//! The newcomer's whole path over HTTP and WebSocket: right, wrong, too slow, too hungry, crashing, not compiling; events in
//! order, resumed from another connection; two teams on a board that moves; a flood that harms nobody else.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::common::feed::{Feed, seqs, types};
use crate::common::http::{get, post};
use crate::common::packages;
use crate::common::server::{Options, Server};

const SUBMISSIONS: &str = "/api/v1/submissions";

fn server(set: &str) -> (tempfile::TempDir, Server) {
    let dir = tempfile::tempdir().unwrap();
    packages::sum(&dir.path().join("problems"));
    packages::contest(&dir.path().join("contests"));
    let options = Options {
        problems: vec![dir.path().join("problems")],
        contests: vec![dir.path().join("contests")],
        ..Options::default()
    };
    (dir, Server::start(options.with(set)))
}

/// Submits and waits for the verdict; returns the submission as the server has it, and its events.
fn judged(server: &Server, language: &str, source: &str) -> (Value, Vec<Value>) {
    let body = json!({"problem": "sum", "language": language, "source": source});
    let answer = post(server.url(), SUBMISSIONS, &body, &[]);
    assert_eq!(answer.status, 202, "{answer:?}");
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        answer.header("location"),
        Some(format!("{SUBMISSIONS}/{id}").as_str())
    );
    let mut feed = Feed::connect(server.url());
    feed.follow_submission(&id, 0);
    let events = feed.until("verdict");
    let read = get(server.url(), &format!("{SUBMISSIONS}/{id}")).json();
    assert_eq!(read["status"], "done");
    (read, events)
}

const CPP_RIGHT: &str = "#include <iostream>\nint main() { long a, b; std::cin >> a >> b; std::cout << a + b << std::endl; }\n";
const PYTHON_RIGHT: &str = "a, b = map(int, input().split())\nprint(a + b)\n";

#[test]
fn each_program_gets_the_verdict_it_deserves() {
    let (_dir, server) = server("admission.user_bucket.burst=100");
    let hungry = "#include <vector>\n#include <cstring>\n#include <cstdlib>\nint main() { for (;;) memset(malloc(1 << 20), 1, 1 << 20); }\n";
    for (language, source, verdict) in [
        ("cpp", CPP_RIGHT, "AC"),
        ("python3", PYTHON_RIGHT, "AC"),
        (
            "cpp",
            "#include <iostream>\nint main() { std::cout << 3 << std::endl; }\n",
            "WA",
        ),
        ("python3", "print('3')\n", "WA"),
        (
            "cpp",
            "int main() { volatile long x = 0; for (;;) x = x + 1; }\n",
            "TLE",
        ),
        ("cpp", hungry, "MLE"),
        (
            "cpp",
            "#include <cstdlib>\nint main() { abort(); }\n",
            "RTE",
        ),
        ("python3", "raise SystemExit(3)\n", "RTE"),
        ("cpp", "int main() { return x; }\n", "CE"),
        ("python3", "while True: print('x' * 1000)\n", "OLE"),
    ] {
        let (read, events) = judged(&server, language, source);
        assert_eq!(read["verdict"], verdict, "{language}: {source}\n{read:#}");
        evidence(verdict, &read);
        order(verdict, &events);
    }
}

/// What a verdict must rest on.
fn evidence(verdict: &str, read: &Value) {
    let runs = read["runs"].as_array().unwrap();
    if verdict == "CE" {
        assert!(runs.is_empty(), "{read:#}");
        assert_eq!(read["compile"]["success"], false);
        assert!(
            !read["compile"]["message"].as_str().unwrap().is_empty(),
            "{read:#}"
        );
        return;
    }
    assert!(
        !read["provenance"]["languageVersion"]
            .as_str()
            .unwrap()
            .is_empty(),
        "{read:#}"
    );
    let last = runs.last().unwrap();
    assert_eq!(last["verdict"], verdict, "{read:#}");
    assert!(
        last["wallMs"].as_f64().unwrap() > 0.0 && last["memoryBytes"].as_u64().unwrap() > 0,
        "{last:#}"
    );
    let evidence = &last["evidence"];
    match verdict {
        "AC" => assert_eq!(runs.len(), 3),
        // On a machine that is busy with other things the wall clock runs out first.
        "TLE" if evidence["stopped"] == "wallLimit" => {
            assert!(last["wallMs"].as_f64().unwrap() >= 2_000.0, "{last:#}")
        }
        "TLE" => {
            let cpu = last["cpuMs"].as_f64().unwrap();
            assert!((1_000.0..1_200.0).contains(&cpu), "{last:#}");
            assert_eq!(evidence["stopped"], "cpuLimit", "{last:#}");
        }
        "MLE" => assert!(evidence["oomKills"].as_u64().unwrap() >= 1, "{last:#}"),
        "RTE" => assert!(
            evidence["signal"] == 6 || evidence["exitCode"] == 3,
            "{last:#}"
        ),
        "OLE" => assert_eq!(evidence["stopped"], "outputLimit"),
        _ => (),
    }
}

/// The order events come in.
fn order(verdict: &str, events: &[Value]) {
    let seqs = seqs(events);
    assert!(seqs.is_sorted_by(|a, b| a < b), "{seqs:?}");
    let types = types(events);
    assert_eq!(
        types[..3],
        ["submission_queued", "judging_started", "compiled"]
    );
    assert_eq!(types.last(), Some(&"verdict"));
    let runs = &types[3..types.len() - 1];
    assert!(runs.iter().all(|kind| *kind == "run_judged"), "{types:?}");
    assert_eq!(runs.is_empty(), verdict == "CE", "{types:?}");
    assert_eq!(events.last().unwrap()["payload"]["verdict"], verdict);
}

#[test]
fn a_second_connection_resumes_and_misses_nothing() {
    let (_dir, server) = server("admission.user_bucket.burst=100");
    let (read, all) = judged(&server, "python3", PYTHON_RIGHT);
    let id = read["id"].as_str().unwrap();
    for cut in 0..all.len() - 1 {
        let mut second = Feed::connect(server.url());
        second.follow_submission(id, all[cut]["seq"].as_u64().unwrap());
        assert_eq!(
            second.until("verdict"),
            all[cut + 1..],
            "resumed after {cut}"
        );
    }
}

#[test]
fn two_teams_move_the_board() {
    let (_dir, server) = server("admission.user_bucket.burst=100");
    let mut feed = Feed::connect(server.url());
    feed.follow_contest("demo", 0);
    let first = feed.next().unwrap();
    assert_eq!(first["payload"]["kind"], "snapshot", "{first:#}");
    let submit = |team: &str, source: &str| {
        let body = json!({"problem": "sum", "language": "python3", "source": source, "contest": "demo", "team": team});
        let answer = post(server.url(), SUBMISSIONS, &body, &[("x-gavel-user", team)]);
        assert_eq!(answer.status, 202, "{answer:?}");
    };
    submit("1", "print(0)\n");
    until_row(&mut feed, "1", |row| row["problems"][0]["numJudged"] == 1);
    submit("2", PYTHON_RIGHT);
    let row = until_row(&mut feed, "2", |row| row["numSolved"] == 1);
    assert_eq!(row["rank"], 1);
    let board = get(server.url(), "/api/v1/contests/demo/scoreboard").json();
    assert_eq!(board["rows"][0]["teamId"], "2", "{board:#}");
    assert_eq!(board["rows"][1]["problems"][0]["numJudged"], 1, "{board:#}");
    let outsider = json!({"problem": "sum", "language": "python3", "source": "", "contest": "demo", "team": "9"});
    post(server.url(), SUBMISSIONS, &outsider, &[]).refused(422, "unknown_team");
}

/// Reads deltas until the row of `team` is as wanted.
fn until_row(feed: &mut Feed, team: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    loop {
        let message = feed.next().unwrap();
        assert_eq!(message["payload"]["kind"], "delta", "{message:#}");
        let rows = message["payload"]["rows"].as_array().unwrap().clone();
        if let Some(row) = rows
            .into_iter()
            .find(|row| row["teamId"] == team && wanted(row))
        {
            return row;
        }
    }
}

#[test]
fn a_flood_is_slowed_down_and_harms_nobody_else() {
    let (_dir, server) = server("admission.user_bucket.burst=10");
    let body = json!({"problem": "sum", "language": "python3", "source": PYTHON_RIGHT});
    let submit = |user: &str| post(server.url(), SUBMISSIONS, &body, &[("x-gavel-user", user)]);
    let refusal = (0..40)
        .map(|_| submit("flood"))
        .find(|answer| answer.status != 202)
        .unwrap();
    refusal.refused(429, "rate_limited");
    let wait: u64 = refusal.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=5).contains(&wait), "{refusal:?}");
    assert_eq!(submit("quiet").status, 202);
    let until = Instant::now() + Duration::from_secs(wait);
    while Instant::now() < until {
        std::thread::sleep(until - Instant::now());
    }
    assert_eq!(submit("flood").status, 202, "Retry-After was not honest");
}

/// The first command anybody types: the file's extension says enough, although several languages read such files.
#[test]
fn a_file_is_submitted_by_its_extension() {
    let (dir, server) = server("admission.user_bucket.burst=100");
    for (file, source) in [("right.cpp", CPP_RIGHT), ("right.py", PYTHON_RIGHT)] {
        let path = dir.path().join(file);
        std::fs::write(&path, source).unwrap();
        let output = std::process::Command::new(crate::common::server::GAVEL)
            .args([
                "submit",
                "--url",
                server.url(),
                "--problem",
                "sum",
                "--watch",
            ])
            .arg(&path)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
}
