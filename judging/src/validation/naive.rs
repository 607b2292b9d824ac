//! Tests: a table of cases, and a second, naive implementation that the real one must agree with.

use proptest::prelude::*;

use super::{Comparison, DifferenceKind, Flags, compare};

/// Splits into alternating white space and tokens, beginning and ending with white space (possibly empty).
fn pieces(text: &[u8]) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let (mut spaces, mut tokens) = (vec![Vec::new()], Vec::new());
    let mut in_token = false;
    for &byte in text {
        if b" \x0c\n\r\t\x0b".contains(&byte) {
            if in_token {
                spaces.push(Vec::new());
            }
            in_token = false;
            spaces.last_mut().unwrap().push(byte);
        } else {
            if !in_token {
                tokens.push(Vec::new());
            }
            in_token = true;
            tokens.last_mut().unwrap().push(byte);
        }
    }
    if in_token {
        spaces.push(Vec::new());
    }
    (spaces, tokens)
}

/// The grammar of numbers as states: sign, whole digits, point, fraction digits, exponent mark, its sign, its digits.
fn is_number(token: &[u8]) -> bool {
    let (mut state, mut digits) = (0, 0);
    for &byte in token {
        state = match (state, byte) {
            (0, b'+' | b'-') => 1,
            (0 | 1, b'0'..=b'9') => {
                digits += 1;
                1
            }
            (0 | 1, b'.') => 3,
            (3, b'0'..=b'9') => {
                digits += 1;
                3
            }
            (1 | 3, b'e' | b'E') if digits > 0 => 4,
            (4, b'+' | b'-') => 5,
            (4..=6, b'0'..=b'9') => 6,
            _ => return false,
        };
    }
    digits > 0 && matches!(state, 1 | 3 | 6)
}

fn naive(output: &[u8], answer: &[u8], flags: &Flags) -> bool {
    let (spaces, tokens) = pieces(output);
    let (answer_spaces, answer_tokens) = pieces(answer);
    if tokens.len() != answer_tokens.len()
        || (flags.space_change_sensitive && spaces != answer_spaces)
    {
        return false;
    }
    tokens.iter().zip(&answer_tokens).all(|(s, a)| {
        if flags.compares_numbers() && is_number(a) {
            let value = |token: &[u8]| String::from_utf8_lossy(token).parse::<f64>().unwrap();
            let close = |s: f64, a: f64| {
                let absolute = flags
                    .absolute
                    .as_ref()
                    .is_some_and(|e| (s - a).abs() <= e.value());
                absolute
                    || flags
                        .relative
                        .as_ref()
                        .is_some_and(|e| (s - a).abs() <= e.value() * a.abs())
            };
            is_number(s) && close(value(s), value(a))
        } else if flags.case_sensitive {
            s == a
        } else {
            s.eq_ignore_ascii_case(a)
        }
    })
}

/// Numbers are whole and tolerances halves, so that the naive arithmetic is exact.
fn tokens() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        Just("a"),
        Just("A"),
        Just("ab"),
        Just("1"),
        Just("2"),
        Just("3.0"),
        Just("2e0"),
        Just("1e"),
        Just("-0"),
        Just("0"),
        Just("+2."),
        Just("inf"),
        Just("0x2"),
        Just("."),
        Just("\u{e9}"),
        Just("200e-2"),
    ];
    let space = prop_oneof![4 => Just(" "), 2 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\t"), 1 => Just("\x0b"), 1 => Just("\x0c"), 1 => Just("")];
    prop::collection::vec((space, token), 0..6).prop_flat_map(|pairs| {
        let text: String = pairs
            .iter()
            .flat_map(|(space, token)| [*space, *token])
            .collect();
        prop_oneof![Just(text.clone()), Just(text + "\n")].prop_map(String::into_bytes)
    })
}

fn flags() -> impl Strategy<Value = Flags> {
    let tolerance = || prop::option::of(prop_oneof![Just("0"), Just("0.5"), Just("1"), Just("2")]);
    (any::<bool>(), any::<bool>(), tolerance(), tolerance()).prop_map(
        |(case, space, relative, absolute)| {
            let mut args = Vec::new();
            args.extend(case.then_some("case_sensitive"));
            args.extend(space.then_some("space_change_sensitive"));
            args.extend(
                relative
                    .into_iter()
                    .flat_map(|value| ["float_relative_tolerance", value]),
            );
            args.extend(
                absolute
                    .into_iter()
                    .flat_map(|value| ["float_absolute_tolerance", value]),
            );
            Flags::parse(&args).unwrap()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn agrees_with_the_naive_one_on_tokens(output in tokens(), answer in tokens(), flags in flags()) {
        prop_assert_eq!(compare(&output, &answer, &flags).is_accepted(), naive(&output, &answer, &flags));
    }

    #[test]
    fn agrees_with_the_naive_one_on_small_edits(text in tokens(), at in any::<prop::sample::Index>(), byte in any::<u8>(), flags in flags()) {
        let mut output = text.clone();
        if !output.is_empty() {
            let at = at.index(output.len());
            output[at] = byte;
        }
        // A new digit could make a number whose arithmetic rounds; the naive one is exact for small ones only.
        prop_assume!(output.len() < 40);
        prop_assert_eq!(compare(&output, &text, &flags).is_accepted(), naive(&output, &text, &flags));
    }

    #[test]
    fn never_panics(output: Vec<u8>, answer: Vec<u8>, flags in flags()) {
        if let Comparison::Rejected(difference) = compare(&output, &answer, &flags) {
            prop_assert!(difference.to_string().is_ascii());
        }
    }
}

fn check(flags: &str, output: &str, answer: &str, expected: Option<DifferenceKind>) {
    let parsed = Flags::parse(
        &flags
            .split(' ')
            .filter(|flag| !flag.is_empty())
            .collect::<Vec<_>>(),
    )
    .unwrap();
    let kind = match compare(output.as_bytes(), answer.as_bytes(), &parsed) {
        Comparison::Accepted => None,
        Comparison::Rejected(difference) => Some(difference.kind),
    };
    assert_eq!(kind, expected, "{flags:?}: {output:?} against {answer:?}");
}

#[test]
fn without_flags_white_space_and_case_are_ignored() {
    use DifferenceKind::{Extra, Missing, Text};
    for (output, answer, expected) in [
        ("", "", None),
        (" \n", "", None),
        ("Yes", "yes\n", None),
        ("\r\n1\t2\x0b3\x0c", "1 2 3", None),
        ("1 2", "12", Some(Text)),
        ("1.0", "1", Some(Text)),
        ("\u{c9}", "\u{e9}", Some(Text)),
        ("1\u{a0}2", "1 2", Some(Text)),
        ("1\0", "1", Some(Text)),
        ("1 2", "1", Some(Extra)),
        ("1", "1 2", Some(Missing)),
        ("", "x", Some(Missing)),
        ("x", "", Some(Extra)),
        ("abc", "abcd", Some(Text)),
        ("ab abc", "ab abcd", Some(Text)),
    ] {
        check("", output, answer, expected);
        check(
            "case_sensitive",
            output,
            answer,
            if output == "Yes" {
                Some(Text)
            } else {
                expected
            },
        );
    }
}

#[test]
fn white_space_matters_when_asked() {
    use DifferenceKind::{Extra, Space, Text};
    for (output, answer, expected) in [
        ("a b\n", "a b\n", None),
        ("a b", "a b\n", Some(Space)),
        ("a b\n\n", "a b\n", Some(Space)),
        (" a b\n", "a b\n", Some(Space)),
        ("a  b\n", "a b\n", Some(Space)),
        ("a\tb\n", "a b\n", Some(Space)),
        ("a b\r\n", "a b\n", Some(Space)),
        ("A B\n", "a b\n", None),
        ("a c\n", "a b\n", Some(Text)),
        ("a b\nc", "a b\n", Some(Extra)),
    ] {
        check("space_change_sensitive", output, answer, expected);
    }
}

#[test]
fn numbers_are_compared_with_a_tolerance_only() {
    use DifferenceKind::{NotANumber, Number, Text};
    for (flags, output, answer, expected) in [
        ("float_tolerance 1e-6", "3.14000000e-2", "0.0314", None),
        ("float_tolerance 1e-6", "+1", "1.0", None),
        ("float_tolerance 1e-6", "-0", "0", None),
        ("float_tolerance 1e-6", "1.1", "1", Some(Number)),
        ("float_tolerance 1e-6", "one", "1", Some(NotANumber)),
        ("float_tolerance 1e-6", "nan", "1", Some(NotANumber)),
        ("float_tolerance 1e-6", "inf", "1", Some(NotANumber)),
        ("float_tolerance 1e-6", "0x1", "1", Some(NotANumber)),
        ("float_tolerance 1e-6", "1", "one", Some(Text)),
        ("float_tolerance 1e-6", "NaN", "nan", None),
        (
            "float_tolerance 1e-6 case_sensitive",
            "NaN",
            "nan",
            Some(Text),
        ),
        ("float_absolute_tolerance 1", "101", "100", None),
        (
            "float_absolute_tolerance 1",
            "101.0000001",
            "100",
            Some(Number),
        ),
        ("float_relative_tolerance 0.01", "101", "100", None),
        ("float_relative_tolerance 0.01", "99", "-99", Some(Number)),
        ("float_relative_tolerance 0.5", "0.1", "0", Some(Number)),
        (
            "float_relative_tolerance 0.01 float_absolute_tolerance 5",
            "5",
            "0",
            None,
        ),
        ("float_tolerance 1e-9", "1e999", "1e999", None),
        ("float_tolerance 1e-9", "1", "1e999", Some(Number)),
        ("float_tolerance 1e-9", "1e999", "-1e999", Some(Number)),
        ("float_tolerance 0", "1.00", "1", None),
        (
            "float_tolerance 0",
            "0.3",
            "0.30000000000000004",
            Some(Number),
        ),
    ] {
        check(flags, output, answer, expected);
    }
}

#[test]
fn the_bound_itself_is_inside_even_where_doubles_round_over_it() {
    use DifferenceKind::Number;
    for (flags, output, answer, expected) in [
        ("float_absolute_tolerance 1e-6", "0.100001", "0.1", None),
        ("float_absolute_tolerance 1e-6", "0.099999", "0.1", None),
        (
            "float_absolute_tolerance 1e-6",
            "0.1000010000000000000001",
            "0.1",
            Some(Number),
        ),
        ("float_absolute_tolerance 0.1", "0.3", "0.2", None),
        ("float_absolute_tolerance .1", "-.1", "0", None),
        ("float_relative_tolerance 1e-9", "1000000.001", "1e6", None),
        (
            "float_relative_tolerance 1e-9",
            "1000000.0010000001",
            "1e6",
            Some(Number),
        ),
        ("float_relative_tolerance 0.1", "0.33", "0.3", None),
        ("float_relative_tolerance 0.1", "-0.33", "-0.3", None),
        (
            "float_relative_tolerance 0.1",
            "0.33000000000000000001",
            "0.3",
            Some(Number),
        ),
    ] {
        check(flags, output, answer, expected);
    }
}

#[test]
fn the_first_difference_is_located() {
    let locate = |output: &[u8], answer: &[u8]| match compare(output, answer, &Flags::default()) {
        Comparison::Accepted => "accepted".to_owned(),
        Comparison::Rejected(difference) => difference.to_string(),
    };
    assert_eq!(
        locate(b"1 2\n3 5 6", b"1 2\n3 4 6"),
        r#"line 2, token 4: expected "4", got "5""#
    );
    assert_eq!(
        locate(b"1\n\n2", b"1 2 3"),
        r#"line 3, token 3: expected "3", got the end of the output"#
    );
    assert_eq!(
        locate(b"1 2", b"1"),
        r#"line 1, token 2: expected the end of the output, got "2""#
    );
    assert_eq!(
        locate(b"1 \x00\xff", b"1 2"),
        r#"line 1, token 2: expected "2", got "\x00\xff""#
    );
    assert_eq!(
        locate(&[b'x'; 100], b"y"),
        format!(
            r#"line 1, token 1: expected "y", got "{}...""#,
            "x".repeat(64)
        )
    );
}

#[test]
fn ten_megabytes_are_compared_to_the_end() {
    let answer = b"123456 abcdef\n".repeat(750_000);
    let mut output = answer.clone();
    assert!(compare(&output, &answer, &Flags::default()).is_accepted());
    output.retain(|&byte| byte != b'\n');
    assert!(!compare(&output, &answer, &Flags::default()).is_accepted());
    let mut output: Vec<u8> = answer
        .iter()
        .map(|&byte| if byte == b'\n' { b'\t' } else { byte })
        .collect();
    assert!(compare(&output, &answer, &Flags::default()).is_accepted());
    *output.iter_mut().rev().nth(1).unwrap() = b'x';
    let Comparison::Rejected(difference) = compare(&output, &answer, &Flags::default()) else {
        panic!("the last token differs");
    };
    assert_eq!((difference.line, difference.token), (1, 1_500_000));
}
