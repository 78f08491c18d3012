//! How the lengths of jobs vary.

use std::{fmt, time::Duration};

use rand::{Rng, RngExt};
use rand_distr::{Exp1, StandardNormal};

use crate::length::Shown;

/// The longest that a job may be: 1 s.
pub const MAX_WORK: Duration = Duration::from_secs(1);

/// A distribution of lengths. What is drawn is cut off at [`MAX_WORK`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Distribution {
    /// All the same.
    Fixed { mean: Duration },
    /// As likely here as there.
    Uniform { min: Duration, max: Duration },
    /// Many short ones: most are below the mean, some are five times as long.
    Exponential { mean: Duration },
    /// Around a median, with a tail: one in a hundred is longer than `p99`, which is not below
    /// the median.
    LogNormal { median: Duration, p99: Duration },
    /// A heavy tail, the heavier, the smaller the shape: the chance to be longer than x falls
    /// as x to the power of -shape. From `min`, which is above 0, to `max`.
    Pareto { min: Duration, shape: f64, max: Duration },
}

/// What the standard normal distribution exceeds once in a hundred times.
const NORMAL_P99: f64 = 2.326_347_874_040_841;

impl Distribution {
    pub(crate) fn draw(&self, random: &mut impl Rng) -> Duration {
        let seconds = match *self {
            // As it is, and without a draw.
            Self::Fixed { mean } => return mean.min(MAX_WORK),
            Self::Uniform { min, max } => {
                let [min, max] = [min, max].map(|it| it.as_secs_f64());
                min + (max - min) * random.random::<f64>()
            }
            Self::Exponential { mean } => mean.as_secs_f64() * random.sample::<f64, _>(Exp1),
            Self::LogNormal { median, p99 } => {
                let normal: f64 = random.sample(StandardNormal);
                median.as_secs_f64() * (sigma(median, p99) * normal).exp()
            }
            Self::Pareto { min, shape, max } => {
                let [min, max] = [min, max].map(|it| it.as_secs_f64());
                // The inverse of the distribution function.
                let beyond_max = (min / max).powf(shape);
                let beyond = 1.0 - random.random::<f64>() * (1.0 - beyond_max);
                min * beyond.powf(-1.0 / shape)
            }
        };
        within_limit(seconds)
    }

    /// The mean length; what the limit cuts off a tail is not taken off.
    pub(crate) fn mean(&self) -> Duration {
        match *self {
            Self::Fixed { mean } | Self::Exponential { mean } => mean.min(MAX_WORK),
            Self::Uniform { min, max } => (min + max) / 2,
            Self::LogNormal { median, p99 } => {
                within_limit(median.as_secs_f64() * (sigma(median, p99).powi(2) / 2.0).exp())
            }
            Self::Pareto { min, shape, max } => {
                let [min, max] = [min, max].map(|it| it.as_secs_f64());
                let beyond_max = (min / max).powf(shape);
                // The integral of x^-shape from min to max.
                let integral = if (shape - 1.0).abs() < 1e-9 {
                    (max / min).ln()
                } else {
                    (max.powf(1.0 - shape) - min.powf(1.0 - shape)) / (1.0 - shape)
                };
                if min < max {
                    within_limit(shape * min.powf(shape) / (1.0 - beyond_max) * integral)
                } else {
                    within_limit(min)
                }
            }
        }
    }
}

/// The standard deviation of the logarithm.
fn sigma(median: Duration, p99: Duration) -> f64 {
    (p99.as_secs_f64() / median.as_secs_f64()).ln() / NORMAL_P99
}

fn within_limit(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(MAX_WORK).min(MAX_WORK)
}

impl fmt::Display for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Fixed { mean } => write!(f, "{} each", Shown(mean)),
            Self::Uniform { min, max } => write!(f, "uniform, {} to {}", Shown(min), Shown(max)),
            Self::Exponential { mean } => write!(f, "exponential, mean {}", Shown(mean)),
            Self::LogNormal { median, p99 } => {
                write!(f, "log-normal, median {}, p99 {}", Shown(median), Shown(p99))
            }
            Self::Pareto { min, shape, max } => {
                write!(f, "Pareto, shape {shape}, {} to {}", Shown(min), Shown(max))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator;

    const MICRO: Duration = Duration::from_micros(1);
    const DRAWS: u32 = 100_000;

    fn all() -> [Distribution; 8] {
        let pareto = |shape| Distribution::Pareto { min: 5 * MICRO, shape, max: 5_000 * MICRO };
        [
            Distribution::Fixed { mean: 50 * MICRO },
            Distribution::Uniform { min: 10 * MICRO, max: 30 * MICRO },
            Distribution::Exponential { mean: 50 * MICRO },
            Distribution::LogNormal { median: 20 * MICRO, p99: 200 * MICRO },
            pareto(1.25),
            pareto(1.0),
            pareto(3.0),
            Distribution::Pareto { min: MICRO, shape: 1.0, max: MICRO },
        ]
    }

    fn draws(distribution: &Distribution) -> Vec<Duration> {
        let mut random = generator(1);
        (0..DRAWS).map(|_| distribution.draw(&mut random)).collect()
    }

    #[test]
    fn the_mean_of_many_draws_is_near_the_mean() {
        for distribution in all() {
            let drawn = draws(&distribution).iter().sum::<Duration>() / DRAWS;
            let ratio = drawn.div_duration_f64(distribution.mean());
            assert!((0.95..1.05).contains(&ratio), "{distribution:?}: {ratio}");
        }
    }

    #[test]
    fn the_shape_is_as_told() {
        let share = |distribution: &Distribution, above: Duration| {
            let beyond = draws(distribution).into_iter().filter(|drawn| *drawn > above);
            beyond.map(|_| 1.0).sum::<f64>() / f64::from(DRAWS)
        };
        let log_normal = Distribution::LogNormal { median: 20 * MICRO, p99: 200 * MICRO };
        assert!((0.49..0.51).contains(&share(&log_normal, 20 * MICRO)));
        assert!((0.009..0.011).contains(&share(&log_normal, 200 * MICRO)));
        let pareto = Distribution::Pareto { min: 5 * MICRO, shape: 1.0, max: MAX_WORK };
        assert!((0.09..0.11).contains(&share(&pareto, 50 * MICRO)));
        let uniform = Distribution::Uniform { min: 10 * MICRO, max: 30 * MICRO };
        assert!((0.24..0.26).contains(&share(&uniform, 25 * MICRO)));
    }

    #[test]
    fn no_draw_leaves_the_bounds() {
        for distribution in all() {
            let (min, max) = match distribution {
                Distribution::Uniform { min, max } | Distribution::Pareto { min, max, .. } => {
                    (min, max)
                }
                Distribution::Fixed { mean } => (mean, mean),
                _ => (Duration::ZERO, MAX_WORK),
            };
            // To the nanosecond, to which a draw is rounded.
            let slack = Duration::from_nanos(1);
            let within =
                |drawn: &Duration| (min.saturating_sub(slack)..=max + slack).contains(drawn);
            assert!(draws(&distribution).iter().all(within), "{distribution:?}");
        }
        let long = Distribution::Exponential { mean: MAX_WORK };
        assert_eq!(draws(&long).into_iter().max(), Some(MAX_WORK));
    }
}
