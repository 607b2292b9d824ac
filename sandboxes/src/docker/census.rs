//! What a daemon has of this process's, asked of the daemon and of the host, not of the wall that made it.

use std::collections::{BTreeSet, HashMap};
use std::time::{SystemTime, UNIX_EPOCH};

use bollard::Docker;
use bollard::query_parameters::{EventsOptionsBuilder, ListNetworksOptionsBuilder};
use futures_util::StreamExt;

use super::engine::{DEADLINE, Engine, failed};
use super::instance::{INSTANCE, labelled};
use crate::sandbox::WallError;

/// Containers, volumes and networks that carry the label of an instance in this process, and the host's processes that belong to
/// containers it made since a moment (the engine's own: what runs inside is looked for by its user). Blocks.
pub(crate) fn census(since: SystemTime) -> Result<BTreeSet<String>, WallError> {
    let engine = Engine::connect(None)?;
    let docker = engine.docker().clone();
    engine.wait(DEADLINE, async move {
        let mut found = things(&docker).await?;
        found.extend(processes(&made_since(&docker, since).await?));
        Ok(found)
    })?
}

fn is_ours(labels: Option<&HashMap<String, String>>) -> bool {
    let own = format!("{}-", std::process::id());
    labels
        .and_then(|labels| labels.get(INSTANCE))
        .is_some_and(|name| name.starts_with(&own))
}

async fn things(docker: &Docker) -> Result<BTreeSet<String>, WallError> {
    let (containers, volumes) = labelled(docker, INSTANCE).await?;
    let filters = HashMap::from([("label", vec![INSTANCE])]);
    let options = ListNetworksOptionsBuilder::new().filters(&filters).build();
    let networks = docker
        .list_networks(Some(options))
        .await
        .map_err(failed("list networks"))?;
    let containers = containers
        .into_iter()
        .filter(|container| is_ours(container.labels.as_ref()))
        .map(|container| format!("container {}", container.id.unwrap_or_default()));
    let volumes = volumes
        .into_iter()
        .filter(|volume| is_ours(Some(&volume.labels)))
        .map(|volume| format!("volume {}", volume.name));
    let networks = networks
        .into_iter()
        .filter(|network| is_ours(network.labels.as_ref()))
        .map(|network| format!("network {}", network.name.unwrap_or_default()));
    Ok(containers.chain(volumes).chain(networks).collect())
}

/// The ids of containers, from the daemon's memory of what it did: those that are gone, too.
async fn made_since(docker: &Docker, since: SystemTime) -> Result<Vec<String>, WallError> {
    let seconds = |moment: SystemTime| {
        let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
        format!("{}.{:09}", since.as_secs(), since.subsec_nanos())
    };
    let filters = HashMap::from([
        ("label", vec![INSTANCE]),
        ("type", vec!["container"]),
        ("event", vec!["create"]),
    ]);
    let options = EventsOptionsBuilder::new()
        .since(&seconds(since))
        .until(&seconds(SystemTime::now()))
        .filters(&filters)
        .build();
    let mut events = Box::pin(docker.events(Some(options)));
    let mut made = Vec::new();
    while let Some(event) = events.next().await {
        let event = event.map_err(failed("ask the daemon what it did"))?;
        let Some(actor) = event.actor else { continue };
        if is_ours(actor.attributes.as_ref()) {
            made.extend(actor.id);
        }
    }
    Ok(made)
}

/// What the engine runs beside a container has the container's id among its arguments.
fn processes(containers: &[String]) -> BTreeSet<String> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let command = |entry: std::fs::DirEntry| {
        let bytes = std::fs::read(entry.path().join("cmdline")).ok()?;
        let line = String::from_utf8_lossy(&bytes).replace('\0', " ");
        containers
            .iter()
            .any(|id| line.contains(id.as_str()))
            .then(|| {
                format!(
                    "process {}: {line:.200}",
                    entry.file_name().to_string_lossy()
                )
            })
    };
    entries.filter_map(command).collect()
}
