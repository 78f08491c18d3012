//! Targets: what a run is to show, read from a file, and whether it does.

use std::{fs, iter, path::Path};

use crate::{
    cell::{Cell, UnknownCell},
    error::Error,
    figures::{self, significant},
    opened::Opened,
    protocol::Quantity,
    tables::Grid,
};

/// What every backend is to reach: a line such as `throughput/cpu-10us efficiency >= 0.75`.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) cell: Cell,
    /// Nothing for the efficiency, a part of the ideal speed.
    quantity: Option<&'static Quantity>,
    is_most: bool,
    limit: f64,
    title: String,
}

/// Reads a file of targets: one a line, next to comments and empty lines.
pub(super) fn read(path: &Path) -> Result<Vec<Target>, Error> {
    let usage = |problem: String| Error::Usage(format!("--assert {}: {problem}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| usage(error.to_string()))?;
    let lines = (1..).zip(text.lines().map(|line| line.split('#').next().unwrap_or_default()));
    let targets = lines.filter(|(_, line)| !line.trim().is_empty()).map(|(number, line)| {
        Target::parse(line).map_err(|problem| usage(format!("line {number}: {problem}")))
    });
    targets.collect()
}

impl Target {
    fn parse(line: &str) -> Result<Self, String> {
        const EXPECTED: &str = "expected a cell, a quantity, <= or >=, and a number: \
                                throughput/cpu-10us efficiency >= 0.75";
        let words: Vec<&str> = line.split_whitespace().collect();
        let [cell, ref key @ .., sign @ ("<=" | ">="), limit] = words[..] else {
            return Err(EXPECTED.to_owned());
        };
        let limit = limit.parse().map_err(|_| EXPECTED)?;
        let cell: Cell = cell.parse().map_err(|it: UnknownCell| it.to_string())?;
        let quantity = match key.join(" ").as_str() {
            "" => cell.quantities().first(),
            "efficiency" => None,
            key => {
                let found = cell.quantities().iter().find(|it| it.key == key);
                Some(found.ok_or_else(|| format!("{cell} has no {key}"))?)
            }
        };
        let title = format!("{} {}", words[..words.len() - 1].join(" "), show(quantity, limit));
        Ok(Self { cell, quantity, is_most: sign == "<=", limit, title })
    }

    /// What a backend has reached; `None` if that was not measured.
    fn reached(&self, Opened { analysis, .. }: &Opened, backend: &str) -> Option<f64> {
        let key = self.quantity.unwrap_or(&self.cell.quantities()[0]).key;
        let row = analysis.find(&self.cell, key)?.row(backend)?;
        if self.quantity.is_some() { Some(row.value.estimate) } else { row.efficiency }
    }
}

/// Numbers as people write them.
fn show(quantity: Option<&Quantity>, value: f64) -> String {
    quantity.map_or_else(|| significant(value), |it| figures::value(it.unit, value))
}

/// What each backend has reached, and how many targets were missed or not measured.
pub(super) fn judge(targets: &[Target], opened: &Opened) -> (String, usize) {
    let backends = &opened.run.file.configuration.backends;
    let header = iter::once("Targets").chain(backends.iter().map(String::as_str));
    let (mut grid, mut missed) = (Grid::new(header), 0);
    for target in targets {
        let judged = |backend: &String| {
            let Some(reached) = target.reached(opened, backend) else {
                missed += 1;
                return "not measured".to_owned();
            };
            let is_met =
                if target.is_most { reached <= target.limit } else { reached >= target.limit };
            missed += usize::from(!is_met);
            format!("{}{}", if is_met { "" } else { "MISSED " }, show(target.quantity, reached))
        };
        let fields: Vec<String> = backends.iter().map(judged).collect();
        grid.row(iter::once(target.title.clone()).chain(fields));
    }
    (grid.blocks(), missed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_targets_of_the_benches_are_read() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../benches/targets.txt");
        assert!(!read(path.as_ref()).unwrap().is_empty());
    }
}
