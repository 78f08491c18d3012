//! A flag that says stop, looked at before each job.
//!
//! Compared with: the simple loop's plain `recv`, which ends when the jobs are disconnected. Here
//! the disconnect wakes who waits, and the flag stops who works: jobs that wait when the submitting
//! end is dropped are left.
//!
//! Found: no difference beyond the noise. Together with the disconnect it is
//! the cheapest way to end at once; our pool takes the queued jobs out instead, which also
//! hands them back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use crossbeam::channel;
use pool_measure::contender::{Contender, Shape};

use crate::loops::{SendJob, Sending};

/// A plain `recv`, and a flag.
#[derive(Debug)]
pub struct CrossbeamFlag;

/// A sender of jobs; dropping it raises the flag.
#[derive(Debug)]
pub struct Stopping<J> {
    jobs: channel::Sender<J>,
    stop: Arc<AtomicBool>,
}

impl Contender for CrossbeamFlag {
    type Jobs<J: Send + 'static> = Sending<Stopping<J>>;
    type Results<T: Send + 'static> = channel::IntoIter<T>;

    fn start<J, T, H>(shape: Shape, handler: H) -> (Self::Jobs<J>, Self::Results<T>)
    where
        J: Send + 'static,
        T: Send + 'static,
        H: Fn(J) -> T + Send + Sync + 'static,
    {
        let (jobs, receiver) = channel::bounded(shape.queue);
        let (sender, results) = shape.results.map_or_else(channel::unbounded, channel::bounded);
        let (handler, stop) = (Arc::new(handler), Arc::new(AtomicBool::new(false)));
        let worker = || {
            let (receiver, sender) = (receiver.clone(), sender.clone());
            let (handler, stop) = (Arc::clone(&handler), Arc::clone(&stop));
            thread::spawn(move || {
                for job in receiver {
                    // Relaxed: it publishes nothing. Pairs with the store in `drop`; who sees
                    // it late does a job more, and ends at the disconnect.
                    if stop.load(Ordering::Relaxed) || sender.send(handler(job)).is_err() {
                        break;
                    }
                }
            })
        };
        let threads = (0..shape.workers).map(|_| worker()).collect();
        (Sending::new(Stopping { jobs, stop }, threads), results.into_iter())
    }
}

impl<J: Send> SendJob<J> for Stopping<J> {
    fn send(&self, job: J) {
        assert!(self.jobs.send(job).is_ok(), "the workers are there");
    }
}

impl<J> Drop for Stopping<J> {
    fn drop(&mut self) {
        // Relaxed: pairs with the load of a worker, see there.
        self.stop.store(true, Ordering::Relaxed);
    }
}
