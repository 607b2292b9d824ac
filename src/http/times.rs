//! Times on the wire: ISO 8601 in UTC with milliseconds, as the Contest API writes them; durations as milliseconds.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use judging::ids::Timestamp;
pub(crate) use judging::times::format_time as iso;

/// Now, by the wall clock.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Milliseconds with three decimals.
pub(crate) fn millis(duration: Duration) -> f64 {
    // exact: microseconds below 2^53
    duration.as_micros() as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_keep_microseconds() {
        assert_eq!(
            millis(Duration::from_micros(1_234_567)).to_string(),
            "1234.567"
        );
    }
}
