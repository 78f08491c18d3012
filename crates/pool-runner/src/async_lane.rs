//! Tokio's async lane, which is a pool of its own kind: its handlers are futures.

use std::num::NonZero;

use pool::Context;
use pool_measure::{
    contender::{PooledJobs, PooledResults, Shape},
    placement::Placement,
    throughput::{self, Session},
};
use pool_tokio::TokioAsync;
use pool_workloads::Job;

/// Starts it on `shape.workers` threads, with so many jobs in flight: those that block elsewhere
/// are awaited here.
///
/// # Panics
///
/// If the system refuses a thread, or there are to be no threads.
pub fn start(shape: Shape, in_flight: usize) -> Box<dyn Session> {
    let handler = move |job: Job, _: Context| {
        let running = job.run_async(tokio::time::sleep);
        async { Ok(running.await) }
    };
    // Its workers are tasks, and have no core.
    let shape = Shape { placement: Placement::System, ..shape };
    let threads = NonZero::new(shape.workers).expect("there are to be threads");
    let (pool, results) = TokioAsync::spawn(shape.config(in_flight), threads, handler)
        .expect("a pool can be started");
    throughput::session(PooledJobs::new(pool), PooledResults::new(results, shape))
}
