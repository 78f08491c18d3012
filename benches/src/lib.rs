//! What the benchmarks measure: a contender that jobs are pushed through, and one way to
//! push them.

pub mod floor;
mod pooled;

use std::thread;

pub use self::pooled::Pooled;

/// Something that takes jobs and gives results: a pool, or the bare loop under it.
///
/// A job is a number, and its result is the number plus one.
pub trait Contender: Sized {
    /// The end that jobs go into.
    type Jobs: Jobs;

    /// The end that results come out of.
    type Results: Iterator<Item = u64>;

    /// Starts `workers` workers over a queue of `queue` jobs, with room for `results`
    /// results, or for any number.
    fn start(workers: usize, queue: usize, results: Option<usize>) -> (Self::Jobs, Self::Results);
}

/// The end of a [`Contender`] that jobs go into. Dropping it lets the workers end.
pub trait Jobs: Sync {
    /// Waits for room, and submits.
    fn submit(&self, job: u64);
}

/// Pushes `count` jobs through: one producer, and this thread as the consumer.
///
/// # Panics
///
/// If the results are not those of the jobs.
pub fn push(jobs: &impl Jobs, results: &mut impl Iterator<Item = u64>, count: u64) {
    let sum: u64 = thread::scope(|scope| {
        scope.spawn(|| (0..count).for_each(|job| jobs.submit(job)));
        results.take(usize::try_from(count).expect("a count of jobs fits")).sum()
    });
    assert_eq!(sum, count * (count + 1) / 2, "the results are not those of the jobs");
}
