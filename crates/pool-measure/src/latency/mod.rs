//! Latency: how long jobs take, from the outside.
//!
//! In a *closed loop* ([`closed_loop`]) one thread submits and receives, and each result makes room
//! for the next job: a lone request now and then, or so many in flight. In [`bursts()`] it submits
//! many at once. Neither asks for more cores than the workers have and one.
//!
//! In an *open loop* ([`open_loop`]) jobs are due at times drawn beforehand, whether or not a worker
//! is free. Every time is taken from when the job was due, not from when it could be submitted. Where a
//! queue is full and submitting waits, jobs are late because of the pool, and are charged for
//! it: a stall shows in every job that was due meanwhile, not only in the one that met it.
//! (Leaving those out is what Gil Tene called coordinated omission.)
//!
//! Two threads drive the pool there: a generator, which submits, and the caller, which receives.
//! They need a core; with as many workers as cores, the workers take it from them, and
//! [`lateness`](Loop::lateness) tells.
//!
//! The pools are of [`words`](crate::words): a job is its place in a list, from which a worker takes
//! what to run, after it has noted when it started.

mod bursts;
mod clock;
mod closed;
mod latencies;
mod open;
mod timed;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use pool::Pool;
use pool_workloads::Batch;

pub use self::{bursts::Bursts, latencies::Latencies};
use crate::{
    contender::Shape,
    throughput::WrongAnswer,
    words::{Handler, Start},
};

/// What came of jobs that were each timed, in an open loop or in a closed one.
#[derive(Clone, Debug)]
pub struct Loop {
    /// From when a job was due until its handler started; in a closed loop it is due just before it is
    /// submitted.
    pub wait: Latencies,
    /// From when a job was due until its result was received.
    pub sojourn: Latencies,
    /// By how much later a job was submitted than by a generator that is always on time, and
    /// that the pool keeps for as long with every submission: through no fault of the pool. One
    /// stall of the generator makes all jobs late that were due meanwhile, and all are counted. A
    /// closed loop has none.
    pub lateness: Latencies,
    /// Jobs a second, from the start to the last result received. In an open loop less than were due
    /// if the contender could not keep up.
    pub rate: f64,
    /// Little's law, over the time in which jobs came: the mean number of jobs in the system,
    /// over the product of the rate at which they came and their mean sojourn. `None` if all
    /// were due at once, or if there was a period, for then there is a time in which none is in flight.
    ///
    /// It is 1 for a system in a steady state, less an end effect: the part of all sojourns
    /// that came after the last job was due. So it shows a run too short for its sojourns, or
    /// one that did not keep up: at twice the rate that the contender can do, it is a half. In a closed
    /// loop it is the rate times the mean sojourn, over the number in flight.
    pub littles_ratio: Option<f64>,
}

impl Loop {
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
/// ```
/// use pool_measure::{contender::Shape, latency, placement::Placement, words};
/// use pool_workloads::{Arrivals, Speed, Workload};
///
/// let workload = Workload::by_name("cpu-1us", Speed::new(800.0))?;
/// let due = Arrivals::poisson(20_000.0, 1)?.due(200);
/// let placement = Placement::System;
/// let shape = Shape { workers: 1, queue: 64, results: None, linger: None, placement };
/// let start = words::start::<pool_std::Std>;
/// let measured = latency::open_loop(start, shape, workload.batch(200, 1), &due)?;
///
/// assert_eq!(measured.sojourn.count(), 200);
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
/// If the pool cannot be started, or `due` is not as long as the batch or goes backwards.
pub fn open_loop(
    start: Start,
    shape: Shape,
    batch: Batch,
    due: &[Duration],
) -> Result<Loop, WrongAnswer> {
    assert_eq!(batch.jobs.len(), due.len(), "every job is due at some time");
    assert!(due.is_sorted(), "jobs are due one after the other");
    open::run(ends(start, shape), shape.workers, batch, due).map(|run| run.evaluate(due))
}

/// Keeps so many jobs of `batch` in flight: each result received makes room for the next, but not
/// before a `period` has passed since the one before. With one in flight, and a period longer than
/// a job, each is a lone request, which finds all threads asleep.
///
/// ```
/// use std::time::Duration;
/// use pool_measure::{contender::Shape, latency, placement::Placement, words};
/// use pool_workloads::{Speed, Workload};
///
/// let batch = Workload::by_name("cpu-1us", Speed::new(800.0))?.batch(200, 1);
/// let placement = Placement::System;
/// let shape = Shape { workers: 1, queue: 64, results: None, linger: None, placement };
/// let start = words::start::<pool_std::Std>;
/// let found = latency::closed_loop(start, shape, batch, 4, Duration::ZERO)?;
/// assert_eq!(found.sojourn.count(), 200);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If the results are not those of the jobs.
///
/// # Panics
///
/// If the pool cannot be started.
pub fn closed_loop(
    start: Start,
    shape: Shape,
    batch: Batch,
    in_flight: usize,
    period: Duration,
) -> Result<Loop, WrongAnswer> {
    let clock = Arc::new(Instant::now());
    closed::run(ends(start, shape), clock, shape.workers, batch, in_flight, period)
}

/// Submits all jobs of a batch at once and receives their results, each as it comes; batch after
/// batch, one every `period`, or as soon as the one before is done.
///
/// # Errors
///
/// If the results are not those of the jobs.
///
/// # Panics
///
/// If the pool cannot be started, or a batch is empty.
pub fn bursts(
    start: Start,
    shape: Shape,
    bursts: Vec<Batch>,
    period: Duration,
) -> Result<Bursts, WrongAnswer> {
    bursts::run(ends(start, shape), &Instant::now(), shape.workers, bursts, period)
}

/// Both ends of a pool, in the order in which they are to be dropped. A result is received as it
/// comes.
struct Ends {
    results: Box<dyn Iterator<Item = u64>>,
    submit: Box<dyn Fn(u64) + Send + Sync>,
}

/// Starts a pool.
fn ends(start: Start, shape: Shape) -> impl FnOnce(Handler) -> Ends {
    move |handler| {
        let (pool, results) = start(shape.config(shape.workers), handler);
        let submit = move |word| _ = pool.submit(word).expect("the pool is open");
        let results = results.map(|it| it.result.expect("a measured job succeeds"));
        Ends { results: Box::new(results), submit: Box::new(submit) }
    }
}

/// Has each worker do a few jobs without work, one by one: so that threads have started, and have
/// touched what they need.
fn warm_up(workers: usize, Ends { results, submit }: &mut Ends) {
    /// The place of no job.
    const NOWHERE: u64 = u64::MAX;
    const EACH: usize = 16;
    for _ in 0..EACH * workers {
        submit(NOWHERE);
        results.next();
    }
}

#[cfg(test)]
mod fake;
#[cfg(test)]
mod tests;
