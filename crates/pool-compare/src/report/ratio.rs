//! How far each backend of a comparison is from its best.

use crate::{
    analysis::{Comparison, Row},
    statistics::Interval,
};

/// The best of the backends: of those that rank first, or of all if there are no ranks, the one
/// with the least value.
pub(crate) fn best(comparison: &Comparison) -> Option<&Row> {
    comparison.best_first().into_iter().find(|row| row.contender.backend().is_some())
}

/// The rows that are compared with each other, not those beside them.
pub(crate) fn backends(comparison: &Comparison) -> impl Iterator<Item = &Row> {
    comparison.rows.iter().filter(|row| row.contender.backend().is_some())
}

/// What `row` takes over what the best takes, block by block; exactly 1 for the best itself.
/// `None` for what was measured beside the backends.
pub(crate) fn to_best(comparison: &Comparison, row: &Row) -> Option<Interval> {
    let (own, best) = (row.contender.backend()?, best(comparison)?.contender.backend()?);
    if own == best {
        return Some(Interval { low: 1.0, estimate: 1.0, high: 1.0 });
    }
    comparison.pair(own, best).map(|(ratio, _)| ratio)
}
