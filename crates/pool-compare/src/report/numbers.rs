//! Numbers for people: three significant digits and a unit.

use crate::{quantity::Unit, statistics::Interval};

/// Names of units, each a thousand times the one before it, and the size of the first.
type Steps = [(&'static str, f64)];

const TIMES: &Steps = &[("ns", 1.0), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)];
const SIZES: &Steps = &[("B", 1.0), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9)];
const RATES: &Steps = &[("/s", 1.0), ("k/s", 1e3), ("M/s", 1e6), ("G/s", 1e9)];

/// A value of a quantity: `12.3 µs`.
pub(crate) fn value(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Nanos => nanos(value),
        Unit::Bytes => scaled(value, SIZES),
    }
}

/// A time in nanoseconds: `12.3 µs`.
pub(crate) fn nanos(nanos: f64) -> String {
    scaled(nanos, TIMES)
}

/// How many come in a second: `8.20 M/s`.
pub(crate) fn rate(per_second: f64) -> String {
    scaled(per_second, RATES)
}

/// A part of one, in percent: `4.20 %`.
pub(crate) fn percent(part: f64) -> String {
    format!("{} %", significant(part * 100.0))
}

/// The bounds of an interval, each shown by `shown`.
pub(crate) fn bounds(interval: Interval, shown: impl Fn(f64) -> String) -> String {
    format!("{} to {}", shown(interval.low), shown(interval.high))
}

/// A tick of an axis: `1 µs`, `500 ns`.
pub(crate) fn tick(value: f64, unit: Unit) -> String {
    let steps = match unit {
        Unit::Nanos => TIMES,
        Unit::Bytes => SIZES,
    };
    let (name, size) = step(value, steps);
    format!("{} {name}", plain(value / size))
}

/// A round number, without more digits than it has.
pub(crate) fn plain(value: f64) -> String {
    // What a power of ten is off by is not to be seen.
    ((value * 1e6).round() / 1e6).to_string()
}

/// Three significant digits: `0.0123`, `1.23`, `123`; more before the decimal point if there
/// are more, up to a million.
pub(crate) fn significant(value: f64) -> String {
    const MOST: usize = 9;
    if !value.is_finite() {
        return "not a number".to_owned();
    }
    if value.abs() >= 1e6 {
        return format!("{value:.2e}");
    }
    let mut decimals = 2;
    let mut shifted = value.abs();
    if shifted < f64::MIN_POSITIVE {
        return "0".to_owned();
    }
    // The bounds are where rounding adds a digit.
    while shifted < 0.9995 && decimals < MOST {
        shifted *= 10.0;
        decimals += 1;
    }
    while shifted >= 9.995 && decimals > 0 {
        shifted /= 10.0;
        decimals -= 1;
    }
    format!("{value:.decimals$}")
}

fn scaled(value: f64, steps: &Steps) -> String {
    let (name, size) = step(value, steps);
    let number = significant(value / size);
    format!("{number} {name}")
}

/// The largest unit that keeps the value at one or above, once it is rounded.
fn step(value: f64, steps: &Steps) -> (&'static str, f64) {
    let fits = |size: f64| value.abs() / size >= 0.9995;
    let found = steps.iter().rev().find(|(_, size)| fits(*size));
    *found.unwrap_or(&steps[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_are_shown_with_the_unit_that_suits_them() {
        for (nanos, shown) in [
            (0.0, "0 ns"),
            (0.012_34, "0.0123 ns"),
            (1.0, "1.00 ns"),
            (9.996, "10.0 ns"),
            (999.4, "999 ns"),
            (999.6, "1.00 µs"),
            (12_345.0, "12.3 µs"),
            (3.2e9, "3.20 s"),
            (4.5e12, "4500 s"),
            (4.567e20, "4.57e11 s"),
        ] {
            assert_eq!(value(nanos, Unit::Nanos), shown);
        }
        assert_eq!(value(4_100_000.0, Unit::Bytes), "4.10 MB");
        assert_eq!(rate(8_204_000.0), "8.20 M/s");
        assert_eq!(rate(12.0), "12.0 /s");
        assert_eq!(percent(0.0123), "1.23 %");
    }

    #[test]
    fn ticks_have_no_digits_to_spare() {
        for (nanos, shown) in [(200.0, "200 ns"), (1e3, "1 µs"), (5e7, "50 ms"), (0.5, "0.5 ns")] {
            assert_eq!(tick(nanos, Unit::Nanos), shown);
        }
        assert_eq!(plain(1.1), "1.1");
    }
}
