//! The Universal Scalability Law: how the rate of N workers grows.
//!
//! N. J. Gunther, "Guerrilla Capacity Planning", 2007. With the rate of one worker γ, the part σ of
//! a job that no other runs beside, and the coherence κ, which grows with every pair of workers,
//!
//! ```text
//! X(N) = γ N / (1 + σ (N - 1) + κ N (N - 1))
//! ```

use pool_measure::quantile::quantile;
use pool_workloads::generator;
use rand::RngExt;
use serde::Serialize;

use super::{
    Interval,
    student::{count, mean},
};

/// How many counts of workers three parameters need, so that as many are left to contradict them.
pub(crate) const FEWEST_COUNTS: usize = 6;

/// The law that comes closest to what was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Law {
    serial: f64,
    coherence: f64,
    /// How far it misses the count that it misses most, as a part of one.
    misses: f64,
}

/// The law with its intervals of 95 % confidence, by a bootstrap over processes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Scalability {
    /// σ, from 0 on.
    pub(crate) serial: Interval,
    /// κ, from 0 on.
    pub(crate) coherence: Interval,
    /// Up to how many workers a tenth more of them bring at least a hundredth more jobs; at most
    /// twice the largest count measured, which stands for all that lies beyond.
    pub(crate) gains_up_to: Interval,
    /// How far the law misses the count that it misses most, as a part of one.
    pub(crate) misses: f64,
}

/// The law of one contender: for each count of workers, ascending, the logarithm of the time per
/// job in each process. `None` for too few counts.
pub(crate) fn scalability(measured: &[(usize, Vec<f64>)]) -> Option<Scalability> {
    /// So that the outermost fortieth is of enough.
    const RESAMPLES: usize = 1_000;
    if measured.len() < FEWEST_COUNTS {
        return None;
    }
    let horizon = 2.0 * count(measured.last()?.0);
    let means = measured.iter().map(|(workers, logs)| (count(*workers), mean(logs)));
    let law = fit(&means.collect::<Vec<_>>());
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
        .map(|_| fit(&measured.iter().map(&mut resample).collect::<Vec<_>>()))
        .collect();
    let interval = |of: &dyn Fn(&Law) -> f64| {
        let at = |part| quantile(laws.iter().map(of), part).unwrap_or_default();
        Interval { low: at(0.025), estimate: of(&law), high: at(0.975) }
    };
    Some(Scalability {
        serial: interval(&|it| it.serial),
        coherence: interval(&|it| it.coherence),
        gains_up_to: interval(&|it| it.gains_up_to().clamp(1.0, horizon)),
        misses: law.misses,
    })
}

impl Law {
    /// Where the elasticity of the rate, d ln X / d ln N, falls to a tenth; infinite if it never does.
    fn gains_up_to(&self) -> f64 {
        const LEAST: f64 = 0.1;
        let Self { serial, coherence, .. } = self;
        // 1 - σ - κ N² is that tenth of 1 + σ (N - 1) + κ N (N - 1).
        let (square, linear) = ((1.0 + LEAST) * coherence, LEAST * (serial - coherence));
        let constant = (1.0 - LEAST) * (1.0 - serial);
        let root = (linear.powi(2) + 4.0 * square * constant).max(0.0).sqrt();
        2.0 * constant / (linear + root)
    }
}

/// The terms of the parameters in a line, and its value.
type Line = ([f64; 3], f64);

/// By least squares of the logarithm, with no parameter below 0; from counts, ascending, and the
/// logarithms of times per job.
///
/// N X(1) / X(N) is linear in σ and κ. So Gauss and Newton's step on the logarithm is linear least
/// squares with every line divided by what the law says so far; that begins as what was measured.
fn fit(measured: &[(f64, f64)]) -> Law {
    const STEPS: usize = 30;
    /// Which of the parameters are above 0, where they cannot be all.
    const ABOVE: [&[usize]; 3] = [&[0, 1], &[0, 2], &[0]];
    let first = measured.first().map_or(0.0, |it| it.1);
    let terms = |workers: f64| [1.0, workers - 1.0, workers * (workers - 1.0)];
    let core_times: Vec<f64> = measured.iter().map(|it| it.0 * (it.1 - first).exp()).collect();
    let mut said = core_times.clone();
    let mut found = [1.0, 0.0, 0.0];
    for _ in 0..STEPS {
        let lines: Vec<Line> = (measured.iter().zip(&said).zip(&core_times))
            .map(|((it, said), own)| (terms(it.0).map(|term| term / said), 1.0 + (own / said).ln()))
            .collect();
        let allowed = |above: &[usize]| {
            let found = least_squares(&lines, above);
            found.filter(|it| it[0] > 0.0 && it[1] >= 0.0 && it[2] >= 0.0)
        };
        let best = allowed(&[0, 1, 2]).or_else(|| {
            let some = ABOVE.iter().filter_map(|above| allowed(above));
            some.min_by(|a, b| squares(&lines, a).total_cmp(&squares(&lines, b)))
        });
        let Some(best) = best else { break };
        let moved = best.iter().zip(&found).map(|(new, old)| (new - old).abs()).sum::<f64>();
        found = best;
        said = measured.iter().map(|it| product(&terms(it.0), &found)).collect();
        if moved < 1e-9 * found[0] {
            break;
        }
    }
    let off = said.iter().zip(&core_times).map(|(said, own)| (own / said).ln().abs());
    let misses = off.max_by(f64::total_cmp).unwrap_or_default().exp() - 1.0;
    Law { serial: found[1] / found[0], coherence: found[2] / found[0], misses }
}

fn product(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn squares(lines: &[Line], parameters: &[f64; 3]) -> f64 {
    lines.iter().map(|(terms, value)| (product(terms, parameters) - value).powi(2)).sum()
}

/// The parameters that come closest to the values of all lines; those that are not `above` 0 are 0.
/// `None` if the lines do not tell them apart. By the normal equations and elimination.
fn least_squares(lines: &[Line], above: &[usize]) -> Option<[f64; 3]> {
    let sum = |of: &dyn Fn(&Line) -> f64| lines.iter().map(of).sum::<f64>();
    let equation = |row: &usize| {
        let products = above.iter().map(|column| sum(&|it| it.0[*row] * it.0[*column]));
        products.chain([sum(&|it| it.0[*row] * it.1)]).collect::<Vec<f64>>()
    };
    let mut equations: Vec<Vec<f64>> = above.iter().map(equation).collect();
    for pivot in 0..equations.len() {
        let leading = equations[pivot][pivot];
        if leading.abs() < f64::MIN_POSITIVE {
            return None;
        }
        let normed: Vec<f64> = equations[pivot].iter().map(|it| it / leading).collect();
        for (row, equation) in equations.iter_mut().enumerate() {
            let factor = equation[pivot];
            for (value, normed) in equation.iter_mut().zip(&normed) {
                *value = if row == pivot { *normed } else { *value - factor * normed };
            }
        }
    }
    let mut parameters = [0.0; 3];
    for (place, equation) in above.iter().zip(&equations) {
        parameters[*place] = *equation.last()?;
    }
    Some(parameters)
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
            let time = 1e4 * (1.0 + serial * (n - 1.0) + coherence * n * (n - 1.0)) / n;
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
        let of = |serial, coherence| Law { serial, coherence, misses: 0.0 }.gains_up_to();
        assert!(of(0.0, 0.0).is_infinite());
        for (serial, coherence) in [(0.05, 0.0), (0.04, 0.015), (0.0, 0.01), (0.01, 1e-5)] {
            let count = of(serial, coherence);
            let rate = |n: f64| n / (1.0 + serial * (n - 1.0) + coherence * n * (n - 1.0));
            near((rate(count * 1.000_01) / rate(count)).ln() / 1.000_01_f64.ln() * 10.0, 1.0);
        }
        near(of(0.05, 0.0), 171.0);
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
            let gains = Law { serial, coherence, misses: 0.0 }.gains_up_to().min(32.0);
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
