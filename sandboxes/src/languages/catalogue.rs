//! All languages Gavel knows: the embedded definitions, and those of a directory, which may replace embedded ones.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::definition::Language;
use super::reading::{self, Mistake};

/// Every `languages/*.toml`, embedded: adding a language is adding a file.
#[derive(rust_embed::RustEmbed)]
#[folder = "languages/"]
#[include = "*.toml"]
struct Embedded;

/// The languages, by id.
#[derive(Clone, Debug)]
pub struct Catalogue {
    languages: BTreeMap<String, Arc<Language>>,
    /// Id and aliases, lower case, to id.
    names: BTreeMap<String, String>,
}

/// Why a catalogue could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// Definitions with mistakes: all of them.
    #[error(
        "{} in the language definitions:\n{}",
        count(mistakes),
        lines(mistakes)
    )]
    Mistakes {
        /// What is wrong, in file order.
        mistakes: Vec<Mistake>,
    },
    /// The directory cannot be read.
    #[error("failed to read the language definitions in {directory}")]
    Directory {
        /// Which.
        directory: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

impl Catalogue {
    /// The embedded languages.
    ///
    /// # Errors
    /// Never in a build whose tests pass: they load it.
    pub fn load() -> Result<Self, CatalogueError> {
        Self::from_texts(Self::embedded())
    }

    /// The embedded languages and those of `directory`; a file of the same name or id replaces the embedded one.
    ///
    /// # Errors
    /// [`CatalogueError`], with every mistake of every file.
    pub fn load_with(directory: &Path) -> Result<Self, CatalogueError> {
        let failed = |source| CatalogueError::Directory {
            directory: directory.display().to_string(),
            source,
        };
        let mut texts = Self::embedded();
        let mut own: Vec<(String, String)> = Vec::new();
        for entry in std::fs::read_dir(directory).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                let text = std::fs::read_to_string(&path).map_err(failed)?;
                let name = path
                    .file_name()
                    .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
                own.push((name, text));
            }
        }
        own.sort();
        texts.retain(|(name, _)| !own.iter().any(|(own_name, _)| own_name == name));
        texts.extend(own);
        Self::from_texts(texts)
    }

    /// From `(file name, text)` pairs.
    ///
    /// # Errors
    /// [`CatalogueError::Mistakes`].
    pub fn from_texts(texts: Vec<(String, String)>) -> Result<Self, CatalogueError> {
        let mut mistakes = Vec::new();
        let mut files: Vec<(String, Language)> = Vec::new();
        for (file, text) in texts {
            match reading::read(&file, &text) {
                Ok(language) => {
                    // A later file wins over an embedded one with the same id.
                    files.retain(|(_, other)| other.id != language.id);
                    files.push((file, language));
                }
                Err(found) => mistakes.extend(found),
            }
        }
        let names = collect_names(&files, &mut mistakes);
        check_extensions(&files, &mut mistakes);
        if !mistakes.is_empty() {
            return Err(CatalogueError::Mistakes { mistakes });
        }
        let languages = files
            .into_iter()
            .map(|(_, language)| (language.id.clone(), Arc::new(language)))
            .collect();
        Ok(Self { languages, names })
    }

    fn embedded() -> Vec<(String, String)> {
        Embedded::iter()
            .filter_map(|name| {
                let text = String::from_utf8_lossy(&Embedded::get(&name)?.data).into_owned();
                Some((name.into_owned(), text))
            })
            .collect()
    }

    /// Every language a submission may be in, by id.
    pub fn languages(&self) -> impl Iterator<Item = &Arc<Language>> {
        self.languages
            .values()
            .filter(|language| !language.internal)
    }

    /// Every language, those that only run programs of packages too.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Language>> {
        self.languages.values()
    }

    /// By id or alias, in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Language>> {
        self.languages.get(self.names.get(&name.to_lowercase())?)
    }

    /// The language that runs a package's `build` and `run` scripts.
    #[must_use]
    pub fn scripts(&self) -> Option<&Arc<Language>> {
        self.get("scripts")
    }

    /// The language of a set of files, by extension; `None` when no file or more than one language speaks up.
    ///
    /// A directory with a `build` or `run` script is [`Catalogue::scripts`], whatever lies beside it.
    #[must_use]
    pub fn detect<'a>(
        &self,
        file_names: impl IntoIterator<Item = &'a str>,
    ) -> Option<&Arc<Language>> {
        let mut found: Vec<&Arc<Language>> = Vec::new();
        for name in file_names {
            if name == "build" || name == "run" {
                return self.scripts();
            }
            if let Some(language) = self.by_extension(name) {
                if !found.iter().any(|other| other.id == language.id) {
                    found.push(language);
                }
            }
        }
        let overruled: Vec<String> = found
            .iter()
            .flat_map(|language| language.prefer_over.clone())
            .collect();
        found.retain(|language| !overruled.contains(&language.id));
        match found[..] {
            [language] => Some(language),
            _ => None,
        }
    }

    fn by_extension(&self, name: &str) -> Option<&Arc<Language>> {
        let (_, extension) = name.rsplit_once('.')?;
        let speaks = |extension: &str| {
            self.languages().find(|language| {
                language.detect && language.extensions.iter().any(|own| own == extension)
            })
        };
        speaks(extension).or_else(|| speaks(&extension.to_lowercase()))
    }
}

fn collect_names(
    files: &[(String, Language)],
    mistakes: &mut Vec<Mistake>,
) -> BTreeMap<String, String> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (file, language) in files {
        for name in std::iter::once(&language.id).chain(&language.aliases) {
            let taken = names.insert(name.to_lowercase(), language.id.clone());
            if let Some(other) = taken.filter(|other| *other != language.id) {
                mistakes.push(Mistake {
                    file: file.clone(),
                    key: "aliases".to_owned(),
                    problem: format!("{name:?} already means {other}"),
                });
            }
        }
    }
    names
}

fn check_extensions(files: &[(String, Language)], mistakes: &mut Vec<Mistake>) {
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for (file, language) in files
        .iter()
        .filter(|(_, language)| language.detect && !language.internal)
    {
        for extension in &language.extensions {
            if let Some(other) = owners.insert(extension, &language.id) {
                mistakes.push(Mistake {
                    file: file.clone(),
                    key: "extensions".to_owned(),
                    problem: format!(
                        "{extension:?} already belongs to {other}; say `detect = false`"
                    ),
                });
            }
        }
    }
}

fn count(mistakes: &[Mistake]) -> String {
    match mistakes.len() {
        1 => "1 mistake".to_owned(),
        many => format!("{many} mistakes"),
    }
}

fn lines(mistakes: &[Mistake]) -> String {
    mistakes
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}
