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

/// Where figures go as soon as they are measured, and how long to measure.
pub(super) struct Output {
    pub(super) json: bool,
    /// Divides rounds and durations.
    pub(super) divisor: u32,
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

/// Nanoseconds as microseconds.
pub(super) fn micros(nanos: &[u64]) -> Vec<f64> {
    nanos.iter().map(|nanos| *nanos as f64 / 1e3).collect()
}

/// Nanoseconds as milliseconds.
pub(super) fn millis(nanos: &[u64]) -> Vec<f64> {
    nanos.iter().map(|nanos| *nanos as f64 / 1e6).collect()
}

/// The value below which the share `p` of `values` lies; 0 for none.
pub(super) fn percentile(values: &mut [f64], p: f64) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    values.sort_unstable_by(f64::total_cmp);
    let index = ((values.len() - 1) as f64 * p).round() as usize;
    values[index]
}

/// The median of `values`.
pub(super) fn median(values: &mut [f64]) -> f64 {
    percentile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::{median, percentile};

    #[test]
    fn percentiles_come_from_the_sorted_values() {
        let mut values = vec![5.0, 1.0, 4.0, 2.0, 3.0];
        assert_eq!(percentile(&mut values, 0.0).to_bits(), 1.0_f64.to_bits());
        assert_eq!(median(&mut values).to_bits(), 3.0_f64.to_bits());
        assert_eq!(percentile(&mut values, 1.0).to_bits(), 5.0_f64.to_bits());
        assert_eq!(median(&mut []).to_bits(), 0.0_f64.to_bits());
    }
}
