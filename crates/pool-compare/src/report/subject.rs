//! One run, as the sections of the report see it.

use super::series::Palette;
use crate::{
    analysis::{Analysis, Comparison},
    cell::Kind,
    protocol::Sample,
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

impl<'a> Subject<'a> {
    /// The comparisons of a kind, in order.
    pub(crate) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &'a Comparison> + use<'a> {
        self.analysis.comparisons.iter().filter(move |it| it.cell.kind() == kind)
    }

    /// Of those, the ones of each cell's main quantity: by these it is judged first.
    pub(crate) fn main_of_kind(
        &self,
        kind: Kind,
    ) -> impl Iterator<Item = &'a Comparison> + use<'a> {
        self.of_kind(kind).filter(|it| it.is_main())
    }

    /// An id that no other run's elements have.
    pub(crate) fn id(&self, name: &str) -> String {
        format!("run-{}-{name}", self.number)
    }
}
