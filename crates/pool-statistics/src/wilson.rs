//! How often something is so.
//!
//! E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of
//! the American Statistical Association 22, 1927.

use crate::{Interval, student::count};

/// The part of all in which something is so, with its interval of 95 % confidence; `None` of none.
///
/// ```
/// let never = pool_statistics::share_interval(0, 20).unwrap();
/// assert_eq!(never.estimate, 0.0);
/// assert!(never.high > 0.15, "it may well be so in one of seven");
/// ```
pub fn share_interval(so: usize, all: usize) -> Option<Interval> {
    /// Between which many standard deviations 95 % of what is normal lies.
    const Z: f64 = 1.959_964;
    let (so, all) = (count(so), count(all));
    if all == 0.0 {
        return None;
    }
    let (estimate, square) = (so / all, Z * Z / all);
    let middle = (estimate + square / 2.0) / (1.0 + square);
    let half =
        (estimate * (1.0 - estimate) * square + square * square / 4.0).sqrt() / (1.0 + square);
    let [low, high] = [middle - half, middle + half].map(|it| it.clamp(0.0, 1.0));
    Some(Interval { low, estimate, high })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::student::tests::assert_interval;

    /// R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
    /// Medicine 17, 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    #[test]
    fn newcombes_table_comes_out_as_published() {
        for (so, all, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let found = share_interval(so, all).unwrap();
            let estimate = count(so) / count(all);
            assert_interval(found, [low, estimate, high], 1e-4);
        }
        assert_eq!(share_interval(0, 0), None);
    }
}
