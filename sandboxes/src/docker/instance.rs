//! Who owns a container: instances of the judge hold a lock while they live, and label what they make with its name.
//!
//! **Invariant:** what is removed at a start belongs to an instance whose lock could be taken, so to nobody; containers of hosts
//! that keep their locks elsewhere are left alone.

use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use bollard::Docker;
use bollard::models::{ContainerSummary, Volume};
use bollard::query_parameters::{
    ListContainersOptionsBuilder, ListVolumesOptionsBuilder, RemoveContainerOptionsBuilder,
    RemoveVolumeOptions,
};
use rustix::fs::{FlockOperation, Mode, OFlags};

use super::engine::{failed, is_absent};
use crate::link::faults::step;
use crate::sandbox::WallError;

/// The label with the instance's name.
pub(crate) const INSTANCE: &str = "gavel.instance";
/// The label that says where its lock is: host and directory.
const LOCKS: &str = "gavel.locks";

/// How long what is being removed elsewhere may take to go.
const IN_USE: std::time::Duration = std::time::Duration::from_secs(10);

/// This wall's own name and lock.
pub(crate) struct Instance {
    name: String,
    home: String,
    lock: PathBuf,
    /// Held, never read.
    _held: OwnedFd,
}

fn directory() -> PathBuf {
    std::env::temp_dir().join("gavel-docker")
}

/// Tells hosts apart that share a daemon but no locks.
fn home() -> String {
    let host = rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned();
    format!("{host}:{}", directory().display())
}

fn open(path: &Path, flags: OFlags) -> std::io::Result<OwnedFd> {
    let flags = flags | OFlags::RDWR | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    Ok(rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR)?)
}

fn take(lock: &OwnedFd) -> bool {
    rustix::fs::flock(lock, FlockOperation::NonBlockingLockExclusive).is_ok()
}

impl Instance {
    /// Takes a name nobody has.
    pub(crate) fn new() -> Result<Self, WallError> {
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |time| time.as_micros());
        let name = format!("{}-{now:x}", std::process::id());
        std::fs::create_dir_all(directory()).map_err(step("make the directory of locks"))?;
        let lock = directory().join(&name);
        let held =
            open(&lock, OFlags::CREATE | OFlags::EXCL).map_err(step("make the instance's lock"))?;
        if !take(&held) {
            return Err(step("take the instance's lock")(std::io::Error::other(
                "somebody else has it",
            )));
        }
        Ok(Self {
            name,
            home: home(),
            lock,
            _held: held,
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What everything of this instance's carries.
    pub(crate) fn labels(&self) -> HashMap<String, String> {
        HashMap::from([
            (INSTANCE.to_owned(), self.name.clone()),
            (LOCKS.to_owned(), self.home.clone()),
        ])
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.lock);
        // Succeeds for the last one only.
        let _ = std::fs::remove_dir(directory());
    }
}

/// Whether an instance of this host is dead. Its lock file goes then.
fn is_dead(labels: &HashMap<String, String>) -> bool {
    let (Some(name), Some(locks)) = (labels.get(INSTANCE), labels.get(LOCKS)) else {
        return false;
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if *locks != home() || !name.chars().all(plain) {
        return false;
    }
    let path = directory().join(name);
    match open(&path, OFlags::empty()) {
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        Ok(lock) => {
            let dead = take(&lock);
            if dead {
                let _ = std::fs::remove_file(&path);
            }
            dead
        }
    }
}

/// Removes containers and volumes of dead instances; says how many containers there were.
pub(crate) async fn sweep(docker: &Docker) -> Result<usize, WallError> {
    remove(docker, INSTANCE, is_dead).await
}

/// Removes everything of one instance.
pub(crate) async fn clear(docker: &Docker, name: &str) -> Result<usize, WallError> {
    remove(docker, &format!("{INSTANCE}={name}"), |_| true).await
}

/// Containers, also those that have ended, and volumes that carry a label.
pub(crate) async fn labelled(
    docker: &Docker,
    label: &str,
) -> Result<(Vec<ContainerSummary>, Vec<Volume>), WallError> {
    let filters = HashMap::from([("label", vec![label])]);
    let options = ListContainersOptionsBuilder::new()
        .all(true)
        .filters(&filters);
    let containers = docker
        .list_containers(Some(options.build()))
        .await
        .map_err(failed("list containers"))?;
    let options = ListVolumesOptionsBuilder::new().filters(&filters).build();
    let volumes = docker
        .list_volumes(Some(options))
        .await
        .map_err(failed("list volumes"))?;
    Ok((containers, volumes.volumes.unwrap_or_default()))
}

async fn remove(
    docker: &Docker,
    label: &str,
    chosen: impl Fn(&HashMap<String, String>) -> bool,
) -> Result<usize, WallError> {
    // Looked at before anything goes: the first look at a dead instance removes its lock.
    let (containers, volumes) = labelled(docker, label).await?;
    let mut judged: HashMap<String, bool> = HashMap::new();
    let mut is_chosen = |labels: &HashMap<String, String>| {
        let name = labels.get(INSTANCE).cloned().unwrap_or_default();
        *judged.entry(name).or_insert_with(|| chosen(labels))
    };
    let mut removed = 0;
    for container in containers {
        if let (Some(id), true) = (
            container.id,
            is_chosen(&container.labels.unwrap_or_default()),
        ) {
            remove_container(docker, &id).await?;
            removed += 1;
        }
    }
    for volume in volumes {
        if is_chosen(&volume.labels) {
            remove_volume(docker, &volume.name).await?;
        }
    }
    Ok(removed)
}

/// Kills and removes a container; one that is gone already is as good.
pub(crate) async fn remove_container(docker: &Docker, id: &str) -> Result<(), WallError> {
    let options = RemoveContainerOptionsBuilder::new()
        .force(true)
        .v(true)
        .build();
    match docker.remove_container(id, Some(options)).await {
        Err(error) if is_absent(&error) || is_under_way(&error) => Ok(()),
        outcome => outcome.map_err(failed("remove a container")),
    }
}

/// A volume stays in use for a moment after its containers are gone.
async fn remove_volume(docker: &Docker, name: &str) -> Result<(), WallError> {
    let deadline = std::time::Instant::now() + IN_USE;
    loop {
        match docker
            .remove_volume(name, None::<RemoveVolumeOptions>)
            .await
        {
            Err(error) if is_absent(&error) => return Ok(()),
            Err(error) if is_under_way(&error) && std::time::Instant::now() < deadline => {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            outcome => return outcome.map_err(failed("remove a volume")),
        }
    }
}

/// Somebody else removes it at this moment.
fn is_under_way(error: &bollard::errors::Error) -> bool {
    matches!(
        error,
        bollard::errors::Error::DockerResponseServerError {
            status_code: 409,
            ..
        }
    )
}
