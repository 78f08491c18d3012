//! How values are written on the command line.

use std::{path::PathBuf, time::Duration};

use pool_workloads::Arrivals;

use crate::protocol::{Axis, BackendFacts};

/// Which program measures.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct RunnerArgs {
    /// Measure with this program, which may have other backends [default: the five of this
    /// workspace]
    #[arg(long, value_name = "PATH")]
    pub(crate) runner: Option<PathBuf>,

    /// Measure pools over crossfire, kanal and async-channel as well
    #[arg(long, conflicts_with = "runner")]
    pub(crate) extras: bool,
}

/// An axis and its values, each once: `workers=1,2,4`.
pub(crate) fn sweep(text: &str) -> Result<(Axis, Vec<usize>), String> {
    let (axis, values) = text.split_once('=').ok_or("expected such as workers=1,2,4")?;
    let axis: Axis = axis.parse()?;
    let values: Result<Vec<usize>, _> = values.split(',').map(|it| axis.value(it)).collect();
    let mut values = values?;
    values.sort_unstable();
    values.dedup();
    Ok((axis, values))
}

/// For how long to measure.
pub(crate) fn budget(text: &str) -> Result<Duration, String> {
    const LEAST: Duration = Duration::from_secs(1);
    const MOST: Duration = Duration::from_secs(7 * 24 * 60 * 60);
    let budget = humantime::parse_duration(text).ok().filter(|it| (LEAST..=MOST).contains(it));
    budget.ok_or_else(|| "expected a time from 1s to 7days, such as 5m".to_owned())
}

/// Jobs in a second: `2k/s`, `1.5M/s`, `2000`.
pub(crate) fn rate(text: &str) -> Result<f64, String> {
    let number = text.trim().strip_suffix("/s").unwrap_or(text.trim());
    let times = |(unit, factor)| Some((number.strip_suffix(unit)?, factor));
    let (number, factor) =
        [('k', 1e3), ('M', 1e6)].into_iter().find_map(times).unwrap_or((number, 1.0));
    let rate = number.trim_end().parse::<f64>();
    let rate = rate.map_err(|_| "a rate is a number such as 2k/s, 1.5M/s or 2000".to_owned())?;
    // As precise as it was written: 2.2k is 2200, not 2200.0000000000005.
    let rate = (rate * factor * 1e3).round() / 1e3;
    Arrivals::poisson(rate, 0).map(|_| rate).map_err(|error| error.to_string())
}

/// How results are received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Receive {
    /// By `recv`, one at a time
    Each,
    /// By `recv_batch`, with a linger of 100 µs
    Batch,
    /// Every throughput cell both ways
    Both,
}

/// Which pools of each library are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    /// Those that keep every law, by the layer
    #[default]
    Managed,
    /// Those in the library's own idioms, which keep the core of the laws
    Native,
    /// All
    Both,
}

impl Form {
    /// Whether a backend is of this form.
    pub(crate) fn has(self, backend: &BackendFacts) -> bool {
        match self {
            Self::Managed => !backend.native,
            Self::Native => backend.native,
            Self::Both => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_and_millions_of_jobs_are_understood() {
        for (text, jobs) in [("2.2k", 2_200.0), ("1.5M/s", 1_500_000.0), ("0.5/s", 0.5)] {
            assert_eq!(rate(text), Ok(jobs), "{text}");
        }
        for text in ["", "k", "fast", "0", "-2k/s", "1e12", "NaN", "2K/s", "2k/min"] {
            assert!(rate(text).is_err(), "{text}");
        }
    }
}
