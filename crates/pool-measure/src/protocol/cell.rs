//! A cell: one thing that is measured of every contender, side by side.
//!
//! Its name is what stands in files and on the command line: `throughput/cpu-10us`,
//! `throughput/cpu-10us/workers=4`, `latency/cpu-10us/burst-32`, `latency/cpu-10us/2000-per-s`,
//! `shutdown/idle`, `cost/sparse`.

use std::{collections::BTreeMap, fmt, ops::RangeInclusive, str::FromStr};

use pool_workloads::Arrivals;
use serde::{Deserialize, Serialize};

use super::{
    axis::Axis,
    quantity::{self, Quantity},
};

/// What is measured at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, strum::EnumDiscriminants)]
#[serde(into = "String", try_from = "String")]
#[strum_discriminants(name(Kind), derive(strum::IntoStaticStr))]
#[strum_discriminants(strum(serialize_all = "kebab-case"))]
#[strum_discriminants(doc = "The kinds of cells, in the order in which they are shown.")]
pub enum Cell {
    /// Batches through a running pool, as fast as it takes them.
    Throughput {
        /// Which jobs: `"cpu-10us"`.
        workload: String,
        /// What it has otherwise than its run; often nothing.
        axes: BTreeMap<Axis, usize>,
    },
    /// The same, with workers where the system places them.
    Placement {
        /// Which jobs.
        workload: String,
    },
    /// Jobs of which each is timed.
    Latency {
        /// Which jobs.
        workload: String,
        /// How they come.
        load: Load,
    },
    /// One way to end.
    Shutdown(Scenario),
    /// What a pool costs while it has little to do.
    Cost(Upkeep),
}

/// How jobs come; [`latency`](crate::latency) defines each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Load {
    /// One alone, every half of a millisecond.
    HandOver,
    /// So many at once, every 2 ms.
    Burst(u16),
    /// So many are in flight.
    Closed(u16),
    /// At random, whether or not a worker is free: so many that they are work for this part of all
    /// workers' time, in percent. A core is left for who submits and who receives.
    Sustained(u8),
    /// At random, so many a second.
    Rate(f64),
    /// As in the trace that the workload is from.
    Recorded,
    /// At random, a part of what the contender itself can do, in percent: in runs of before.
    Capacity(u8),
}

/// A way to end; [`shutdown`](crate::shutdown) defines each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString)]
#[strum(serialize_all = "kebab-case")]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString)]
#[strum(serialize_all = "kebab-case")]
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
    pub const ALL: [Self; 5] =
        [Self::Throughput, Self::Placement, Self::Latency, Self::Shutdown, Self::Cost];

    /// What the names of its cells begin with.
    pub fn name(self) -> &'static str {
        self.into()
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
        self.into()
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
        self.into()
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

impl Load {
    /// How many jobs there may be in a burst, or in flight.
    pub const JOBS: RangeInclusive<u16> = 1..=1024;

    /// How jobs come, in a few words.
    fn describe(self) -> &'static str {
        match self {
            Self::HandOver => "a lone job, 2,000 times a second",
            Self::Burst(_) => "so many jobs at once, every 2 ms",
            Self::Closed(_) => "so many jobs in flight",
            Self::Sustained(_) => "jobs due at random, work for this part of the workers' time",
            Self::Rate(_) | Self::Recorded => "jobs due at this rate",
            Self::Capacity(_) => "jobs due at this part of each one's own capacity",
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
        self.into()
    }

    /// The workload, if the cell has one.
    pub fn workload(&self) -> Option<&str> {
        match self {
            Self::Throughput { workload, .. }
            | Self::Placement { workload }
            | Self::Latency { workload, .. } => Some(workload),
            Self::Shutdown(_) | Self::Cost(_) => None,
        }
    }

    /// What is measured, in a few words.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Throughput { .. } => "jobs as fast as they are taken",
            Self::Placement { .. } => "the same, with workers where the system places them",
            Self::Latency { load, .. } => load.describe(),
            Self::Shutdown(scenario) => scenario.describe(),
            Self::Cost(upkeep) => upkeep.describe(),
        }
    }

    /// Whether each job is timed.
    pub fn is_latency(&self) -> bool {
        self.kind() == Kind::Latency
    }

    /// How jobs come, if each is timed.
    pub fn load(&self) -> Option<Load> {
        match self {
            Self::Latency { load, .. } => Some(*load),
            _ => None,
        }
    }

    /// What is compared in it, the main quantity first.
    pub fn quantities(&self) -> &'static [Quantity] {
        match self {
            Self::Throughput { .. } | Self::Placement { .. } => &quantity::THROUGHPUT,
            Self::Latency { load: Load::Burst(_), .. } => &quantity::BURST,
            Self::Latency { .. } => &quantity::LATENCY,
            Self::Shutdown(Scenario::StopBacklog) => &quantity::STOP,
            Self::Shutdown(_) => &quantity::SHUTDOWN,
            Self::Cost(Upkeep::Sparse) => &quantity::SPARSE,
            Self::Cost(Upkeep::Idle) => &quantity::IDLE,
            Self::Cost(Upkeep::Memory) => &quantity::MEMORY,
        }
    }

    /// Whether each visit needs a process of its own: memory is counted for a whole process, and
    /// a long backlog leaves its heap to the next visit.
    pub fn alone(&self) -> bool {
        matches!(self, Self::Cost(Upkeep::Memory) | Self::Shutdown(Scenario::StopBacklog))
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
            Self::Placement { workload } => {
                write!(f, "{kind}/{workload}")
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
            Self::HandOver => f.write_str(HAND_OVER),
            Self::Burst(jobs) => write!(f, "{BURST}{jobs}"),
            Self::Closed(jobs) => write!(f, "{CLOSED}{jobs}"),
            Self::Sustained(percent) => write!(f, "{SUSTAINED}{percent}%"),
            Self::Capacity(percent) => write!(f, "{percent}%"),
            Self::Rate(rate) => write!(f, "{rate}-per-s"),
            Self::Recorded => f.write_str(RECORDED),
        }
    }
}

const HAND_OVER: &str = "hand-over";
const RECORDED: &str = "recorded";
const BURST: &str = "burst-";
const CLOSED: &str = "closed-";
const SUSTAINED: &str = "sustained-";

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
            "placement" if !rest.is_empty() => Some(Self::Placement { workload: rest.to_owned() }),
            "latency" => rest.rsplit_once('/').and_then(|(workload, load)| {
                let load = load.parse().ok()?;
                let workload = workload.to_owned();
                (!workload.is_empty()).then_some(Self::Latency { workload, load })
            }),
            "shutdown" => rest.parse().ok().map(Self::Shutdown),
            "cost" => rest.parse().ok().map(Self::Cost),
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
        let jobs = |text: &str| text.parse().ok().filter(|jobs| Self::JOBS.contains(jobs));
        let percent = |text: &str| {
            text.strip_suffix('%')?.parse().ok().filter(|percent| (1..=100).contains(percent))
        };
        let rate = |text: &str| {
            text.strip_suffix("-per-s")?.parse().ok().filter(|rate| Arrivals::RATES.contains(rate))
        };
        let after = |prefix| text.strip_prefix(prefix);
        let sustained = || after(SUSTAINED).and_then(percent).filter(|it| *it < 100);
        let load = match text {
            HAND_OVER => Some(Self::HandOver),
            RECORDED => Some(Self::Recorded),
            _ => (after(BURST).and_then(jobs).map(Self::Burst))
                .or_else(|| after(CLOSED).and_then(jobs).map(Self::Closed))
                .or_else(|| sustained().map(Self::Sustained))
                .or_else(|| percent(text).map(Self::Capacity))
                .or_else(|| rate(text).map(Self::Rate)),
        };
        load.ok_or(())
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
            "placement/cpu-10us",
            "latency/cpu-10us/hand-over",
            "latency/cpu-10us/burst-32",
            "latency/cpu-10us/closed-4",
            "latency/cpu-100us/sustained-50%",
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
            "latency/x/burst-0",
            "latency/x/closed-1025",
            "latency/x/closed-4%",
            "latency/x/sustained-100%",
            "latency/x/sustained-50",
            "placement/",
            "latency/x/-5-per-s",
            "shutdown/now",
            "cost/",
        ] {
            assert!(name.parse::<Cell>().is_err(), "{name}");
        }
    }
}
