//! A language is a file: one in a configured directory is offered, tried out and judged in, without building anything.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::common::http::{get, post};
use crate::common::packages;
use crate::common::server::{Options, Server};

/// Adding machine: a program is lines of `add` or `say`, and awk plays the machine.
const DEFINITION: &str = r#"
id = "adder"
name = "Adding machine"
extensions = ["adder"]
packages.debian = ["mawk"]
source.default = "main.adder"
artifact = "sources"
programs.awk = ["/usr/bin/awk"]
programs.sh = ["/usr/bin/sh", "/bin/sh"]
version.args = ["{sh}", "-c", "echo adding machine 1.0"]

[entry]
kind = "file"

[[compile]]
args = ["{awk}", '$0 != "add" && $0 != "say" { print FILENAME ": no such order: " $0; bad = 1 } END { exit bad }', "{source}"]
per_source = true

[run]
args = ["{awk}", '''
BEGIN {
    getline line < "/dev/stdin"; split(line, number, " ")
    while ((getline order < "{entry}") > 0) {
        if (order == "add") for (i in number) sum += number[i]
        if (order == "say") print sum
    }
}''']

[self_test]
source = '''add
say
'''
"#;

fn adder() -> (tempfile::TempDir, Server) {
    let dir = tempfile::tempdir().unwrap();
    packages::sum(dir.path());
    let languages = dir.path().join("languages");
    std::fs::create_dir(&languages).unwrap();
    std::fs::write(languages.join("adder.toml"), DEFINITION).unwrap();
    let options = Options {
        problems: vec![dir.path().to_owned()],
        ..Options::default()
    };
    let set = format!("languages.dir={}", languages.display());
    (dir, Server::start(options.with(&set)))
}

fn verdict(server: &Server, language: &str, source: &str) -> Value {
    let body = json!({"problem": "sum", "language": language, "source": source});
    let answer = post(server.url(), "/api/v1/submissions", &body, &[]);
    assert_eq!(answer.status, 202, "{answer:?}");
    let path = format!(
        "/api/v1/submissions/{}",
        answer.json()["id"].as_str().unwrap()
    );
    let patience = Instant::now() + Duration::from_secs(120);
    while Instant::now() < patience {
        let submission = get(server.url(), &path).json();
        if submission["verdict"].is_string() || submission["judgement"]["verdict"].is_string() {
            return submission;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("no verdict: {}", server.log());
}

fn state(server: &Server, id: &str) -> String {
    let listed = get(server.url(), "/api/v1/languages").json();
    let languages = listed["languages"].as_array().unwrap();
    let found = languages.iter().find(|language| language["id"] == id);
    found.unwrap()["state"].as_str().unwrap().to_owned()
}

#[test]
fn a_file_in_the_configured_directory_is_a_language() {
    let (_dir, mut server) = adder();
    let accepted = verdict(&server, "adder", "add\nsay\n").to_string();
    assert!(accepted.contains(r#""AC""#), "{accepted}");
    let wrong = verdict(&server, "adder", "say\n").to_string();
    assert!(wrong.contains(r#""WA""#), "{wrong}");
    let refused = verdict(&server, "adder", "shout\n").to_string();
    assert!(refused.contains("no such order: shout"), "{refused}");
    assert_eq!(state(&server, "adder"), "on");
    // A restart knows what the last self-test found, before any could run again.
    server.kill();
    server.start_again();
    assert_eq!(state(&server, "adder"), "on");
}

#[test]
fn python_2_is_named_when_python_3_refuses_it() {
    let (_dir, server) = adder();
    let refused = verdict(
        &server,
        "python3",
        "a, b = map(int, raw_input().split())\nprint a + b\n",
    );
    let refused = refused.to_string();
    assert!(refused.contains(r#""CE""#), "{refused}");
    assert!(refused.contains("This is Python 2"), "{refused}");
}
