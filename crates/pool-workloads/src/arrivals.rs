//! When jobs are due, where they come whether or not a worker is free: an open loop.

use std::{error, fmt, ops::RangeInclusive, time::Duration};

use rand::RngExt;
use rand_distr::Exp1;

use crate::{seed::generator, trace::Trace};

/// When jobs are due, drawn beforehand, so that neither drawing them nor a slow pool can
/// delay one.
///
/// ```
/// use pool_workloads::Arrivals;
///
/// let due = Arrivals::poisson(2_000.0, 42)?.due(10_000);
/// let seconds = due[9_999].as_secs_f64();
/// assert!((4.8..5.2).contains(&seconds));
/// # Ok::<(), pool_workloads::RateError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Arrivals(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Poisson { rate: f64, seed: u64 },
    Trace(Trace),
}

/// A rate that is not one: not in [`Arrivals::RATES`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateError(
    /// The rate.
    pub f64,
);

impl Arrivals {
    /// The rates that there are, in jobs per second.
    pub const RATES: RangeInclusive<f64> = 0.001..=1e9;

    /// Independently of each other, `rate` jobs per second in the mean: a Poisson process.
    /// The same seed gives the same times.
    ///
    /// # Errors
    ///
    /// If the rate is not in [`RATES`](Self::RATES).
    pub fn poisson(rate: f64, seed: u64) -> Result<Self, RateError> {
        // NaN is in no range.
        if !Self::RATES.contains(&rate) {
            return Err(RateError(rate));
        }
        Ok(Self(Kind::Poisson { rate, seed }))
    }

    /// As in a trace. When it is at its end it begins again, one mean gap after its last job.
    pub fn of_trace(trace: &Trace) -> Self {
        Self(Kind::Trace(trace.clone()))
    }

    /// When the first `jobs` jobs are due, since the start; never going backwards.
    pub fn due(&self, jobs: usize) -> Vec<Duration> {
        match &self.0 {
            Kind::Poisson { rate, seed } => {
                // Gaps between the events of a Poisson process are exponentially distributed.
                let gaps = generator(*seed).sample_iter::<f64, _>(Exp1);
                let times = gaps.scan(0.0, |now, gap| {
                    *now += gap / rate;
                    Some(Duration::try_from_secs_f64(*now).unwrap_or(Duration::MAX))
                });
                times.take(jobs).collect()
            }
            Kind::Trace(trace) => {
                let period = trace.period();
                let rounds = (0_u32..).map(|round| period.saturating_mul(round));
                let times = rounds.flat_map(|start| {
                    trace.arrivals().map(move |arrival| start.saturating_add(arrival))
                });
                times.take(jobs).collect()
            }
        }
    }
}

impl fmt::Display for RateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, most) = (Arrivals::RATES.start(), Arrivals::RATES.end());
        write!(f, "a rate is from {least} to {most} jobs per second, not {}", self.0)
    }
}

impl error::Error for RateError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn micros(times: &[Duration]) -> Vec<u128> {
        times.iter().map(Duration::as_micros).collect()
    }

    #[test]
    fn poisson_arrivals_have_the_rate_and_exponential_gaps() {
        let due = Arrivals::poisson(1_000.0, 1).unwrap().due(100_000);
        assert!(due.is_sorted());
        let end = due[99_999].as_secs_f64();
        assert!((99.0..101.0).contains(&end), "{end}");
        // Of exponential gaps, 1 - 1/e are shorter than the mean.
        let gaps = due.windows(2).map(|pair| pair[1].saturating_sub(pair[0]));
        let short = gaps.filter(|gap| *gap < Duration::from_millis(1)).count();
        assert!((62_700..63_700).contains(&short), "{short}");
    }

    #[test]
    fn the_same_seed_gives_the_same_times() {
        let due = |seed| Arrivals::poisson(10.0, seed).unwrap().due(5);
        assert_eq!(due(1), due(1));
        assert_ne!(due(1), due(2));
    }

    #[test]
    fn a_trace_is_followed_and_then_begins_again() {
        let trace = Trace::parse("t", "arrival_us,work_us\n5,1\n15,1\n35,1\n").unwrap();
        let due = Arrivals::of_trace(&trace).due(8);
        assert_eq!(micros(&due), [5, 15, 35, 50, 60, 80, 95, 105]);
    }

    #[test]
    fn a_trace_of_one_job_is_due_at_once_again_and_again() {
        let trace = Trace::parse("t", "arrival_us,work_us\n5,1\n").unwrap();
        assert_eq!(micros(&Arrivals::of_trace(&trace).due(3)), [5, 5, 5]);
    }

    #[test]
    fn a_rate_must_be_one() {
        for rate in [0.0, -1.0, 1e-4, 2e9, f64::INFINITY, f64::NAN] {
            assert!(Arrivals::poisson(rate, 1).is_err(), "{rate}");
        }
        assert_eq!(
            RateError(0.0).to_string(),
            "a rate is from 0.001 to 1000000000 jobs per second, not 0"
        );
        assert_eq!(Arrivals::poisson(1e9, 1).unwrap().due(3).len(), 3);
        assert_eq!(Arrivals::poisson(0.001, 1).unwrap().due(3).len(), 3);
    }
}
