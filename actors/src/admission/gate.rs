//! The synchronous check on the hot path: pure cores under one short lock.
//!
//! **Invariants**: every check looks first and takes only when all agree, so a refused request costs its sender nothing; the answer
//! to "when?" is the longest of all waits, so that the same request passes then. Nothing blocks under the lock.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use judging::events::{Event, Sequenced};
use judging::ids::{SubmissionId, TenantId, Timestamp, UserId};
use judging::submissions::{Priority, Submission};
use parking_lot::Mutex;
use serde::Serialize;

use super::config::AdmissionConfig;
use super::fairness::goes_direct;
use super::load::Load;
use super::quota::{QuotaLimits, QuotaLog, QuotaWindow};
use super::refusal::Refusal;
use super::shedding::Shedding;
use super::token_bucket::{BucketLimits, TokenBucket};
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
    fn or(self, default: T) -> Option<T> {
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

type PerUser<T> = HashMap<TenantId, HashMap<UserId, T>>;

#[derive(Default)]
struct Cores {
    buckets: PerUser<TokenBucket>,
    ips: HashMap<IpAddr, TokenBucket>,
    quotas: PerUser<QuotaLog>,
    remembered: usize,
    shedding: Shedding,
    breakers: HashMap<String, Breaker>,
    load: Load,
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
        self.cores.lock().load.reconcile(pending, ON_ITS_WAY, now);
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

/// One moment on both clocks.
#[derive(Clone, Copy)]
struct Moment {
    now: Duration,
    wall: Timestamp,
}

fn label(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "low",
        Priority::Normal => "normal",
        Priority::High => "high",
    }
}

fn of_user<'a, T>(map: &'a mut PerUser<T>, tenant: &TenantId, user: &UserId) -> Option<&'a mut T> {
    map.get_mut(tenant)?.get_mut(user)
}

impl Cores {
    fn decide(
        &mut self,
        config: &AdmissionConfig,
        submission: &Submission,
        client: &Client,
        quota: Option<&QuotaLimits>,
        at: Moment,
    ) -> Result<Admitted, Refusal> {
        let mut refusals = Vec::new();
        refusals.extend(self.check_buckets(config, submission, client, at.now));
        refusals.extend(quota.and_then(|limits| self.check_quota(submission, limits, at.wall)));
        refusals.extend(self.check_breakers(client, at.now));
        refusals.extend(self.check_load(config, submission, client));
        if let Some(longest) = refusals
            .iter()
            .filter_map(|refusal| refusal.retry_after)
            .max()
        {
            let mut first = refusals.swap_remove(0);
            first.retry_after = Some(longest);
            return Err(first);
        }
        self.take(config, submission, client, at)
    }

    fn check_buckets(
        &self,
        config: &AdmissionConfig,
        submission: &Submission,
        client: &Client,
        now: Duration,
    ) -> Option<Refusal> {
        let of_user = self
            .buckets
            .get(&submission.tenant)
            .and_then(|of| of.get(&submission.user));
        let user = client
            .bucket
            .or(config.user_bucket)
            .and_then(|limits| of_user?.wait(&limits, now));
        let of_ip = client.ip.and_then(|ip| self.ips.get(&ip));
        let ip = client
            .bucket
            .or(config.ip_bucket)
            .and_then(|limits| of_ip?.wait(&limits, now));
        match (user, ip) {
            (Some(wait), other) => {
                let wait = other.map_or(wait, |other| other.max(wait));
                Some(Refusal::too_many(
                    "rate_limited",
                    "You are submitting too fast.",
                    wait,
                ))
            }
            (None, Some(wait)) => Some(Refusal::too_many(
                "rate_limited_address",
                "Too many submissions come from your address.",
                wait,
            )),
            (None, None) => None,
        }
    }

    fn check_quota(
        &self,
        submission: &Submission,
        limits: &QuotaLimits,
        wall: Timestamp,
    ) -> Option<Refusal> {
        let log = self.quotas.get(&submission.tenant)?.get(&submission.user)?;
        let (wait, window) = log.wait(limits, wall)?;
        Some(match window {
            QuotaWindow::Minute => {
                let message = format!(
                    "Your quota is {} submissions per minute.",
                    limits.per_minute
                );
                Refusal::too_many("quota_minute", message, wait)
            }
            QuotaWindow::Day => {
                let message = format!("Your quota is {} submissions per day.", limits.per_day);
                Refusal::too_many("quota_day", message, wait)
            }
        })
    }

    fn check_breakers(&self, client: &Client, now: Duration) -> Option<Refusal> {
        let names =
            std::iter::once(STORE_BREAKER).chain(client.breakers.iter().map(String::as_str));
        let waits = names.filter_map(|name| Some((name, self.breakers.get(name)?.wait(now)?)));
        let (name, wait) = waits.max_by_key(|(_, wait)| *wait)?;
        Some(if name == STORE_BREAKER {
            Refusal::unavailable(
                "store_unavailable",
                "The store fails; submissions are not taken for the moment.",
                wait,
            )
        } else {
            Refusal::unavailable(
                "wall_unavailable",
                "The sandboxes for this submission fail for the moment.",
                wait,
            )
        })
    }

    fn check_load(
        &mut self,
        config: &AdmissionConfig,
        submission: &Submission,
        client: &Client,
    ) -> Option<Refusal> {
        const UNMEASURED: Duration = Duration::from_secs(30);
        let waiting = self.load.waiting(&submission.tenant);
        self.shedding.follow(&config.shedding, waiting.total);
        if self
            .shedding
            .refuses(&config.shedding, submission.priority, waiting)
        {
            let surplus = waiting.total.saturating_sub(config.shedding.low_water) + 1;
            let wait = self
                .load
                .drain
                .time_for(surplus)
                .unwrap_or(UNMEASURED)
                .max(Duration::from_secs(1));
            return Some(Refusal::unavailable(
                "overloaded",
                "Too many submissions wait already.",
                wait,
            ));
        }
        let bound = Duration::from_secs_f64(config.run_wait_seconds.clamp(0.0, 86_400.0));
        let expected = self.load.drain.time_for(waiting.total)?;
        let excess = expected
            .checked_sub(bound)
            .filter(|excess| client.is_run && !excess.is_zero())?;
        let message = format!(
            "The expected wait is {} s, longer than a run is worth.",
            expected.as_secs()
        );
        Some(Refusal::unavailable("wait_too_long", message, excess))
    }

    fn take(
        &mut self,
        config: &AdmissionConfig,
        submission: &Submission,
        client: &Client,
        at: Moment,
    ) -> Result<Admitted, Refusal> {
        if self.remembered >= config.remembered_clients {
            self.forget_idle(at.now, at.wall);
            if self.remembered >= config.remembered_clients {
                let wait = Duration::from_secs(5);
                return Err(Refusal::unavailable(
                    "too_many_clients",
                    "Too many clients are active at once.",
                    wait,
                ));
            }
        }
        if let Some(limits) = client.bucket.or(config.user_bucket) {
            let of_tenant = self.buckets.entry(submission.tenant.clone()).or_default();
            let bucket = of_tenant.entry(submission.user.clone()).or_insert_with(|| {
                self.remembered += 1;
                TokenBucket::default()
            });
            bucket.take(&limits, at.now);
        }
        if let (Some(limits), Some(ip)) = (client.bucket.or(config.ip_bucket), client.ip) {
            let bucket = self.ips.entry(ip).or_insert_with(|| {
                self.remembered += 1;
                TokenBucket::default()
            });
            bucket.take(&limits, at.now);
        }
        if client.quota != Rule::Off
            && let Some(log) = of_user(&mut self.quotas, &submission.tenant, &submission.user)
        {
            log.take(at.wall);
        }
        for name in std::iter::once(STORE_BREAKER).chain(client.breakers.iter().map(String::as_str))
        {
            if let Some(breaker) = self.breakers.get_mut(name) {
                breaker.enter(at.now);
            }
        }
        let waiting = self.load.waiting(&submission.tenant);
        let deferred = !goes_direct(&config.fairness, waiting.of_tenant, waiting.total);
        self.load.add(
            submission.id,
            &submission.tenant,
            submission.priority,
            at.now,
        );
        Ok(Admitted { deferred })
    }

    fn forget_idle(&mut self, now: Duration, wall: Timestamp) {
        for of_tenant in self.buckets.values_mut() {
            of_tenant.retain(|_, bucket| !bucket.is_full(now));
        }
        self.buckets.retain(|_, of_tenant| !of_tenant.is_empty());
        for of_tenant in self.quotas.values_mut() {
            of_tenant.retain(|_, log| !log.is_idle(wall));
        }
        self.quotas.retain(|_, of_tenant| !of_tenant.is_empty());
        self.ips.retain(|_, bucket| !bucket.is_full(now));
        self.remembered = self.ips.len() + self.buckets.values().map(HashMap::len).sum::<usize>();
    }
}
