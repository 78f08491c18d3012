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
    figures: Vec<Figure>,
}

/// What is said of one contender.
#[derive(Debug)]
pub(super) struct Figure {
    contender: Contender,
    /// Its rank with a mark if it is tied, or why it has none; nothing beside the backends.
    pub(super) rank: String,
    pub(super) is_first: bool,
    /// With a unit, which is the same in all of a column.
    pub(super) value: String,
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
        let figure = |(row, value): (&&Row, f64)| Figure {
            contender: row.contender.clone(),
            rank: rank(comparison, row),
            is_first: row.rank == Some(1),
            value: scale.show(value),
        };
        let figures = rows.iter().zip(values).map(figure).collect();
        Self { header: header(comparison), figures }
    }

    pub(super) fn width(&self) -> usize {
        let cells = self.figures.iter().map(|figure| self.shown(figure).chars().count());
        cells.max().unwrap_or_default().max(self.header.chars().count())
    }

    /// Everyone in it, in order.
    pub(super) fn contenders(&self) -> impl Iterator<Item = &Contender> {
        self.figures.iter().map(|figure| &figure.contender)
    }

    /// What is said of a contender; `None` if it was not measured here.
    pub(super) fn figure(&self, contender: &Contender) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.contender == *contender)
    }

    /// The same in a line; nothing if it was not measured here.
    pub(super) fn text(&self, contender: &Contender) -> String {
        self.figure(contender).map(|figure| self.shown(figure)).unwrap_or_default()
    }

    fn shown(&self, Figure { rank, value, .. }: &Figure) -> String {
        let width =
            self.figures.iter().map(|it| it.value.chars().count()).max().unwrap_or_default();
        format!("{rank:<2} {value:>width$}")
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
