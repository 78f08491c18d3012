//! The crate `executors`, and of its pools `crossbeam_channel_pool`: the one its README
//! recommends when all jobs come from one thread outside the pool (its others are for jobs
//! that make more jobs, and a wrapper of `threadpool`). `execute` a closure, and send its
//! result through a channel.
//!
//! Read in the source of 0.10.0: jobs wait, boxed, in an unbounded crossbeam channel. A panic
//! unwinds the thread, whose sentinel spawns another; the result is missing. After a shutdown
//! `execute` drops the job and logs a warning. Shutdown sends a stop message to each worker,
//! behind the waiting jobs, and waits until each has got one, for five seconds at most; there
//! are no handles of the threads. Dropping the last handle does the same; but a worker that
//! has not run yet then panics ("Core already shut down!"), and the drop takes the five
//! seconds. So our drop shuts down first, and only when all workers have come to a barrier:
//! the jobs are done then, however long they took.

use std::sync::{Arc, Barrier};

use executors::{Executor, crossbeam_channel_pool::ThreadPool};

use pool_measure::contender::{Execute, Shape};

use super::Baseline;

/// The channel pool of the crate `executors`.
///
/// No bound, no cancellation, drop waits 5 s at most, late jobs vanish, a panic costs a
/// thread and the result.
#[derive(Debug)]
pub struct Executors {
    pool: ThreadPool,
    workers: usize,
}

impl Baseline for Executors {
    const NAME: &'static str = "executors";
}

impl Execute for Executors {
    fn start(shape: Shape) -> Self {
        Self { pool: ThreadPool::new(shape.workers), workers: shape.workers }
    }

    fn execute(&self, work: impl FnOnce() + Send + 'static) {
        self.pool.execute(work);
    }
}

impl Drop for Executors {
    fn drop(&mut self) {
        let barrier = Arc::new(Barrier::new(self.workers + 1));
        for _ in 0..self.workers {
            let barrier = Arc::clone(&barrier);
            self.pool.execute(move || _ = barrier.wait());
        }
        barrier.wait();
        // Nothing is left to wait for but idle threads.
        _ = self.pool.shutdown_borrowed();
    }
}
