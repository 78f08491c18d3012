//! Numbers of charts and tables: how an axis is marked, and how bounds stand beside an estimate.

use crate::{figures::Scale, quantity::Unit, statistics::Interval};

/// The bounds of an interval, each shown by `shown`.
pub(crate) fn bounds(interval: Interval, shown: impl Fn(f64) -> String) -> String {
    format!("{} to {}", shown(interval.low), shown(interval.high))
}

/// A tick of an axis: `1 µs`, `500 ns`.
pub(crate) fn tick(value: f64, unit: Unit) -> String {
    Scale::of(unit, value).show_as(value, plain)
}

/// A round number, without more digits than it has.
pub(crate) fn plain(value: f64) -> String {
    // What a power of ten is off by is not to be seen.
    ((value * 1e6).round() / 1e6).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_have_no_digits_to_spare() {
        for (nanos, shown) in [(200.0, "200 ns"), (1e3, "1 µs"), (5e7, "50 ms"), (0.5, "0.5 ns")] {
            assert_eq!(tick(nanos, Unit::Nanos), shown);
        }
        assert_eq!(plain(1.1), "1.1");
    }
}
