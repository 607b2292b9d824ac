//! All pools of this judgehost, and which of them a submission goes to.

use std::collections::HashSet;
use std::sync::Arc;

use judging::ids::UserId;

use super::selection::{Fallbacks, Needs, PoolKind, select};
use super::{PoolHandle, PoolReport};

/// The pools; cheap to clone. There is at least one.
#[derive(Clone)]
pub struct Pools {
    shared: Arc<Shared>,
}

struct Shared {
    handles: Vec<PoolHandle>,
    fallbacks: Fallbacks,
    verified_users: HashSet<UserId>,
}

/// No pool may run a submission: the chain of fallbacks ends without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no pool of kind {} is configured, nor one it may fall back to", .0.name())]
pub struct NoPool(pub PoolKind);

impl Pools {
    /// Pools with a chain of fallbacks; the first one is where slots are asked for before a submission is known.
    #[must_use]
    pub fn new(first: PoolHandle, others: Vec<PoolHandle>, fallbacks: Fallbacks) -> Self {
        let handles = std::iter::once(first).chain(others).collect();
        Self {
            shared: Arc::new(Shared {
                handles,
                fallbacks,
                verified_users: HashSet::new(),
            }),
        }
    }

    /// The same, vouching for `users`, whose submissions may go to the trusted pool. Before it is shared.
    #[must_use]
    pub fn with_verified_users(self, users: impl IntoIterator<Item = UserId>) -> Self {
        Self {
            shared: Arc::new(Shared {
                handles: self.shared.handles.clone(),
                fallbacks: self.shared.fallbacks.clone(),
                verified_users: users.into_iter().collect(),
            }),
        }
    }

    /// The pool asked first.
    #[must_use]
    pub fn first(&self) -> &PoolHandle {
        &self.shared.handles[0]
    }

    /// The pool for a submission.
    ///
    /// # Errors
    /// [`NoPool`] when none may run it.
    pub fn route(
        &self,
        user: &UserId,
        language: &str,
        memory_bytes: u64,
    ) -> Result<&PoolHandle, NoPool> {
        let wanted = select(Needs {
            verified_user: self.shared.verified_users.contains(user),
            language,
            memory_bytes,
            // A slot is one CPU whatever the pool; no submission asks for a share of one yet.
            cpu_millis: 500,
        });
        let configured: Vec<PoolKind> = self.shared.handles.iter().map(PoolHandle::kind).collect();
        let kind = self.shared.fallbacks.resolve(wanted, &configured);
        let found =
            kind.and_then(|kind| self.shared.handles.iter().find(|pool| pool.kind() == kind));
        found.ok_or(NoPool(wanted))
    }

    /// Slots of all pools.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.shared
            .handles
            .iter()
            .map(|pool| pool.slots().len())
            .sum()
    }

    /// Every pool in numbers.
    #[must_use]
    pub fn reports(&self) -> Vec<PoolReport> {
        self.shared.handles.iter().map(PoolHandle::report).collect()
    }

    /// Closes all pools and waits until their last sandboxes are destroyed.
    pub async fn shut(&self) {
        for pool in &self.shared.handles {
            pool.shut().await;
        }
    }

    /// Refuses new leases everywhere.
    pub fn close(&self) {
        self.shared.handles.iter().for_each(PoolHandle::close);
    }
}
