//! Comparisons in words.

use std::collections::BTreeSet;

use pool_statistics::{Interval, Verdict};

use crate::{
    analysis::{Analysis, Comparison, Granularity, Length, OneCore, Row, Trust},
    figures::{Scale, count, part, percent, time, value},
    preset::QUEUE,
    protocol::{Cell, Configuration, Quantity},
    quantity::Unit,
};

/// From which difference of a quantity on it matters: `"20 %"`, `"20 % and 1.00 ms"`.
pub(crate) fn matters(quantity: &Quantity) -> String {
    let part = percent(quantity.difference);
    if quantity.absolute > 0.0 {
        format!("{part} and {}", value(quantity.unit, quantity.absolute))
    } else {
        part
    }
}

/// What is said of one of two.
pub(crate) fn said(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Faster => "better",
        Verdict::SlightlyFaster => "a little better",
        Verdict::Equivalent => "equal",
        Verdict::SlightlySlower => "a little worse",
        Verdict::Slower => "worse",
        Verdict::Undecided => "not decided",
    }
}

/// What stands in place of ranks and words where noise hides them.
pub(super) const NOISY: &str = "~";

/// The rank of one of them: `"2"`, `"1="`; nothing for what was measured next to the backends.
pub(crate) fn rank(comparison: &Comparison, row: &Row) -> String {
    let is_noisy = comparison.trust == Trust::TooNoisy && row.contender.backend().is_some();
    row.rank_shown().unwrap_or_else(|| if is_noisy { NOISY } else { "" }.to_owned())
}

/// The cell without its kind; `preview` follows what is of few processes.
pub(crate) fn name(comparison: &Comparison, preview: &str) -> String {
    let cell = comparison.cell.to_string();
    let name = cell.split_once('/').map_or(&*cell, |(_, rest)| rest);
    format!("{name}{}", if comparison.trust == Trust::Preview { preview } else { "" })
}

/// Who could not keep up, and what that means; `None` if all could.
pub(crate) fn fell_behind(comparison: &Comparison) -> Option<String> {
    let names: Vec<String> = comparison.fell_behind.iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| {
        format!(
            "fell behind: {}; more jobs came than could be done, so this latency grows for as long \
             as they come: measure a lower rate, or more workers",
            list(&names)
        )
    })
}

/// Names, one after the other: `"a"`, `"a and b"`, `"a, b and c"`.
pub(crate) fn list<S: AsRef<str>>(names: &[S]) -> String {
    listed(names, "and")
}

/// The same, with another word before the last.
pub(crate) fn listed<S: AsRef<str>>(names: &[S], word: &str) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match &names[..] {
        [most @ .., last] if !most.is_empty() => format!("{} {word} {last}", most.join(", ")),
        one => one.concat(),
    }
}

/// How far from 1 a ratio may be; beyond ten times, no number says anything.
pub(super) fn off(twin: Interval) -> String {
    let off = (twin.high - 1.0).max(1.0 - twin.low);
    if off < 10.0 { percent(off) } else { "over 1000 %".to_owned() }
}

/// What is said of fewer processes than statistics need.
pub(crate) const PREVIEW: &str = "a preview: fewer than 5 processes, so ranks may change";

/// Why a comparison is not to be trusted in full.
pub(crate) fn doubts(comparison: &Comparison) -> Vec<String> {
    let of_trust = match comparison.trust {
        Trust::TooNoisy => Some(too_noisy(comparison)),
        Trust::Preview => Some(PREVIEW.to_owned()),
        Trust::Sound => None,
    };
    of_trust.into_iter().chain(fell_behind(comparison)).collect()
}

/// Why a comparison has no ranks.
pub(crate) fn too_noisy(comparison: &Comparison) -> String {
    let Some(twin) = comparison.twin else { return "too noisy for ranks".to_owned() };
    format!(
        "too noisy for ranks: the same backend, measured twice, differs from itself by up to {}, \
         where {} matters",
        off(twin),
        matters(comparison.quantity())
    )
}

/// How far a backend that is measured twice differs from itself.
pub(crate) fn noise(floor: f64) -> String {
    format!(
        "measured twice, one backend differs from itself by up to {}, in the median of the \
         throughput cells",
        percent(floor)
    )
}

/// How so many runs are taken together.
pub(crate) fn how_many(runs: usize) -> &'static str {
    if runs < 3 {
        "Values are the middle of the two runs. A ratio is between the ends of both intervals; a rank \
         holds in both runs."
    } else {
        "Values are the median of the runs. Ratios are over all runs that there might be, by random \
         effects, each with 95 % confidence; ranks hold over the runs."
    }
}

/// A length of jobs in words: `"412 [390, 440] ns"`, `"at most 1.00 µs"`.
pub(crate) fn length(length: Length) -> String {
    match length {
        Length::At(at) => Scale::of(Unit::Nanos, at.estimate).interval(at),
        Length::AtMost(nanos) => format!("at most {}", time(nanos)),
        Length::Beyond(nanos) => format!("over {}", time(nanos)),
    }
}

/// From which length on jobs are worth a pool, for each way of receiving.
pub(crate) fn efficient(analysis: &Analysis) -> Vec<String> {
    let of_each = analysis.granularity.chunk_by(|a, b| a.receive == b.receive);
    let line = |all: &[Granularity]| {
        let found: Vec<_> =
            all.iter().map(|it| format!("{} {}", it.contender, length(it.length))).collect();
        let receive = &all[0].receive;
        format!("shortest job at half of the ideal speed ({receive}): {}", found.join(", "))
    };
    of_each.map(line).collect()
}

/// The jobs of a cell: `"10us jobs"`.
pub(super) fn jobs(cell: &Cell) -> String {
    let workload = cell.workload().unwrap_or_default();
    format!("{} jobs", workload.strip_prefix("cpu-").unwrap_or(workload))
}

/// How often the workers of each backend had one core together, a line a cell.
pub(super) fn one_core(analysis: &Analysis) -> Vec<String> {
    let line = |all: &[OneCore]| {
        let one = |it: &OneCore| format!("{} {}", it.contender, part(it.share));
        let (cell, parts) = (&all[0].cell, all.iter().map(one).collect::<Vec<_>>());
        format!("{cell}: visits in which all workers together had one core: {}", parts.join(", "))
    };
    analysis.one_core.chunk_by(|a, b| a.cell == b.cell).map(line).collect()
}

/// What was asked for in a run: its preset, and what is not usual.
pub(crate) fn settings(plan: &Configuration) -> String {
    let mut words = vec![plan.preset.clone(), count(plan.workers, "worker")];
    if let [one] = &plan.cells[..] {
        words.push(one.cell.to_string());
    }
    words.extend(plan.input.as_ref().map(|it| it.name().into_owned()));
    words.extend((plan.producers > 1).then(|| count(plan.producers, "producer")));
    words.extend((plan.queue != QUEUE).then(|| format!("queue {}", plan.queue)));
    words.extend(plan.results_bound.map(|it| format!("results-bound {it}")));
    words.extend(plan.linger_us.is_none().then(|| "receive each".to_owned()));
    let swept: BTreeSet<_> = plan.cells.iter().flat_map(|it| it.cell.axes()).collect();
    for of_axis in swept.into_iter().collect::<Vec<_>>().chunk_by(|a, b| a.0 == b.0) {
        let values: Vec<_> = of_axis.iter().map(|(axis, value)| axis.shown(*value)).collect();
        words.push(format!("{}={}", of_axis[0].0, values.join(",")));
    }
    words.extend(plan.pinned.then(|| "--pin".to_owned()));
    let unpinned = !plan.pinned && !plan.workers_pinned;
    words.extend(unpinned.then(|| "workers not pinned".to_owned()));
    words.join(", ")
}
