//! Whatever of a wall dies in the middle of a run, the work ends in one verdict and nothing stays on the host. Needs root.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::common::feed::Feed;
use crate::common::http::{get, post};
use crate::common::packages::Package;
use crate::common::server::{Options, Server};

/// A server whose only pool has `wall`, and the problem `sum` with a minute.
fn server(wall: &str) -> (tempfile::TempDir, Server) {
    let dir = tempfile::tempdir().unwrap();
    let package = Package::new(dir.path(), "sum", 64);
    package.testcase("secret/01", "20 22\n", "42\n");
    std::fs::write(dir.path().join("sum/.timelimit"), "60\n").unwrap();
    let mut options = Options {
        problems: vec![dir.path().to_owned()],
        ..Options::default()
    };
    let pool = match wall {
        "trusted" => "trusted",
        _ => "container",
    };
    let others = ["container", "microvm", "trusted"]
        .into_iter()
        .filter(|other| *other != pool);
    let chain: Vec<String> = others.map(|other| format!("{other}->{pool}")).collect();
    let mut sets = Vec::new();
    if pool != "container" {
        sets.push("pools.container.wall=off".to_owned());
        sets.push(format!("pools.{pool}.wall={wall}"));
    }
    sets.push(format!("pools.fallback={}", chain.join(",")));
    sets.push("pools.compile_in=own".to_owned());
    sets.push("admission.breaker.open_seconds=2".to_owned());
    for set in &sets {
        options = options.with(set);
    }
    (dir, Server::start(options))
}

/// Computes for two seconds, so that there is a middle of the run.
const SLOW: &str = "import sys, time\nwhile time.process_time() < 2: pass\nprint(sum(map(int, sys.stdin.read().split())))\n";

fn submit(server: &Server) -> String {
    let body = json!({"problem": "sum", "language": "python3", "source": SLOW});
    let answer = post(server.url(), "/api/v1/submissions", &body, &[]);
    assert_eq!(answer.status, 202, "{answer:?}");
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// Every process below `root`, with its command line.
fn descendants(root: u32) -> Vec<(u32, String)> {
    let mut parents = BTreeMap::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<u32>().ok())
        else {
            continue;
        };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let after = stat
            .rsplit_once(") ")
            .map(|(_, after)| after.to_owned())
            .unwrap_or_default();
        let parent = after
            .split(' ')
            .nth(1)
            .and_then(|text| text.parse::<u32>().ok());
        parents.insert(pid, parent.unwrap_or(0));
    }
    let below = |pid: u32| {
        let mut at = pid;
        while let Some(parent) = parents.get(&at) {
            if *parent == root {
                return true;
            }
            at = *parent;
        }
        false
    };
    let line = |pid: u32| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).replace('\0', " ")
    };
    let pids: Vec<u32> = parents.keys().copied().filter(|pid| below(*pid)).collect();
    pids.into_iter().map(|pid| (pid, line(pid))).collect()
}

fn kill(pid: u32) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    // It may have ended meanwhile.
    let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
}

/// Waits until the judgement runs its program.
fn in_mid_run(server: &Server, id: &str) {
    let mut feed = Feed::connect(server.url());
    feed.follow_submission(id, 0);
    feed.until("compiled");
    std::thread::sleep(Duration::from_millis(500));
}

/// Waits for the verdict, which there is one of.
fn one_verdict(server: &Server, id: &str, what: &str) {
    let deadline = Instant::now() + Duration::from_secs(120);
    let read = || get(server.url(), &format!("/api/v1/submissions/{id}")).json();
    while read()["status"] != "done" {
        assert!(Instant::now() < deadline, "{what}: no verdict");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(read()["verdict"], "AC", "{what}: {}", read());
    let counted = get(server.url(), "/metrics").text;
    let second = counted
        .lines()
        .any(|line| line.starts_with("gavel_duplicate_verdicts_total") && !line.ends_with(" 0"));
    assert!(!second, "{what}: a second verdict");
}

/// Kills every process below the server whose command line has `part`, one submission after the other, in the middle of a run.
fn survives(wall: &str, parts: &[&str]) {
    let (_dir, mut server) = server(wall);
    let warm = submit(&server);
    one_verdict(&server, &warm, wall);
    for part in parts {
        let id = submit(&server);
        in_mid_run(&server, &id);
        let found = descendants(server.pid());
        let hit: Vec<_> = found
            .iter()
            .filter(|(_, line)| line.contains(part))
            .collect();
        assert!(!hit.is_empty(), "{wall}: no {part} among {found:#?}");
        hit.iter().for_each(|(pid, _)| kill(*pid));
        one_verdict(&server, &id, &format!("{wall} without {part}"));
    }
    let pid = server.pid();
    assert!(server.terminate().success());
    nothing_is_left(pid, wall);
}

fn nothing_is_left(pid: u32, wall: &str) {
    let prefix = format!("{pid}-");
    for hierarchy in ["memory", "cpuacct", "pids", "cpu,cpuacct", "."] {
        let groups = format!("/sys/fs/cgroup/{hierarchy}/gavel");
        let names = std::fs::read_dir(groups).into_iter().flatten().flatten();
        let left = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let left: Vec<String> = left.filter(|name| name.starts_with(&prefix)).collect();
        assert!(left.is_empty(), "{wall}: control groups {left:?}");
    }
    let temporary = std::fs::read_dir("/tmp").unwrap().flatten();
    let left = temporary.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let left: Vec<String> = left
        .filter(|name| name.starts_with(&format!("gavel-trusted-{pid}-")))
        .collect();
    assert!(left.is_empty(), "{wall}: {left:?}");
}

#[test]
fn the_native_wall_survives_its_processes() {
    survives("native", &["gavel-"]);
}

#[test]
fn the_trusted_wall_survives_its_processes() {
    survives("trusted", &["gavel-"]);
}
