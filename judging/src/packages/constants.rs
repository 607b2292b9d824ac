//! Constants (2025-09, "Constants"): `{{name}}` in validators, included files, jury submissions and group settings stands for
//! the value that `problem.yaml` gives to `name`.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// `text` with every `{{name}}` of a known constant replaced; what names no constant stays as it is, and so does text that
/// is not UTF-8. Values are put in as they are: a constant in a value is not replaced again.
#[must_use]
pub fn substitute<'t>(text: &'t [u8], constants: &BTreeMap<String, String>) -> Cow<'t, [u8]> {
    let mut replaced = Vec::new();
    let mut copied = 0;
    let mut at = 0;
    while !constants.is_empty() && at + 4 < text.len() {
        if !text[at..].starts_with(b"{{") {
            at += 1;
            continue;
        }
        let part = |byte: &&u8| is_word(**byte) || **byte == b'.';
        let name = text[at + 2..].iter().take_while(part);
        let end = at + 2 + name.count();
        let value = std::str::from_utf8(&text[at + 2..end])
            .ok()
            .filter(|_| text[end..].starts_with(b"}}"))
            .and_then(|name| constants.get(name));
        match value {
            Some(value) => {
                replaced.extend_from_slice(&text[copied..at]);
                replaced.extend_from_slice(value.as_bytes());
                at = end + 2;
                copied = at;
            }
            None => at += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    replaced.extend_from_slice(&text[copied..]);
    Cow::Owned(replaced)
}

/// Whether a constant may be called that: `[a-zA-Z_][a-zA-Z0-9_]*`.
#[must_use]
pub fn is_name(name: &str) -> bool {
    name.bytes().all(is_word)
        && name
            .bytes()
            .next()
            .is_some_and(|first| !first.is_ascii_digit())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_are_replaced() {
        let constants = [("n", "10"), ("name", "{{n}}"), ("empty", "")];
        let constants = constants.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let constants = BTreeMap::from(constants);
        for (text, expected) in [
            ("int n = {{n}};", "int n = 10;"),
            ("{{n}}{{n}}", "1010"),
            ("{{{n}}}", "{10}"),
            ("{{name}}", "{{n}}"),
            ("a{{empty}}b", "ab"),
            (
                "{{unknown}} {{n }} {{ n}} {n} {{n}",
                "{{unknown}} {{n }} {{ n}} {n} {{n}",
            ),
            ("{{", "{{"),
            ("", ""),
        ] {
            let found = substitute(text.as_bytes(), &constants);
            assert_eq!(String::from_utf8_lossy(&found), expected, "{text}");
        }
        assert_eq!(&*substitute(b"\xff{{n}}\xfe", &constants), b"\xff10\xfe");
        assert!(matches!(
            substitute(b"{{n}}", &BTreeMap::new()),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn names_are_words_that_begin_with_a_letter() {
        for (name, expected) in [
            ("n", true),
            ("_a1", true),
            ("1a", false),
            ("", false),
            ("a-b", false),
        ] {
            assert_eq!(is_name(name), expected, "{name}");
        }
    }
}
