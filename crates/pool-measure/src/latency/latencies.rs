//! Many latencies, of which percentiles are given where there are enough.

use std::time::Duration;

use hdrhistogram::Histogram;

/// Many latencies: how they are distributed.
///
/// Each is kept to three significant digits, so what is said of them is exact to 0.1 %; and none
/// as more than an hour.
#[derive(Clone, Debug)]
pub struct Latencies(Histogram<u64>);

const SIGNIFICANT_DIGITS: u8 = 3;
const LONGEST: Duration = Duration::from_secs(60 * 60);

impl Latencies {
    /// How many have to lie above a percentile for it to be given: with fewer, it is the work of
    /// a few accidents.
    pub const ABOVE: usize = 50;

    /// The latency that `percent` of all do not exceed; `None` unless 50 others lie above it: a
    /// 99th percentile takes 5,000, one of 99.9 % takes 50,000.
    pub fn percentile(&self, percent: f64) -> Option<Duration> {
        #[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^53")]
        let (len, enough) = (self.count() as f64, Self::ABOVE as f64);
        // As a whole number: 5,000 times 1 % is 50, and not a bit less.
        let above = (len * (100.0 - percent) / 100.0 + 1e-6).floor();
        (above >= enough).then(|| self.at(percent))
    }

    /// The same, however few there are; zero if there are none.
    pub(super) fn at(&self, percent: f64) -> Duration {
        Duration::from_nanos(self.0.value_at_percentile(percent))
    }

    /// The longest; zero if there are none.
    pub fn max(&self) -> Duration {
        Duration::from_nanos(self.0.max())
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.0.len()
    }
}

impl FromIterator<Duration> for Latencies {
    fn from_iter<I: IntoIterator<Item = Duration>>(latencies: I) -> Self {
        let nanos = |it: Duration| u64::try_from(it.as_nanos()).unwrap_or(u64::MAX);
        let mut histogram = Histogram::new_with_max(nanos(LONGEST), SIGNIFICANT_DIGITS)
            .expect("these are bounds that a histogram can have");
        for latency in latencies {
            histogram.saturating_record(nanos(latency));
        }
        Self(histogram)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn up_to(count: u64) -> Latencies {
        (1..=count).map(Duration::from_micros).collect()
    }

    #[test]
    fn a_percentile_is_told_if_fifty_lie_above_it() {
        for (percent, enough) in [(50.0, 100), (90.0, 500), (99.0, 5_000), (99.9, 50_000)] {
            assert_eq!(up_to(enough - 1).percentile(percent), None, "{percent} of {enough}");
            assert!(up_to(enough).percentile(percent).is_some(), "{percent} of {enough}");
        }
    }

    #[test]
    fn latencies_are_kept_to_three_digits() {
        let exact = Duration::from_micros(4_950);
        let kept = up_to(5_000).percentile(99.0).unwrap();
        assert!(kept.abs_diff(exact) <= exact / 1000, "{kept:?}");
        let longest = Duration::MAX;
        assert!([longest].into_iter().collect::<Latencies>().max() >= LONGEST);
    }
}
