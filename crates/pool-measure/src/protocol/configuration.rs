//! What a run measures, and how much of it: decided before the first visit, and kept in
//! `run.json`, so that the run can be resumed, repeated and understood.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Axis, Cell, Contender, Input, cell::Load};
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
    /// Threads that run jobs where latency is measured, but for bursts: one core is left to the
    /// thread that submits.
    pub latency_workers: usize,
    /// Threads that submit where throughput is measured.
    #[serde(default = "one")]
    pub producers: usize,
    /// Jobs that may wait.
    pub queue: usize,
    /// Results that may wait; `None` for any number.
    #[serde(default)]
    pub results_bound: Option<usize>,
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

/// Runs of before had one producer.
fn one() -> usize {
    1
}

/// Of nothing yet: with one worker, one producer, 1,024 jobs that may wait, and results taken one by
/// one.
impl Default for Configuration {
    fn default() -> Self {
        Self {
            preset: String::new(),
            seed: 0,
            workers: 1,
            latency_workers: 1,
            producers: one(),
            queue: 1024,
            results_bound: None,
            linger_us: None,
            pinned: false,
            workers_pinned: false,
            rounds_per_micro: 1.0,
            backends: Vec::new(),
            input: None,
            cells: Vec::new(),
            budget_s: None,
            precision: 0.05,
        }
    }
}

impl Configuration {
    /// Threads that run jobs in a cell.
    pub fn workers_in(&self, cell: &Cell) -> usize {
        self.setting(cell).workers
    }

    /// How results are received in a throughput cell that says nothing else.
    pub fn receive(&self) -> String {
        self.setting(&Cell::throughput("")).receive()
    }

    /// How the pools of a cell are set up.
    pub fn setting(&self, cell: &Cell) -> Setting {
        let is_latency = cell.is_latency();
        // A burst is over before the thread that submitted it has anything else to do.
        let all = !is_latency || matches!(cell.load(), Some(Load::Burst(_)));
        let mut setting = Setting {
            workers: if all { self.workers } else { self.latency_workers },
            apart: self.workers_pinned && !matches!(cell, Cell::Placement { .. }),
            producers: self.producers,
            queue: self.queue,
            results_bound: self.results_bound,
            linger_us: self.linger_us.filter(|_| !is_latency),
        };
        for (axis, value) in cell.axes() {
            match axis {
                Axis::Workers => setting.workers = value,
                Axis::Producers => setting.producers = value,
                Axis::Queue => setting.queue = value,
                Axis::ResultsBound => setting.results_bound = Some(value),
                Axis::Receive => setting.linger_us = (value > 0).then_some(value as u64),
            }
        }
        setting
    }
}

/// How the pools of a cell are set up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
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
    pub results_bound: Option<usize>,
    /// For how long results are collected before they are taken, in microseconds; `None` to take
    /// each as it comes.
    pub linger_us: Option<u64>,
}

impl Setting {
    /// Its value on an axis of numbers; `None` where nothing is bounded, and of how results are
    /// received.
    pub fn on(&self, axis: Axis) -> Option<usize> {
        match axis {
            Axis::Workers => Some(self.workers),
            Axis::Producers => Some(self.producers),
            Axis::Queue => Some(self.queue),
            Axis::ResultsBound => self.results_bound,
            Axis::Receive => None,
        }
    }

    /// How results are received: the call, and for how long it waits for more.
    pub fn receive(&self) -> String {
        self.linger_us.map_or_else(|| "recv".to_owned(), |micros| format!("recv_batch {micros} µs"))
    }
}

impl From<Setting> for Shape {
    fn from(setting: Setting) -> Self {
        let Setting { workers, apart, queue, results_bound: results, linger_us, .. } = setting;
        let linger = linger_us.map(Duration::from_micros);
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
    /// Who is visited in each block; of the twins one, another in each process.
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

impl CellPlan {
    /// Who is visited in each block of a process: everyone but twins, and one of these, in the next
    /// process another.
    pub fn visited(&self, process: u32) -> impl Iterator<Item = &Contender> {
        let (twins, others): (Vec<_>, Vec<_>) = self.contenders.iter().partition(|it| it.is_twin());
        let turn = (process as usize).checked_rem(twins.len());
        others.into_iter().chain(turn.map(|it| twins[it]))
    }

    /// How many visits a process makes.
    pub fn visits(&self) -> usize {
        self.visited(0).count() * self.blocks as usize
    }
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
