//! Times on the wire: ISO 8601 in UTC with milliseconds, as the Contest API writes them; durations as milliseconds.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use judging::ids::Timestamp;

/// Now, by the wall clock.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// `2026-11-20T08:55:05.123Z`.
pub(crate) fn iso(time: Timestamp) -> String {
    let (days, millis) = (time.0.div_euclid(86_400_000), time.0.rem_euclid(86_400_000));
    let (year, month, day) = civil(days);
    let (seconds, millis) = (millis / 1_000, millis % 1_000);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{millis:03}Z",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// Milliseconds with three decimals.
pub(crate) fn millis(duration: Duration) -> f64 {
    // exact: microseconds below 2^53
    duration.as_micros() as f64 / 1_000.0
}

/// Year, month and day of a day counted from 1970-01-01 (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_shifted + 2) / 5 + 1;
    let month = if month_shifted < 10 {
        month_shifted + 3
    } else {
        month_shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(millis: i64, expected: &str) {
        assert_eq!(iso(Timestamp(millis)), expected);
    }

    #[test]
    fn times_are_written_as_the_calendar_has_them() {
        check(0, "1970-01-01T00:00:00.000Z");
        check(-1, "1969-12-31T23:59:59.999Z");
        check(951_782_400_000, "2000-02-29T00:00:00.000Z");
        check(1_795_337_705_123, "2026-11-22T08:55:05.123Z");
        check(4_107_542_399_999, "2100-02-28T23:59:59.999Z");
        check(4_107_542_400_000, "2100-03-01T00:00:00.000Z");
    }

    #[test]
    fn milliseconds_keep_microseconds() {
        assert_eq!(
            millis(Duration::from_micros(1_234_567)).to_string(),
            "1234.567"
        );
    }
}
