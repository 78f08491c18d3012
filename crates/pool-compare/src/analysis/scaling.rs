//! How the rate of each backend grows along an axis of a sweep.

use std::cmp::Reverse;

use pool_statistics::{Interval, Scalability};
use serde::Serialize;

use super::Comparison;
use crate::{
    once::once,
    protocol::{Axis, Cell, Contender},
};

/// Cells that differ in their value on one axis.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Scaling {
    pub(crate) axis: Axis,
    /// What they have in common: a cell without that axis.
    pub(crate) cell: Cell,
    /// How results are received.
    pub(crate) receive: String,
    /// The values on the axis, ascending.
    pub(crate) values: Vec<usize>,
    /// A curve for each backend, in the order of the configuration.
    pub(crate) curves: Vec<Curve>,
}

/// How the rate of one backend grows.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Curve {
    pub(crate) contender: Contender,
    /// Jobs a second at each of the values, each with 95 % confidence.
    pub(crate) rates: Vec<Interval>,
    /// The law of it, over workers; `None` for other axes and for too few values.
    pub(crate) law: Option<Scalability>,
}

/// The curves along axes of numbers, the longest first; none whose cells are all in longer ones.
/// `law` is that of a backend, for cells over workers: given what they have in common, and each
/// number of workers with its cell.
pub(crate) fn scaling(
    comparisons: &[Comparison],
    law: impl Fn(&Cell, &[(usize, &Cell)], &Contender) -> Option<Scalability>,
) -> Vec<Scaling> {
    let timed: Vec<&Comparison> = comparisons.iter().filter(|it| it.is_time_per_job()).collect();
    let mut found = Vec::new();
    for axis in Axis::ALL {
        let base = |of: &Comparison| of.cell.clone().at(axis, None);
        for cell in once(timed.iter().map(|it| base(it))) {
            let its = timed.iter().copied().filter(|it| base(it) == cell);
            let mut its: Vec<_> = its.filter_map(|it| Some((it.setting.on(axis)?, it))).collect();
            its.sort_by_key(|(value, _)| *value);
            its.dedup_by_key(|(value, _)| *value);
            if its.len() > 1 {
                found.push((axis, cell, its));
            }
        }
    }
    found.sort_by_key(|(.., its)| Reverse(its.len()));
    let mut shown: Vec<&Cell> = Vec::new();
    found.retain(|(.., its)| {
        let before = shown.len();
        shown.extend(its.iter().map(|it| &it.1.cell));
        shown[before..].iter().any(|it| !shown[..before].contains(it))
    });
    let along = |(axis, cell, points): (Axis, Cell, Vec<(usize, &Comparison)>)| {
        let cells: Vec<_> = points.iter().map(|(value, it)| (*value, &it.cell)).collect();
        let curve = |contender: &Contender| {
            let rate = |(_, of): &(usize, &Comparison)| {
                let row = of.rows.iter().find(|row| row.contender == *contender)?;
                let Interval { low, estimate, high } = row.value.inverse();
                Some(Interval { low: low * 1e9, estimate: estimate * 1e9, high: high * 1e9 })
            };
            Some(Curve {
                contender: contender.clone(),
                rates: points.iter().map(rate).collect::<Option<_>>()?,
                law: if axis == Axis::Workers { law(&cell, &cells, contender) } else { None },
            })
        };
        let (_, first) = points[0];
        let backends =
            first.rows.iter().map(|it| &it.contender).filter(|it| it.backend().is_some());
        Scaling {
            axis,
            receive: first.setting.receive(),
            values: points.iter().map(|(value, _)| *value).collect(),
            curves: backends.filter_map(curve).collect(),
            cell,
        }
    };
    found.into_iter().map(along).collect()
}
