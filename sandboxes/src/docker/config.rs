//! What the Docker wall is built from.

/// The usual tag of what `deploy/images/build` makes.
const USUAL_IMAGE: &str = "gavel/languages:latest";

/// What the Docker wall is built from. Errors of [`super::DockerWall::new`] name these keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DockerConfig {
    /// Where the daemon answers, `unix:///run/docker.sock` or `tcp://host:port`. `None` is what `DOCKER_HOST` says, else Docker's
    /// usual socket.
    pub endpoint: Option<String>,
    /// `runtime`: `runc`, `runsc` or another one the daemon knows.
    pub runtime: String,
    /// `image`: a name, or better the id (`sha256:...`) that `deploy/images/build` prints.
    pub image: String,
    /// Size cap of the work directory, bytes.
    pub work_bytes: u64,
    /// Cap of files and directories in the work directory.
    pub work_files: u64,
    /// Size cap of the box, bytes.
    pub box_bytes: u64,
    /// `max_run_memory`: what one sandbox may use, programs and their files together, bytes. A run's own limit has to be below it.
    pub memory_bytes: u64,
    /// What the programs of one sandbox may have in processes and threads, whatever a run asks for.
    pub processes: u32,
    /// Programs of slot `n` run as this user and group plus `n`, inside and outside. Nobody else may use these numbers.
    pub first_uid: u32,
}

impl DockerConfig {
    /// The usual image, runtime `runc`, and the caps of the native wall; 4 GiB for a sandbox.
    #[must_use]
    pub fn new() -> Self {
        Self {
            endpoint: None,
            runtime: "runc".to_owned(),
            image: USUAL_IMAGE.to_owned(),
            work_bytes: 256 << 20,
            work_files: 16_384,
            box_bytes: 512 << 20,
            memory_bytes: 4 << 30,
            processes: 1024,
            first_uid: 70_000,
        }
    }

    /// Whether programs run on the host's kernel, where the host's control groups count them.
    pub(crate) fn shares_kernel(&self) -> bool {
        !self.runtime.starts_with("runsc") && !self.runtime.starts_with("kata")
    }
}

impl Default for DockerConfig {
    fn default() -> Self {
        Self::new()
    }
}
