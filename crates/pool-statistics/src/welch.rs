//! Two estimates that have nothing to do with each other, such as those of two runs.
//!
//! B. L. Welch, "The Generalization of 'Student's' Problem when Several Different Population
//! Variances are Involved", Biometrika 34, 1947; the degrees of freedom after F. E.
//! Satterthwaite, 1946.

use crate::{Estimate, Interval};

/// The first less the other, with its interval of 95 % confidence, corrected for so many
/// comparisons as in [`mean_interval`](crate::mean_interval). What the two are of need not vary
/// equally, nor have been measured equally often.
pub fn difference(a: Estimate, b: Estimate, comparisons: usize) -> Interval {
    let mean = a.mean - b.mean;
    let (of_a, of_b) = (a.error.powi(2), b.error.powi(2));
    let variance = of_a + of_b;
    if variance == 0.0 {
        return Interval::exactly(mean);
    }
    let parts = of_a.powi(2) / a.freedom + of_b.powi(2) / b.freedom;
    let freedom = variance.powi(2) / parts;
    Estimate { mean, error: variance.sqrt(), freedom }.interval(comparisons)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::student::tests::{SLEEP, assert_interval};

    /// R's `t.test(extra ~ group, data = sleep)`, the example in its documentation: t = -1.8608,
    /// df = 17.776, the interval -3.3654832 to 0.2054832.
    #[test]
    fn students_patients_taken_for_twenty_come_out_as_published() {
        let [first, second] = SLEEP.map(|values| Estimate::of(&values).unwrap());
        let found = difference(first, second, 1);
        assert_interval(found, [-3.365_483_2, -1.58, 0.205_483_2], 1e-5);
    }

    #[test]
    fn values_that_do_not_vary_give_a_point() {
        let exactly = |mean| Estimate { mean, error: 0.0, freedom: 2.0 };
        assert_eq!(difference(exactly(3.0), exactly(1.0), 1), Interval::exactly(2.0));
    }
}
