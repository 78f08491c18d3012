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

    #[test]
    fn the_level_is_found_where_it_is_crossed_last_over_the_logarithm_of_lengths() {
        let micros = Duration::from_micros;
        let cases: [(&[_], _, _); 5] = [
            (&[], 0.5, None),
            (&[(1, 0.6), (10, 0.8)], 0.5, Some(Metg::AtMost(micros(1)))),
            (&[(1, 0.6), (10, 0.8)], 0.9, Some(Metg::Beyond(micros(10)))),
            (&[(1, 0.0), (100, 1.0)], 0.5, Some(Metg::At(micros(10)))),
            (&[(1, 0.6), (10, 0.4), (1000, 0.6)], 0.5, Some(Metg::At(micros(100)))),
        ];
        for (measured, level, expected) in cases {
            let measured: Vec<_> = measured.iter().map(|(us, part)| (micros(*us), *part)).collect();
            assert_eq!(metg(&measured, level), expected, "{measured:?}");
        }
    }
}
