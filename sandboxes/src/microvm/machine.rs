//! One QEMU process: started by a launcher of ours, ended with it.
//!
//! **Invariants:** the daemon never forks; the machine ends when this value is dropped, when the daemon ends however it ends, and
//! when its launcher ends; nothing of it has a name in the file system.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::process::Child;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::{BoxFuture, FutureExt};
use runner::machine::{Launch, Launched};
use rustix::fs::MemfdFlags;

use crate::link::embedded;
use crate::link::faults::{step, wall_error};
use crate::link::holder::{Death, Holder};
use crate::link::socket::Socket;
use crate::microvm::registry::{Entry, Registry};
use crate::sandbox::WallError;

/// How long a machine's process may take to end once it has been told to.
const FAREWELL: Duration = Duration::from_secs(10);

/// How much of what it said last is told.
const LAST_WORDS: usize = 400;

/// A running machine.
pub(crate) struct Machine {
    /// `None` while it is being ended.
    running: Option<Running>,
    errors: File,
}

struct Running {
    /// Closing it ends the machine.
    control: Socket,
    launcher: Child,
    entry: Entry,
    pid: u32,
}

impl Running {
    /// Blocks until nothing of it is left.
    fn end(self) -> std::io::Result<()> {
        let Self {
            control,
            mut launcher,
            entry,
            ..
        } = self;
        drop(control);
        let deadline = Instant::now() + FAREWELL;
        while launcher.try_wait()?.is_none() {
            if Instant::now() > deadline {
                tracing::error!(pid = launcher.id(), "a launcher does not end; killing it");
                launcher.kill()?;
                launcher.wait()?;
                break;
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        while !entry.has_ended() {
            if Instant::now() > deadline {
                return Err(std::io::Error::other("the machine's process does not end"));
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        Ok(())
    }
}

impl Machine {
    /// Starts it with these files as its descriptors.
    pub(crate) async fn start(
        launch: &Launch,
        mut files: Vec<Arc<File>>,
        registry: &Arc<Registry>,
    ) -> Result<Self, WallError> {
        let errors = rustix::fs::memfd_create("gavel-machine-errors", MemfdFlags::CLOEXEC)
            .map_err(|error| step("make a file for a machine's errors")(error.into()))?;
        let errors = File::from(errors);
        files.push(Arc::new(
            errors
                .try_clone()
                .map_err(step("share a file for a machine's errors"))?,
        ));
        let (ours, theirs) = UnixStream::pair().map_err(step("make the launcher's socket"))?;
        let launcher = embedded::spawn(&["launch"], theirs).map_err(step("start the launcher"))?;
        let launcher_pid = launcher.id();
        let mut guard = Unstarted(Some(launcher));
        let mut control =
            Socket::new(OwnedFd::from(ours)).map_err(step("make the launcher's socket"))?;
        let lost = |error: std::io::Error| WallError::Lost(format!("the launcher: {error}"));
        control.send(launch, files).await.map_err(lost)?;
        let (Launched(result), _) = control.receive().await.map_err(lost)?;
        control.leave();
        let pid = result.map_err(wall_error)?;
        let entry = registry
            .enter(&[launcher_pid, pid])
            .map_err(step("write down a running machine"))?;
        let Some(launcher) = guard.0.take() else {
            return Err(WallError::Lost("the launcher".to_owned()));
        };
        Ok(Self {
            running: Some(Running {
                control,
                launcher,
                entry,
                pid,
            }),
            errors,
        })
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.running.as_ref().map_or(0, |running| running.pid)
    }

    /// What the process said last on its standard error.
    pub(crate) fn last_words(&self) -> String {
        let length = self.errors.metadata().map_or(0, |about| about.len());
        let from = length.saturating_sub(LAST_WORDS as u64);
        let mut bytes = vec![0; LAST_WORDS];
        let count = self.errors.read_at(&mut bytes, from).unwrap_or(0);
        let text = String::from_utf8_lossy(&bytes[..count]);
        text.trim().replace('\n', "; ")
    }

    /// Ends it and waits until it has ended.
    pub(crate) async fn end(mut self) -> Result<(), WallError> {
        let Some(running) = self.running.take() else {
            return Ok(());
        };
        tokio::task::spawn_blocking(move || running.end())
            .await
            .unwrap_or_else(|error| Err(std::io::Error::other(error)))
            .map_err(step("end a virtual machine"))
    }
}

impl Drop for Machine {
    /// Ends it without waiting here: a thread that lives as long as the end takes reaps it.
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            let reaper = std::thread::Builder::new().name("gavel-reaper".to_owned());
            if let Err(error) = reaper.spawn(move || running.end()) {
                tracing::error!(%error, "failed to reap a virtual machine");
            }
        }
    }
}

impl Holder for Machine {
    fn destroy(self: Box<Self>) -> BoxFuture<'static, Result<(), WallError>> {
        (*self).end().boxed()
    }

    fn autopsy(&mut self) -> BoxFuture<'_, Option<Death>> {
        let words = self.last_words();
        let death = (!words.is_empty()).then(|| Death {
            reason: format!("the virtual machine ended: {words}"),
            exhausted: None,
        });
        std::future::ready(death).boxed()
    }
}

/// A launcher whose machine has not started; its socket is closed when this is dropped, and it ends by that.
struct Unstarted(Option<Child>);

impl Drop for Unstarted {
    fn drop(&mut self) {
        if let Some(mut launcher) = self.0.take() {
            let _ = launcher.kill();
            let _ = launcher.wait();
        }
    }
}
