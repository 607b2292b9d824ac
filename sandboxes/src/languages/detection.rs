//! Which language a program is in, by the names of its files and, where names are shared, by what is in them.
//!
//! The rules of the package format's tools: every file speaks for at most one language; the language with the most files wins, then
//! the one with the higher priority. A `#!` line outweighs the name. Helpers (`.h`, data, notes) speak for nobody.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use regex_lite::Regex;
use serde::Deserialize;

use super::catalogue::Catalogue;
use super::definition::Language;
use super::sources::SourceFile;

/// How much of a file is looked at: what tells languages apart stands near the top.
const LOOKED_AT: usize = 64 * 1024;

/// Names of a directory's own scripts; one of them decides for a program of a package.
const SCRIPTS: [&str; 2] = ["build", "run"];

/// What speaks for a language inside a file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContentRule {
    /// Matched against the first line, when it begins with `#!`; decisive.
    pub shebang: Option<Pattern>,
    /// One of these somewhere in a file with a shared extension claims it.
    pub says: Vec<Pattern>,
    /// Unless one of these is there too.
    pub unless: Vec<Pattern>,
}

/// A regular expression; `^` and `$` are ends of lines.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Regex::new(&format!("(?m){text}"))
            .map(Self)
            .map_err(|error| serde::de::Error::custom(format!("{text:?}: {error}")))
    }
}

impl Pattern {
    /// Whether it is found near the top of a file.
    pub(crate) fn is_in(&self, content: &[u8]) -> bool {
        self.0.is_match(&top(content))
    }
}

/// The part of a file that is looked at, as text.
fn top(content: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(&content[..content.len().min(LOOKED_AT)])
}

impl ContentRule {
    fn has_shebang(&self, text: &str) -> bool {
        let line = text.lines().next().unwrap_or_default();
        line.starts_with("#!")
            && self
                .shebang
                .as_ref()
                .is_some_and(|pattern| pattern.0.is_match(line))
    }

    fn claims(&self, text: &str) -> bool {
        let any = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.0.is_match(text));
        any(&self.says) && !any(&self.unless)
    }
}

impl Catalogue {
    /// The language of a submission's sources; `None` when no file speaks for one.
    #[must_use]
    pub fn detect_submission(&self, files: &[SourceFile]) -> Option<&Arc<Language>> {
        self.winner(
            files
                .iter()
                .map(|file| (file.name.as_str(), file.content.as_slice())),
        )
    }

    /// The language of a program of a package: a directory with a `build` or `run` script is [`Catalogue::scripts`], whatever lies
    /// beside it.
    #[must_use]
    pub fn detect_program(&self, files: &[SourceFile]) -> Option<&Arc<Language>> {
        if files
            .iter()
            .any(|file| SCRIPTS.contains(&file.name.as_str()))
        {
            return self.scripts();
        }
        self.detect_submission(files)
    }

    /// [`Catalogue::detect_program`], where only the names are known.
    #[must_use]
    pub fn detect<'a>(
        &self,
        file_names: impl IntoIterator<Item = &'a str>,
    ) -> Option<&Arc<Language>> {
        let names: Vec<&str> = file_names.into_iter().collect();
        if names.iter().any(|name| SCRIPTS.contains(name)) {
            return self.scripts();
        }
        self.winner(names.into_iter().map(|name| (name, &[][..])))
    }

    fn winner<'a>(
        &self,
        files: impl Iterator<Item = (&'a str, &'a [u8])>,
    ) -> Option<&Arc<Language>> {
        let mut votes: BTreeMap<&str, (usize, &Arc<Language>)> = BTreeMap::new();
        for (name, content) in files {
            if let Some(language) = self.speaks_for(name, content) {
                votes.entry(&language.id).or_insert((0, language)).0 += 1;
            }
        }
        let overruled: Vec<&String> = votes
            .values()
            .flat_map(|(_, language)| &language.prefer_over)
            .collect();
        votes
            .values()
            .filter(|(_, language)| !overruled.contains(&&language.id))
            .max_by_key(|(count, language)| (*count, language.priority))
            .map(|(_, language)| *language)
    }

    fn speaks_for(&self, name: &str, content: &[u8]) -> Option<&Arc<Language>> {
        let text = top(content);
        let base = name.rsplit('/').next().unwrap_or(name);
        let Some((_, extension)) = base.rsplit_once('.') else {
            return self
                .detectable()
                .find(|language| language.content.has_shebang(&text));
        };
        self.by_extension(extension, &text)
            .or_else(|| self.by_extension(&extension.to_lowercase(), &text))
    }

    fn by_extension(&self, extension: &str, text: &str) -> Option<&Arc<Language>> {
        let owner = self
            .detectable()
            .find(|language| language.extensions.iter().any(|own| own == extension));
        let sharers = || {
            self.detectable().filter(|language| {
                language
                    .shared_extensions
                    .iter()
                    .any(|shared| shared == extension)
            })
        };
        owner
            .into_iter()
            .chain(sharers())
            .find(|language| language.content.has_shebang(text))
            .or_else(|| sharers().find(|language| language.content.claims(text)))
            .or(owner)
    }

    /// Those a file may speak for.
    fn detectable(&self) -> impl Iterator<Item = &Arc<Language>> {
        self.languages().filter(|language| language.detect)
    }
}

#[cfg(test)]
#[path = "detection_tests.rs"]
mod tests;
