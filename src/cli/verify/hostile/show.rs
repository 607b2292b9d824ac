//! A line per program and wall, and at the end the matrix: rows are classes of crimes, columns are walls.

use std::collections::BTreeMap;

use comfy_table::{Table, presets};
use sandboxes::hostile::{MixedReport, ROWS, Ruling};
use serde::Serialize;

/// How rulings are shown.
pub(super) struct Show {
    pub(super) json: bool,
}

/// What the matrix is made of.
#[derive(Default, Serialize)]
pub(super) struct Cells {
    walls: Vec<String>,
    absent: BTreeMap<String, String>,
    /// By row, by wall.
    rows: BTreeMap<&'static str, BTreeMap<String, Counts>>,
    /// By wall.
    sums: BTreeMap<String, Counts>,
    /// Why a wall is not held to programs, in whole or in part: wall and reason with their programs.
    excepted: Reasons,
    known: Reasons,
    off: Reasons,
}

/// Wall, reason, programs.
#[derive(Default)]
struct Reasons(BTreeMap<(String, String), Vec<String>>);

impl Serialize for Reasons {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let lines = self.0.iter().map(|((wall, reason), programs)| {
            serde_json::json!({ "wall": wall, "reason": reason, "programs": programs })
        });
        serializer.collect_seq(lines)
    }
}

/// How many programs of a row a wall held.
#[derive(Clone, Copy, Default, Serialize)]
struct Counts {
    /// Every promise was kept, save what the program's head knows of this wall.
    held: usize,
    /// A promise was broken.
    open: usize,
    /// The program's head says why this wall is not held to it.
    excepted: usize,
    /// Its language is off.
    off: usize,
}

impl Cells {
    pub(super) fn add(&mut self, ruling: &Ruling) {
        if !self.walls.contains(&ruling.wall) {
            self.walls.push(ruling.wall.clone());
        }
        let row = self.rows.entry(ruling.row).or_default();
        for counts in [
            row.entry(ruling.wall.clone()).or_default(),
            self.sums.entry(ruling.wall.clone()).or_default(),
        ] {
            counts.add(ruling);
        }
        for (reasons, reason) in [
            (&mut self.excepted, &ruling.exception),
            (&mut self.known, &ruling.known),
            (&mut self.off, &ruling.off),
        ] {
            let Some(reason) = reason else { continue };
            let key = (ruling.wall.clone(), reason.clone());
            reasons
                .0
                .entry(key)
                .or_default()
                .push(ruling.program.clone());
        }
    }

    pub(super) fn absent(&mut self, wall: &str, reason: &anyhow::Error) {
        self.absent.insert(wall.to_owned(), format!("{reason:#}"));
    }

    fn open(&self) -> usize {
        self.sums.values().map(|counts| counts.open).sum()
    }

    /// Rows are classes of crimes, columns are walls; the last row has the sums.
    fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(presets::ASCII_MARKDOWN);
        let line = |first: &str, cell: &dyn Fn(&String) -> String| {
            let cells = self.walls.iter().map(cell);
            std::iter::once(first.to_owned())
                .chain(cells)
                .collect::<Vec<_>>()
        };
        table.set_header(line("crimes", &|wall| wall.clone()));
        for row in ROWS {
            if let Some(counts) = self.rows.get(row.name) {
                let cell = |wall: &String| counts.get(wall).copied().unwrap_or_default().text();
                table.add_row(line(row.name, &cell));
            }
        }
        let sum = |wall: &String| self.sums.get(wall).copied().unwrap_or_default().text();
        table.add_row(line("all", &sum));
        table
    }
}

impl Counts {
    fn add(&mut self, ruling: &Ruling) {
        let count = if ruling.exception.is_some() {
            &mut self.excepted
        } else if ruling.off.is_some() {
            &mut self.off
        } else if ruling.is_held() {
            &mut self.held
        } else {
            &mut self.open
        };
        *count += 1;
    }

    fn text(self) -> String {
        let parts = [
            (self.open, "NOT HELD"),
            (self.held, "held"),
            (self.excepted, "excepted"),
            (self.off, "off"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        parts.join(", ")
    }
}

fn list(title: &str, reasons: &Reasons) {
    if !reasons.0.is_empty() {
        anstream::println!("\n{title}");
    }
    for ((wall, reason), programs) in &reasons.0 {
        anstream::println!("  {wall}: {reason}: {}", programs.join(" "));
    }
}

impl Show {
    pub(super) fn ruling(&self, ruling: &Ruling) -> anyhow::Result<()> {
        if self.json {
            anstream::println!("{}", serde_json::to_string(ruling)?);
            return Ok(());
        }
        let why = ruling.exception.as_ref().or(ruling.off.as_ref());
        match why {
            Some(reason) => {
                let what = if ruling.exception.is_some() {
                    "none"
                } else {
                    "off"
                };
                anstream::println!(
                    "{:<12} {what:<5} {:<32} {reason}",
                    ruling.wall,
                    ruling.program
                );
            }
            None => anstream::println!(
                "{:<12} {:<5} {:<32} {:7.3} s CPU {:7.3} s {:7} KiB  {}",
                ruling.wall,
                ruling.verdict,
                ruling.program,
                ruling.cpu_s,
                ruling.wall_s,
                ruling.memory_bytes / 1024,
                if ruling.is_held() { "held" } else { "NOT HELD" }
            ),
        }
        for hole in &ruling.holes {
            anstream::println!("             {hole}");
        }
        Ok(())
    }

    pub(super) fn absent(&self, wall: &str, reason: &anyhow::Error) -> anyhow::Result<()> {
        if self.json {
            let line = serde_json::json!({ "wall": wall, "absent": format!("{reason:#}") });
            anstream::println!("{}", serde_json::to_string(&line)?);
        } else {
            anstream::println!("{wall:<12} does not stand here: {reason:#}");
        }
        Ok(())
    }

    pub(super) fn matrix(&self, cells: &Cells) -> anyhow::Result<()> {
        if self.json {
            let line = serde_json::json!({ "matrix": cells, "ok": cells.open() == 0 });
            anstream::println!("{}", serde_json::to_string(&line)?);
            return Ok(());
        }
        anstream::println!("\n{}", cells.table());
        list("excepted, by the programs' heads:", &cells.excepted);
        list("held, but known by the programs' heads:", &cells.known);
        list("off:", &cells.off);
        for (wall, reason) in &cells.absent {
            anstream::println!("{wall} does not stand here: {reason}");
        }
        anstream::println!(
            "\n{}",
            if cells.open() == 0 {
                "all held"
            } else {
                "NOT ALL HELD"
            }
        );
        Ok(())
    }

    pub(super) fn mixed(&self, report: &MixedReport) -> anyhow::Result<()> {
        if self.json {
            anstream::println!("{}", serde_json::to_string(report)?);
            return Ok(());
        }
        let mut table = Table::new();
        table.load_style(presets::ASCII_MARKDOWN);
        table.set_header([
            "honest",
            "runs",
            "alone",
            "beside honest",
            "beside hostile",
            "allowed",
            "",
        ]);
        for series in &report.series {
            let pair = |bound: &sandboxes::hostile::Bound| {
                format!("{:.1} / {:.1} ms", bound.median_ms, bound.p95_ms)
            };
            table.add_row([
                series.kind.to_owned(),
                series.beside_hostile.runs.to_string(),
                pair(&series.alone),
                pair(&series.beside_honest),
                pair(&series.beside_hostile),
                pair(&series.allowed),
                if series.is_held() {
                    "held".to_owned()
                } else {
                    "NOT HELD".to_owned()
                },
            ]);
        }
        anstream::println!(
            "{}: {} hostile and {} honest submissions on 2 slots, seed {}; CPU time, median / 95th percentile",
            report.wall,
            report.hostile,
            report.honest,
            report.seed
        );
        anstream::println!("{table}");
        for wrong in &report.wrong {
            anstream::println!("  {wrong}");
        }
        anstream::println!(
            "{}",
            if report.is_held() {
                "all held"
            } else {
                "NOT ALL HELD"
            }
        );
        Ok(())
    }
}
