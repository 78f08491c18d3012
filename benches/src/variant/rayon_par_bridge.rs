//! A bounded channel whose receiver is the iterator of a `par_bridge`.
//!
//! Compared with: the simple loop's `spawn`. The channel gives what rayon lacks, a bound; the
//! bridge keeps its iterator behind a mutex, in which one thread waits for the next job.
//!
//! Found: no clear difference, and it is bounded. Not the default, because it is one parallel
//! iterator that holds all threads to its end: workers have no life of their own to start, to
//! name, to own a state and to stop.

use std::sync::mpsc;

use pool_measure::contender::{Contender, Jobs, Outlet, Shape};
use rayon::iter::{ParallelBridge, ParallelIterator};

use crate::loops::RayonThreads;

/// `par_bridge` over a channel.
#[derive(Debug)]
pub struct RayonParBridge;

/// The sender, and the threads that end when it is dropped.
#[derive(Debug)]
pub struct Bridged<J> {
    sender: mpsc::SyncSender<J>,
    /// Declared after the sender, so dropped after it.
    _threads: RayonThreads,
}

impl Contender for RayonParBridge {
    type Jobs<J: Send + 'static> = Bridged<J>;
    type Results<T: Send + 'static> = mpsc::IntoIter<T>;

    fn start<J, T, H>(shape: Shape, handler: H) -> (Self::Jobs<J>, Self::Results<T>)
    where
        J: Send + 'static,
        T: Send + 'static,
        H: Fn(J) -> T + Send + Sync + 'static,
    {
        let (sender, receiver) = mpsc::sync_channel(shape.queue);
        let (outlet, results) = Outlet::new(shape.results);
        let threads = RayonThreads::start(shape);
        threads.pool().spawn(move || {
            let deliver = |job| outlet.send(handler(job)).then_some(());
            // `None` if the results were dropped.
            _ = receiver.into_iter().par_bridge().try_for_each(deliver);
        });
        (Bridged { sender, _threads: threads }, results.into_iter())
    }
}

impl<J: Send> Jobs<J> for Bridged<J> {
    fn submit(&self, job: J) {
        assert!(self.sender.send(job).is_ok(), "the workers are there");
    }
}
