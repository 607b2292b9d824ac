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
    /// Held, broken, not applicable: by row, by wall.
    rows: BTreeMap<&'static str, BTreeMap<String, Counts>>,
    exceptions: Vec<(String, String, String)>,
}

#[derive(Clone, Copy, Default, Serialize)]
struct Counts {
    held: usize,
    open: usize,
    not_applicable: usize,
}

impl Cells {
    pub(super) fn add(&mut self, ruling: &Ruling) {
        if !self.walls.contains(&ruling.wall) {
            self.walls.push(ruling.wall.clone());
        }
        let counts = self
            .rows
            .entry(ruling.row)
            .or_default()
            .entry(ruling.wall.clone())
            .or_default();
        match &ruling.exception {
            Some(reason) => {
                counts.not_applicable += 1;
                self.exceptions
                    .push((ruling.wall.clone(), ruling.program.clone(), reason.clone()));
            }
            None if ruling.is_held() => counts.held += 1,
            None => counts.open += 1,
        }
    }

    pub(super) fn absent(&mut self, wall: &str, reason: &anyhow::Error) {
        self.absent.insert(wall.to_owned(), format!("{reason:#}"));
    }

    fn open(&self) -> usize {
        self.rows
            .values()
            .flat_map(BTreeMap::values)
            .map(|counts| counts.open)
            .sum()
    }
}

impl Counts {
    fn text(self) -> String {
        let mut parts = Vec::new();
        if self.open > 0 {
            parts.push(format!("{} NOT HELD", self.open));
        }
        if self.held > 0 {
            parts.push(format!("{} held", self.held));
        }
        if self.not_applicable > 0 {
            parts.push(format!("{} n/a", self.not_applicable));
        }
        parts.join(", ")
    }
}

impl Show {
    pub(super) fn ruling(&self, ruling: &Ruling) -> anyhow::Result<()> {
        if self.json {
            anstream::println!("{}", serde_json::to_string(ruling)?);
            return Ok(());
        }
        match &ruling.exception {
            Some(reason) => {
                anstream::println!("{:<10} n/a   {:<32} {reason}", ruling.wall, ruling.program)
            }
            None => anstream::println!(
                "{:<10} {:<5} {:<32} {:7.3} s CPU {:7.3} s {:7} KiB  {}",
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
            anstream::println!("           {hole}");
        }
        Ok(())
    }

    pub(super) fn absent(&self, wall: &str, reason: &anyhow::Error) -> anyhow::Result<()> {
        if self.json {
            let line = serde_json::json!({ "wall": wall, "absent": format!("{reason:#}") });
            anstream::println!("{}", serde_json::to_string(&line)?);
        } else {
            anstream::println!("{wall:<10} does not stand here: {reason:#}");
        }
        Ok(())
    }

    pub(super) fn matrix(&self, cells: &Cells) -> anyhow::Result<()> {
        if self.json {
            let line = serde_json::json!({ "matrix": cells, "ok": cells.open() == 0 });
            anstream::println!("{}", serde_json::to_string(&line)?);
            return Ok(());
        }
        let mut table = Table::new();
        table.load_style(presets::ASCII_MARKDOWN);
        let header = ["crimes".to_owned()]
            .into_iter()
            .chain(cells.walls.iter().cloned());
        table.set_header(header);
        for row in ROWS {
            if let Some(counts) = cells.rows.get(row.name) {
                let cell = |wall: &String| counts.get(wall).copied().unwrap_or_default().text();
                table.add_row(
                    [row.name.to_owned()]
                        .into_iter()
                        .chain(cells.walls.iter().map(cell)),
                );
            }
        }
        anstream::println!("\n{table}");
        if !cells.exceptions.is_empty() {
            anstream::println!("\nn/a:");
        }
        for (wall, program, reason) in &cells.exceptions {
            anstream::println!("  {wall}: {program}: {reason}");
        }
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
