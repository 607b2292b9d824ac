//! The live scoreboard in a terminal: drawn over itself when it moves; one line per change where nobody can look back up.

use std::collections::BTreeMap;
use std::io::IsTerminal;

use anyhow::Context;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Attribute, Cell, CellAlignment, Color, ContentArrangement, Table};
use judging::ids::TeamId;
use judging::scoreboards::{Cell as Tries, Row};
use serde_json::Value;

use crate::http::standings::ScoreboardMessage;

/// A scoreboard as this client knows it.
pub(crate) struct Board {
    title: String,
    notice: Option<String>,
    labels: Vec<String>,
    rows: BTreeMap<TeamId, Row>,
    changed: Vec<TeamId>,
    live: bool,
}

impl Board {
    /// Empty until the first snapshot.
    pub(crate) fn new() -> Self {
        Self {
            title: String::new(),
            notice: None,
            labels: Vec::new(),
            rows: BTreeMap::new(),
            changed: Vec::new(),
            live: std::io::stdout().is_terminal(),
        }
    }

    /// Takes a snapshot or a delta.
    ///
    /// # Errors
    /// When the payload is neither.
    pub(crate) fn apply(&mut self, payload: &Value) -> anyhow::Result<()> {
        let message: ScoreboardMessage = serde_json::from_value(payload.clone())
            .context("the server's scoreboard is not understood")?;
        self.changed.clear();
        let rows = match message {
            ScoreboardMessage::Snapshot { standings } => {
                self.title = standings.name;
                self.notice = standings.freeze_notice;
                self.labels = standings
                    .problems
                    .into_iter()
                    .map(|problem| problem.label)
                    .collect();
                self.rows.clear();
                standings.rows
            }
            ScoreboardMessage::Delta { rows, .. } => rows,
        };
        for row in rows {
            self.changed.push(row.team_id.clone());
            self.rows.insert(row.team_id.clone(), row);
        }
        Ok(())
    }

    fn ordered(&self) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.rows.values().collect();
        rows.sort_by(|a, b| {
            a.rank
                .cmp(&b.rank)
                .then_with(|| a.team_name.cmp(&b.team_name))
        });
        rows
    }

    /// Shows it on standard output.
    pub(crate) fn draw(&self) {
        if self.live {
            // home, clear: the terminal keeps one board, not a scroll of them
            anstream::println!("\u{1b}[H\u{1b}[2J{}\n{}", self.heading(), self.table());
            return;
        }
        for row in self.ordered() {
            if self.changed.contains(&row.team_id) {
                anstream::println!("{}", self.line(row));
            }
        }
    }

    fn heading(&self) -> String {
        match &self.notice {
            Some(notice) => format!("{}\n{notice}", self.title),
            None => self.title.clone(),
        }
    }

    fn line(&self, row: &Row) -> String {
        let cells: Vec<String> = self
            .labels
            .iter()
            .zip(&row.problems)
            .map(|(label, cell)| format!("{label}:{}", cell_text(cell)))
            .collect();
        format!(
            "{:>3}  {:<24} {:>2} solved {:>5} min  {}",
            row.rank,
            row.team_name,
            row.num_solved,
            row.total_time,
            cells.join(" ")
        )
        .trim_end()
        .to_owned()
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        let header = ["", "team", "solved", "time"]
            .into_iter()
            .map(str::to_owned);
        table
            .load_style(UTF8_FULL_CONDENSED)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_header(header.chain(self.labels.iter().cloned()));
        for row in self.ordered() {
            let number = |number: u64| Cell::new(number).set_alignment(CellAlignment::Right);
            let mut cells = vec![
                number(u64::from(row.rank)),
                Cell::new(&row.team_name),
                number(u64::from(row.num_solved)),
                number(row.total_time),
            ];
            cells.extend(row.problems.iter().map(coloured));
            if self.changed.contains(&row.team_id) {
                cells[1] = Cell::new(&row.team_name).add_attribute(Attribute::Bold);
            }
            table.add_row(cells);
        }
        table
    }
}

/// `+2/45`: solved at minute 45 with two tries; `-3`: three in vain; `?`: pending.
fn cell_text(cell: &Tries) -> String {
    match (cell.solved, cell.num_pending, cell.num_judged) {
        (true, _, tries) => format!("+{tries}/{}", cell.time.unwrap_or_default()),
        (false, 0, 0) => ".".to_owned(),
        (false, 0, tries) => format!("-{tries}"),
        (false, _, 0) => "?".to_owned(),
        (false, _, tries) => format!("-{tries}?"),
    }
}

fn coloured(cell: &Tries) -> Cell {
    let text = Cell::new(cell_text(cell)).set_alignment(CellAlignment::Center);
    match (cell.solved, cell.num_pending, cell.num_judged) {
        (true, ..) => text.fg(Color::Green),
        (false, 0, 0) => text,
        (false, 0, _) => text.fg(Color::Red),
        (false, ..) => text.fg(Color::Blue),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(team: &str, rank: u32, solved: bool) -> Value {
        json!({
            "rank": rank, "teamId": team, "teamName": team.to_uppercase(),
            "numSolved": u32::from(solved), "totalTime": 45,
            "problems": [{
                "problemId": "hello", "label": "A", "numJudged": 2, "numPenalised": 1, "numPending": 0,
                "solved": solved, "time": 25, "firstToSolve": solved,
            }],
        })
    }

    #[test]
    fn a_delta_moves_rows() {
        let mut board = Board::new();
        let standings = json!({
            "contestId": "demo", "name": "Demo", "seq": 3, "phase": "frozen",
            "startTime": "2026-11-20T09:00:00.000Z", "endTime": "2026-11-20T14:00:00.000Z", "freezeNotice": "frozen",
            "problems": [{"id": "hello", "label": "A", "rgb": null, "color": null}],
            "rows": [row("a", 1, false), row("b", 1, false)],
        });
        board
            .apply(&json!({"kind": "snapshot", "standings": standings}))
            .unwrap();
        board
            .apply(&json!({"kind": "delta", "contestId": "demo", "rows": [row("b", 1, true), row("a", 2, false)]}))
            .unwrap();
        let lines: Vec<String> = board
            .ordered()
            .into_iter()
            .map(|row| board.line(row))
            .collect();
        assert_eq!(
            lines[0],
            "  1  B                         1 solved    45 min  A:+2/25"
        );
        assert_eq!(
            lines[1],
            "  2  A                         0 solved    45 min  A:-2"
        );
        assert_eq!(board.heading(), "Demo\nfrozen");
    }
}
