//! Numbers for people: three significant digits, and a unit that suits them.

use crate::{quantity::Unit, statistics::Interval};

/// A unit, and how many of what is counted go into one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    name: &'static str,
    size: f64,
}

const fn scale(name: &'static str, size: f64) -> Scale {
    Scale { name, size }
}

/// From the smallest to the largest; values in nanoseconds.
const TIMES: [Scale; 4] = [scale("ns", 1.0), scale("µs", 1e3), scale("ms", 1e6), scale("s", 1e9)];

/// From the smallest to the largest; values in jobs per second.
const RATES: [Scale; 4] =
    [scale("/s", 1.0), scale("k/s", 1e3), scale("M/s", 1e6), scale("G/s", 1e9)];

/// From the smallest to the largest; values in bytes.
const SIZES: [Scale; 5] =
    [scale("B", 1.0), scale("kB", 1e3), scale("MB", 1e6), scale("GB", 1e9), scale("TB", 1e12)];

/// Of how many times as much there is no other.
const TIMES_AS_MUCH: Scale = scale("times", 1.0);

impl Scale {
    /// The one that suits a value of a quantity.
    pub(crate) fn of(unit: Unit, value: f64) -> Self {
        match unit {
            Unit::Nanos => Self::fitting(&TIMES, value),
            Unit::Bytes => Self::fitting(&SIZES, value),
            Unit::Times => TIMES_AS_MUCH,
        }
    }

    /// The one that suits a number of jobs per second.
    pub(crate) fn of_rate(per_second: f64) -> Self {
        Self::fitting(&RATES, per_second)
    }

    /// The largest that the value has at least one of; the smallest if it has of none.
    fn fitting(scales: &[Self], value: f64) -> Self {
        // What would be rounded up to 1000 goes to the next unit as well.
        let fits = |scale: &&Self| value.abs() >= scale.size * 0.9995;
        *scales.iter().rev().find(fits).unwrap_or(&scales[0])
    }

    /// The value in this unit: `"14.1 M/s"`.
    pub(crate) fn show(self, value: f64) -> String {
        self.show_as(value, significant)
    }

    /// The same, the number written as is said.
    pub(crate) fn show_as(self, value: f64, number: impl Fn(f64) -> String) -> String {
        format!("{} {}", number(value / self.size), self.name)
    }

    /// An estimate and its bounds in this unit: `"14.1 [13.9, 14.4] M/s"`; the estimate alone where
    /// there are no bounds.
    pub(crate) fn interval(self, interval: Interval) -> String {
        let Interval { low, estimate, high } = interval;
        let decimals = decimals(estimate / self.size, 3);
        let [low, estimate, high] = [low, estimate, high].map(|it| it / self.size);
        let name = self.name;
        if low >= high {
            return format!("{estimate:.decimals$} {name}");
        }
        format!("{estimate:.decimals$} [{low:.decimals$}, {high:.decimals$}] {name}")
    }

    /// An estimate and how far it may be off: `"412 ± 12 ns"`; the estimate alone where that is not
    /// known.
    pub(crate) fn about(self, Interval { low, estimate, high }: Interval) -> String {
        let decimals = decimals(estimate / self.size, 3);
        let half = (high - low) / 2.0;
        let off =
            if half > 0.0 { format!(" ± {:.decimals$}", half / self.size) } else { String::new() };
        format!("{:.decimals$}{off} {}", estimate / self.size, self.name)
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

/// Bytes that were counted, and not measured: `"3 B"`, `"65.5 kB"`.
pub(crate) fn bytes(bytes: u64) -> String {
    if bytes < 1_000 { format!("{bytes} B") } else { value(Unit::Bytes, bytes_f64(bytes)) }
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

/// How many times as much, with its bounds: `"1.6x [1.5, 1.8]"`; close to one, with more
/// decimals.
pub(crate) fn ratio(ratio: Interval) -> String {
    let decimals = ratio_decimals(ratio.estimate);
    let Interval { low, estimate, high } = ratio;
    if low >= high {
        return format!("{estimate:.decimals$}x");
    }
    format!("{estimate:.decimals$}x [{low:.decimals$}, {high:.decimals$}]")
}

/// From and up to how many times as much: `"1.2x to 1.4x"`; one of them if they look alike.
pub(crate) fn range(ratio: Interval) -> String {
    let decimals = ratio_decimals(ratio.low);
    let [low, high] = [ratio.low, ratio.high].map(|it| format!("{it:.decimals$}x"));
    if low == high { low } else { format!("{low} to {high}") }
}

fn ratio_decimals(ratio: f64) -> usize {
    let least = if ratio < 1.5 { 2 } else { 0 };
    decimals(ratio, 2).max(least)
}

/// So many of something: `"1 worker"`, `"2 workers"`.
pub(crate) fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// For rates and for people: exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "sizes of files are below 2^53")]
pub(crate) fn bytes_f64(bytes: u64) -> f64 {
    bytes as f64
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
    const MOST: usize = 9;
    let whole_digits = |value: f64| if value < 1.0 { 0 } else { format!("{value:.0}").len() };
    let mut shifted = value.abs();
    let mut decimals = 0;
    while whole_digits(shifted) < digits && decimals < MOST {
        shifted *= 10.0;
        decimals += 1;
    }
    decimals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(low: f64, estimate: f64, high: f64) -> Interval {
        Interval { low, estimate, high }
    }

    #[test]
    fn three_digits_are_shown_and_not_more() {
        for (value, shown) in [
            (0.0, "0"),
            (0.000_412_3, "0.000412"),
            (0.041_23, "0.0412"),
            (1.0, "1.00"),
            (9.996, "10.0"),
            (41.23, "41.2"),
            (412.3, "412"),
            (41_230.4, "41230"),
            (4.567e11, "4.57e11"),
            (f64::NAN, "not a number"),
        ] {
            assert_eq!(significant(value), shown);
        }
    }

    #[test]
    fn bytes_that_were_counted_are_whole() {
        for (number, shown) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.00 kB"),
            (999_499, "999 kB"),
            (999_500, "1.00 MB"),
            (1_234_567_890, "1.23 GB"),
            (u64::MAX, "1.84e7 TB"),
        ] {
            assert_eq!(bytes(number), shown);
        }
    }

    #[test]
    fn a_unit_is_the_largest_that_the_value_has_one_of() {
        assert_eq!(time(0.5), "0.500 ns");
        assert_eq!(time(412.3), "412 ns");
        assert_eq!(time(999.7), "1.00 µs");
        assert_eq!(time(1_500_000.0), "1.50 ms");
        assert_eq!(time(72e9), "72.0 s");
        assert_eq!(rate(14_123_456.0), "14.1 M/s");
        assert_eq!(rate(87.0), "87.0 /s");
        assert_eq!(value(Unit::Bytes, 65_536.0), "65.5 kB");
    }

    #[test]
    fn how_far_it_may_be_off_has_the_decimals_of_an_estimate() {
        let scale = Scale::of(Unit::Nanos, -2_500.0);
        assert_eq!(scale.about(interval(-3_000.0, -2_500.0, -2_000.0)), "-2.50 ± 0.50 µs");
        assert_eq!(scale.about(Interval::exactly(2_500.0)), "2.50 µs");
    }

    #[test]
    fn an_interval_has_the_decimals_of_its_estimate() {
        let times = interval(1_389.0, 1_412.0, 1_600.0);
        assert_eq!(Scale::of(Unit::Nanos, 1_412.0).interval(times), "1.41 [1.39, 1.60] µs");
    }

    #[test]
    fn ratios_close_to_one_are_told_apart() {
        assert_eq!(ratio(interval(1.5, 1.6, 1.8)), "1.6x [1.5, 1.8]");
        assert_eq!(ratio(interval(0.99, 1.02, 1.05)), "1.02x [0.99, 1.05]");
        assert_eq!(ratio(interval(13.9, 14.4, 15.2)), "14x [14, 15]");
    }

    #[test]
    fn a_range_has_the_same_decimals_at_both_ends() {
        assert_eq!(range(interval(1.48, 1.5, 1.51)), "1.48x to 1.51x");
        assert_eq!(range(interval(1.99, 2.0, 2.01)), "2.0x");
    }

    #[test]
    fn small_percentages_have_a_decimal_where_it_says_something() {
        assert_eq!(percent(0.05), "5 %");
        assert_eq!(percent(0.007), "0.7 %");
        assert_eq!(percent(0.031), "3.1 %");
        assert_eq!(percent(0.423), "42 %");
        assert_eq!(percent(-0.031), "-3.1 %");
    }
}
