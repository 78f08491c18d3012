//! Numbers as files have them.

/// A number of at most so many digits, unless it is whole: more are no knowledge, and would make
/// files half as long again.
///
/// ```
/// use pool_measure::digits::at_most;
///
/// assert_eq!(at_most(6, 0.002_025_050_626), 0.002_025_05);
/// assert_eq!(at_most(6, 12_345_678.9), 12_345_700.0);
/// assert_eq!(at_most(6, 12_345_678.0), 12_345_678.0);
/// ```
pub fn at_most(digits: usize, value: f64) -> f64 {
    if value.fract() == 0.0 {
        return value;
    }
    format!("{value:.*e}", digits.saturating_sub(1)).parse().unwrap_or(value)
}
