//! What stands below the tables: what the marks mean, and what else the run says.

use super::{
    words::{differences, list},
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
    lines.extend(analysis.noise_floor.map(|floor| {
        format!(
            "noise floor of throughput: one backend measured twice agrees with itself to {}",
            percent(floor)
        )
    }));
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
        let matters = differences(shown.iter().map(|it| &it.cell));
        lines.push(format!(
            "a rank is 1 and how many are shown to be better by {matters}; = has others beside it"
        ));
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
    lines
}

/// Why a comparison has no ranks.
pub(crate) fn too_noisy(comparison: &Comparison) -> String {
    match comparison.twin {
        Some(twin) => {
            // Few processes that disagree wildly give a bound that is but a long number.
            const MOST: f64 = 10.0;
            let low = percent(twin.low - 1.0);
            let high = match twin.high - 1.0 {
                more if more > MOST => format!("over {}", percent(MOST)),
                part => percent(part),
            };
            format!("too noisy for ranks: the same backend twice differed by {low} to {high}")
        }
        None => "too noisy for ranks".to_owned(),
    }
}

/// A length of jobs in words: `"412 ns"`, `"at most 1.00 us"`.
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
        (Stopped::Processes, "not precise after the most processes"),
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
