//! One `spawn` a job, and a channel out. Nothing bounds the queue: rayon has no way to.

use std::{
    sync::Mutex,
    thread::{self, JoinHandle},
};

use rayon::{ThreadPool, ThreadPoolBuilder};

use pool_measure::contender::{Execute, Shape};

/// The loop over rayon.
#[derive(Debug)]
pub struct Rayon(RayonThreads);

impl Execute for Rayon {
    fn start(shape: Shape) -> Self {
        Self(RayonThreads::start(shape))
    }

    fn execute(&self, work: impl FnOnce() + Send + 'static) {
        self.0.pool().spawn(work);
    }
}

/// Rayon's threads, and the handles to join them: dropping a `ThreadPool` does not wait.
///
/// Dropping these does: for what was spawned, and then for the threads.
#[derive(Debug)]
pub struct RayonThreads {
    /// `None` only while it is dropped.
    pool: Option<ThreadPool>,
    threads: Vec<JoinHandle<()>>,
}

impl RayonThreads {
    /// Starts as many as there are to be workers.
    ///
    /// # Panics
    ///
    /// If the system refuses a thread.
    pub fn start(shape: Shape) -> Self {
        let threads = Mutex::new(Vec::new());
        let pool = ThreadPoolBuilder::new()
            .num_threads(shape.workers)
            .spawn_handler(|thread| {
                let handle = thread::Builder::new().spawn(move || {
                    shape.placement.settle(thread.index());
                    thread.run();
                })?;
                threads.lock().expect("nobody panics here").push(handle);
                Ok(())
            })
            .build()
            .expect("a pool can be started");
        Self { pool: Some(pool), threads: threads.into_inner().expect("nobody panics here") }
    }

    /// The pool that runs on them.
    ///
    /// # Panics
    ///
    /// Never: there is one until this is dropped.
    pub fn pool(&self) -> &ThreadPool {
        self.pool.as_ref().expect("there is a pool until it is dropped")
    }
}

impl Drop for RayonThreads {
    fn drop(&mut self) {
        self.pool = None;
        for thread in self.threads.drain(..) {
            // A panic has been reported by the panic hook, and the jobs it cost are missing.
            _ = thread.join();
        }
    }
}
