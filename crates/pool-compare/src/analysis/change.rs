//! What has changed from one run to another.

use super::visits::Visits;
use crate::{
    protocol::{CellPlan, Contender, Quantity, Sample},
    statistics::{Interval, difference_interval},
};

/// The value of a contender after a change over that before it, each from the samples of a run
/// for its plan of the same cell; or, beside another, the same of its ratio to that one's. With
/// 95 % confidence, corrected for so many comparisons.
///
/// Runs are not paired: no process of one belongs with a process of the other, and whatever the
/// machine did to a whole run is in the ratio, unless it did it to the one beside, too. `None` if
/// either has fewer than two complete processes with that quantity.
pub(crate) fn change(
    contender: &Contender,
    beside: Option<&Contender>,
    quantity: &Quantity,
    before: (&CellPlan, &[Sample]),
    after: (&CellPlan, &[Sample]),
    comparisons: usize,
) -> Option<Interval> {
    let levels = |(plan, samples)| {
        let logs = Visits::of(plan, samples).logs(quantity)?;
        let place = logs.place(contender)?;
        Some(match beside {
            Some(beside) => logs.ratios(place, logs.place(beside)?),
            None => logs.levels(place),
        })
    };
    let (before, after): (Vec<f64>, Vec<f64>) = (levels(before)?, levels(after)?);
    difference_interval(&after, &before, comparisons).map(Interval::exp)
}
