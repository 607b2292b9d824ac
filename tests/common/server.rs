//! A `gavel serve` of one test: its own port, its own data, gone when the test ends.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The built program.
pub(crate) const GAVEL: &str = env!("CARGO_BIN_EXE_gavel");

/// A running server.
pub(crate) struct Server {
    child: Child,
    url: String,
    options: Options,
    // last, so that the data outlives the process
    dir: tempfile::TempDir,
}

/// How it is started, besides its port and its data.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// Directories with problem packages.
    pub(crate) problems: Vec<PathBuf>,
    /// Directories with contests.
    pub(crate) contests: Vec<PathBuf>,
    /// `key=value` for `--set`.
    pub(crate) set: Vec<String>,
    /// Environment variables.
    pub(crate) env: Vec<(String, String)>,
}

impl Options {
    /// Sets a key of the configuration.
    pub(crate) fn with(mut self, key_and_value: &str) -> Self {
        self.set.push(key_and_value.to_owned());
        self
    }
}

impl Server {
    /// Starts one and waits until it listens.
    pub(crate) fn start(options: Options) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (child, url) = spawn(dir.path(), &options);
        Self {
            child,
            url,
            options,
            dir,
        }
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Ends it as a power cut would, and waits until it is gone.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again on the same data, on another port.
    pub(crate) fn start_again(&mut self) {
        let (child, url) = spawn(self.dir.path(), &self.options);
        self.child = child;
        self.url = url;
    }

    /// Sends SIGTERM and waits for the end.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        self.signal(rustix::process::Signal::TERM);
        self.wait(Duration::from_secs(30))
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Waits for the end of the process.
    pub(crate) fn wait(&mut self, patience: Duration) -> ExitStatus {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                Instant::now() < deadline,
                "the server did not end:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What it logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        if std::thread::panicking() {
            let log = self.log();
            let from = log.len().saturating_sub(8_000);
            eprintln!(
                "--- end of the server's log\n{}",
                log.get(from..).unwrap_or(&log)
            );
        }
    }
}

fn spawn(dir: &Path, options: &Options) -> (Child, String) {
    let log = File::options()
        .create(true)
        .append(true)
        .open(dir.join("log"))
        .unwrap();
    let mut command = Command::new(GAVEL);
    command
        .args(["serve", "--listen", "127.0.0.1:0"])
        .arg("--data")
        .arg(dir.join("data"));
    let empty = dir.join("none");
    std::fs::create_dir_all(&empty).unwrap();
    for (flag, dirs) in [
        ("--problems", &options.problems),
        ("--contests", &options.contests),
    ] {
        for given in dirs {
            command.arg(flag).arg(given);
        }
        if dirs.is_empty() {
            command.arg(flag).arg(&empty);
        }
    }
    for set in &options.set {
        command.args(["--set", set]);
    }
    let mut child = command
        .envs(options.env.iter().cloned())
        .current_dir(dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let Some(url) = line.trim().strip_prefix("listening on ") else {
        child.kill().ok();
        child.wait().ok();
        let log = std::fs::read_to_string(dir.join("log")).unwrap_or_default();
        panic!("the server did not start: {line:?}\n{log}");
    };
    (child, url.to_owned())
}
