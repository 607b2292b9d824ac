//! Time limits around jury submissions: the limit of a package that leaves it to be found, and how much room there is between
//! the slowest accepted submission, the limit, and the fastest too slow one.
//!
//! Times are CPU times, taken from the kernel's accounting of the sandbox: a loaded machine delays a run and does not lengthen
//! it. Each slot is pinned to a CPU of its own, so that what runs beside a measured program shares caches and memory with it
//! and nothing else; the multipliers of the formats (5, or 2) are there for such noise.

use std::time::Duration;

use judging::packages::time_limits::{Inference, infer};
use judging::packages::{ProblemPackage, TimeLimit};
use serde::Serialize;
use utoipa::ToSchema;

use super::ledger::millis;

/// The limit where nothing could be measured, so that the other submissions get a verdict at all.
pub(crate) const FALLBACK: Duration = Duration::from_secs(10);
/// How far past the limit a submission that promises to be too slow may run, so that it shows by how much it is.
pub(crate) const STRETCH: f64 = 1.5;
/// An accepted submission should need at most this part of a limit that is given.
const COMFORTABLE: f64 = 2.0;

/// A submission and the time of its slowest run.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Measured {
    /// Path below `submissions/`.
    pub(crate) submission: String,
    /// CPU time of its slowest run.
    pub(crate) slowest_cpu_ms: f64,
    /// That run's limit.
    pub(crate) time_limit_ms: f64,
    /// The time over the limit: 0.4 for an accepted submission that needs two fifths of it, 1.6 for one that is too slow.
    pub(crate) of_limit: f64,
    /// Whether the run was stopped, so that it is at least this slow.
    pub(crate) stopped: bool,
}

impl Measured {
    pub(crate) fn new(submission: &str, slowest: Duration, limit: Duration, stopped: bool) -> Self {
        let of_limit = slowest.as_secs_f64() / limit.as_secs_f64().max(1e-9);
        Self {
            submission: submission.to_owned(),
            slowest_cpu_ms: millis(slowest),
            time_limit_ms: millis(limit),
            of_limit: (of_limit * 1_000.0).round() / 1_000.0,
            stopped,
        }
    }
}

/// The room around a time limit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Margins {
    /// CPU limit of a run, before a language's factor.
    pub(crate) time_limit_ms: Option<f64>,
    /// Whether it was found here, from the accepted submissions.
    pub(crate) inferred: bool,
    /// Of the accepted submissions the one nearest to the limit.
    pub(crate) slowest_accepted: Option<Measured>,
    /// Of those that are too slow the one nearest to the limit.
    pub(crate) fastest_too_slow: Option<Measured>,
    /// Every accepted submission.
    pub(crate) accepted: Vec<Measured>,
    /// Every submission that is too slow.
    pub(crate) too_slow: Vec<Measured>,
}

impl Margins {
    /// Sorts what was gathered and finds the extremes.
    pub(crate) fn finish(&mut self) {
        self.accepted
            .sort_by(|a, b| b.of_limit.total_cmp(&a.of_limit));
        self.too_slow
            .sort_by(|a, b| a.of_limit.total_cmp(&b.of_limit));
        self.slowest_accepted = self.accepted.first().cloned();
        self.fastest_too_slow = self.too_slow.first().cloned();
    }

    /// What is tight about the limit.
    pub(crate) fn warnings(&self, package: &ProblemPackage) -> Vec<String> {
        let (above, below) = match &package.time_limit {
            TimeLimit::Infer(Inference::Multiple {
                ac_to_time_limit,
                time_limit_to_tle,
                ..
            }) => (*ac_to_time_limit, *time_limit_to_tle),
            _ => (COMFORTABLE, STRETCH),
        };
        let mut warnings = Vec::new();
        if let Some(slowest) = &self.slowest_accepted
            && !self.inferred
            && slowest.of_limit * above > 1.0
        {
            warnings.push(format!(
                "the time limit is tight: {} needs {:.0} % of it",
                slowest.submission,
                slowest.of_limit * 100.0
            ));
        }
        if let Some(fastest) = &self.fastest_too_slow
            && !fastest.stopped
            && fastest.of_limit < below
        {
            warnings.push(format!(
                "the time limit is loose: {} is too slow by {:.0} % only",
                fastest.submission,
                (fastest.of_limit - 1.0) * 100.0
            ));
        }
        warnings
    }
}

/// The limit that follows from `slowest`; `None` when nothing was measured.
pub(crate) fn found(inference: Inference, slowest: Option<Duration>) -> Option<Duration> {
    slowest.map(|slowest| infer(inference, slowest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(name: &str, ms: u64, stopped: bool) -> Measured {
        Measured::new(
            name,
            Duration::from_millis(ms),
            Duration::from_secs(1),
            stopped,
        )
    }

    #[test]
    fn the_extremes_are_those_nearest_to_the_limit() {
        let mut margins = Margins {
            accepted: vec![measured("a", 100, false), measured("b", 700, false)],
            too_slow: vec![measured("c", 1_500, true), measured("d", 1_020, false)],
            ..Margins::default()
        };
        margins.finish();
        assert_eq!(margins.slowest_accepted.unwrap().of_limit, 0.7);
        assert_eq!(margins.fastest_too_slow.unwrap().submission, "d");
    }
}
