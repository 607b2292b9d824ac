//! The statement files, and the name of the problem where only its statement gives one.

use std::io::Read;
use std::path::Path;

use super::error::PackageError;
use super::package::Statement;
use super::tree::{Entry, Tree};

/// Bytes of a statement that are searched for a name.
const SEARCHED: u64 = 64 << 10;

/// `problem_statement/problem[.<language>].{tex,pdf}` (legacy), `statement/problem.<language>.{tex,md,pdf}` (2025-09), and
/// `problem.pdf` beside them, as DOMjudge has it.
pub(super) fn read(tree: &Tree) -> Result<Vec<Statement>, PackageError> {
    let mut statements = Vec::new();
    for directory in ["problem_statement", "statement"] {
        let Some(dir) = tree.find_dir(&tree.top(), directory)? else {
            continue;
        };
        for entry in tree.list(&dir)? {
            let Entry::File(name, file) = entry else {
                continue;
            };
            let parts: Vec<&str> = name.split('.').collect();
            let language = match parts[..] {
                ["problem", "tex" | "md" | "pdf"] => "en",
                ["problem", language, "tex" | "md" | "pdf"] => language,
                _ => continue,
            };
            statements.push(Statement {
                language: language.to_owned(),
                path: file.real,
            });
        }
    }
    if let Some(file) = tree.find_file(&tree.top(), "problem.pdf")? {
        statements.push(Statement {
            language: "en".to_owned(),
            path: file.real,
        });
    }
    if statements.is_empty() {
        tree.warn(Path::new("problem_statement"), "holds no statement");
    }
    Ok(statements)
}

/// The name a LaTeX statement gives: its plain one, else that of `\problemname{...}`; the English statement first.
pub(super) fn title(statements: &[Statement]) -> Option<String> {
    let english = statements
        .iter()
        .filter(|statement| statement.language == "en");
    let others = statements
        .iter()
        .filter(|statement| statement.language != "en");
    english.chain(others).find_map(|statement| {
        let opened = std::fs::File::open(&statement.path).ok()?;
        if statement.path.extension()? != "tex" {
            return None;
        }
        let mut text = Vec::new();
        opened.take(SEARCHED).read_to_end(&mut text).ok()?;
        title_in(&String::from_utf8_lossy(&text))
    })
}

fn title_in(text: &str) -> Option<String> {
    let plain = text.lines().find_map(|line| {
        line.trim()
            .strip_prefix("%%")?
            .trim()
            .strip_prefix("plainproblemname:")
    });
    let name = match plain {
        Some(name) => name,
        None => {
            let (_, rest) = text.split_once("\\problemname{")?;
            let mut depth = 1;
            let end = rest.find(|letter| {
                depth += match letter {
                    '{' => 1,
                    '}' => -1,
                    _ => 0,
                };
                depth == 0
            })?;
            &rest[..end]
        }
    };
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_statements() {
        for (text, expected) in [
            ("\\problemname{Hello World!}\nText", Some("Hello World!")),
            ("\\problemname{A {\\bf B}\n C}", Some("A {\\bf B} C")),
            (
                "%% plainproblemname: x^2\n\\problemname{$x^2$}",
                Some("x^2"),
            ),
            ("\\problemname{open", None),
            ("\\problemname{}", None),
            ("no name", None),
        ] {
            assert_eq!(title_in(text).as_deref(), expected, "{text}");
        }
    }
}
