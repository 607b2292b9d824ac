//! What is special about virtual machines: they are continued from a saved one and yet differ, they die at once with whatever holds
//! them, and what cannot be continued is booted. What every wall promises is in the conformance suite.
//!
//! Needs what `deploy/microvm/build` makes: where `GAVEL_MICROVM` says, else where it puts it.

#![expect(clippy::unwrap_used, reason = "a failing helper is a failing test")]

mod microvm {
    use std::collections::BTreeSet;
    use std::fs::File;
    use std::io::Write;
    use std::os::unix::fs::FileExt;
    use std::os::unix::process::ExitStatusExt;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};
    use std::sync::{Arc, Mutex, PoisonError};
    use std::time::{Duration, Instant, SystemTime};

    use sandboxes::microvm::{MicroVmConfig, MicroVmWall};
    use sandboxes::outcome::{Exit, Outcome};
    use sandboxes::root::{Bind, RootPlan, Symlink};
    use sandboxes::sandbox::{
        CollectLimits, Content, Executable, Limits, PlacedFile, Run, Sandbox, Slot, Wall, WallError,
    };

    /// One at a time: tests look for processes by their user.
    static TURN: Mutex<()> = Mutex::new(());

    const SLOT: Slot = Slot { index: 0, cpu: 0 };

    /// A program of a test: what it does is its first argument.
    const DEEDS: &str = r#"
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/random.h>
int main(int count, char **args) {
    if (count > 1 && !strcmp(args[1], "sleep")) sleep(60);
    unsigned long random[2];
    getrandom(random, sizeof random, 0);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    printf("%lx%lx %ld\n", random[0], random[1], (long)now.tv_sec);
    return 0;
}
"#;

    fn first_uid() -> u32 {
        200_000 + std::process::id() % 10_000 * 8
    }

    fn images() -> PathBuf {
        let usual = concat!(env!("CARGO_MANIFEST_DIR"), "/../.cache/microvm");
        std::env::var_os("GAVEL_MICROVM").map_or(usual.into(), PathBuf::from)
    }

    fn config() -> MicroVmConfig {
        MicroVmConfig {
            memory_bytes: 128 << 20,
            first_uid: first_uid(),
            ..MicroVmConfig::new(&images(), RootPlan::default())
        }
    }

    fn deed(directory: &Path, args: &[&str]) -> Run {
        let program = directory.join("deeds");
        if !program.exists() {
            let source = directory.join("deeds.c");
            std::fs::write(&source, DEEDS).unwrap();
            let compiled = Command::new("cc")
                .args(["-O1", "-static", "-o"])
                .args([&program, &source])
                .status();
            assert!(compiled.unwrap().success());
        }
        let args = std::iter::once(&"deeds").chain(args);
        Run {
            executable: Executable::File(Arc::new(File::open(program).unwrap())),
            args: args.map(|text| (*text).to_owned()).collect(),
            env: Vec::new(),
            stdin: None,
            dialogue: None,
            limits: Limits {
                cpu: Duration::from_secs(10),
                wall: Duration::from_secs(90),
                memory_bytes: 64 << 20,
                output_bytes: 1 << 20,
                stderr_bytes: 1 << 10,
                processes: 4,
                open_files: 16,
                file_bytes: 1 << 20,
            },
            keep_work: false,
        }
    }

    async fn run(sandbox: &mut dyn Sandbox, run: Run) -> (Outcome, String) {
        sandbox.start(run).await.unwrap();
        let outcome = sandbox.finish().await.unwrap();
        let mut text = vec![0; usize::try_from(outcome.stdout.len).unwrap()];
        outcome.stdout.file.read_exact_at(&mut text, 0).unwrap();
        (outcome, String::from_utf8(text).unwrap())
    }

    /// Processes of the emulator's users, and launchers among the children of this one.
    fn machines() -> BTreeSet<u32> {
        let users = first_uid()..first_uid() + 8;
        processes(|status, parent| {
            let user = field(status, "Uid:").parse().unwrap_or(0);
            users.contains(&user)
                || (parent == std::process::id() && field(status, "Name:") == "gavel-launcher")
        })
    }

    fn field<'a>(status: &'a str, key: &str) -> &'a str {
        let line = status.lines().find(|line| line.starts_with(key));
        line.and_then(|line| line.split_whitespace().nth(1))
            .unwrap_or_default()
    }

    fn processes(wanted: impl Fn(&str, u32) -> bool) -> BTreeSet<u32> {
        let entries = std::fs::read_dir("/proc").unwrap().flatten();
        let numbers = entries.filter_map(|entry| entry.file_name().to_string_lossy().parse().ok());
        numbers
            .filter(|pid: &u32| {
                let status = std::fs::read_to_string(format!("/proc/{pid}/status"));
                status.is_ok_and(|status| {
                    !status.contains("State:\tZ")
                        && wanted(&status, field(&status, "PPid:").parse().unwrap_or(0))
                })
            })
            .collect()
    }

    fn gone_within(limit: Duration, look: impl Fn() -> BTreeSet<u32>) -> bool {
        let end = Instant::now() + limit;
        while !look().is_empty() {
            if Instant::now() > end {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        true
    }

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    }

    fn kill(pid: u32) {
        let killed = Command::new("kill")
            .args(["-KILL", &pid.to_string()])
            .status();
        assert!(killed.unwrap().success());
    }

    /// Two machines continued from one saved machine have their own randomness, and both know what time it is.
    #[test]
    fn continued_machines_differ_and_know_the_time() {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let directory = tempfile::tempdir().unwrap();
        let wall = MicroVmWall::new(&config()).unwrap();
        assert!(wall.restores(), "machines are continued, not booted");
        let mut seen = BTreeSet::new();
        runtime().block_on(async {
            for _ in 0..2 {
                let mut sandbox = wall.prepare(SLOT).await.unwrap();
                let (outcome, text) = run(&mut *sandbox, deed(directory.path(), &[])).await;
                assert_eq!(outcome.exit, Exit::Code(0));
                let (random, time) = text.trim().split_once(' ').unwrap();
                seen.insert(random.to_owned());
                let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
                let apart = now.unwrap().as_secs().abs_diff(time.parse().unwrap());
                assert!(apart < 30, "{apart} s apart");
                sandbox.destroy().await.unwrap();
            }
        });
        assert_eq!(seen.len(), 2, "{seen:?}");
        drop(wall);
        assert_eq!(machines(), BTreeSet::new());
    }

    /// Under emulation limits of time are widened by what was measured; with KVM they are not.
    #[test]
    fn the_time_factor_is_measured_and_remembered() {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let first = MicroVmWall::new(&config()).unwrap();
        let emulated = first.accelerator().0 == sandboxes::microvm::Accelerator::Tcg;
        assert_eq!(
            first.time_factor() > 1.0,
            emulated,
            "{}",
            first.time_factor()
        );
        let begin = Instant::now();
        let second = MicroVmWall::new(&config()).unwrap();
        assert!(
            begin.elapsed() < Duration::from_secs(5),
            "nothing is found out twice"
        );
        assert_eq!(
            first.time_factor().to_bits(),
            second.time_factor().to_bits()
        );
    }

    /// Kills one of a machine's processes while a program sleeps in it.
    fn lost_when_killed(choose: impl Fn(&BTreeSet<u32>) -> u32) {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let directory = tempfile::tempdir().unwrap();
        let wall = MicroVmWall::new(&config()).unwrap();
        runtime().block_on(async {
            let mut sandbox = wall.prepare(SLOT).await.unwrap();
            let (outcome, _) = run(&mut *sandbox, deed(directory.path(), &[])).await;
            assert_eq!(outcome.exit, Exit::Code(0));
            sandbox
                .start(deed(directory.path(), &["sleep"]))
                .await
                .unwrap();
            let victim = choose(&machines());
            let killer = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(200));
                kill(victim);
                Instant::now()
            });
            let error = sandbox.finish().await.unwrap_err();
            let took = killer.join().unwrap().elapsed();
            assert!(matches!(error, WallError::Lost(_)), "{error}");
            assert!(took < Duration::from_secs(3), "{took:?}");
            let _ = sandbox.destroy().await;
            assert_eq!(machines(), BTreeSet::new());
            // The next one is not concerned.
            let mut sandbox = wall.prepare(SLOT).await.unwrap();
            let (outcome, _) = run(&mut *sandbox, deed(directory.path(), &[])).await;
            assert_eq!(outcome.exit, Exit::Code(0));
            sandbox.destroy().await.unwrap();
        });
        drop(wall);
        assert_eq!(machines(), BTreeSet::new());
    }

    fn is_launcher(pid: u32) -> bool {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        field(&status, "Name:") == "gavel-launcher"
    }

    #[test]
    fn a_killed_machine_is_lost_at_once() {
        lost_when_killed(|pids| *pids.iter().find(|pid| !is_launcher(**pid)).unwrap());
    }

    #[test]
    fn a_killed_launcher_takes_its_machine_along() {
        lost_when_killed(|pids| *pids.iter().find(|pid| is_launcher(**pid)).unwrap());
    }

    /// The child half of the next test: says which processes there are, and waits to be killed.
    fn be_a_judgehost() -> ! {
        let wall = MicroVmWall::new(&config()).unwrap();
        let _sandbox = runtime().block_on(wall.prepare(SLOT)).unwrap();
        let pids: Vec<String> = machines().iter().map(u32::to_string).collect();
        let mut out = std::io::stdout();
        writeln!(out, "\nmachines {}", pids.join(" ")).unwrap();
        out.flush().unwrap();
        loop {
            std::thread::sleep(Duration::from_secs(60));
        }
    }

    #[test]
    fn machines_die_with_the_judgehost() {
        const CHILD: &str = "GAVEL_TEST_JUDGEHOST";
        if std::env::var_os(CHILD).is_some() {
            be_a_judgehost();
        }
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "microvm::machines_die_with_the_judgehost",
                "--nocapture",
            ])
            .env(CHILD, "1")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
        let line = lines
            .map_while(Result::ok)
            .find(|line| line.starts_with("machines "))
            .unwrap();
        let pids: BTreeSet<u32> = line
            .split(' ')
            .skip(1)
            .map(|pid| pid.parse().unwrap())
            .collect();
        assert_eq!(pids.len(), 2, "a launcher and a machine: {line}");
        child.kill().unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(9));
        let alive = || {
            let lives = |pid: &u32| processes(|_, _| true).contains(pid);
            pids.iter().copied().filter(lives).collect()
        };
        assert!(gone_within(Duration::from_secs(5), alive), "{:?}", alive());
    }

    /// What programs see of the root image, with the names that distributions have for it.
    fn root() -> RootPlan {
        let shown = ["/usr/bin", "/usr/include", "/usr/lib", "/usr/lib64"].map(|path| Bind {
            host: path.into(),
            inside: path.into(),
            is_directory: true,
        });
        let links = [
            ("/bin", "usr/bin"),
            ("/lib", "usr/lib"),
            ("/lib64", "usr/lib64"),
        ];
        RootPlan {
            binds: shown.to_vec(),
            symlinks: links
                .map(|(inside, target)| Symlink {
                    inside: inside.into(),
                    target: target.into(),
                })
                .to_vec(),
            ..RootPlan::default()
        }
    }

    /// The toolchains of the root image serve: a compiler of the machine makes a program of a source that came in, and it runs.
    #[test]
    fn compilers_of_the_image_work() {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let directory = tempfile::tempdir().unwrap();
        let config = MicroVmConfig {
            root: root(),
            memory_bytes: 512 << 20,
            ..config()
        };
        let wall = MicroVmWall::new(&config).unwrap();
        runtime().block_on(async {
            let mut sandbox = wall.prepare(SLOT).await.unwrap();
            let source = PlacedFile {
                path: "hello.c".to_owned(),
                content: Content::Bytes(
                    b"#include <stdio.h>\nint main() { puts(\"hello\"); }\n".to_vec(),
                ),
                executable: false,
            };
            sandbox.place(vec![source]).await.unwrap();
            let mut compile = deed(directory.path(), &[]);
            compile.executable = Executable::Path("/usr/bin/gcc".into());
            compile.args = ["gcc", "-o", "hello", "/box/hello.c"]
                .map(str::to_owned)
                .to_vec();
            compile.env = vec!["PATH=/usr/bin".to_owned()];
            compile.limits.memory_bytes = 256 << 20;
            compile.limits.processes = 32;
            compile.limits.open_files = 64;
            compile.limits.cpu = Duration::from_secs(60);
            compile.keep_work = true;
            let (outcome, _) = run(&mut *sandbox, compile).await;
            let said = String::from_utf8_lossy(&outcome.stderr).into_owned();
            assert_eq!(outcome.exit, Exit::Code(0), "{said}");
            let limits = CollectLimits {
                files: 1,
                total_bytes: 1 << 20,
            };
            let made = sandbox.collect("/tmp", limits).await.unwrap().remove(0);
            assert!(made.path == "hello" && made.executable, "{made:?}");
            let mut hello = deed(directory.path(), &[]);
            hello.executable = Executable::File(Arc::new(made.file));
            let (outcome, text) = run(&mut *sandbox, hello).await;
            assert_eq!((outcome.exit, text.as_str()), (Exit::Code(0), "hello\n"));
            sandbox.destroy().await.unwrap();
        });
        drop(wall);
        assert_eq!(machines(), BTreeSet::new());
    }

    /// Swaps the devices' state in a kept machine for rubbish, under a hash that fits.
    fn spoil(machine: &Path) {
        let mut bytes = std::fs::read(machine).unwrap();
        let end = bytes.len() - blake3::OUT_LEN;
        bytes[end - 100_000..end - 50_000].fill(0xff);
        let hash = blake3::hash(&bytes[..end]);
        bytes[end..].copy_from_slice(hash.as_bytes());
        std::fs::write(machine, bytes).unwrap();
    }

    /// What cannot be continued is booted, and serves as well.
    #[test]
    fn a_saved_machine_that_does_not_go_on_is_replaced_by_a_booted_one() {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let directory = tempfile::tempdir().unwrap();
        let cache = directory.path().join("cache");
        let config = MicroVmConfig {
            cache: cache.clone(),
            time_factor: Some(8.0),
            ..config()
        };
        drop(MicroVmWall::new(&config).unwrap());
        let kept = std::fs::read_dir(&cache).unwrap().flatten();
        let mut machines_kept: Vec<_> = kept
            .filter(|entry| entry.file_name().to_string_lossy().starts_with("machine-"))
            .collect();
        assert_eq!(machines_kept.len(), 1);
        spoil(&machines_kept.remove(0).path());
        let wall = MicroVmWall::new(&config).unwrap();
        runtime().block_on(async {
            let mut sandbox = wall.prepare(SLOT).await.unwrap();
            let (outcome, _) = run(&mut *sandbox, deed(directory.path(), &[])).await;
            assert_eq!(outcome.exit, Exit::Code(0));
            sandbox.destroy().await.unwrap();
        });
        drop(wall);
        assert_eq!(machines(), BTreeSet::new());
    }
}
