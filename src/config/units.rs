//! Units a person writes in a configuration: `250ms`, `30s`, `7d`; `256KiB`, `1MiB`, plain bytes.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const TIME_UNITS: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];

const SIZE_UNITS: [(&str, u64); 7] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("B", 1),
];

/// A duration written as a number with a unit, millisecond resolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span(pub(crate) Duration);

impl Span {
    /// So many milliseconds.
    pub(crate) const fn millis(millis: u64) -> Self {
        Self(Duration::from_millis(millis))
    }

    /// So many seconds.
    pub(crate) const fn secs(secs: u64) -> Self {
        Self(Duration::from_secs(secs))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        let (unit, factor) = TIME_UNITS
            .into_iter()
            .rev()
            .find(|(_, factor)| millis >= *factor && millis.is_multiple_of(*factor))
            .unwrap_or(TIME_UNITS[0]);
        write!(f, "{}{unit}", millis / factor)
    }
}

/// A size in bytes written as a number with or without a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Size(pub(crate) u64);

impl Size {
    /// As a length in memory.
    pub(crate) fn bytes(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = SIZE_UNITS[..3]
            .iter()
            .find(|(_, factor)| self.0 >= *factor && self.0.is_multiple_of(*factor));
        match unit {
            Some((unit, factor)) => write!(f, "{}{unit}", self.0 / factor),
            None => write!(f, "{}B", self.0),
        }
    }
}

/// Reads `250ms`; a duration without a unit is refused, since nobody agrees on the default.
pub(crate) fn parse_span(text: &str) -> Result<Span, String> {
    let hint = || format!("expected a duration such as 250ms, 30s, 5m, 12h or 7d, found {text:?}");
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| hint())?;
    let (_, factor) = TIME_UNITS
        .into_iter()
        .find(|(name, _)| *name == unit.trim())
        .ok_or_else(hint)?;
    number
        .checked_mul(factor)
        .map(Span::millis)
        .ok_or_else(hint)
}

/// Reads `256KiB` or `262144`.
pub(crate) fn parse_size(text: &str) -> Result<Size, String> {
    let hint = || format!("expected a size such as 4096, 256KiB or 1GiB, found {text:?}");
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| hint())?;
    let unit = match unit.trim() {
        "" => "B",
        unit => unit,
    };
    let (_, factor) = SIZE_UNITS
        .into_iter()
        .find(|(name, _)| *name == unit)
        .ok_or_else(hint)?;
    number.checked_mul(factor).map(Size).ok_or_else(hint)
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_span(&text).map_err(de::Error::custom)
    }
}

impl Serialize for Size {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum NumberOrText {
            Number(u64),
            Text(String),
        }
        match NumberOrText::deserialize(deserializer) {
            Ok(NumberOrText::Number(bytes)) => Ok(Self(bytes)),
            Ok(NumberOrText::Text(text)) => parse_size(&text).map_err(de::Error::custom),
            Err(_) => Err(de::Error::custom(
                "expected a size such as 4096, 256KiB or 1GiB",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_back() {
        for text in ["0ms", "250ms", "30s", "5m", "12h", "7d"] {
            assert_eq!(
                parse_span(text).map(|span| span.to_string()),
                Ok(text.to_owned())
            );
        }
        for text in ["1B", "256KiB", "3MiB", "2GiB", "1001B"] {
            assert_eq!(
                parse_size(text).map(|size| size.to_string()),
                Ok(text.to_owned())
            );
        }
        assert_eq!(parse_size("12kB"), Ok(Size(12_000)));
        assert_eq!(parse_size("77"), Ok(Size(77)));
    }

    #[test]
    fn a_number_without_a_meaning_is_refused() {
        for text in [
            "",
            "5",
            "s",
            "-1s",
            "1.5s",
            "99999999999999999999s",
            "5 weeks",
        ] {
            assert!(parse_span(text).is_err(), "{text}");
        }
        for text in ["", "KiB", "-1", "1XB", "99999999999999999999"] {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }
}
