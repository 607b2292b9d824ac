//! The synchronous check on the hot path: pure cores under one short lock.
//!
//! **Invariants**: every check looks first and takes only when all agree, so a refused request costs its sender nothing; the answer
//! to "when?" is the longest of all waits, so that the same request passes then. Nothing blocks under the lock.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use judging::events::{Event, Sequenced};
use judging::ids::{SubmissionId, TenantId, Timestamp, UserId};
use judging::submissions::{Priority, Submission};
use parking_lot::Mutex;
use serde::Serialize;

use super::config::AdmissionConfig;
use super::cores::{Cores, Moment, of_user};
use super::quota::{QuotaLimits, QuotaLog};
use super::refusal::Refusal;
use super::token_bucket::BucketLimits;
use crate::breaker::{Breaker, BreakerState};
use crate::clock::Clock;
use crate::store::{PendingJudgement, Store};

/// The breaker of the store.
pub const STORE_BREAKER: &str = "store";

/// Which limits apply to a client.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Rule<T> {
    /// Those of the configuration.
    #[default]
    Default,
    /// None.
    Off,
    /// These.
    Custom(T),
}

impl<T: Copy> Rule<T> {
    pub(super) fn or(self, default: T) -> Option<T> {
        match self {
            Self::Default => Some(default),
            Self::Off => None,
            Self::Custom(own) => Some(own),
        }
    }
}

/// Who asks, and what the edges know of it. Tenant and user are in the submission.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// The peer's address; `None` where it means nobody, as on loopback with users behind it.
    pub ip: Option<IpAddr>,
    /// Buckets of user and address.
    pub bucket: Rule<BucketLimits>,
    /// Quota of the user.
    pub quota: Rule<QuotaLimits>,
    /// Whether somebody waits in front of the screen, so that an answer after the bound is worth nothing.
    pub is_run: bool,
    /// Breakers besides the store's that must be closed: those of the walls that can serve it.
    pub breakers: Vec<String>,
}

/// What an admitted submission is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// Whether its tenant is over its share, so that others go first where work is scheduled by share.
    pub deferred: bool,
}

/// What the gate must know to give back what it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub(super) submission: SubmissionId,
    tenant: TenantId,
    user: UserId,
}

impl Ticket {
    /// The ticket of a submission.
    #[must_use]
    pub fn of(submission: &Submission) -> Self {
        Self {
            submission: submission.id,
            tenant: submission.tenant.clone(),
            user: submission.user.clone(),
        }
    }
}

/// How something behind a breaker went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It worked.
    Succeeded,
    /// It failed by itself, not because of what it was asked.
    Failed,
}

/// The state of admission, for `GET /api/v1/system`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GateStatus {
    /// Accepted and without a verdict.
    pub outstanding: usize,
    /// Tenants that have something outstanding.
    pub tenants: usize,
    /// Whether load is shed.
    pub shedding: bool,
    /// Verdicts per busy second.
    pub drain_per_second: Option<f64>,
    /// Breakers by name.
    pub breakers: Vec<(String, BreakerState)>,
}

/// The gate.
pub struct AdmissionGate {
    config: AdmissionConfig,
    clock: Arc<dyn Clock>,
    store: Store,
    cores: Mutex<Cores>,
}

impl AdmissionGate {
    /// A gate whose outstanding work is what the store says is pending.
    pub fn new(config: AdmissionConfig, store: &Store, clock: Arc<dyn Clock>) -> Self {
        let gate = Self {
            config,
            clock,
            store: store.clone(),
            cores: Mutex::default(),
        };
        gate.reconcile();
        gate
    }

    /// The numbers it works with.
    #[must_use]
    pub fn config(&self) -> &AdmissionConfig {
        &self.config
    }

    /// Checks and, when everything agrees, takes: the tokens, the quota, a place among the outstanding. The caller then appends,
    /// and calls [`AdmissionGate::cancel`] if that fails for certain.
    ///
    /// # Errors
    /// The [`Refusal`] for the client.
    pub fn check(&self, submission: &Submission, client: &Client) -> Result<Admitted, Refusal> {
        let quota = client.quota.or(self.config.quota);
        if quota.is_some() {
            self.recall(submission);
        }
        let moment = Moment {
            now: self.clock.monotonic(),
            wall: self.clock.now(),
        };
        let mut cores = self.cores.lock();
        let verdict = cores.decide(&self.config, submission, client, quota.as_ref(), moment);
        drop(cores);
        match &verdict {
            Ok(admitted) => {
                let deferred = if admitted.deferred { "yes" } else { "no" };
                metrics::counter!("gavel_admitted_total", "priority" => label(submission.priority), "deferred" => deferred)
                    .increment(1);
            }
            Err(refusal) => {
                metrics::counter!("gavel_refused_total", "code" => refusal.code, "priority" => label(submission.priority))
                    .increment(1);
            }
        }
        verdict
    }

    /// Reads a user's last day from the store when it is not in memory: quotas outlive the process.
    fn recall(&self, submission: &Submission) {
        let known = |cores: &Cores| {
            cores
                .quotas
                .get(&submission.tenant)
                .is_some_and(|of| of.contains_key(&submission.user))
        };
        if known(&self.cores.lock()) {
            return;
        }
        let since = Timestamp(self.clock.now().0.saturating_sub(24 * 3600 * 1000));
        let limit = usize::try_from(self.config.quota.per_day)
            .unwrap_or(0)
            .max(64);
        // A store that cannot be read must not refuse by quota; its breaker does its own work.
        let times = self
            .store
            .received_since(&submission.tenant, &submission.user, since, limit)
            .unwrap_or_default();
        let mut cores = self.cores.lock();
        if !known(&cores) {
            let of_tenant = cores.quotas.entry(submission.tenant.clone()).or_default();
            of_tenant.insert(submission.user.clone(), QuotaLog::from_times(times));
        }
    }

    /// Gives back what [`AdmissionGate::check`] took, for a submission that certainly was not stored.
    pub fn cancel(&self, ticket: &Ticket, client: &Client) {
        let now = self.clock.monotonic();
        let mut cores = self.cores.lock();
        cores.load.remove(ticket.submission, now);
        if let Some(limits) = client.bucket.or(self.config.user_bucket)
            && let Some(bucket) = of_user(&mut cores.buckets, &ticket.tenant, &ticket.user)
        {
            bucket.give_back(&limits);
        }
        if let Some(limits) = client.bucket.or(self.config.ip_bucket)
            && let Some(bucket) = client.ip.and_then(|ip| cores.ips.get_mut(&ip))
        {
            bucket.give_back(&limits);
        }
        if client.quota != Rule::Off
            && let Some(log) = of_user(&mut cores.quotas, &ticket.tenant, &ticket.user)
        {
            log.give_back();
        }
    }

    /// Feeds a breaker: [`STORE_BREAKER`], or one of your own name (bounded by what the configuration names: walls, webhooks).
    pub fn report(&self, breaker: &str, outcome: Outcome) {
        let now = self.clock.monotonic();
        let mut cores = self.cores.lock();
        if outcome == Outcome::Succeeded && !cores.breakers.contains_key(breaker) {
            return;
        }
        let config = self.config.breaker;
        let core = cores
            .breakers
            .entry(breaker.to_owned())
            .or_insert_with(|| Breaker::new(config));
        let before = core.state(now);
        match outcome {
            Outcome::Succeeded => core.succeeded(),
            Outcome::Failed => core.failed(now),
        }
        let after = core.state(now);
        drop(cores);
        if before != after {
            tracing::warn!(breaker, ?before, ?after, "circuit breaker changed");
            metrics::counter!("gavel_breaker_changes_total", "breaker" => breaker.to_owned())
                .increment(1);
        }
    }

    /// How long until a breaker lets something through; `None` when it does now.
    #[must_use]
    pub fn breaker_wait(&self, breaker: &str) -> Option<Duration> {
        let now = self.clock.monotonic();
        self.cores
            .lock()
            .breakers
            .get(breaker)
            .and_then(|core| core.wait(now))
    }

    /// Follows the log: what was accepted anywhere is outstanding until its verdict.
    pub fn observe(&self, events: &[Arc<Sequenced>]) {
        let now = self.clock.monotonic();
        let mut cores = self.cores.lock();
        for event in events {
            match &event.event {
                Event::SubmissionAccepted(one) => {
                    cores.load.add(one.id, &one.tenant, one.priority, now)
                }
                Event::Judged(report) => {
                    if cores.load.remove(report.judgement.submission, now) {
                        cores.load.drain.verdict(now);
                    }
                }
                Event::JudgingStarted { .. } | Event::Compiled { .. } | Event::RunJudged { .. } => {
                }
            }
        }
    }

    /// Takes over what the store says is pending; heals every count that a lost answer or a panic left wrong.
    pub fn reconcile(&self) {
        match self.store.pending() {
            Ok(pending) => self.take_over(&pending),
            Err(error) => tracing::warn!(%error, "failed to read what is pending"),
        }
    }

    fn take_over(&self, pending: &[PendingJudgement]) {
        const ON_ITS_WAY: Duration = Duration::from_secs(10);
        let now = self.clock.monotonic();
        // Outside the lock, which every request takes: there may be some hundred thousand.
        let owed = pending.iter().map(|one| one.judgement.submission).collect();
        let mut cores = self.cores.lock();
        cores.load.reconcile(pending, &owed, ON_ITS_WAY, now);
    }

    /// Forgets full buckets and idle users, follows the hysteresis, reports gauges. Called by the clockwork of the actor.
    pub fn tick(&self) {
        let (now, wall) = (self.clock.monotonic(), self.clock.now());
        let mut cores = self.cores.lock();
        cores.forget_idle(now, wall);
        let total = cores.load.total();
        let shedding = cores.shedding.follow(&self.config.shedding, total);
        for priority in [Priority::High, Priority::Normal, Priority::Low] {
            let count = cores.load.of_priority(priority) as f64;
            metrics::gauge!("gavel_outstanding", "priority" => label(priority)).set(count);
        }
        metrics::gauge!("gavel_shedding").set(f64::from(u8::from(shedding)));
        metrics::gauge!("gavel_admission_clients").set(cores.remembered as f64);
        metrics::gauge!("gavel_drain_per_second").set(cores.load.drain.per_second().unwrap_or(0.0));
        for (name, breaker) in &cores.breakers {
            let open = breaker.state(now) != BreakerState::Closed;
            metrics::gauge!("gavel_breaker_open", "breaker" => name.clone())
                .set(f64::from(u8::from(open)));
        }
    }

    /// What it knows.
    #[must_use]
    pub fn status(&self) -> GateStatus {
        let now = self.clock.monotonic();
        let cores = self.cores.lock();
        let mut breakers: Vec<_> = cores
            .breakers
            .iter()
            .map(|(name, core)| (name.clone(), core.state(now)))
            .collect();
        breakers.sort_by(|one, other| one.0.cmp(&other.0));
        GateStatus {
            outstanding: cores.load.total(),
            tenants: cores.load.tenants(),
            shedding: cores.shedding.is_active(),
            drain_per_second: cores.load.drain.per_second(),
            breakers,
        }
    }
}

fn label(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "low",
        Priority::Normal => "normal",
        Priority::High => "high",
    }
}
