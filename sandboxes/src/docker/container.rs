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
/// gVisor's own threads count in the container. On the ptrace platform each of its threads may get one in each of the programs'
/// processes, so 64 busy ones have thousands; without them it dies. But one sandbox may not use up the host's numbers.
const RUNTIME_PROCESSES: (u32, u32) = (2048, 16_384);
const PART_OF_HOST: u32 = 8;

/// Where the groups are inside.
const GROUPS: &str = "/gavel/groups";
/// Where the container's CPU time is inside, behind another kernel.
const COUNTER: &str = "/gavel/cpu";

/// Memory of a container, the programs' and ours.
pub(crate) fn memory_bytes(config: &DockerConfig) -> u64 {
    config.memory_bytes + OVERHEAD_BYTES
}

/// Processes and threads of a container, the programs' and the runtime's.
pub(crate) fn processes(config: &DockerConfig) -> u32 {
    let host = std::fs::read_to_string("/proc/sys/kernel/pid_max");
    let host: u32 = host
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(0);
    let (least, most) = RUNTIME_PROCESSES;
    config
        .processes
        .max((host / PART_OF_HOST).clamp(least, most))
}

/// The sandbox's groups in the container: lent to the runner, or around the whole of it.
pub(crate) enum Grouped<'a> {
    /// The kernel is the host's: the runner puts programs into them.
    Lent(&'a SandboxGroups),
    /// It is another: the engine makes the container's own below this one, and the runner sees what they count.
    Around(&'a SandboxGroups, String),
    /// It is another, and this host's engine takes no such parent.
    Nowhere,
}

fn bind(host: &str, inside: &str, read_only: bool) -> Mount {
    Mount {
        target: Some(inside.to_owned()),
        source: Some(host.to_owned()),
        typ: Some(MountType::BIND),
        read_only: Some(read_only),
        ..Mount::default()
    }
}

/// How a container's programs are counted: what is mounted for that, and what it is called inside.
#[derive(Default)]
struct Counted {
    mounts: Vec<Mount>,
    groups: Option<Groups>,
    cpu_counter: Option<String>,
    namespace: Option<HostConfigCgroupnsModeEnum>,
    parent: Option<String>,
}

fn counted(grouped: &Grouped<'_>) -> Counted {
    match grouped {
        Grouped::Lent(made) => {
            let (groups, mounts) = groups(made);
            Counted {
                mounts,
                groups: Some(groups),
                // The groups are the host's: only its own namespace shows a process in them where it may put programs.
                namespace: Some(HostConfigCgroupnsModeEnum::HOST),
                ..Counted::default()
            }
        }
        Grouped::Around(made, parent) => {
            let counter = match made.paths() {
                Groups::V1 { cpuacct, .. } => Some(format!("{cpuacct}/cpuacct.usage")),
                Groups::V2 { .. } => None,
            };
            let mount = counter.map(|counter| bind(&counter, COUNTER, true));
            Counted {
                cpu_counter: mount.as_ref().map(|_| COUNTER.to_owned()),
                mounts: mount.into_iter().collect(),
                parent: Some(parent.clone()),
                ..Counted::default()
            }
        }
        Grouped::Nowhere => Counted::default(),
    }
}

/// The sandbox's groups as the runner sees them, and how they get there.
fn groups(made: &SandboxGroups) -> (Groups, Vec<Mount>) {
    let mount = |host: &str, name: &str| bind(host, &format!("{GROUPS}/{name}"), false);
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
    grouped: &Grouped<'_>,
) -> (ContainerCreateBody, Setup) {
    let uid = config.first_uid + slot.index;
    let mut mounts = vec![runner_mount(&image.volume, true)];
    let counted = counted(grouped);
    mounts.extend(counted.mounts);
    let setup = Setup {
        cpu: slot.cpu,
        uid: Some(uid),
        isolation: Isolation::Container {
            groups: counted.groups,
            cpu_counter: counted.cpu_counter,
        },
        work_bytes: config.work_bytes,
        work_files: config.work_files,
        box_bytes: config.box_bytes,
        over_stream: true,
    };
    let memory = i64::try_from(memory_bytes(config)).unwrap_or(i64::MAX);
    let host = HostConfig {
        runtime: Some(config.runtime.clone()),
        network_mode: Some("none".to_owned()),
        ipc_mode: Some("none".to_owned()),
        cgroupns_mode: counted.namespace,
        cgroup_parent: counted.parent,
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
        pids_limit: Some(i64::from(processes(config))),
        memory: Some(memory),
        // No swap on top.
        memory_swap: Some(memory),
        nano_cpus: Some(1_000_000_000),
        cpuset_cpus: Some(slot.cpu.to_string()),
        ulimits: Some(vec![
            // As the runner sets it: where cores go to a program, zero is no limit.
            ulimit("core", 1),
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
