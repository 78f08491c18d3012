//! An axis: where a value is, and which values are marked.

/// Where values are along one direction of a chart.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// What it is of.
    pub(super) label: &'static str,
    /// From the least to the greatest value that is to be seen.
    domain: (f64, f64),
    /// Whether equal steps are equal ratios, and not equal differences.
    is_log: bool,
    /// What a marked value is called.
    shown: fn(f64) -> String,
}

impl Axis {
    /// Ratios of times and sizes, with some room around these values; those that cannot be on
    /// it are left out. `None` if none is left.
    pub(super) fn log(
        label: &'static str,
        values: impl IntoIterator<Item = f64>,
        shown: fn(f64) -> String,
    ) -> Option<Self> {
        const ROOM: f64 = 0.04;
        let usable = values.into_iter().filter(|value| value.is_finite() && *value > 0.0);
        let logs: Vec<f64> = usable.map(f64::ln).collect();
        let low = logs.iter().copied().min_by(f64::total_cmp)?;
        let high = logs.iter().copied().max_by(f64::total_cmp)?;
        let room = ((high - low) * ROOM).max(0.02);
        let domain = ((low - room).exp(), (high + room).exp());
        Some(Self { label, domain, is_log: true, shown })
    }

    /// From 0 to `highest`.
    pub(super) fn linear(label: &'static str, highest: f64, shown: fn(f64) -> String) -> Self {
        Self { label, domain: (0.0, highest * 1.02), is_log: false, shown }
    }

    /// Whether a value is on it.
    pub(super) fn shows(&self, value: f64) -> bool {
        (self.domain.0..=self.domain.1).contains(&value)
    }

    /// Where in `range` a value is; at its end, if it lies beyond.
    pub(super) fn place(&self, value: f64, range: (f64, f64)) -> f64 {
        let stretched = |value: f64| if self.is_log { value.ln() } else { value };
        let (low, high) = (stretched(self.domain.0), stretched(self.domain.1));
        let value = stretched(value.clamp(self.domain.0, self.domain.1));
        range.0 + (value - low) / (high - low) * (range.1 - range.0)
    }

    /// The values to be marked, at least `gap` apart, with where they are and what they are
    /// called. The rounder come first: others give way to them.
    pub(super) fn ticks(&self, range: (f64, f64), gap: f64) -> Vec<(f64, String)> {
        const ROUND: [f64; 18] = [
            1.0, 2.0, 5.0, 3.0, 1.5, 4.0, 8.0, 6.0, 7.0, 1.2, 2.5, 9.0, 1.7, 1.3, 1.1, 9.5, 1.6,
            1.05,
        ];
        let powers = |step: usize, of: f64| {
            (-12..=15).step_by(step).map(move |power: i32| of * 10_f64.powi(power))
        };
        let candidates: Vec<f64> = if self.is_log {
            powers(3, 1.0).chain(ROUND.into_iter().flat_map(|of| powers(1, of))).collect()
        } else {
            vec![0.0, 1.0, 0.5, 0.25, 0.75]
        };
        let mut marked: Vec<f64> = Vec::new();
        for value in candidates.into_iter().filter(|it| self.shows(*it)) {
            let place = self.place(value, range);
            if marked.iter().all(|&it| (self.place(it, range) - place).abs() >= gap) {
                marked.push(value);
            }
        }
        marked.iter().map(|&it| (self.place(it, range), (self.shown)(it))).collect()
    }
}

/// A round number, without more digits than it has.
pub(super) fn plain(value: f64) -> String {
    // What a power of ten is off by is not to be seen.
    ((value * 1e6).round() / 1e6).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGE: (f64, f64) = (0.0, 100.0);

    #[test]
    fn equal_ratios_are_equally_far_apart_and_the_roundest_ticks_stay() {
        let axis = Axis::log("", [0.8, 150.0, 0.0, f64::NAN], plain).unwrap();
        let [one, ten, hundred] = [1.0, 10.0, 100.0].map(|it| axis.place(it, RANGE));
        assert!((ten - one - (hundred - ten)).abs() < 1e-9);
        let ticks = axis.ticks(RANGE, 30.0);
        let names: Vec<_> = ticks.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, ["1", "10", "100"]);
        assert!(Axis::log("", [0.0, -1.0], plain).is_none());
        assert!((Axis::linear("", 1.0, plain).place(7.0, RANGE) - 100.0).abs() < 1e-9);
    }
}
