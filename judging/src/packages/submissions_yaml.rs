//! `submissions/submissions.yaml` (2025-09, "Example submissions"): globs of submissions, each with what holds for them.

use serde_json::Value;

use super::Format;
use super::error::PackageError;
use super::fields::Fields;
use super::tree::{Dir, Tree};
use crate::expectations::{Glob, Requirement, TimeLimitUse};
use crate::verdicts::Verdict;
use crate::yaml;

/// What is known about a submission besides its promise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Details {
    pub(super) language: Option<String>,
    pub(super) entry_point: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) model_solution: bool,
}

impl Details {
    /// These, with what `stronger` says instead.
    pub(super) fn under(self, stronger: Self) -> Self {
        let authors = [stronger.authors, self.authors];
        Self {
            language: stronger.language.or(self.language),
            entry_point: stronger.entry_point.or(self.entry_point),
            authors: authors
                .into_iter()
                .find(|authors| !authors.is_empty())
                .unwrap_or_default(),
            model_solution: stronger.model_solution || self.model_solution,
        }
    }
}

/// One entry: a glob and what it says.
#[derive(Debug)]
pub(super) struct SubmissionEntry {
    pub(super) glob: Glob,
    pub(super) details: Details,
    pub(super) requirements: Vec<Partial>,
}

/// A requirement of which every key may be missing.
#[derive(Clone, Debug, Default)]
pub(super) struct Partial {
    pub(super) scope: Option<Glob>,
    pub(super) permitted: Option<Vec<Verdict>>,
    pub(super) required: Option<Vec<Verdict>>,
    pub(super) score: Option<(f64, f64)>,
    pub(super) message: Option<String>,
    pub(super) time_limit: Option<TimeLimitUse>,
}

impl Partial {
    /// It, with `default` for what it does not say.
    pub(super) fn over(&self, from: &str, default: &Requirement) -> Requirement {
        Requirement {
            from: from.to_owned(),
            scope: self.scope.clone().or_else(|| default.scope.clone()),
            permitted: self
                .permitted
                .clone()
                .unwrap_or_else(|| default.permitted.clone()),
            required: self
                .required
                .clone()
                .unwrap_or_else(|| default.required.clone()),
            score: self.score.or(default.score),
            message: self.message.clone().or_else(|| default.message.clone()),
            time_limit: self.time_limit.unwrap_or(default.time_limit),
        }
    }

    fn is_empty(&self) -> bool {
        self.permitted.is_none()
            && self.required.is_none()
            && self.score.is_none()
            && self.message.is_none()
            && self.time_limit.is_none()
    }
}

/// All entries, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) entries: Vec<SubmissionEntry>,
}

/// Keys of an entry; any other is a glob of testcases.
const KEYS: [&str; 9] = [
    "language",
    "entrypoint",
    "authors",
    "model_solution",
    "permitted",
    "required",
    "score",
    "message",
    "use_for_time_limit",
];

impl Entries {
    /// Reads the file where there is one. It belongs to 2025-09; in a legacy package it is honoured all the same.
    pub(super) fn read(tree: &Tree, dir: &Dir, format: Format) -> Result<Self, PackageError> {
        let mut entries = Vec::new();
        let Some(file) = tree.find_file(dir, "submissions.yaml")? else {
            return Ok(Self::default());
        };
        if format.is_legacy() {
            tree.warn(&file.path, "came with 2025-09");
        }
        let (fields, _) = Fields::read(tree, &file)?;
        for key in fields.keys() {
            let glob = glob(&fields, &key)?;
            let Some(entry) = fields.entry(&key)? else {
                continue;
            };
            entries.push(Self::entry(glob, &entry)?);
        }
        Ok(Self { entries })
    }

    fn entry(glob: Glob, entry: &Fields<'_>) -> Result<SubmissionEntry, PackageError> {
        let own = partial(entry)?;
        let details = Details {
            language: entry.text("language")?,
            entry_point: entry.text("entrypoint")?,
            authors: people(entry.value("authors")),
            model_solution: entry.flag("model_solution")?.unwrap_or(false),
        };
        let mut requirements = Vec::new();
        if !own.is_empty() {
            requirements.push(own);
        }
        for key in entry.keys() {
            if KEYS.contains(&key.as_str()) {
                continue;
            }
            let scope = self::glob(entry, &key)?;
            let Some(below) = entry.entry(&key)? else {
                continue;
            };
            requirements.push(Partial {
                scope: Some(scope),
                ..partial(&below)?
            });
            below.warn_unknown();
        }
        Ok(SubmissionEntry {
            glob,
            details,
            requirements,
        })
    }

    /// What all entries that match a submission say about it; the last one counts.
    pub(super) fn details(&self, name: &str) -> Details {
        self.matching(name)
            .fold(Details::default(), |details, entry| {
                details.under(entry.details.clone())
            })
    }

    /// The entries that match a submission.
    pub(super) fn matching(&self, name: &str) -> impl Iterator<Item = &SubmissionEntry> {
        self.entries
            .iter()
            .filter(move |entry| entry.glob.covers(name))
    }

    /// Warns about entries that match nothing: they promise something about a submission that is not there.
    pub(super) fn warn_unused<'n>(
        &self,
        tree: &Tree,
        names: impl Iterator<Item = &'n str> + Clone,
    ) {
        for entry in &self.entries {
            if !names.clone().any(|name| entry.glob.covers(name)) {
                let text = entry.glob.text();
                tree.warn(
                    "submissions/submissions.yaml".as_ref(),
                    format!("no submission matches \"{text}\""),
                );
            }
        }
    }
}

fn glob(fields: &Fields<'_>, key: &str) -> Result<Glob, PackageError> {
    Glob::new(key).ok_or_else(|| {
        fields.rule(format!(
            "\"{key}\" is no glob: its braces do not close or stand for too much"
        ))
    })
}

fn partial(fields: &Fields<'_>) -> Result<Partial, PackageError> {
    Ok(Partial {
        scope: None,
        permitted: verdicts(fields, "permitted")?,
        required: verdicts(fields, "required")?,
        score: score(fields)?,
        message: fields.text("message")?,
        time_limit: match fields.value("use_for_time_limit") {
            None => None,
            Some(Value::Bool(true)) => Some(TimeLimitUse::ByVerdicts),
            Some(Value::Bool(false)) => Some(TimeLimitUse::No),
            Some(Value::String(text)) if text == "lower" => Some(TimeLimitUse::Lower),
            Some(Value::String(text)) if text == "upper" => Some(TimeLimitUse::Upper),
            Some(_) => {
                return Err(fields.wrong("use_for_time_limit", "true, false, lower or upper"));
            }
        },
    })
}

fn verdicts(fields: &Fields<'_>, key: &'static str) -> Result<Option<Vec<Verdict>>, PackageError> {
    let Some(words) = fields.words(key)? else {
        return Ok(None);
    };
    let verdicts = words.iter().map(|word| match word.as_str() {
        "AC" => Some(Verdict::Ac),
        "WA" => Some(Verdict::Wa),
        "TLE" => Some(Verdict::Tle),
        "RTE" => Some(Verdict::Rte),
        // Drafts knew these.
        "MLE" => Some(Verdict::Mle),
        "OLE" => Some(Verdict::Ole),
        "CE" => Some(Verdict::Ce),
        _ => None,
    });
    let verdicts: Option<Vec<Verdict>> = verdicts.collect();
    match verdicts {
        Some(verdicts) if !verdicts.is_empty() => Ok(Some(verdicts)),
        _ => Err(fields.wrong(key, "a list of AC, WA, TLE and RTE")),
    }
}

fn score(fields: &Fields<'_>) -> Result<Option<(f64, f64)>, PackageError> {
    let wrong = || {
        fields.wrong(
            "score",
            "a number, or a list of the lowest and the highest one",
        )
    };
    match fields.value("score") {
        None => Ok(None),
        Some(Value::Array(range)) => {
            let numbers: Vec<f64> = range.iter().filter_map(yaml::number).collect();
            match numbers[..] {
                [least, most] if range.len() == 2 && least <= most => Ok(Some((least, most))),
                _ => Err(wrong()),
            }
        }
        Some(value) => {
            let score = yaml::number(value).filter(|score| score.is_finite());
            score.map(|score| Some((score, score))).ok_or_else(wrong)
        }
    }
}

/// Names of people: one or a list, each as text `Name <address>` or as a map with a `name`.
pub(super) fn people(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(people)) => people.iter().flat_map(people_of).collect(),
        Some(person) => people_of(person).into_iter().collect(),
        None => Vec::new(),
    }
}

fn people_of(person: &Value) -> Option<String> {
    let text = match person {
        Value::Object(map) => yaml::text(map.get("name")?)?,
        other => yaml::text(other)?,
    };
    let name = text.split('<').next().unwrap_or_default().trim();
    Some(if name.is_empty() {
        text
    } else {
        name.to_owned()
    })
}
