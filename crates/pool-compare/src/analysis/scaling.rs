//! How the rate of each backend grows along an axis of a sweep.

use std::cmp::Reverse;

use serde::Serialize;

use super::{Comparison, visits::Visits};
use crate::{
    protocol::{Axis, Cell, Contender, Setting},
    quantity::THROUGHPUT,
    statistics::{Interval, Scalability, scalability},
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

/// A cell, how its pools are set up, and what was measured of the time per job.
pub(super) type Point<'a> = (&'a Visits<'a>, Setting, &'a Comparison);

/// The curves along axes of numbers, the longest first; none whose cells are all in longer ones.
pub(super) fn scaling(points: &[Point<'_>]) -> Vec<Scaling> {
    let mut found = Vec::new();
    for axis in Axis::ALL {
        let base = |point: &Point<'_>| point.0.cell.clone().at(axis, None);
        let mut bases: Vec<Cell> = Vec::new();
        for base in points.iter().map(base) {
            if !bases.contains(&base) {
                bases.push(base);
            }
        }
        for cell in bases {
            let its = points.iter().filter(|point| base(point) == cell);
            let mut its: Vec<_> = its.filter_map(|it| Some((it.1.on(axis)?, it))).collect();
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
        let cells: Vec<_> = its.iter().map(|it| it.1.0.cell).collect();
        let is_new = cells.iter().any(|it| !shown.contains(it));
        shown.extend(cells);
        is_new
    });
    found.into_iter().map(|(axis, cell, its)| along(axis, cell, &its)).collect()
}

fn along(axis: Axis, cell: Cell, points: &[(usize, &Point<'_>)]) -> Scaling {
    let backends = points[0].1.2.rows.iter().filter(|row| row.contender.backend().is_some());
    let curve = |contender: &Contender| {
        let rate = |(_, point): &(usize, &Point<'_>)| {
            let row = point.2.rows.iter().find(|row| row.contender == *contender)?;
            let Interval { low, estimate, high } = row.value.inverse();
            Some(Interval { low: low * 1e9, estimate: estimate * 1e9, high: high * 1e9 })
        };
        let levels = |(workers, point): &(usize, &Point<'_>)| {
            let logs = point.0.logs(&THROUGHPUT[0])?;
            Some((*workers, logs.levels(logs.place(contender)?)))
        };
        let measured = || points.iter().map(levels).collect::<Option<Vec<_>>>();
        let law = if axis == Axis::Workers { measured() } else { None };
        let rates = points.iter().map(rate).collect::<Option<_>>()?;
        Some(Curve {
            contender: contender.clone(),
            rates,
            law: law.and_then(|it| scalability(&it)),
        })
    };
    Scaling {
        axis,
        cell,
        receive: points[0].1.1.receive(),
        values: points.iter().map(|(value, _)| *value).collect(),
        curves: backends.filter_map(|row| curve(&row.contender)).collect(),
    }
}
