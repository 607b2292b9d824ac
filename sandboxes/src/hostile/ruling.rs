//! What a wall made of a crime.

use std::time::Duration;

use serde::Serialize;

use crate::languages::Toolchain;
use crate::outcome::{Exit, Outcome, Stop};

/// One crime behind one wall.
#[derive(Clone, Debug, Serialize)]
pub struct Ruling {
    /// The crime's name.
    pub program: String,
    /// Its row of the table.
    pub row: &'static str,
    /// The wall's name.
    pub wall: String,
    /// `AC`, `TLE`, `MLE`, `OLE`, `RTE` or `CE`; empty when it was not committed.
    pub verdict: String,
    /// How it ended, in words.
    pub end: String,
    /// Why this wall is not held to it, by the program's head.
    pub exception: Option<String>,
    /// Why its language is off behind this wall, so that it was not committed.
    pub off: Option<String>,
    /// What it did that this wall is known for, by the program's head, and why.
    pub known: Option<String>,
    /// Promises that were not kept.
    pub holes: Vec<String>,
    /// Promises about the host's memory that were not kept, which others on the host may be to blame for.
    #[serde(skip)]
    pub(super) doubts: Vec<String>,
    /// CPU time of the crime, seconds.
    pub cpu_s: f64,
    /// Wall time of the crime, seconds.
    pub wall_s: f64,
    /// Its peak memory, bytes.
    pub memory_bytes: u64,
}

impl Ruling {
    pub(super) fn new(program: &str, row: &'static str, wall: &str) -> Self {
        Self {
            program: program.to_owned(),
            row,
            wall: wall.to_owned(),
            verdict: String::new(),
            end: String::new(),
            exception: None,
            off: None,
            known: None,
            holes: Vec::new(),
            doubts: Vec::new(),
            cpu_s: 0.0,
            wall_s: 0.0,
            memory_bytes: 0,
        }
    }

    /// Whether no promise was broken: it was not committed, or every promise was kept.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.holes.is_empty()
    }

    /// Whether the program ran, or was compiled.
    #[must_use]
    pub fn was_committed(&self) -> bool {
        self.exception.is_none() && self.off.is_none()
    }

    pub(super) fn measured(&mut self, cpu: Duration, wall: Duration, memory_bytes: u64) {
        self.cpu_s = cpu.as_secs_f64();
        self.wall_s = wall.as_secs_f64();
        self.memory_bytes = memory_bytes;
    }

    pub(super) fn hole(&mut self, hole: impl Into<String>) {
        self.holes.push(hole.into());
    }

    pub(super) fn doubt(&mut self, doubt: impl Into<String>) {
        self.doubts.push(doubt.into());
    }

    /// Whether nothing but doubts speaks against the wall, so that another attempt may clear it.
    pub(super) fn is_only_doubted(&self) -> bool {
        self.holes.is_empty() && !self.doubts.is_empty()
    }

    /// From now on its doubts are believed.
    pub(super) fn believe(mut self) -> Self {
        self.holes.append(&mut self.doubts);
        self
    }
}

/// The verdict of a run, `AC` for one that ended well.
#[must_use]
pub fn verdict(outcome: &Outcome, toolchain: &Toolchain) -> &'static str {
    match (outcome.oom_kills, outcome.stop, outcome.exit) {
        (1.., _, _) => "MLE",
        (_, Some(Stop::OutputLimit), _) => "OLE",
        (_, Some(_), _) => "TLE",
        _ if toolchain.ran_out_of_memory(outcome) => "MLE",
        (_, _, Exit::Code(0)) => "AC",
        _ => "RTE",
    }
}
