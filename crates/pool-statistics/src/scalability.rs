//! The Universal Scalability Law: how the rate of N workers grows.
//!
//! N. J. Gunther, "Guerrilla Capacity Planning", 2007. With the rate of one worker γ, the part σ of
//! a job that no other runs beside, and the coherence κ, which grows with every pair of workers,
//!
//! ```text
//! X(N) = γ N / (1 + σ (N - 1) + κ N (N - 1))
//! ```

use pool_workloads::generator;
use rand::RngExt;
use serde::Serialize;

use crate::{
    Interval, quantile,
    student::{count, mean},
};

/// How many counts of workers three parameters need, so that as many are left to contradict them.
pub const FEWEST_COUNTS: usize = 6;

/// The law that comes closest to what was measured.
#[derive(Clone, Copy, Debug, Default)]
struct Law {
    serial: f64,
    coherence: f64,
}

/// The law with its intervals of 95 % confidence, by a bootstrap over processes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Scalability {
    /// σ, from 0 on.
    pub serial: Interval,
    /// κ, from 0 on.
    pub coherence: Interval,
    /// Up to how many workers a tenth more of them bring at least a hundredth more jobs; at most
    /// twice the largest count measured, which stands for all that lies beyond.
    pub gains_up_to: Interval,
    /// How far the law misses the count that it misses most, as a part of one.
    pub misses: f64,
}

/// The law of one contender: for each count of workers, ascending, the logarithm of the time per
/// job in each process. `None` for too few counts.
///
/// ```
/// use pool_statistics::scalability;
///
/// // A twentieth of each job is serial.
/// let log = |workers: f64| ((1.0 + 0.05 * (workers - 1.0)) / workers).ln();
/// let measured = [1, 2, 3, 4, 6, 8].map(|workers| (workers, vec![log(workers as f64); 5]));
/// let law = scalability(&measured).unwrap();
/// assert!((law.serial.estimate - 0.05).abs() < 1e-6);
/// ```
pub fn scalability(measured: &[(usize, Vec<f64>)]) -> Option<Scalability> {
    /// So that the outermost fortieth is of enough.
    const RESAMPLES: usize = 1_000;
    if measured.len() < FEWEST_COUNTS {
        return None;
    }
    let horizon = 2.0 * count(measured.last()?.0);
    let means = measured.iter().map(|(workers, logs)| (count(*workers), mean(logs)));
    let means: Vec<_> = means.collect();
    let law = Law::of(&means);
    // The same for the same run.
    let mut generator = generator(0);
    let mut resample = |(workers, logs): &(usize, Vec<f64>)| {
        let drawn: Vec<_> =
            logs.iter().map(|_| logs[generator.random_range(0..logs.len())]).collect();
        // What is drawn from n values varies by n - 1 n-ths of what these were drawn from.
        let varies = (count(logs.len()) / count(logs.len().max(2) - 1)).sqrt();
        let all = mean(logs);
        (count(*workers), all + (mean(&drawn) - all) * varies)
    };
    let laws: Vec<Law> = (0..RESAMPLES)
        .map(|_| Law::of(&measured.iter().map(&mut resample).collect::<Vec<_>>()))
        .collect();
    let interval = |of: &dyn Fn(&Law) -> f64| {
        let at = |part| quantile(laws.iter().map(of), part).unwrap_or_default();
        Interval { low: at(0.025), estimate: of(&law), high: at(0.975) }
    };
    Some(Scalability {
        serial: interval(&|it| it.serial),
        coherence: interval(&|it| it.coherence),
        gains_up_to: interval(&|it| it.gains_up_to().clamp(1.0, horizon)),
        misses: law.misses(&means),
    })
}

/// A count of workers, and the logarithm of the time per job.
type Point = (f64, f64);

impl Law {
    /// By least squares of the logarithm, with no parameter below 0.
    ///
    /// By Gauss and Newton's steps. The logarithm of γ is in every value alike, so that all is taken
    /// from its mean.
    fn of(measured: &[Point]) -> Self {
        const STEPS: usize = 30;
        let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let mut law = Self::default();
        for _ in 0..STEPS {
            let a = from_mean(measured, |(n, _)| (n - 1.0) / law.cost(n));
            let b = from_mean(measured, |(n, _)| n * (n - 1.0) / law.cost(n));
            // What σ a + κ b is to be: what is missed, and what it is now.
            let value = from_mean(measured, |point| law.missed(point) - law.cost(point.0).recip());
            let [aa, ab, bb] = [product(&a, &a), product(&a, &b), product(&b, &b)];
            let [of_a, of_b] = [product(&a, &value), product(&b, &value)];
            let determinant = aa * bb - ab * ab;
            let serial = (of_a * bb - of_b * ab) / determinant;
            let coherence = (of_b * aa - of_a * ab) / determinant;
            law = if serial >= 0.0 && coherence >= 0.0 {
                Self { serial, coherence }
            } else if of_a.max(0.0).powi(2) / aa > of_b.max(0.0).powi(2) / bb {
                // Of one alone, that which explains more.
                Self { serial: of_a / aa, coherence: 0.0 }
            } else {
                Self { serial: 0.0, coherence: (of_b / bb).max(0.0) }
            };
        }
        law
    }

    /// The core time of a job with so many workers, as times that with one.
    fn cost(&self, n: f64) -> f64 {
        1.0 + self.serial * (n - 1.0) + self.coherence * n * (n - 1.0)
    }

    /// The logarithm of a core time over what the law says, but for γ.
    fn missed(&self, (n, log): Point) -> f64 {
        n.ln() + log - self.cost(n).ln()
    }

    /// How far it misses the count that it misses most, as a part of one.
    fn misses(&self, measured: &[Point]) -> f64 {
        let missed = from_mean(measured, |point| self.missed(point));
        missed.into_iter().map(f64::abs).fold(0.0, f64::max).exp() - 1.0
    }

    /// Where the elasticity of the rate, d ln X / d ln N, falls to a tenth; infinite if it never does.
    fn gains_up_to(&self) -> f64 {
        const LEAST: f64 = 0.1;
        let Self { serial, coherence } = self;
        // 1 - σ - κ N² is that tenth of 1 + σ (N - 1) + κ N (N - 1).
        let (square, linear) = ((1.0 + LEAST) * coherence, LEAST * (serial - coherence));
        let constant = (1.0 - LEAST) * (1.0 - serial);
        let root = (linear.powi(2) + 4.0 * square * constant).max(0.0).sqrt();
        2.0 * constant / (linear + root)
    }
}

fn from_mean(measured: &[Point], of: impl Fn(Point) -> f64) -> Vec<f64> {
    let values: Vec<f64> = measured.iter().map(|point| of(*point)).collect();
    let mean = mean(&values);
    values.iter().map(|value| value - mean).collect()
}

#[cfg(test)]
mod tests {
    use rand_distr::{Distribution, Normal};

    use super::*;

    const COUNTS: [usize; 7] = [1, 2, 4, 6, 8, 12, 16];

    /// Logarithms of times per job by the law, in so many processes that each have their luck.
    fn planted(
        serial: f64,
        coherence: f64,
        (processes, noise): (usize, f64),
        seed: u64,
    ) -> Vec<(usize, Vec<f64>)> {
        let mut generator = generator(seed);
        let luck = Normal::new(0.0, noise).unwrap();
        let of = |workers: usize| {
            let n = count(workers);
            let time = 1e4 * Law { serial, coherence }.cost(n) / n;
            let logs = (0..processes).map(|_| time.ln() + luck.sample(&mut generator)).collect();
            (workers, logs)
        };
        COUNTS.into_iter().map(of).collect()
    }

    fn near(found: f64, truth: f64) {
        assert!((found - truth).abs() < 1e-4 * truth.max(1e-3), "{found} is not {truth}");
    }

    #[test]
    fn a_law_without_noise_is_found_as_it_is() {
        for (serial, coherence) in [(0.05, 0.0), (0.05, 0.002), (0.0, 0.01), (0.0, 0.0), (1.0, 0.1)]
        {
            let found = scalability(&planted(serial, coherence, (2, 0.0), 1)).unwrap();
            near(found.serial.estimate, serial);
            near(found.coherence.estimate, coherence);
            near(found.misses, 0.0);
        }
    }

    #[test]
    fn a_backend_gains_as_long_as_a_tenth_more_workers_bring_a_hundredth_more_jobs() {
        let law = |(serial, coherence)| Law { serial, coherence };
        assert!(law((0.0, 0.0)).gains_up_to().is_infinite());
        for law in [(0.05, 0.0), (0.04, 0.015), (0.0, 0.01), (0.01, 1e-5)].map(law) {
            let count = law.gains_up_to();
            let rate = |n: f64| n / law.cost(n);
            near((rate(count * 1.000_01) / rate(count)).ln() / 1.000_01_f64.ln() * 10.0, 1.0);
        }
        near(law((0.05, 0.0)).gains_up_to(), 171.0);
        let found = |serial| scalability(&planted(serial, 0.0, (2, 0.0), 1)).unwrap().gains_up_to;
        assert_eq!(found(0.05), Interval::exactly(32.0), "twice the largest count");
        assert_eq!(found(1.0), Interval::exactly(1.0));
    }

    /// A ray tracer on a NUMA machine, from "Guerrilla Capacity Planning", chapter 5; the data set
    /// `raytracer` of R's package `usl`, which finds σ = 0.05 and the greatest rate just below 450 processors.
    /// It fits rates and not their logarithms, so the largest weigh more there.
    #[test]
    fn the_ray_tracer_of_the_book_comes_out_about_as_published() {
        let processors = [1, 4, 8, 12, 16, 20, 24, 28, 32, 48, 64];
        let rates = [20., 78., 130., 170., 190., 200., 210., 230., 260., 280., 310.0_f64];
        let measured = processors.into_iter().zip(rates);
        let measured: Vec<_> = measured.map(|(it, rate)| (it, vec![-rate.ln()])).collect();
        let found = scalability(&measured).unwrap();
        assert!((found.serial.estimate - 0.05).abs() < 0.01, "{found:?}");
        assert!(found.coherence.estimate < 1e-5, "{found:?}");
    }

    /// Of twenty intervals of 95 %, one misses by chance; five do in one of 400 tries.
    #[test]
    fn intervals_have_what_was_planted() {
        const RUNS: u64 = 20;
        for (serial, coherence) in [(0.05_f64, 0.0), (0.05, 0.003)] {
            let mut missed = [0; 3];
            let gains = Law { serial, coherence }.gains_up_to().min(32.0);
            for seed in 0..RUNS {
                let found = scalability(&planted(serial, coherence, (5, 0.03), seed)).unwrap();
                let truths = [
                    (found.serial, serial),
                    (found.coherence, coherence),
                    (found.gains_up_to, gains),
                ];
                for (missed, (found, truth)) in missed.iter_mut().zip(truths) {
                    *missed += u32::from(found.low > truth || found.high < truth);
                }
                assert!(found.misses < 0.1);
            }
            assert!(missed.iter().all(|it| *it < 5), "{missed:?}");
        }
    }

    #[test]
    fn a_curve_of_another_form_is_missed_and_five_counts_are_too_few() {
        // Two cores, whatever the workers.
        let knee = COUNTS.map(|workers| (workers, vec![-count(workers.min(2)).ln(); 2]));
        assert!(scalability(&knee).unwrap().misses > 0.1);
        assert_eq!(scalability(&knee[..5]), None);
    }
}
