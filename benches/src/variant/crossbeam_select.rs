//! The worker of the Go guides: `select!` over the jobs and a channel that says quit.
//!
//! Compared with: the simple loop's plain `recv`, which ends when the jobs are disconnected.
//!
//! When both are ready, `select!` takes either: jobs that wait when the submitting end is
//! dropped may be left.
//!
//! Found: two to five times the time of an empty job: the disconnect says quit for nothing. At
//! 10 µs either may be ahead, by whether the reader happens to be woken for each result.

use std::{convert::Infallible, sync::Arc, thread};

use crossbeam::{channel, select};
use pool_measure::contender::{Contender, Shape};

use crate::loops::{SendJob, Sending};

/// `select!` over jobs and quit.
#[derive(Debug)]
pub struct CrossbeamSelect;

/// A sender of jobs; dropping it says quit.
#[derive(Debug)]
pub struct Quitting<J> {
    jobs: channel::Sender<J>,
    _quit: channel::Sender<Infallible>,
}

impl Contender for CrossbeamSelect {
    type Jobs<J: Send + 'static> = Sending<Quitting<J>>;
    type Results<T: Send + 'static> = channel::IntoIter<T>;

    fn start<J, T, H>(shape: Shape, handler: H) -> (Self::Jobs<J>, Self::Results<T>)
    where
        J: Send + 'static,
        T: Send + 'static,
        H: Fn(J) -> T + Send + Sync + 'static,
    {
        let (jobs, receiver) = channel::bounded(shape.queue);
        let (quit, quits) = channel::bounded(0);
        let (sender, results) = shape.results.map_or_else(channel::unbounded, channel::bounded);
        let handler = Arc::new(handler);
        let worker = || {
            let (receiver, quits, sender) = (receiver.clone(), quits.clone(), sender.clone());
            let handler = Arc::clone(&handler);
            thread::spawn(move || {
                loop {
                    let received = select! {
                        recv(receiver) -> job => job.ok(),
                        recv(quits) -> _ => None,
                    };
                    let Some(job) = received else { break };
                    if sender.send(handler(job)).is_err() {
                        break;
                    }
                }
            })
        };
        let threads = (0..shape.workers).map(|_| worker()).collect();
        (Sending::new(Quitting { jobs, _quit: quit }, threads), results.into_iter())
    }
}

impl<J: Send> SendJob<J> for Quitting<J> {
    fn send(&self, job: J) {
        assert!(self.jobs.send(job).is_ok(), "the workers are there");
    }
}
