//! The crate `qubit-thread-pool`, and its `FixedThreadPool`: an executor service after Java's.
//! `submit` a closure, and send its result through a channel.
//!
//! Read in the source of 0.12.1: jobs wait, boxed, in a crossbeam `Injector`. There can be a
//! bound; at the bound `submit` refuses and never waits, so a user who wants backpressure
//! writes it. A panic is caught and the thread goes on; of a job given to `submit` it is
//! dropped without a word, and the result is missing. (`submit_callable` returns a handle,
//! which tells a panic or an error, and can cancel a job that waits.) `stop` counts what it
//! cancelled and does not hand it back. Dropping the pool lets it drain, and waits for
//! nothing; `wait_termination` waits until every worker has left its loop.
//!
//! It asks for Rust 1.94. `submit` wants a closure that can be called again, hence the
//! `Option` here.

use std::convert::Infallible;

use qubit_executor::ExecutorService;
use qubit_thread_pool::FixedThreadPool;

use super::Baseline;
use crate::contender::{Execute, Shape};

/// The fixed pool of the crate `qubit-thread-pool`, without a bound.
pub struct QubitThreadPool(FixedThreadPool);

impl Baseline for QubitThreadPool {
    const NAME: &'static str = "qubit-thread-pool";
    const LACKS: &'static str =
        "a full queue refuses instead of waiting, drop does not wait, a panic loses the result";
}

impl Execute for QubitThreadPool {
    fn start(shape: Shape) -> Self {
        Self(FixedThreadPool::new(shape.workers).expect("a pool can be started"))
    }

    fn execute(&self, work: impl FnOnce() + Send + 'static) {
        let mut work = Some(work);
        let again = move || -> Result<(), Infallible> {
            work.take().into_iter().for_each(|work| work());
            Ok(())
        };
        self.0.submit(again).expect("the pool is open");
    }
}

impl Drop for QubitThreadPool {
    fn drop(&mut self) {
        self.0.shutdown();
        self.0.wait_termination();
    }
}
