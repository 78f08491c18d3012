//! Targets: what a run is to show, read from a file, and whether it does.

use std::{fs, path::Path};

use crate::{
    analysis::{Granularity, Length},
    cell::Cell,
    error::Error,
    figures::{self, significant},
    opened::Opened,
    quantity::Unit,
    shown::Shown,
    tables::Grid,
};

/// What backends are to reach: a line such as `throughput/cpu-10us efficiency >= 0.75`.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// The quantity of a cell; nothing for the shortest job at half of the ideal speed.
    of: Option<(Cell, &'static str)>,
    /// Nothing for the efficiency, a part of the ideal speed.
    unit: Option<Unit>,
    is_most: bool,
    limit: f64,
    /// Of these backends; of all if there are none.
    backends: Vec<String>,
    title: String,
}

/// The lengths from which the shortest job worth a pool is found.
const LENGTHS: [&str; 7] = ["100ns", "250ns", "500ns", "1us", "2us", "5us", "10us"];

/// Reads a file of targets: one a line, next to comments and empty lines.
pub(super) fn read(path: &Path) -> Result<Vec<Target>, Error> {
    let usage = |problem: String| Error::Usage(format!("--assert {}: {problem}", Shown(path)));
    let text = fs::read_to_string(path).map_err(|error| usage(error.to_string()))?;
    let lines = (1..).zip(text.lines().map(|line| line.split('#').next().unwrap_or_default()));
    let targets = lines.filter(|(_, line)| !line.trim().is_empty()).map(|(number, line)| {
        Target::parse(line).map_err(|problem| usage(format!("line {number}: {problem}")))
    });
    targets.collect()
}

impl Target {
    fn parse(line: &str) -> Result<Self, String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let sign = words.iter().position(|it| ["<=", ">="].contains(it));
        let limit = |at: usize| Some((at, words.get(at + 1)?.parse::<f64>().ok()?));
        let (at, limit) = sign.and_then(limit).ok_or(
            "expected a cell, a quantity, <= or >=, and a number: throughput/cpu-10us efficiency >= 0.75",
        )?;
        let (of, unit) = match words[..at] {
            [] => return Err("expected a cell, or shortest-job".to_owned()),
            ["shortest-job"] => (None, Some(Unit::Nanos)),
            [cell, ref key @ ..] => {
                let cell: Cell =
                    cell.parse().map_err(|it: crate::cell::UnknownCell| it.to_string())?;
                let mut all = cell.quantities().iter();
                let is_efficiency = key == ["efficiency"];
                let quantity = match key {
                    [key, ..] if !is_efficiency => all.find(|it| it.key == *key),
                    _ => all.next(),
                };
                let of = quantity.ok_or_else(|| format!("{cell} has no {}", key.join(" ")))?;
                (Some((cell, of.key)), Some(of.unit).filter(|_| !is_efficiency))
            }
        };
        let backends = words[at + 2..].iter().map(|it| (*it).to_owned()).collect();
        let (is_most, title) = (words[at] == "<=", words[..=at].join(" "));
        let target = Self { of, unit, is_most, limit, backends, title };
        Ok(Self { title: format!("{} {}", target.title, target.show(limit)), ..target })
    }

    /// Numbers as people write them.
    fn show(&self, value: f64) -> String {
        self.unit.map_or_else(|| significant(value), |unit| figures::value(unit, value))
    }

    /// The cells that it is found in.
    pub(super) fn cells(&self) -> Vec<Cell> {
        match &self.of {
            Some((cell, _)) => vec![cell.clone()],
            None => LENGTHS.map(|it| Cell::throughput(format!("cpu-{it}"))).to_vec(),
        }
    }

    /// What a backend has reached; `None` if that was not measured.
    fn reached(&self, Opened { run, analysis }: &Opened, backend: &str) -> Option<f64> {
        if let Some((cell, key)) = &self.of {
            let row = analysis.find(cell, key)?.row(backend)?;
            return if self.unit.is_some() { Some(row.value.estimate) } else { row.efficiency };
        }
        let receive = run.file.configuration.receive();
        let is_it =
            |it: &&Granularity| it.contender.backend() == Some(backend) && it.receive == receive;
        Some(match analysis.granularity.iter().find(is_it)?.length {
            Length::At(interval) => interval.estimate,
            Length::AtMost(nanos) => nanos,
            Length::Beyond(_) => f64::INFINITY,
        })
    }
}

/// What each backend has reached, and how many targets were missed or not measured.
pub(super) fn judge(targets: &[Target], opened: &Opened) -> (String, usize) {
    let backends = &opened.run.file.configuration.backends;
    let header = std::iter::once("Targets").chain(backends.iter().map(String::as_str));
    let (mut grid, mut missed) = (Grid::new(header), 0);
    for target in targets {
        let judged = |backend: &String| {
            if !target.backends.is_empty() && !target.backends.contains(backend) {
                return String::new();
            }
            let reached = target.reached(opened, backend);
            let holds =
                |it: f64| if target.is_most { it <= target.limit } else { it >= target.limit };
            let is_met = reached.is_some_and(holds);
            missed += usize::from(!is_met);
            let shown = reached.map_or("not measured".to_owned(), |it| target.show(it));
            if is_met || reached.is_none() { shown } else { format!("MISSED {shown}") }
        };
        let fields: Vec<String> = backends.iter().map(judged).collect();
        grid.row(std::iter::once(target.title.clone()).chain(fields));
    }
    (grid.blocks(), missed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::Trust,
        tables::fixtures::{comparison, opened},
    };

    #[test]
    fn a_target_is_met_or_missed_by_each_backend() {
        let targets = ["shutdown/idle <= 150", "cost/idle efficiency >= 1 std"];
        let targets: Vec<_> = targets.iter().map(|it| Target::parse(it).unwrap()).collect();
        let values = [("std", 100.0), ("flume", 200.0)];
        let opened = opened(vec![comparison("shutdown/idle", Trust::Sound, &values)]);
        let (table, missed) = judge(&targets, &opened);
        assert_eq!(missed, 2, "{table}");
        for part in ["shutdown/idle <= 150 ns", "  MISSED 200 ns", "not measured"] {
            assert!(table.contains(part), "{table}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (text, said) in [
            ("throughput/empty < 1", "expected a cell, a quantity, <= or >="),
            ("throughput/empty <= soon", "and a number"),
            ("throughput/empty speed <= 1", "throughput/empty has no speed"),
            ("<= 1", "expected a cell, or shortest-job"),
        ] {
            assert!(Target::parse(text).unwrap_err().contains(said), "{text}");
        }
    }

    #[test]
    fn the_targets_of_the_benches_are_targets() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../benches/targets.txt");
        assert!(!read(path.as_ref()).unwrap().is_empty());
    }
}
