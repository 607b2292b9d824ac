//! What the tests of languages and of hostile programs share: one native wall at a time, programs from `testdata/`.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sandboxes::languages::{
    Artifact, Catalogue, CompileBounds, CompileReport, LanguageState, RunPlan, SourceFile, Sources,
    Toolchain, compile, self_test,
};
use sandboxes::native::{NativeConfig, NativeWall};
use sandboxes::outcome::Outcome;
use sandboxes::root::{Account, Host, RootPlan};
use sandboxes::sandbox::{Limits, Run, Sandbox, Slot, Wall};

pub(crate) const MIB: u64 = 1024 * 1024;
/// The slot all these tests use, one after the other.
pub(crate) const SLOT: Slot = Slot { index: 0, cpu: 0 };

/// The user of [`SLOT`]; another test process, or a daemon on this machine, has other users.
pub(crate) fn uid() -> u32 {
    1_000_000 + std::process::id()
}

pub(crate) static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Runs `test` behind a fresh native wall; tests of one binary take turns, because they measure.
pub(crate) fn behind_native<F: Future<Output = ()>>(test: impl FnOnce(Arc<NativeWall>) -> F) {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let config = NativeConfig {
            first_uid: uid(),
            ..NativeConfig::new(root())
        };
        let wall = Arc::new(NativeWall::new(config).unwrap());
        test(wall).await;
    });
}

fn root() -> RootPlan {
    let account = Account {
        name: "program0".to_owned(),
        id: uid(),
    };
    RootPlan::of_host(&Host::this(), &Catalogue::load().unwrap(), &[account])
}

/// The toolchain of a language, tested behind `wall`; a language that is off fails the test.
pub(crate) async fn toolchain(wall: &dyn Wall, id: &str) -> Arc<Toolchain> {
    let catalogue = Catalogue::load().unwrap();
    match self_test(catalogue.get(id).unwrap(), &Host::this(), wall, SLOT).await {
        LanguageState::On {
            toolchain,
            version,
            start_up,
        } => {
            eprintln!(
                "{id}: {version}, {}, starts in {start_up:?}",
                toolchain.variant()
            );
            toolchain
        }
        LanguageState::Off { reason } => {
            panic!("{id} is off: {reason}; deploy/languages installs it")
        }
    }
}

/// A file or a directory of `testdata/` as sources.
pub(crate) fn sources(path: &Path) -> Sources {
    let mut files = Vec::new();
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            files.push(SourceFile::new(name(&path), std::fs::read(&path).unwrap()));
        }
        files.sort_by(|left, right| left.name.cmp(&right.name));
    } else {
        files.push(SourceFile::new(name(path), std::fs::read(path).unwrap()));
    }
    Sources {
        files,
        entry_point: None,
    }
}

pub(crate) fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

pub(crate) fn testdata(directory: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../testdata")
        .join(directory)
}

/// Compiles in a fresh sandbox.
pub(crate) async fn compile_sources(
    wall: &dyn Wall,
    toolchain: &Toolchain,
    sources: &Sources,
) -> CompileReport {
    let plan = toolchain
        .compile_plan(sources, &CompileBounds::default())
        .unwrap();
    let mut sandbox = wall.prepare(SLOT).await.unwrap();
    let report = compile(&mut *sandbox, &plan).await.unwrap();
    sandbox.destroy().await.unwrap();
    report
}

/// Compiles what must compile, and keeps it in `home`.
pub(crate) async fn artifact(
    wall: &dyn Wall,
    toolchain: &Toolchain,
    sources: &Sources,
    home: &Path,
) -> Artifact {
    let report = compile_sources(wall, toolchain, sources).await;
    let compiled = report
        .result
        .unwrap_or_else(|failure| panic!("{failure}\n{}", report.message));
    Artifact::write(&home.join(&compiled.language), &compiled).unwrap()
}

/// 1 s of CPU, 3 s of wall, 256 MiB, 1 MiB of output, 64 processes.
pub(crate) fn limits() -> Limits {
    Limits {
        cpu: Duration::from_secs(1),
        wall: Duration::from_secs(3),
        memory_bytes: 256 * MIB,
        output_bytes: MIB,
        stderr_bytes: 4096,
        processes: 64,
        open_files: 256,
        file_bytes: 64 * MIB,
    }
}

pub(crate) fn planned(plan: &RunPlan, stdin: &str, limits: Limits) -> Run {
    Run {
        executable: plan.executable.clone(),
        args: plan.args.clone(),
        env: plan.env.clone(),
        stdin: Some(Arc::new(input(stdin))),
        dialogue: None,
        limits: Limits {
            processes: limits.processes.max(plan.processes),
            ..limits
        },
        keep_work: false,
    }
}

fn input(text: &str) -> File {
    let path = tempfile::NamedTempFile::new().unwrap();
    path.as_file().write_all(text.as_bytes()).unwrap();
    // As testcases are: programs may open `/dev/stdin`, which asks for the file's own permissions.
    let everybody_reads = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    path.as_file().set_permissions(everybody_reads).unwrap();
    File::open(path.path()).unwrap()
}

/// Runs once in a sandbox that is there already.
pub(crate) async fn run_in(sandbox: &mut dyn Sandbox, run: Run) -> Outcome {
    sandbox.start(run).await.unwrap();
    sandbox.finish().await.unwrap()
}

pub(crate) fn stdout(outcome: &Outcome) -> String {
    let mut bytes = vec![0; usize::try_from(outcome.stdout.len).unwrap()];
    outcome.stdout.file.read_exact_at(&mut bytes, 0).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}
