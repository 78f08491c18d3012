//! Targets: what a run is to show, read from a file, and whether it does.

use std::{fs, path::Path};

use serde::Deserialize;

use crate::{
    analysis::{Granularity, Length},
    cell::Cell,
    error::Error,
    figures::{self, significant, time},
    opened::Opened,
    protocol::Quantity,
    shown::Shown,
    tables::Grid,
};

/// A file of them.
#[derive(Debug, Deserialize)]
struct File {
    target: Vec<Target>,
}

/// What each backend is to reach.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Target {
    /// What is judged.
    what: What,
    /// In which cell; nothing for the shortest job.
    cell: Option<Cell>,
    /// Which value; nothing for the main one of the cell.
    quantity: Option<String>,
    /// Of these backends; all if there are none.
    #[serde(default)]
    backends: Vec<String>,
    at_most: Option<f64>,
    at_least: Option<f64>,
}

/// What is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    /// A quantity of the cell, in nanoseconds or bytes.
    Value,
    /// Part of the ideal speed.
    Efficiency,
    /// The shortest job at half of the ideal speed, in nanoseconds.
    ShortestJob,
}

/// The lengths from which the shortest job worth a pool is found.
const LENGTHS: [&str; 7] = ["100ns", "250ns", "500ns", "1us", "2us", "5us", "10us"];

/// Reads a file of targets.
pub(super) fn read(path: &Path) -> Result<Vec<Target>, Error> {
    let usage = |problem: &dyn std::fmt::Display| {
        Error::Usage(format!("--assert {}: {problem}", Shown(path)))
    };
    let text = fs::read_to_string(path).map_err(|error| usage(&error))?;
    // Errors of this library are several lines, and end with the reason.
    let file: File = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(0, |at| text[..at.start].matches('\n').count()) + 1;
        usage(&format_args!("line {line}: {}", error.message()))
    })?;
    let incomplete = file.target.iter().find(|it| {
        (it.what != What::ShortestJob && it.of().is_none())
            || it.at_most.is_some() == it.at_least.is_some()
    });
    match incomplete {
        None => Ok(file.target),
        Some(_) => {
            Err(usage(&"a target has a cell with that quantity, and one of at-most and at-least"))
        }
    }
}

impl Target {
    /// The cells that it is found in.
    pub(super) fn cells(&self) -> Vec<Cell> {
        match (&self.cell, self.what) {
            (Some(cell), _) => vec![cell.clone()],
            (None, _) => LENGTHS.map(|it| Cell::throughput(format!("cpu-{it}"))).to_vec(),
        }
    }

    fn limit(&self) -> (f64, bool) {
        (self.at_most.or(self.at_least).unwrap_or_default(), self.at_most.is_some())
    }

    /// Numbers as people write them.
    fn show(&self, value: f64) -> String {
        match (self.what, self.of()) {
            (What::ShortestJob, _) => time(value),
            (What::Value, Some((_, of))) => figures::value(of.unit, value),
            _ => significant(value),
        }
    }

    /// The cell, and which of its quantities.
    fn of(&self) -> Option<(&Cell, &'static Quantity)> {
        let cell = self.cell.as_ref()?;
        let mut all = cell.quantities().iter();
        let is_it = |it: &&Quantity| self.quantity.as_deref().is_none_or(|key| key == it.key);
        Some((cell, all.find(is_it)?))
    }

    fn title(&self) -> String {
        let what = match self.what {
            What::Value => "",
            What::Efficiency => ", efficiency",
            What::ShortestJob => "shortest job at half of the ideal speed",
        };
        let cell = self.cell.as_ref().map(ToString::to_string).unwrap_or_default();
        let (limit, is_most) = self.limit();
        format!("{cell}{what}, at {} {}", if is_most { "most" } else { "least" }, self.show(limit))
    }

    /// What a backend has reached; `None` if that was not measured.
    fn reached(&self, opened: &Opened, backend: &str) -> Option<f64> {
        if self.what == What::ShortestJob {
            let receive = opened.run.file.configuration.receive();
            let is_it = |it: &&Granularity| {
                it.contender.backend() == Some(backend) && it.receive == receive
            };
            return opened.analysis.granularity.iter().find(is_it).map(|it| match it.length {
                Length::At(interval) => interval.estimate,
                Length::AtMost(nanos) => nanos,
                Length::Beyond(_) => f64::INFINITY,
            });
        }
        let (cell, quantity) = self.of()?;
        let comparison = opened.analysis.find(cell, quantity.key)?;
        let row = comparison.row(backend)?;
        match self.what {
            What::Efficiency => row.efficiency,
            What::Value | What::ShortestJob => Some(row.value.estimate),
        }
    }
}

/// What each backend has reached, and how many targets were missed or not measured.
pub(super) fn judge(targets: &[Target], opened: &Opened) -> (String, usize) {
    let backends = &opened.run.file.configuration.backends;
    let header = std::iter::once("Targets").chain(backends.iter().map(String::as_str));
    let (mut grid, mut missed) = (Grid::new(header), 0);
    for target in targets {
        let mut cells = vec![target.title()];
        for backend in backends {
            let asked = target.backends.is_empty() || target.backends.contains(backend);
            let (limit, is_most) = target.limit();
            let holds = |it: f64| if is_most { it <= limit } else { it >= limit };
            cells.push(match target.reached(opened, backend) {
                _ if !asked => String::new(),
                Some(value) if holds(value) => target.show(value),
                Some(value) => {
                    missed += 1;
                    format!("MISSED {}", target.show(value))
                }
                None => {
                    missed += 1;
                    "not measured".to_owned()
                }
            });
        }
        grid.row(cells);
    }
    (grid.text(), missed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        store::{KeptRun, fixture},
        tables::fixtures::{analysis, comparison},
    };

    fn parse(text: &str) -> Result<Vec<Target>, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        read(file.path()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_target_is_met_or_missed_by_each_backend() {
        let targets = parse(
            "[[target]]\nwhat = \"value\"\ncell = \"shutdown/idle\"\nat-most = 150\n\
             [[target]]\nwhat = \"efficiency\"\ncell = \"cost/idle\"\nat-least = 1\n\
             backends = [\"std\"]\n",
        );
        let one = comparison(
            "shutdown/idle",
            crate::analysis::Trust::Sound,
            &[("std", 100.0), ("flume", 200.0)],
        );
        let run = KeptRun {
            directory: "d".into(),
            file: fixture::run_file(),
            samples: fixture::samples(),
            figures: None,
        };
        let opened = Opened { run, analysis: analysis(vec![one]) };
        let (table, missed) = judge(&targets.unwrap(), &opened);
        assert_eq!(missed, 2, "{table}");
        assert!(table.contains("shutdown/idle, at most 150 ns"), "{table}");
        assert!(table.contains("  MISSED 200 ns"), "{table}");
        assert!(table.contains("not measured"), "{table}");
    }

    #[test]
    fn a_file_that_makes_no_sense_is_refused_with_its_line() {
        for (text, said) in [
            ("[[target]]\nwhat = \"speed\"\n", "line 2: unknown variant `speed`"),
            ("[[target]]\nwhat = \"value\"\nat-most = 1\n", "a target has a cell"),
            ("target = 1", "line 1: "),
        ] {
            assert!(parse(text).unwrap_err().contains(said), "{text}");
        }
    }

    #[test]
    fn the_targets_of_the_benches_are_targets() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../benches/targets.toml");
        let targets = read(path.as_ref()).unwrap();
        assert!(targets.iter().all(|it| it.what == What::ShortestJob || it.of().is_some()));
    }
}
