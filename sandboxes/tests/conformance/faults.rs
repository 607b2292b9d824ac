//! What happens when parts of a wall die: every wall with a keeper passes these too.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sandboxes::outcome::Exit;
use sandboxes::sandbox::WallError;

use crate::stand::{Proof, Stand, deed, one};

fn children(of: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{of}/task"))
        .unwrap()
        .flatten();
    let lists =
        tasks.map(|task| std::fs::read_to_string(task.path().join("children")).unwrap_or_default());
    lists
        .flat_map(|list| {
            list.split_whitespace()
                .map(|pid| pid.parse().unwrap())
                .collect::<Vec<_>>()
        })
        .collect()
}

fn kill(pid: u32) {
    let pid = i32::try_from(pid).unwrap();
    // SAFETY: no pointers; the process is one the wall under test has started.
    let killed = unsafe { libc::kill(pid, libc::SIGKILL) };
    assert_eq!(killed, 0);
}

/// Rule 5: a worker's death is the wall's failure, and the next sandbox is fine.
async fn a_dead_worker_is_a_wall_error(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    sandbox.start(deed(&["children-spin"])).await.unwrap();
    let keeper = children(std::process::id())[0];
    kill(children(keeper)[0]);
    let error = sandbox.finish().await.unwrap_err();
    assert!(matches!(error, WallError::Lost(_)), "{error}");
    sandbox.destroy().await.unwrap();
    assert_eq!(
        proof.outcome(deed(&["exit", "6"])).await.exit,
        Exit::Code(6)
    );
}

/// Rule 5: so is a keeper's; another one takes its place.
async fn a_dead_keeper_is_replaced(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    assert_eq!(
        one(&mut *sandbox, deed(&["exit", "1"])).await.exit,
        Exit::Code(1)
    );
    sandbox.start(deed(&["children-spin"])).await.unwrap();
    kill(children(std::process::id())[0]);
    assert!(matches!(sandbox.finish().await, Err(WallError::Lost(_))));
    assert!(matches!(sandbox.destroy().await, Err(WallError::Lost(_))));
    // Nobody is left to wait for them: the kernel ends worker, stub and programs one after the other.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while crate::ending::slot_users() > 0 {
        assert!(
            std::time::Instant::now() < deadline,
            "programs outlive their keeper"
        );
        tokio::task::yield_now().await;
    }
    assert_eq!(
        proof.outcome(deed(&["exit", "6"])).await.exit,
        Exit::Code(6)
    );
}

#[test]
fn dead_workers() {
    Stand::native("a_dead_worker_is_a_wall_error").prove(a_dead_worker_is_a_wall_error);
}

#[test]
fn dead_keepers() {
    Stand::native("a_dead_keeper_is_replaced").prove(a_dead_keeper_is_replaced);
}

/// Rule: what a daemon that was killed left in the control groups goes when the next one starts, processes included.
#[test]
fn dead_instances_are_swept() {
    let planted: Arc<std::sync::Mutex<Vec<PathBuf>>> = Arc::default();
    let seen = Arc::clone(&planted);
    let stand = Stand::native_after("dead_instances_are_swept", move || {
        let mut planted = planted.lock().unwrap();
        let mut victim = std::process::Command::new("sleep")
            .arg("1000")
            .spawn()
            .unwrap();
        for parent in hierarchies() {
            let group = parent
                .join("gavel")
                .join(format!("{}-planted", std::process::id()));
            std::fs::create_dir_all(group.join("s0-1")).unwrap();
            std::fs::write(group.join("s0-1/cgroup.procs"), victim.id().to_string()).unwrap();
            planted.push(group);
        }
        std::thread::spawn(move || victim.wait());
    });
    stand.prove(|_| async move {
        let groups = seen.lock().unwrap().clone();
        assert!(
            !groups.is_empty() && groups.iter().all(|group| !group.exists()),
            "{groups:?}"
        );
    });
}

/// Where the wall makes groups on this host.
fn hierarchies() -> Vec<PathBuf> {
    let version_1 = Path::new("/sys/fs/cgroup/memory");
    let unified = Path::new("/sys/fs/cgroup");
    if version_1.is_dir() {
        ["memory", "pids", "cpuacct"]
            .iter()
            .map(|name| unified.join(name))
            .collect()
    } else {
        // That of a service is below the root.
        crate::clean::bases()
            .into_iter()
            .next_back()
            .into_iter()
            .collect()
    }
}
