//! How what a run says is shown on a terminal.

mod column;
#[cfg(test)]
pub(crate) mod fixtures;
mod kind;
mod legend;
mod markdown;
mod ruled;
mod words;
mod wrap;

use crate::{
    analysis::{Analysis, Comparison},
    cell::Kind,
    store::CellState,
};

pub(crate) use self::{
    legend::{length, too_noisy},
    markdown::{markdown, rows},
    ruled::{WIDTH, ruled},
    words::{fell_behind, list, list_or, noise_floor, ranks, verdict},
    wrap::wrap,
};

/// What a chooser wants to see: a table for each kind of cell, of the main quantity (of latency, of
/// the tail, too), and what it means. `cells` is how far each has come.
pub(crate) fn overview(analysis: &Analysis, cells: &[CellState]) -> String {
    show(analysis, cells, Kind::in_overview)
}

/// The same of all quantities.
pub(crate) fn everything(analysis: &Analysis, cells: &[CellState]) -> String {
    show(analysis, cells, |_| usize::MAX)
}

/// `quantities` says how many of each kind.
fn show(analysis: &Analysis, cells: &[CellState], quantities: impl Fn(Kind) -> usize) -> String {
    let mut parts = Vec::new();
    let mut shown: Vec<&Comparison> = Vec::new();
    for kind in Kind::ALL {
        for comparisons in kind.quantities(analysis).into_iter().take(quantities(kind)) {
            parts.push(kind.table(&comparisons));
            shown.extend(comparisons);
        }
    }
    if parts.is_empty() {
        parts.push("nothing has been measured to the end of a process yet".to_owned());
    }
    parts.push(legend::legend(analysis, &shown, cells));
    parts.join("\n\n").trim_end().to_owned()
}

#[cfg(test)]
mod tests;
