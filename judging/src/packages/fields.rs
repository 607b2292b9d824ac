//! The keys of one YAML map of a package: read with its defaults, unknown ones warned about, wrong ones refused by name.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::{Map, Value};

use super::constants::substitute;
use super::error::PackageError;
use super::tree::{File, Tree};
use crate::yaml;

/// A map read from a YAML file.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    tree: &'a Tree,
    path: PathBuf,
    /// Keys above this map: `limits.`; empty at the top.
    above: String,
    map: Map<String, Value>,
    read: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Fields<'a> {
    /// Reads a YAML file whose top level is a map; gives its text too.
    pub(super) fn read(tree: &'a Tree, file: &File) -> Result<(Self, String), PackageError> {
        Self::read_with(tree, file, &BTreeMap::new())
    }

    /// The same, with the values of constants put in first.
    pub(super) fn read_with(
        tree: &'a Tree,
        file: &File,
        constants: &BTreeMap<String, String>,
    ) -> Result<(Self, String), PackageError> {
        let text = tree.text(file)?;
        let text = match substitute(text.as_bytes(), constants) {
            Cow::Borrowed(_) => text,
            Cow::Owned(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        };
        let map = yaml::parse(&text).map_err(|reason| PackageError::Yaml {
            path: tree.shown(&file.path),
            reason,
        })?;
        Ok((Self::of(tree, file.path.clone(), map), text))
    }

    /// The same of a map that is there already; `path` relative to the package.
    pub(super) fn of(tree: &'a Tree, path: PathBuf, map: Map<String, Value>) -> Self {
        Self {
            tree,
            path,
            above: String::new(),
            map,
            read: RefCell::default(),
        }
    }

    /// The value of a key; `None` also for one that is empty.
    pub(super) fn value(&self, key: &'static str) -> Option<&Value> {
        self.read.borrow_mut().insert(key);
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// All keys, in order.
    pub(super) fn keys(&self) -> Vec<String> {
        self.map.keys().cloned().collect()
    }

    /// The map below a key that no list of keys names; `None` when nothing stands there.
    pub(super) fn entry(&self, key: &str) -> Result<Option<Fields<'a>>, PackageError> {
        match self.map.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(map)) => Ok(Some(self.below(key, map.clone()))),
            Some(_) => Err(self.wrong(key, "a map")),
        }
    }

    fn below(&self, key: &str, map: Map<String, Value>) -> Fields<'a> {
        Fields {
            tree: self.tree,
            path: self.path.clone(),
            above: format!("{}{key}.", self.above),
            map,
            read: RefCell::default(),
        }
    }

    /// The value of a key that no list of keys names.
    pub(super) fn any(&self, key: &str) -> Option<&Value> {
        self.map.get(key)
    }

    /// Marks keys as known that mean nothing for judging.
    pub(super) fn know(&self, keys: &[&'static str]) {
        self.read.borrow_mut().extend(keys);
    }

    /// Warns about every key that was neither read nor known.
    pub(super) fn warn_unknown(&self) {
        let read = self.read.borrow();
        for key in self.map.keys().filter(|key| !read.contains(key.as_str())) {
            self.warn(&format!("unknown key \"{}{key}\"", self.above));
        }
    }

    pub(super) fn warn(&self, message: &str) {
        self.tree.warn(&self.path, message);
    }

    pub(super) fn wrong(&self, key: &str, expected: &'static str) -> PackageError {
        PackageError::Value {
            path: self.tree.shown(&self.path),
            key: format!("{}{key}", self.above),
            expected,
            found: self
                .map
                .get(key)
                .map_or_else(|| "nothing".to_owned(), yaml::shown),
        }
    }

    /// A rule between several values that is broken.
    pub(super) fn rule(&self, rule: String) -> PackageError {
        PackageError::Rule {
            path: self.tree.shown(&self.path),
            rule,
        }
    }

    pub(super) fn unknown_format(&self, version: &str) -> PackageError {
        PackageError::UnknownFormat {
            path: self.tree.shown(&self.path),
            version: version.to_owned(),
        }
    }

    /// A map below a key.
    pub(super) fn map(&self, key: &'static str) -> Result<Option<Fields<'a>>, PackageError> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(self.below(key, map.clone()))),
            Some(_) => Err(self.wrong(key, "a map")),
        }
    }

    /// Text; a number or a boolean as it prints.
    pub(super) fn text(&self, key: &'static str) -> Result<Option<String>, PackageError> {
        match self.value(key) {
            None => Ok(None),
            Some(value) => yaml::text(value)
                .map(Some)
                .ok_or_else(|| self.wrong(key, "text")),
        }
    }

    /// Words: a string split at white space, or a list of strings as it is.
    pub(super) fn words(&self, key: &'static str) -> Result<Option<Vec<String>>, PackageError> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::Array(values)) => {
                let words: Option<Vec<String>> = values.iter().map(yaml::text).collect();
                words
                    .map(Some)
                    .ok_or_else(|| self.wrong(key, "text or a list of texts"))
            }
            Some(value) => match yaml::text(value) {
                Some(text) => Ok(Some(text.split_whitespace().map(str::to_owned).collect())),
                None => Err(self.wrong(key, "text or a list of texts")),
            },
        }
    }

    /// Arguments of a program: a list as it is, or text split at white space. Quotes keep words together, as DOMjudge has it and
    /// its own example package needs; text whose quotes do not close is split without looking at them.
    pub(super) fn arguments(&self, key: &'static str) -> Result<Option<Vec<String>>, PackageError> {
        let words = self.words(key)?;
        Ok(match self.value(key) {
            Some(Value::String(text)) => yaml::quoted_words(text).or(words),
            _ => words,
        })
    }

    pub(super) fn number(&self, key: &'static str) -> Result<Option<f64>, PackageError> {
        match self.value(key) {
            None => Ok(None),
            Some(value) => {
                let number = yaml::number(value).filter(|number| !number.is_nan());
                number.map(Some).ok_or_else(|| self.wrong(key, "a number"))
            }
        }
    }

    /// A number above 0 and at most `most`.
    pub(super) fn positive(
        &self,
        key: &'static str,
        most: f64,
    ) -> Result<Option<f64>, PackageError> {
        match self.number(key)? {
            Some(number) if number > 0.0 && number <= most => Ok(Some(number)),
            Some(_) => Err(self.wrong(key, "a number above 0 and within reason")),
            None => Ok(None),
        }
    }

    pub(super) fn flag(&self, key: &'static str) -> Result<Option<bool>, PackageError> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.wrong(key, "true or false")),
        }
    }
}
