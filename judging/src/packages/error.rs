//! Why a problem package cannot be used, and what is odd about one that can.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// A problem package that cannot be judged with. Paths begin with the name of the package: `hello/data/secret/01.in`.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The package, or a part of it, cannot be read.
    #[error("failed to {step} {path}", path = .path.display())]
    Read {
        /// What was being done: `read`, `list`, `resolve the symbolic link`.
        step: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A YAML file that is no YAML, or whose top level is not a map.
    #[error("{path} is not valid YAML: {reason}", path = .path.display())]
    Yaml {
        /// The file.
        path: PathBuf,
        /// Where and why.
        reason: String,
    },
    /// A value that changes what is judged and cannot be understood.
    #[error("{path}: {key} must be {expected}, found {found}", path = .path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// The key, with its parents: `limits.memory`.
        key: String,
        /// What the format asks for.
        expected: &'static str,
        /// What stands there, cut short.
        found: String,
    },
    /// A `problem_format_version` nobody defined.
    #[error("{path}: unknown problem_format_version {version:?}", path = .path.display())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
        /// The version it names.
        version: String,
    },
    /// An input without an answer.
    #[error("{path} has no answer file: every .in needs a .ans beside it", path = .path.display())]
    MissingAnswer {
        /// The input file.
        path: PathBuf,
    },
    /// An answer without an input.
    #[error("{path} has no input file: every .ans needs a .in beside it", path = .path.display())]
    MissingInput {
        /// The answer file.
        path: PathBuf,
    },
    /// Not a single testcase under `data/secret` or `data/sample`.
    #[error("{path} holds no testcase: a package needs at least one .in and .ans under data/secret", path = .path.display())]
    NoTestcases {
        /// The data directory.
        path: PathBuf,
    },
    /// A symbolic link that leads out of the package.
    #[error("{path} is a symbolic link out of the package", path = .path.display())]
    EscapingLink {
        /// The link.
        path: PathBuf,
    },
    /// A symbolic link that leads back to a directory that contains it, or to itself.
    #[error("{path} is a symbolic link in a loop", path = .path.display())]
    LinkLoop {
        /// The link.
        path: PathBuf,
    },
    /// A device, socket or pipe.
    #[error("{path} is neither a file nor a directory", path = .path.display())]
    SpecialFile {
        /// What it is called.
        path: PathBuf,
    },
    /// More of something than any real package has.
    #[error("{path} has more than {limit} {what}", path = .path.display())]
    TooMany {
        /// Where.
        path: PathBuf,
        /// Of what: `files`, `bytes`.
        what: &'static str,
        /// How many are allowed.
        limit: u64,
    },
    /// Flags the default output validator does not know or cannot use.
    #[error("{path}: output validator flags: {source}", path = .path.display())]
    ValidatorFlags {
        /// The file that names the flags.
        path: PathBuf,
        /// What is wrong with them.
        #[source]
        source: crate::validation::FlagError,
    },
    /// `validation: custom`, but no program to do it.
    #[error("{path} holds no output validator although validation is custom", path = .path.display())]
    NoValidator {
        /// The directory where one should be.
        path: PathBuf,
    },
    /// Two things the format forbids together, or one it demands.
    #[error("{path}: {rule}", path = .path.display())]
    Rule {
        /// The file or directory.
        path: PathBuf,
        /// The rule that is broken.
        rule: String,
    },
}

impl PackageError {
    /// A stable code for clients: `package_missing_answer`, ...
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "package_unreadable",
            Self::Yaml { .. } => "package_invalid_yaml",
            Self::Value { .. } => "package_invalid_value",
            Self::UnknownFormat { .. } => "package_unknown_format",
            Self::MissingAnswer { .. } => "package_missing_answer",
            Self::MissingInput { .. } => "package_missing_input",
            Self::NoTestcases { .. } => "package_no_testcases",
            Self::EscapingLink { .. } => "package_escaping_link",
            Self::LinkLoop { .. } => "package_link_loop",
            Self::SpecialFile { .. } => "package_special_file",
            Self::TooMany { .. } => "package_too_large",
            Self::ValidatorFlags { .. } => "package_validator_flags",
            Self::NoValidator { .. } => "package_no_validator",
            Self::Rule { .. } => "package_rule",
        }
    }

    /// The file or directory the error is about.
    #[must_use]
    pub fn path(&self) -> &std::path::Path {
        match self {
            Self::Read { path, .. }
            | Self::Yaml { path, .. }
            | Self::Value { path, .. }
            | Self::UnknownFormat { path, .. }
            | Self::MissingAnswer { path }
            | Self::MissingInput { path }
            | Self::NoTestcases { path }
            | Self::EscapingLink { path }
            | Self::LinkLoop { path }
            | Self::SpecialFile { path }
            | Self::TooMany { path, .. }
            | Self::ValidatorFlags { path, .. }
            | Self::NoValidator { path }
            | Self::Rule { path, .. } => path,
        }
    }
}

/// Something a package does against the letter of its format that does not change what is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageWarning {
    /// The file or directory, beginning with the name of the package.
    pub path: PathBuf,
    /// What is odd: `unknown key "langs"`.
    pub message: String,
}

impl fmt::Display for PackageWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.message)
    }
}
