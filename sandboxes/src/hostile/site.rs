//! Where crimes are committed: a wall, its slot, its languages, and how much of it the host can see.

use std::collections::HashMap;
use std::sync::Arc;

use crate::languages::{Catalogue, LanguageState, Toolchain, self_test};
use crate::root::Host;
use crate::sandbox::{Slot, Wall};

/// The languages that work behind a wall, and why others do not.
#[derive(Clone, Default)]
pub struct Toolchains(HashMap<String, Result<Arc<Toolchain>, String>>);

impl Toolchains {
    /// Tries these languages out behind `wall`.
    pub async fn of<'a>(
        wall: &dyn Wall,
        slot: Slot,
        host: &Host,
        catalogue: &Catalogue,
        languages: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut found = Self::default();
        for id in languages {
            if found.0.contains_key(id) {
                continue;
            }
            let state = match catalogue.get(id) {
                Some(language) => self_test(language, host, wall, slot).await,
                None => LanguageState::Off {
                    reason: "no such language".to_owned(),
                },
            };
            let state = match state {
                LanguageState::On { toolchain, .. } => Ok(toolchain),
                LanguageState::Off { reason } => Err(reason),
            };
            found.0.insert(id.to_owned(), state);
        }
        found
    }

    /// A language, or why it is off.
    ///
    /// # Errors
    /// The reason, in words.
    pub fn get(&self, id: &str) -> Result<&Arc<Toolchain>, String> {
        match self.0.get(id) {
            Some(Ok(toolchain)) => Ok(toolchain),
            Some(Err(reason)) => Err(reason.clone()),
            None => Err("it was not tried out".to_owned()),
        }
    }
}

/// What of a wall's programs the host can see for itself. Everything else is looked at from inside.
#[derive(Clone, Copy, Debug, Default)]
pub struct HostView {
    /// The user that programs of the slot have on the host.
    pub uid: Option<u32>,
    /// Control groups below `gavel/` that are named after this process are the wall's.
    pub groups: bool,
    /// The runner's keepers are children of this process.
    pub keepers: bool,
    /// The user of the slot's virtual machines.
    pub machines: Option<u32>,
    /// Containers, volumes and networks of a Docker daemon's that carry this process's label are the wall's.
    pub containers: bool,
}

impl HostView {
    /// Whose processes there must be none of when the slot's sandbox is gone.
    pub(super) fn anybody(self) -> Option<u32> {
        self.uid.or(self.machines)
    }
}

/// One wall to hold crimes against.
#[derive(Clone)]
pub struct Site {
    /// `native`, `docker/runc`, ...
    pub name: String,
    /// The wall.
    pub wall: Arc<dyn Wall>,
    /// The slot whose sandboxes are used.
    pub slot: Slot,
    /// The languages behind it.
    pub toolchains: Toolchains,
    /// What the host sees of it.
    pub host: HostView,
    /// Whether CPU limits are enforced to the millisecond there.
    pub is_prompt: bool,
    /// Whether memory is counted for the whole group and never exceeds the limit.
    pub is_exact: bool,
    /// How much slower than the host programs run there; limits of time are multiplied with it.
    pub slowness: u32,
    /// Where programs are compiled that are hostile only when they run, if compilers of the same version are there; else here.
    pub compiles: Option<Arc<Site>>,
}

impl Site {
    /// Where a program is compiled, and with what.
    pub(super) fn maker<'a>(
        &'a self,
        toolchain: &'a Arc<Toolchain>,
    ) -> (&'a Self, &'a Arc<Toolchain>) {
        if let Some(site) = &self.compiles
            && let Ok(theirs) = site.toolchains.get(&toolchain.language().id)
            && (theirs.version(), theirs.variant()) == (toolchain.version(), toolchain.variant())
        {
            return (site, theirs);
        }
        (self, toolchain)
    }
}
