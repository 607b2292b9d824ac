//! YAML files as maps of loosely typed values: what people write by hand is read generously.

use serde_json::{Map, Value};

/// Reads a YAML document whose top level is a map; an empty document is an empty map. Of a key given twice the last one counts.
///
/// # Errors
/// Where and why the text is no YAML, or no map.
pub(crate) fn parse(text: &str) -> Result<Map<String, Value>, String> {
    match serde_saphyr::from_str_with_options(text, options()) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(Value::Null) => Ok(Map::new()),
        Ok(other) => Err(format!("expected a map, found {}", shown(&other))),
        Err(error) => Err(error.to_string()),
    }
}

/// Whether no key is given twice.
///
/// # Errors
/// Where one is, or why the text is no YAML.
pub(crate) fn parse_strict(text: &str) -> Result<(), String> {
    let options = serde_saphyr::options! { with_snippet: false };
    match serde_saphyr::from_str_with_options::<Value>(text, options) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

/// The scalar `name` at the top level as it is spelled: `007`, where [`parse`] sees a number.
pub(crate) fn spelled_name(text: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Named {
        name: Option<String>,
    }
    let named: Named = serde_saphyr::from_str_with_options(text, options()).ok()?;
    named.name
}

fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::LastWins,
        with_snippet: false,
    }
}

/// A value as text for a message, at most 60 characters of it.
pub(crate) fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

/// Words between white space, of which quotes keep some together: `-m "two words"`. `None` when a quote does not close.
pub(crate) fn quoted_words(text: &str) -> Option<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    let (mut word, mut quote): (Option<String>, Option<char>) = (None, None);
    for letter in text.chars() {
        match quote {
            Some(closing) if letter == closing => quote = None,
            None if letter == '"' || letter == '\'' => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            None if letter.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

/// A number, also one in quotes.
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A scalar as text; numbers and booleans as they print.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bombs_are_errors() {
        for depth in [100, 1000, 2000, 100_000] {
            let text = format!("a: {}{}", "[".repeat(depth), "]".repeat(depth));
            assert!(depth == 100 || parse(&text).is_err(), "{depth} levels");
        }
        let mut aliases = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for level in 1..30 {
            let above = level - 1;
            let items = vec![format!("*a{above}"); 9].join(", ");
            aliases.push_str(&format!("a{level}: &a{level} [{items}]\n"));
        }
        assert!(parse(&aliases).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[a-z:{}\\[\\]&*!|>'\"%@`,#?\n\t -]{0,80}") {
            let _ = parse(&text);
            let _ = spelled_name(&text);
        }
    }

    #[test]
    fn quotes_keep_words_together() {
        for (text, expected) in [
            (" -x  1 ", Some(vec!["-x", "1"])),
            ("--m \"two words\" ''", Some(vec!["--m", "two words", ""])),
            ("a\"b c\"d", Some(vec!["ab cd"])),
            ("it's", None),
            ("", Some(vec![])),
        ] {
            let expected =
                expected.map(|words| words.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(quoted_words(text), expected, "{text}");
        }
    }

    #[test]
    fn generous_and_exact_at_once() {
        assert_eq!(parse("# nothing\n").unwrap(), Map::new());
        assert_eq!(parse("a: 1\na: 2").unwrap()["a"], 2);
        assert!(parse("- 1").unwrap_err().contains("expected a map"));
        assert!(parse("a: b: c").unwrap_err().contains("line 1"));
        assert_eq!(number(&parse("a: '1.5'").unwrap()["a"]), Some(1.5));
        assert_eq!(
            spelled_name("name: 007\nlimits:\n  memory: 1\n"),
            Some("007".to_owned())
        );
        assert_eq!(spelled_name("name: No"), Some("No".to_owned()));
    }
}
