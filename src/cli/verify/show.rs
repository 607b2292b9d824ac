//! What verifying prints: a line per submission while it runs, a table at the end; or JSON, one object per line.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Cell, CellAlignment, Color, ContentArrangement, Table};
use indicatif::{ProgressBar, ProgressStyle};
use judging::packages::ProblemPackage;

use super::super::table::{memory, time};
use crate::verify::limits::Measured;
use crate::verify::outcome::{Broken, Line, Summary, Verified};
use crate::verify::package::Wishes;

/// Where lines go.
pub(super) struct Show {
    json: bool,
    bar: Option<ProgressBar>,
}

impl Show {
    /// The bar is on standard error, so that standard output stays clean.
    pub(super) fn new(json: bool) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style =
                ProgressStyle::with_template("{spinner} {pos}/{len} {bar:30} {elapsed} {msg}")
                    .unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::new(0).with_style(style);
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Self { json, bar }
    }

    /// A package was read: so many submissions more.
    pub(super) fn opened(&self, package: &ProblemPackage, wishes: &Wishes) {
        if let Some(bar) = &self.bar {
            let wished = package
                .submissions
                .iter()
                .filter(|jury| wishes.includes(&jury.name));
            bar.inc_length(wished.count() as u64);
            bar.set_message(package.id.to_string());
        }
    }

    /// One submission.
    pub(super) fn line(&self, line: &Line) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
        let text = match self.json {
            true => serde_json::to_string(line).unwrap_or_default(),
            false => for_people(line),
        };
        self.print(&text);
    }

    /// A package that cannot be judged with.
    pub(super) fn broken(&self, broken: &Broken) {
        let say = || {
            anstream::eprintln!(
                "gavel: {}: {} ({})",
                broken.problem,
                broken.message,
                broken.code
            )
        };
        match &self.bar {
            Some(bar) => bar.suspend(say),
            None => say(),
        }
    }

    /// The end.
    pub(super) fn summary(&self, summary: &Summary<'_>) -> anyhow::Result<()> {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if self.json {
            self.print(&serde_json::to_string(summary)?);
            return Ok(());
        }
        for done in summary.margins {
            for warning in &done.warnings {
                anstream::eprintln!("warning: {}: {warning}", done.problem);
            }
        }
        self.print(&table(summary.margins).to_string());
        self.print(&last_words(summary));
        for broken in summary.broken {
            self.print(&format!("broken: {}: {}", broken.problem, broken.message));
        }
        Ok(())
    }

    /// Prints a line at once: whoever reads us through a pipe wants it now. A reader that went away is no failure of ours.
    fn print(&self, text: &str) {
        let write = || {
            let mut out = anstream::stdout().lock();
            let _ = writeln!(out, "{text}").and_then(|()| out.flush());
        };
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

fn for_people(line: &Line) -> String {
    let mark = match line {
        line if line.skipped => "skip",
        line if line.ok => "ok",
        _ => "FAIL",
    };
    let language = line.language.as_deref().unwrap_or("?");
    let times = match (line.slowest_cpu_ms, line.time_limit_ms) {
        (Some(slowest), Some(limit)) => format!("{} of {}", time(slowest), time(limit)),
        _ => String::new(),
    };
    let score = line
        .score
        .map_or_else(String::new, |score| format!(" score {score}"));
    let expected = line.expected.join("|");
    let why = match (&line.reason, line.ok) {
        (Some(reason), false) => format!("  {}", reason.lines().next().unwrap_or_default()),
        _ => String::new(),
    };
    let name = format!("{}/{}", line.problem, line.submission);
    format!(
        "{mark:<4} {name:<48} {language:<10} {:<7} {expected:<9} {times:>24}{score}{why}",
        line.verdict
    )
}

fn table(all: &[Verified]) -> Table {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header([
            "problem",
            "submissions",
            "ok",
            "violated",
            "skipped",
            "limit",
            "slowest AC",
            "fastest TLE",
        ]);
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    for done in all {
        let counts = &done.counts;
        let margins = &done.margins;
        let colour = |number: usize, colour| match number {
            0 => right(String::new()),
            number => right(number.to_string()).fg(colour),
        };
        let limit = margins.time_limit_ms.map_or_else(String::new, |limit| {
            let how = if margins.inferred { " (found)" } else { "" };
            format!("{}{how}", time(limit))
        });
        table.add_row([
            Cell::new(&done.problem),
            right(counts.submissions.to_string()),
            right((counts.as_promised + counts.unpromised).to_string()),
            colour(counts.violated, Color::Red),
            colour(counts.skipped, Color::Yellow),
            right(limit),
            right(margin(margins.slowest_accepted.as_ref())),
            right(margin(margins.fastest_too_slow.as_ref())),
        ]);
    }
    table
}

/// `130.0 ms (13 %)`; what was stopped is at least so slow.
fn margin(measured: Option<&Measured>) -> String {
    measured.map_or_else(String::new, |measured| {
        let least = if measured.stopped { "≥ " } else { "" };
        let percent = measured.of_limit * 100.0;
        format!("{least}{} ({percent:.0} %)", time(measured.slowest_cpu_ms))
    })
}

fn last_words(summary: &Summary<'_>) -> String {
    let counts = &summary.counts;
    let mut text = format!(
        "{} submissions of {} problems: {} as promised, {} violated",
        counts.submissions, summary.problems, counts.as_promised, counts.violated
    );
    if counts.unpromised > 0 {
        text.push_str(&format!(", {} promise nothing", counts.unpromised));
    }
    if counts.skipped > 0 {
        text.push_str(&format!(
            ", {} SKIPPED (their languages are not to be had here)",
            counts.skipped
        ));
    }
    if !summary.broken.is_empty() {
        text.push_str(&format!("; {} packages are broken", summary.broken.len()));
    }
    let cost = &summary.cost;
    let ratio = cost
        .overhead_ratio
        .map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"));
    let peak = summary.peak_rss_bytes.map_or_else(String::new, |bytes| {
        format!(", peak memory {}", memory(bytes))
    });
    text.push_str(&format!(
        "\n{} runs in {} on {} slots: {} of programs, {} of compilers, overhead ratio {ratio}{peak}",
        cost.runs,
        time(cost.wall_ms),
        cost.slots,
        time(cost.runs_cpu_ms),
        time(cost.compile_cpu_ms),
    ));
    text
}
