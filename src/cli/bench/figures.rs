//! What a bench measured, as a line for people or a JSON object for programs.

use anstream::println;
use serde::Serialize;

/// One case of a bench: what must be paid anyway, and what we pay.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Figure {
    /// Name of the bench.
    pub(super) bench: &'static str,
    /// Name of the case within it.
    pub(super) case: String,
    /// Unit of floor, figure and p99: `us`, `1/s`, ...
    pub(super) unit: &'static str,
    /// The bare cost of what must be done, measured in the same run.
    pub(super) floor: f64,
    /// Ours.
    pub(super) figure: f64,
    /// `figure / floor`.
    pub(super) ratio: f64,
    /// 99th percentile of ours, where there is one.
    pub(super) p99: Option<f64>,
}

impl Figure {
    /// Puts a floor and a figure side by side.
    pub(super) fn new(
        bench: &'static str,
        case: impl Into<String>,
        unit: &'static str,
        floor: f64,
        figure: f64,
    ) -> Self {
        Self {
            bench,
            case: case.into(),
            unit,
            floor,
            figure,
            ratio: figure / floor,
            p99: None,
        }
    }

    /// Adds the 99th percentile of ours.
    pub(super) fn with_p99(mut self, p99: f64) -> Self {
        self.p99 = Some(p99);
        self
    }
}

/// Where figures go as soon as they are measured.
pub(super) struct Output {
    pub(super) json: bool,
}

impl Output {
    /// Shows one.
    pub(super) fn show(&mut self, figure: &Figure) -> anyhow::Result<()> {
        if self.json {
            println!("{}", serde_json::to_string(figure)?);
            return Ok(());
        }
        let Figure {
            bench,
            case,
            unit,
            floor,
            figure: ours,
            ratio,
            p99,
        } = figure;
        let p99 = p99.map_or_else(String::new, |p99| format!("  p99 {p99:.1} {unit}"));
        println!(
            "{bench:<10} {case:<32} floor {floor:>12.1} {unit}  figure {ours:>12.1} {unit}  ratio {ratio:.3}{p99}"
        );
        Ok(())
    }
}
