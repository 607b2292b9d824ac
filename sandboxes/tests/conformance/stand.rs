//! The test stand: a fresh wall per case, runs in one line, and the look at the host before and after.

use std::fs::File;
use std::future::Future;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sandboxes::docker::{DockerConfig, DockerWall};
use sandboxes::microvm::{Accelerator, MicroVmConfig, MicroVmWall};
use sandboxes::native::{Mode, NativeConfig, NativeWall};
use sandboxes::outcome::{Captured, Outcome};
use sandboxes::root::RootPlan;
use sandboxes::sandbox::{Executable, Limits, Run, Sandbox, Slot, Wall};
use sandboxes::trusted::{TrustedConfig, TrustedWall};

use crate::clean::Traces;
use crate::programs::programs;

/// Users of this process's slots: not those of a daemon, nor of another run of the suite, on the same host.
pub(crate) fn first_uid() -> u32 {
    100_000 + std::process::id() % 10_000 * 8
}

/// As whom their programs run, seen from the host.
pub(crate) fn first_uid_on_host() -> u32 {
    match Mode::detect() {
        Mode::Root => first_uid(),
        Mode::Subordinate { first, .. } => first,
        // SAFETY: takes nothing and cannot fail.
        Mode::Single { .. } => unsafe { libc::geteuid() },
    }
}

/// Work directory caps of the suite's walls.
pub(crate) const WORK_BYTES: u64 = 32 << 20;
pub(crate) const WORK_FILES: u64 = 2000;

/// One at a time: cases measure time and look at the whole host.
static TURN: Mutex<()> = Mutex::new(());

/// How much wider our own bounds of time are behind the wall of the case.
static SLOWNESS: AtomicU64 = AtomicU64::new(1);

/// A wall to prove something about.
pub(crate) struct Stand {
    case: &'static str,
    make: Box<dyn FnOnce() -> Box<dyn Wall>>,
}

/// A wall with the case's helpers.
pub(crate) struct Proof {
    pub(crate) wall: Box<dyn Wall>,
}

type Case = Pin<Box<dyn Future<Output = ()>>>;

impl Stand {
    pub(crate) fn native(case: &'static str) -> Self {
        Self::native_after(case, || ())
    }

    /// A native wall made after something has been done to the host.
    pub(crate) fn native_after(case: &'static str, before: impl FnOnce() + 'static) -> Self {
        let make = move || -> Box<dyn Wall> {
            before();
            Box::new(NativeWall::new(native_config()).unwrap())
        };
        Self {
            case,
            make: Box::new(make),
        }
    }

    /// The native wall spoken to without descriptors.
    pub(crate) fn native_over_a_stream(case: &'static str) -> Self {
        let make =
            || -> Box<dyn Wall> { Box::new(NativeWall::over_stream(native_config()).unwrap()) };
        Self {
            case,
            make: Box::new(make),
        }
    }

    /// Virtual machines. Where they are emulated our own bounds of time are wider.
    pub(crate) fn microvm(case: &'static str) -> Self {
        let make = || -> Box<dyn Wall> {
            let wall = MicroVmWall::new(&microvm_config()).unwrap();
            if wall.accelerator().0 == Accelerator::Tcg {
                SLOWNESS.store(10, Ordering::Relaxed);
            }
            Box::new(wall)
        };
        Self {
            case,
            make: Box::new(make),
        }
    }

    /// Containers, on the daemon of `DOCKER_HOST` and from the image `deploy/images/build` made there.
    pub(crate) fn docker(case: &'static str, runtime: &'static str) -> Self {
        let make = move || -> Box<dyn Wall> {
            if runtime == "runsc" {
                // A system call is 10 us and more where a process traces another for each.
                SLOWNESS.store(6, Ordering::Relaxed);
            }
            Box::new(DockerWall::new(docker_config(runtime)).unwrap())
        };
        Self {
            case,
            make: Box::new(make),
        }
    }

    pub(crate) fn trusted(case: &'static str) -> Self {
        let make = || -> Box<dyn Wall> {
            Box::new(
                TrustedWall::new(TrustedConfig {
                    base: None,
                    first_uid: first_uid(),
                })
                .unwrap(),
            )
        };
        Self {
            case,
            make: Box::new(make),
        }
    }

    /// Runs the case; then nothing of it may be left.
    pub(crate) fn prove<F>(self, case: impl FnOnce(Arc<Proof>) -> F)
    where
        F: Future<Output = ()> + 'static,
    {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        programs();
        // The first runtime of a process makes descriptors that stay.
        drop(runtime());
        SLOWNESS.store(1, Ordering::Relaxed);
        let before = Traces::take();
        let proof = Arc::new(Proof {
            wall: (self.make)(),
        });
        let case: Case = Box::pin(case(Arc::clone(&proof)));
        let runtime = runtime();
        runtime.block_on(async {
            // Nothing is emulated so badly that it takes more than five times as long.
            let patience = 60 * SLOWNESS.load(Ordering::Relaxed).min(5);
            tokio::time::timeout(Duration::from_secs(patience), case)
                .await
                .expect("the case ends in time")
        });
        drop(runtime);
        drop(proof);
        assert_eq!(
            Traces::take(),
            before,
            "{} left something behind",
            self.case
        );
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// What `deploy/microvm/build` made: where `GAVEL_MICROVM` says, else where it puts it.
fn microvm_config() -> MicroVmConfig {
    let usual = concat!(env!("CARGO_MANIFEST_DIR"), "/../.cache/microvm");
    let directory = std::env::var_os("GAVEL_MICROVM").map_or(usual.into(), PathBuf::from);
    MicroVmConfig {
        work_bytes: WORK_BYTES,
        work_files: WORK_FILES,
        // The emulators' users; those of the programs are inside.
        first_uid: first_uid() + 4,
        ..MicroVmConfig::new(&directory, RootPlan::default())
    }
}

fn native_config() -> NativeConfig {
    NativeConfig {
        work_bytes: WORK_BYTES,
        work_files: WORK_FILES,
        first_uid: first_uid(),
        ..NativeConfig::new(RootPlan::default())
    }
}

fn docker_config(runtime: &str) -> DockerConfig {
    DockerConfig {
        runtime: runtime.to_owned(),
        work_bytes: WORK_BYTES,
        work_files: WORK_FILES,
        first_uid: first_uid(),
        ..DockerConfig::new()
    }
}

/// Slot 0 on the first CPU, slot 1 on the second if there is one.
pub(crate) fn slot(index: u32) -> Slot {
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    Slot {
        index,
        cpu: index % u32::try_from(cpus).unwrap(),
    }
}

/// An upper bound of time that our own code or a small program must keep: as given on real processors, wider by
/// `GAVEL_CONFORMANCE_SLOWNESS` where they are emulated. A limit that is under test is never widened.
pub(crate) fn within_ms(bound: u64) -> Duration {
    let slowness = std::env::var("GAVEL_CONFORMANCE_SLOWNESS");
    let slowness: u64 = slowness.map_or(1, |factor| factor.parse().expect("a whole number"));
    Duration::from_millis(bound * slowness.max(SLOWNESS.load(Ordering::Relaxed)))
}

/// A measure of a small program's memory: on gVisor's kernel it is handed out, and counted, in pieces of 2 MiB, and a program has
/// some: data, heap, stack.
pub(crate) fn small_memory(proof: &Proof, bytes: u64) -> u64 {
    let pieces = if proof.wall.name() == "docker/runsc" {
        3
    } else {
        0
    };
    bytes + (pieces << 21)
}

/// Generous limits; cases tighten what they are about.
pub(crate) fn limits() -> Limits {
    let slowness = u32::try_from(SLOWNESS.load(Ordering::Relaxed).min(4)).unwrap();
    Limits {
        cpu: Duration::from_secs(5) * slowness,
        wall: Duration::from_secs(10) * slowness,
        memory_bytes: 256 << 20,
        output_bytes: 1 << 20,
        stderr_bytes: 1 << 10,
        processes: 32,
        open_files: 64,
        file_bytes: 1 << 20,
    }
}

/// `deeds` with these arguments.
pub(crate) fn deed(args: &[&str]) -> Run {
    run(&programs().deeds, "deeds", args)
}

/// `escapes` with these arguments.
pub(crate) fn escape(args: &[&str]) -> Run {
    run(&programs().escapes, "escapes", args)
}

/// `talks` with these arguments.
pub(crate) fn talk(args: &[&str]) -> Run {
    run(&programs().talks, "talks", args)
}

fn run(program: &Arc<File>, name: &str, args: &[&str]) -> Run {
    Run {
        executable: Executable::File(Arc::clone(program)),
        args: std::iter::once(&name)
            .chain(args)
            .map(|text| (*text).to_owned())
            .collect(),
        env: Vec::new(),
        stdin: None,
        dialogue: None,
        limits: limits(),
        keep_work: false,
    }
}

/// A program by its path inside the wall.
pub(crate) fn by_path(path: &str) -> Run {
    Run {
        executable: Executable::Path(PathBuf::from(path)),
        ..deed(&[])
    }
}

impl Proof {
    pub(crate) async fn sandbox(&self) -> Box<dyn Sandbox> {
        self.wall.prepare(slot(0)).await.unwrap()
    }

    /// One run in a fresh sandbox.
    pub(crate) async fn outcome(&self, run: Run) -> Outcome {
        let mut sandbox = self.sandbox().await;
        let outcome = one(&mut *sandbox, run).await;
        sandbox.destroy().await.unwrap();
        outcome
    }

    /// One run in a fresh sandbox that must end with code 0; its output.
    pub(crate) async fn succeeds(&self, run: Run) -> String {
        let outcome = self.outcome(run).await;
        let output = text(&outcome.stdout);
        assert_eq!(
            (outcome.exit, outcome.stop),
            (sandboxes::outcome::Exit::Code(0), None),
            "{output}{outcome:?}"
        );
        output
    }
}

/// Starts and finishes one run.
pub(crate) async fn one(sandbox: &mut dyn Sandbox, run: Run) -> Outcome {
    sandbox.start(run).await.unwrap();
    sandbox.finish().await.unwrap()
}

/// The bytes of a captured output.
pub(crate) fn bytes(captured: &Captured) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(captured.len).unwrap()];
    captured.file.read_exact_at(&mut bytes, 0).unwrap();
    bytes
}

/// The captured output as text.
pub(crate) fn text(captured: &Captured) -> String {
    String::from_utf8(bytes(captured)).unwrap()
}

/// A file with this content, without a name.
pub(crate) fn file(content: &[u8]) -> Arc<File> {
    use std::io::Write;
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(content).unwrap();
    Arc::new(file)
}
