//! Two samples that have nothing to do with each other, such as two runs.
//!
//! B. L. Welch, "The Generalization of 'Student's' Problem when Several Different Population
//! Variances are Involved", Biometrika 34, 1947; the degrees of freedom after F. E.
//! Satterthwaite, 1946.

use super::{
    Interval,
    student::{Moments, around},
};

/// The mean of `a` less that of `b`, with its interval of 95 % confidence, corrected for so many
/// comparisons as in [`mean_interval`](super::mean_interval). The two need not vary equally, nor
/// be equally many. `None` if either has fewer than two values.
pub(crate) fn difference_interval(a: &[f64], b: &[f64], comparisons: usize) -> Option<Interval> {
    let (a, b) = (Moments::of(a)?, Moments::of(b)?);
    let difference = a.mean - b.mean;
    let (of_a, of_b) = (a.variance / a.count, b.variance / b.count);
    let variance = of_a + of_b;
    if variance == 0.0 {
        return Some(Interval::exactly(difference));
    }
    let parts = of_a.powi(2) / (a.count - 1.0) + of_b.powi(2) / (b.count - 1.0);
    Some(around(difference, variance.sqrt(), variance.powi(2) / parts, comparisons))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::student::tests::{SLEEP, assert_interval};

    /// R's `t.test(extra ~ group, data = sleep)`, the example in its documentation: t = -1.8608,
    /// df = 17.776, the interval -3.3654832 to 0.2054832.
    #[test]
    fn students_patients_taken_for_twenty_come_out_as_published() {
        let found = difference_interval(&SLEEP[0], &SLEEP[1], 1).unwrap();
        assert_interval(found, [-3.365_483_2, -1.58, 0.205_483_2], 1e-5);
    }

    #[test]
    fn one_value_on_either_side_gives_no_interval() {
        assert_eq!(difference_interval(&[1.0], &[1.0, 2.0], 1), None);
        assert_eq!(difference_interval(&[1.0, 2.0], &[1.0], 1), None);
    }

    #[test]
    fn values_that_do_not_vary_give_a_point() {
        let found = difference_interval(&[3.0; 3], &[1.0; 2], 1);
        assert_eq!(found, Some(Interval::exactly(2.0)));
    }
}
