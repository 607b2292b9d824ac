//! Input nobody should send: a 4xx with a stable code each, and the server goes on.

use serde_json::{Value, json};

use crate::common::http::{get, post, post_bytes};
use crate::common::packages;
use crate::common::server::{Options, Server};

const SUBMISSIONS: &str = "/api/v1/submissions";

fn server() -> (tempfile::TempDir, Server) {
    let dir = tempfile::tempdir().unwrap();
    packages::sum(dir.path());
    let server = Server::start(Options {
        problems: vec![dir.path().to_owned()],
        ..Options::default()
    });
    (dir, server)
}

fn good() -> Value {
    json!({"problem": "sum", "language": "python3", "source": "print(3)"})
}

/// The good submission with one key changed.
fn with(key: &str, value: Value) -> Value {
    let mut body = good();
    body[key] = value;
    body
}

fn files(files: Value) -> Value {
    json!({"problem": "sum", "language": "python3", "files": files})
}

#[test]
fn what_nobody_should_send_is_refused_and_the_server_goes_on() {
    let (_dir, server) = server();
    let check = |body: Value, status, code| {
        post(server.url(), SUBMISSIONS, &body, &[]).refused(status, code)
    };
    check(with("language", json!("klingon")), 422, "unknown_language");
    check(with("problem", json!("nowhere")), 422, "unknown_problem");
    check(with("problem", json!("../sum")), 422, "unknown_problem");
    let mut contest = with("contest", json!("nowhere"));
    check(contest.clone(), 400, "invalid_request");
    contest["team"] = json!("1");
    check(contest, 422, "unknown_contest");
    check(
        with("source", json!("x".repeat(300_000))),
        413,
        "source_too_large",
    );
    check(
        with("source", json!("x".repeat(3_000_000))),
        413,
        "body_too_large",
    );
    check(with("source", json!("a\u{0}b")), 422, "invalid_source");
    check(with("source", json!(7)), 400, "invalid_request");
    check(with("priority", json!("urgent")), 400, "invalid_request");
    check(
        files(json!([{"name": "../../etc/passwd", "content": "x"}])),
        422,
        "invalid_file_name",
    );
    check(
        files(json!([{"name": "..", "content": "x"}])),
        422,
        "invalid_file_name",
    );
    check(
        files(json!([{"name": "/abs", "content": "x"}])),
        422,
        "invalid_file_name",
    );
    check(files(json!([])), 400, "invalid_request");
    check(
        files(json!([{"name": "a.py", "contentBase64": "%%%"}])),
        400,
        "invalid_request",
    );
    check(json!({}), 400, "invalid_request");
    check(json!([]), 400, "invalid_request");
    assert_eq!(post(server.url(), SUBMISSIONS, &good(), &[]).status, 202);
}

#[test]
fn bodies_that_are_no_json_are_refused() {
    let (_dir, server) = server();
    let garbage: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    for body in [&b""[..], b"{", b"garbage", b"\xff\xfe", &garbage] {
        post_bytes(server.url(), SUBMISSIONS, body, "application/json", &[])
            .refused(400, "malformed_json");
    }
    let deep = "{\"x\":".repeat(100_000);
    post_bytes(
        server.url(),
        SUBMISSIONS,
        deep.as_bytes(),
        "application/json",
        &[],
    )
    .refused(400, "malformed_json");
    let good = good().to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        post_bytes(server.url(), SUBMISSIONS, good.as_bytes(), kind, &[])
            .refused(415, "unsupported_media_type");
    }
    assert_eq!(get(server.url(), "/healthz").status, 200);
}

#[test]
fn pages_of_foreign_sites_may_not_submit() {
    let (_dir, server) = server();
    let from = |origin| post(server.url(), SUBMISSIONS, &good(), &[("origin", origin)]);
    from("https://evil.example").refused(403, "forbidden_origin");
    assert_eq!(from("http://localhost:5173").status, 202);
}

#[test]
fn things_that_are_not_there_have_their_own_code() {
    let (_dir, server) = server();
    let check = |path: &str, status, code| get(server.url(), path).refused(status, code);
    check(
        "/api/v1/submissions/019a9f5e-0000-7000-8000-000000000001",
        404,
        "submission_not_found",
    );
    check(
        "/api/v1/submissions/019a9f5e-0000-7000-8000-000000000001/source",
        404,
        "submission_not_found",
    );
    check("/api/v1/submissions/xyz", 400, "invalid_id");
    check("/api/v1/submissions/..%2f..%2fetc", 400, "invalid_id");
    check("/api/v1/submissions?limit=ten", 400, "invalid_request");
    check("/api/v1/submissions?limit=100000", 400, "invalid_request");
    check("/api/v1/problems/nowhere", 404, "problem_not_found");
    check("/api/v1/problems/..%2fsum", 404, "problem_not_found");
    check(
        "/api/v1/contests/nowhere/scoreboard",
        404,
        "contest_not_found",
    );
    check("/api/v1/contests/nowhere", 404, "contest_not_found");
}

#[test]
fn a_package_without_an_answer_file_is_named_and_harms_no_other() {
    let dir = tempfile::tempdir().unwrap();
    packages::sum(dir.path());
    let broken = packages::Package::new(dir.path(), "broken", 64);
    broken.testcase("secret/01", "1\n", "1\n");
    std::fs::remove_file(dir.path().join("broken/data/secret/01.ans")).unwrap();
    let server = Server::start(Options {
        problems: vec![dir.path().to_owned()],
        ..Options::default()
    });
    let problems = get(server.url(), "/api/v1/problems").json();
    assert_eq!(problems["problems"][0]["id"], "sum");
    assert_eq!(problems["broken"][0]["package"], "broken");
    assert!(
        problems["broken"][0]["message"]
            .as_str()
            .unwrap()
            .contains("01"),
        "{problems}"
    );
    assert_eq!(post(server.url(), SUBMISSIONS, &good(), &[]).status, 202);
}
