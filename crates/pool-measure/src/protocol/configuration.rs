//! What a run measures, and how much of it: decided before the first visit, and kept in
//! `run.json`, so that the run can be resumed, repeated and understood.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Cell, Contender, Input, cell::Load};
use crate::{contender::Shape, latency::Latencies, placement::Placement};

/// All that decides what is measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// Where cells and amounts come from: `"quick"`, `"full"` or `"pick"`.
    pub preset: String,
    /// What orders, job lengths and arrivals are drawn from.
    pub seed: u64,
    /// Threads that run jobs, but for latency.
    pub workers: usize,
    /// Threads that run jobs where latency is measured, but for bursts: one core is left to whoever
    /// submits.
    pub latency_workers: usize,
    /// Jobs that may wait.
    pub queue: usize,
    /// For how long results are collected before they are taken, in microseconds; `None` to take
    /// each as it comes.
    pub linger_us: Option<u64>,
    /// Whether everything is kept to one core.
    pub pinned: bool,
    /// Whether each worker is kept to a core of its own, in the cells in which there are enough.
    #[serde(default)]
    pub workers_pinned: bool,
    /// Rounds of mixing in a microsecond: how long work is.
    pub rounds_per_micro: f64,
    /// The backends compared, in the order of the list. The first has a twin.
    pub backends: Vec<String>,
    /// The file that a workload is from, if one is.
    pub input: Option<Input>,
    /// What is measured, in the order in which it is.
    pub cells: Vec<CellPlan>,
    /// For how long to measure, in seconds, all visits together; `None` for as long as it takes.
    pub budget_s: Option<f64>,
    /// A cell has had enough processes when half the width of its intervals is this part or less;
    /// of quantities in which less matters, in proportion more.
    pub precision: f64,
}

impl Configuration {
    /// Threads that run jobs in a cell.
    pub fn workers_in(&self, cell: &Cell) -> usize {
        // A burst is over before whoever submitted it has anything else to do.
        let all = !cell.is_latency() || matches!(cell.load(), Some(Load::Burst(_)));
        if all { self.workers } else { self.latency_workers }
    }

    /// How the pools of a cell are set up.
    pub fn setting(&self, plan: &CellPlan) -> Setting {
        let batches = self.linger_us.map(Duration::from_micros);
        let workers = self.workers_in(&plan.cell);
        let linger = batches.filter(|_| !plan.cell.is_latency());
        let apart = self.workers_pinned && !matches!(plan.cell, Cell::Placement { .. });
        Setting { workers, apart, producers: 1, queue: self.queue, results: None, linger }
    }
}

/// How the pools of a cell are set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Threads that run jobs.
    pub workers: usize,
    /// Whether each of them is kept to a core of its own, if there are enough.
    pub apart: bool,
    /// Threads that submit, for throughput.
    pub producers: usize,
    /// Jobs that may wait.
    pub queue: usize,
    /// Results that may wait; `None` for any number.
    pub results: Option<usize>,
    /// For how long results are collected before they are taken; `None` to take each as it comes.
    pub linger: Option<Duration>,
}

impl From<Setting> for Shape {
    fn from(Setting { workers, apart, queue, results, linger, .. }: Setting) -> Self {
        let placement = if apart { Placement::apart(workers) } else { Placement::System };
        Self { workers, queue, results, linger, placement }
    }
}

/// How much is measured of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellPlan {
    /// What is measured.
    pub cell: Cell,
    /// Who is visited in each block.
    pub contenders: Vec<Contender>,
    /// Blocks in each process.
    pub blocks: u32,
    /// About how long a visit measures, in milliseconds.
    pub visit_ms: u32,
    /// Processes that there are to be in any case, if the budget allows.
    pub min_processes: u32,
    /// Processes that there are to be at most.
    pub max_processes: u32,
}

/// How many jobs the median of a latency takes.
pub const MEDIAN: usize = 2 * Latencies::ABOVE;

/// Rare jobs are waited for so many times as long as a visit measures.
pub const LONGER: u32 = 10;

/// Jobs in a second, of which a visit that measures so long can tell a median.
pub fn rarest(lasting: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a hundred or so")]
    let jobs = MEDIAN as f64;
    jobs / (lasting * LONGER).as_secs_f64()
}
