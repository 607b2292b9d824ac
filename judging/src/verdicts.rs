//! The verdicts and what each means.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a run or a judgement ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verdict {
    /// Accepted.
    Ac,
    /// Wrong answer.
    Wa,
    /// Time limit exceeded.
    Tle,
    /// Memory limit exceeded.
    Mle,
    /// Output limit exceeded.
    Ole,
    /// Run-time error: a signal or a non-zero exit code.
    Rte,
    /// Compile error.
    Ce,
    /// Judge error: ours, never the contestant's.
    Je,
}

impl Verdict {
    /// The abbreviation clients see: `AC`, `WA`, ...
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ac => "AC",
            Self::Wa => "WA",
            Self::Tle => "TLE",
            Self::Mle => "MLE",
            Self::Ole => "OLE",
            Self::Rte => "RTE",
            Self::Ce => "CE",
            Self::Je => "JE",
        }
    }

    /// Whether an earlier submission with this verdict costs penalty time (CCS Requirements, "Scoring Data Generation").
    #[must_use]
    pub fn is_penalised(self) -> bool {
        !matches!(self, Self::Ac | Self::Ce | Self::Je)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
