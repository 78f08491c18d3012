//! Ratios to what is measured beside the backends.

use super::{compare::interval, visits::Visits};
use crate::{
    protocol::{CellPlan, Contender, Quantity, Sample},
    statistics::Interval,
};

/// The value of the first over that of the other, block by block, from the samples of a run for
/// its plan of a cell; whoever the two are. With 95 % confidence, of this ratio alone. `None` if
/// either was not measured.
pub(crate) fn ratio(
    (a, b): (&Contender, &Contender),
    quantity: &Quantity,
    plan: &CellPlan,
    samples: &[Sample],
) -> Option<Interval> {
    let logs = Visits::of(plan, samples).logs(quantity)?;
    let ratios = logs.ratios(logs.place(a)?, logs.place(b)?);
    Some(interval(&ratios, 1))
}
