//! The percentiles of a latency cell: there are more of them than are compared.

use super::{compare::interval, visits::Visits};
use crate::{
    protocol::{CellPlan, Contender, Quantity, Sample},
    quantity::{LATENCY, SOJOURN_P999},
};

/// From the least on.
const PERCENTILES: [(f64, Quantity); 4] =
    [(50.0, LATENCY[0]), (90.0, LATENCY[2]), (99.0, LATENCY[1]), (99.9, SOJOURN_P999)];

/// Of one contender: percentiles from the least on, and the latency at each, in nanoseconds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Percentiles {
    pub(crate) contender: Contender,
    pub(crate) points: Vec<(f64, f64)>,
}

/// Of everyone in a cell but the twin. Each is what a comparison of it says: by the processes in
/// which all backends have it.
pub(crate) fn percentiles(plan: &CellPlan, samples: &[Sample]) -> Vec<Percentiles> {
    let visits = Visits::of(plan, samples);
    let mut found: Vec<Percentiles> = Vec::new();
    for (percentile, quantity) in PERCENTILES {
        let Some(logs) = visits.logs(&quantity) else { continue };
        for (place, contender) in logs.contenders.iter().copied().enumerate() {
            let point = (percentile, interval(&logs.levels(place), 1).estimate);
            match found.iter_mut().find(|it| it.contender == *contender) {
                Some(of_it) => of_it.points.push(point),
                None if matches!(contender, Contender::Twin(_)) => {}
                None => {
                    found.push(Percentiles { contender: contender.clone(), points: vec![point] });
                }
            }
        }
    }
    found
}
