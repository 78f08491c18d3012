//! One `spawn_blocking` a job, under a semaphore with a permit for each job that may wait or
//! run; as many blocking threads as workers.
//!
//! Compared with: the simple loop, which receives from a channel in a runtime for each worker;
//! and with the baseline, which has no permits.
//!
//! Found: somewhat slower. It cannot take back a job that waits, and has no bound but the permits.

use pool_measure::contender::{Execute, Shape};
use tokio::runtime::Builder;

use super::permits::Permits;

/// `spawn_blocking` a job, and permits.
#[derive(Debug)]
pub struct TokioBlocking(Permits);

impl Execute for TokioBlocking {
    fn start(shape: Shape) -> Self {
        let runtime = Builder::new_current_thread()
            .max_blocking_threads(shape.workers)
            .build()
            .expect("a runtime can be built");
        Self(Permits::new(shape, runtime))
    }

    fn execute(&self, work: impl FnOnce() + Send + 'static) {
        let permit = self.0.take();
        drop(self.0.runtime().spawn_blocking(move || {
            work();
            drop(permit);
        }));
    }
}
