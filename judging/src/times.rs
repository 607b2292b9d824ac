//! Times as the ICPC Contest API writes them: TIME (ISO 8601) and RELTIME (`h:mm:ss`). No clock is read here.

use std::time::Duration;

use crate::ids::Timestamp;

const DAY_MS: i64 = 86_400_000;

/// Writes a moment as TIME in UTC with milliseconds: `2026-11-20T08:52:00.000Z`.
#[must_use]
pub fn format_time(at: Timestamp) -> String {
    let (days, ms) = (at.0.div_euclid(DAY_MS), at.0.rem_euclid(DAY_MS));
    let (year, month, day) = civil_from_days(days);
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    format!(
        "{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{:03}Z",
        ms % 1000
    )
}

/// Reads TIME: `yyyy-mm-ddThh:mm[:ss[.uuu]](Z|[+-]hh[[:]mm])`. The zone is required; a space may stand for the `T`.
#[must_use]
pub fn parse_time(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (
        digits(parts.next()?, 4)?,
        digits(parts.next()?, 2)?,
        digits(parts.next()?, 2)?,
    );
    let zone_at = time.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = time.split_at(zone_at);
    let offset = parse_zone(zone)?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = clock.splitn(3, ':');
    let (hour, minute) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let second = parts.next().map_or(Some(0), |part| digits(part, 2))?;
    let days = days_from_civil(year, month, day);
    if civil_from_days(days) != (year, month, day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let ms = ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds(fraction)?;
    Some(Timestamp(days * DAY_MS + ms - offset))
}

/// Writes a length of time as RELTIME with milliseconds: `5:00:00.000`.
#[must_use]
pub fn format_reltime(length: Duration) -> String {
    let seconds = length.as_secs();
    format!(
        "{}:{:02}:{:02}.{:03}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        length.subsec_millis()
    )
}

/// Reads RELTIME: `h+:mm:ss[.uuu]`, not negative.
#[must_use]
pub fn parse_reltime(text: &str) -> Option<Duration> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
    let parts: Vec<&str> = clock.split(':').collect();
    let [hours, minutes, seconds] = parts[..] else {
        return None;
    };
    if hours.is_empty() || hours.len() > 6 || !hours.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes, seconds) = (
        hours.parse::<i64>().ok()?,
        digits(minutes, 2)?,
        digits(seconds, 2)?,
    );
    if minutes > 59 || seconds > 59 {
        return None;
    }
    let ms = ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds(fraction)?;
    u64::try_from(ms).ok().map(Duration::from_millis)
}

fn parse_zone(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first()? {
        b'Z' | b'z' if zone.len() == 1 => return Some(0),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let rest = &zone[1..];
    let (hours, minutes) = match rest.len() {
        2 => (digits(rest, 2)?, 0),
        4 => (digits(rest.get(..2)?, 2)?, digits(rest.get(2..)?, 2)?),
        5 => {
            let (hours, minutes) = rest.split_once(':')?;
            (digits(hours, 2)?, digits(minutes, 2)?)
        }
        _ => return None,
    };
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 60 + minutes) * 60_000)
}

/// Milliseconds of a fraction of a second; digits after the third are cut off.
fn milliseconds(fraction: &str) -> Option<i64> {
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let padded: String = fraction.chars().chain("000".chars()).take(3).collect();
    padded.parse().ok()
}

fn digits(text: &str, count: usize) -> Option<i64> {
    let valid = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| text.parse().ok()).flatten()
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar, counted in years that begin in March.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted - era * 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_are_read_with_their_zone() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2026-11-20T08:52:00.125Z", Some(1_795_164_720_125)),
            ("2026-11-20T09:52:00.125+01", Some(1_795_164_720_125)),
            ("2026-11-20T14:22:00.125+05:30", Some(1_795_164_720_125)),
            ("2026-11-20 03:52-0500", Some(1_795_164_720_000)),
            ("2024-02-29T00:00:00Z", Some(1_709_164_800_000)),
            ("2023-02-29T00:00:00Z", None),
            ("2026-13-01T00:00:00Z", None),
            ("2026-11-20T24:00:00Z", None),
            ("2026-11-20T08:52:00", None),
            ("2026-11-20", None),
            ("now", None),
            ("2026-11-20T08:52:00+1", None),
            ("2026-11-20T0\u{e9}:52:00Z", None),
        ] {
            assert_eq!(parse_time(text), expected.map(Timestamp), "{text}");
        }
    }

    #[test]
    fn lengths_are_read() {
        for (text, expected) in [
            ("5:00:00", Some(18_000_000)),
            ("0:30:00.5", Some(1_800_500)),
            ("120:00:00", Some(432_000_000)),
            ("5:00", None),
            ("5:60:00", None),
            ("-1:00:00", None),
            ("1:00:00:00", None),
            ("5h", None),
        ] {
            assert_eq!(
                parse_reltime(text),
                expected.map(Duration::from_millis),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(ms in -62_135_596_800_000i64..253_402_300_799_999, length in 0u64..1_000_000_000) {
            prop_assert_eq!(parse_time(&format_time(Timestamp(ms))), Some(Timestamp(ms)));
            let length = Duration::from_millis(length);
            prop_assert_eq!(parse_reltime(&format_reltime(length)), Some(length));
        }
    }
}
