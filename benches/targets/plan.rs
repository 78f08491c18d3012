//! What every section is measured with.

use std::time::Duration;

use pool_benches::LINGER;
use pool_measure::{
    contender::Shape,
    entry::Entry,
    rounds,
    throughput::{Sample, WrongAnswer, jobs_lasting, serial, visit},
};
use pool_workloads::{Speed, Workload};

/// How long a batch should last: so long that a reader who lingers past its last result, which
/// the clock counts, adds a percent or two.
const BATCH: Duration = Duration::from_millis(20);

/// The settings of a pool's reader: how results are received, and what that is called.
pub(crate) const READERS: [(&str, Option<Duration>); 2] = [(RECV, None), (BATCHED, Some(LINGER))];
pub(crate) const RECV: &str = "recv";
pub(crate) const BATCHED: &str = "recv_batch, 100 µs";

/// How many rounds, in which order, how much work.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) rounds: usize,
    /// Just to see that it works.
    pub(crate) brief: bool,
    pub(crate) speed: Speed,
}

/// One who is visited in every round.
#[derive(Clone, Copy)]
pub(crate) enum Visited {
    /// One thread alone, without a queue.
    Serial,
    /// An entry, started in this shape.
    Started(Entry, Shape),
}

impl Visited {
    fn visit(&self, workload: &Workload, jobs: usize, seed: u64) -> Result<Sample, WrongAnswer> {
        match *self {
            Self::Serial => serial(workload.batch(jobs, seed)),
            Self::Started(entry, shape) => visit(entry.start(shape), workload, 1, jobs, 1, seed),
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
        let lasting = if self.brief { BATCH / 20 } else { BATCH };
        let few = jobs_lasting(lasting / 10, workload, workload.mean_work(), 1);
        let sizes: Result<Vec<usize>, _> = visited
            .iter()
            .map(|one| {
                let sample = one.visit(workload, few, self.seed)?;
                let jobs = u32::try_from(sample.jobs).unwrap_or(u32::MAX);
                Ok(jobs_lasting(lasting, workload, sample.wall / jobs, 1))
            })
            .collect();
        let sizes = sizes?;
        rounds::rounds(self.seed, self.rounds, visited.len(), |one| {
            visited[one].visit(workload, sizes[one], self.seed)
        })
    }
}

/// Nanoseconds a job, round by round.
pub(crate) fn nanos(samples: &[Sample]) -> Vec<f64> {
    samples.iter().map(Sample::nanos_per_job).collect()
}
