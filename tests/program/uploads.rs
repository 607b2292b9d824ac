//! Problem packages over HTTP: uploaded, judged with, replaced, verified, deleted, and refused when they break a rule.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::common::http::{Answer, delete, get, post, post_bytes};
use crate::common::packages::{self, Package, zipped};
use crate::common::server::{Options, Server};

const PROBLEMS: &str = "/api/v1/problems";
const ZIP: &str = "application/zip";

/// The package `sum` whose one secret testcase has this answer.
fn sum(dir: &Path, answer: &str) -> Vec<u8> {
    let package = Package::new(dir, "sum", 64);
    package.testcase("secret/01", "20 22\n", answer);
    zipped(&dir.join("sum"), "")
}

fn upload(server: &Server, query: &str, archive: &[u8]) -> Answer {
    post_bytes(
        server.url(),
        &format!("{PROBLEMS}{query}"),
        archive,
        ZIP,
        &[],
    )
}

/// Submits the sum and waits for the verdict.
fn judged(server: &Server) -> Value {
    let body = json!({"problem": "sum", "language": "python3", "source": "print(sum(map(int, input().split())))"});
    let made = post(server.url(), "/api/v1/submissions", &body, &[]);
    assert_eq!(made.status, 202, "{made:?}");
    let path = format!(
        "/api/v1/submissions/{}",
        made.json()["id"].as_str().unwrap()
    );
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let read = get(server.url(), &path).json();
        if !read["verdict"].is_null() {
            return read;
        }
        assert!(Instant::now() < deadline, "{read:#}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn an_uploaded_problem_is_judged_with_replaced_restarted_and_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = Server::start(Options::default());
    let right = sum(dir.path(), "42\n");
    let wrong = sum(dir.path(), "43\n");
    let made = upload(&server, "?id=sum", &right);
    assert_eq!(made.status, 201, "{made:?}");
    let first = made.json();
    assert_eq!(
        (&first["id"], &first["format"], &first["testcases"]),
        (&json!("sum"), &json!("legacy"), &json!(1))
    );
    assert!(first["warnings"].is_array());
    assert_eq!(made.header("location"), Some("/api/v1/problems/sum"));
    let listed = get(server.url(), PROBLEMS).json();
    assert_eq!(
        listed["problems"][0]["package"], first["hash"],
        "{listed:#}"
    );
    assert_eq!(listed["problems"][0]["uploaded"], true);
    let ac = judged(&server);
    assert_eq!(
        (&ac["verdict"], &ac["provenance"]["package"]),
        (&json!("AC"), &first["hash"]),
        "{ac:#}"
    );
    assert_eq!(upload(&server, "?id=sum", &right).status, 200);
    let second = upload(&server, "?id=sum", &wrong);
    assert_eq!(second.status, 201, "{second:?}");
    let second = second.json();
    assert_eq!(judged(&server)["verdict"], "WA");
    let versions = |server: &Server| {
        let read = get(server.url(), "/api/v1/problems/sum/versions").json();
        let all = read["versions"].as_array().unwrap().clone();
        all.iter()
            .map(|version| (version["hash"].clone(), version["active"] == true))
            .collect::<Vec<_>>()
    };
    let both = [
        (second["hash"].clone(), true),
        (first["hash"].clone(), false),
    ];
    assert_eq!(versions(&server), both);
    server.kill();
    server.start_again();
    assert_eq!(versions(&server), both);
    let path = format!(
        "/api/v1/problems/sum/versions/{}",
        second["hash"].as_str().unwrap()
    );
    assert_eq!(delete(server.url(), &path).status, 204);
    delete(server.url(), &path).refused(404, "version_not_found");
    assert_eq!(judged(&server)["verdict"], "AC");
    assert_eq!(delete(server.url(), "/api/v1/problems/sum").status, 204);
    get(server.url(), "/api/v1/problems/sum").refused(404, "problem_not_found");
    delete(server.url(), "/api/v1/problems/sum").refused(404, "problem_not_found");
}

#[test]
fn an_archive_names_its_problem_by_query_file_or_directory() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(Options::default());
    let archive = sum(dir.path(), "42\n");
    upload(&server, "", &archive).refused(422, "invalid_problem_id");
    upload(&server, "?id=..%2Fsum", &archive).refused(422, "invalid_problem_id");
    let inside = zipped(&dir.path().join("sum"), "inside/");
    assert_eq!(upload(&server, "", &inside).json()["id"], "inside");
    let named = [(
        "Content-Disposition",
        "attachment; filename=\"disposed.kpp\"",
    )];
    let answer = post_bytes(server.url(), PROBLEMS, &archive, ZIP, &named);
    assert_eq!(answer.json()["id"], "disposed", "{answer:?}");
    let mut form = b"--frontier\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--frontier\r\nContent-Disposition: form-data; \
        name=\"file\"; filename=\"formed.zip\"\r\nContent-Type: application/zip\r\n\r\n"
        .to_vec();
    form.extend(&archive);
    form.extend(b"\r\n--frontier--\r\n");
    let answer = post_bytes(
        server.url(),
        PROBLEMS,
        &form,
        "multipart/form-data; boundary=frontier",
        &[],
    );
    assert_eq!(answer.json()["id"], "formed", "{answer:?}");
}

#[test]
fn what_is_no_package_is_refused_with_file_and_rule_and_the_server_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    packages::sum(&dir.path().join("configured"));
    let server = Server::start(
        Options {
            problems: vec![dir.path().join("configured")],
            ..Options::default()
        }
        .with("http.max_package=20KiB"),
    );
    let refused = |archive: &[u8], status, code, named: &str| {
        let answer = upload(&server, "?id=sum", archive);
        answer.refused(status, code);
        assert!(
            answer.text.contains(named),
            "{named:?} is not in {}",
            answer.text
        );
    };
    refused(b"no archive at all", 422, "package_archive_invalid", "zip");
    refused(&[0; 50_000], 413, "package_too_large", "http.max_package");
    let escaping = zipped(&dir.path().join("configured/sum"), "../");
    refused(&escaping, 422, "package_archive_entry", "../");
    sum(dir.path(), "42\n");
    fs::remove_file(dir.path().join("sum/data/secret/01.ans")).unwrap();
    refused(
        &zipped(&dir.path().join("sum"), ""),
        422,
        "package_missing_answer",
        "01.in",
    );
    let json = post(server.url(), PROBLEMS, &json!({}), &[]);
    json.refused(415, "unsupported_media_type");
    let foreign = [("Origin", "https://evil.example")];
    post_bytes(server.url(), PROBLEMS, b"", ZIP, &foreign).refused(403, "forbidden_origin");
    // What the configuration brought is still there, and not to be deleted.
    delete(server.url(), "/api/v1/problems/sum").refused(409, "problem_not_uploaded");
    let versions = get(server.url(), "/api/v1/problems/sum/versions").json();
    assert_eq!(versions["versions"][0]["source"], "directory");
    assert_eq!(judged(&server)["verdict"], "AC");
}

#[test]
fn a_problem_that_somebody_waits_for_is_not_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(Options::default().with("pools.judging=false"));
    assert_eq!(
        upload(&server, "?id=sum", &sum(dir.path(), "42\n")).status,
        201
    );
    let body = json!({"problem": "sum", "language": "python3", "source": "print(3)"});
    assert_eq!(
        post(server.url(), "/api/v1/submissions", &body, &[]).status,
        202
    );
    delete(server.url(), "/api/v1/problems/sum").refused(409, "problem_in_use");
    assert_eq!(
        delete(server.url(), "/api/v1/problems/sum?force=true").status,
        204
    );
}

#[test]
fn a_problem_is_verified_on_the_server() {
    let dir = tempfile::tempdir().unwrap();
    let package = Package::new(dir.path(), "sum", 64);
    package.testcase("secret/01", "20 22\n", "42\n");
    fs::create_dir(dir.path().join("sum/submissions/wrong_answer")).unwrap();
    fs::write(
        dir.path().join("sum/submissions/wrong_answer/one.py"),
        "print(1)\n",
    )
    .unwrap();
    let server = Server::start(Options {
        problems: vec![dir.path().to_owned()],
        ..Options::default()
    });
    let answer = post_bytes(
        server.url(),
        "/api/v1/problems/sum/verify",
        b"",
        "text/plain",
        &[],
    );
    assert_eq!(answer.status, 200, "{answer:?}");
    let lines: Vec<Value> = answer
        .text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3, "{lines:#?}");
    assert!(
        lines[..2].iter().all(|line| line["ok"] == true),
        "{lines:#?}"
    );
    assert_eq!(
        (&lines[2]["summary"], &lines[2]["asPromised"]),
        (&json!(true), &json!(2))
    );
    post_bytes(
        server.url(),
        "/api/v1/problems/none/verify",
        b"",
        "text/plain",
        &[],
    )
    .refused(404, "problem_not_found");
}
