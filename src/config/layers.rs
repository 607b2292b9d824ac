//! Merges the layers defaults < file < `GAVEL_*` < flags, and collects every mistake with its key and its source.
//!
//! serde stops at the first mistake, so each value that did not come from the defaults is tried alone on top of them first.

use std::fmt;
use std::path::{Path, PathBuf};

use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Error, Figment, Metadata, Profile, Provider};

use super::machine::Machine;
use super::model::Config;
use super::places::Places;
use super::pools::{KINDS, WallKind};
use super::{check, lines, renamed};

/// Variables with our prefix that are no configuration keys: they belong to the client commands and to logging.
const FOREIGN_VARIABLES: [&str; 4] = ["GAVEL_CONFIG", "GAVEL_URL", "GAVEL_USER", "GAVEL_LOG"];

/// Short names for what is set most often.
const SHORT_VARIABLES: [(&str, &str); 4] = [
    ("GAVEL_LISTEN", "http.listen"),
    ("GAVEL_DATA", "paths.data"),
    ("GAVEL_PROBLEMS", "paths.problems"),
    ("GAVEL_CONTESTS", "paths.contests"),
];

/// The file read when none is named and it exists.
const DEFAULT_FILE: &str = "gavel.toml";

/// What is wrong with a configuration, all of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mistakes(pub(crate) Vec<Mistake>);

/// One wrong value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The key in dotted form: `http.listen`.
    pub(crate) key: String,
    /// Where the value came from: `gavel.toml:12`, `environment variable GAVEL_HTTP_LISTEN`, `flag --listen`.
    pub(crate) source: String,
    /// What is wrong with it, without the value itself.
    pub(crate) problem: String,
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.0.len() == 1 { "" } else { "s" };
        write!(f, "{} mistake{plural} in the configuration", self.0.len())?;
        for mistake in &self.0 {
            write!(
                f,
                "\n  {} ({}): {}",
                mistake.key, mistake.source, mistake.problem
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

/// Where values may come from, besides the defaults.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// A file that must exist; without it `gavel.toml` is read when it exists.
    pub(crate) file: Option<PathBuf>,
    /// The environment.
    pub(crate) environment: Vec<(String, String)>,
    /// Flags: name as typed (`--listen`), key, value.
    pub(crate) flags: Vec<(String, String, String)>,
}

/// Loads and checks the configuration.
///
/// # Errors
/// Every mistake of every layer, not only the first.
pub(crate) fn load(sources: &Sources) -> Result<Config, Mistakes> {
    load_on(sources, &Machine::this())
}

/// The same for another machine.
fn load_on(sources: &Sources, machine: &Machine) -> Result<Config, Mistakes> {
    let mut mistakes = Vec::new();
    let mut merged = Figment::from(Serialized::defaults(Config::default()));
    let keys = leaf_keys(&merged);
    let file = file_layer(sources.file.as_deref(), &mut mistakes);
    if let Some((layer, _)) = &file {
        merged = merged.merge(layer);
    }
    for layer in environment_layers(&sources.environment, &keys, &mut mistakes) {
        merged = merged.merge(layer);
    }
    for (flag, key, value) in &sources.flags {
        merged = merged.merge(Layer::new(format!("flag {flag}"), key, value));
    }
    let mut sifted = Sifted {
        mistakes,
        sound: Figment::from(Serialized::defaults(Config::default())),
    };
    sifted.sift(&merged);
    let Sifted {
        mut mistakes,
        sound,
    } = sifted;
    let checked: Result<Config, Error> = sound.extract();
    if let Ok(config) = &checked {
        let found = check::problems(config, machine);
        mistakes.extend(found.into_iter().map(|(key, problem)| Mistake {
            source: source_of(merged.find_metadata(&key), &key),
            key,
            problem,
        }));
        mistakes.extend(meant_for_no_wall(config, &merged));
    }
    if let Err(error) = &checked {
        let key = error.path.join(".");
        mistakes.push(Mistake {
            source: source_of(error.metadata.as_ref(), &key),
            key,
            problem: error.kind.to_string(),
        });
    }
    if let Some((layer, text)) = &file {
        name_lines(&mut mistakes, &layer.name, text);
    }
    match checked {
        Ok(config) if mistakes.is_empty() => Ok(Config {
            places: Places::of(
                &merged,
                file.as_ref().map(|(layer, text)| (&*layer.name, &**text)),
            ),
            ..config
        }),
        _ => Err(Mistakes(mistakes)),
    }
}

/// Adds its line to every mistake that came from the file.
pub(super) fn name_lines(mistakes: &mut [Mistake], file: &str, text: &str) {
    for mistake in mistakes.iter_mut().filter(|mistake| mistake.source == file) {
        if let Some(line) = lines::line_of(text, &mistake.key) {
            mistake.source = format!("{file}:{line}");
        }
    }
}

/// What somebody said about a pool that is off without being told to be: its wall was forgotten.
fn meant_for_no_wall(config: &Config, merged: &Figment) -> Vec<Mistake> {
    let given = |key: &str| {
        merged
            .find_metadata(key)
            .filter(|from| is_given(from))
            .cloned()
    };
    let off = KINDS
        .into_iter()
        .filter(|kind| config.pools.of(*kind).wall == WallKind::Off);
    let forgotten = off.filter(|kind| given(&format!("pools.{}.wall", kind.name())).is_none());
    forgotten
        .flat_map(|kind| {
            ["image", "kernel", "initramfs", "root", "manifest"].map(|name| (kind, name))
        })
        .filter_map(|(kind, name)| {
            let key = format!("pools.{}.{name}", kind.name());
            let from = given(&key)?;
            let problem = format!(
                "is of no use while pools.{}.wall is off: set the wall",
                kind.name()
            );
            Some(Mistake {
                source: source_of(Some(&from), &key),
                key,
                problem,
            })
        })
        .collect()
}

/// Reads the file layer; a named file that is missing or is not TOML is a mistake.
fn file_layer(named: Option<&Path>, mistakes: &mut Vec<Mistake>) -> Option<(Layer, String)> {
    let path = match named {
        Some(path) => path.to_owned(),
        None if Path::new(DEFAULT_FILE).exists() => PathBuf::from(DEFAULT_FILE),
        None => return None,
    };
    let outcome = std::fs::read_to_string(&path)
        .map_err(|error| error.to_string())
        .and_then(|text| {
            let toml = Toml::string(&text);
            let dict = toml.data().map_err(|error| error.kind.to_string())?;
            Ok((dict.into_values().next().unwrap_or_default(), text))
        });
    match outcome {
        Ok((dict, text)) => {
            let name = path.display().to_string();
            Some((Layer { name, dict }, text))
        }
        Err(problem) => {
            mistakes.push(Mistake {
                key: "the whole file".to_owned(),
                source: path.display().to_string(),
                problem,
            });
            None
        }
    }
}

/// One layer per variable, so that a mistake names the variable.
fn environment_layers(
    environment: &[(String, String)],
    keys: &[String],
    mistakes: &mut Vec<Mistake>,
) -> Vec<Layer> {
    let mut layers = Vec::new();
    for (variable, value) in environment {
        if !variable.starts_with("GAVEL_") || FOREIGN_VARIABLES.contains(&variable.as_str()) {
            continue;
        }
        let source = format!("environment variable {variable}");
        let short = SHORT_VARIABLES
            .iter()
            .find(|(name, _)| name == variable)
            .map(|(_, key)| *key);
        let long = || {
            keys.iter()
                .map(String::as_str)
                .find(|key| variable_of(key) == *variable)
        };
        match short.or_else(long) {
            Some(key) => layers.push(Layer::new(source, key, value)),
            None => mistakes.push(Mistake {
                key: variable.clone(),
                source,
                problem: renamed::unknown(variable, variable_of)
                    .unwrap_or_else(|| "no configuration key has this name".to_owned()),
            }),
        }
    }
    layers
}

/// `http.max_sessions` is set by `GAVEL_HTTP_MAX_SESSIONS`.
pub(crate) fn variable_of(key: &str) -> String {
    format!("GAVEL_{}", key.replace('.', "_").to_ascii_uppercase())
}

/// Values from one place.
struct Layer {
    name: String,
    dict: Dict,
}

impl Layer {
    fn new(name: String, key: &str, text: &str) -> Self {
        let mut parts = key.rsplit('.');
        let innermost = parts.next().unwrap_or_default();
        let leaf = Dict::from([(innermost.to_owned(), parse(text))]);
        let dict = parts.fold(leaf, |inner, part| {
            Dict::from([(part.to_owned(), inner.into())])
        });
        Self { name, dict }
    }
}

/// Variables and flags are text: `5`, `true` and `[a, b]` mean a number, a boolean and a list, everything else is text.
fn parse(text: &str) -> Value {
    match text.parse::<Value>() {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Ok(Map::from([(Profile::Default, self.dict.clone())]))
    }
}

/// Sorts what was given into mistakes and into sound values on top of the defaults.
struct Sifted {
    mistakes: Vec<Mistake>,
    sound: Figment,
}

impl Sifted {
    fn sift(&mut self, merged: &Figment) {
        let defaults = Figment::from(Serialized::defaults(Config::default()));
        if let (Ok(given), Ok(known)) = (merged.extract::<Dict>(), defaults.extract::<Dict>()) {
            self.section(merged, &given, &known, "");
        }
    }

    fn section(&mut self, merged: &Figment, given: &Dict, known: &Dict, prefix: &str) {
        for (name, value) in given {
            let key = format!("{prefix}{name}");
            let problem = match (known.get(name), value) {
                (Some(Value::Dict(_, known)), Value::Dict(_, given)) => {
                    self.section(merged, given, known, &format!("{key}."));
                    continue;
                }
                (Some(known), value) if known == value => continue,
                (Some(Value::Dict(..)), _) => "is a section, not a value".to_owned(),
                // A section of old: each of its keys has a new name.
                (None, Value::Dict(_, given)) if key == "pool" => {
                    self.section(merged, given, &Dict::new(), "pool.");
                    continue;
                }
                (None, _) => renamed::unknown(&key, str::to_owned)
                    .unwrap_or_else(|| "no such key".to_owned()),
                (Some(_), value) => match self.try_alone(&key, value) {
                    Ok(()) => continue,
                    Err(problem) => problem,
                },
            };
            // A section gets its source from what is inside it.
            let innermost = match value {
                Value::Dict(_, inner) => inner.values().next().unwrap_or(value),
                value => value,
            };
            let source = source_of(merged.get_metadata(innermost.tag()), &key);
            self.mistakes.push(Mistake {
                key,
                source,
                problem,
            });
        }
    }

    /// Adds one value to the sound ones when it has the form its key asks for.
    fn try_alone(&mut self, key: &str, value: &Value) -> Result<(), String> {
        let candidate = self.sound.clone().merge((key, value));
        candidate
            .extract::<Config>()
            .map_err(|error| error.kind.to_string())?;
        self.sound = candidate;
        Ok(())
    }
}

/// Where a value came from, or what to set in place of a default.
pub(super) fn source_of(metadata: Option<&Metadata>, key: &str) -> String {
    match metadata {
        Some(metadata) if is_given(metadata) => metadata.name.to_string(),
        _ => format!("default; in gavel.toml, or variable {}", variable_of(key)),
    }
}

/// Whether a value came from anywhere but the defaults.
fn is_given(metadata: &Metadata) -> bool {
    !metadata.name.contains("gavel::config")
}

/// Every key of the configuration in dotted form.
fn leaf_keys(defaults: &Figment) -> Vec<String> {
    fn walk(dict: &Dict, prefix: &str, keys: &mut Vec<String>) {
        for (name, value) in dict {
            match value {
                Value::Dict(_, inner) => walk(inner, &format!("{prefix}{name}."), keys),
                _ => keys.push(format!("{prefix}{name}")),
            }
        }
    }
    let mut keys = Vec::new();
    if let Ok(dict) = defaults.extract::<Dict>() {
        walk(&dict, "", &mut keys);
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(
        file: &str,
        environment: &[(&str, &str)],
        flags: &[(&str, &str, &str)],
    ) -> (tempfile::TempDir, Sources) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gavel.toml");
        std::fs::write(&path, file).unwrap();
        let own = |text: &&str| (*text).to_owned();
        let sources = Sources {
            file: Some(path),
            environment: environment
                .iter()
                .map(|(name, value)| (own(name), own(value)))
                .collect(),
            flags: flags
                .iter()
                .map(|(flag, key, value)| (own(flag), own(key), own(value)))
                .collect(),
        };
        (dir, sources)
    }

    #[test]
    fn later_layers_win() {
        let file = "[http]\nlisten = '127.0.0.1:1'\nworkers = 1\nmax_connections = 11\n";
        let environment = [
            ("GAVEL_HTTP_LISTEN", "127.0.0.1:2"),
            ("GAVEL_HTTP_WORKERS", "2"),
        ];
        let (_dir, sources) = sources(
            file,
            &environment,
            &[("--listen", "http.listen", "127.0.0.1:3")],
        );
        let config = load(&sources).unwrap();
        assert_eq!(config.http.listen.to_string(), "127.0.0.1:3");
        assert_eq!(config.http.workers, 2);
        assert_eq!(config.http.max_connections, 11);
    }

    #[test]
    fn all_mistakes_are_reported_at_once_with_key_and_source() {
        let file = "[http]\nworkers = 'many'\nlisen = 'x'\n[shutdown]\ndrain = '5 parsecs'\n";
        let environment = [
            ("GAVEL_HTTP_MAX_CONNECTIONS", "-3"),
            ("GAVEL_NO_SUCH", "1"),
            ("GAVEL_POOLS_CONTAINER_MAX_CONCURRENT", "5000"),
        ];
        let (_dir, sources) = sources(
            file,
            &environment,
            &[("--listen", "http.listen", "nowhere")],
        );
        let Mistakes(mistakes) = load(&sources).unwrap_err();
        let found: Vec<(&str, String)> = mistakes
            .iter()
            .map(|mistake| {
                (
                    mistake.key.as_str(),
                    mistake.source.rsplit('/').next().unwrap().to_owned(),
                )
            })
            .collect();
        let expected = [
            ("GAVEL_NO_SUCH", "environment variable GAVEL_NO_SUCH"),
            ("http.lisen", "gavel.toml:3"),
            ("http.listen", "flag --listen"),
            (
                "http.max_connections",
                "environment variable GAVEL_HTTP_MAX_CONNECTIONS",
            ),
            ("http.workers", "gavel.toml:2"),
            ("shutdown.drain", "gavel.toml:5"),
            (
                "pools.container.max_concurrent",
                "environment variable GAVEL_POOLS_CONTAINER_MAX_CONCURRENT",
            ),
        ]
        .map(|(key, source)| (key, source.to_owned()));
        assert_eq!(found, expected);
    }

    #[test]
    fn broken_toml_and_a_missing_file_name_the_file() {
        let (_dir, broken) = sources("[http\n", &[], &[]);
        assert!(
            load(&broken)
                .unwrap_err()
                .to_string()
                .contains("gavel.toml")
        );
        let missing = Sources {
            file: Some("/nonexistent/gavel.toml".into()),
            ..Sources::default()
        };
        assert!(
            load(&missing)
                .unwrap_err()
                .to_string()
                .contains("/nonexistent/gavel.toml")
        );
    }

    #[test]
    fn every_key_has_its_own_variable() {
        let keys = leaf_keys(&Figment::from(Serialized::defaults(Config::default())));
        let variables: std::collections::HashSet<String> =
            keys.iter().map(|key| variable_of(key)).collect();
        assert_eq!(variables.len(), keys.len());
        assert!(
            FOREIGN_VARIABLES
                .iter()
                .all(|name| !variables.contains(*name))
        );
    }
}
