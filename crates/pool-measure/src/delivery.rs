//! How long results wait before they are received: the other side of what a consumer saves by
//! receiving in batches.

use std::{
    thread,
    time::{Duration, Instant},
};

use pool_workloads::{Batch, Job};

use crate::{
    contender::{Contender, Jobs, Shape},
    throughput::{WrongAnswer, check},
};

/// From each handler's return to its result received, in the order in which they came; one
/// producer, and this thread as the consumer.
///
/// # Errors
///
/// If the results are not those of the jobs.
///
/// # Panics
///
/// If the contender cannot be started.
pub fn delays<C: Contender>(shape: Shape, batch: Batch) -> Result<Vec<Duration>, WrongAnswer> {
    let Batch { jobs, answer } = batch;
    let count = jobs.len();
    let (sender, mut results) = C::start(shape, |job: Job| (job.run(), Instant::now()));
    let mut received = 0_u64;
    let delays = thread::scope(|scope| {
        let sender = &sender;
        scope.spawn(move || {
            for job in jobs {
                sender.submit(job);
            }
        });
        let delay = |(number, returned): (u64, Instant)| {
            received = received.wrapping_add(number);
            returned.elapsed()
        };
        results.by_ref().take(count).map(delay).collect()
    });
    check(answer, received)?;
    Ok(delays)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{contender::Pooled, placement::Placement};

    #[test]
    fn every_result_has_its_delay() {
        let placement = Placement::System;
        let shape = Shape { workers: 2, queue: 4, results: None, linger: None, placement };
        let jobs =
            pool_workloads::Workload::standard(pool_workloads::Speed::new(1.0))[0].batch(100, 1);
        assert_eq!(delays::<Pooled<pool_std::Std>>(shape, jobs).unwrap().len(), 100);
    }
}
