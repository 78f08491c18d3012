//! What a run measures, and how much of it: decided before the first visit, and kept in
//! `run.json`, so that the run can be resumed, repeated and understood.

use std::{borrow::Cow, path::Path};

use pool_measure::machine::cores;
use pool_workloads::{Speed, fresh_seed};
use serde::{Deserialize, Serialize};

use crate::{
    cell::Cell,
    contender::Contender,
    preset::{Amount, Preset, TOKIO},
};

/// All that decides what is measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Configuration {
    /// Where cells and amounts come from: `"quick"`, `"full"` or `"pick"`.
    pub(crate) preset: String,
    /// What orders, job lengths and arrivals are drawn from.
    pub(crate) seed: u64,
    /// Threads that run jobs, but for latency.
    pub(crate) workers: usize,
    /// Threads that run jobs where latency is measured: one core is left to whoever submits.
    pub(crate) latency_workers: usize,
    /// Jobs that may wait.
    pub(crate) queue: usize,
    /// For how long results are collected before they are taken, in microseconds; `None` to take
    /// each as it comes.
    pub(crate) linger_us: Option<u64>,
    /// Whether everything is kept to one core.
    pub(crate) pinned: bool,
    /// Rounds of mixing in a microsecond: how long work is.
    pub(crate) rounds_per_micro: f64,
    /// The backends compared, in the order of the list. The first has a twin.
    pub(crate) backends: Vec<String>,
    /// The file that a workload is from, if one is.
    pub(crate) input: Option<Input>,
    /// What is measured, in the order in which it is.
    pub(crate) cells: Vec<CellPlan>,
    /// For how long to measure, in seconds, all visits together; `None` for as long as it takes.
    pub(crate) budget_s: Option<f64>,
    /// A cell has had enough processes when half the width of its intervals is this part or less;
    /// of quantities in which less matters, in proportion more.
    pub(crate) precision: f64,
}

/// Jobs that may wait: enough that nobody waits for want of a place.
const QUEUE: usize = 1024;

/// For how long results are collected: most of the speed is had, whatever the scheduler does.
pub(crate) const LINGER_US: u64 = 100;

/// How many workers run jobs, and how many where latency is measured: as many as asked for; or
/// one a core, and there one less, for whoever submits.
pub(crate) fn workers(asked_for: Option<usize>) -> (usize, usize) {
    let cores = cores();
    asked_for.map_or((cores, cores.saturating_sub(1).max(1)), |workers| (workers, workers))
}

impl Configuration {
    /// These cells of these backends, otherwise as usual: the usual number of workers, results in
    /// batches, a fresh seed, the preset's time.
    pub(crate) fn new(
        preset: &Preset,
        cells: impl IntoIterator<Item = Amount>,
        backends: &[&str],
        speed: Speed,
    ) -> Self {
        let (workers, latency_workers) = workers(None);
        Self {
            preset: preset.name.to_owned(),
            seed: fresh_seed(),
            workers,
            latency_workers,
            queue: QUEUE,
            linger_us: Some(LINGER_US),
            pinned: false,
            rounds_per_micro: speed.rounds_per_micro(),
            backends: backends.iter().copied().map(str::to_owned).collect(),
            input: None,
            cells: cells.into_iter().map(|amount| amount.plan(backends)).collect(),
            budget_s: Some(preset.budget_s),
            precision: preset.precision,
        }
    }

    /// Threads that run jobs in a cell.
    pub(crate) fn workers_in(&self, cell: &Cell) -> usize {
        if cell.is_latency() { self.latency_workers } else { self.workers }
    }

    /// The same without some backends. The first that is left has the twin.
    pub(crate) fn without(mut self, broken: &[String]) -> Self {
        if broken.is_empty() {
            return self;
        }
        self.backends.retain(|name| !broken.contains(name));
        for plan in &mut self.cells {
            plan.contenders.retain(|contender| match contender {
                Contender::Backend(name) | Contender::BareLoop(name) => !broken.contains(name),
                Contender::Twin(_) => false,
                Contender::AsyncLane => !broken.iter().any(|name| name == TOKIO),
                Contender::Serial => true,
            });
            plan.contenders.extend(self.backends.first().cloned().map(Contender::Twin));
        }
        self
    }
}

/// How much is measured of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CellPlan {
    pub(crate) cell: Cell,
    /// Who is visited in each block.
    pub(crate) contenders: Vec<Contender>,
    /// Blocks in each process.
    pub(crate) blocks: u32,
    /// About how long a visit measures, in milliseconds.
    pub(crate) visit_ms: u32,
    /// Processes that there are to be in any case, if the budget allows.
    pub(crate) min_processes: u32,
    /// Processes that there are to be at most.
    pub(crate) max_processes: u32,
}

/// A trace or a profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    pub(crate) kind: InputKind,
    /// Absolute: a run may be resumed from elsewhere.
    pub(crate) path: String,
    /// The SHA-256 of its content, in hexadecimal digits: a run is resumed with the same.
    pub(crate) sha256: String,
}

impl Input {
    /// What the file is called. What is shown of a run may be passed on, and directories may have
    /// the names of users.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        Path::new(&self.path).file_name().unwrap_or_default().to_string_lossy()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum InputKind {
    Trace,
    Profile,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset::{brief, quick};

    #[test]
    fn without_a_backend_all_that_is_its_own_is_left_out_and_the_next_has_the_twin() {
        let cells = ["throughput/blocking-1ms", "throughput/empty"];
        let cells = cells.map(|cell| brief(cell.parse().unwrap()));
        let backends = ["tokio", "std", "flume"];
        let all = Configuration::new(&quick(), cells, &backends, Speed::new(1.0));
        let left = all.clone().without(&["tokio".to_owned()]);
        assert_eq!(left.backends, ["std", "flume"]);
        for plan in &left.cells {
            let names: Vec<_> = plan.contenders.iter().map(ToString::to_string).collect();
            assert_eq!(names, ["std", "flume", "std (twin)"]);
        }
        assert_eq!(all.clone().without(&[]), all);
    }
}
