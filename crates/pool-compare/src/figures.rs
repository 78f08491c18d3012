//! Numbers for people: three significant digits, and a unit that suits them.

use pool_statistics::Interval;

use crate::quantity::Unit;

/// A unit, and how many of what is counted go into one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale(&'static str, f64);

impl Scale {
    /// The one that suits a value of a quantity.
    pub(crate) fn of(unit: Unit, value: f64) -> Self {
        match unit {
            Unit::Nanos => Self::fitting(&["ns", "µs", "ms", "s"], value),
            Unit::Bytes => Self::fitting(&["B", "kB", "MB", "GB", "TB"], value),
            Unit::Times => Self("x", 1.0),
        }
    }

    /// The one that suits a number of jobs per second.
    pub(crate) fn of_rate(per_second: f64) -> Self {
        Self::fitting(&["/s", "k/s", "M/s", "G/s"], per_second)
    }

    /// Of units that are a thousand times the one before: the largest that the value has at least one
    /// of, or else the smallest.
    fn fitting(units: &[&'static str], value: f64) -> Self {
        let scales = (0..).zip(units).map(|(power, unit)| Self(unit, 1e3_f64.powi(power)));
        // What would be rounded up to 1000 goes to the next unit as well.
        let fits = |scale: &Self| value.abs() >= scale.1 * 0.9995;
        scales.filter(fits).last().unwrap_or(Self(units[0], 1.0))
    }

    /// The value in this unit: `"14.1 M/s"`.
    pub(crate) fn show(self, value: f64) -> String {
        self.show_as(value, significant)
    }

    /// The same, the number written as is said.
    pub(crate) fn show_as(self, value: f64, number: impl Fn(f64) -> String) -> String {
        format!("{} {}", number(value / self.1), self.0)
    }

    /// An estimate in this unit with its bounds, if it has some: `"14.1 M/s [13.9, 14.4]"`.
    pub(crate) fn interval(self, Interval { low, estimate, high }: Interval) -> String {
        let interval = [low, estimate, high].map(|it| it / self.1);
        bounded(interval, decimals(interval[1], 3), &format!(" {}", self.0))
    }
}

/// A value of a quantity: `"412 ns"`, `"1.5 MB"`.
pub(crate) fn value(unit: Unit, value: f64) -> String {
    Scale::of(unit, value).show(value)
}

/// A time, in nanoseconds: `"1.50 µs"`.
pub(crate) fn time(nanos: f64) -> String {
    value(Unit::Nanos, nanos)
}

/// Jobs in a second: `"14.1 M/s"`.
pub(crate) fn rate(per_second: f64) -> String {
    Scale::of_rate(per_second).show(per_second)
}

/// A part of one, in percent: `"3.1 %"`, `"42 %"`.
pub(crate) fn percent(part: f64) -> String {
    let percent = part * 100.0;
    let decimals = usize::from(percent.abs() < 9.95 && (percent - percent.round()).abs() > 0.05);
    format!("{percent:.decimals$} %")
}

/// A part of one with its bounds, in percent: `"5 % [4 %, 6.2 %]"`.
pub(crate) fn part(Interval { low, estimate, high }: Interval) -> String {
    let [low, estimate, high] = [low, estimate, high].map(percent);
    format!("{estimate} [{low}, {high}]")
}

/// How many times as much, with its bounds: `"1.6x [1.5, 1.8]"`. Close to one, it has more decimals.
pub(crate) fn ratio(Interval { low, estimate, high }: Interval) -> String {
    let least = if estimate < 1.5 { 2 } else { 0 };
    bounded([low, estimate, high], decimals(estimate, 2).max(least), "x")
}

/// The same with the sign of multiplication, for pages.
pub(crate) fn times(it: Interval) -> String {
    ratio(it).replace('x', "×")
}

/// An estimate with its unit, and with its bounds unless they are the same.
fn bounded([low, estimate, high]: [f64; 3], decimals: usize, unit: &str) -> String {
    let bounds = format!(" [{low:.decimals$}, {high:.decimals$}]");
    format!("{estimate:.decimals$}{unit}{}", if low < high { &bounds } else { "" })
}

/// So many of something: `"1 worker"`, `"2 workers"`.
pub(crate) fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Three significant digits, for no measurement here is better than a part in a thousand:
/// `"0.0123"`, `"1.23"`, `"123"`; all of those before the point, up to a million.
pub(crate) fn significant(value: f64) -> String {
    if !value.is_finite() {
        return "not a number".to_owned();
    }
    if value.abs() < f64::MIN_POSITIVE {
        return "0".to_owned();
    }
    if value.abs() >= 1e6 {
        return format!("{value:.2e}");
    }
    format!("{value:.*}", decimals(value, 3))
}

/// How many decimals show `digits` significant digits.
pub(crate) fn decimals(value: f64, digits: usize) -> usize {
    let whole_digits = |value: f64| if value < 1.0 { 0 } else { format!("{value:.0}").len() };
    let shows = |decimals: &i32| whole_digits(value.abs() * 10_f64.powi(*decimals)) >= digits;
    (0..9).find(shows).map_or(9, i32::unsigned_abs) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits_and_the_largest_unit_that_they_have_one_of() {
        for (shown, expected) in [
            (significant(0.0), "0"),
            (significant(0.000_412_3), "0.000412"),
            (significant(41_230.4), "41230"),
            (significant(4.567e11), "4.57e11"),
            (significant(f64::NAN), "not a number"),
            (value(Unit::Bytes, 999_500.0), "1.00 MB"),
            (time(999.7), "1.00 µs"),
            (time(72e9), "72.0 s"),
            (rate(14_123_456.0), "14.1 M/s"),
            (percent(0.007), "0.7 %"),
            (percent(-0.031), "-3.1 %"),
        ] {
            assert_eq!(shown, expected);
        }
    }

    #[test]
    fn bounds_have_the_decimals_of_their_estimate_and_ratios_close_to_one_have_more() {
        let interval = |low, estimate, high| Interval { low, estimate, high };
        let nanos = |it: Interval| Scale::of(Unit::Nanos, it.estimate);
        let time = interval(1_389.0, 1_412.0, 1_600.0);
        for (shown, expected) in [
            (nanos(time).interval(time), "1.41 µs [1.39, 1.60]"),
            (ratio(interval(1.5, 1.6, 1.8)), "1.6x [1.5, 1.8]"),
            (ratio(interval(0.99, 1.02, 1.05)), "1.02x [0.99, 1.05]"),
            (ratio(interval(13.9, 14.4, 15.2)), "14x [14, 15]"),
            (ratio(Interval::exactly(2.0)), "2.0x"),
        ] {
            assert_eq!(shown, expected);
        }
    }
}
