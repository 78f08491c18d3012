//! A cell: one thing that is measured of every contender, side by side.
//!
//! Its name is what stands in files and on the command line: `throughput/cpu-10us`,
//! `throughput/cpu-10us/workers=4`, `latency/cpu-10us/80%`, `latency/cpu-10us/2000-per-s`,
//! `shutdown/idle`, `cost/sparse`.

use std::{collections::BTreeMap, fmt, str::FromStr};

use pool_workloads::Arrivals;
use serde::{Deserialize, Serialize};

use super::{
    axis::Axis,
    quantity::{self, Quantity},
};

/// What is measured at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Cell {
    /// Batches through a running pool, as fast as it takes them.
    Throughput {
        /// Which jobs: `"cpu-10us"`.
        workload: String,
        /// What it has otherwise than its run; often nothing.
        axes: BTreeMap<Axis, usize>,
    },
    /// Jobs that are due at drawn times, whether or not a worker is free.
    Latency {
        /// Which jobs.
        workload: String,
        /// How many come.
        load: Load,
    },
    /// One way to end.
    Shutdown(Scenario),
    /// What a pool costs while it has little to do.
    Cost(Upkeep),
}

/// The kinds of cells, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Jobs as fast as they are taken.
    Throughput,
    /// How long jobs take that come at their own times.
    Latency,
    /// The ways to end.
    Shutdown,
    /// What a pool costs that has little to do.
    Cost,
}

/// How many jobs are due in a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Load {
    /// A part of what the contender itself can do, in percent.
    Capacity(u8),
    /// So many a second, for everyone.
    Rate(f64),
    /// As in the trace that the workload is from.
    Recorded,
}

/// A way to end; [`shutdown`](crate::shutdown) defines each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// Closed while the workers wait.
    Idle,
    /// Closed with jobs queued, which are run.
    Drain,
    /// Stopped with jobs queued, which come back.
    StopBacklog,
    /// Stopped under jobs that wait on their context.
    StopWaiting,
    /// Stopped under jobs that look at their context.
    StopPolling,
    /// Stopped under jobs that ignore it.
    StopDeaf,
    /// From the last result received to all threads joined.
    LastCompletion,
}

/// A cost beside that of jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upkeep {
    /// CPU time of a job, if one comes every millisecond.
    Sparse,
    /// CPU time of workers that wait.
    Idle,
    /// Memory of a pool whose queue, results and workers are full.
    Memory,
}

impl Kind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Throughput, Self::Latency, Self::Shutdown, Self::Cost];

    /// What the names of its cells begin with.
    pub fn name(self) -> &'static str {
        match self {
            Self::Throughput => "throughput",
            Self::Latency => "latency",
            Self::Shutdown => "shutdown",
            Self::Cost => "cost",
        }
    }
}

impl Scenario {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 7] = [
        Self::Idle,
        Self::Drain,
        Self::StopBacklog,
        Self::StopWaiting,
        Self::StopPolling,
        Self::StopDeaf,
        Self::LastCompletion,
    ];

    /// Its name in that of a cell.
    pub fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Drain => "drain",
            Self::StopBacklog => "stop-backlog",
            Self::StopWaiting => "stop-waiting",
            Self::StopPolling => "stop-polling",
            Self::StopDeaf => "stop-deaf",
            Self::LastCompletion => "last-completion",
        }
    }

    /// What happens, in a few words.
    fn describe(self) -> &'static str {
        match self {
            Self::Idle => "closed while workers wait",
            Self::Drain => "closed with 1,000 jobs queued, which are run",
            Self::StopBacklog => "stopped with 100,000 jobs queued, which come back",
            Self::StopWaiting => "stopped under jobs that wait on their context",
            Self::StopPolling => "stopped under jobs that look at their context",
            Self::StopDeaf => "stopped under jobs that do not listen, their time left out",
            Self::LastCompletion => "from the last result received to all threads joined",
        }
    }
}

impl Upkeep {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Sparse, Self::Idle, Self::Memory];

    /// Its name in that of a cell.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sparse => "sparse",
            Self::Idle => "idle",
            Self::Memory => "memory",
        }
    }

    /// What is measured, in a few words.
    fn describe(self) -> &'static str {
        match self {
            Self::Sparse => "CPU time of a job, if one comes every millisecond",
            Self::Idle => "CPU time of workers that wait",
            Self::Memory => "bytes with queue, results and workers full",
        }
    }
}

impl Cell {
    /// Throughput of a workload.
    pub fn throughput(workload: impl Into<String>) -> Self {
        Self::Throughput { workload: workload.into(), axes: BTreeMap::new() }
    }

    /// What it has otherwise than its run: of throughput alone.
    pub fn axes(&self) -> impl Iterator<Item = (Axis, usize)> + '_ {
        let axes = if let Self::Throughput { axes, .. } = self { Some(axes) } else { None };
        axes.into_iter().flatten().map(|(axis, value)| (*axis, *value))
    }

    /// The same with another value on an axis, or with that of its run; of throughput alone.
    #[must_use]
    pub fn at(mut self, axis: Axis, value: Option<usize>) -> Self {
        if let Self::Throughput { axes, .. } = &mut self {
            axes.remove(&axis);
            axes.extend(value.map(|value| (axis, value)));
        }
        self
    }

    /// Of which kind it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Throughput { .. } => Kind::Throughput,
            Self::Latency { .. } => Kind::Latency,
            Self::Shutdown(_) => Kind::Shutdown,
            Self::Cost(_) => Kind::Cost,
        }
    }

    /// The workload, if the cell has one.
    pub fn workload(&self) -> Option<&str> {
        match self {
            Self::Throughput { workload, .. } | Self::Latency { workload, .. } => Some(workload),
            Self::Shutdown(_) | Self::Cost(_) => None,
        }
    }

    /// What is measured, in a few words.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Throughput { .. } => "jobs as fast as they are taken",
            Self::Latency { load: Load::Capacity(_), .. } => {
                "jobs due at this part of each one's own capacity"
            }
            Self::Latency { .. } => "jobs due at this rate",
            Self::Shutdown(scenario) => scenario.describe(),
            Self::Cost(upkeep) => upkeep.describe(),
        }
    }

    /// Whether jobs are due at their own times.
    pub fn is_latency(&self) -> bool {
        self.kind() == Kind::Latency
    }

    /// Whether jobs come as in a trace.
    pub fn is_recorded(&self) -> bool {
        matches!(self, Self::Latency { load: Load::Recorded, .. })
    }

    /// What is compared in it, the main quantity first.
    pub fn quantities(&self) -> &'static [Quantity] {
        match self {
            Self::Throughput { .. } => &quantity::THROUGHPUT,
            Self::Latency { .. } => &quantity::LATENCY,
            Self::Shutdown(Scenario::StopBacklog) => &quantity::STOP,
            Self::Shutdown(_) => &quantity::SHUTDOWN,
            Self::Cost(Upkeep::Sparse) => &quantity::SPARSE,
            Self::Cost(Upkeep::Idle) => &quantity::IDLE,
            Self::Cost(Upkeep::Memory) => &quantity::MEMORY,
        }
    }

    /// Whether each visit needs a process of its own: memory is counted for a whole process.
    pub fn alone(&self) -> bool {
        matches!(self, Self::Cost(Upkeep::Memory))
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind().name();
        match self {
            Self::Throughput { workload, axes } => {
                write!(f, "{kind}/{workload}")?;
                axes.iter()
                    .try_for_each(|(axis, value)| write!(f, "/{axis}={}", axis.shown(*value)))
            }
            Self::Latency { workload, load } => write!(f, "{kind}/{workload}/{load}"),
            Self::Shutdown(scenario) => write!(f, "{kind}/{}", scenario.name()),
            Self::Cost(upkeep) => write!(f, "{kind}/{}", upkeep.name()),
        }
    }
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Capacity(percent) => write!(f, "{percent}%"),
            Self::Rate(rate) => write!(f, "{rate}-per-s"),
            Self::Recorded => f.write_str("recorded"),
        }
    }
}

/// The name of no cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCell(
    /// The name.
    pub String,
);

impl FromStr for Cell {
    type Err = UnknownCell;

    fn from_str(name: &str) -> Result<Self, UnknownCell> {
        let unknown = || UnknownCell(name.to_owned());
        let (kind, rest) = name.split_once('/').ok_or_else(unknown)?;
        let found = match kind {
            "throughput" => throughput(rest),
            "latency" => rest.rsplit_once('/').and_then(|(workload, load)| {
                let load = load.parse().ok()?;
                let workload = workload.to_owned();
                (!workload.is_empty()).then_some(Self::Latency { workload, load })
            }),
            "shutdown" => {
                Scenario::ALL.into_iter().find(|it| it.name() == rest).map(Self::Shutdown)
            }
            "cost" => Upkeep::ALL.into_iter().find(|it| it.name() == rest).map(Self::Cost),
            _ => None,
        };
        found.ok_or_else(unknown)
    }
}

/// A workload, and what is otherwise than in the run, each axis once.
fn throughput(rest: &str) -> Option<Cell> {
    let mut parts = rest.split('/');
    let workload = parts.next().filter(|it| !it.is_empty())?.to_owned();
    let mut axes = BTreeMap::new();
    for part in parts {
        let (axis, value) = part.split_once('=')?;
        let axis: Axis = axis.parse().ok()?;
        if axes.insert(axis, axis.value(value).ok()?).is_some() {
            return None;
        }
    }
    Some(Cell::Throughput { workload, axes })
}

impl FromStr for Load {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text == "recorded" {
            return Ok(Self::Recorded);
        }
        if let Some(percent) = text.strip_suffix('%') {
            let percent = percent.parse().ok().filter(|it| (1..=100).contains(it));
            return percent.map(Self::Capacity).ok_or(());
        }
        let rate = text.strip_suffix("-per-s").and_then(|rate| rate.parse().ok());
        rate.filter(|rate| Arrivals::RATES.contains(rate)).map(Self::Rate).ok_or(())
    }
}

impl fmt::Display for UnknownCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no cell {:?}; `cargo compare show cells` lists them", self.0)
    }
}

impl std::error::Error for UnknownCell {}

impl From<Cell> for String {
    fn from(cell: Cell) -> Self {
        cell.to_string()
    }
}

impl TryFrom<String> for Cell {
    type Error = UnknownCell;

    fn try_from(name: String) -> Result<Self, UnknownCell> {
        name.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_read_back_from_its_name() {
        for name in [
            "throughput/cpu-10us",
            "throughput/cpu-10us/workers=4/producers=16/receive=each",
            "throughput/empty/queue=1/results-bound=16/receive=100us",
            "latency/cpu-10us/80%",
            "latency/cpu-10us/2000-per-s",
            "latency/trace/recorded",
            "shutdown/stop-backlog",
            "cost/sparse",
        ] {
            assert_eq!(name.parse::<Cell>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn other_names_are_no_cells() {
        for name in [
            "",
            "throughput",
            "throughput/",
            "throughput/x/",
            "throughput/x/workers",
            "throughput/x/workers=0",
            "throughput/x/threads=1",
            "throughput/x/receive=1",
            "throughput/x/workers=1/workers=2",
            "latency/x",
            "latency/x/0%",
            "latency/x/-5-per-s",
            "shutdown/now",
            "cost/",
        ] {
            assert!(name.parse::<Cell>().is_err(), "{name}");
        }
    }
}
