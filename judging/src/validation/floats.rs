//! Floating-point tokens: the grammar of 2025-09 ("General requirements"), decimal only: no `inf`, no `nan`, no hexadecimal.

/// The parts of a token that is a number: digits before and after the point, and the exponent with its sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts<'a> {
    pub(super) negative: bool,
    pub(super) whole: &'a [u8],
    pub(super) fraction: &'a [u8],
    pub(super) exponent: &'a [u8],
}

/// Splits a token by the grammar `[+-]? (d*.d+ | d+. | d+) ([Ee][+-]?d+)?`; `None` when it is not of that form.
pub(super) fn split_float(token: &[u8]) -> Option<Parts<'_>> {
    let (negative, rest) = match token {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let (whole, rest) = digits(rest);
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => digits(rest),
        rest => (&rest[..0], rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let exponent = match rest {
        [] => rest,
        [b'e' | b'E', exponent @ ..] => {
            let unsigned = match exponent {
                [b'+' | b'-', unsigned @ ..] => unsigned,
                unsigned => unsigned,
            };
            let (found, end) = digits(unsigned);
            if found.is_empty() || !end.is_empty() {
                return None;
            }
            exponent
        }
        _ => return None,
    };
    Some(Parts {
        negative,
        whole,
        fraction,
        exponent,
    })
}

/// The nearest `f64` of a token that is a number by the grammar; out of range gives an infinity.
pub(crate) fn parse_float(token: &[u8]) -> Option<f64> {
    split_float(token)?;
    // The grammar is a subset of what Rust parses, correctly rounded whatever the number of digits.
    std::str::from_utf8(token).ok()?.parse().ok()
}

fn digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(bytes.len());
    bytes.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_decides_what_is_a_number() {
        for (token, expected) in [
            ("0", 0.0),
            ("007", 7.0),
            ("+1.5", 1.5),
            ("-.5", -0.5),
            ("3.", 3.0),
            ("3.e2", 300.0),
            ("1E-2", 0.01),
            ("1e+2", 100.0),
            (
                "123456789012345678901234567890.000000000000000000000000000001",
                1.234_567_890_123_456_8e29,
            ),
            ("1e99999999999999999999", f64::INFINITY),
            ("1e-99999999999999999999", 0.0),
        ] {
            assert_eq!(parse_float(token.as_bytes()), Some(expected), "{token}");
        }
    }

    #[test]
    fn everything_else_is_no_number() {
        for token in [
            "", "+", "-", ".", "+.", "e5", ".e5", "1e", "1e+", "1e1.0", "1.2.3", "--1", "+-1",
            "0x10", "inf", "nan", "Infinity", "1f", "1_000", "1,5", "1e5x", "\u{661}",
        ] {
            assert_eq!(parse_float(token.as_bytes()), None, "{token}");
        }
        assert_eq!(parse_float(b"1\0"), None);
        assert_eq!(parse_float(b"\xff"), None);
    }
}
