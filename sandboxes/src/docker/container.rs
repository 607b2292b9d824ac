//! What a sandbox's container is made of: every limit and every lock in one place.

use std::collections::HashMap;

use bollard::models::{
    ContainerCreateBody, HostConfig, HostConfigCgroupnsModeEnum, Mount, MountType, ResourcesUlimits,
};
use runner::protocol::{Groups, Isolation, Setup};

use super::config::DockerConfig;
use super::image::{Image, RUNNER, no_log, runner_mount};
use super::instance::Instance;
use super::profile::profile;
use crate::native::SandboxGroups;
use crate::sandbox::Slot;

/// What the first process keeps of root's powers, and what for.
const CAPABILITIES: [&str; 7] = [
    // Programs get a user of their own, and lose even the right to get these back.
    "SETUID",
    "SETGID",
    "SETPCAP",
    // It ends them.
    "KILL",
    // It gives them their output, and reads, moves and removes what they leave, whatever its mode.
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
];

/// Memory beside the programs': the runner, and behind `runsc` gVisor's kernel.
const OVERHEAD_BYTES: u64 = 256 << 20;
/// gVisor's own threads count in the container: with few it dies of its own work.
const RUNTIME_PROCESSES: u32 = 2048;

/// Where the groups are inside.
const GROUPS: &str = "/gavel/groups";

/// The sandbox's groups as the runner sees them, and how they get there.
fn groups(made: &SandboxGroups) -> (Groups, Vec<Mount>) {
    let mount = |host: &str, name: &str| Mount {
        target: Some(format!("{GROUPS}/{name}")),
        source: Some(host.to_owned()),
        typ: Some(MountType::BIND),
        read_only: Some(false),
        ..Mount::default()
    };
    let inside = |name: &str| format!("{GROUPS}/{name}");
    match made.paths() {
        Groups::V1 {
            memory,
            pids,
            cpuacct,
        } => (
            Groups::V1 {
                memory: inside("memory"),
                pids: inside("pids"),
                cpuacct: inside("cpuacct"),
            },
            vec![
                mount(memory, "memory"),
                mount(pids, "pids"),
                mount(cpuacct, "cpuacct"),
            ],
        ),
        Groups::V2 { directory } => (
            Groups::V2 {
                directory: inside("unified"),
            },
            vec![mount(directory, "unified")],
        ),
    }
}

fn tmpfs(config: &DockerConfig, uid: u32) -> HashMap<String, String> {
    let work = format!(
        "rw,exec,nosuid,nodev,size={},nr_inodes={},mode=700,uid={uid},gid={uid}",
        config.work_bytes, config.work_files
    );
    let place = format!(
        "rw,exec,nosuid,nodev,size={},nr_inodes=65536,mode=755",
        config.box_bytes
    );
    HashMap::from([("/tmp".to_owned(), work), ("/box".to_owned(), place)])
}

/// What the engine puts into a container and no program needs: the host's devices and settings, and its load and memory, by which
/// submissions could feel each other. Of `/proc` processes stay, and links to what is theirs.
fn masked() -> Vec<String> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let of_proc = entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_symlink()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.parse::<u32>().is_err())
        .map(|name| format!("/proc/{name}"));
    let others = ["/sys", "/dev/pts", "/dev/mqueue", "/dev/console"];
    others
        .map(str::to_owned)
        .into_iter()
        .chain(of_proc)
        .collect()
}

fn ulimit(name: &str, most: i64) -> ResourcesUlimits {
    ResourcesUlimits {
        name: Some(name.to_owned()),
        soft: Some(most),
        hard: Some(most),
    }
}

/// The container of one sandbox on `slot`, and what its first process is told.
pub(crate) fn plan(
    config: &DockerConfig,
    image: &Image,
    instance: &Instance,
    slot: Slot,
    made: Option<&SandboxGroups>,
) -> (ContainerCreateBody, Setup) {
    let uid = config.first_uid + slot.index;
    let mut mounts = vec![runner_mount(&image.volume, true)];
    let groups = made.map(|made| {
        let (inside, mounted) = groups(made);
        mounts.extend(mounted);
        inside
    });
    let setup = Setup {
        cpu: slot.cpu,
        uid: Some(uid),
        isolation: Isolation::Container { groups },
        work_bytes: config.work_bytes,
        work_files: config.work_files,
        box_bytes: config.box_bytes,
        over_stream: true,
    };
    let memory = i64::try_from(config.memory_bytes + OVERHEAD_BYTES).unwrap_or(i64::MAX);
    let processes = config.processes.max(RUNTIME_PROCESSES);
    let host = HostConfig {
        runtime: Some(config.runtime.clone()),
        network_mode: Some("none".to_owned()),
        ipc_mode: Some("none".to_owned()),
        // The groups are the host's: only its own namespace shows a process in them where it may put programs.
        cgroupns_mode: Some(HostConfigCgroupnsModeEnum::HOST).filter(|_| made.is_some()),
        readonly_rootfs: Some(true),
        masked_paths: Some(masked()),
        tmpfs: Some(tmpfs(config, uid)),
        mounts: Some(mounts),
        cap_drop: Some(vec!["ALL".to_owned()]),
        cap_add: Some(CAPABILITIES.map(str::to_owned).to_vec()),
        security_opt: Some(vec![
            "no-new-privileges".to_owned(),
            format!("seccomp={}", profile()),
        ]),
        pids_limit: Some(i64::from(processes)),
        memory: Some(memory),
        // No swap on top.
        memory_swap: Some(memory),
        nano_cpus: Some(1_000_000_000),
        cpuset_cpus: Some(slot.cpu.to_string()),
        ulimits: Some(vec![
            ulimit("core", 0),
            ulimit("memlock", 0),
            ulimit("msgqueue", 0),
            // Only a ceiling: the runner sets that of each run, and may not raise it. Not above what daemons may usually hand down.
            ulimit("nofile", 8192),
        ]),
        oom_score_adj: Some(500),
        log_config: Some(no_log()),
        ..HostConfig::default()
    };
    let body = ContainerCreateBody {
        image: Some(image.id.clone()),
        entrypoint: Some(vec![RUNNER.to_owned()]),
        cmd: Some(vec!["box".to_owned()]),
        env: Some(Vec::new()),
        user: Some("0:0".to_owned()),
        working_dir: Some("/".to_owned()),
        hostname: Some("box".to_owned()),
        network_disabled: Some(true),
        open_stdin: Some(true),
        stdin_once: Some(true),
        attach_stdin: Some(true),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        tty: Some(false),
        labels: Some(instance.labels()),
        host_config: Some(host),
        ..ContainerCreateBody::default()
    };
    (body, setup)
}
