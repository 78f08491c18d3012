//! Lengths of work as people write them: `50us`, `1.5ms`.

use std::{fmt, time::Duration};

/// From the largest to the smallest.
const UNITS: [(&str, u32); 4] = [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1)];

/// Shows a length in the largest unit that needs no decimals.
pub(crate) struct Shown(pub(crate) Duration);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.as_nanos();
        let fits = |(_, unit): &&(_, u32)| nanos.is_multiple_of(u128::from(*unit));
        let (name, unit) = UNITS.iter().find(fits).unwrap_or(&UNITS[3]);
        write!(f, "{}{name}", nanos / u128::from(*unit))
    }
}

/// Reads a number, which may have decimals, and a unit, as `50us` or `50 µs`; to the nearest
/// nanosecond.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    // The sign of micro and the Greek letter look alike, and keyboards have either.
    let text = text.replacen(['\u{b5}', '\u{3bc}'], "u", 1);
    let unit = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(unit);
    let (_, nanos) = UNITS.iter().find(|(name, _)| *name == unit.trim_start())?;
    let number: f64 = number.parse().ok()?;
    Duration::try_from_secs_f64(number * f64::from(*nanos) / 1e9).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_shown_in_the_largest_unit_that_needs_no_decimals() {
        for (nanos, shown) in [
            (0, "0s"),
            (250, "250ns"),
            (1_000, "1us"),
            (1_500, "1500ns"),
            (64_000, "64us"),
            (1_500_000, "1500us"),
            (2_000_000_000, "2s"),
        ] {
            let length = Duration::from_nanos(nanos);
            assert_eq!(Shown(length).to_string(), shown);
            assert_eq!(parse(shown), Some(length));
        }
    }

    #[test]
    fn decimals_and_a_space_are_read_and_nothing_else_is() {
        assert_eq!(parse("0.25us"), Some(Duration::from_nanos(250)));
        assert_eq!(parse("1.5 ms"), Some(Duration::from_micros(1_500)));
        for micro in ["50us", "50 µs", "50μs"] {
            assert_eq!(parse(micro), Some(Duration::from_micros(50)), "{micro}");
        }
        for text in ["", "5", "us", "5 years", "-5us", "5us ", "1e3us", "inf", "1.2.3s", "5 us 6"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
        assert_eq!(parse(&format!("{}s", "9".repeat(400))), None);
    }
}
