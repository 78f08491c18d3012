//! Student's t: how far the mean of a few values may be from the true one.
//!
//! "Student" (W. S. Gosset), "The Probable Error of a Mean", Biometrika 6, 1908.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::Interval;

/// How often an interval may miss the true value.
const MISSES: f64 = 0.05;

/// The mean of `values`, with the interval that has the true mean with 95 % confidence. Both bounds
/// of one value are that value: it says nothing of how far others lie from it.
///
/// Of several such intervals, the more there are the more miss. With `comparisons` of them given,
/// each is made so much wider that with 95 % confidence not one misses (Bonferroni's correction,
/// each with a 1 - 0.05 / `comparisons`; O. J. Dunn, "Multiple Comparisons Among Means", Journal
/// of the American Statistical Association 56, 1961). That holds however the comparisons depend
/// on each other, as those of the same backends do.
///
/// ```
/// use pool_statistics::mean_interval;
///
/// // Student's own example: how much longer ten patients slept with the second drug, in hours.
/// let hours = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4];
/// let found = mean_interval(&hours, 1);
/// assert!((found.low - 0.70).abs() < 0.005 && (found.high - 2.46).abs() < 0.005);
/// ```
pub fn mean_interval(values: &[f64], comparisons: usize) -> Interval {
    let exactly = || Interval::exactly(mean(values));
    Estimate::of(values).map_or_else(exactly, |it| it.interval(comparisons))
}

/// The mean of some values; NaN of none.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / count(values.len())
}

/// A mean, and how well it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
    /// Degrees of freedom: one less than there are values.
    pub freedom: f64,
}

impl Estimate {
    /// The mean of these values; `None` for fewer than two.
    pub fn of(values: &[f64]) -> Option<Self> {
        let (mean, freedom) = (mean(values), count(values.len()) - 1.0);
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let error = (squares / freedom / count(values.len())).sqrt();
        (freedom > 0.0).then_some(Self { mean, error, freedom })
    }

    /// That of the logarithms, from the interval that [`mean_interval`] made of so many of them;
    /// `None` for fewer than two, which give none.
    pub fn of_logs(interval: Interval, values: usize, comparisons: usize) -> Option<Self> {
        let freedom = count(values) - 1.0;
        let half = (interval.high / interval.low).ln() / 2.0;
        let (mean, error) = (interval.estimate.ln(), half / two_sided(freedom, comparisons));
        (values > 1 && mean.is_finite() && error.is_finite()).then_some(Self {
            mean,
            error,
            freedom,
        })
    }

    /// The interval in which it lies, corrected for so many comparisons as in [`mean_interval`].
    pub fn interval(self, comparisons: usize) -> Interval {
        let Self { mean, error, freedom } = self;
        let half = error * two_sided(freedom, comparisons);
        Interval { low: mean - half, estimate: mean, high: mean + half }
    }
}

/// How many standard errors an estimate may be off in either direction.
fn two_sided(freedom: f64, comparisons: usize) -> f64 {
    let probability = 1.0 - MISSES / (2.0 * count(comparisons.max(1)));
    // Without any freedom to speak of there is no such distribution, and nothing is known.
    StudentsT::new(0.0, 1.0, freedom).map_or(f64::INFINITY, |t| t.inverse_cdf(probability))
}

#[expect(clippy::cast_precision_loss, reason = "there are far fewer values than 2^53")]
pub(crate) fn count(values: usize) -> f64 {
    values as f64
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Hours of sleep gained by ten patients with each of two drugs, from Student's paper; the
    /// data set `sleep` of R.
    pub(crate) const SLEEP: [[f64; 10]; 2] = [
        [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
        [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
    ];

    pub(crate) fn assert_interval(found: Interval, published: [f64; 3], within: f64) {
        for (found, published) in [found.low, found.estimate, found.high].iter().zip(published) {
            assert!((found - published).abs() <= within, "{found} is not {published}");
        }
    }

    /// "Critical Values of the Student's t Distribution", NIST/SEMATECH e-Handbook of
    /// Statistical Methods, 1.3.6.7.2; of more digits, and of ten comparisons, from the table in
    /// Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.10.
    #[test]
    fn quantiles_are_those_of_published_tables() {
        for (freedom, comparisons, published) in [
            (1.0, 1, 12.706),
            (7.0, 1, 2.365),
            (100.0, 1, 1.984),
            (4.0, 10, 5.598),
            (9.0, 10, 3.690),
            (9.0, 25, 4.297),
        ] {
            let found = two_sided(freedom, comparisons);
            assert!((found - published).abs() < 6e-4, "{freedom}, {comparisons}: {found}");
        }
    }

    /// Student, 1908: the second drug gives 1.58 hours more. The interval is that of R's `t.test(extra ~ group, sleep, paired = TRUE)`.
    #[test]
    fn students_own_example_comes_out_as_published() {
        let pairs = SLEEP[0].iter().zip(SLEEP[1]);
        let gained: Vec<f64> = pairs.map(|(first, second)| second - first).collect();
        let found = mean_interval(&gained, 1);
        assert_interval(found, [0.700_114_2, 1.58, 2.459_885_8], 1e-6);
    }

    #[test]
    fn an_estimate_is_found_again_in_its_interval() {
        let values = [0.1, 0.3, 0.2, 0.5];
        let known = Estimate::of(&values).unwrap();
        for comparisons in [1, 10] {
            let interval = known.interval(comparisons).exp();
            let found = Estimate::of_logs(interval, values.len(), comparisons).unwrap();
            assert!((found.mean - known.mean).abs() < 1e-12);
            assert!((found.error - known.error).abs() < 1e-12);
        }
        assert_eq!(Estimate::of_logs(Interval::exactly(2.0), 1, 1), None);
    }

    #[test]
    fn one_value_and_equal_values_give_a_point() {
        for values in [&[2.0; 1][..], &[2.0; 4]] {
            assert_eq!(mean_interval(values, 1), Interval::exactly(2.0));
        }
    }
}
