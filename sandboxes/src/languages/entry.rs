//! Finds what to start: the entry file before compiling, the main class after it, and the name a lone Java source must have.

use super::class_file;
use super::definition::{EntryKind, Language};
use super::sources::{SourceError, SourceFile, Sources};

/// The file a program starts with, for languages that start a file: the named one, a preferred one, `main.*`, the first by name
/// that is more than a part.
pub(crate) fn entry_file(
    language: &Language,
    sources: &Sources,
    own: &[String],
) -> Result<Option<String>, SourceError> {
    if language.entry.kind != EntryKind::File {
        return Ok(None);
    }
    if let Some(wanted) = &sources.entry_point {
        return named(language, sources, wanted)
            .map(Some)
            .ok_or_else(|| SourceError::NoEntryPoint(wanted.clone()));
    }
    if let Some(preferred) = language.entry.prefer.iter().find(|name| own.contains(name)) {
        return Ok(Some(preferred.clone()));
    }
    let called_main = |name: &&String| {
        let stem = name.split('.').next().unwrap_or_default();
        stem.eq_ignore_ascii_case("main")
    };
    let file = |name: &String| sources.files.iter().find(|file| file.name == *name);
    let is_theirs = |name: &&String| !file(name).is_some_and(|file| file.included);
    let is_whole = |name: &&String| {
        let part = language.entry.is_part.as_ref();
        !part.is_some_and(|part| file(name).is_some_and(|file| part.is_in(&file.content)))
    };
    let candidates = those_or_all(own.iter().collect(), is_theirs);
    if let Some(first) = candidates.iter().copied().find(called_main) {
        return Ok(Some(first.clone()));
    }
    let candidates = those_or_all(candidates, is_whole);
    Ok(candidates.into_iter().min().cloned())
}

/// Those that are so, if there are any.
fn those_or_all(all: Vec<&String>, is_so: impl Fn(&&String) -> bool) -> Vec<&String> {
    let those: Vec<&String> = all.iter().copied().filter(|name| is_so(name)).collect();
    if those.is_empty() { all } else { those }
}

/// Clients name an entry point with or without its extension.
fn named(language: &Language, sources: &Sources, wanted: &str) -> Option<String> {
    let with_extensions = language
        .extensions
        .iter()
        .chain(&language.shared_extensions)
        .map(|extension| format!("{wanted}.{extension}"));
    std::iter::once(wanted.to_owned())
        .chain(with_extensions)
        .find(|name| sources.files.iter().any(|file| file.name == *name))
}

/// The class a program starts with, from its compiled classes `(path, bytes)`.
///
/// Taken in this order: the named one, the only one with `main`, the preferred one (`Main`), one named after a source, the first.
pub(crate) fn main_class(
    language: &Language,
    wanted: Option<&str>,
    sources: &[SourceFile],
    classes: &[(String, Vec<u8>)],
) -> Result<String, SourceError> {
    let mut mains: Vec<String> = classes
        .iter()
        .filter(|(path, _)| path.ends_with(".class"))
        .filter_map(|(_, bytes)| class_file::main_class_name(bytes))
        .collect();
    mains.sort();
    if let Some(wanted) = wanted {
        let bare = language
            .extensions
            .iter()
            .find_map(|extension| wanted.strip_suffix(&format!(".{extension}")))
            .unwrap_or(wanted);
        let matches =
            |name: &&String| name.as_str() == bare || name.rsplit('.').next() == Some(bare);
        return mains
            .iter()
            .find(matches)
            .cloned()
            .ok_or_else(|| SourceError::NoEntryPoint(wanted.to_owned()));
    }
    let preferred = |name: &&String| {
        language
            .entry
            .prefer
            .iter()
            .any(|prefer| name.rsplit('.').next() == Some(prefer))
    };
    match &mains[..] {
        [] => Err(SourceError::NoEntryPoint("main".to_owned())),
        [only] => Ok(only.clone()),
        [first, ..] => {
            let named_after_source = || mains.iter().find(|name| is_named_after(name, sources));
            let taken = mains.iter().find(preferred).or_else(named_after_source);
            Ok(taken.unwrap_or(first).clone())
        }
    }
}

/// Whether a class is called like a source, up to the case of its first letter.
fn is_named_after(class: &str, sources: &[SourceFile]) -> bool {
    let class = class.rsplit('.').next().unwrap_or(class);
    sources.iter().any(|source| {
        let base = source.name.rsplit('/').next().unwrap_or_default();
        let stem = base.split('.').next().unwrap_or_default();
        class.eq_ignore_ascii_case(stem)
    })
}

/// The name of the public class (interface, enum, record) at the top level of a Java-like source.
pub(crate) fn public_class(source: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(source);
    let words = top_level_words(&text);
    let public_at = words
        .iter()
        .enumerate()
        .filter(|(_, word)| **word == "public")
        .map(|(at, _)| at);
    for at in public_at {
        let kind = words[at + 1..].iter().position(|word| {
            ![
                "final",
                "abstract",
                "strictfp",
                "sealed",
                "non-sealed",
                "static",
            ]
            .contains(word)
        })?;
        let kind = at + 1 + kind;
        if ["class", "interface", "enum", "record"].contains(words.get(kind)?) {
            return words.get(kind + 1).map(|name| (*name).to_owned());
        }
    }
    None
}

/// The words outside braces, comments and literals.
fn top_level_words(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let (mut words, mut depth, mut at) = (Vec::new(), 0_usize, 0);
    while at < bytes.len() {
        let rest = &text.as_bytes()[at..];
        at += match rest[0] {
            b'/' if rest.starts_with(b"//") => length_until(rest, b"\n", 2),
            b'/' if rest.starts_with(b"/*") => length_until(rest, b"*/", 2),
            b'"' if rest.starts_with(b"\"\"\"") => length_until(rest, b"\"\"\"", 3),
            quote @ (b'"' | b'\'') => literal_length(rest, quote),
            b'{' => {
                depth += 1;
                1
            }
            b'}' => {
                depth = depth.saturating_sub(1);
                1
            }
            byte if is_word(byte) => {
                let length = rest.iter().take_while(|byte| is_word(**byte)).count();
                if depth == 0 {
                    words.push(&text[at..at + length]);
                }
                length
            }
            _ => 1,
        };
    }
    words
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn length_until(rest: &[u8], end: &[u8], from: usize) -> usize {
    rest.get(from..)
        .and_then(|tail| tail.windows(end.len()).position(|window| window == end))
        .map_or(rest.len(), |found| from + found + end.len())
}

/// A literal ends at its quote or, unterminated, at the end of the line.
fn literal_length(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'\n' => return at,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: Option<&str>) {
        assert_eq!(
            public_class(source.as_bytes()).as_deref(),
            expected,
            "{source}"
        );
    }

    #[test]
    fn finds_the_public_class() {
        check("public class Main {}", Some("Main"));
        check(
            "import java.util.*;\n@Deprecated\npublic final class A<T> extends B {}",
            Some("A"),
        );
        check(
            "class Helper { public class Inner {} }\npublic abstract class Sol {}",
            Some("Sol"),
        );
        check("public record Point(int x) {}", Some("Point"));
        check("public sealed interface Shape permits A {}", Some("Shape"));
        check("class A { public static void main(String[] a) {} }", None);
    }

    #[test]
    fn is_not_fooled_by_comments_and_literals() {
        check(
            "// public class No\n/* public class No {} */ public class Yes {}",
            Some("Yes"),
        );
        check(
            "class A { String s = \"}\"; char c = '}'; String t = \"\\\"}\"; }\npublic class Yes {}",
            Some("Yes"),
        );
        check(
            "class A { String s = \"\"\"\n } \"quoted\" public class No \"\"\"; } public class Yes {}",
            Some("Yes"),
        );
        check("public class Größe {}", Some("Größe"));
    }

    #[test]
    fn survives_garbage() {
        for garbage in [
            "",
            "public",
            "public class",
            "\"",
            "'\\",
            "/*",
            "}}}}public class X",
            "\u{fffd}{",
        ] {
            let _ = public_class(garbage.as_bytes());
        }
        check("}}}}public class X", Some("X"));
    }
}
