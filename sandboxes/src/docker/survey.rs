//! What Docker has to offer, for a person who asks.

use super::config::DockerConfig;
use super::engine::{DEADLINE, Engine, failed};
use super::image;
use crate::sandbox::WallError;

/// A daemon that answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// The daemon's version.
    pub version: String,
    /// The runtimes it knows, sorted.
    pub runtimes: Vec<String>,
    /// `1` or `2`: the version of control groups it uses.
    pub cgroups: String,
    /// The id of the configured image, or why it cannot be used.
    pub image: Result<String, String>,
}

/// Asks the daemon of a configuration. Blocks.
///
/// # Errors
/// [`WallError::Missing`] when no daemon answers; the message says what to do.
pub fn survey(config: &DockerConfig) -> Result<Survey, WallError> {
    let engine = Engine::connect(config.endpoint.as_deref())?;
    let docker = engine.docker().clone();
    let config = config.clone();
    engine.wait(DEADLINE, async move {
        let version = docker
            .version()
            .await
            .map_err(failed("ask for the daemon's version"))?;
        let info = docker
            .info()
            .await
            .map_err(failed("ask what the daemon has"))?;
        let mut runtimes: Vec<_> = info.runtimes.unwrap_or_default().into_keys().collect();
        runtimes.sort_unstable();
        Ok(Survey {
            version: version.version.unwrap_or_default(),
            runtimes,
            cgroups: info
                .cgroup_version
                .map_or_else(|| "1".to_owned(), |version| version.to_string()),
            image: image::id(&docker, &config)
                .await
                .map_err(|error| error.to_string()),
        })
    })?
}
