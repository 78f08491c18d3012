//! `tokio::task::spawn_blocking` on a multi-thread runtime, as a program that has one anyway
//! would do; `max_blocking_threads` is the number of workers.
//!
//! Read in the source of 1.54.1: jobs wait, boxed as tasks, in one unbounded `VecDeque` behind
//! a mutex. A thread is started when a job comes and none is idle, and ends after ten idle
//! seconds. A panic is caught, the thread goes on, and the task's handle tells it; here nobody
//! holds the handle, so the result is missing. The handle can cancel a job that waits.
//! Dropping the runtime joins its threads: a busy one goes through the queue to its end, an
//! idle one drops what waits, so whether a waiting job is run is not promised.
//!
//! The runtime has one thread for tasks besides, idle here.

use tokio::runtime::{Builder, Runtime};

use pool_measure::contender::{Execute, Shape};

use super::Baseline;

/// Tokio's threads for blocking work.
///
/// No bound, drop may drop waiting jobs, a panic loses the result.
#[derive(Debug)]
pub struct SpawnBlocking(Runtime);

impl Baseline for SpawnBlocking {
    const NAME: &'static str = "tokio::spawn_blocking";
}

impl Execute for SpawnBlocking {
    fn start(shape: Shape) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(shape.workers)
            .build()
            .expect("a runtime can be built");
        Self(runtime)
    }

    fn execute(&self, work: impl FnOnce() + Send + 'static) {
        // Dropping the handle detaches the task.
        drop(self.0.spawn_blocking(work));
    }
}
