//! The strict reading of a package: everything that deviates from the letter of its format, each with a stable code.
//!
//! Loading is lenient, as real packages are dirty; this is what their authors can be told. What loading warns about or
//! refuses is part of it.

mod layout;
mod metadata;
mod texts;

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::error::{PackageError, PackageWarning};
use super::load::load;
use super::tree::{Dir, Entry, Tree};
use super::{Format, ProblemPackage};

/// One deviation from the format.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Deviation {
    /// The file or directory, beginning with the name of the package.
    pub file: PathBuf,
    /// The rule, stable: `file_name`, `unknown_key`, ...
    pub rule: &'static str,
    /// What is wrong with it.
    pub message: String,
}

/// Everything about the package in `root` that deviates from its format, in the order of its files.
///
/// # Errors
/// Only when the directory cannot be read at all.
pub fn lint(root: &Path) -> Result<Vec<Deviation>, PackageError> {
    let tree = Tree::open(root)?;
    let package = match load(root) {
        Ok(package) => package,
        Err(error) => {
            let deviation = Deviation {
                file: error.path().to_owned(),
                rule: error.code(),
                message: without_path(&error.to_string(), error.path()),
            };
            return Ok(vec![deviation]);
        }
    };
    let mut lint = Lint {
        tree: &tree,
        package: &package,
        found: Vec::new(),
    };
    lint.found.extend(package.warnings.iter().map(of_warning));
    lint.walk(&tree.top())?;
    layout::check(&mut lint)?;
    metadata::check(&mut lint)?;
    let mut found = lint.found;
    found.sort();
    found.dedup();
    Ok(found)
}

/// The strict reading of one package.
struct Lint<'a> {
    tree: &'a Tree,
    package: &'a ProblemPackage,
    found: Vec<Deviation>,
}

impl Lint<'_> {
    fn add(&mut self, path: impl AsRef<Path>, rule: &'static str, message: impl Into<String>) {
        self.found.push(Deviation {
            file: self.tree.shown(path.as_ref()),
            rule,
            message: message.into(),
        });
    }

    fn legacy(&self) -> bool {
        self.package.format.is_legacy()
    }

    /// Names of all files and directories, and the texts among the files.
    fn walk(&mut self, dir: &Dir) -> Result<(), PackageError> {
        for entry in self.tree.list(dir)? {
            let path = dir.path.join(entry.name());
            if !is_name(entry.name(), self.package.format) {
                self.add(&path, "file_name", "has a name with other characters than letters, digits, dots, dashes and underscores, or one of the wrong length");
            }
            match entry {
                Entry::File(_, file) => texts::check(self, &file)?,
                Entry::Dir(_, below) => self.walk(&below)?,
            }
        }
        Ok(())
    }
}

/// `^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,254}$`; in `legacy-icpc` at least two characters, the last a letter or digit.
fn is_name(name: &str, format: Format) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let plain = name.len() <= 255
        && name.bytes().all(|byte| word(byte) || b".-".contains(&byte))
        && name.bytes().next().is_some_and(word);
    let strict = name.len() >= 2
        && name.starts_with(|letter: char| letter != '_')
        && name.ends_with(|letter: char| letter.is_ascii_alphanumeric());
    plain && (format != Format::LegacyIcpc || strict)
}

fn of_warning(warning: &PackageWarning) -> Deviation {
    Deviation {
        file: warning.path.clone(),
        rule: rule_of(&warning.message),
        message: warning.message.clone(),
    }
}

/// The rule behind a warning of the loader, by its words.
fn rule_of(message: &str) -> &'static str {
    const RULES: [(&str, &str); 35] = [
        ("grades as the legacy format does", "other_format"),
        ("of which scoring counts", "type"),
        ("where the format has a value", "other_format"),
        ("can stand nowhere", "constant_name"),
        ("is not below sample or secret", "other_format"),
        ("unknown key", "unknown_key"),
        ("unknown word", "unknown_word"),
        ("symbolic link to nothing", "dangling_link"),
        ("is not UTF-8", "encoding"),
        ("a name that is not UTF-8", "file_name"),
        ("has no input file", "missing_input"),
        ("is missing", "missing"),
        ("holds no statement", "missing_statement"),
        ("came with 2025-09", "other_format"),
        ("is not a key of this format", "other_format"),
        ("is called", "other_format"),
        ("are called", "other_format"),
        ("validation is a map", "other_format"),
        ("names a program of a DOMjudge server", "foreign_program"),
        ("is not a program", "no_program"),
        ("promises no verdict", "no_program"),
        ("in no language's directory", "include"),
        ("is neither data/sample nor data/secret", "unknown_entry"),
        ("another time limit", "time_limit"),
        ("is not used, as validation is default", "unused_validator"),
        ("there is no output validator", "unknown_validator"),
        ("no submission matches", "unused_glob"),
        ("holds groups and testcases", "mixed_group"),
        ("ignore_sample below the root", "ignore_sample"),
        ("is no setting of", "unused_key"),
        ("means nothing", "unused_key"),
        ("is not a whole number", "value"),
        ("is less than 1", "value"),
        ("not valid JSON", "submissions_json"),
        ("not a JSON object", "submissions_json"),
    ];
    let found = RULES.iter().find(|(words, _)| message.contains(words));
    found.map_or("value", |(_, rule)| rule)
}

/// The message without the path it begins with, which stands beside it.
fn without_path(message: &str, path: &Path) -> String {
    let rest = message.strip_prefix(&path.display().to_string());
    rest.map_or(message, |rest| rest.trim_start_matches([':', ' ']))
        .to_owned()
}
