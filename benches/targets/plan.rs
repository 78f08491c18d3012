//! What every section is measured with.

use std::time::Duration;

use pool_measure::{
    contender::Shape,
    entry::Entry,
    rounds,
    throughput::{Sample, WrongAnswer, jobs_lasting, serial, visit},
};
use pool_workloads::{Speed, Workload};

/// How long a batch should last.
const BATCH: Duration = Duration::from_millis(6);

/// Timed batches of a visit.
const BATCHES: usize = 3;

/// How many rounds, in which order, how much work.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) rounds: usize,
    /// Just to see that it works.
    pub(crate) brief: bool,
    pub(crate) speed: Speed,
}

/// The shape that contenders have unless a section is about that.
pub(crate) const SHAPE: Shape = Shape { workers: 2, queue: 1024, results: None, linger: None };

/// How long results are collected where they are received in batches.
pub(crate) const LINGER: Duration = Duration::from_micros(100);

/// One who is visited in every round.
#[derive(Clone, Copy)]
pub(crate) enum Visited {
    /// One thread alone, without a queue.
    Serial,
    /// An entry, started in this shape.
    Started(Entry, Shape),
}

impl Visited {
    fn visit(
        &self,
        workload: &Workload,
        batches: usize,
        jobs: usize,
        seed: u64,
    ) -> Result<Sample, WrongAnswer> {
        match *self {
            Self::Serial => (0..batches).map(|_| serial(workload.batch(jobs, seed))).sum(),
            Self::Started(entry, shape) => {
                visit(|| entry.start(shape), workload, batches, jobs, seed)
            }
        }
    }
}

impl Plan {
    /// Visits everyone in each round; the samples by who and round. A batch lasts about as
    /// long for a slow contender as for a quick one.
    pub(crate) fn visit_all(
        &self,
        workload: &Workload,
        visited: &[Visited],
    ) -> Result<Vec<Vec<Sample>>, WrongAnswer> {
        let (batches, lasting) = if self.brief { (1, BATCH / 10) } else { (BATCHES, BATCH) };
        let few = jobs_lasting(lasting / 10, workload, workload.mean_work(), 1);
        let sizes: Result<Vec<usize>, _> = visited
            .iter()
            .map(|one| {
                let sample = one.visit(workload, 1, few, self.seed)?;
                let jobs = u32::try_from(sample.jobs).unwrap_or(u32::MAX);
                Ok(jobs_lasting(lasting, workload, sample.wall / jobs, 1))
            })
            .collect();
        let sizes = sizes?;
        rounds::rounds(self.seed, self.rounds, visited.len(), |one| {
            visited[one].visit(workload, batches, sizes[one], self.seed)
        })
    }
}

/// Nanoseconds a job, round by round.
pub(crate) fn nanos(samples: &[Sample]) -> Vec<f64> {
    samples.iter().map(Sample::nanos_per_job).collect()
}
