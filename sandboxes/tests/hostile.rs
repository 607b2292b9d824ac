//! Hostile programs behind the walls: each of `testdata/hostile/` gets a verdict its head allows, and leaves nothing.
//!
//! After every crime, in the same sandbox: no process of the slot's user, an empty work directory, an untouched box. After it, in
//! a fresh sandbox: a harmless program that costs what it cost before. At the end: no control group of this instance.

#![expect(clippy::unwrap_used, reason = "a test's helpers fail the test")]
#![expect(
    clippy::print_stderr,
    reason = "what was measured, shown when a test fails"
)]

mod languages_support;

use std::collections::HashMap;
use std::net::{TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use languages_support::*;
use sandboxes::languages::{Artifact, RunPlan, Toolchain};
use sandboxes::outcome::{Exit, Outcome, Stop};
use sandboxes::sandbox::{Content, Limits, PlacedFile, Sandbox, Wall};
use sandboxes::trusted::{TrustedConfig, TrustedWall};

/// What the head of a program says.
struct Crime {
    path: PathBuf,
    allowed: Vec<String>,
    prints: String,
}

fn crimes() -> Vec<Crime> {
    let mut crimes: Vec<Crime> = std::fs::read_dir(testdata("hostile"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension != "md"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let head = |key: &str| {
                let line = text
                    .lines()
                    .find_map(|line| line.split_once(&format!(" {key}: ")));
                line.unwrap_or_else(|| panic!("{path:?} does not say {key:?}"))
                    .1
                    .to_owned()
            };
            let _described = ["crime", "remains"].map(head);
            let allowed = head("allowed").split(' ').map(str::to_owned).collect();
            let prints = head("prints");
            Crime {
                path,
                allowed,
                prints,
            }
        })
        .collect();
    crimes.sort_by(|left, right| left.path.cmp(&right.path));
    crimes
}

fn verdict(outcome: &Outcome) -> &'static str {
    match (outcome.oom_kills, outcome.stop, outcome.exit) {
        (1.., _, _) => "MLE",
        (_, Some(Stop::OutputLimit), _) => "OLE",
        (_, Some(Stop::CpuLimit | Stop::WallLimit | Stop::Idle), _) => "TLE",
        (_, _, Exit::Code(0)) => "AC",
        _ => "RTE",
    }
}

/// Processes of the slot's user, by the host's own book-keeping.
fn processes() -> Vec<String> {
    let user = uid().to_string();
    let is_ours = |status: &str| {
        status
            .lines()
            .find_map(|line| line.strip_prefix("Uid:"))
            .is_some_and(|uids| uids.split_whitespace().any(|uid| uid == user))
    };
    std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| std::fs::read_to_string(entry.ok()?.path().join("status")).ok())
        .filter(|status| is_ours(status))
        .map(|status| status.lines().take(3).collect::<Vec<_>>().join(", "))
        .collect()
}

/// What a program must not reach: a port, a datagram port and an abstract socket of the host, a file of its `/tmp`.
struct Bait {
    stream: TcpListener,
    datagram: UdpSocket,
    _local: UnixListener,
    _secret: tempfile::NamedTempFile,
    port: u16,
}

impl Bait {
    fn lay() -> Self {
        let stream = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = stream.local_addr().unwrap().port();
        let datagram = UdpSocket::bind(("127.0.0.1", port)).unwrap();
        stream.set_nonblocking(true).unwrap();
        datagram.set_nonblocking(true).unwrap();
        let local = SocketAddr::from_abstract_name(format!("gavel-hostile-{port}")).unwrap();
        Self {
            stream,
            datagram,
            _local: UnixListener::bind_addr(&local).unwrap(),
            _secret: tempfile::Builder::new()
                .prefix("gavel-secret")
                .suffix(".ans")
                .tempfile()
                .unwrap(),
            port,
        }
    }

    fn is_untouched(&self) -> bool {
        self.stream.accept().is_err() && self.datagram.recv(&mut [0; 16]).is_err()
    }
}

/// A program ready to run, and what it costs.
struct Control {
    plan: RunPlan,
    baseline: Option<Outcome>,
    _home: tempfile::TempDir,
}

impl Control {
    async fn new(wall: &dyn Wall, toolchain: &Toolchain) -> Self {
        let home = tempfile::tempdir().unwrap();
        let tiny = artifact(
            wall,
            toolchain,
            &sources(&testdata("languages/c/ok.c")),
            home.path(),
        )
        .await;
        Self {
            plan: toolchain.run_plan(&tiny, 256 * MIB),
            baseline: None,
            _home: home,
        }
    }

    /// A fresh sandbox runs the harmless program as it did the first time.
    async fn check(&mut self, wall: &dyn Wall, after: &str) {
        let mut sandbox = wall.prepare(SLOT).await.unwrap();
        let outcome = run_in(&mut *sandbox, planned(&self.plan, "40 2\n", limits())).await;
        sandbox.destroy().await.unwrap();
        assert_eq!(stdout(&outcome), "42\n", "after {after}");
        assert_eq!(
            (outcome.exit, outcome.stop, outcome.oom_kills),
            (Exit::Code(0), None, 0),
            "after {after}"
        );
        let first = self.baseline.get_or_insert_with(|| outcome.clone());
        assert!(
            outcome.memory_bytes.abs_diff(first.memory_bytes) <= 2 * MIB,
            "after {after}: {} bytes instead of {}",
            outcome.memory_bytes,
            first.memory_bytes
        );
        assert!(
            outcome.cpu < Duration::from_millis(50),
            "after {after}: {:?}",
            outcome.cpu
        );
    }
}

/// Lists what a run can see of earlier ones in the directories it is given, the box first; prints `clean` when that is nothing.
const INSPECTION: &str = "\
shopt -s nullglob dotglob
[ \"$(cat \"$1\"/marker)\" = untouched ] || echo 'TOUCHED the box'
shift
for place; do for left in \"$place\"/*; do echo \"LEFT $left\"; done; done
echo clean
";

/// Where a run behind the native wall may write.
const NATIVE_PLACES: [&str; 3] = ["/tmp", "/dev/shm", "/var/tmp"];
/// The trusted wall hides nothing: only the work directory, by the name the seam gives it, is the program's own.
const TRUSTED_PLACES: [&str; 1] = ["/tmp"];

async fn inspect(sandbox: &mut dyn Sandbox, bash: &Toolchain, places: &[&str], after: &str) {
    let command = ["bash", "/box/inspection", "/box"];
    let run = sandboxes::sandbox::Run {
        executable: sandboxes::sandbox::Executable::Path(PathBuf::from(&bash.programs()["bash"])),
        args: command
            .iter()
            .chain(places)
            .map(|arg| (*arg).to_owned())
            .collect(),
        env: vec!["PATH=/usr/bin:/bin".to_owned()],
        stdin: None,
        dialogue: None,
        limits: limits(),
        keep_work: false,
    };
    let outcome = run_in(sandbox, run).await;
    assert_eq!(
        stdout(&outcome),
        "clean\n",
        "after {after}: {}",
        String::from_utf8_lossy(&outcome.stderr)
    );
}

fn placed(path: &str, text: &str) -> PlacedFile {
    PlacedFile {
        path: path.to_owned(),
        content: Content::Bytes(text.as_bytes().to_vec()),
        executable: false,
    }
}

/// Sleepers meet the wall limit; the others must meet the limit of their crime, even where a second of CPU takes long: an
/// interpreter fills its memory slowly.
fn bounds(what: &str) -> Limits {
    let (cpu, wall) = match what {
        _ if what.starts_with("sleep") => (2, 3),
        _ if what.starts_with("memory_bomb") => (15, 30),
        _ => (2, 20),
    };
    Limits {
        cpu: Duration::from_secs(cpu),
        wall: Duration::from_secs(wall),
        ..limits()
    }
}

/// Commits one crime, holds it against its head, and looks for what it left. Returns the outcome.
async fn commit(
    wall: &dyn Wall,
    crime: &Crime,
    plan: &RunPlan,
    bash: &Toolchain,
    bait: &Bait,
    places: &[&str],
) -> Outcome {
    let what = name(&crime.path);
    let mut sandbox = wall.prepare(SLOT).await.unwrap();
    let mut files = plan.place.clone();
    files.extend([
        placed("marker", "untouched"),
        placed("inspection", INSPECTION),
    ]);
    sandbox.place(files).await.unwrap();
    let started = Instant::now();
    let outcome = run_in(
        &mut *sandbox,
        planned(plan, &format!("{}\n", bait.port), bounds(&what)),
    )
    .await;
    let took = started.elapsed();
    assert_eq!(processes(), [""; 0], "{what} left processes");
    inspect(&mut *sandbox, bash, places, &what).await;
    sandbox.destroy().await.unwrap();
    assert_eq!(
        processes(),
        [""; 0],
        "{what} left processes behind its sandbox"
    );
    eprintln!(
        "  {what}: {} {:?} {:?} cpu {:?} wall {took:?}",
        verdict(&outcome),
        outcome.exit,
        outcome.stop,
        outcome.cpu
    );
    let told = String::from_utf8_lossy(&outcome.stderr);
    assert!(
        crime
            .allowed
            .iter()
            .any(|allowed| allowed == verdict(&outcome)),
        "{what}: {outcome:?} {told}"
    );
    check_bounds(crime, &outcome, &stdout(&outcome));
    assert!(
        took < bounds(&what).wall + Duration::from_secs(2),
        "{what} took {took:?}"
    );
    assert!(
        bait.is_untouched(),
        "{what} reached the host over the network"
    );
    outcome
}

/// What it printed and used is within its head and its limits.
fn check_bounds(crime: &Crime, outcome: &Outcome, printed: &str) {
    let what = name(&crime.path);
    let told = String::from_utf8_lossy(&outcome.stderr);
    match crime.prints.as_str() {
        "anything" => {}
        line => match line.strip_prefix("starts with ") {
            Some(start) => assert!(printed.starts_with(start), "{what} printed {printed:.500}"),
            None => assert_eq!(printed.trim_end(), line, "{what} printed this; {told}"),
        },
    }
    assert!(
        outcome.stdout.len <= limits().output_bytes,
        "{what} printed {} bytes",
        outcome.stdout.len
    );
    assert!(
        outcome.stderr.len() as u64 <= limits().stderr_bytes,
        "{what}"
    );
}

async fn compiled(wall: &dyn Wall, toolchain: &Toolchain, path: &Path, home: &Path) -> Artifact {
    artifact(wall, toolchain, &sources(path), &home.join(name(path))).await
}

fn extension(path: &Path) -> &str {
    path.extension().unwrap().to_str().unwrap()
}

/// The languages of crimes, by extension.
async fn toolchains(wall: &dyn Wall) -> HashMap<&'static str, Arc<Toolchain>> {
    let mut toolchains = HashMap::new();
    for (extension, id) in [("c", "c"), ("py", "python3"), ("sh", "bash")] {
        toolchains.insert(extension, toolchain(wall, id).await);
    }
    toolchains
}

fn groups_of_this_process() -> Vec<PathBuf> {
    let points = std::fs::read_to_string("/proc/mounts").unwrap();
    let own = format!("{}-", std::process::id());
    points
        .lines()
        .filter(|line| {
            line.split(' ')
                .nth(2)
                .is_some_and(|kind| kind.starts_with("cgroup"))
        })
        .filter_map(|line| std::fs::read_dir(Path::new(line.split(' ').nth(1)?).join("gavel")).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| name(path).starts_with(&own))
        .collect()
}

#[test]
fn native() {
    behind_native(|wall| async move {
        let toolchains = toolchains(&*wall).await;
        let bait = Bait::lay();
        let mut control = Control::new(&*wall, &toolchains["c"]).await;
        control.check(&*wall, "nothing").await;
        for crime in crimes() {
            let toolchain = &toolchains[extension(&crime.path)];
            let home = tempfile::tempdir().unwrap();
            let artifact = compiled(&*wall, toolchain, &crime.path, home.path()).await;
            let plan = toolchain.run_plan(&artifact, limits().memory_bytes);
            let outcome = commit(
                &*wall,
                &crime,
                &plan,
                &toolchains["sh"],
                &bait,
                &NATIVE_PLACES,
            )
            .await;
            assert!(
                outcome.memory_bytes <= limits().memory_bytes,
                "{:?}: {outcome:?}",
                crime.path
            );
            check_evidence(&crime, &outcome);
            control.check(&*wall, &name(&crime.path)).await;
        }
    });
    assert!(groups_of_this_process().is_empty());
}

/// Beyond the verdict: the evidence must say what happened.
fn check_evidence(crime: &Crime, outcome: &Outcome) {
    let what = name(&crime.path);
    if what.starts_with("daemonised_child") {
        assert!(outcome.left_over_processes > 0, "{what}: {outcome:?}");
    }
    if what.starts_with("sleep") && outcome.stop.is_some() {
        assert!(
            outcome.cpu < Duration::from_millis(100),
            "{what}: {outcome:?}"
        );
        assert!(
            matches!(outcome.stop, Some(Stop::Idle | Stop::WallLimit)),
            "{what}: {outcome:?}"
        );
    }
    if what.starts_with("output_flood") && outcome.stop == Some(Stop::OutputLimit) {
        assert!(
            outcome.wall < Duration::from_secs(1),
            "{what}: stopped at once, not at the time limit: {outcome:?}"
        );
    }
    if what == "daemonised_burner.c" {
        assert!(
            outcome.cpu >= bounds(&what).cpu
                && outcome.cpu < bounds(&what).cpu + Duration::from_millis(200),
            "{what}: {outcome:?}"
        );
    }
}

/// Crimes the trusted wall cannot hold, by the beginning of their names: it bounds and measures, but hides nothing.
const NOT_TRUSTED: [(&str, &str); 7] = [
    (
        "fork_bomb.py",
        "without a group, memory that forks share is counted for each of them: MLE",
    ),
    (
        "fork_bomb.sh",
        "without a group, memory that forks share is counted for each of them: MLE",
    ),
    (
        "read_answer_file",
        "the host's files are in sight; its users are people who may see them",
    ),
    ("network", "the host's network is in reach"),
    (
        "write_everywhere",
        "what the user may write on the host it may write",
    ),
    (
        "memory_bomb_tmp",
        "the work directory is on the host's disk, without a cap",
    ),
    (
        "memory_bomb_children",
        "without a group, memory is bounded for each process alone",
    ),
];

#[test]
fn trusted() {
    behind_trusted(|wall| async move {
        let toolchains = toolchains(&*wall).await;
        let bait = Bait::lay();
        let is_held = |crime: &Crime| {
            !NOT_TRUSTED
                .iter()
                .any(|(what, _)| name(&crime.path).starts_with(what))
        };
        for crime in crimes().into_iter().filter(is_held) {
            let toolchain = &toolchains[extension(&crime.path)];
            let home = tempfile::tempdir().unwrap();
            let artifact = compiled(&*wall, toolchain, &crime.path, home.path()).await;
            let plan = toolchain.run_plan(&artifact, limits().memory_bytes);
            let outcome = commit(
                &*wall,
                &crime,
                &plan,
                &toolchains["sh"],
                &bait,
                &TRUSTED_PLACES,
            )
            .await;
            check_evidence(&crime, &outcome);
        }
    });
}

/// Runs `test` behind a fresh trusted wall.
fn behind_trusted<F: Future<Output = ()>>(test: impl FnOnce(Arc<TrustedWall>) -> F) {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let config = TrustedConfig {
            first_uid: uid(),
            ..TrustedConfig::default()
        };
        test(Arc::new(TrustedWall::new(config).unwrap())).await;
    });
}

#[test]
fn every_program_says_what_is_right() {
    let known = ["AC", "WA", "TLE", "MLE", "OLE", "RTE"];
    let crimes = crimes();
    assert!(crimes.len() >= 30, "only {} programs", crimes.len());
    for crime in &crimes {
        assert!(
            crime
                .allowed
                .iter()
                .all(|verdict| known.contains(&verdict.as_str())),
            "{:?}",
            crime.path
        );
    }
}
