//! Several pools in one server: where work goes, what happens when a wall breaks, and that budgets hold.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::common::feed::Feed;
use crate::common::http::{get, post};
use crate::common::packages::{self, Package};
use crate::common::server::{GAVEL, Options, Server};

const PYTHON_RIGHT: &str = "import sys\nprint(sum(map(int, sys.stdin.read().split())))\n";
const C_RIGHT: &str = "#include <stdio.h>\nint main(void) { int a, b; scanf(\"%d %d\", &a, &b); printf(\"%d\\n\", a + b); return 0; }\n";

/// A server with a container pool and a trusted one, and the problems `sum` (64 MiB), `large` (1200 MiB), `huge` (100 GiB).
fn server(more: &[&str]) -> (tempfile::TempDir, Server) {
    let dir = tempfile::tempdir().unwrap();
    packages::sum(dir.path());
    for (id, memory_mib) in [("large", 1_200), ("huge", 102_400)] {
        let package = Package::new(dir.path(), id, memory_mib);
        package.testcase("secret/01", "20 22\n", "42\n");
    }
    let mut options = Options {
        problems: vec![dir.path().to_owned()],
        ..Options::default()
    };
    for set in [
        "debug.faults=true",
        "admission.user_bucket.burst=1000",
        "admission.ip_bucket.burst=1000",
        "pools.trusted.wall=trusted",
        "pools.verified_users=ada",
        "pools.fallback=trusted->container,microvm->container",
    ]
    .iter()
    .chain(more)
    {
        options = options.with(set);
    }
    (dir, Server::start(options))
}

fn submit(server: &Server, user: &str, problem: &str, language: &str, source: &str) -> String {
    let body = json!({"problem": problem, "language": language, "source": source});
    let headers = [("X-Gavel-User", user)];
    let answer = post(server.url(), "/api/v1/submissions", &body, &headers);
    assert_eq!(answer.status, 202, "{answer:?}");
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn judged(server: &Server, id: &str) -> Value {
    let mut feed = Feed::connect(server.url());
    feed.follow_submission(id, 0);
    let shown = feed.until("verdict").pop().unwrap()["payload"].clone();
    let read = get(server.url(), &format!("/api/v1/submissions/{id}")).json();
    assert_eq!(
        read["provenance"], shown["provenance"],
        "event and API agree"
    );
    read
}

/// Judges and says verdict, pool, wall and why it is no other pool.
fn place(server: &Server, user: &str, problem: &str, language: &str) -> [String; 4] {
    let source = if language == "c" {
        C_RIGHT
    } else {
        PYTHON_RIGHT
    };
    let done = judged(server, &submit(server, user, problem, language, source));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let provenance = &done["provenance"];
    [
        text(&done["verdict"]),
        text(&provenance["pool"]),
        text(&provenance["wall"]),
        text(&provenance["fallback"]),
    ]
}

fn pool(server: &Server, kind: &str) -> Value {
    let pools = get(server.url(), "/api/v1/system").json()["pools"].clone();
    let found = pools
        .as_array()
        .unwrap()
        .iter()
        .find(|pool| pool["kind"] == kind);
    found.unwrap().clone()
}

fn until(what: &str, patience: Duration, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + patience;
    while !holds() {
        assert!(Instant::now() < deadline, "{what} did not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn every_submission_goes_where_the_rule_says_and_the_verdict_tells() {
    let (_dir, server) = server(&[]);
    let check = |user, problem, language, expected: [&str; 3], fallback: &str| {
        let [verdict, pool, wall, why] = place(&server, user, problem, language);
        assert_eq!(
            [verdict, pool, wall],
            expected,
            "{user} {problem} {language}"
        );
        assert!(
            why.contains(fallback) && why.is_empty() == fallback.is_empty(),
            "{why}"
        );
    };
    let no_vm = "no microvm pool here";
    check("ada", "large", "python3", ["AC", "trusted", "trusted"], "");
    check(
        "bob",
        "large",
        "python3",
        ["AC", "container", "native"],
        no_vm,
    );
    check("ada", "sum", "python3", ["AC", "container", "native"], "");
    check("ada", "sum", "c", ["AC", "container", "native"], no_vm);
    // More than any pool has: refused in clear words, and to staff only.
    let done = judged(
        &server,
        &submit(&server, "bob", "huge", "python3", PYTHON_RIGHT),
    );
    assert_eq!(done["verdict"], "JE");
    let why = done["staffMessage"].as_str().unwrap();
    assert!(
        why.contains("102400 MiB") && why.contains("pools.container.max_run_memory"),
        "{why}"
    );
    let languages = get(server.url(), "/api/v1/languages").json();
    let python = languages["languages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == "python3");
    let pools = python.unwrap()["pools"].as_array().unwrap().clone();
    let names: Vec<&str> = pools
        .iter()
        .map(|pool| pool["pool"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["container", "trusted"]);
    assert!(pools.iter().all(|pool| pool["state"] == "on"), "{pools:?}");
}

#[test]
fn work_of_a_broken_wall_goes_down_the_chain_until_a_probe_brings_it_back() {
    let (_dir, server) = server(&["admission.breaker.open_seconds=2"]);
    let plant = |failures: u64| {
        let body = json!({"pool": "trusted", "failures": failures});
        let answer = post(server.url(), "/api/v1/system/faults", &body, &[]);
        assert_eq!(answer.json()["hit"], true, "{answer:?}");
    };
    assert_eq!(place(&server, "ada", "large", "python3")[1], "trusted");
    plant(1_000_000);
    // The spares still work; every one after them fails.
    let mut places = Vec::new();
    while places.last().is_none_or(|pool| pool == "trusted") {
        let [verdict, pool, _, why] = place(&server, "ada", "large", "python3");
        assert_eq!(verdict, "AC");
        assert!(
            pool == "trusted" || why.contains("failed too often"),
            "{why}"
        );
        places.push(pool);
        assert!(places.len() < 40, "{places:?}");
    }
    assert_eq!(places.last().unwrap(), "container");
    assert_ne!(pool(&server, "trusted")["breaker"], "closed");
    assert_eq!(pool(&server, "container")["breaker"], "closed");
    plant(0);
    until("the wall", Duration::from_secs(30), || {
        pool(&server, "trusted")["breaker"] == "closed"
    });
    let [verdict, pool, wall, why] = place(&server, "ada", "large", "python3");
    assert_eq!([verdict, pool, wall, why], ["AC", "trusted", "trusted", ""]);
    let counted = get(server.url(), "/metrics");
    for name in [
        "gavel_wait_seconds",
        "gavel_cold_start_seconds",
        "gavel_slots_needed",
        "gavel_pool_running",
    ] {
        assert!(counted.text.contains(name), "{name}");
    }
}

#[test]
fn a_pool_never_uses_more_memory_than_its_budget() {
    let (_dir, server) = server(&[
        "pools.container.memory_budget=100MiB",
        "pools.trusted.wall=off",
    ]);
    let budget = 100 << 20;
    place(&server, "bob", "sum", "python3");
    let slow =
        "import sys, time\ntime.sleep(0.3)\nprint(sum(map(int, sys.stdin.read().split())))\n";
    let ids: Vec<String> = (0..6)
        .map(|_| submit(&server, "bob", "sum", "python3", slow))
        .collect();
    let done = |id: &String| {
        get(server.url(), &format!("/api/v1/submissions/{id}")).json()["status"] == "done"
    };
    let mut most = 0;
    until("the verdicts", Duration::from_secs(120), || {
        let pool = pool(&server, "container");
        let used = pool["memoryUsedBytes"].as_u64().unwrap();
        assert!(
            used <= budget && pool["memoryBudgetBytes"] == budget,
            "{pool}"
        );
        most = most.max(used);
        ids.iter().all(done)
    });
    // Two of 64 MiB do not fit; one does.
    assert!(most >= 64 << 20, "{most}");
    for id in &ids {
        assert_eq!(judged(&server, id)["verdict"], "AC");
    }
}

/// Starts a server that cannot start, and gives what it says.
fn refused(dir: &std::path::Path, text: &str) -> String {
    let file = dir.join("gavel.toml");
    std::fs::write(&file, text).unwrap();
    let output = std::process::Command::new(GAVEL)
        .args(["serve", "--listen", "127.0.0.1:0", "--config"])
        .arg(&file)
        .arg("--data")
        .arg(dir.join("data"))
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("panic"), "{said}");
    said.replace(&file.display().to_string(), "FILE")
}

#[test]
fn what_a_wall_refuses_names_the_line_to_change() {
    let dir = tempfile::tempdir().unwrap();
    let image = format!("sha256:{}", "0".repeat(64));
    let said = refused(
        dir.path(),
        &format!(
            "[pools.container]\nwall = 'docker'\ndocker = 'unix:///nonexistent.sock'\nimage = '{image}'\n"
        ),
    );
    assert!(said.contains("the container pool cannot start"), "{said}");
    assert!(said.contains("pools.container.docker (FILE:3)"), "{said}");
    // Files that are there and are not what the manifest says.
    for name in ["kernel", "initramfs", "root", "manifest.toml", "listing"] {
        std::fs::write(dir.path().join(name), "").unwrap();
    }
    let place = |name: &str| dir.path().join(name).display().to_string();
    let said = refused(
        dir.path(),
        &format!(
            "[pools.microvm]\nwall = 'microvm'\nkernel = '{}'\ninitramfs = '{}'\nroot = '{}'\nqemu = 'no-such-emulator'\n",
            place("kernel"),
            place("initramfs"),
            place("root")
        ),
    );
    assert!(said.contains("pools.microvm.qemu (FILE:6)"), "{said}");
    let said = refused(
        dir.path(),
        "[pools.container]\nwall = 'native'\n\nmax_run_memory = '4000GiB'\n",
    );
    assert!(
        said.contains("pools.container.max_run_memory (FILE:4): 4000GiB is more than"),
        "{said}"
    );
}

#[test]
fn docker_refuses_an_image_that_its_daemon_does_not_have() {
    let dir = tempfile::tempdir().unwrap();
    let image = format!("sha256:{}", "0".repeat(64));
    let said = refused(
        dir.path(),
        &format!("[pools.container]\nwall = 'docker'\nimage = '{image}'\n"),
    );
    assert!(said.contains("pools.container.image (FILE:3)"), "{said}");
    assert!(
        said.contains("is not there; make it with `deploy/images/build`"),
        "{said}"
    );
}

#[test]
fn bad_pools_are_refused_at_start_all_at_once_with_the_line() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("gavel.toml");
    let text = "[pools]\nfallback = 'microvm -> moon'\n\n[pools.container]\nwall = 'docker'\nruntime = 'kata'\nmemory_budget = '4000GiB'\nmin = 9\n\n[pools.microvm]\nwall = 'microvm'\nkernel = '/nonexistent/vmlinuz'\n[pool]\nslots = 2\n";
    std::fs::write(&file, text).unwrap();
    let output = std::process::Command::new(GAVEL)
        .args(["serve", "--listen", "127.0.0.1:0", "--config"])
        .arg(&file)
        .env("GAVEL_POOLS_TRUSTED_CPU_BUDGET", "9999")
        .env("GAVEL_POOLS_TRUSTED_WALL", "trusted")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    for expected in [
        "pools.fallback (FILE:2): unknown pool \"moon\"",
        "pools.container.runtime (FILE:6): unknown runtime \"kata\"",
        "pools.container.memory_budget (FILE:7): 4000GiB is more than",
        "pools.container.min (FILE:8): 9 is more than max_concurrent, 8",
        "variable GAVEL_POOLS_CONTAINER_IMAGE): the docker wall needs an image",
        "pools.microvm.kernel (FILE:12): there is no file /nonexistent/vmlinuz",
        "variable GAVEL_POOLS_MICROVM_ROOT): the microvm wall needs it",
        "pool.slots (FILE:14): is called pools.container.max_concurrent now",
        "(environment variable GAVEL_POOLS_TRUSTED_CPU_BUDGET): 9999 is more than the",
    ] {
        let expected = expected.replace("FILE", &file.display().to_string());
        assert!(said.contains(&expected), "{expected}\n{said}");
    }
}
