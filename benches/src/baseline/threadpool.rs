//! The crate `threadpool`, for years the first answer to "a thread pool in Rust": `execute` a
//! closure, and send its result through a channel.
//!
//! Read in the source of 1.8.1: jobs wait, boxed, in an unbounded `mpsc::channel` whose
//! receiver is behind a mutex. A panic unwinds the thread, whose sentinel counts it and spawns
//! another; the result is missing. Dropping the pool drops the sender: waiting jobs still run,
//! and nothing waits for them or for the threads, of which there is no handle. `join` waits for
//! the jobs alone. So does our drop: the threads end, without their jobs, moments after it.

use threadpool::ThreadPool;

use pool_measure::contender::{Execute, Shape};

use super::Baseline;

/// The crate `threadpool`.
///
/// No bound, no cancellation, drop does not join, a panic costs a thread and the
/// result.
#[derive(Debug)]
pub struct Threadpool(ThreadPool);

impl Baseline for Threadpool {
    const NAME: &'static str = "threadpool";
}

impl Execute for Threadpool {
    fn start(shape: Shape) -> Self {
        Self(ThreadPool::new(shape.workers))
    }

    fn execute(&self, work: impl FnOnce() + Send + 'static) {
        self.0.execute(work);
    }
}

impl Drop for Threadpool {
    fn drop(&mut self) {
        self.0.join();
    }
}
