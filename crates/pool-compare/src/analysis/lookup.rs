//! Finding things in an analysis.

use pool_statistics::{Interval, Verdict, median};

use super::{Analysis, Comparison, Row};
use crate::{
    cell::Kind,
    once::once,
    protocol::{Cell, Contender, Quantity},
    quantity::THROUGHPUT,
};

impl Analysis {
    /// The comparison of a quantity in a cell, if both were measured.
    pub(crate) fn find(&self, cell: &Cell, quantity_key: &str) -> Option<&Comparison> {
        let mut all = self.comparisons.iter();
        all.find(|it| it.quantity == quantity_key && it.cell == *cell)
    }

    /// How well ratios of the time per job are known: the half-width of their intervals, the
    /// median of all pairs of backends in all cells. `None` before there are any.
    pub(crate) fn reached_precision(&self) -> Option<f64> {
        let timed = self.comparisons.iter().filter(|it| it.is_time_per_job() && it.processes > 1);
        median(timed.flat_map(|it| &it.pairs).map(|pair| pair.ratio.half_width()))
    }

    /// The names of the cells that have been compared, each once.
    pub(crate) fn cells(&self) -> Vec<String> {
        once(self.comparisons.iter().map(|it| it.cell.to_string()))
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

    /// What people call the quantity; of throughput with the call that results are received by.
    pub(crate) fn title(&self) -> String {
        let title = self.quantity().title;
        match self.cell.kind() {
            Kind::Throughput | Kind::Placement => {
                format!("{title} ({})", self.setting.receive())
            }
            _ => title.to_owned(),
        }
    }

    /// Whether it is of what the cell is measured for in the first place.
    pub(crate) fn is_main(&self) -> bool {
        self.quantity == self.cell.quantities()[0].key
    }

    /// Whether it is of the time per job, which people think of as jobs per second.
    pub(crate) fn is_time_per_job(&self) -> bool {
        self.quantity == THROUGHPUT[0].key
    }

    /// The best of the backends.
    pub(crate) fn best(&self) -> Option<&str> {
        self.best_first().first()?.contender.backend()
    }

    /// Of these contenders alone.
    pub(crate) fn only(&self, wanted: impl Fn(&Contender) -> bool) -> Self {
        let mut left = self.clone();
        left.rows.retain(|row| wanted(&row.contender));
        for pairs in [&mut left.pairs, &mut left.beside] {
            pairs.retain(|pair| wanted(&pair.a) && wanted(&pair.b));
        }
        left
    }

    /// From which difference to the best on it matters, as a part of one.
    pub(crate) fn matters(&self) -> f64 {
        let best = self.best_first().first().map_or(0.0, |row| row.value.estimate);
        self.quantity().difference_from(best)
    }

    /// From which difference between these two on it matters, as a part of one.
    pub(crate) fn matters_between(&self, a: &str, b: &str) -> f64 {
        let values = [a, b].into_iter().filter_map(|name| Some(self.row(name)?.value.estimate));
        self.quantity().difference_from(values.min_by(f64::total_cmp).unwrap_or_default())
    }

    /// Backends from the best on, by their ranks; of equal rank by how much the best of the others
    /// beats them, pair by pair, so that no ratio to the first is below 1 where that is possible.
    /// Then what is measured next to them.
    pub(crate) fn best_first(&self) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        let place = |row: &Row| (row.contender.backend().is_none(), row.rank.unwrap_or(usize::MAX));
        let beaten = |row: &Row| self.beaten(row).unwrap_or(row.value.estimate);
        rows.sort_by(|a, b| place(a).cmp(&place(b)).then(beaten(a).total_cmp(&beaten(b))));
        rows
    }

    /// How many times as much a backend takes as the one that it comes off worst against.
    fn beaten(&self, row: &Row) -> Option<f64> {
        let own = row.contender.backend()?;
        let others = self.rows.iter().filter_map(|it| it.contender.backend());
        let ratios = others.filter_map(|other| Some(self.pair(own, other)?.0.estimate));
        ratios.max_by(f64::total_cmp)
    }

    /// That of a contender, by the name that it is shown with: `"std"`, `"serial loop"`.
    pub(crate) fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.contender.to_string() == name)
    }

    /// The value of `a` over that of `b`, and what is said of `a`; whichever of the two comes
    /// first in the rows. `None` unless one is a backend, and the two were compared.
    pub(crate) fn pair(&self, a: &str, b: &str) -> Option<(Interval, Verdict)> {
        let is = |contender: &Contender, name: &str| contender.to_string() == name;
        self.pairs.iter().chain(&self.beside).find_map(|pair| {
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

impl Row {
    /// Its rank with a mark if others have the same: `"2"`, `"1="`; `None` if it has none.
    pub(crate) fn rank_shown(&self) -> Option<String> {
        self.rank.map(|rank| format!("{rank}{}", if self.tied { "=" } else { "" }))
    }
}
