//! Paired rounds: every round visits each contender once, in an order drawn from a seed, so that
//! the ratio of two can be taken round by round.
//!
//! What the machine does to one round it does to all in it, so ratios hold still where times
//! do not.

use std::iter;

use pool_workloads::generator;
use rand::seq::SliceRandom;

/// The orders in which so many contenders are visited, round after round, without end: the same
/// ones for the same seed.
pub fn orders(seed: u64, contenders: usize) -> impl Iterator<Item = Vec<usize>> {
    let mut generator = generator(seed);
    let mut order: Vec<usize> = (0..contenders).collect();
    iter::repeat_with(move || {
        order.shuffle(&mut generator);
        order.clone()
    })
}

/// Visits `contenders` contenders in every one of `rounds` rounds; gives what each visit
/// measured, by contender and round.
///
/// ```
/// use std::convert::Infallible;
/// use pool_measure::rounds::{median, rounds};
///
/// // A machine that is slower in every round, and a second contender that takes twice as long.
/// let mut visits = 0;
/// let times = rounds(42, 5, 2, |contender| {
///     visits += 1;
///     let machine = f64::from((visits - 1) / 2 + 1);
///     Ok::<_, Infallible>(if contender == 0 { machine } else { 2.0 * machine })
/// })?;
/// let ratios = times[1].iter().zip(&times[0]).map(|(second, first)| second / first);
/// assert_eq!(median(ratios), Some(2.0));
/// # Ok::<(), Infallible>(())
/// ```
///
/// # Errors
///
/// The first error of a visit.
pub fn rounds<T, X>(
    seed: u64,
    rounds: usize,
    contenders: usize,
    mut visit: impl FnMut(usize) -> Result<T, X>,
) -> Result<Vec<Vec<T>>, X> {
    let mut measured: Vec<Vec<T>> = (0..contenders).map(|_| Vec::new()).collect();
    for order in orders(seed, contenders).take(rounds) {
        for contender in order {
            measured[contender].push(visit(contender)?);
        }
    }
    Ok(measured)
}

/// The middle value, or the mean of the middle two; `None` if there are none.
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    quantile(values, 0.5)
}

/// The value below which a part of all lie, from 0 to 1, interpolated between neighbours (as R
/// does by default: type 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages",
/// 1996); `None` if there are none.
pub fn quantile(values: impl IntoIterator<Item = f64>, part: f64) -> Option<f64> {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer samples than 2^53")]
    let position = part.clamp(0.0, 1.0) * last as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
    let below = position.floor() as usize;
    let above = (below + 1).min(last);
    let between = position.fract();
    // Neither nothing of an infinite step, nor a step from one infinity to another: both are NaN.
    let stays = between == 0.0 || sorted[below].is_infinite();
    let step = if stays { 0.0 } else { (sorted[above] - sorted[below]) * between };
    Some(sorted[below] + step)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn every_round_visits_each_contender_once() {
        let mut visited = Vec::new();
        let measured = rounds(7, 10, 4, |contender| {
            visited.push(contender);
            Ok::<_, Infallible>(visited.len())
        });
        assert!(measured.unwrap().iter().all(|of_one| of_one.len() == 10));
        let orders: Vec<_> = visited.chunks(4).map(<[_]>::to_vec).collect();
        for order in &orders {
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2, 3]);
        }
        assert!(orders.iter().any(|order| order != &orders[0]), "{orders:?}");
    }

    #[test]
    fn the_first_error_ends_the_rounds() {
        let mut visits = 0;
        let ended = rounds(7, 10, 4, |_| {
            visits += 1;
            if visits == 6 { Err("sixth") } else { Ok(()) }
        });
        assert_eq!((ended.unwrap_err(), visits), ("sixth", 6));
    }

    #[test]
    fn quantiles_are_interpolated() {
        assert_eq!(quantile([], 0.5), None);
        assert_eq!(median([4.0, 1.0, 3.0, 2.0]), Some(2.5));
        assert_eq!(quantile([10.0, 20.0, 30.0], 0.25), Some(15.0));
        assert_eq!(quantile([10.0, 20.0, 30.0], 1.0), Some(30.0));
    }

    #[test]
    fn a_quantile_beside_an_infinity_is_infinite_and_never_nan() {
        assert_eq!(median([f64::INFINITY]), Some(f64::INFINITY));
        assert_eq!(median([f64::INFINITY; 2]), Some(f64::INFINITY));
        assert_eq!(median([1.0, f64::INFINITY]), Some(f64::INFINITY));
        assert_eq!(quantile([1.0, 2.0, f64::INFINITY], 0.5), Some(2.0));
        assert_eq!(median([f64::NEG_INFINITY, 1.0]), Some(f64::NEG_INFINITY));
    }
}
