//! What the daemon says about our containers, as it happens: a sandbox whose container died is lost at once, not at the next
//! question.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bollard::Docker;
use bollard::query_parameters::EventsOptionsBuilder;
use futures_util::StreamExt;
use tokio::sync::watch;

use super::instance::INSTANCE;

/// Between attempts to listen again after the daemon went away.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is known of a container's end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fate {
    /// It has ended.
    pub(crate) dead: bool,
    /// The kernel killed something of it for its memory.
    pub(crate) out_of_memory: bool,
}

/// Containers somebody wants to hear of.
#[derive(Clone, Default)]
pub(crate) struct Fates(Arc<Mutex<HashMap<String, watch::Sender<Fate>>>>);

impl Fates {
    fn map(&self) -> std::sync::MutexGuard<'_, HashMap<String, watch::Sender<Fate>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on this container's end is told.
    pub(crate) fn of(&self, id: &str) -> watch::Receiver<Fate> {
        let (sender, receiver) = watch::channel(Fate::default());
        self.map().insert(id.to_owned(), sender);
        receiver
    }

    /// Nobody wants to know any more.
    pub(crate) fn forget(&self, id: &str) {
        self.map().remove(id);
    }

    fn note(&self, id: &str, change: impl FnOnce(&mut Fate)) {
        if let Some(fate) = self.map().get(id) {
            fate.send_modify(change);
        }
    }

    /// Listens for as long as the runtime lives.
    pub(crate) async fn listen(self, docker: Docker, instance: String) {
        let label = format!("{INSTANCE}={instance}");
        let filters = HashMap::from([
            ("label", vec![label.as_str()]),
            ("type", vec!["container"]),
            ("event", vec!["die", "oom"]),
        ]);
        loop {
            let options = EventsOptionsBuilder::new().filters(&filters).build();
            let mut events = Box::pin(docker.events(Some(options)));
            while let Some(Ok(event)) = events.next().await {
                let Some(id) = event.actor.and_then(|actor| actor.id) else {
                    continue;
                };
                match event.action.as_deref() {
                    Some("oom") => self.note(&id, |fate| fate.out_of_memory = true),
                    Some("die") => self.note(&id, |fate| fate.dead = true),
                    _ => {}
                }
            }
            tracing::warn!("lost Docker's events; listening again");
            tokio::time::sleep(PATIENCE).await;
        }
    }
}
