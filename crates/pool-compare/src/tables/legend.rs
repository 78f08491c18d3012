//! What stands below the tables: what the marks mean, and what else the run says.

use super::{
    words::{fell_behind, list, noise_floor, ranks},
    wrap,
};
use crate::{
    analysis::{Analysis, Comparison, Length, Trust},
    cell::Cell,
    figures::{percent, time},
    store::{CellState, Stopped},
};

/// The lines below the tables of these comparisons.
pub(super) fn legend(analysis: &Analysis, shown: &[&Comparison], cells: &[CellState]) -> String {
    let mut lines = marks(shown);
    lines.extend([(0.5, "half"), (0.9, "nine tenths")].iter().filter_map(|(level, words)| {
        let found = analysis.lengths(*level);
        let found = found.map(|it| format!("{} {}", it.contender, length(it.length)));
        let found: Vec<String> = found.collect();
        let what = format!("shortest job worth a pool ({words} of ideal speed)");
        (!found.is_empty()).then(|| format!("{what}: {}", found.join(", ")))
    }));
    lines.extend(analysis.noise_floor.map(noise_floor));
    lines.extend(analysis.reached_precision().map(|half_width| {
        format!("ratios of throughput are known to {} in the median", percent(half_width))
    }));
    lines.extend(stopped(cells));
    lines.iter().map(|line| wrap(line)).collect::<Vec<_>>().join("\n")
}

/// What the marks that are there mean.
pub(super) fn marks(shown: &[&Comparison]) -> Vec<String> {
    let mut lines = Vec::new();
    if shown.iter().any(|it| it.trust != Trust::TooNoisy) {
        lines.push(ranks(shown.iter().map(|it| &it.cell)));
    }
    if shown.iter().any(|it| it.trust == Trust::Preview) {
        lines.push("? is a preview: fewer than 5 processes, so ranks may change".to_owned());
    }
    if shown.iter().any(|it| matches!(it.cell, Cell::Latency { .. })) {
        lines.push(
            "latencies are told where 50 jobs of a visit lie beyond them, and whoever submits \
             was on time for them"
                .to_owned(),
        );
    }
    for noisy in shown.iter().filter(|it| it.trust == Trust::TooNoisy) {
        let title = noisy.quantity().title;
        lines.push(format!("~ {}, {title}: {}", noisy.cell, too_noisy(noisy)));
    }
    for comparison in shown {
        let line = fell_behind(comparison).map(|words| format!("{}: {words}", comparison.cell));
        // Of several quantities of a cell, once.
        lines.extend(line.filter(|line| !lines.contains(line)));
    }
    lines
}

/// Why a comparison has no ranks.
pub(crate) fn too_noisy(comparison: &Comparison) -> String {
    match comparison.twin {
        Some(twin) => {
            /// Beyond, no percentage says anything.
            const FAR: f64 = 10.0;
            let [low, high] = [twin.low, twin.high].map(|ratio| percent(ratio - 1.0));
            let matters = percent(comparison.quantity().difference);
            let how = if twin.high > FAR || twin.low < FAR.recip() {
                "may differ tenfold or more".to_owned()
            } else {
                format!("differs by {low} to {high}")
            };
            format!(
                "too noisy for ranks: with 95 % confidence, the same backend twice {how}, where \
                 {matters} matters"
            )
        }
        None => "too noisy for ranks".to_owned(),
    }
}

/// A length of jobs in words: `"412 ns"`, `"at most 1.00 µs"`.
pub(crate) fn length(length: Length) -> String {
    match length {
        Length::At(interval) => time(interval.estimate),
        Length::AtMost(nanos) => format!("at most {}", time(nanos)),
        Length::Beyond(nanos) => format!("over {}", time(nanos)),
    }
}

/// Why measuring has ended, cell by cell: those that could be better are named.
fn stopped(cells: &[CellState]) -> Vec<String> {
    let why = |reason| cells.iter().filter(move |it| it.stopped == reason);
    let precise = why(Stopped::Precise).count();
    let mut lines = Vec::new();
    if precise > 0 {
        lines.push(format!("measured until precise enough: {precise} of {} cells", cells.len()));
    }
    for (reason, words) in [
        (Stopped::Processes, "not precise enough with all processes that were planned"),
        (Stopped::Budget, "time was up for"),
        (Stopped::Interrupted, "interrupted before the end of"),
    ] {
        let names: Vec<String> = why(reason).map(|it| it.cell.to_string()).collect();
        if !names.is_empty() {
            lines.push(format!("{words}: {}", list(&names)));
        }
    }
    lines
}
