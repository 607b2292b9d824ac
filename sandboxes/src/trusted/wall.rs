//! The trusted wall. It bounds and measures, but hides nothing of the host: the same runner without namespaces, groups or filter.
//!
//! The directories of the seam cannot be where programs expect them, so their names are rewritten in arguments, variables and
//! the executable's path: see [`relocated`].

use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};
use runner::protocol::{Isolation, Setup};
use rustix::fs::{FlockOperation, Mode, OFlags};
use tokio::sync::Mutex;

use crate::link::faults::step;
use crate::link::holder::Kept;
use crate::link::keeper::Keeper;
use crate::link::sandbox::RunnerSandbox;
use crate::sandbox::{BOX_DIR, Sandbox, Slot, WORK_DIR, Wall, WallError};

/// How private directories are called; the process and the time follow.
const PREFIX: &str = "gavel-trusted-";

/// What the trusted wall may use.
#[derive(Clone, Debug)]
pub struct TrustedConfig {
    /// Where private directories are made; must exist. `None` is the system's temporary directory.
    pub base: Option<PathBuf>,
    /// Programs of slot `n` run as this user and group plus `n`, when we are root.
    pub first_uid: u32,
}

impl Default for TrustedConfig {
    fn default() -> Self {
        Self {
            base: None,
            first_uid: 70_000,
        }
    }
}

/// Builds sandboxes that trust their programs.
pub struct TrustedWall {
    base: PathBuf,
    /// Says that somebody still uses the directory. Held, never read.
    _held: OwnedFd,
    first_uid: Option<u32>,
    keepers: Mutex<HashMap<u32, Arc<Keeper>>>,
}

impl TrustedWall {
    /// Makes the private directory.
    ///
    /// # Errors
    /// [`WallError::Step`] when it cannot be made.
    pub fn new(config: TrustedConfig) -> Result<Self, WallError> {
        let parent = config.base.unwrap_or_else(std::env::temp_dir);
        let base = parent.join(format!("{PREFIX}{}-{:x}", std::process::id(), unique()));
        sweep(&parent);
        std::fs::create_dir(&base).map_err(step("make the private directory"))?;
        let held = lock(&base).map_err(step("lock the private directory"))?;
        let first_uid = rustix::process::geteuid()
            .is_root()
            .then_some(config.first_uid);
        Ok(Self {
            base,
            _held: held,
            first_uid,
            keepers: Mutex::new(HashMap::new()),
        })
    }

    async fn keeper(&self, slot: Slot) -> Result<Arc<Keeper>, WallError> {
        let mut keepers = self.keepers.lock().await;
        if let Some(keeper) = keepers.get(&slot.index).filter(|keeper| !keeper.is_lost()) {
            return Ok(Arc::clone(keeper));
        }
        let base = self.base.join(slot.index.to_string());
        std::fs::create_dir_all(&base).map_err(step("make the slot's directory"))?;
        let base = text(&base)?;
        let setup = Setup {
            cpu: slot.cpu,
            uid: self.first_uid.map(|first| first + slot.index),
            isolation: Isolation::Trusted { base },
            work_bytes: 0,
            work_files: 0,
            box_bytes: 0,
            over_stream: false,
        };
        let keeper = Arc::new(Keeper::start(setup).await?);
        keepers.insert(slot.index, Arc::clone(&keeper));
        Ok(keeper)
    }

    async fn make(&self, slot: Slot) -> Result<Box<dyn Sandbox>, WallError> {
        let keeper = self.keeper(slot).await?;
        let (id, socket) = keeper.prepare().await?;
        let own = text(&self.base.join(slot.index.to_string()).join(id.to_string()))?;
        let relocate = Arc::new(move |text: &str| relocated(text, &own));
        let uid = self.first_uid.map(|first| first + slot.index);
        Ok(Box::new(RunnerSandbox::new(
            Box::new(Kept { keeper, id }),
            socket,
            uid,
            Some(relocate),
        )?))
    }
}

impl Wall for TrustedWall {
    fn name(&self) -> &'static str {
        "trusted"
    }

    fn prepare(&self, slot: Slot) -> BoxFuture<'_, Result<Box<dyn Sandbox>, WallError>> {
        self.make(slot).boxed()
    }
}

impl Drop for TrustedWall {
    fn drop(&mut self) {
        // Keepers first: they clean up what is theirs.
        self.keepers.get_mut().clear();
        if let Err(error) = std::fs::remove_dir_all(&self.base) {
            tracing::warn!(path = %self.base.display(), %error, "failed to remove the private directory");
        }
    }
}

/// Opens a directory and locks it; fails when somebody has the lock.
fn lock(directory: &Path) -> std::io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let held = rustix::fs::open(directory, flags, Mode::empty())?;
    rustix::fs::flock(&held, FlockOperation::NonBlockingLockExclusive)?;
    Ok(held)
}

/// Removes the directories of our own user's instances that no longer live.
fn sweep(parent: &Path) {
    let own = rustix::process::geteuid().as_raw();
    for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| {
            let (pid, _) = name.strip_prefix(PREFIX)?.split_once('-')?;
            pid.parse::<u32>().ok()
        });
        let ours = entry.metadata().is_ok_and(|about| about.uid() == own);
        // One that is being made has no lock yet; one of another process-id namespace has.
        let dead = owner.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists());
        if !(ours && dead) {
            continue;
        }
        let path = entry.path();
        if let Ok(_held) = lock(&path) {
            tracing::info!(path = %path.display(), "removing what a dead instance left");
            if let Err(error) = std::fs::remove_dir_all(&path) {
                tracing::warn!(path = %path.display(), %error, "failed to remove what a dead instance left");
            }
        }
    }
}

fn text(path: &Path) -> Result<String, WallError> {
    path.to_str()
        .map(str::to_owned)
        .ok_or_else(|| WallError::Refused(format!("path {} is not UTF-8", path.display())))
}

fn unique() -> u128 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |time| time.as_nanos())
}

/// Puts this sandbox's directories where the seam's are named: wherever [`BOX_DIR`] or [`WORK_DIR`] starts a path (at the
/// start, or after a character that no path continues with) and ends or goes on with a component.
fn relocated(text: &str, own: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    let mut starts_path = true;
    while let Some(next) = rest.chars().next() {
        let found = [(BOX_DIR, "box"), (WORK_DIR, "work")]
            .into_iter()
            .find(|(name, _)| {
                starts_path
                    && rest.starts_with(name)
                    && !rest[name.len()..]
                        .starts_with(|c: char| c.is_alphanumeric() || "_-.".contains(c))
            });
        if let Some((name, directory)) = found {
            result.push_str(own);
            result.push('/');
            result.push_str(directory);
            rest = &rest[name.len()..];
            starts_path = false;
        } else {
            result.push(next);
            rest = &rest[next.len_utf8()..];
            // After `-I` and its like a path follows at once.
            let after_option =
                result.len() == 2 && result.starts_with('-') && next.is_ascii_alphabetic();
            starts_path = after_option || !(next.is_alphanumeric() || "_-./".contains(next));
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_dead_instances_left_goes_at_the_next_start() {
        let parent = tempfile::tempdir().unwrap();
        let make = |name: String| {
            let path = parent.path().join(name);
            std::fs::create_dir_all(path.join("0/1/work")).unwrap();
            path
        };
        let dead = make(format!("{PREFIX}999999999-1"));
        let locked = make(format!("{PREFIX}999999999-2"));
        let alive = make(format!("{PREFIX}{}-3", std::process::id()));
        let other = make("other-999999999-4".to_owned());
        let held = lock(&locked).unwrap();
        sweep(parent.path());
        assert!(!dead.exists());
        assert!(locked.exists() && alive.exists() && other.exists());
        drop(held);
        sweep(parent.path());
        assert!(!locked.exists());
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(relocated(text, "/x/7"), expected);
    }

    #[test]
    fn the_seams_directories_become_the_sandboxs_own() {
        check("/box/main.py", "/x/7/box/main.py");
        check("-Djava.io.tmpdir=/tmp", "-Djava.io.tmpdir=/x/7/work");
        check("/box:/tmp/classes", "/x/7/box:/x/7/work/classes");
        check("-I/box", "-I/x/7/box");
        check("/usr/box/a", "/usr/box/a");
        check("/boxes /tmp.d", "/boxes /tmp.d");
        check("HOME=/tmp", "HOME=/x/7/work");
        check("", "");
    }
}
