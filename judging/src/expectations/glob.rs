//! Glob patterns of `submissions.yaml` (2025-09, "Glob patterns"): `*` within a name, `{a,b}` for alternatives, nothing else.

/// Alternatives one pattern may stand for; more is no pattern anybody wrote by hand.
const MAX_ALTERNATIVES: usize = 256;

/// A pattern for paths. It matches a path itself and everything below a directory it matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    text: String,
    alternatives: Vec<String>,
}

impl Glob {
    /// Reads a pattern; `None` when its braces do not close or stand for too many alternatives.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let trimmed = text.trim_matches('/');
        let mut alternatives = Vec::new();
        expand(trimmed, String::new(), &mut alternatives)?;
        Some(Self {
            text: text.to_owned(),
            alternatives,
        })
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is the plain name of one thing, without any pattern in it.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        !self.text.contains(['*', '{'])
    }

    /// Whether it matches `path` or a directory above it.
    #[must_use]
    pub fn covers(&self, path: &str) -> bool {
        let parts: Vec<&str> = path.split('/').collect();
        (1..=parts.len()).any(|depth| self.matches_parts(&parts[..depth]))
    }

    /// Whether it matches `path` itself.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        self.matches_parts(&path.split('/').collect::<Vec<_>>())
    }

    fn matches_parts(&self, path: &[&str]) -> bool {
        self.alternatives.iter().any(|alternative| {
            let mut patterns = alternative.split('/');
            let mut names = path.iter();
            loop {
                match (patterns.next(), names.next()) {
                    (Some(pattern), Some(name)) if matches_name(pattern, name) => {}
                    (None, None) => return true,
                    _ => return false,
                }
            }
        })
    }
}

/// Puts every alternative of `text` after `done`.
fn expand(text: &str, done: String, found: &mut Vec<String>) -> Option<()> {
    let Some(open) = text.find('{') else {
        found.push(done + text);
        return (found.len() <= MAX_ALTERNATIVES).then_some(());
    };
    let (inside, rest) = closing(&text[open + 1..])?;
    for alternative in inside {
        let done = format!("{done}{}", &text[..open]);
        expand(&format!("{alternative}{rest}"), done, found)?;
    }
    Some(())
}

/// The alternatives up to the brace that closes, and what follows it.
fn closing(text: &str) -> Option<(Vec<&str>, &str)> {
    let (mut depth, mut begin, mut alternatives) = (0, 0, Vec::new());
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                alternatives.push(&text[begin..at]);
                return (alternatives.len() <= MAX_ALTERNATIVES)
                    .then_some((alternatives, &text[at + 1..]));
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                alternatives.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    None
}

/// `*` stands for any letters; linear in the name for each star.
fn matches_name(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn stars_stay_within_a_name_and_braces_are_alternatives() {
        for (pattern, path, expected) in [
            ("accepted", "accepted/a.py", true),
            ("accepted/*", "accepted/a.py", true),
            ("accepted/", "accepted/a.py", true),
            ("accepted/*", "accepted/dir/a.py", true),
            ("*.py", "accepted/a.py", false),
            ("*/*.py", "accepted/a.py", true),
            ("*/a*b*.py", "x/aXbY.py", true),
            ("*/a*b*.py", "x/ab.py", true),
            ("*/a*b", "x/abab", true),
            ("*/a*b", "x/aba", false),
            ("mixed/{simple,complex}.py", "mixed/complex.py", true),
            ("mixed/author.{py,cpp}", "mixed/author.java", false),
            ("{a,b{c,d}}/x", "bd/x", true),
            ("{a,b{c,d}}/x", "b/x", false),
            ("secret/*-easy", "secret/01-easy", true),
            ("secret/group1", "secret/group1/03", true),
            ("secret/group1", "secret/group10/03", false),
            ("**", "a", true),
            ("**/c", "a/b/c", false),
            ("[ab]", "a", false),
            ("", "a", false),
        ] {
            assert_eq!(
                Glob::new(pattern).unwrap().covers(path),
                expected,
                "{pattern} {path}"
            );
        }
        assert!(Glob::new("a{b").is_none());
        assert!(Glob::new(&"{a,b}".repeat(9)).is_none());
        assert!(Glob::new("secret/1").unwrap().is_plain());
    }

    proptest! {
        #[test]
        fn no_pattern_makes_it_panic(pattern in "[a*/{},]{0,40}", path in "[a/*]{0,20}") {
            if let Some(glob) = Glob::new(&pattern) {
                let _ = glob.covers(&path);
            }
        }
    }
}
