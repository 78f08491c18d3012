//! What has changed from one run to another.

use super::visits::Visits;
use crate::{
    protocol::{CellPlan, Contender, Quantity, Sample},
    statistics::{Interval, difference_interval, mean},
};

/// The value of a contender after a change over that before it, and from which difference on it
/// matters; each from the samples of a run
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
) -> Option<(Interval, f64)> {
    let levels = |(plan, samples)| {
        let logs = Visits::of(plan, samples).logs(quantity)?;
        let place = logs.place(contender)?;
        let own = logs.levels(place);
        let value = mean(&own).exp();
        let compared = match beside {
            Some(beside) => logs.ratios(place, logs.place(beside)?),
            None => own,
        };
        Some((compared, value))
    };
    let ((before, value_before), (after, value_after)) = (levels(before)?, levels(after)?);
    let factor = difference_interval(&after, &before, comparisons)?.exp();
    Some((factor, quantity.difference_from(value_before.min(value_after))))
}
