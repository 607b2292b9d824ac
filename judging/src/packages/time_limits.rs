//! The time limit of a problem: given by the package, or found from the jury's accepted submissions.

use std::time::Duration;

/// The CPU limit of one run.
#[derive(Clone, Debug, PartialEq)]
pub enum TimeLimit {
    /// The package names it.
    Given {
        /// The limit.
        limit: Duration,
        /// Where it stands.
        source: TimeLimitSource,
    },
    /// To be found by [`infer`] from the slowest run of the jury's accepted submissions.
    Infer(Inference),
}

/// Where a given time limit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeLimitSource {
    /// The file `.timelimit`: one number, seconds.
    DotTimelimit,
    /// `timelimit = ...` in `domjudge-problem.ini`.
    DomjudgeIni,
    /// `limits.time_limit` in `problem.yaml`.
    ProblemYaml,
}

impl TimeLimitSource {
    /// The file it stands in.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::DotTimelimit => ".timelimit",
            Self::DomjudgeIni => "domjudge-problem.ini",
            Self::ProblemYaml => "problem.yaml",
        }
    }
}

/// How a time limit follows from the slowest accepted run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Inference {
    /// Legacy: `multiplier` times the slowest, rounded up to whole seconds, at least one second.
    Legacy {
        /// `limits.time_multiplier`, default 5.
        multiplier: f64,
        /// `limits.time_safety_margin`, default 2.
        safety_margin: f64,
    },
    /// 2025-09: the smallest multiple of `resolution` that is at least `ac_to_time_limit` times the slowest.
    Multiple {
        /// `limits.time_multipliers.ac_to_time_limit`, default 2.
        ac_to_time_limit: f64,
        /// `limits.time_multipliers.time_limit_to_tle`, default 1.5.
        time_limit_to_tle: f64,
        /// `limits.time_resolution`, default one second.
        resolution: Duration,
    },
}

/// Finds the time limit from the slowest run of any accepted jury submission.
///
/// The legacy specification gives the multiplier and leaves the rounding to the system; this is the rounding of `problemtools`
/// since it knows both formats, up to the next whole second (before that it rounded half up, which is never more than a second
/// less and could leave an accepted submission less than the multiplier promises). 2025-09 ("Problem timing") defines the same
/// with its own multiplier and resolution.
#[must_use]
pub fn infer(inference: Inference, slowest_accepted: Duration) -> Duration {
    match inference {
        Inference::Legacy { multiplier, .. } => {
            multiples(slowest_accepted, multiplier, Duration::from_secs(1))
        }
        Inference::Multiple {
            ac_to_time_limit,
            resolution,
            ..
        } => multiples(slowest_accepted, ac_to_time_limit, resolution),
    }
}

/// How long a submission that promises TLE must run at least: the margin times the limit (2025-09: "The `time_limit` must
/// satisfy ... `time_limit * time_limit_to_tle <= T_tle`"; legacy `time_safety_margin`).
#[must_use]
pub fn least_too_slow(inference: Inference, limit: Duration) -> Duration {
    let margin = match inference {
        Inference::Legacy { safety_margin, .. } => safety_margin,
        Inference::Multiple {
            time_limit_to_tle, ..
        } => time_limit_to_tle,
    };
    seconds(limit.as_secs_f64() * margin)
}

/// Whether `limit` leaves the margin to `fastest_too_slow`, the fastest of the submissions that bound it from above, each by its
/// slowest run; with none there is no bound. When it does not, the format says that there is no time limit (2025-09, "It is an
/// error if no such multiple exists"): [`infer`] has given the smallest already.
#[must_use]
pub fn leaves_margin(
    inference: Inference,
    limit: Duration,
    fastest_too_slow: Option<Duration>,
) -> bool {
    fastest_too_slow.is_none_or(|fastest| least_too_slow(inference, limit) <= fastest)
}

/// The smallest multiple of `step`, at least one, that is `multiplier` times `slowest` or more.
fn multiples(slowest: Duration, multiplier: f64, step: Duration) -> Duration {
    let step = step.max(Duration::from_millis(1)).as_secs_f64();
    let exact = slowest.as_secs_f64() * multiplier;
    // A hair of tolerance, so that 2.0 * 0.5 s is one step of 1 s on every machine.
    let steps = (exact / step - 1e-9).ceil().max(1.0);
    seconds(steps * step)
}

/// A time limit as people write it into a file: seconds, `2`, `0.5`, `3s`; above 0 and at most a day.
pub(super) fn parse_seconds(text: &str) -> Option<Duration> {
    let text = text.trim();
    let seconds: f64 = text
        .strip_suffix('s')
        .unwrap_or(text)
        .trim_end()
        .parse()
        .ok()?;
    let valid = seconds > 0.0 && seconds <= 86_400.0;
    valid.then(|| Duration::from_secs_f64(seconds))
}

/// An hour is more than any real limit; it keeps a wild multiplier from overflowing.
fn seconds(value: f64) -> Duration {
    Duration::try_from_secs_f64(value.min(3600.0)).unwrap_or(Duration::from_secs(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(inference: Inference, slowest_ms: u64, expected_ms: u64) {
        assert_eq!(
            infer(inference, Duration::from_millis(slowest_ms)),
            Duration::from_millis(expected_ms),
            "{inference:?} of {slowest_ms} ms"
        );
    }

    #[test]
    fn legacy_rounds_up_to_whole_seconds() {
        let legacy = Inference::Legacy {
            multiplier: 5.0,
            safety_margin: 2.0,
        };
        for (slowest, expected) in [
            (0, 1000),
            (20, 1000),
            (200, 1000),
            (201, 2000),
            (1000, 5000),
            (1010, 6000),
        ] {
            check(legacy, slowest, expected);
        }
    }

    #[test]
    fn multiples_round_up_to_the_resolution() {
        let multiple = |resolution| Inference::Multiple {
            ac_to_time_limit: 2.0,
            time_limit_to_tle: 1.5,
            resolution: Duration::from_millis(resolution),
        };
        for (resolution, slowest, expected) in [
            (1000, 500, 1000),
            (1000, 501, 2000),
            (1000, 0, 1000),
            (100, 130, 300),
            (500, 1250, 2500),
        ] {
            check(multiple(resolution), slowest, expected);
        }
    }

    #[test]
    fn too_slow_means_by_a_margin() {
        let second = Duration::from_secs(1);
        let legacy = Inference::Legacy {
            multiplier: 5.0,
            safety_margin: 2.0,
        };
        assert_eq!(least_too_slow(legacy, second), 2 * second);
        let newer = Inference::Multiple {
            ac_to_time_limit: 2.0,
            time_limit_to_tle: 1.5,
            resolution: second,
        };
        assert!(leaves_margin(newer, 2 * second, Some(3 * second)));
        assert!(!leaves_margin(
            newer,
            2 * second,
            Some(Duration::from_millis(2999))
        ));
        assert!(leaves_margin(newer, 2 * second, None));
    }

    #[test]
    fn seconds_are_read_as_people_write_them() {
        for (text, expected) in [
            ("2\n", Some(2000)),
            (" 0.5 ", Some(500)),
            ("3s", Some(3000)),
            ("1e0", Some(1000)),
            ("0", None),
            ("-1", None),
            ("nan", None),
            ("inf", None),
            ("1,5", None),
            ("", None),
            ("100000", None),
        ] {
            assert_eq!(
                parse_seconds(text),
                expected.map(Duration::from_millis),
                "{text:?}"
            );
        }
    }
}
