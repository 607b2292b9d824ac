//! `domjudge-problem.ini`: DOMjudge's own metadata (DOMjudge manual, "Problem format"). Only the name and the time limit say
//! something about judging.

use std::time::Duration;

use super::error::PackageError;
use super::time_limits::parse_seconds;
use super::tree::Tree;

/// Keys that mean nothing for judging: those of DOMjudge now and before, and of tools that write the file.
const KNOWN: [&str; 14] = [
    "allow_judge",
    "allow_submit",
    "color",
    "externalid",
    "memlimit",
    "outputlimit",
    "points",
    "probid",
    "short-name",
    "shortname",
    "special_compare",
    "special_compare_args",
    "special_run",
    "validator_flags",
];

/// `domjudge-problem.ini`: lines `key = 'value'`.
#[derive(Default)]
pub(super) struct Ini {
    pub(super) name: Option<String>,
    pub(super) time_limit: Option<Duration>,
}

impl Ini {
    pub(super) fn read(tree: &Tree) -> Result<Self, PackageError> {
        let mut ini = Self::default();
        let Some(file) = tree.find_file(&tree.top(), "domjudge-problem.ini")? else {
            return Ok(ini);
        };
        for line in tree.text(&file)?.lines() {
            let line = line.trim_start();
            let Some((key, value)) = line
                .split_once('=')
                .filter(|_| !line.starts_with([';', '#']))
            else {
                continue;
            };
            let value = unquoted(value);
            match key.trim().to_ascii_lowercase().as_str() {
                "name" if !value.is_empty() => ini.name = Some(value.to_owned()),
                "timelimit" => {
                    let limit = parse_seconds(value).ok_or_else(|| PackageError::Value {
                        path: tree.shown(&file.path),
                        key: "timelimit".to_owned(),
                        expected: "a number of seconds above 0",
                        found: value.chars().take(60).collect(),
                    })?;
                    ini.time_limit = Some(limit);
                }
                key @ ("special_run" | "special_compare") if !value.is_empty() => tree.warn(
                    &file.path,
                    format!("{key} names a program of a DOMjudge server; the package's own validators judge"),
                ),
                key if KNOWN.contains(&key) => {}
                key => tree.warn(&file.path, format!("unknown key \"{key}\"")),
            }
        }
        Ok(ini)
    }
}

/// A value without its quotes, or without the comment after it.
fn unquoted(value: &str) -> &str {
    let value = value.trim();
    for quote in ['\'', '"'] {
        if let Some((inside, _)) = value
            .strip_prefix(quote)
            .and_then(|rest| rest.split_once(quote))
        {
            return inside.trim();
        }
    }
    value.split([';', '#']).next().unwrap_or_default().trim()
}
