//! What the benchmarks push through the contenders.

pub mod variant;

use std::thread;

pub use pool_measure::contender::{Contender, Jobs, Pooled, Shape, floor};

/// Starts a contender whose jobs are numbers, and whose results are those plus one.
pub fn start<C: Contender>(
    workers: usize,
    queue: usize,
    results: Option<usize>,
) -> (C::Jobs<u64>, C::Results<u64>) {
    C::start(Shape { workers, queue, results }, |job: u64| job + 1)
}

/// Pushes `count` jobs through: one producer, and this thread as the consumer.
///
/// # Panics
///
/// If the results are not those of the jobs.
pub fn push(jobs: &impl Jobs<u64>, results: &mut impl Iterator<Item = u64>, count: u64) {
    let sum: u64 = thread::scope(|scope| {
        scope.spawn(|| (0..count).for_each(|job| jobs.submit(job)));
        results.take(usize::try_from(count).expect("a count of jobs fits")).sum()
    });
    assert_eq!(sum, count * (count + 1) / 2, "the results are not those of the jobs");
}
