//! Confidence intervals.

use serde::Serialize;

/// An estimate, and between which bounds the true value lies with the stated confidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The lower bound.
    pub low: f64,
    /// What is most likely.
    pub estimate: f64,
    /// The upper bound.
    pub high: f64,
}

impl Interval {
    /// An estimate of which nobody knows how good it is: both bounds are the estimate.
    pub fn exactly(estimate: f64) -> Self {
        Self { low: estimate, estimate, high: estimate }
    }

    /// From logarithms to what they are the logarithms of.
    pub fn exp(self) -> Self {
        // Two processes that disagree wildly have bounds beyond what a number can be, for which
        // JSON has no word.
        let exp = |log: f64| log.exp().clamp(f64::MIN_POSITIVE, f64::MAX);
        Self { low: exp(self.low), estimate: exp(self.estimate), high: exp(self.high) }
    }

    /// Of a ratio: the same, the other way round.
    pub fn inverse(self) -> Self {
        Self { low: self.high.recip(), estimate: self.estimate.recip(), high: self.low.recip() }
    }

    /// Of a ratio: how far the estimate may be off in either direction, as a part of one. The
    /// interval is symmetric in logarithms, so 0.02 is from a 1.02nd of the estimate to 1.02
    /// times it.
    pub fn half_width(self) -> f64 {
        // Not the root of the quotient, which may be more than a number can be.
        self.high.sqrt() / self.low.sqrt() - 1.0
    }

    /// Of a ratio: whether all of it is a difference that does not matter, from `1 / (1 +
    /// difference)` to `1 + difference`.
    pub fn within(self, difference: f64) -> bool {
        let most = 1.0 + difference;
        self.low >= most.recip() && self.high <= most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_of_a_ratio_has_its_bounds_exchanged_and_the_same_half_width() {
        let ratio = Interval { low: 2.0 / 1.02, estimate: 2.0, high: 2.0 * 1.02 };
        let inverse = ratio.inverse();
        assert_eq!((inverse.low, inverse.high), (ratio.high.recip(), ratio.low.recip()));
        for ratio in [ratio, inverse] {
            assert!((ratio.half_width() - 0.02).abs() < 1e-12, "{}", ratio.half_width());
        }
    }

    #[test]
    fn bounds_stay_numbers_however_wide_the_interval() {
        let wide = Interval { low: -1e4, estimate: 0.0, high: 1e4 }.exp();
        assert!(wide.low > 0.0 && wide.high.is_finite() && wide.half_width().is_finite());
        assert!(wide.inverse().high.is_finite());
    }
}
