//! Finding things in an analysis.

use super::{Analysis, Comparison, Granularity, Row};
use crate::{
    cell::Cell,
    contender::Contender,
    quantity::Quantity,
    statistics::{Interval, Verdict},
};

impl Analysis {
    /// The comparison of a quantity in a cell, if both were measured.
    pub(crate) fn find(&self, cell: &Cell, quantity_key: &str) -> Option<&Comparison> {
        let mut all = self.comparisons.iter();
        all.find(|it| it.quantity == quantity_key && it.cell == *cell)
    }

    /// The shortest job at which each backend reaches a level of efficiency, as far as it is known.
    pub(crate) fn lengths(&self, level: f64) -> impl Iterator<Item = &Granularity> {
        // Levels are constants, not computed.
        self.granularity.iter().filter(move |it| (it.level - level).abs() < 1e-9)
    }
}

impl Comparison {
    /// What is compared.
    ///
    /// # Panics
    ///
    /// If it is no quantity of the cell, which no analysis makes.
    pub(crate) fn quantity(&self) -> &'static Quantity {
        let mut all = self.cell.quantities().iter();
        all.find(|it| it.key == self.quantity).expect("a comparison is of a quantity of its cell")
    }

    /// That of a contender, by the name that it is shown with: `"std"`, `"serial loop"`.
    pub(crate) fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.contender.to_string() == name)
    }

    /// The value of `a` over that of `b`, and what is said of `a`; whichever of the two comes
    /// first in the rows. `None` unless both are backends that were compared, and not the same.
    pub(crate) fn pair(&self, a: &str, b: &str) -> Option<(Interval, Verdict)> {
        let is = |contender: &Contender, name| contender.backend() == Some(name);
        self.pairs.iter().find_map(|pair| {
            if is(&pair.a, a) && is(&pair.b, b) {
                Some((pair.ratio, pair.verdict))
            } else if is(&pair.a, b) && is(&pair.b, a) {
                Some((pair.ratio.inverse(), pair.verdict.reversed()))
            } else {
                None
            }
        })
    }
}
