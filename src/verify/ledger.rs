//! What a verification cost: wall time beside the CPU time of the programs it ran.
//!
//! `overheadRatio` is `wall × slots / programs`: *wall* runs from the first submission handed in to the last verdict, *slots* is
//! how many programs run at once, *programs* is the CPU time of all runs of submissions and of the compilers that had to work.
//! 1.0 would be every slot computing for a submission all the time. Validators, starting programs, waiting for slow packages
//! to be read, and slots that are idle at the end are what is above it.

use std::cell::Cell;
use std::time::{Duration, Instant};

use judging::judgements::VerdictReport;
use serde::Serialize;

/// Adds up while a verification runs, on one thread.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    span: Cell<Option<(Instant, Instant)>>,
    runs: Cell<Duration>,
    compilers: Cell<Duration>,
    run_count: Cell<u64>,
    judgements: Cell<u64>,
}

/// The sums.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cost {
    /// From the first submission handed in to the last verdict.
    pub(crate) wall_ms: f64,
    /// Programs at once.
    pub(crate) slots: usize,
    /// CPU time of all runs of submissions.
    pub(crate) runs_cpu_ms: f64,
    /// CPU time of the compilers that had to work: programs from the cache cost nothing.
    pub(crate) compile_cpu_ms: f64,
    /// How many runs.
    pub(crate) runs: u64,
    /// Judgements; more than submissions when some were judged again with every testcase.
    pub(crate) judgements: u64,
    /// `wallMs × slots / (runsCpuMs + compileCpuMs)`; null when nothing ran.
    pub(crate) overhead_ratio: Option<f64>,
}

impl Ledger {
    /// A submission is handed in now.
    pub(crate) fn begin(&self) {
        let now = Instant::now();
        let (first, last) = self.span.get().unwrap_or((now, now));
        self.span.set(Some((first, last)));
    }

    /// Its verdict came now.
    pub(crate) fn end(&self, report: &VerdictReport) {
        let now = Instant::now();
        let first = self.span.get().map_or(now, |(first, _)| first);
        self.span.set(Some((first, now)));
        let cpu: Duration = report.runs.iter().map(|run| run.evidence.cpu).sum();
        self.runs.set(self.runs.get() + cpu);
        if let Some(compile) = report.compile.as_ref().filter(|compile| !compile.cached) {
            self.compilers.set(self.compilers.get() + compile.cpu);
        }
        self.run_count
            .set(self.run_count.get() + report.runs.len() as u64);
        self.judgements.set(self.judgements.get() + 1);
    }

    /// The sums so far, over `slots` slots.
    pub(crate) fn cost(&self, slots: usize) -> Cost {
        let wall = self
            .span
            .get()
            .map_or(Duration::ZERO, |(first, last)| last - first);
        let programs = self.runs.get() + self.compilers.get();
        let ratio = wall.as_secs_f64() * slots as f64 / programs.as_secs_f64();
        Cost {
            wall_ms: millis(wall),
            slots,
            runs_cpu_ms: millis(self.runs.get()),
            compile_cpu_ms: millis(self.compilers.get()),
            runs: self.run_count.get(),
            judgements: self.judgements.get(),
            overhead_ratio: ratio
                .is_finite()
                .then(|| (ratio * 1_000.0).round() / 1_000.0),
        }
    }
}

/// Milliseconds with three decimals.
pub(crate) fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_costs_nothing() {
        let cost = Ledger::default().cost(2);
        assert_eq!((cost.judgements, cost.overhead_ratio), (0, None));
    }

    #[test]
    fn milliseconds_have_three_decimals() {
        assert_eq!(millis(Duration::from_nanos(1_234_567)), 1.235);
        assert_eq!(millis(Duration::from_secs(2)), 2_000.0);
    }
}
