//! The flags of the default output validator.

use std::str::FromStr;

use super::floats::parse_float;

/// How tokens are compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flags {
    /// Letters must match in case too.
    pub case_sensitive: bool,
    /// White space must match byte for byte, at the beginning and the end too.
    pub space_change_sensitive: bool,
    /// Largest `|s-a| / |a|`, with its spelling; set, tokens of the answer that are numbers are compared as numbers.
    pub relative: Option<Tolerance>,
    /// Largest `|s-a|`; the same.
    pub absolute: Option<Tolerance>,
}

/// A tolerance as it is spelled and as a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Tolerance {
    pub(super) spelling: String,
    pub(super) value: f64,
}

impl Tolerance {
    /// The nearest number.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }
}

impl FromStr for Tolerance {
    type Err = ();

    fn from_str(spelling: &str) -> Result<Self, ()> {
        match parse_float(spelling.as_bytes()) {
            Some(value) if value.is_finite() && !spelling.starts_with('-') => Ok(Self {
                spelling: spelling.to_owned(),
                value,
            }),
            _ => Err(()),
        }
    }
}

/// Flags that the default output validator refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlagError {
    /// A flag it does not know.
    #[error("unknown flag {0:?}")]
    Unknown(String),
    /// A tolerance without its number.
    #[error("{0} needs a number after it")]
    MissingValue(String),
    /// A tolerance that is no number, negative or infinite.
    #[error("{flag} must be a number of at least 0, found {value:?}")]
    InvalidValue {
        /// The flag.
        flag: String,
        /// What stands after it.
        value: String,
    },
    /// A tolerance given twice, or `float_tolerance` beside one of the others.
    #[error("{0} is given although a tolerance of that kind stands already")]
    Conflict(String),
}

impl Flags {
    /// Parses flags strictly, as 2025-09 asks: no tolerance twice, no `float_tolerance` beside another tolerance.
    ///
    /// # Errors
    /// [`FlagError`] naming the flag.
    pub fn parse<S: AsRef<str>>(args: &[S]) -> Result<Self, FlagError> {
        Self::read(args, false)
    }

    /// Parses flags as the legacy format does, whose text does not forbid repetition: of two tolerances of a kind the
    /// last one counts. A package's `validator_flags` and its groups' flags are joined this way.
    ///
    /// # Errors
    /// [`FlagError`] naming the flag.
    pub fn parse_repeating<S: AsRef<str>>(args: &[S]) -> Result<Self, FlagError> {
        Self::read(args, true)
    }

    /// Whether tokens of the answer are compared as numbers where they are numbers.
    #[must_use]
    pub fn compares_numbers(&self) -> bool {
        self.relative.is_some() || self.absolute.is_some()
    }

    fn read<S: AsRef<str>>(args: &[S], repeat: bool) -> Result<Self, FlagError> {
        let mut flags = Self::default();
        let mut args = args.iter().map(AsRef::as_ref);
        while let Some(flag) = args.next() {
            let (relative, absolute) = match flag {
                "case_sensitive" => {
                    flags.case_sensitive = true;
                    continue;
                }
                "space_change_sensitive" => {
                    flags.space_change_sensitive = true;
                    continue;
                }
                "float_relative_tolerance" => (true, false),
                "float_absolute_tolerance" => (false, true),
                "float_tolerance" => (true, true),
                unknown => return Err(FlagError::Unknown(unknown.to_owned())),
            };
            let value = args
                .next()
                .ok_or_else(|| FlagError::MissingValue(flag.to_owned()))?;
            let tolerance: Tolerance = value.parse().map_err(|()| FlagError::InvalidValue {
                flag: flag.to_owned(),
                value: value.to_owned(),
            })?;
            let taken =
                (relative && flags.relative.is_some()) || (absolute && flags.absolute.is_some());
            if taken && !repeat {
                return Err(FlagError::Conflict(flag.to_owned()));
            }
            if relative {
                flags.relative = Some(tolerance.clone());
            }
            if absolute {
                flags.absolute = Some(tolerance);
            }
        }
        Ok(flags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Flags, FlagError> {
        Flags::parse(&text.split_whitespace().collect::<Vec<_>>())
    }

    fn check(text: &str, relative: Option<f64>, absolute: Option<f64>) {
        let flags = parse(text).unwrap();
        assert_eq!(flags.relative.map(|t| t.value), relative, "{text}");
        assert_eq!(flags.absolute.map(|t| t.value), absolute, "{text}");
    }

    #[test]
    fn tolerances_are_read() {
        check("", None, None);
        check("float_tolerance 1e-6", Some(1e-6), Some(1e-6));
        check("float_relative_tolerance .5", Some(0.5), None);
        check("float_absolute_tolerance 0", None, Some(0.0));
        check(
            "float_absolute_tolerance 1. float_relative_tolerance 2E+1",
            Some(20.0),
            Some(1.0),
        );
        assert!(parse("case_sensitive space_change_sensitive case_sensitive").is_ok());
    }

    #[test]
    fn wrong_flags_are_named() {
        let invalid = |flag: &str, value: &str| FlagError::InvalidValue {
            flag: flag.to_owned(),
            value: value.to_owned(),
        };
        for (text, expected) in [
            (
                "Case_Sensitive",
                FlagError::Unknown("Case_Sensitive".to_owned()),
            ),
            ("1e-6", FlagError::Unknown("1e-6".to_owned())),
            (
                "float_tolerance",
                FlagError::MissingValue("float_tolerance".to_owned()),
            ),
            ("float_tolerance x", invalid("float_tolerance", "x")),
            ("float_tolerance -1", invalid("float_tolerance", "-1")),
            ("float_tolerance inf", invalid("float_tolerance", "inf")),
            ("float_tolerance 1e999", invalid("float_tolerance", "1e999")),
            (
                "float_tolerance 1 float_tolerance 1",
                FlagError::Conflict("float_tolerance".to_owned()),
            ),
            (
                "float_tolerance 1 float_absolute_tolerance 1",
                FlagError::Conflict("float_absolute_tolerance".to_owned()),
            ),
            (
                "float_relative_tolerance 1 float_tolerance 1",
                FlagError::Conflict("float_tolerance".to_owned()),
            ),
        ] {
            assert_eq!(parse(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn the_last_one_counts_in_legacy() {
        let flags = Flags::parse_repeating(&[
            "float_tolerance",
            "1e-6",
            "float_absolute_tolerance",
            "1e-4",
        ])
        .unwrap();
        assert_eq!(flags.relative.unwrap().value, 1e-6);
        assert_eq!(flags.absolute.unwrap().value, 1e-4);
    }
}
