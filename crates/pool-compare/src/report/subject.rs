//! One run, as the sections of the report see it.

use super::series::Palette;
use crate::{
    analysis::{Analysis, Comparison},
    cell::Cell,
    sample::Sample,
    store::RunFile,
};

/// One run, and what all runs have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    /// From 1: keeps the ids of the page's elements apart.
    pub(crate) number: usize,
    pub(crate) file: &'a RunFile,
    pub(crate) analysis: &'a Analysis,
    pub(crate) samples: &'a [Sample],
    pub(crate) palette: &'a Palette,
}

/// The kinds of cells, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Throughput,
    Latency,
    Shutdown,
    Cost,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Throughput, Self::Latency, Self::Shutdown, Self::Cost];

    pub(crate) fn of(cell: &Cell) -> Self {
        match cell {
            Cell::Throughput { .. } => Self::Throughput,
            Cell::Latency { .. } => Self::Latency,
            Cell::Shutdown(_) => Self::Shutdown,
            Cell::Cost(_) => Self::Cost,
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Throughput => "Throughput",
            Self::Latency => "Latency",
            Self::Shutdown => "Shutdown",
            Self::Cost => "Cost",
        }
    }
}

impl<'a> Subject<'a> {
    /// The comparisons of a kind, in order.
    pub(crate) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &'a Comparison> + use<'a> {
        self.analysis.comparisons.iter().filter(move |it| Kind::of(&it.cell) == kind)
    }

    /// Of those, the ones of each cell's main quantity: by these it is judged first.
    pub(crate) fn main_of_kind(
        &self,
        kind: Kind,
    ) -> impl Iterator<Item = &'a Comparison> + use<'a> {
        self.of_kind(kind).filter(|it| is_main(it))
    }

    /// An id that no other run's elements have.
    pub(crate) fn id(&self, name: &str) -> String {
        format!("run-{}-{name}", self.number)
    }
}

/// Whether it is about what the cell is measured for in the first place.
pub(crate) fn is_main(comparison: &Comparison) -> bool {
    comparison.cell.quantities().first().is_some_and(|first| first.key == comparison.quantity)
}
