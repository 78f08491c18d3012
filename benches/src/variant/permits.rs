//! A runtime, and a bound on what is spawned in it.

use std::sync::Arc;

use pool_measure::contender::Shape;
use tokio::{
    runtime::Runtime,
    sync::{OwnedSemaphorePermit, Semaphore},
};

/// A runtime, and a permit for each job that waits or runs.
///
/// Dropping it waits until every permit is back, then for the runtime's threads.
#[derive(Debug)]
pub(super) struct Permits {
    runtime: Runtime,
    semaphore: Arc<Semaphore>,
    all: u32,
}

impl Permits {
    pub(super) fn new(shape: Shape, runtime: Runtime) -> Self {
        let all = shape.workers + shape.queue;
        let semaphore = Arc::new(Semaphore::new(all));
        Self { runtime, semaphore, all: u32::try_from(all).expect("a queue is not that long") }
    }

    /// Waits for a permit.
    pub(super) fn take(&self) -> OwnedSemaphorePermit {
        let permit = Arc::clone(&self.semaphore).acquire_owned();
        self.runtime.block_on(permit).expect("it is never closed")
    }

    pub(super) fn runtime(&self) -> &Runtime {
        &self.runtime
    }
}

impl Drop for Permits {
    fn drop(&mut self) {
        let every = self.semaphore.acquire_many(self.all);
        drop(self.runtime.block_on(every).expect("it is never closed"));
    }
}
