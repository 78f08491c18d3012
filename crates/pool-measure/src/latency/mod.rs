//! Latency in an open loop: jobs are due at times drawn beforehand, whether or not a worker is
//! free.
//!
//! Every time is taken from when the job was due, not from when it could be submitted. Where a
//! queue is full and submitting waits, jobs are late because of the pool, and are charged for
//! it: a stall shows in every job that was due meanwhile, not only in the one that met it.
//! (Leaving those out is what Gil Tene called coordinated omission.)
//!
//! Two threads drive the pool: a generator, which submits, and the caller, which receives. They
//! need a core; with as many workers as cores, the workers take it from them, and
//! [`lateness`](OpenLoop::lateness) tells.

mod latencies;
mod pacing;
mod run;

use std::time::Duration;

use pool_workloads::Batch;

pub use self::latencies::Latencies;
use crate::{
    contender::{Contender, Shape},
    throughput::WrongAnswer,
};

/// What came of jobs that were due at their own times.
#[derive(Clone, Debug)]
pub struct OpenLoop {
    /// From when a job was due until its handler started.
    pub wait: Latencies,
    /// From when a job was due until its result was received.
    pub sojourn: Latencies,
    /// By how much later a job was submitted than by a generator that is always on time, and
    /// that the pool keeps for as long with every submission: through no fault of the pool. One
    /// stall of the generator makes all jobs late that were due meanwhile, and all are counted.
    pub lateness: Latencies,
    /// Jobs a second, from the start to the last result received. Less than were due if the
    /// contender could not keep up.
    pub rate: f64,
    /// Little's law, over the time in which jobs came: the mean number of jobs in the system,
    /// over the product of the rate at which they came and their mean sojourn. `None` if all
    /// were due at once.
    ///
    /// It is 1 for a system in a steady state, less an end effect: the part of all sojourns
    /// that came after the last job was due. So it shows a run too short for its sojourns, or
    /// one that did not keep up: at twice the rate that the contender can do, it is a half.
    ///
    /// The number in the system is counted from a log of receptions that knows no jobs, and
    /// sojourns from the jobs' own slots, so a job that has no slot, or two, shows as well. Two
    /// jobs mixed up do not: the law is about sums. Those are found when the run is checked, as
    /// none may start before it was submitted.
    pub littles_ratio: Option<f64>,
}

impl OpenLoop {
    /// Below this, it does not matter how late the generator is: waking a sleeping worker takes
    /// the system as long or longer, so no comparison of latencies turns on it.
    pub const LATENESS_FLOOR: Duration = Duration::from_micros(5);

    /// Whether the generator was on time, as far as a percentile goes: late by at most a tenth of
    /// the wait, each at that percentile, or by at most
    /// [`LATENESS_FLOOR`](Self::LATENESS_FLOOR). If it was not, that percentile tells of the
    /// generator, though lower ones may be sound.
    pub fn on_time(&self, percent: f64) -> bool {
        let allowed = (self.wait.at(percent) / 10).max(Self::LATENESS_FLOOR);
        self.lateness.at(percent) <= allowed
    }
}

/// Submits each job of `batch` when it is `due`, since the start, and receives its result; one
/// generator, and this thread as the consumer. The workers have been warmed up before.
///
/// Times of latency are told apart best if `shape.linger` is `None`: each result is received as
/// it comes.
///
/// ```
/// use pool_measure::{contender::{Pooled, Shape}, latency};
/// use pool_workloads::{Arrivals, Speed, Workload};
///
/// let workload = Workload::by_name("cpu-1us", Speed::new(800.0))?;
/// let due = Arrivals::poisson(20_000.0, 1)?.due(200);
/// let shape = Shape { workers: 1, queue: 64, results: None, linger: None };
/// let measured = latency::open_loop::<Pooled<pool_std::Std>>(shape, workload.batch(200, 1), &due)?;
///
/// assert_eq!(measured.sojourn.len(), 200);
/// assert!(measured.sojourn.percentile(50.0).is_some());
/// assert_eq!(measured.sojourn.percentile(99.0), None); // Takes 5,000 jobs.
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If the results are not those of the jobs.
///
/// # Panics
///
/// If the contender cannot be started, or `due` is not as long as the batch or goes backwards.
pub fn open_loop<C: Contender>(
    shape: Shape,
    batch: Batch,
    due: &[Duration],
) -> Result<OpenLoop, WrongAnswer> {
    assert_eq!(batch.jobs.len(), due.len(), "every job is due at some time");
    assert!(due.is_sorted(), "jobs are due one after the other");
    run::run::<C>(shape, batch, due).map(|run| run.evaluate(due))
}

#[cfg(test)]
mod tests;
