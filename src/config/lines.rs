//! Which line of a TOML file a key stands in. The parser keeps no places, so the text is looked at once more, as simply as
//! possible: what cannot be found has the line of the table around it, or none.

/// The 1-based line in which `key` (dotted) is set, else that of the innermost table around it.
pub(super) fn line_of(text: &str, key: &str) -> Option<usize> {
    let mut table = String::new();
    let mut around: Option<(usize, usize)> = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let found = if let Some(header) = header(line) {
            table = header;
            table.clone()
        } else if let Some((name, _)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            let name = plain(name);
            if table.is_empty() {
                name
            } else {
                format!("{table}.{name}")
            }
        } else {
            continue;
        };
        if found == key {
            return Some(index + 1);
        }
        let inside = key
            .strip_prefix(&found)
            .is_some_and(|rest| rest.starts_with('.'));
        if inside && around.is_none_or(|(_, depth)| depth < found.len()) {
            around = Some((index + 1, found.len()));
        }
    }
    around.map(|(line, _)| line)
}

/// The name of `[a.b]`.
fn header(line: &str) -> Option<String> {
    let inner = line.strip_prefix('[')?;
    let (name, _) = inner.split_once(']')?;
    Some(plain(name.trim_start_matches('[')))
}

/// A dotted key without blanks and quotes.
fn plain(key: &str) -> String {
    key.split('.')
        .map(|part| part.trim().trim_matches(['"', '\'']))
        .collect::<Vec<_>>()
        .join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# a.b = 1\ntop = 1\n\n[pools]\n judging=true\ncontainer.min = 3\n[pools . \"microvm\"] # x\nkernel = '/a = b'\n[http]\nlimits = { a = 1 }\n";

    #[test]
    fn a_key_has_its_line_and_an_unknown_one_that_of_its_table() {
        for (key, line) in [
            ("top", Some(2)),
            ("pools.judging", Some(5)),
            ("pools.container.min", Some(6)),
            ("pools.microvm.kernel", Some(8)),
            ("pools.microvm.root", Some(7)),
            ("pools.trusted.min", Some(4)),
            ("http.limits.a", Some(10)),
            ("a.b", None),
        ] {
            assert_eq!(line_of(TEXT, key), line, "{key}");
        }
    }
}
