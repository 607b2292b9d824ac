//! Reads a definition and finds all its mistakes at once, each with the file and the key.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::DeserializeOwned;

use super::definition::{Amount, ArtifactRule, EntryKind, Language, Variant};
use super::detection::ContentRule;
use super::template;

/// One mistake in a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The definition's file name.
    pub file: String,
    /// The key, `run.args`; empty when the file as a whole is wrong.
    pub key: String,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            write!(out, "{}: {}", self.file, self.problem)
        } else {
            write!(out, "{}: {}: {}", self.file, self.key, self.problem)
        }
    }
}

/// Reads one definition.
pub(crate) fn read(file: &str, text: &str) -> Result<Language, Vec<Mistake>> {
    let mut reader = Reader {
        file,
        table: toml::Table::new(),
        mistakes: Vec::new(),
    };
    match text.parse() {
        Ok(table) => reader.table = table,
        Err(error) => {
            let line = error
                .span()
                .map_or(0, |span| text[..span.start].matches('\n').count() + 1);
            reader.mistake("", &format!("line {line}: {}", error.message()));
            return Err(reader.mistakes);
        }
    }
    let language = reader.language(text);
    for key in reader.table.keys().cloned().collect::<Vec<_>>() {
        reader.mistake(&key, "no such key");
    }
    if let Some(language) = &language {
        reader.check(language);
    }
    match language {
        Some(language) if reader.mistakes.is_empty() => Ok(language),
        _ => Err(reader.mistakes),
    }
}

struct Reader<'a> {
    file: &'a str,
    /// What has not been read yet.
    table: toml::Table,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn mistake(&mut self, key: &str, problem: &str) {
        self.mistakes.push(Mistake {
            file: self.file.to_owned(),
            key: key.to_owned(),
            problem: problem.to_owned(),
        });
    }

    /// Takes a key; `None` (and a mistake) when it is malformed, the default when it is absent.
    fn optional<T: DeserializeOwned>(&mut self, key: &str, default: T) -> Option<T> {
        match self.table.remove(key) {
            None => Some(default),
            Some(value) => self.convert(key, value),
        }
    }

    /// Takes a key; `None` (and a mistake) when it is malformed or absent.
    fn required<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        if let Some(value) = self.table.remove(key) {
            return self.convert(key, value);
        }
        self.mistake(key, "missing");
        None
    }

    fn convert<T: DeserializeOwned>(&mut self, key: &str, value: toml::Value) -> Option<T> {
        match value.try_into() {
            Ok(value) => Some(value),
            Err(error) => {
                self.mistake(key, error.message().trim());
                None
            }
        }
    }

    /// Reads every key before giving up, so that all mistakes are found.
    fn language(&mut self, text: &str) -> Option<Language> {
        let id = self.required("id");
        let name = self.required("name");
        let aliases = self.optional("aliases", Vec::new());
        let extensions = self.required("extensions");
        let shared_extensions = self.optional("shared_extensions", Vec::new());
        let content = self.optional("content", ContentRule::default());
        let priority = self.optional("priority", 0);
        let time_factor = self.optional("time_factor", 1.0);
        let internal = self.optional("internal", false);
        let detect = self.optional("detect", true);
        let stand_in = self.optional("stand_in", None);
        let prefer_over = self.optional("prefer_over", Vec::new());
        let programs = self.required("programs");
        let packages = self.optional("packages", super::definition::Packages::default());
        let host = self.optional("host", super::definition::HostNeeds::default());
        let source = self.required("source");
        let entry = self.required("entry");
        let compile = self.optional("compile", Vec::new());
        let compile_needs =
            self.optional("compile_needs", super::definition::CompileNeeds::default());
        let hints = self.optional("hints", Vec::new());
        let artifact = self.required("artifact");
        let run = self.required("run");
        let version = self.required("version");
        let amounts = self.optional("amounts", BTreeMap::new());
        let only = Variant {
            name: "only".to_owned(),
            lists: BTreeMap::new(),
        };
        let variants = self.optional("variant", vec![only]);
        let self_test = self.required("self_test");
        Some(Language {
            id: id?,
            name: name?,
            aliases: aliases?,
            extensions: extensions?,
            shared_extensions: shared_extensions?,
            content: content?,
            priority: priority?,
            time_factor: time_factor?,
            internal: internal?,
            detect: detect?,
            stand_in: stand_in?,
            prefer_over: prefer_over?,
            programs: programs?,
            packages: packages?,
            host: host?,
            source: source?,
            entry: entry?,
            compile: compile?,
            compile_needs: compile_needs?,
            hints: hints?,
            artifact: artifact?,
            run: run?,
            version: version?,
            amounts: amounts?,
            variants: variants?,
            self_test: self_test?,
            digest: blake3::hash(text.as_bytes()).to_hex().to_string(),
        })
    }

    fn check(&mut self, language: &Language) {
        self.check_names(language);
        self.check_numbers(language);
        self.check_templates(language);
    }

    fn check_names(&mut self, language: &Language) {
        if !is_id(&language.id) {
            self.mistake(
                "id",
                "use lower-case letters, digits, '_' and '-', beginning with a letter",
            );
        }
        let extensions = language.extensions.iter();
        for extension in extensions.chain(&language.shared_extensions) {
            if extension.is_empty() || extension.contains(['.', '/']) {
                self.mistake(
                    "extensions",
                    &format!("{extension:?}: write it without dots"),
                );
            }
        }
        for (name, paths) in &language.programs {
            if paths.is_empty() {
                self.mistake(&format!("programs.{name}"), "no path");
            }
            for path in paths.iter().filter(|path| !path.starts_with('/')) {
                self.mistake(
                    &format!("programs.{name}"),
                    &format!("{path:?} is not absolute"),
                );
            }
        }
        for mount in &language.host.mounts {
            if !mount.inside.starts_with("/opt/") {
                self.mistake(
                    "host.mounts.inside",
                    &format!("{:?} is not below /opt", mount.inside),
                );
            }
        }
        for path in language
            .host
            .paths
            .iter()
            .filter(|path| !path.starts_with('/'))
        {
            self.mistake("host.paths", &format!("{path:?} is not absolute"));
        }
        if language.source.default.contains('/') || language.source.default.is_empty() {
            self.mistake("source.default", "not a bare file name");
        }
        if language.variants.is_empty() {
            self.mistake("variant", "empty");
        }
    }

    fn check_numbers(&mut self, language: &Language) {
        if !(language.time_factor.is_finite() && language.time_factor >= 1.0) {
            self.mistake("time_factor", "must be 1 or more");
        }
        if language.run.processes == 0 {
            self.mistake("run.processes", "must be 1 or more");
        }
        for (name, amount) in &language.amounts {
            let key = format!("amounts.{name}");
            if unit_bytes(name).is_none() {
                self.mistake(&key, "the name must end in _mib, _kib or _bytes");
            }
            if !sensible(amount) {
                self.mistake(
                    &key,
                    "needs 0 <= at_least_mib <= at_most_mib and of_memory >= 0",
                );
            }
        }
    }

    fn check_templates(&mut self, language: &Language) {
        let mut scalars: Vec<&str> = vec!["box", "work", "out", "program", "entry"];
        scalars.extend(language.programs.keys().map(String::as_str));
        scalars.extend(language.amounts.keys().map(String::as_str));
        match language.entry.kind {
            EntryKind::Class => scalars.push("class"),
            EntryKind::File => scalars.push("stem"),
            EntryKind::None => {}
        }
        for step in &language.compile {
            let mut known = scalars.clone();
            known.push("sources");
            known.push("files");
            if step.per_source {
                known.push("source");
            }
            for variant in applying(language, &step.variants) {
                let mut known = known.clone();
                known.extend(variant.lists.keys().map(String::as_str));
                self.check_args("compile.args", &step.args, &known);
            }
        }
        self.check_args("compile_needs.env", &language.compile_needs.env, &scalars);
        self.check_args("run.args", &language.run.args, &scalars);
        self.check_args("run.env", &language.run.env, &scalars);
        self.check_args("version.args", &language.version.args, &scalars);
        for (key, empty) in [
            ("run.args", language.run.args.is_empty()),
            ("version.args", language.version.args.is_empty()),
            (
                "compile.args",
                language.compile.iter().any(|step| step.args.is_empty()),
            ),
            (
                "compile",
                language.compile.is_empty() && language.artifact != ArtifactRule::Sources,
            ),
        ] {
            if empty {
                self.mistake(key, "empty");
            }
        }
    }

    fn check_args(&mut self, key: &str, templates: &[String], known: &[&str]) {
        for template in templates {
            for name in template::names(template) {
                if !known.contains(&name) {
                    self.mistake(key, &format!("nothing is called {{{name}}}"));
                }
            }
        }
    }
}

/// The variants a step belongs to.
pub(crate) fn applying<'a>(
    language: &'a Language,
    names: &'a [String],
) -> impl Iterator<Item = &'a Variant> {
    language
        .variants
        .iter()
        .filter(move |variant| names.is_empty() || names.contains(&variant.name))
}

/// Bytes in the unit an amount's name ends with.
pub(crate) fn unit_bytes(name: &str) -> Option<u64> {
    match name.rsplit_once('_')?.1 {
        "mib" => Some(1024 * 1024),
        "kib" => Some(1024),
        "bytes" => Some(1),
        _ => None,
    }
}

fn sensible(amount: &Amount) -> bool {
    amount.of_memory >= 0.0
        && amount.of_memory.is_finite()
        && amount.minus_mib.is_finite()
        && amount.at_least_mib >= 0.0
        && amount.at_least_mib <= amount.at_most_mib
}

fn is_id(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.len() <= 36
        && id.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-'
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::languages::toy::toy;

    fn check(change: impl Fn(&str) -> String, expected: &[&str]) {
        let mistakes: Vec<String> = match read("toy.toml", &change(&toy("toy", "toy"))) {
            Ok(_) => Vec::new(),
            Err(mistakes) => mistakes.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(mistakes, expected);
    }

    #[test]
    fn takes_a_small_definition() {
        check(str::to_owned, &[]);
    }

    #[test]
    fn reports_all_mistakes_at_once() {
        check(
            |good| {
                good.replace("id = \"toy\"", "id = 5")
                    .replace("name = \"Toy\"\n", "speed = 3\n")
                    .replace("\"file\"", "\"dir\"")
            },
            &[
                "toy.toml: id: invalid type: integer `5`, expected a string",
                "toy.toml: name: missing",
                "toy.toml: entry: unknown variant `dir`, expected one of `none`, `file`, `class`",
                "toy.toml: speed: no such key",
            ],
        );
    }

    #[test]
    fn reports_unknown_placeholders_and_bad_values() {
        check(
            |good| {
                good.replace("{entry}", "{class}")
                    .replace("\"/usr/bin/toy\"", "\"toy\"")
                    .replace("[\"toy\"]", "[\".toy\"]")
                    + "\n[amounts]\nheap = { at_least_mib = 5, at_most_mib = 2 }\n"
            },
            &[
                "toy.toml: extensions: \".toy\": write it without dots",
                "toy.toml: programs.toy: \".toy\" is not absolute",
                "toy.toml: amounts.heap: the name must end in _mib, _kib or _bytes",
                "toy.toml: amounts.heap: needs 0 <= at_least_mib <= at_most_mib and of_memory >= 0",
                "toy.toml: run.args: nothing is called {class}",
            ],
        );
    }

    #[test]
    fn names_the_line_of_a_syntax_error() {
        let mistakes = read("toy.toml", "id = \"x\"\nname = \n").unwrap_err();
        assert!(
            mistakes[0].to_string().starts_with("toy.toml: line 2: "),
            "{}",
            mistakes[0]
        );
    }
}
