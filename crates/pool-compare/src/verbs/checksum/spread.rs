//! What is said about a handful of samples: the one in the middle, and the outermost.

use pool_measure::rounds::quantile;
use serde::Serialize;

/// The median of some samples, and how far they lie apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Spread {
    /// `None` if there are no samples.
    pub(crate) fn of(samples: &[f64]) -> Option<Self> {
        let at = |part| quantile(samples.iter().copied(), part);
        Some(Self { median: at(0.5)?, min: at(0.0)?, max: at(1.0)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(samples: &[f64]) -> Option<(f64, f64, f64)> {
        Spread::of(samples).map(|spread| (spread.min, spread.median, spread.max))
    }

    #[test]
    fn the_median_is_the_middle_sample_or_between_the_middle_two() {
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[3.0]), Some((3.0, 3.0, 3.0)));
        assert_eq!(spread(&[9.0, 1.0]), Some((1.0, 5.0, 9.0)));
        assert_eq!(spread(&[9.0, 1.0, 2.0]), Some((1.0, 2.0, 9.0)));
        assert_eq!(spread(&[4.0, 1.0, 100.0, 2.0]), Some((1.0, 3.0, 100.0)));
    }
}
