//! Servers whose only wall is one of those there are, and what such a server may leave on the host when it is gone: nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::server::Options;

/// The image that `deploy/images/build` makes in the daemon of `DOCKER_HOST`.
const IMAGE: &str = "gavel/languages:latest";

/// Options of a server that judges everything behind `wall`: `native`, `trusted`, `microvm`, `docker/runc` or `docker/runsc`.
pub(crate) fn only(wall: &str, problems: &[PathBuf]) -> Options {
    let (pool, mut sets) = match wall {
        "native" => ("container", Vec::new()),
        "trusted" => ("trusted", vec!["wall=trusted".to_owned()]),
        "microvm" => ("microvm", microvm()),
        docker => ("container", containers(docker)),
    };
    sets = sets
        .iter()
        .map(|set| format!("pools.{pool}.{set}"))
        .collect();
    if pool != "container" {
        sets.push("pools.container.wall=off".to_owned());
    }
    let others = ["container", "microvm", "trusted"]
        .into_iter()
        .filter(|other| *other != pool);
    let chain: Vec<String> = others.map(|other| format!("{other}->{pool}")).collect();
    sets.push(format!("pools.fallback={}", chain.join(",")));
    sets.push("pools.compile_in=own".to_owned());
    with(problems, sets)
}

/// Options of a server that compiles in containers of the native wall and runs everything in virtual machines.
pub(crate) fn compiled_outside(problems: &[PathBuf]) -> Options {
    let mut sets: Vec<String> = microvm()
        .iter()
        .map(|set| format!("pools.microvm.{set}"))
        .collect();
    // What asks for more than half a CPU goes there, compiled languages anyway.
    sets.push("pools.cpu_demand=python3=1".to_owned());
    with(problems, sets)
}

fn with(problems: &[PathBuf], sets: Vec<String>) -> Options {
    let more = [
        "admission.user_bucket.burst=1000",
        "admission.ip_bucket.burst=1000",
    ];
    Options {
        problems: problems.to_vec(),
        set: sets.into_iter().chain(more.map(str::to_owned)).collect(),
        ..Options::default()
    }
}

fn containers(wall: &str) -> Vec<String> {
    let runtime = wall.strip_prefix("docker/").unwrap();
    let image = docker(&["image", "inspect", "--format", "{{.Id}}", IMAGE]);
    vec![
        "wall=docker".to_owned(),
        format!("runtime={runtime}"),
        format!("image={image}"),
    ]
}

/// What `deploy/microvm/build` made: where `GAVEL_MICROVM` says, else where it puts it.
fn microvm() -> Vec<String> {
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join(".cache/microvm");
    let directory = std::env::var_os("GAVEL_MICROVM").map_or(usual, PathBuf::from);
    let parts = ["kernel", "initramfs", "root"];
    std::iter::once("wall=microvm".to_owned())
        .chain(parts.map(|part| format!("{part}={}", directory.join(part).display())))
        .collect()
}

/// Asks the daemon of `DOCKER_HOST`.
pub(crate) fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "docker {arguments:?}: {said}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Asks it about something that may be gone.
pub(crate) fn try_docker(arguments: &[&str]) -> Option<String> {
    let output = Command::new("docker").args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(said)
}
