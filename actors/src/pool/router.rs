//! All pools of this judgehost, and which of them a submission goes to.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use judging::ids::UserId;
use sandboxes::languages::Catalogue;

use super::host::Host;
use super::selection::{Fallbacks, Needs, PoolKind, select};
use super::{PoolHandle, PoolReport};
use crate::toolchains::ToolchainState;

/// CPUs a submission asks for where nobody says otherwise, in thousandths: what the rule lets into the container pool.
const USUAL_CPU_MILLIS: u32 = 500;

/// How work is spread over pools.
#[derive(Clone, Debug, Default)]
pub struct Routing {
    /// Where work goes that its pool cannot take.
    pub fallbacks: Fallbacks,
    /// Users whose programs may run in the trusted pool.
    pub verified_users: HashSet<UserId>,
    /// CPUs that programs of a language ask for, in thousandths.
    pub cpu_demand: BTreeMap<String, u32>,
    /// The pool that compiles; `None`: each its own.
    pub compiler: Option<PoolKind>,
}

/// The pools; cheap to clone. There is at least one.
#[derive(Clone)]
pub struct Pools {
    shared: Arc<Shared>,
}

struct Shared {
    host: Host,
    handles: Vec<PoolHandle>,
    routing: Routing,
}

impl Pools {
    /// Pools of one machine; the first one is where work of our own is done: measuring, checking packages.
    #[must_use]
    pub fn new(host: Host, first: PoolHandle, others: Vec<PoolHandle>, routing: Routing) -> Self {
        let handles = std::iter::once(first).chain(others).collect();
        Self {
            shared: Arc::new(Shared {
                host,
                handles,
                routing,
            }),
        }
    }

    /// The pool asked first.
    #[must_use]
    pub fn first(&self) -> &PoolHandle {
        &self.shared.handles[0]
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[PoolHandle] {
        &self.shared.handles
    }

    /// The machine they share.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.shared.host
    }

    /// The pool of a kind, where there is one.
    #[must_use]
    pub fn get(&self, kind: PoolKind) -> Option<&PoolHandle> {
        self.shared.handles.iter().find(|pool| pool.kind() == kind)
    }

    /// The definitions of all languages.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        self.first().toolchains().catalogue()
    }

    /// The pool a submission should go to; without a memory limit of its own it asks for none in particular.
    #[must_use]
    pub fn wanted(&self, user: &UserId, language: &str, memory_bytes: Option<u64>) -> PoolKind {
        let routing = &self.shared.routing;
        let demand = routing.cpu_demand.get(language);
        select(Needs {
            verified_user: routing.verified_users.contains(user),
            language,
            memory_bytes: memory_bytes.unwrap_or_default(),
            cpu_millis: demand.copied().unwrap_or(USUAL_CPU_MILLIS),
        })
    }

    /// The pools that may serve `wanted`, in the order in which they are asked.
    #[must_use]
    pub fn path(&self, wanted: PoolKind) -> Vec<PoolKind> {
        self.shared.routing.fallbacks.path(wanted)
    }

    /// The kinds of work that `pool` serves now. Work that nobody may serve goes to the first pool, which says so.
    #[must_use]
    pub fn served_by(&self, pool: PoolKind) -> Vec<PoolKind> {
        let state = |kind| self.get(kind).map(PoolHandle::works);
        let kinds = [PoolKind::Container, PoolKind::Microvm, PoolKind::Trusted];
        let server = |kind| {
            let resolved = self.shared.routing.fallbacks.resolve(kind, state);
            resolved.unwrap_or(self.first().kind())
        };
        kinds
            .into_iter()
            .filter(|kind| server(*kind) == pool)
            .collect()
    }

    /// The pool that compiles for `pool`, where that is another one.
    #[must_use]
    pub fn compiler_for(&self, pool: PoolKind) -> Option<&PoolHandle> {
        let kind = self.shared.routing.compiler.filter(|kind| *kind != pool)?;
        self.get(kind).filter(|compiler| compiler.works())
    }

    /// The state of a language over all pools: the best one, since work goes where it is.
    #[must_use]
    pub fn language(&self, name: &str) -> Option<ToolchainState> {
        let states = self
            .all()
            .iter()
            .filter_map(|pool| pool.toolchains().state(name));
        states
            .map(|(_, state)| state)
            .min_by_key(|state| match state {
                ToolchainState::On { .. } => 0,
                ToolchainState::Testing => 1,
                ToolchainState::Off { .. } => 2,
            })
    }

    /// Slots of all pools.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.all().iter().map(|pool| pool.slots().len()).sum()
    }

    /// Every pool in numbers.
    #[must_use]
    pub fn reports(&self) -> Vec<PoolReport> {
        self.all().iter().map(PoolHandle::report).collect()
    }

    /// Closes all pools and waits until their last sandboxes are destroyed.
    pub async fn shut(&self) {
        for pool in self.all() {
            pool.shut().await;
        }
    }

    /// Refuses new leases everywhere.
    pub fn close(&self) {
        self.all().iter().for_each(PoolHandle::close);
    }
}
