//! How well ratios are known on this machine.

use pool_measure::quantile::median;

use super::{Analysis, Comparison};
use crate::statistics::Interval;

/// The half-width of the twins' intervals of the time per job, the median of all cells.
pub(super) fn noise_floor(comparisons: &[Comparison]) -> Option<f64> {
    let twins = timed(comparisons).filter_map(|it| it.twin);
    median(twins.map(Interval::half_width))
}

impl Analysis {
    /// How well ratios of the time per job are known: the half-width of their intervals, the
    /// median of all pairs of backends in all cells. `None` before there are any.
    pub(crate) fn reached_precision(&self) -> Option<f64> {
        let compared = timed(&self.comparisons).filter(|it| it.processes > 1);
        median(compared.flat_map(|it| &it.pairs).map(|pair| pair.ratio.half_width()))
    }
}

fn timed(comparisons: &[Comparison]) -> impl Iterator<Item = &Comparison> {
    comparisons.iter().filter(|it| it.is_time_per_job())
}
