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
//! [`lateness`](OpenLoop::lateness) tells.
//!
//! What drives a contender calls it by its trait objects: so that is compiled once, and not for each
//! contender. Such a call takes a nanosecond, of times that are microseconds.

mod bursts;
mod clock;
mod closed;
mod latencies;
mod run;

use std::time::{Duration, Instant};

use pool_workloads::{Batch, Job, Mix};

use self::clock::Clock;
pub use self::{bursts::Bursts, closed::ClosedLoop, latencies::Latencies};
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
/// use pool_measure::{contender::{Pooled, Shape}, latency, placement::Placement};
/// use pool_workloads::{Arrivals, Speed, Workload};
///
/// let workload = Workload::by_name("cpu-1us", Speed::new(800.0))?;
/// let due = Arrivals::poisson(20_000.0, 1)?.due(200);
/// let placement = Placement::System;
/// let shape = Shape { workers: 1, queue: 64, results: None, linger: None, placement };
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

/// Keeps so many jobs of `batch` in flight: each result received makes room for the next, but not
/// before a `period` has passed since the one before. With one in flight, and a period longer than
/// a job, each is a lone request, which finds all threads asleep.
///
/// ```
/// use std::time::Duration;
/// use pool_measure::{contender::{Pooled, Shape}, latency, placement::Placement};
/// use pool_workloads::{Speed, Workload};
///
/// let batch = Workload::by_name("cpu-1us", Speed::new(800.0))?.batch(200, 1);
/// let placement = Placement::System;
/// let shape = Shape { workers: 1, queue: 64, results: None, linger: None, placement };
/// let found = latency::closed_loop::<Pooled<pool_std::Std>>(shape, batch, 4, Duration::ZERO)?;
/// assert_eq!(found.sojourn.len(), 200);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If the results are not those of the jobs.
///
/// # Panics
///
/// If the contender cannot be started.
pub fn closed_loop<C: Contender>(
    shape: Shape,
    batch: Batch,
    in_flight: usize,
    period: Duration,
) -> Result<ClosedLoop, WrongAnswer> {
    closed::run::<C, Instant>(shape, batch, in_flight, period)
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
/// If the contender cannot be started, or a batch is empty.
pub fn bursts<C: Contender>(
    shape: Shape,
    bursts: Vec<Batch>,
    period: Duration,
) -> Result<Bursts, WrongAnswer> {
    bursts::run::<C, Instant>(shape, bursts, period)
}

/// A job that knows its place; a warming one has none.
struct Placed {
    place: Option<u32>,
    job: Job,
}

/// What comes of it.
struct Ran<T> {
    place: Option<u32>,
    number: u64,
    started: T,
}

/// Starts a contender whose jobs know their places. For both loops: so it is compiled once.
fn start<C: Contender, T: Clock>(shape: Shape) -> (C::Jobs<Placed>, C::Results<Ran<T>>) {
    C::start(shape, |Placed { place, job }: Placed| {
        let started = T::now();
        Ran { place, number: job.run(), started }
    })
}

/// The slot of a job, if its place is one.
fn slot<S>(slots: &mut [S], place: Option<u32>) -> Option<&mut S> {
    slots.get_mut(usize::try_from(place?).ok()?)
}

/// Has each worker do a few jobs without work, one by one: so that threads have started, and have
/// touched what they need.
fn warm_up<R>(workers: usize, results: &mut dyn Iterator<Item = R>, submit: impl Fn(Job)) {
    const EACH: usize = 16;
    for _ in 0..EACH * workers {
        submit(Job::Mix(Mix { key: 0, rounds: 0 }));
        results.next();
    }
}

#[cfg(test)]
mod fake;
#[cfg(test)]
mod tests;
