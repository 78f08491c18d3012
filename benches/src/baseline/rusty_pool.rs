//! The crate `rusty_pool`: a pool that grows from a core size to a maximum when none is idle,
//! here with both the same. `execute` a closure, and send its result through a channel.
//!
//! Read in the source of 1.0.0: jobs wait, boxed, in an unbounded crossbeam channel. A panic
//! unwinds the thread, whose sentinel spawns another; the result is missing (`evaluate` gives
//! a handle, which then says that there is none, not why). Dropping the pool drops the sender:
//! waiting jobs still run, and nothing waits for the threads, of which there is no handle.
//! `join` and `shutdown_join` wait until all are idle and the channel is empty; but a worker
//! takes a job out first and counts as busy after, so they can return before that job is run.
//! So our drop waits for the threads instead: each holds the hook that is called when it starts.

use std::convert::Infallible;

use crossbeam::channel;
use rusty_pool::{Builder, ThreadPool};

use pool_measure::contender::{Execute, Shape};

use super::Baseline;

/// The crate `rusty_pool`, at a fixed size.
///
/// No bound, no cancellation, drop does not join, a panic costs a thread and the
/// result.
pub struct RustyPool {
    pool: ThreadPool,
    /// Declared after the pool, so dropped after it.
    _threads: Threads,
}

impl Baseline for RustyPool {
    const NAME: &'static str = "rusty_pool";
}

impl Execute for RustyPool {
    fn start(shape: Shape) -> Self {
        let (alive, ended) = channel::bounded(0);
        let pool = Builder::new()
            .core_size(shape.workers)
            .max_size(shape.workers)
            .on_worker_start(move || _ = &alive)
            .build();
        pool.start_core_threads();
        Self { pool, _threads: Threads(ended) }
    }

    fn execute(&self, work: impl FnOnce() + Send + 'static) {
        self.pool.execute(work);
    }
}

/// When dropped, waits for the last thread to let go of its hook, and with it of the sender.
struct Threads(channel::Receiver<Infallible>);

impl Drop for Threads {
    fn drop(&mut self) {
        _ = self.0.recv();
    }
}
