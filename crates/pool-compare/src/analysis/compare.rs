//! One quantity in one cell, of everyone.

use pool_measure::granularity::efficiency;
use pool_statistics::{Interval, Verdict, mean, mean_interval, median};

use super::{
    Comparison, Pair, Row, Trust,
    rank::ranks,
    visits::{Logs, Visits},
};
use crate::{
    protocol::{Cell, Contender, Quantity, Setting},
    quantity::{FINE, THROUGHPUT},
};

/// How many processes an interval needs to be worth much: with fewer, Student's t is large and
/// one odd process decides.
const ENOUGH: usize = 5;

/// Compares everyone in what was measured of a quantity in a cell, whose pools are set up so, and of
/// which so many jobs can run at once; `None` if it was not measured.
pub(super) fn compare(
    visits: &Visits<'_>,
    quantity: &'static Quantity,
    setting: Setting,
    parallelism: u32,
) -> Option<Comparison> {
    let logs = &visits.logs(quantity)?;
    let twin = twins(logs);
    let trust = match twin {
        Some(twin) if !twin.within(quantity.difference) => Trust::TooNoisy,
        _ if logs.processes.len() < ENOUGH => Trust::Preview,
        _ => Trust::Sound,
    };
    let pairs: Vec<Pair> = pairs(logs, quantity).collect();
    let timed = matches!(visits.cell, Cell::Throughput { .. }) && quantity.key == THROUGHPUT[0].key;
    let geometric_mean =
        |parts: Vec<f64>| mean(&parts.into_iter().map(f64::ln).collect::<Vec<_>>()).exp();
    let efficiency = |place| efficiencies(logs, place, parallelism).map(geometric_mean);
    let row = |(place, contender): (usize, &&Contender)| Row {
        contender: (*contender).clone(),
        value: interval(&logs.levels(place), 1),
        rank: None,
        tied: false,
        efficiency: if timed { efficiency(place) } else { None },
        core_time: if timed { core_time(logs, place, parallelism) } else { None },
    };
    let mut rows: Vec<Row> = logs.contenders.iter().enumerate().map(row).collect();
    if trust != Trust::TooNoisy {
        place(&mut rows[..logs.backends()], &pairs);
    }
    Some(Comparison {
        cell: visits.cell.clone(),
        setting,
        quantity: quantity.key,
        processes: logs.processes.len(),
        of: logs.of,
        twin,
        trust,
        fell_behind: visits.fell_behind(),
        rows,
        pairs,
        beside: beside(logs, quantity).collect(),
    })
}

/// Whether no more processes are needed, as [`precise`](super::precise) tells.
pub(super) fn settled(logs: &Logs<'_>, quantity: &Quantity, precision: f64) -> bool {
    let twins = twins(logs);
    if twins.is_some_and(|ratio| !ratio.within(quantity.difference)) {
        return false;
    }
    // Where less matters, less has to be known.
    let narrow =
        |ratio: Interval, difference: f64| ratio.half_width() <= precision * difference / FINE;
    let narrow_twins = twins.is_none_or(|ratio| narrow(ratio, quantity.difference));
    // Where every pair is decided, all that the twins have to be is equal.
    pairs(logs, quantity).all(|pair| {
        let difference = difference(logs, quantity, &pair.a, &pair.b);
        pair.verdict.is_strict() || (narrow_twins && narrow(pair.ratio, difference))
    })
}

/// From which difference on it matters between two that were measured, as a part of one.
fn difference(logs: &Logs<'_>, quantity: &Quantity, a: &Contender, b: &Contender) -> f64 {
    let value = |of| logs.place(of).map(|place| mean(&logs.levels(place)).exp());
    let lesser = [a, b].into_iter().filter_map(value).min_by(f64::total_cmp);
    quantity.difference_from(lesser.unwrap_or_default())
}

/// The twins over their originals; `None` without twins, or with too few processes for an interval.
fn twins(logs: &Logs<'_>) -> Option<Interval> {
    (logs.twins.len() > 1).then(|| interval(&logs.twins, 1))
}

/// Every two backends.
pub(super) fn pairs(logs: &Logs<'_>, quantity: &Quantity) -> impl Iterator<Item = Pair> {
    let backends = logs.backends();
    let comparisons = backends * backends.saturating_sub(1) / 2;
    let each_pair = (0..backends).flat_map(move |a| (a + 1..backends).map(move |b| (a, b)));
    each_pair.map(move |both| pair(logs, both, comparisons, quantity))
}

/// What is measured beside the backends over each of them.
fn beside(logs: &Logs<'_>, quantity: &Quantity) -> impl Iterator<Item = Pair> {
    let backends = logs.backends();
    let others = backends..logs.contenders.len();
    let each = others.flat_map(move |a| (0..backends).map(move |b| (a, b)));
    each.map(move |both| pair(logs, both, 1, quantity))
}

/// With one process there is an estimate, of which nothing can be said.
fn pair(logs: &Logs<'_>, (a, b): (usize, usize), comparisons: usize, quantity: &Quantity) -> Pair {
    let ratios = logs.ratios(a, b);
    let ratio = interval(&ratios, comparisons);
    let [a, b] = [a, b].map(|place| logs.contenders[place].clone());
    let verdict = match ratios.len() {
        0 | 1 => Verdict::Undecided,
        _ => Verdict::of(ratio, difference(logs, quantity, &a, &b)),
    };
    Pair { a, b, ratio, verdict }
}

/// Of what these are the logarithms, one of each process.
pub(super) fn interval(logs: &[f64], comparisons: usize) -> Interval {
    mean_interval(logs, comparisons).exp()
}

/// Part of the ideal speed in each process; `None` if one thread alone was not measured.
pub(super) fn efficiencies(logs: &Logs<'_>, of: usize, parallelism: u32) -> Option<Vec<f64>> {
    let serial = logs.place(&Contender::Serial).filter(|serial| *serial != of)?;
    let speed_ups = logs.ratios(serial, of).into_iter().map(f64::exp);
    Some(speed_ups.map(|speed_up| efficiency(speed_up, parallelism)).collect())
}

/// What a job costs of the cores that run at once, less what it takes one thread alone: in each
/// process the median over blocks, then the mean. Not of logarithms, for it may be below 0.
fn core_time(logs: &Logs<'_>, of: usize, parallelism: u32) -> Option<Interval> {
    let serial = logs.place(&Contender::Serial).filter(|serial| *serial != of)?;
    let cost = |(own, alone): (&f64, &f64)| f64::from(parallelism) * own.exp() - alone.exp();
    let blocks = logs.values[of].iter().zip(&logs.values[serial]);
    let costs = blocks.filter_map(|(own, alone)| median(own.iter().zip(alone).map(cost)));
    Some(mean_interval(&costs.collect::<Vec<_>>(), 1))
}

/// Gives the backends their ranks.
pub(crate) fn place(backends: &mut [Row], pairs: &[Pair]) {
    let place = |of: &Contender| backends.iter().position(|row| row.contender == *of);
    let better = pairs.iter().filter_map(|pair| match pair.verdict {
        Verdict::Faster => Some((place(&pair.a)?, place(&pair.b)?)),
        Verdict::Slower => Some((place(&pair.b)?, place(&pair.a)?)),
        _ => None,
    });
    let better: Vec<_> = better.collect();
    let ranks = ranks(backends.len(), &better);
    for (row, rank) in backends.iter_mut().zip(&ranks) {
        row.rank = Some(*rank);
        row.tied = ranks.iter().filter(|other| *other == rank).count() > 1;
    }
}
