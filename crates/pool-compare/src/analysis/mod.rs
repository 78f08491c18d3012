//! What the samples of a run say: everything that is shown, ranked or picked comes from here.
//!
//! # The method
//!
//! What is repeated is a fresh process, for two runs of one program differ by more than two
//! measurements in one run (Kalibera and Jones, "Rigorous Benchmarking in Reasonable Time", ISMM
//! 2013). Two contenders are compared
//!
//! 1. block by block: the logarithm of the ratio of their values, which were measured one soon
//!    after the other, in an order that was drawn; so a machine that is slow for longer than a
//!    block does nothing to it;
//! 2. by the median over the blocks of a process, to which a burst of other work that hits one
//!    contender in one block of three or more does little;
//! 3. by the mean over processes, with Student's interval, which is made wider for the number of
//!    pairs by Bonferroni's correction: with 95 % confidence all pairs of a comparison are in
//!    their intervals at once.
//!
//! All quantities are times or sizes, so less is better, and what a difference has to be to matter
//! belongs to each [`Quantity`](crate::quantity::Quantity). Where it is not shown that twins,
//! which are the same backends, differ by less than that from their originals, there are no ranks.
//!
//! # How often it is right
//!
//! What `simulation` finds on machines of which the truth is known stands in
//! [methodology.md](../../../pool-guide/methodology.md#how-it-was-validated).
//!
//! [`precise`] ends measuring by what was measured so far, and an interval that is narrow by luck
//! ends it early. So the twins' has to be as narrow, which is another witness of the same noise.
//!
//! # As JSON
//!
//! An [`Analysis`] is serialized for programs as this; names are stable. A `value` is in the unit
//! in which the name of the quantity ends, a `ratio`, a `twin`, an `efficiency` and the
//! `noise_floor` are parts of one, and every interval has its estimate between its bounds.
//!
//! ```json
//! {
//!   "comparisons": [{
//!     "cell": "throughput/cpu-10us",
//!     "setting": { "workers": 2, "apart": true, "producers": 1, "queue": 1024,
//!                  "results_bound": null, "linger_us": 100 },
//!     "quantity": "time_per_job_ns", "processes": 8, "of": 8,
//!     "twin": { "low": 0.99, "estimate": 1.0, "high": 1.01 }, "trust": "sound",
//!     "fell_behind": [],
//!     "rows": [{
//!       "contender": "std", "value": { "low": 5190.0, "estimate": 5200.0, "high": 5210.0 },
//!       "rank": 1, "tied": false, "efficiency": 0.96,
//!       "core_time_ns": { "low": 370.0, "estimate": 400.0, "high": 430.0 }
//!     }],
//!     "pairs": [{
//!       "a": "std", "b": "flume", "ratio": { "low": 0.88, "estimate": 0.9, "high": 0.92 },
//!       "verdict": "faster"
//!     }],
//!     "beside": [{
//!       "a": "serial loop", "b": "std", "ratio": { "low": 1.7, "estimate": 1.8, "high": 1.9 },
//!       "verdict": "slower"
//!     }]
//!   }],
//!   "granularity": [
//!     { "contender": "std", "receive": "recv", "processes": 8, "length_ns": { "at-most": 1000.0 } },
//!     { "contender": "flume", "receive": "recv", "processes": 8,
//!       "length_ns": { "at": { "low": 4500.0, "estimate": 5000.0, "high": 5500.0 } } },
//!     { "contender": "rayon", "receive": "recv", "processes": 8, "length_ns": { "beyond": 1e6 } }
//!   ],
//!   "scaling": [{
//!     "axis": "workers", "cell": "throughput/cpu-10us", "receive": "recv",
//!     "values": [1, 2, 4, 6, 8, 12],
//!     "curves": [{
//!       "contender": "std", "rates": [{ "low": 9.8e4, "estimate": 9.9e4, "high": 1e5 }, ...],
//!       "law": {
//!         "serial": { "low": 0.04, "estimate": 0.05, "high": 0.06 },
//!         "coherence": { "low": 0.0, "estimate": 0.001, "high": 0.002 },
//!         "gains_up_to": { "low": 21.0, "estimate": 24.0, "high": 24.0 }, "misses": 0.01
//!       }
//!     }]
//!   }],
//!   "one_core": [{
//!     "cell": "placement/cpu-10us", "contender": "std", "visits": 80,
//!     "share": { "low": 0.04, "estimate": 0.09, "high": 0.17 }
//!   }],
//!   "noise_floor": 0.01
//! }
//! ```
//!
//! `trust` is `sound`, `preview` or `too-noisy`; a `verdict` is `faster`, `slightly-faster`,
//! `equivalent`, `slightly-slower`, `slower` or `undecided`, and is said of `a`. What there is
//! none of is `null`: ranks if it is too noisy, the efficiency of what is no throughput, the law of
//! a curve of fewer than six counts of workers.

mod across;
mod compare;
#[cfg(test)]
pub(crate) mod fixture;
mod granularity;
mod lookup;
mod rank;
mod scaling;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
mod visits;

use pool_measure::machine::parallelism;
use pool_statistics::{Interval, Verdict, median, scalability};
use serde::{Deserialize, Serialize};

#[cfg(test)]
pub(crate) use self::compare::place;
pub(crate) use self::{
    across::{Outside, across},
    granularity::job_length,
    scaling::{Curve, Scaling, scaling},
};
use self::{compare::compare, visits::Visits};
use crate::{
    cell::Kind,
    protocol::{Cell, CellPlan, Configuration, Contender, Sample, Setting},
    quantity::THROUGHPUT,
};

/// What the samples of a run say.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Analysis {
    /// A comparison for each cell and each quantity that was measured in it, in the order of the
    /// configuration.
    pub(crate) comparisons: Vec<Comparison>,
    /// For each way of receiving and each backend, from the throughput of mixing workloads; empty
    /// if there were fewer than two lengths that were not too noisy.
    pub(crate) granularity: Vec<Granularity>,
    /// For each axis that was swept and each kind of jobs.
    pub(crate) scaling: Vec<Scaling>,
    /// Of each backend in cells in which the system placed its workers, if there were several.
    pub(crate) one_core: Vec<OneCore>,
    /// The half-width of the twins' intervals, the median of all throughput cells, as a part of
    /// one; `None` if there are none.
    pub(crate) noise_floor: Option<f64>,
}

/// One quantity in one cell, of everyone.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Comparison {
    pub(crate) cell: Cell,
    /// How its pools are set up.
    pub(crate) setting: Setting,
    /// The key of the quantity, as in `Cell::quantities`.
    pub(crate) quantity: &'static str,
    /// Processes that are complete, and have the quantity.
    pub(crate) processes: usize,
    /// Processes that are complete.
    pub(crate) of: usize,
    /// Of twins over their originals, with 95 % confidence: how far from 1 a ratio comes without
    /// any cause. `None` if no twin was visited, or in one process only.
    pub(crate) twin: Option<Interval>,
    /// Whether ranks may be given.
    pub(crate) trust: Trust,
    /// Of a latency, those to whom more jobs came than they could do: it grows for as long as
    /// they come, so it is that of the visit and not of a pool.
    pub(crate) fell_behind: Vec<Contender>,
    /// Backends, in the order of the configuration, and then what is measured beside them.
    pub(crate) rows: Vec<Row>,
    /// Every two backends, each pair once, in the order of the rows.
    pub(crate) pairs: Vec<Pair>,
    /// What is measured beside the backends, over each of them; each with 95 % confidence of its
    /// own.
    pub(crate) beside: Vec<Pair>,
}

/// How far a comparison may be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Trust {
    /// Enough processes, and the twins are equal.
    Sound,
    /// Fewer processes than statistics need.
    Preview,
    /// That the twins differ by less than matters is not shown: no ranks.
    TooNoisy,
}

/// One contender.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) contender: Contender,
    /// In the unit of the quantity; the geometric mean over processes of the median over blocks,
    /// and its interval of 95 % confidence. With one process, both bounds are the estimate.
    pub(crate) value: Interval,
    /// 1 plus how many backends are shown to be better by at least the difference that matters,
    /// be it by way of a third; `None` beside the backends, or if there are no ranks.
    pub(crate) rank: Option<usize>,
    /// Whether others have the same rank.
    pub(crate) tied: bool,
    /// Part of the ideal speed, from 0 to about 1, for the time per job where one thread alone
    /// was measured too.
    pub(crate) efficiency: Option<f64>,
    /// Core time that a job costs next to its own work, in nanoseconds, with 95 % confidence: where
    /// there is an efficiency. What cores cost that wait is in it; noise can make it negative.
    #[serde(rename = "core_time_ns")]
    pub(crate) core_time: Option<Interval>,
}

/// Two contenders: the value of `a` over that of `b`, block by block.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Pair {
    pub(crate) a: Contender,
    pub(crate) b: Contender,
    /// With 95 % confidence for all pairs of backends together. With one process, both bounds are the
    /// estimate, and nothing is decided.
    pub(crate) ratio: Interval,
    /// What is said of `a`.
    pub(crate) verdict: Verdict,
}

/// How often all workers of a backend together had one core for a whole visit: because the system
/// placed them there, or because others had the rest.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct OneCore {
    pub(crate) cell: Cell,
    pub(crate) contender: Contender,
    /// Of so many visits.
    pub(crate) visits: usize,
    /// This part of one, with 95 % confidence.
    pub(crate) share: Interval,
}

/// The shortest job at which a backend reaches half of the ideal speed.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Granularity {
    pub(crate) contender: Contender,
    /// How results are received.
    pub(crate) receive: String,
    /// Processes that there are of every length.
    pub(crate) processes: usize,
    #[serde(rename = "length_ns")]
    pub(crate) length: Length,
}

/// A length of jobs, or that it lies outside of those measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Length {
    /// In nanoseconds, with the 95 % interval over processes.
    At(Interval),
    /// At most this long, in nanoseconds: the shortest measured.
    AtMost(f64),
    /// Not even at this length, in nanoseconds: the longest measured.
    Beyond(f64),
}

/// Says what the samples of a run mean. `cores` is how many threads could run at once where they
/// were measured, which need not be here.
///
/// Processes that are not complete do not count: those that have not visited everyone in every
/// block. What was not measured of every backend is not compared.
pub(crate) fn analyse(configuration: &Configuration, cores: usize, samples: &[Sample]) -> Analysis {
    let cells = configuration.cells.iter().map(|plan| Visits::of(plan, samples));
    let cells: Vec<Visits<'_>> = cells.collect();
    // On one core no two work at once.
    let parallel = |workers| parallelism(if configuration.pinned { 1 } else { workers }, cores);
    let comparisons = cells.iter().flat_map(|cell| {
        let setting = configuration.setting(cell.cell);
        let quantities = cell.cell.quantities().iter();
        quantities.filter_map(move |it| compare(cell, it, setting, parallel(setting.workers)))
    });
    let comparisons: Vec<Comparison> = comparisons.collect();
    let law = |_: &Cell, points: &[(usize, &Cell)], contender: &Contender| {
        let levels = |(workers, cell): &(usize, &Cell)| {
            let logs = cells.iter().find(|it| it.cell == *cell)?.logs(&THROUGHPUT[0])?;
            Some((*workers, logs.levels(logs.place(contender)?)))
        };
        scalability(&points.iter().map(levels).collect::<Option<Vec<_>>>()?)
    };
    let is_placed = |it: &&Visits<'_>| {
        let workers = configuration.workers_in(it.cell);
        it.cell.kind() == Kind::Placement && parallel(workers) > 1
    };
    let parallelism = parallel(configuration.workers);
    let timed = comparisons.iter().filter(|it| it.is_time_per_job());
    let twins = timed.filter_map(|it| Some(it.twin?.half_width()));
    Analysis {
        granularity: granularity::granularity(&cells, &comparisons, parallelism),
        scaling: scaling(&comparisons, law),
        one_core: cells.iter().filter(is_placed).flat_map(Visits::one_core).collect(),
        noise_floor: median(twins),
        comparisons,
    }
}

/// Whether a cell has had enough processes: every pair of backends either differs by more than
/// matters, or its interval has a half-width of at most `precision`, and so has that of the twins;
/// and the twins are equal. The precision is that of throughput; of quantities in which less
/// matters, in proportion more is enough.
///
/// That is asked of the main quantity, or of the first that was measured. Fewer processes than
/// the plan wants in any case, or than two, are never enough.
pub(crate) fn precise(plan: &CellPlan, samples: &[Sample], precision: f64) -> bool {
    let visits = Visits::of(plan, samples);
    let mut quantities = plan.cell.quantities().iter();
    let measured = quantities.find_map(|it| Some((it, visits.logs(it)?)));
    let Some((quantity, logs)) = measured else { return false };
    let least = usize::try_from(plan.min_processes).unwrap_or(usize::MAX).max(2);
    logs.processes.len() >= least && compare::settled(&logs, quantity, precision)
}
