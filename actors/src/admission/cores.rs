//! The rules together: one decision over bucket, quota, breakers and load. Pure: moments are arguments.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use judging::ids::{TenantId, Timestamp, UserId};
use judging::submissions::Submission;

use super::config::AdmissionConfig;
use super::fairness::goes_direct;
use super::gate::{Admitted, Client, Rule, STORE_BREAKER};
use super::load::Load;
use super::quota::{QuotaLimits, QuotaLog, QuotaWindow};
use super::refusal::Refusal;
use super::shedding::Shedding;
use super::token_bucket::TokenBucket;
use crate::breaker::Breaker;

pub(super) type PerUser<T> = HashMap<TenantId, HashMap<UserId, T>>;

#[derive(Default)]
pub(super) struct Cores {
    pub(super) buckets: PerUser<TokenBucket>,
    pub(super) ips: HashMap<IpAddr, TokenBucket>,
    pub(super) quotas: PerUser<QuotaLog>,
    pub(super) remembered: usize,
    pub(super) shedding: Shedding,
    pub(super) breakers: HashMap<String, Breaker>,
    pub(super) load: Load,
}

/// One moment on both clocks.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub(super) now: Duration,
    pub(super) wall: Timestamp,
}

pub(super) fn of_user<'a, T>(
    map: &'a mut PerUser<T>,
    tenant: &TenantId,
    user: &UserId,
) -> Option<&'a mut T> {
    map.get_mut(tenant)?.get_mut(user)
}

impl Cores {
    pub(super) fn decide(
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

    pub(super) fn forget_idle(&mut self, now: Duration, wall: Timestamp) {
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
