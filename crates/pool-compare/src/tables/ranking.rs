//! A comparison: a row for each contender, the best first.

use pool_statistics::Interval;

use super::{
    grid::{Field, Grid},
    words::{rank, said},
};
use crate::{
    analysis::{Comparison, Row},
    figures::{Scale, percent},
    quantity::Unit,
};

/// Its table. `values` says what the values and what is behind them are.
pub(crate) fn ranking(comparison: &Comparison, values: &str) -> Grid {
    let rows = comparison.best_first();
    let Some(best) = rows.first().map(|row| row.contender.to_string()) else {
        return Grid::default();
    };
    let scale = Scale::of(comparison.quantity().unit, rows[0].value.estimate);
    let has_efficiency = rows.iter().any(|row| row.efficiency.is_some());
    let over = format!("/ {best}");
    let mut header = vec!["contender", "rank", values, &over, "is"];
    header.extend(["efficiency", "core time"].into_iter().filter(|_| has_efficiency));
    let mut grid = Grid::new(header);
    for row in rows {
        let name = row.contender.to_string();
        let pair = comparison.pair(&name, &best);
        let to_best = to_best(comparison, row);
        let mut fields = vec![
            name.into(),
            rank(comparison, row).into(),
            Field::value(row.value, scale),
            to_best.map(Field::ratio).unwrap_or_default(),
            // What noise hides is not to be put in words.
            pair.filter(|_| row.rank.is_some()).map_or("", |pair| said(pair.1)).into(),
        ];
        if has_efficiency {
            let efficiency = row.efficiency.map(|it| percent(it).into());
            let scale = |it: Interval| Scale::of(Unit::Nanos, it.estimate);
            let core_time = row.core_time.map(|it| Field::value(it, scale(it)));
            fields.extend([efficiency, core_time].map(Option::unwrap_or_default));
        }
        grid.row(fields);
    }
    grid
}

/// What `row` takes over what the best takes, block by block; exactly 1 for the best itself.
/// `None` for what was measured next to the backends.
pub(crate) fn to_best(comparison: &Comparison, row: &Row) -> Option<Interval> {
    let own = row.contender.backend()?;
    let best = comparison.best()?;
    if own == best { Some(Interval::exactly(1.0)) } else { Some(comparison.pair(own, best)?.0) }
}
