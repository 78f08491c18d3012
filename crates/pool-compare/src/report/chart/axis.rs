//! An axis: where a value is, and which values are marked.

/// Where values are along one direction of a chart.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    /// What it is of.
    pub(crate) label: String,
    /// From the least to the greatest value that is to be seen.
    domain: (f64, f64),
    scale: Scale,
    /// What a marked value is called.
    shown: Shown,
}

type Shown = fn(f64) -> String;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scale {
    /// Equal steps are equal differences.
    Linear,
    /// Equal steps are equal ratios.
    Log,
    /// The same, of percentiles: by how much is left above them.
    Percentiles,
}

impl Axis {
    /// Ratios of times and sizes, with some room around these values; those that cannot be on
    /// it are left out. `None` if none is left.
    pub(crate) fn log(
        label: &str,
        values: impl IntoIterator<Item = f64>,
        shown: Shown,
    ) -> Option<Self> {
        const ROOM: f64 = 0.04;
        let values = values.into_iter().filter(|value| value.is_finite() && *value > 0.0);
        let (low, high) = extent(values.map(f64::ln))?;
        let room = ((high - low) * ROOM).max(0.02);
        let domain = ((low - room).exp(), (high + room).exp());
        Some(Self { label: label.to_owned(), domain, scale: Scale::Log, shown })
    }

    /// From nothing to these values, and to `least` in any case.
    pub(crate) fn linear(
        label: &str,
        values: impl IntoIterator<Item = f64>,
        least: f64,
        shown: Shown,
    ) -> Self {
        let highest = values.into_iter().filter(|value| value.is_finite()).fold(least, f64::max);
        Self { label: label.to_owned(), domain: (0.0, highest * 1.02), scale: Scale::Linear, shown }
    }

    /// These percentiles; `None` if there are none below 100.
    pub(crate) fn percentiles(
        label: &str,
        values: impl IntoIterator<Item = f64>,
        shown: Shown,
    ) -> Option<Self> {
        let values = values.into_iter().filter(|value| (0.0..100.0).contains(value));
        let domain = extent(values)?;
        Some(Self { label: label.to_owned(), domain, scale: Scale::Percentiles, shown })
    }

    /// Whether a value is on it.
    pub(crate) fn shows(&self, value: f64) -> bool {
        (self.domain.0..=self.domain.1).contains(&value)
    }

    /// Where in `range` a value is; at its end, if it lies beyond.
    pub(crate) fn place(&self, value: f64, range: (f64, f64)) -> f64 {
        let stretched = |value: f64| match self.scale {
            Scale::Linear => value,
            Scale::Log => value.ln(),
            Scale::Percentiles => -(1.0 - value / 100.0).ln(),
        };
        let (low, high) = (stretched(self.domain.0), stretched(self.domain.1));
        let value = stretched(value.clamp(self.domain.0, self.domain.1));
        let part = if high > low { (value - low) / (high - low) } else { 0.5 };
        range.0 + part * (range.1 - range.0)
    }

    /// The values to be marked, at least `gap` apart, with where they are and what they are
    /// called. The rounder come first: others give way to them.
    pub(crate) fn ticks(&self, range: (f64, f64), gap: f64) -> Vec<(f64, String)> {
        let mut marked: Vec<f64> = Vec::new();
        for value in self.candidates() {
            if !self.shows(value) {
                continue;
            }
            let place = self.place(value, range);
            if marked.iter().all(|&it| (self.place(it, range) - place).abs() >= gap) {
                marked.push(value);
            }
        }
        marked.iter().map(|&it| (self.place(it, range), (self.shown)(it))).collect()
    }

    /// Round values, the roundest first.
    fn candidates(&self) -> Vec<f64> {
        let powers = |step: usize, of: f64| {
            (-12..=15).step_by(step).map(move |power: i32| of * 10_f64.powi(power))
        };
        match self.scale {
            Scale::Linear => vec![0.0, 1.0, 0.5, 0.25, 0.75],
            Scale::Percentiles => vec![50.0, 99.0, 90.0, 99.9, 99.99, 0.0],
            Scale::Log => {
                let thousands = powers(3, 1.0);
                let others =
                    [1.0, 2.0, 5.0, 3.0, 1.5, 4.0, 8.0, 6.0, 1.2, 2.5, 9.0, 1.1, 9.5, 1.05];
                thousands.chain(others.into_iter().flat_map(|of| powers(1, of))).collect()
            }
        }
    }
}

/// The least and the greatest; `None` of nothing.
fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |extent, value| {
        let (low, high) = extent.unwrap_or((value, value));
        Some((low.min(value), high.max(value)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::numbers;

    const RANGE: (f64, f64) = (0.0, 100.0);

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn equal_ratios_are_equally_far_apart() {
        let axis = Axis::log("", [1.0, 100.0], numbers::plain).unwrap();
        let [one, ten, hundred] = [1.0, 10.0, 100.0].map(|it| axis.place(it, RANGE));
        assert!(close(ten - one, hundred - ten));
        assert!(0.0 < one && hundred < 100.0);
    }

    #[test]
    fn a_value_beyond_is_at_the_end() {
        let axis = Axis::linear("", [0.5], 1.0, numbers::plain);
        assert!(close(axis.place(7.0, RANGE), 100.0));
        assert!(close(axis.place(-1.0, RANGE), 0.0));
    }

    #[test]
    fn ticks_keep_their_distance_and_the_roundest_stay() {
        let axis = Axis::log("", [0.8, 150.0], numbers::plain).unwrap();
        let ticks = axis.ticks(RANGE, 30.0);
        let names: Vec<_> = ticks.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, ["1", "10", "100"]);
    }

    #[test]
    fn nothing_and_what_has_no_logarithm_has_no_axis() {
        assert!(Axis::log("", [], numbers::plain).is_none());
        assert!(Axis::log("", [0.0, -1.0, f64::NAN], numbers::plain).is_none());
        assert!(Axis::percentiles("", [100.0], numbers::plain).is_none());
    }
}
