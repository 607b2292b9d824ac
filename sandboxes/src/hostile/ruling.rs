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
    /// Why it was not committed.
    pub exception: Option<String>,
    /// Promises that were not kept.
    pub holes: Vec<String>,
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
            holes: Vec::new(),
            cpu_s: 0.0,
            wall_s: 0.0,
            memory_bytes: 0,
        }
    }

    /// Whether every promise was kept.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.holes.is_empty()
    }

    pub(super) fn measured(&mut self, cpu: Duration, wall: Duration, memory_bytes: u64) {
        self.cpu_s = cpu.as_secs_f64();
        self.wall_s = wall.as_secs_f64();
        self.memory_bytes = memory_bytes;
    }

    pub(super) fn hole(&mut self, hole: impl Into<String>) {
        self.holes.push(hole.into());
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
