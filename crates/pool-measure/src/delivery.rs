//! How long results wait before they are received: the other side of what a consumer saves by
//! receiving in batches.

use std::{
    thread,
    time::{Duration, Instant},
};

use pool_workloads::Job;

use crate::contender::{Contender, Jobs, Shape};

/// From each handler's return to its result received, in the order in which they came; one
/// producer, and this thread as the consumer.
///
/// # Panics
///
/// If the contender cannot be started.
pub fn delays<C: Contender>(shape: Shape, jobs: Vec<Job>) -> Vec<Duration> {
    let count = jobs.len();
    let (sender, mut results) = C::start(shape, |job: Job| {
        std::hint::black_box(job.run());
        Instant::now()
    });
    thread::scope(|scope| {
        let sender = &sender;
        scope.spawn(move || {
            for job in jobs {
                sender.submit(job);
            }
        });
        results.by_ref().take(count).map(|returned| returned.elapsed()).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contender::floor;

    #[test]
    fn every_result_has_its_delay() {
        let shape = Shape { workers: 2, queue: 4, results: None, linger: None };
        let jobs =
            pool_workloads::Workload::standard(pool_workloads::Speed::new(1.0))[0].batch(100, 1);
        assert_eq!(delays::<floor::Std>(shape, jobs.jobs).len(), 100);
    }
}
