//! Values that have the right form and still cannot be meant.

use super::check_pools;
use super::machine::Machine;
use super::model::{Config, is_factor};

/// Every such value: its key, and what is wrong.
pub(crate) fn problems(config: &Config, machine: &Machine) -> Vec<(String, String)> {
    let mut found = Found::default();
    http(config, &mut found);
    websocket(config, &mut found);
    admission(config, &mut found);
    found.must(
        is_factor(config.judging.time_factor),
        "judging.time_factor",
        "between 0.01 and 1000",
    );
    found.must(
        config.judging.factors().is_some(),
        "judging.language_factors",
        "LANGUAGE=FACTOR, the factor between 0.01 and 1000",
    );
    check_pools::pools(&config.pools, machine, &mut found);
    found.must(
        config.store.cache.0 >= 1 << 20,
        "store.cache",
        "at least 1MiB",
    );
    found.must(
        config.retention.every_seconds >= 1,
        "retention.every_seconds",
        "at least 1",
    );
    found.0
}

/// What was found so far.
#[derive(Default)]
pub(super) struct Found(pub(super) Vec<(String, String)>);

impl Found {
    /// Notes `problem` of `key` unless something holds.
    pub(super) fn must(&mut self, holds: bool, key: &str, problem: &str) {
        if !holds {
            self.0.push((key.to_owned(), problem.to_owned()));
        }
    }

    /// Notes a problem.
    pub(super) fn add(&mut self, key: String, problem: String) {
        self.0.push((key, problem));
    }
}

fn http(config: &Config, found: &mut Found) {
    let http = &config.http;
    found.must(
        http.listen.ip().is_loopback(),
        "http.listen",
        "only loopback addresses are allowed until access control exists: anyone who can connect may run programs here",
    );
    found.must(http.workers <= 256, "http.workers", "at most 256");
    found.must(
        http.max_connections >= 1,
        "http.max_connections",
        "at least 1",
    );
    let files = (1..=64).contains(&http.max_files);
    found.must(files, "http.max_files", "between 1 and 64");
    found.must(
        http.max_source.0 >= 1,
        "http.max_source",
        "at least one byte",
    );
    let room = http.max_body >= http.max_source;
    found.must(
        room,
        "http.max_body",
        "must not be smaller than http.max_source",
    );
    let origins = http.allowed_origins.iter().all(|origin| is_origin(origin));
    found.must(
        origins,
        "http.allowed_origins",
        "an origin is scheme://host[:port], nothing after it",
    );
}

fn websocket(config: &Config, found: &mut Found) {
    let websocket = &config.websocket;
    found.must(
        websocket.max_sessions >= 1,
        "websocket.max_sessions",
        "at least 1",
    );
    found.must(
        websocket.max_frame.0 >= 256,
        "websocket.max_frame",
        "at least 256 bytes",
    );
    found.must(
        websocket.inbound_burst >= 1,
        "websocket.inbound_burst",
        "at least 1",
    );
    found.must(
        websocket.inbound_per_second >= 1,
        "websocket.inbound_per_second",
        "at least 1",
    );
    found.must(
        !websocket.ping_interval.0.is_zero(),
        "websocket.ping_interval",
        "more than zero",
    );
    found.must(
        !websocket.user_timeout.0.is_zero(),
        "websocket.user_timeout",
        "more than zero",
    );
}

fn admission(config: &Config, found: &mut Found) {
    let admission = &config.admission;
    for (bucket, burst, refill) in [
        (
            admission.user_bucket,
            "admission.user_bucket.burst",
            "admission.user_bucket.refill_per_second",
        ),
        (
            admission.ip_bucket,
            "admission.ip_bucket.burst",
            "admission.ip_bucket.refill_per_second",
        ),
    ] {
        found.must(bucket.burst >= 1, burst, "at least 1");
        let refills = bucket.refill_per_second.is_finite() && bucket.refill_per_second > 0.0;
        found.must(refills, refill, "more than zero");
    }
    let ordered = admission.shedding.low_water < admission.shedding.high_water;
    found.must(
        ordered,
        "admission.shedding.low_water",
        "must be smaller than admission.shedding.high_water",
    );
    found.must(
        admission.breaker.failures >= 1,
        "admission.breaker.failures",
        "at least 1",
    );
    found.must(
        admission.remembered_clients >= 1,
        "admission.remembered_clients",
        "at least 1",
    );
}

fn is_origin(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, rest)| {
        !scheme.is_empty() && !rest.is_empty() && !rest.contains(['/', '?', '#', ' ', '*'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: impl FnOnce(&mut Config), expected: &[&str]) {
        let mut config = Config::default();
        change(&mut config);
        let found = problems(&config, &Machine::of(8 << 30, 2));
        let keys: Vec<String> = found.into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, expected);
    }

    #[test]
    fn the_defaults_are_sound() {
        check(|_| (), &[]);
    }

    #[test]
    fn only_loopback_is_bound() {
        for address in [
            "0.0.0.0:80",
            "192.168.1.4:8080",
            "[::]:8080",
            "[2001:db8::1]:80",
        ] {
            check(
                |config| config.http.listen = address.parse().unwrap(),
                &["http.listen"],
            );
        }
        for address in ["127.0.0.1:0", "127.8.8.8:8080", "[::1]:8080"] {
            check(|config| config.http.listen = address.parse().unwrap(), &[]);
        }
    }

    #[test]
    fn numbers_that_contradict_each_other_are_all_named() {
        check(
            |config| {
                config.admission.shedding.low_water = 2_000;
                config.http.max_body = super::super::units::Size(10);
                config.http.allowed_origins = vec!["*".to_owned()];
            },
            &[
                "http.max_body",
                "http.allowed_origins",
                "admission.shedding.low_water",
            ],
        );
    }
}
