//! Rates as people write them: `2k/s`, `1.5M/s`, `2000`.

use pool_workloads::Arrivals;

/// Reads jobs per second.
pub(super) fn parse(text: &str) -> Result<f64, String> {
    let number = text.trim().strip_suffix("/s").unwrap_or(text.trim());
    let (number, factor) = match number.strip_suffix(['k', 'M']) {
        Some(rest) if number.ends_with('k') => (rest, 1e3),
        Some(rest) => (rest, 1e6),
        None => (number, 1.0),
    };
    let rate = number.trim_end().parse::<f64>();
    let rate = rate.map_err(|_| "a rate is a number such as 2k/s, 1.5M/s or 2000".to_owned())?;
    // As precise as it was written: 2.2k is 2200, not 2200.0000000000005.
    let rate = (rate * factor * 1e3).round() / 1e3;
    let checked = Arrivals::poisson(rate, 0).map_err(|error| error.to_string());
    checked.map(|_| rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_and_millions_are_understood() {
        for (text, rate) in [
            ("2k/s", 2_000.0),
            ("2.2k", 2_200.0),
            ("2000/s", 2_000.0),
            ("2000", 2_000.0),
            ("1.5M/s", 1_500_000.0),
            ("0.5/s", 0.5),
        ] {
            assert_eq!(parse(text), Ok(rate), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_rates() {
        for text in ["", "k", "fast", "0", "-2k/s", "1e12", "NaN", "2K/s", "2k/min"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
