//! Several runs that measured the same: what the next one would find, too.
//!
//! Each run has an error of its own, and runs differ by more than that: by the host, the boot, the
//! day. How much they differ, the variance tau², is estimated after R. `DerSimonian` and N. Laird,
//! "Meta-analysis in clinical trials", Controlled Clinical Trials 7, 1986. The interval is that of
//! J. Hartung and G. Knapp, "A refined method for the meta-analysis of controlled clinical trials
//! with binary outcome", Statistics in Medicine 20, 2001: Student's, with as many degrees of
//! freedom as there are runs but one, since of few runs tau² is known badly. Where the runs lie
//! closer together than their own errors let expect, which is luck, these errors count.

use crate::{Estimate, Interval, student::count};

/// The least error that is believed: an estimate without any would count alone.
const LEAST: f64 = 1e-6;

/// The mean over all runs that there might be, with 95 % confidence, from three runs or more; `None`
/// of fewer, which say nothing of how much runs differ.
///
/// ```
/// use pool_statistics::{Estimate, random_effects};
///
/// let run = |mean| Estimate { mean, error: 0.01, freedom: 7.0 };
/// let all = random_effects(&[run(0.10), run(0.20), run(0.30)]).unwrap();
/// assert!(all.low < 0.0, "runs differ by far more than each says of itself: {all:?}");
/// ```
pub fn random_effects(runs: &[Estimate]) -> Option<Interval> {
    (runs.len() > 2).then(|| effects(runs).0)
}

/// The mean, and the variance between runs.
fn effects(runs: &[Estimate]) -> (Interval, f64) {
    let freedom = count(runs.len() - 1);
    let variances: Vec<f64> = runs.iter().map(|it| it.error.max(LEAST).powi(2)).collect();
    let weighted = |between: f64| {
        let weights: Vec<f64> = variances.iter().map(|own| (own + between).recip()).collect();
        let sum: f64 = weights.iter().sum();
        let pairs = || weights.iter().zip(runs);
        let mean = pairs().map(|(weight, run)| weight * run.mean).sum::<f64>() / sum;
        let scatter: f64 = pairs().map(|(weight, run)| weight * (run.mean - mean).powi(2)).sum();
        let squares: f64 = weights.iter().map(|weight| weight.powi(2)).sum();
        (mean, sum, scatter, squares)
    };
    let (_, sum, scatter, squares) = weighted(0.0);
    let between = ((scatter - freedom) / (sum - squares / sum)).max(0.0);
    let (mean, sum, scatter, _) = weighted(between);
    let error = ((scatter / freedom).max(1.0) / sum).sqrt();
    (Estimate { mean, error, freedom }.interval(1), between)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of vaccinated and of others, who fell ill and who did not, in thirteen trials of the BCG
    /// vaccine: G. A. Colditz and others, "Efficacy of BCG vaccine in the prevention of
    /// tuberculosis", JAMA 271, 1994; the data set `dat.bcg` of R's `metafor`.
    const BCG: [[f64; 4]; 13] = [
        [4.0, 119.0, 11.0, 128.0],
        [6.0, 300.0, 29.0, 274.0],
        [3.0, 228.0, 11.0, 209.0],
        [62.0, 13_536.0, 248.0, 12_619.0],
        [33.0, 5_036.0, 47.0, 5_761.0],
        [180.0, 1_361.0, 372.0, 1_079.0],
        [8.0, 2_537.0, 10.0, 619.0],
        [505.0, 87_886.0, 499.0, 87_892.0],
        [29.0, 7_470.0, 45.0, 7_232.0],
        [17.0, 1_699.0, 65.0, 1_600.0],
        [186.0, 50_448.0, 141.0, 27_197.0],
        [5.0, 2_493.0, 3.0, 2_338.0],
        [27.0, 16_886.0, 29.0, 17_825.0],
    ];

    fn estimate(mean: f64, error: f64) -> Estimate {
        Estimate { mean, error, freedom: 9.0 }
    }

    /// `rma(yi, vi, data = dat.bcg, method = "DL", test = "knha")`: tau² = 0.3088, the logarithm of
    /// the relative risk -0.7141.
    #[test]
    fn the_trials_of_a_vaccine_come_out_as_published() {
        let trials = BCG.map(|[ill, well, control_ill, control_well]| {
            let (all, controls) = (ill + well, control_ill + control_well);
            let ratio = (ill / all) / (control_ill / controls);
            let variance = ill.recip() - all.recip() + control_ill.recip() - controls.recip();
            estimate(ratio.ln(), variance.sqrt())
        });
        let (mean, between) = effects(&trials);
        assert!((between - 0.3088).abs() < 5e-5, "{between}");
        assert!((mean.estimate + 0.7141).abs() < 5e-5, "{mean:?}");
        let published = [-1.1078, -0.3204];
        for (found, published) in [mean.low, mean.high].iter().zip(published) {
            assert!((found - published).abs() < 5e-5, "{mean:?}");
        }
    }

    #[test]
    fn runs_that_agree_by_luck_are_known_by_their_own_errors_and_two_are_too_few() {
        assert_eq!(random_effects(&[estimate(0.5, 0.1); 2]), None);
        let (mean, between) = effects(&[estimate(0.5, 0.1); 3]);
        assert!(between.abs() < 1e-12);
        // Student's t of two degrees of freedom, 4.303, by 0.1 over the root of 3.
        assert!((mean.high - 0.5 - 4.303 * 0.1 / 3.0_f64.sqrt()).abs() < 1e-4, "{mean:?}");
    }
}
