//! What programs cannot see, reach or become.

use std::sync::Arc;

use sandboxes::outcome::Exit;
use sandboxes::sandbox::{Content, PlacedFile};

use crate::stand::{Proof, deed, escape, first_uid, one, text};

/// Rule: nothing of the host can be read but what the root is made of.
pub(crate) async fn programs_share_no_files_with_the_host(proof: Arc<Proof>) {
    let answer = tempfile::NamedTempFile::new().unwrap();
    let mut run = deed(&[
        "open",
        "/etc/shadow",
        "/etc/passwd",
        "/root",
        "/home",
        "/var",
        "/sys",
        "/proc/kcore",
        "/proc/meminfo",
        "/proc/1/root",
        "/r",
        "/r/tmp",
        "/../etc",
        "/dev/mem",
        "/dev/kmsg",
        "/dev/tty",
        "/dev/ptmx",
        "/boot",
    ]);
    run.args.push(answer.path().to_str().unwrap().to_owned());
    proof.succeeds(run).await;
}

/// Rule: the host does not say how it is, whatever it is asked by: neither its load and memory nor its devices and settings.
pub(crate) async fn the_host_says_nothing_of_itself(proof: Arc<Proof>) {
    if proof.wall.name() == "docker/runsc" {
        return another_kernel_answers(&proof).await;
    }
    let places = [
        "meminfo",
        "cpuinfo",
        "stat",
        "loadavg",
        "uptime",
        "version",
        "sys",
        "kcore",
        "interrupts",
    ];
    let places = places.map(|name| format!("/proc/{name}"));
    let mut run = deed(&[
        "read-nothing",
        "/sys",
        "/dev/pts",
        "/dev/mqueue",
        "/boot",
        "/home",
        "/root",
    ]);
    run.args.extend(places);
    proof.succeeds(run).await;
}

/// The same rule where the files are there, but made up by gVisor's kernel: no load, no counters, no memory but the container's.
async fn another_kernel_answers(proof: &Proof) {
    let cat = async |path: &str| proof.succeeds(deed(&["cat", path])).await;
    assert_eq!(cat("/proc/loadavg").await, "0.00 0.00 0.00 0/0 0\n");
    let stat = cat("/proc/stat").await;
    let counted = |line: &&str| line.starts_with("cpu") || line.starts_with("ctxt");
    for line in stat.lines().filter(counted) {
        assert!(
            line.split(' ').skip(1).all(|word| matches!(word, "" | "0")),
            "{line}"
        );
    }
    for file in ["/proc/version", "/proc/meminfo", "/proc/uptime"] {
        let (here, there) = (std::fs::read_to_string(file).unwrap(), cat(file).await);
        assert_ne!(here.lines().next(), there.lines().next(), "{file}");
    }
    let places = [
        "/proc/kcore",
        "/proc/interrupts",
        "/dev/mqueue",
        "/boot",
        "/home",
        "/root",
    ];
    proof
        .succeeds(deed(&[&["read-nothing"], &places[..]].concat()))
        .await;
}

/// Rule: other processes do not exist for a program.
pub(crate) async fn programs_see_only_their_own_processes(proof: Arc<Proof>) {
    proof.succeeds(deed(&["processes"])).await;
}

/// Rule: only the work directory can be written, the input cannot, and devices cannot be made.
pub(crate) async fn programs_write_only_in_the_work_directory(proof: Arc<Proof>) {
    let mut sandbox = proof.sandbox().await;
    let placed = PlacedFile {
        path: "placed".into(),
        content: Content::Bytes(b"x".to_vec()),
        executable: false,
    };
    sandbox.place(vec![placed]).await.unwrap();
    let mut run = deed(&["write-outside"]);
    let input = tempfile::NamedTempFile::new().unwrap();
    run.stdin = Some(Arc::new(input.reopen().unwrap()));
    let outcome = one(&mut *sandbox, run).await;
    assert_eq!(outcome.exit, Exit::Code(0), "{}", text(&outcome.stdout));
    sandbox.destroy().await.unwrap();
}

/// Rule: no network of any kind; pairs of local sockets work.
pub(crate) async fn network_is_denied(proof: Arc<Proof>) {
    proof.succeeds(deed(&["sockets"])).await;
}

/// Rule: no way into a new namespace, by any call.
pub(crate) async fn new_namespaces_are_denied(proof: Arc<Proof>) {
    proof.succeeds(escape(&["namespaces"])).await;
}

/// Rule: calls no program needs fail.
pub(crate) async fn dangerous_calls_are_denied(proof: Arc<Proof>) {
    let said = proof.succeeds(escape(&["calls"])).await;
    assert!(said.lines().count() > 50, "{said}");
}

/// Rule: the call tables of other architectures kill.
pub(crate) async fn foreign_call_tables_kill(proof: Arc<Proof>) {
    let x32 = proof.outcome(escape(&["x32"])).await;
    assert_eq!(x32.exit, Exit::Signal(libc::SIGSYS));
    // Without the 32-bit entry in the kernel the instruction itself faults.
    let int80 = proof.outcome(escape(&["int80"])).await;
    if proof.wall.name() == "docker/runsc" {
        // gVisor has one table and one filter, whatever the way in: 20 is `writev` there, and a call like any other.
        let bad_descriptor = format!("pid -{}\n", libc::EBADF);
        assert_eq!(
            (int80.exit, text(&int80.stdout)),
            (Exit::Code(0), bad_descriptor)
        );
        return;
    }
    assert!(
        matches!(int80.exit, Exit::Signal(libc::SIGSYS | libc::SIGSEGV)),
        "{int80:?}"
    );
}

/// Rule: no capability, no way to gain one, and the filter is on.
pub(crate) async fn programs_have_no_privileges(proof: Arc<Proof>) {
    let said = proof.succeeds(deed(&["identity"])).await;
    for set in ["CapInh", "CapPrm", "CapEff", "CapBnd"] {
        assert!(
            said.contains(&format!("{set}:\t0000000000000000\n")),
            "{said}"
        );
    }
    assert!(!said.contains("ambient"), "{said}");
    assert!(
        said.contains("NoNewPrivs:\t1\n") && said.contains("Seccomp:\t2\n"),
        "{said}"
    );
}

/// Rule: programs run as the user of their slot, with no other group.
pub(crate) async fn programs_run_as_the_slots_user(proof: Arc<Proof>) {
    for index in 0..2 {
        let mut sandbox = proof.wall.prepare(crate::stand::slot(index)).await.unwrap();
        let outcome = one(&mut *sandbox, deed(&["identity"])).await;
        let id = first_uid() + index;
        let expected = format!("ids {id} {id} {id} {id} {id} {id} groups 0\n");
        assert!(
            text(&outcome.stdout).starts_with(&expected),
            "{}",
            text(&outcome.stdout)
        );
        assert!(text(&outcome.stdout).contains("NoNewPrivs:\t1\n"));
        sandbox.destroy().await.unwrap();
    }
}
