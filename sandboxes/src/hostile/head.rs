//! The head of a hostile program: comment lines `key: value` before its first line of code.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is wrong with a program's head.
#[derive(Debug, thiserror::Error)]
pub enum HeadError {
    /// It cannot be read.
    #[error("failed to read {path}")]
    Read {
        /// The program.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It says too little, too much, or nonsense.
    #[error("{path}: {mistake}")]
    Mistake {
        /// The program.
        path: PathBuf,
        /// What is wrong.
        mistake: String,
    },
}

/// The lines of a head, in order.
pub(super) struct Head {
    path: PathBuf,
    lines: Vec<(String, String)>,
}

const KEYS: [&str; 13] = [
    "crime", "row", "stage", "language", "limits", "allowed", "prints", "evidence", "collects",
    "channel", "remains", "except", "knows",
];

impl Head {
    /// Reads the comment lines that a file begins with.
    pub(super) fn read(path: &Path) -> Result<Self, HeadError> {
        let bytes = std::fs::read(path).map_err(|source| HeadError::Read {
            path: path.to_owned(),
            source,
        })?;
        let text = String::from_utf8_lossy(&bytes);
        let comments = text.lines().map_while(|line| {
            let bare = line.trim_start_matches(['/', '#', '-', ';', '%', '*', '(']);
            (bare.len() < line.len()).then(|| bare.trim().to_owned())
        });
        let pair = |line: String| {
            let (key, value) = line.split_once(": ")?;
            let first = key.split(' ').next()?;
            KEYS.contains(&first)
                .then(|| (key.to_owned(), value.to_owned()))
        };
        Ok(Self {
            path: path.to_owned(),
            lines: comments.filter_map(pair).collect(),
        })
    }

    /// Whether there is one at all.
    pub(super) fn is_there(&self) -> bool {
        self.optional("crime").is_some()
    }

    pub(super) fn mistake(&self, mistake: impl Into<String>) -> HeadError {
        HeadError::Mistake {
            path: self.path.clone(),
            mistake: mistake.into(),
        }
    }

    pub(super) fn optional(&self, key: &str) -> Option<&str> {
        let line = self.lines.iter().find(|(other, _)| other == key);
        line.map(|(_, value)| value.as_str())
    }

    pub(super) fn required(&self, key: &str) -> Result<&str, HeadError> {
        self.optional(key)
            .ok_or_else(|| self.mistake(format!("its head does not say {key:?}")))
    }

    /// The walls it says something of, and what: `except WALL: REASON`.
    pub(super) fn of_walls(&self, key: &str) -> Vec<(String, String)> {
        let lines = self.lines.iter();
        let named = lines
            .filter_map(|(line, text)| Some((line.strip_prefix(key)?.strip_prefix(' ')?, text)));
        named
            .map(|(wall, text)| (wall.to_owned(), text.clone()))
            .collect()
    }

    /// `cpu 15 s, memory 64 MiB`: pairs of a name and a number.
    pub(super) fn amounts(&self, key: &str) -> Result<Vec<(String, u64)>, HeadError> {
        let Some(text) = self.optional(key) else {
            return Ok(Vec::new());
        };
        let one = |part: &str| {
            let mut words = part.split_whitespace();
            let (name, number) = (words.next()?, words.next()?.parse::<u64>().ok()?);
            let unit = match words.next() {
                None => 1,
                Some("s") => 1000,
                Some("ms") => 1,
                Some("KiB") => 1 << 10,
                Some("MiB") => 1 << 20,
                Some(_) => return None,
            };
            Some((name.to_owned(), unit * number))
        };
        let parts = text
            .split(',')
            .map(|part| one(part).ok_or_else(|| self.mistake(format!("{part:?} is no limit"))));
        parts.collect()
    }
}

/// A number of milliseconds.
pub(super) fn millis(number: u64) -> Duration {
    Duration::from_millis(number)
}
