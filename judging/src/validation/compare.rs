//! The comparison: token by token, and what the first difference is.

use std::fmt;

use super::decimal::Decimal;
use super::flags::{Flags, Tolerance};
use super::floats::parse_float;

/// What comparing an output with an answer gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The output is right.
    Accepted,
    /// It is not; this is the first difference.
    Rejected(Box<Difference>),
}

impl Comparison {
    /// Whether the output is right.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted)
    }
}

/// Where output and answer differ first. Its text shows the answer: for judges, never for contestants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs.
    pub kind: DifferenceKind,
    /// Line of the output, from 1.
    pub line: u64,
    /// Token of the output, from 1; for white space, the token after it.
    pub token: u64,
    /// What the answer has there, at most 64 bytes of it, printable; `None` at its end.
    pub expected: Option<String>,
    /// What the output has there; `None` at its end.
    pub got: Option<String>,
}

/// In what an output differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DifferenceKind {
    /// The tokens are different text.
    Text,
    /// The answer has a number, the output something else.
    NotANumber,
    /// The numbers are further apart than the tolerances.
    Number,
    /// The output ends before the answer.
    Missing,
    /// The output goes on after the answer.
    Extra,
    /// The white space is different, with `space_change_sensitive`.
    Space,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (expected, got) = (
            self.expected.as_deref().unwrap_or("the end"),
            self.got.as_deref().unwrap_or("the end"),
        );
        write!(f, "line {}, token {}: ", self.line, self.token)?;
        match self.kind {
            DifferenceKind::Text => write!(f, "expected \"{expected}\", got \"{got}\""),
            DifferenceKind::NotANumber => {
                write!(f, "expected the number \"{expected}\", got \"{got}\"")
            }
            DifferenceKind::Number => write!(
                f,
                "expected \"{expected}\", got \"{got}\", which is outside the tolerance"
            ),
            DifferenceKind::Missing => {
                write!(f, "expected \"{expected}\", got the end of the output")
            }
            DifferenceKind::Extra => write!(f, "expected the end of the output, got \"{got}\""),
            DifferenceKind::Space => {
                write!(f, "expected the white space \"{expected}\", got \"{got}\"")
            }
        }
    }
}

/// Compares the output of a submission with the answer file.
#[must_use]
pub fn compare(output: &[u8], answer: &[u8], flags: &Flags) -> Comparison {
    // Equal bytes are equal tokens and equal white space, whatever the flags.
    let same = common_prefix(output, answer);
    if same == output.len() && same == answer.len() {
        return Comparison::Accepted;
    }
    // What both begin with needs no second look, up to the last whole token in it.
    let start = output[..same]
        .iter()
        .rposition(|&byte| is_space(byte))
        .unwrap_or(0);
    let (mut mine, mut theirs) = (Cursor::at(output, start), Cursor::at(answer, start));
    loop {
        let (space, expected_space) = (mine.space(), theirs.space());
        if flags.space_change_sensitive && space != expected_space {
            return reject(DifferenceKind::Space, &mine, space, expected_space);
        }
        let (got, expected) = (mine.token(), theirs.token());
        let kind = match (got.is_empty(), expected.is_empty()) {
            (true, true) => return Comparison::Accepted,
            (true, false) => DifferenceKind::Missing,
            (false, true) => DifferenceKind::Extra,
            (false, false) if got == expected => continue,
            (false, false) => match token_difference(got, expected, flags) {
                None => continue,
                Some(kind) => kind,
            },
        };
        return reject(kind, &mine, got, expected);
    }
}

/// How two different tokens differ for these flags; `None` when they do not.
fn token_difference(got: &[u8], expected: &[u8], flags: &Flags) -> Option<DifferenceKind> {
    if flags.compares_numbers()
        && let Some(answer) = parse_float(expected)
    {
        return match parse_float(got) {
            None => Some(DifferenceKind::NotANumber),
            Some(output) if numbers_match((output, got), (answer, expected), flags) => None,
            Some(_) => Some(DifferenceKind::Number),
        };
    }
    let equal = !flags.case_sensitive && got.eq_ignore_ascii_case(expected);
    (!equal).then_some(DifferenceKind::Text)
}

/// Whether the number `s` is within one of the tolerances of `a`; each comes with its spelling.
fn numbers_match(s: (f64, &[u8]), a: (f64, &[u8]), flags: &Flags) -> bool {
    if s.0 == a.0 && s.0.is_infinite() {
        return true;
    }
    let within = |tolerance: &Tolerance, relative: bool| {
        let bound = if relative {
            tolerance.value * a.0.abs()
        } else {
            tolerance.value
        };
        let distance = (s.0 - a.0).abs();
        // The three roundings of `s`, `a` and `bound` together stay below this, so outside of it the answer is exact.
        let doubt = (s.0.abs() + a.0.abs() + bound) * (4.0 * f64::EPSILON) + f64::MIN_POSITIVE;
        if !distance.is_finite() || !bound.is_finite() {
            return false;
        }
        if (distance - bound).abs() > doubt {
            return distance < bound;
        }
        exactly_within(s.1, a.1, tolerance, relative).unwrap_or(distance <= bound)
    };
    flags
        .absolute
        .as_ref()
        .is_some_and(|tolerance| within(tolerance, false))
        || flags
            .relative
            .as_ref()
            .is_some_and(|tolerance| within(tolerance, true))
}

fn exactly_within(s: &[u8], a: &[u8], tolerance: &Tolerance, relative: bool) -> Option<bool> {
    let answer = Decimal::parse(a)?;
    let distance = Decimal::parse(s)?.distance(&answer)?;
    let tolerance = Decimal::parse(tolerance.spelling.as_bytes())?;
    let bound = if relative {
        tolerance.magnitude_times(&answer)
    } else {
        tolerance
    };
    distance.at_most(&bound)
}

/// White space of the format: space, form feed, line feed, carriage return, horizontal and vertical tab.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | 0x09..=0x0d)
}

fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    const BLOCK: usize = 4096;
    let len = a.len().min(b.len());
    let mut at = 0;
    while at < len {
        let end = len.min(at + BLOCK);
        if a[at..end] != b[at..end] {
            let inside = a[at..end]
                .iter()
                .zip(&b[at..end])
                .take_while(|(x, y)| x == y);
            return at + inside.count();
        }
        at = end;
    }
    len
}

/// A reader of alternating white space and tokens.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the last piece began.
    piece: usize,
}

impl<'a> Cursor<'a> {
    fn at(bytes: &'a [u8], at: usize) -> Self {
        Self {
            bytes,
            at,
            piece: at,
        }
    }

    /// The white space up to the next token; empty where there is none.
    fn space(&mut self) -> &'a [u8] {
        self.take(|byte| !is_space(byte))
    }

    /// The token up to the next white space; empty at the end.
    fn token(&mut self) -> &'a [u8] {
        self.take(is_space)
    }

    fn take(&mut self, ends: impl Fn(u8) -> bool) -> &'a [u8] {
        self.piece = self.at;
        let rest = &self.bytes[self.at..];
        let len = rest
            .iter()
            .position(|&byte| ends(byte))
            .unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }
}

#[cold]
fn reject(kind: DifferenceKind, output: &Cursor<'_>, got: &[u8], expected: &[u8]) -> Comparison {
    let before = &output.bytes[..output.piece];
    let newlines = before.iter().filter(|&&byte| byte == b'\n').count();
    let tokens = before
        .split(|&byte| is_space(byte))
        .filter(|token| !token.is_empty())
        .count();
    let shown =
        |bytes: &[u8]| (kind == DifferenceKind::Space || !bytes.is_empty()).then(|| excerpt(bytes));
    Comparison::Rejected(Box::new(Difference {
        kind,
        line: newlines as u64 + 1,
        token: tokens as u64 + 1,
        expected: shown(expected),
        got: shown(got),
    }))
}

/// The beginning of `bytes` as printable ASCII: other bytes as `\n` or `\x07`, cut after 64 bytes with `...`.
fn excerpt(bytes: &[u8]) -> String {
    const CAP: usize = 64;
    let mut text: String = bytes[..bytes.len().min(CAP)].escape_ascii().to_string();
    if bytes.len() > CAP {
        text.push_str("...");
    }
    text
}
