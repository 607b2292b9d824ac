//! Whatever of a wall dies in the middle of a run, or the server itself, the work ends in one verdict and nothing stays on the host.
//! Needs root, and what `deploy/test` makes for the stages `docker` and `microvm`.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::common::feed::Feed;
use crate::common::http::{get, post};
use crate::common::left::{self, Left, descendants};
use crate::common::packages::Package;
use crate::common::server::Server;
use crate::common::walls;

/// Submissions in flight when something dies: at work, and one that waits.
const IN_FLIGHT: usize = 3;

/// A server whose only pool has `wall`, and the problem `sum` with a minute.
fn server(wall: &str) -> (tempfile::TempDir, Server) {
    let dir = tempfile::tempdir().unwrap();
    let package = Package::new(dir.path(), "sum", 64);
    package.testcase("secret/01", "20 22\n", "42\n");
    std::fs::write(dir.path().join("sum/.timelimit"), "60\n").unwrap();
    let options = walls::only(wall, &[dir.path().to_owned()]);
    let server = Server::start(options.with("admission.breaker.open_seconds=2"));
    (dir, server)
}

/// Computes for two seconds, so that there is a middle of the run.
const SLOW: &str = "import sys, time\nwhile time.process_time() < 2: pass\nprint(sum(map(int, sys.stdin.read().split())))\n";

fn submit(server: &Server) -> String {
    let body = json!({"problem": "sum", "language": "python3", "source": SLOW});
    let answer = post(server.url(), "/api/v1/submissions", &body, &[]);
    assert_eq!(answer.status, 202, "{answer:?}");
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// Submits some, and waits until the first of them runs its program.
fn in_mid_run(server: &Server) -> Vec<String> {
    let ids: Vec<String> = (0..IN_FLIGHT).map(|_| submit(server)).collect();
    let mut feed = Feed::connect(server.url());
    feed.follow_submission(&ids[0], 0);
    feed.until("compiled");
    std::thread::sleep(Duration::from_millis(700));
    ids
}

/// Waits for the verdicts, each of which there is one of.
fn one_verdict(server: &Server, ids: &[String], what: &str) {
    let deadline = Instant::now() + Duration::from_secs(240);
    for id in ids {
        let read = || get(server.url(), &format!("/api/v1/submissions/{id}")).json();
        while read()["status"] != "done" {
            assert!(
                Instant::now() < deadline,
                "{what}: no verdict: {}\n{}",
                read(),
                server.log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(read()["verdict"], "AC", "{what}: {}", read());
    }
    let counted = get(server.url(), "/metrics").text;
    let second = counted
        .lines()
        .any(|line| line.starts_with("gavel_duplicate_verdicts_total") && !line.ends_with(" 0"));
    assert!(!second, "{what}: a second verdict");
}

/// What dies, and how: it says which processes it ended.
type Death = (&'static str, fn(&Server) -> Vec<u32>);

/// Has each of `deaths` happen while submissions are in flight.
fn survives(wall: &str, deaths: &[Death]) {
    let mut left = Left::begin(wall);
    let (_dir, mut server) = server(wall);
    one_verdict(&server, &[submit(&server)], wall);
    for (part, kill) in deaths {
        let ids = in_mid_run(&server);
        left.note(server.pid());
        let killed = kill(&server);
        let found = descendants(server.pid());
        assert!(!killed.is_empty(), "{wall}: no {part} among {found:#?}");
        one_verdict(&server, &ids, &format!("{wall} without {part}"));
        left.note(server.pid());
    }
    assert!(server.terminate().success());
    left.nothing(wall);
}

/// The server itself dies with work under way. What it had dies with it, what that cannot take along goes at the next start.
fn survives_the_server(wall: &str) {
    let mut left = Left::begin(wall);
    let (_dir, mut server) = server(wall);
    one_verdict(&server, &[submit(&server)], wall);
    let ids = in_mid_run(&server);
    left.note(server.pid());
    server.kill();
    left.no_process(&format!("{wall} without a server"));
    server.start_again();
    one_verdict(&server, &ids, &format!("{wall} after the server died"));
    left.note(server.pid());
    assert!(server.terminate().success());
    left.nothing(wall);
}

/// Kills what is below the server and has `part` in its name or command line.
fn kill_below(server: &Server, part: &str) -> Vec<u32> {
    let found = descendants(server.pid()).into_iter();
    let hit: Vec<u32> = found
        .filter(|(_, line)| line.contains(part))
        .map(|(pid, _)| pid)
        .collect();
    hit.iter().copied().for_each(left::kill);
    hit
}

/// Kills every container's first process, or what the daemon has beside each.
fn kill_of_containers(server: &Server, which: fn(&left::Container) -> u32) -> Vec<u32> {
    let found = left::containers(server.pid());
    let hit: Vec<u32> = found.iter().map(which).filter(|pid| *pid > 1).collect();
    hit.iter().copied().for_each(left::kill);
    hit
}

/// The daemon of `DOCKER_HOST`, which has to be this project's own.
fn daemon() -> u32 {
    let host = std::env::var("DOCKER_HOST").unwrap();
    let socket = Path::new(host.strip_prefix("unix://").unwrap());
    assert!(host.contains("/gavel-docker-"), "whose daemon is {host}?");
    let pid = std::fs::read_to_string(socket.with_file_name("docker.pid")).unwrap();
    pid.trim().parse().unwrap()
}

fn kill_containerd(_: &Server) -> Vec<u32> {
    let found = descendants(daemon()).into_iter();
    let hit: Vec<u32> = found
        .filter(|(_, line)| line.starts_with("containerd "))
        .map(|(pid, _)| pid)
        .collect();
    hit.iter().copied().for_each(left::kill);
    hit
}

/// Away for longer than all attempts at a judgement take.
fn kill_daemon(_: &Server) -> Vec<u32> {
    let pid = daemon();
    left::kill(pid);
    std::thread::sleep(Duration::from_secs(15));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/docker");
    let started = Command::new(script).arg("start").output().unwrap();
    assert!(started.status.success(), "{started:?}");
    let socket = String::from_utf8_lossy(&started.stdout).trim().to_owned();
    assert_eq!(
        std::env::var("DOCKER_HOST").unwrap(),
        format!("unix://{socket}")
    );
    vec![pid]
}

#[test]
fn the_native_wall_survives_its_processes() {
    survives(
        "native",
        &[
            ("stub", |server| kill_below(server, "gavel-stub")),
            ("worker", |server| kill_below(server, "gavel-worker")),
            ("keeper", |server| kill_below(server, "gavel-keeper")),
            ("runner", |server| kill_below(server, "gavel-")),
        ],
    );
}

#[test]
fn the_trusted_wall_survives_its_processes() {
    survives(
        "trusted",
        &[
            ("worker", |server| kill_below(server, "gavel-worker")),
            ("runner", |server| kill_below(server, "gavel-")),
        ],
    );
}

#[test]
fn docker_survives_the_first_process_of_its_containers() {
    survives(
        "docker/runc",
        &[("first process", |server| {
            kill_of_containers(server, |container| container.first)
        })],
    );
}

#[test]
fn docker_survives_the_shims_of_its_containers() {
    survives(
        "docker/runc",
        &[("shim", |server| {
            kill_of_containers(server, |container| container.shim)
        })],
    );
}

#[test]
fn docker_survives_containerd() {
    survives("docker/runc", &[("containerd", kill_containerd)]);
}

#[test]
fn docker_survives_its_daemon() {
    survives("docker/runc", &[("dockerd", kill_daemon)]);
}

#[test]
fn microvm_survives_the_processes_of_its_machines() {
    survives(
        "microvm",
        &[
            ("machine", |server| kill_below(server, "qemu-system")),
            ("launcher", |server| kill_below(server, "gavel-launcher")),
        ],
    );
}

#[test]
fn the_native_wall_survives_the_server() {
    survives_the_server("native");
}

#[test]
fn the_trusted_wall_survives_the_server() {
    survives_the_server("trusted");
}

#[test]
fn docker_survives_the_server() {
    survives_the_server("docker/runc");
}

#[test]
fn microvm_survives_the_server() {
    survives_the_server("microvm");
}
