//! Several runs as one.

use serde::Serialize;

use super::{chosen, ranking};
use crate::{
    analysis::{Across, Comparison},
    error::Error,
    figures::ratio,
    opened::{Opened, Several},
    protocol::Cell,
    statistics::Interval,
    tables::{self, wrap},
    terminal::{print, print_json},
};

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Json<'a> {
    runs: Vec<String>,
    #[serde(flatten)]
    across: &'a Across,
}

/// What the runs say together: of all cells in short, of some with their ratios in each run.
pub(super) fn show(
    several: &Several,
    cells: &[Cell],
    quantity: Option<&str>,
    json: bool,
) -> Result<(), Error> {
    let Several { runs, across } = several;
    if json {
        let runs = runs.iter().map(|it| it.run.directory.display().to_string()).collect();
        return print_json(&Json { runs, across });
    }
    let mut parts = vec![heading(runs)];
    if cells.is_empty() && quantity.is_none() {
        parts.push(tables::overview(&across.analysis, &[]));
    } else {
        let comparisons = chosen(&across.analysis, "these runs together", cells, quantity)?;
        parts.extend(comparisons.iter().map(|it| detail(runs, it)));
    }
    parts.extend(across.outside.map(|it| wrap(&it.in_words())));
    print(parts.join("\n\n"))
}

/// Which runs, by number, and how they are taken together.
fn heading(runs: &[Opened]) -> String {
    let line = |(number, it): (usize, &Opened)| {
        let file = &it.run.file;
        let what = tables::settings(&file.configuration);
        wrap(&format!("{number}  {}: {what}", it.describe()))
    };
    let mut lines: Vec<String> = (1..).zip(runs).map(line).collect();
    lines.push(wrap(tables::how_many(runs.len())));
    lines.join("\n")
}

/// A comparison over the runs, with each run's ratios to the best.
fn detail(runs: &[Opened], comparison: &Comparison) -> String {
    let mut lines = vec![ranking::show(comparison, "median, least to most")];
    let rows = comparison.best_first();
    let best = rows.first().map(|row| row.contender.to_string()).unwrap_or_default();
    for row in rows.iter().skip(1).filter(|row| row.contender.backend().is_some()) {
        let name = row.contender.to_string();
        let of_run = |it: &Opened| {
            let of = it.analysis.find(&comparison.cell, comparison.quantity)?;
            Some(ratio(Interval::exactly(of.pair(&name, &best)?.0.estimate)))
        };
        let each = runs.iter().map(|it| of_run(it).unwrap_or_else(|| "–".to_owned()));
        let each = each.collect::<Vec<_>>().join(", ");
        lines.push(wrap(&format!("{name} / {best} in each run: {each}")));
    }
    lines.join("\n")
}
