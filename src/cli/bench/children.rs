//! Servers under measurement, each a process of its own that ends with its handle.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// A running server.
pub(super) struct Server {
    child: Child,
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// How long it took from spawn to its first answer on `/readyz`, where it has one.
    pub(super) started_in: Duration,
}

impl Server {
    /// Starts `gavel serve` on a free port with its data below `dir` and further `KEY=VALUE` settings.
    pub(super) fn gavel(dir: &Path, settings: &[&str]) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        for (flag, name) in [
            ("--data", "data"),
            ("--problems", "problems"),
            ("--contests", "contests"),
        ] {
            let path = dir.join(name);
            std::fs::create_dir_all(&path)?;
            command.arg(flag).arg(path);
        }
        for setting in settings {
            command.args(["--set", setting]);
        }
        Self::start(command, true)
    }

    /// Starts the bare actix server of [`super::bare`].
    pub(super) fn bare() -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bench", super::command::BARE_SERVER]);
        Self::start(command, false)
    }

    fn start(mut command: Command, wait_ready: bool) -> anyhow::Result<Self> {
        let begin = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .env("GAVEL_LOG", "error")
            .spawn()
            .context("failed to start a server")?;
        let stdout = child.stdout.take().context("no standard output")?;
        let address = announced(stdout);
        let mut server = match address {
            Ok(address) => Self {
                child,
                address,
                started_in: Duration::ZERO,
            },
            Err(error) => {
                child.kill().ok();
                child.wait().ok();
                return Err(error);
            }
        };
        if wait_ready {
            server.wait_ready(begin + Duration::from_secs(30))?;
        }
        server.started_in = begin.elapsed();
        Ok(server)
    }

    fn wait_ready(&self, deadline: Instant) -> anyhow::Result<()> {
        let url = format!("http://{}/readyz", self.address);
        while ureq::get(&url).call().is_err() {
            if Instant::now() > deadline {
                bail!("the server did not become ready");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    /// The process id.
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).ok();
        let deadline = Instant::now() + Duration::from_secs(10);
        while Instant::now() < deadline {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Reads the address from the line `... http://ADDRESS`, then keeps the pipe drained.
fn announced(stdout: std::process::ChildStdout) -> anyhow::Result<SocketAddr> {
    let mut lines = BufReader::new(stdout).lines();
    for line in lines.by_ref() {
        let line = line?;
        if let Some((_, address)) = line.split_once("http://") {
            let address = address.split_whitespace().next().unwrap_or(address);
            let address = address
                .parse()
                .context("failed to read the server's address")?;
            std::thread::spawn(move || lines.for_each(drop));
            return Ok(address);
        }
    }
    bail!("the server ended before it listened")
}
