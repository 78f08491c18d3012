//! What may be said of two contenders.

use serde::{Deserialize, Serialize};

use crate::Interval;

/// What an interval of ratios says, given from which difference on it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Faster by at least the difference that matters.
    Faster,
    /// Faster, but perhaps by less than matters.
    SlightlyFaster,
    /// Any difference is smaller than matters.
    Equivalent,
    /// Slower, but perhaps by less than matters.
    SlightlySlower,
    /// Slower by at least the difference that matters.
    Slower,
    /// The measurements do not decide.
    Undecided,
}

impl Verdict {
    /// What `ratio` says of the one whose value is above the line, if a difference of
    /// `difference` is the least that matters: 0.05 is 5 %.
    ///
    /// Less is better in every quantity, so a ratio below 1 is faster. The band of what does not
    /// matter is symmetric in logarithms, from `1 / (1 + difference)` to `1 + difference`: a
    /// verdict is the same whichever of the two stands above the line.
    pub fn of(ratio: Interval, difference: f64) -> Self {
        let most = 1.0 + difference;
        match ratio {
            Interval { high, .. } if high < most.recip() => Self::Faster,
            Interval { low, .. } if low > most => Self::Slower,
            ratio if ratio.within(difference) => Self::Equivalent,
            Interval { high, .. } if high < 1.0 => Self::SlightlyFaster,
            Interval { low, .. } if low > 1.0 => Self::SlightlySlower,
            _ => Self::Undecided,
        }
    }

    /// What is said of the other one.
    pub fn reversed(self) -> Self {
        match self {
            Self::Faster => Self::Slower,
            Self::SlightlyFaster => Self::SlightlySlower,
            Self::SlightlySlower => Self::SlightlyFaster,
            Self::Slower => Self::Faster,
            Self::Equivalent | Self::Undecided => self,
        }
    }

    /// Whether a difference that matters is shown, in either direction.
    pub fn is_strict(self) -> bool {
        matches!(self, Self::Faster | Self::Slower)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_is_where_the_interval_lies_to_the_band() {
        for (low, high, verdict) in [
            (0.5, 0.7, Verdict::Faster),
            (0.1, 0.7, Verdict::Faster),
            (0.5, 0.9, Verdict::SlightlyFaster),
            (0.81, 0.99, Verdict::Equivalent),
            (0.9, 1.1, Verdict::Equivalent),
            (0.5, 1.1, Verdict::Undecided),
            (0.5, 2.0, Verdict::Undecided),
            (1.1, 1.5, Verdict::SlightlySlower),
            (1.3, 9.0, Verdict::Slower),
            (f64::NAN, f64::NAN, Verdict::Undecided),
        ] {
            let ratio = Interval { low, estimate: f64::midpoint(low, high), high };
            assert_eq!(Verdict::of(ratio, 0.25), verdict, "{low} to {high}");
            assert_eq!(Verdict::of(ratio.inverse(), 0.25), verdict.reversed(), "{low} to {high}");
        }
    }
}
