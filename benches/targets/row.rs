//! One measured quantity of one contender.

use std::fmt;

use pool_measure::rounds::quantile;
use serde::Serialize;

/// A figure, with how far it varied and what it should be.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// What was measured: `"empty job over its bare loop"`.
    pub(crate) quantity: String,
    /// Of whom: `"crossbeam"`.
    pub(crate) contender: String,
    /// With what, if the quantity is measured with more than one: `"8 workers"`.
    pub(crate) setting: String,
    /// `"ratio"`, `"µs"`.
    pub(crate) unit: &'static str,
    /// The median over the rounds; in JSON `null` if it is infinite, as METG may be.
    pub(crate) median: f64,
    /// A quarter of the rounds are below; `None` of one figure alone, whose scatter is not known.
    pub(crate) lower_quartile: Option<f64>,
    /// A quarter of the rounds are above; as the lower one.
    pub(crate) upper_quartile: Option<f64>,
    pub(crate) target: Option<Target>,
    /// Each round's own figure; or the one that there is of all.
    pub(crate) rounds: Vec<f64>,
}

/// What a figure should be.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Target {
    AtMost(f64),
    AtLeast(f64),
}

impl Row {
    /// The figure of some rounds; `NaN` if there were none.
    pub(crate) fn new(
        quantity: impl Into<String>,
        contender: impl Into<String>,
        unit: &'static str,
        rounds: Vec<f64>,
    ) -> Self {
        let part = |part| quantile(rounds.iter().copied(), part);
        let quartile = |at| part(at).filter(|_| rounds.len() > 1);
        Self {
            quantity: quantity.into(),
            contender: contender.into(),
            setting: String::new(),
            unit,
            median: part(0.5).unwrap_or(f64::NAN),
            lower_quartile: quartile(0.25),
            upper_quartile: quartile(0.75),
            target: None,
            rounds,
        }
    }

    pub(crate) fn with(self, setting: impl Into<String>) -> Self {
        Self { setting: setting.into(), ..self }
    }

    pub(crate) fn at_most(self, most: f64) -> Self {
        Self { target: Some(Target::AtMost(most)), ..self }
    }

    pub(crate) fn at_least(self, least: f64) -> Self {
        Self { target: Some(Target::AtLeast(least)), ..self }
    }

    /// Whether the median is what it should be; `None` if there is no target.
    pub(crate) fn is_met(&self) -> Option<bool> {
        Some(match self.target? {
            Target::AtMost(most) => self.median <= most,
            Target::AtLeast(least) => self.median >= least,
        })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(most) => write!(f, "≤ {most}"),
            Self::AtLeast(least) => write!(f, "≥ {least}"),
        }
    }
}

/// Round by round, how many times the second the first is.
pub(crate) fn ratios(of: &[f64], to: &[f64]) -> Vec<f64> {
    of.iter().zip(to).map(|(of, to)| of / to).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_figure_has_no_quartiles() {
        let row = |rounds: &[f64]| Row::new("METG(50)", "std", "µs", rounds.to_vec());
        let quartiles = |row: &Row| (row.lower_quartile, row.upper_quartile);
        assert_eq!(quartiles(&row(&[0.8])), (None, None));
        assert_eq!(quartiles(&row(&[1.0, 2.0, 3.0])), (Some(1.5), Some(2.5)));
    }
}
