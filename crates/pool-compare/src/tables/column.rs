//! A column of a table: one quantity in one cell, of everyone.

use pool_measure::rounds::median;

use crate::{
    analysis::{Comparison, Row, Trust},
    cell::Cell,
    contender::Contender,
    figures::{Scale, per_second},
};

/// What marks a column whose ranks may change.
const PREVIEW: &str = "?";
/// What stands in place of a rank where there is none because of noise.
const NOISY: &str = "~";

/// A column, its texts all of the same width.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) header: String,
    cells: Vec<(Contender, String)>,
}

impl Column {
    pub(super) fn of(comparison: &Comparison) -> Self {
        let rows: Vec<&Row> = comparison.rows.iter().filter(|row| is_shown(row)).collect();
        let values = rows.iter().map(|row| shown(comparison, row));
        // One unit for all, so that nobody takes 980 µs for more than 1.02 ms.
        let middle = median(values.clone()).unwrap_or_default();
        let scale = if comparison.is_time_per_job() {
            Scale::of_rate(middle)
        } else {
            Scale::of(comparison.quantity().unit, middle)
        };
        let values: Vec<String> = values.map(|value| scale.show(value)).collect();
        let width = values.iter().map(|value| value.chars().count()).max().unwrap_or_default();
        let cell = |(row, value): (&&Row, String)| {
            let rank = rank(comparison, row);
            (row.contender.clone(), format!("{rank:<2} {value:>width$}"))
        };
        Self { header: header(comparison), cells: rows.iter().zip(values).map(cell).collect() }
    }

    pub(super) fn width(&self) -> usize {
        let cells = self.cells.iter().map(|(_, text)| text.chars().count());
        cells.max().unwrap_or_default().max(self.header.chars().count())
    }

    /// Everyone in it, in order.
    pub(super) fn contenders(&self) -> impl Iterator<Item = &Contender> {
        self.cells.iter().map(|(contender, _)| contender)
    }

    /// What it says of a contender; nothing if it was not measured here.
    pub(super) fn text(&self, contender: &Contender) -> String {
        let found = self.cells.iter().find(|(it, _)| it == contender);
        found.map(|(_, text)| text.clone()).unwrap_or_default()
    }
}

/// Twins are no contenders of their own.
fn is_shown(row: &Row) -> bool {
    !matches!(row.contender, Contender::Twin(_))
}

fn shown(comparison: &Comparison, row: &Row) -> f64 {
    let value = row.value;
    if comparison.is_time_per_job() { per_second(value).estimate } else { value.estimate }
}

fn rank(comparison: &Comparison, row: &Row) -> String {
    let noisy = comparison.trust == Trust::TooNoisy && row.contender.backend().is_some();
    row.rank_shown().unwrap_or_else(|| if noisy { NOISY.to_owned() } else { String::new() })
}

/// The cell's name without its kind, which stands above the table.
fn header(comparison: &Comparison) -> String {
    let name = match &comparison.cell {
        Cell::Throughput { workload } => workload.clone(),
        Cell::Latency { workload, load } => format!("{workload}/{load}"),
        Cell::Shutdown(scenario) => scenario.name().to_owned(),
        Cell::Cost(upkeep) => upkeep.name().to_owned(),
    };
    match comparison.trust {
        Trust::Preview => format!("{name} {PREVIEW}"),
        Trust::Sound | Trust::TooNoisy => name,
    }
}
