//! Bounded channel in, channel out.

use std::{sync::Arc, thread};

use crossbeam::channel;

use pool_measure::contender::{Contender, Shape};

use super::{SendJob, Sending};

/// The loop over crossbeam.
#[derive(Debug)]
pub struct Crossbeam;

impl Contender for Crossbeam {
    type Jobs<J: Send + 'static> = Sending<channel::Sender<J>>;
    type Results<T: Send + 'static> = channel::IntoIter<T>;

    fn start<J, T, H>(shape: Shape, handler: H) -> (Self::Jobs<J>, Self::Results<T>)
    where
        J: Send + 'static,
        T: Send + 'static,
        H: Fn(J) -> T + Send + Sync + 'static,
    {
        let (jobs, receiver) = channel::bounded(shape.queue);
        let (sender, results) = shape.results.map_or_else(channel::unbounded, channel::bounded);
        let handler = Arc::new(handler);
        let worker = |number| {
            let (receiver, sender) = (receiver.clone(), sender.clone());
            let handler = Arc::clone(&handler);
            thread::spawn(move || {
                shape.placement.settle(number);
                for job in receiver {
                    if sender.send(handler(job)).is_err() {
                        break;
                    }
                }
            })
        };
        let threads = (0..shape.workers).map(worker).collect();
        (Sending::new(jobs, threads), results.into_iter())
    }
}

impl<J: Send> SendJob<J> for channel::Sender<J> {
    fn send(&self, job: J) {
        assert!(self.send(job).is_ok(), "the workers are there");
    }
}
