//! One `spawn_fifo` a job.
//!
//! Compared with: the simple loop's `spawn`. Only what a job itself spawns is ordered differently.
//!
//! Found: no difference. From outside the pool, both put a job into the same queue
//! (`spawn_fifo_in` in the source of rayon-core 1.13).

use pool_measure::contender::{Execute, Shape};

use crate::loops::RayonThreads;

/// `spawn_fifo` a job.
#[derive(Debug)]
pub struct RayonFifo(RayonThreads);

impl Execute for RayonFifo {
    fn start(shape: Shape) -> Self {
        Self(RayonThreads::start(shape))
    }

    fn execute(&self, work: impl FnOnce() + Send + 'static) {
        self.0.pool().spawn_fifo(work);
    }
}
