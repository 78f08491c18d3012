//! Comparisons one by one: the contenders of each, ranked.

use serde_json::json;

use super::{View, whole::heading};
use crate::{
    analysis::Comparison,
    error::Error,
    once::once,
    opened::Runs,
    protocol::{Cell, Contender},
    tables::{self, doubts, matters, ranking, wrap},
};

/// Every quantity of these cells.
pub(super) fn view(runs: &Runs, cells: &[Cell]) -> Result<View, Error> {
    let analysis = &runs.analysis;
    let there_are = analysis.cells();
    if let Some(cell) = cells.iter().find(|it| !there_are.contains(&it.to_string())) {
        let (run, there_are) = (runs.describe(), there_are.join(", "));
        return Err(Error::Usage(format!("{run}: no cell {cell}; there are {there_are}")));
    }
    let chosen: Vec<_> =
        analysis.comparisons.iter().filter(|it| cells.contains(&it.cell)).collect();
    let (head, values) = match &runs.all[..] {
        [one] => (format!("by {}", one.describe()), "with 95 % confidence"),
        all => (heading(all), "median, least to most"),
    };
    let mut parts = vec![head];
    parts.extend(chosen.iter().map(|it| detail(it, values)));
    parts.extend(runs.outside.map(|it| wrap(&it.in_words())));
    Ok((json!(chosen), parts.join("\n\n")))
}

/// Two contenders, in all that was measured of both.
pub(super) fn pair(Runs { all, analysis, .. }: &Runs, [a, b]: [&str; 2]) -> Result<View, Error> {
    let run = all[0].describe();
    let rows = || analysis.comparisons.iter().flat_map(|it| &it.rows);
    let mut names = once(rows().map(|it| it.contender.to_string()));
    if let Some(absent) = [a, b].into_iter().find(|it| !names.iter().any(|name| name == it)) {
        names.sort_unstable();
        let names = names.join(", ");
        return Err(Error::Usage(format!("{run} has no {absent}; it has {names}")));
    }
    if a == b {
        return Err(Error::Usage(format!("{a} is to be compared with another")));
    }
    let is_one = |it: &Contender| [a, b].contains(&&*it.to_string());
    let compared = analysis.comparisons.iter().filter(|it| it.pair(a, b).is_some());
    let compared: Vec<_> = compared.map(|it| it.only(is_one)).collect();
    Ok((json!(compared), format!("by {run}\n{}", tables::pair(analysis, a, b))))
}

/// One comparison. `values` says what the values and what is behind them are.
fn detail(comparison: &Comparison, values: &str) -> String {
    let (title, matters) = (comparison.title(), matters(comparison.quantity()));
    let title = format!("{}: {title}; less is better, and {matters} matters", comparison.cell);
    let mut lines = vec![title, ranking(comparison, values).blocks()];
    lines.extend(doubts(comparison).iter().map(|it| wrap(it)));
    lines.join("\n")
}
