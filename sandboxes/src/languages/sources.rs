//! The sources of one program, and what every set of sources must keep to before a compiler sees it.

/// One source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Relative path; a submission's is a bare name.
    pub name: String,
    /// Content, any bytes.
    pub content: Vec<u8>,
    /// Whether the problem adds it to every submission: it is not where a program starts, when there is another.
    pub included: bool,
}

impl SourceFile {
    /// A source from its parts.
    #[must_use]
    pub fn new(name: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            content: content.into(),
            included: false,
        }
    }
}

/// The sources of one program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// The files, in the order they came.
    pub files: Vec<SourceFile>,
    /// Where it starts, when somebody said so: a file or a class, by the language's rule.
    pub entry_point: Option<String>,
}

impl Sources {
    /// One file.
    #[must_use]
    pub fn single(name: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self {
            files: vec![SourceFile::new(name, content)],
            entry_point: None,
        }
    }

    /// Adds a package's include files; they replace files of the same name, as the package format says.
    #[must_use]
    pub fn with_includes(mut self, includes: impl IntoIterator<Item = SourceFile>) -> Self {
        for include in includes {
            self.files.retain(|file| file.name != include.name);
            self.files.push(SourceFile {
                included: true,
                ..include
            });
        }
        self
    }

    /// All sizes added up.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.files
            .iter()
            .map(|file| file.content.len() as u64)
            .sum()
    }

    /// Checks a submission: bare names, not too many, not too large.
    ///
    /// # Errors
    /// The first broken rule.
    pub fn check_submission(&self, bounds: &SourceBounds) -> Result<(), SourceError> {
        for file in &self.files {
            if file.name.contains('/') {
                return Err(SourceError::Name(file.name.clone()));
            }
        }
        self.check(bounds)
    }

    /// Checks a program of a package: relative paths whose components are all proper names.
    ///
    /// # Errors
    /// The first broken rule.
    pub fn check(&self, bounds: &SourceBounds) -> Result<(), SourceError> {
        if self.files.is_empty() {
            return Err(SourceError::None);
        }
        if self.files.len() > bounds.files {
            return Err(SourceError::TooMany { most: bounds.files });
        }
        if self.total_bytes() > bounds.total_bytes {
            return Err(SourceError::TooLarge {
                most: bounds.total_bytes,
            });
        }
        let mut seen = std::collections::HashSet::new();
        for file in &self.files {
            if !file.name.split('/').all(is_proper_name) {
                return Err(SourceError::Name(file.name.clone()));
            }
            if !seen.insert(&file.name) {
                return Err(SourceError::Twice(file.name.clone()));
            }
        }
        Ok(())
    }
}

/// How much source is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceBounds {
    /// Files.
    pub files: usize,
    /// Their sizes added up.
    pub total_bytes: u64,
}

impl Default for SourceBounds {
    /// The package format's 128 KiB of code, in at most 64 files.
    fn default() -> Self {
        Self {
            files: 64,
            total_bytes: 128 * 1024,
        }
    }
}

/// Why sources are refused before they are compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Nothing there.
    #[error("no source file")]
    None,
    /// A name with a path in it, or odd characters.
    #[error(
        "bad file name {0:?}: use letters, digits, '_', '.' and '-', beginning with a letter, digit or '_'"
    )]
    Name(String),
    /// The same name twice.
    #[error("two files are named {0:?}")]
    Twice(String),
    /// Too many files.
    #[error("more than {most} source files")]
    TooMany {
        /// The bound.
        most: usize,
    },
    /// Too much text.
    #[error("more than {most} bytes of source")]
    TooLarge {
        /// The bound.
        most: u64,
    },
    /// No file this language compiles.
    #[error("no {language} source file: expected a name ending in {extensions}")]
    NoneOfLanguage {
        /// Name of the language.
        language: String,
        /// `.py, .py3`.
        extensions: String,
    },
    /// The named entry point is not there.
    #[error("there is no entry point {0:?}")]
    NoEntryPoint(String),
}

/// The package format's rule for names (`^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,254}$`), with `+` (`a.c++` is a listed extension) and `$` (Java) too.
fn is_proper_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    let first_is_good = bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let rest_is_good = bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_.-+$".contains(&byte));
    first_is_good && rest_is_good && name.len() <= 255
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], expected: Result<(), SourceError>) {
        let sources = Sources {
            files: names
                .iter()
                .map(|name| SourceFile::new(*name, *b"x"))
                .collect(),
            entry_point: None,
        };
        let bounds = SourceBounds {
            files: 3,
            total_bytes: 3,
        };
        assert_eq!(sources.check_submission(&bounds), expected, "{names:?}");
    }

    #[test]
    fn takes_bare_names() {
        check(&["main.cpp"], Ok(()));
        check(&["a.c++", "_x-1.h"], Ok(()));
    }

    #[test]
    fn refuses_paths_and_odd_names() {
        for name in [
            "../a.c",
            "/etc/passwd",
            "a/b.c",
            "",
            ".hidden",
            "-o",
            "a b.c",
            "a\n.c",
            "é.c",
            "a\0.c",
        ] {
            check(&[name], Err(SourceError::Name(name.to_owned())));
        }
    }

    #[test]
    fn refuses_none_many_twice() {
        check(&[], Err(SourceError::None));
        check(&["a", "b", "c", "d"], Err(SourceError::TooMany { most: 3 }));
        check(&["a", "a"], Err(SourceError::Twice("a".to_owned())));
    }

    #[test]
    fn package_programs_may_have_directories_but_not_escape() {
        let bounds = SourceBounds::default();
        assert_eq!(Sources::single("lib/a.h", "x").check(&bounds), Ok(()));
        for name in ["lib/../a.h", "/a.h", "lib//a.h"] {
            assert_eq!(
                Sources::single(name, "x").check(&bounds),
                Err(SourceError::Name(name.to_owned()))
            );
        }
    }

    #[test]
    fn includes_replace_files_of_the_same_name() {
        let sources = Sources::single("grader.h", "theirs")
            .with_includes([SourceFile::new("grader.h", "ours")]);
        let [file] = &sources.files[..] else {
            panic!("{sources:?}");
        };
        assert_eq!((&file.content[..], file.included), (&b"ours"[..], true));
    }
}
