//! Several runs as one, and what has changed from one to another.

use serde::Serialize;

use super::{
    changes::{self, Change},
    chosen, detail,
};
use crate::{
    analysis::{Analysis, Comparison, Outside},
    error::Error,
    figures::ratio,
    opened::{Opened, Runs},
    protocol::Cell,
    statistics::Interval,
    tables::{self, wrap},
    terminal::{print, print_json},
};

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Json<'a> {
    runs: Vec<String>,
    analysis: &'a Analysis,
    outside: Option<Outside>,
    /// From the first run to the second, if there are two.
    changes: &'a [Change],
}

/// What the runs say together: of all cells in short, of some with their ratios in each run.
pub(super) fn show(
    Runs { all: runs, analysis, outside }: &Runs,
    cells: &[Cell],
    quantity: Option<&str>,
    json: bool,
) -> Result<(), Error> {
    let changes = match &runs[..] {
        [old, new] => changes::changes(&old.analysis, &new.analysis),
        _ => Vec::new(),
    };
    if json {
        let runs = runs.iter().map(|it| it.run.directory.display().to_string()).collect();
        return print_json(&Json { runs, analysis, outside: *outside, changes: &changes });
    }
    let mut parts = vec![heading(runs)];
    if cells.is_empty() && quantity.is_none() {
        parts.push(tables::overview(analysis, &[], false));
        parts.extend((!changes.is_empty()).then(|| changes::show(&changes)));
    } else {
        let comparisons = chosen(analysis, "these runs together", cells, quantity)?;
        parts.extend(comparisons.iter().map(|it| in_each(runs, it)));
    }
    parts.extend(outside.map(|it| wrap(&it.in_words())));
    print(parts.join("\n\n"))
}

/// Which runs, by number, in what two of them differ, and how they are taken together.
fn heading(runs: &[Opened]) -> String {
    let line = |(number, it): (usize, &Opened)| {
        let what = tables::settings(&it.run.file.configuration);
        wrap(&format!("{number}  {}: {what}", it.describe()))
    };
    let mut lines: Vec<String> = (1..).zip(runs).map(line).collect();
    if let [old, new] = runs {
        let [old, new] = [old, new].map(|it| tables::facts(&it.run.file));
        let changed = old.iter().filter_map(|(name, old)| {
            let (_, new) = new.iter().find(|(it, new)| it == name && new != old)?;
            Some(wrap(&format!("   {name}: {old} -> {new}")))
        });
        lines.extend(changed);
    }
    lines.push(wrap(tables::how_many(runs.len())));
    lines.join("\n")
}

/// A comparison over the runs, with each run's ratios to the best.
fn in_each(runs: &[Opened], comparison: &Comparison) -> String {
    let mut lines = vec![detail(comparison, "median, least to most")];
    let best = comparison.best().unwrap_or_default();
    let others = comparison.best_first().into_iter().filter_map(|row| row.contender.backend());
    for name in others.filter(|it| *it != best) {
        let of_run = |it: &Opened| {
            let of = it.analysis.find(&comparison.cell, comparison.quantity)?;
            Some(ratio(Interval::exactly(of.pair(name, best)?.0.estimate)))
        };
        let each = runs.iter().map(|it| of_run(it).unwrap_or_else(|| "–".to_owned()));
        let each = each.collect::<Vec<_>>().join(", ");
        lines.push(wrap(&format!("{name} / {best} in each run: {each}")));
    }
    lines.join("\n")
}
