//! An axis: where a value is, and which values are marked.

use crate::{
    figures::{Scale, percent, significant},
    quantity::Unit,
};

/// What the values along one direction of a chart are.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Values {
    pub(super) label: &'static str,
    /// How one of them is written.
    pub(super) shown: fn(f64) -> String,
    /// Whether equal steps are equal ratios; else they are parts of one, from 0 on.
    is_log: bool,
}

impl Values {
    /// Parts of one.
    pub(in super::super) const EFFICIENCY: Self =
        Self { is_log: false, ..Self::log("efficiency", percent) };
    /// In nanoseconds.
    pub(in super::super) const LENGTH: Self = Self::log("length of a job", time);
    /// In nanoseconds.
    pub(in super::super) const CORE_TIME: Self =
        Self::log("core time next to the job's work", time);
    pub(in super::super) const RATE: Self =
        Self::log("jobs a second", |it| Scale::of_rate(it).show_as(it, plain));

    /// Times, sizes or numbers.
    pub(in super::super) const fn log(label: &'static str, shown: fn(f64) -> String) -> Self {
        Self { label, shown, is_log: true }
    }

    /// How far along the direction a value is.
    fn along(self, value: f64) -> f64 {
        if self.is_log { value.ln() } else { value }
    }
}

/// Where values are along one direction of a chart.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub(super) values: Values,
    /// From the least to the greatest that is to be seen, as [`Values::along`] has them.
    ends: (f64, f64),
}

impl Axis {
    /// With some room around these; those that cannot be on it are left out. `None` if none is
    /// left.
    pub(super) fn around(values: Values, all: impl IntoIterator<Item = f64>) -> Option<Self> {
        const ROOM: f64 = 0.04;
        let usable = all.into_iter().filter(|it| it.is_finite() && *it > 0.0);
        let usable: Vec<f64> = usable.map(|it| values.along(it)).collect();
        let low = usable.iter().copied().reduce(f64::min)?;
        let high = usable.iter().copied().reduce(f64::max)?;
        let room = ((high - low) * ROOM).max(0.02);
        let parts = (0.0, high.max(1.0) * 1.02);
        Some(Self { values, ends: if values.is_log { (low - room, high + room) } else { parts } })
    }

    /// Whether a value is on it.
    pub(super) fn shows(&self, value: f64) -> bool {
        (self.ends.0..=self.ends.1).contains(&self.values.along(value))
    }

    /// Where in `range` a value is; at its end, if it lies beyond.
    pub(super) fn place(&self, value: f64, range: (f64, f64)) -> f64 {
        let (low, high) = self.ends;
        let value = self.values.along(value).clamp(low, high);
        range.0 + (value - low) / (high - low) * (range.1 - range.0)
    }

    /// The values to be marked, at least `gap` apart, with where they are and what they are
    /// called. The rounder come first: others give way to them.
    pub(super) fn ticks(&self, range: (f64, f64), gap: f64) -> Vec<(f64, String)> {
        let powers = |step: usize, of: f64| {
            (-12..=15).step_by(step).map(move |power: i32| of * 10_f64.powi(power))
        };
        let every = |step| (100..1_000).step_by(step).map(|it| f64::from(it) / 100.0);
        let rounds =
            [1.0, 2.0, 5.0].into_iter().chain([100, 50, 10, 5].into_iter().flat_map(every));
        let candidates: Vec<f64> = if self.values.is_log {
            powers(3, 1.0).chain(rounds.flat_map(|of| powers(1, of))).collect()
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
        marked.iter().map(|&it| (self.place(it, range), (self.values.shown)(it))).collect()
    }
}

/// A time without zeros at its end.
pub(super) fn time(nanos: f64) -> String {
    Scale::of(Unit::Nanos, nanos).show_as(nanos, plain)
}

/// A number of three digits, without zeros at its end.
pub(in super::super) fn plain(value: f64) -> String {
    let shown = significant(value);
    if shown.contains('.') {
        return shown.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ratios_are_equally_far_apart_and_the_roundest_ticks_stay() {
        const RANGE: (f64, f64) = (0.0, 100.0);
        const NUMBERS: Values = Values::log("", plain);
        let axis = Axis::around(NUMBERS, [0.8, 150.0, 0.0, f64::NAN]).unwrap();
        let [one, ten, hundred] = [1.0, 10.0, 100.0].map(|it| axis.place(it, RANGE));
        assert!((ten - one - (hundred - ten)).abs() < 1e-9);
        let ticks = axis.ticks(RANGE, 30.0);
        let names: Vec<_> = ticks.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, ["1", "10", "100"]);
        assert!(Axis::around(NUMBERS, [0.0, -1.0]).is_none());
        let parts = Axis::around(Values::EFFICIENCY, [0.5]).unwrap();
        assert!((parts.place(7.0, RANGE) - 100.0).abs() < 1e-9);
    }
}
