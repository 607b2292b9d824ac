//! What is outstanding: accepted and without a verdict, by priority and tenant. Counts reservations too, so that a burst that is
//! not durable yet is seen by the next request.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use judging::ids::{SubmissionId, TenantId};
use judging::submissions::Priority;

use super::drain::DrainRate;
use super::shedding::Waiting;
use crate::store::PendingJudgement;

struct Member {
    tenant: TenantId,
    priority: Priority,
    added_at: Duration,
}

/// The outstanding submissions.
#[derive(Default)]
pub(super) struct Load {
    members: HashMap<SubmissionId, Member>,
    tenants: HashMap<TenantId, usize>,
    low: usize,
    normal: usize,
    high: usize,
    pub(super) drain: DrainRate,
}

impl Load {
    pub(super) fn total(&self) -> usize {
        self.members.len()
    }

    pub(super) fn tenants(&self) -> usize {
        self.tenants.len()
    }

    pub(super) fn of_priority(&self, priority: Priority) -> usize {
        match priority {
            Priority::Low => self.low,
            Priority::Normal => self.normal,
            Priority::High => self.high,
        }
    }

    /// What waits, as a submission of `tenant` arrives. The arriving tenant counts even with nothing waiting.
    pub(super) fn waiting(&self, tenant: &TenantId) -> Waiting {
        let of_tenant = self.tenants.get(tenant).copied();
        let tenants = self.tenants.len() + usize::from(of_tenant.is_none());
        Waiting {
            total: self.total(),
            low: self.low,
            of_tenant: of_tenant.unwrap_or(0),
            tenants,
        }
    }

    fn slot(&mut self, priority: Priority) -> &mut usize {
        match priority {
            Priority::Low => &mut self.low,
            Priority::Normal => &mut self.normal,
            Priority::High => &mut self.high,
        }
    }

    /// Adds a submission; one that is known stays as it is.
    pub(super) fn add(
        &mut self,
        id: SubmissionId,
        tenant: &TenantId,
        priority: Priority,
        now: Duration,
    ) {
        if self.members.contains_key(&id) {
            return;
        }
        self.members.insert(
            id,
            Member {
                tenant: tenant.clone(),
                priority,
                added_at: now,
            },
        );
        match self.tenants.get_mut(tenant) {
            Some(count) => *count += 1,
            None => drop(self.tenants.insert(tenant.clone(), 1)),
        }
        *self.slot(priority) += 1;
        self.drain.outstanding(self.total(), now);
    }

    /// Takes a submission out; says whether it was there.
    pub(super) fn remove(&mut self, id: SubmissionId, now: Duration) -> bool {
        let Some(member) = self.members.remove(&id) else {
            return false;
        };
        if let Some(count) = self.tenants.get_mut(&member.tenant) {
            *count -= 1;
            if *count == 0 {
                self.tenants.remove(&member.tenant);
            }
        }
        *self.slot(member.priority) -= 1;
        self.drain.outstanding(self.total(), now);
        true
    }

    /// Takes over what the store says is pending; `owed` names the same submissions. What is younger than `patience` is kept: it
    /// may be on its way, or newer than what the store said.
    pub(super) fn reconcile(
        &mut self,
        pending: &[PendingJudgement],
        owed: &HashSet<SubmissionId>,
        patience: Duration,
        now: Duration,
    ) {
        let young = |member: &Member| now.saturating_sub(member.added_at) < patience;
        let gone = self
            .members
            .iter()
            .filter(|(id, member)| !young(member) && !owed.contains(id));
        for id in gone.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.remove(id, now);
        }
        for one in pending {
            self.add(one.judgement.submission, &one.tenant, one.priority, now);
        }
    }
}
