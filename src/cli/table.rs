//! Runs as a table, and one line per run while they are made.

use std::io::IsTerminal;
use std::time::Duration;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Attribute, Cell, CellAlignment, Color, ContentArrangement, Table};
use indicatif::{ProgressBar, ProgressStyle};

use crate::http::shapes::{CompileView, RunView};

/// The table of a judgement: testcase, verdict, CPU, wall, memory, message.
pub(crate) fn runs(runs: &[RunView]) -> Table {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(["testcase", "verdict", "CPU", "wall", "memory", ""]);
    for run in runs {
        let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        let message = run.judge_message.as_deref().unwrap_or(&run.message);
        table.add_row([
            Cell::new(&run.testcase),
            verdict(&run.verdict),
            right(time(run.cpu_ms)),
            right(time(run.wall_ms)),
            right(memory(run.memory_bytes)),
            Cell::new(message.lines().next().unwrap_or_default()),
        ]);
    }
    table
}

fn verdict(verdict: &str) -> Cell {
    let colour = match verdict {
        "AC" => Color::Green,
        "JE" => Color::Magenta,
        _ => Color::Red,
    };
    Cell::new(verdict).fg(colour).add_attribute(Attribute::Bold)
}

/// `3.2 ms`, `1.204 s`.
pub(crate) fn time(millis: f64) -> String {
    if millis < 1_000.0 {
        format!("{millis:.1} ms")
    } else {
        format!("{:.3} s", millis / 1_000.0)
    }
}

/// `3.4 MiB`.
pub(crate) fn memory(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

/// Shows how far a judgement is: a bar on a terminal, one line per step elsewhere.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    quiet: bool,
}

impl Progress {
    /// On standard error, so that standard output stays clean; `quiet` shows nothing.
    pub(crate) fn new(quiet: bool) -> Self {
        let bar = (!quiet && std::io::stderr().is_terminal()).then(|| {
            let style = ProgressStyle::with_template("{spinner} {pos}/{len} {bar:30} {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::new(0).with_style(style);
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Self { bar, quiet }
    }

    /// Something happened before the first run.
    pub(crate) fn step(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(text.to_owned()),
            None if self.quiet => (),
            None => anstream::eprintln!("{text}"),
        }
    }

    /// Judging began with so many testcases.
    pub(crate) fn started(&self, testcases: u64) {
        match &self.bar {
            Some(bar) => bar.set_length(testcases),
            None => self.step(&format!("judging {testcases} testcases")),
        }
    }

    /// Compiling ended.
    pub(crate) fn compiled(&self, compile: &CompileView) {
        let how = match (compile.success, compile.cached) {
            (false, _) => "does not compile".to_owned(),
            (true, true) => "compiled before".to_owned(),
            (true, false) => format!("compiled in {}", time(compile.wall_ms)),
        };
        self.step(&how);
    }

    /// A testcase was judged.
    pub(crate) fn run(&self, run: &RunView) {
        match &self.bar {
            Some(bar) => {
                bar.inc(1);
                bar.set_message(format!("{} {}", run.testcase, run.verdict));
            }
            None => self.step(&format!(
                "{:<24} {:<4} {:>10} {:>10}",
                run.testcase,
                run.verdict,
                time(run.cpu_ms),
                memory(run.memory_bytes)
            )),
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
