//! Granularity: how short a job may be and still be worth a pool.

use std::time::Duration;

/// Which part of the ideal speed a pool reaches, from 0 to about 1: its `speed_up`, which is the
/// time of the same jobs on one thread alone over that in the pool, divided by its
/// [`parallelism`](crate::machine::parallelism).
pub fn efficiency(speed_up: f64, parallelism: u32) -> f64 {
    speed_up / f64::from(parallelism)
}

/// The minimum effective task granularity: the shortest job at which a pool reaches a level of
/// efficiency. (Slaughter et al., "Task Bench: A Parameterized Benchmark for Evaluating
/// Parallel Runtime Performance", SC20.)
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Metg {
    /// This long.
    At(Duration),
    /// At most this long, the shortest that was measured.
    AtMost(Duration),
    /// Not even jobs of this length reach it, the longest that was measured.
    Beyond(Duration),
}

/// The minimum effective task granularity for `level`, such as 0.5, from efficiencies at some
/// job lengths, the shortest first; between two lengths by interpolation over the logarithm of
/// the length. `None` if nothing was measured.
///
/// Where noise makes the curve cross the level more than once, the last crossing counts: from
/// there on all longer jobs reach it.
///
/// ```
/// use std::time::Duration;
/// use pool_measure::granularity::{Metg, metg};
///
/// let measured = [(1, 0.25), (4, 0.75)].map(|(us, part)| (Duration::from_micros(us), part));
/// assert_eq!(metg(&measured, 0.5), Some(Metg::At(Duration::from_micros(2))));
/// ```
pub fn metg(measured: &[(Duration, f64)], level: f64) -> Option<Metg> {
    let &(longest, at_longest) = measured.last()?;
    if at_longest < level {
        return Some(Metg::Beyond(longest));
    }
    let Some(below) = measured.iter().rposition(|&(_, efficiency)| efficiency < level) else {
        return Some(Metg::AtMost(measured[0].0));
    };
    let ((short, low), (long, high)) = (measured[below], measured[below + 1]);
    let part = (level - low) / (high - low);
    let (short, long) = (short.as_secs_f64().ln(), long.as_secs_f64().ln());
    Some(Metg::At(Duration::from_secs_f64((short + part * (long - short)).exp())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn micros(measured: &[(u64, f64)]) -> Vec<(Duration, f64)> {
        measured.iter().map(|&(micros, part)| (Duration::from_micros(micros), part)).collect()
    }

    #[test]
    fn nothing_measured_gives_nothing() {
        assert_eq!(metg(&[], 0.5), None);
    }

    #[test]
    fn a_level_out_of_the_measured_range_is_said_to_be() {
        let measured = micros(&[(1, 0.6), (10, 0.8)]);
        assert_eq!(metg(&measured, 0.5), Some(Metg::AtMost(Duration::from_micros(1))));
        assert_eq!(metg(&measured, 0.9), Some(Metg::Beyond(Duration::from_micros(10))));
    }

    #[test]
    fn lengths_are_interpolated_over_their_logarithm() {
        let measured = micros(&[(1, 0.0), (100, 1.0)]);
        assert_eq!(metg(&measured, 0.5), Some(Metg::At(Duration::from_micros(10))));
    }

    #[test]
    fn the_last_crossing_counts() {
        let measured = micros(&[(1, 0.6), (10, 0.4), (1000, 0.6)]);
        assert_eq!(metg(&measured, 0.5), Some(Metg::At(Duration::from_micros(100))));
    }
}
