//! The image and what the judge puts beside it: its own runner, in a volume that every container sees read-only.

use bollard::Docker;
use bollard::models::{
    ContainerCreateBody, HostConfig, HostConfigLogConfig, Mount, MountType, VolumeCreateRequest,
};
use bollard::query_parameters::{
    CreateContainerOptions, DownloadFromContainerOptionsBuilder, UploadToContainerOptionsBuilder,
};
use futures_util::{StreamExt, TryStreamExt};

use super::config::DockerConfig;
use super::engine::{failed, is_absent};
use super::files;
use super::instance::{Instance, remove_container};
use crate::link::embedded;
use crate::link::faults::step;
use crate::root::Host;
use crate::sandbox::WallError;

/// Where the runner is inside.
pub(crate) const RUNNER: &str = "/gavel/runner/gavel-runner";
/// Where its volume is mounted.
pub(crate) const RUNNER_VOLUME: &str = "/gavel/runner";
/// The image's own account of its paths, written by `deploy/images/finish`.
const LISTING: &str = "/gavel/listing";

/// An image that sandboxes can be made of.
pub(crate) struct Image {
    /// Its id: the hash of all that is in it.
    pub(crate) id: String,
    /// What is in it.
    pub(crate) host: Host,
    /// The volume with the runner.
    pub(crate) volume: String,
}

fn missing(config: &DockerConfig, why: &str) -> WallError {
    WallError::Missing {
        mechanism: "the Docker image",
        reason: format!(
            "{} {why}; make it with `deploy/images/build` on this daemon and put the id it prints into `image` of the pool's \
             configuration",
            config.image
        ),
    }
}

/// Finds the image's id.
pub(crate) async fn id(docker: &Docker, config: &DockerConfig) -> Result<String, WallError> {
    match docker.inspect_image(&config.image).await {
        Ok(found) => found.id.ok_or_else(|| missing(config, "has no id")),
        Err(error) if is_absent(&error) => Err(missing(config, "is not there")),
        Err(error) => Err(failed("look for the image")(error)),
    }
}

/// Pins the image, learns what is in it, and lays the runner beside it, by means of a container that is never started.
pub(crate) async fn prepare(
    docker: &Docker,
    config: &DockerConfig,
    instance: &Instance,
) -> Result<Image, WallError> {
    let id = id(docker, config).await?;
    let volume = format!("gavel-runner-{}", instance.name());
    let request = VolumeCreateRequest {
        name: Some(volume.clone()),
        labels: Some(instance.labels()),
        ..VolumeCreateRequest::default()
    };
    docker
        .create_volume(request)
        .await
        .map_err(failed("make the runner's volume"))?;
    let body = ContainerCreateBody {
        image: Some(id.clone()),
        cmd: Some(vec![RUNNER.to_owned()]),
        labels: Some(instance.labels()),
        network_disabled: Some(true),
        host_config: Some(HostConfig {
            network_mode: Some("none".to_owned()),
            mounts: Some(vec![runner_mount(&volume, false)]),
            log_config: Some(no_log()),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    };
    let container = docker
        .create_container(None::<CreateContainerOptions>, body)
        .await
        .map_err(failed("make a container to look into the image"))?
        .id;
    let outcome = fill(docker, config, &container, &id).await;
    remove_container(docker, &container).await?;
    Ok(Image {
        id,
        host: outcome?,
        volume,
    })
}

async fn fill(
    docker: &Docker,
    config: &DockerConfig,
    container: &str,
    id: &str,
) -> Result<Host, WallError> {
    let options = DownloadFromContainerOptionsBuilder::new()
        .path(LISTING)
        .build();
    let listing: Result<Vec<u8>, _> = docker
        .download_from_container(container, Some(options))
        .map(|chunk| chunk.map(|bytes| bytes.to_vec()))
        .try_concat()
        .await;
    let listing = match listing {
        Ok(archive) => files::text(&archive).map_err(step("read the image's listing"))?,
        Err(error) if is_absent(&error) => {
            return Err(missing(
                config,
                "has no /gavel/listing, so nobody knows its languages",
            ));
        }
        Err(error) => return Err(failed("read the image's listing")(error)),
    };
    let runner =
        files::archive("gavel-runner", embedded::RUNNER).map_err(step("pack the runner"))?;
    let options = UploadToContainerOptionsBuilder::new()
        .path(RUNNER_VOLUME)
        .build();
    docker
        .upload_to_container(container, Some(options), bollard::body_full(runner.into()))
        .await
        .map_err(failed("lay the runner beside the image"))?;
    Ok(Host::of_listing(&listing, id))
}

/// The runner's volume, as a container sees it.
pub(crate) fn runner_mount(volume: &str, read_only: bool) -> Mount {
    Mount {
        target: Some(RUNNER_VOLUME.to_owned()),
        source: Some(volume.to_owned()),
        typ: Some(MountType::VOLUME),
        read_only: Some(read_only),
        ..Mount::default()
    }
}

/// Frames are not to be written to the host's disk.
pub(crate) fn no_log() -> HostConfigLogConfig {
    HostConfigLogConfig {
        typ: Some("none".to_owned()),
        config: None,
    }
}
