//! Medians and other quantiles.

/// The middle value, or the mean of the middle two; `None` if there are none.
///
/// ```
/// # use pool_statistics::median;
/// assert_eq!(median([4.0, 1.0, 3.0]), Some(3.0));
/// ```
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
    use super::*;

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
