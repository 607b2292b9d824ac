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

    /// Replaces the time factor of a language, by id or alias. Says whether there is such a language.
    pub fn set_time_factor(&mut self, name: &str, factor: f64) -> bool {
        let id = self.names.get(&name.to_lowercase());
        let Some(language) = id.and_then(|id| self.languages.get_mut(id)) else {
            return false;
        };
        Arc::make_mut(language).time_factor = factor;
        true
    }

    /// The language that runs a package's `build` and `run` scripts.
    #[must_use]
    pub fn scripts(&self) -> Option<&Arc<Language>> {
        self.get("scripts")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::languages::toy::toy;

    #[test]
    fn holds_the_first_eight_under_their_contest_api_ids() {
        let catalogue = Catalogue::load().unwrap();
        let ids: Vec<_> = catalogue
            .languages()
            .map(|language| language.id.as_str())
            .collect();
        for id in [
            "bash",
            "c",
            "cpp",
            "go",
            "java",
            "javascript",
            "python3",
            "rust",
        ] {
            assert!(ids.contains(&id), "{id} is missing from {ids:?}");
        }
        assert!(!ids.contains(&"scripts"));
    }

    #[test]
    fn answers_to_aliases_in_any_case() {
        let catalogue = Catalogue::load().unwrap();
        for (name, id) in [
            ("C++", "cpp"),
            ("py", "python3"),
            ("Node", "javascript"),
            ("JAVA", "java"),
        ] {
            assert_eq!(
                catalogue.get(name).map(|language| language.id.as_str()),
                Some(id),
                "{name}"
            );
        }
        assert!(catalogue.get("cobol-but-not-really").is_none());
    }

    #[test]
    fn a_file_in_a_directory_is_a_language() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("toy.toml"), toy("toy", "toy")).unwrap();
        std::fs::write(directory.path().join("notes.txt"), "not a definition").unwrap();
        let catalogue = Catalogue::load_with(directory.path()).unwrap();
        assert_eq!(catalogue.detect(["x.toy"]).unwrap().id, "toy");
        assert!(
            catalogue.get("cpp").is_some(),
            "the embedded ones are still there"
        );
    }

    #[test]
    fn a_file_in_a_directory_replaces_an_embedded_language() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("mine.toml"), toy("python3", "py")).unwrap();
        let catalogue = Catalogue::load_with(directory.path()).unwrap();
        assert_eq!(catalogue.get("python3").unwrap().name, "Toy");
    }

    #[test]
    fn clashes_and_mistakes_of_all_files_are_reported_together() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("a.toml"), toy("toy", "cpp")).unwrap();
        std::fs::write(directory.path().join("b.toml"), toy("Toy!", "x")).unwrap();
        std::fs::write(directory.path().join("c.toml"), "id = ").unwrap();
        let error = Catalogue::load_with(directory.path())
            .unwrap_err()
            .to_string();
        for expected in [
            "3 mistakes in the language definitions:",
            "a.toml: extensions: \"cpp\" already belongs to cpp; say `detect = false`",
            "b.toml: id: use lower-case letters",
            "c.toml: line 1: ",
        ] {
            assert!(error.contains(expected), "{expected:?} is not in:\n{error}");
        }
        let absent = Catalogue::load_with(&directory.path().join("absent")).unwrap_err();
        assert!(matches!(absent, CatalogueError::Directory { .. }));
    }
}
