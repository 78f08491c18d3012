//! Bounded channel in, channel out.

use std::{sync::Arc, thread};

use pool_measure::contender::{Contender, Shape};

use super::{SendJob, Sending};

/// The loop over flume.
#[derive(Debug)]
pub struct Flume;

impl Contender for Flume {
    type Jobs<J: Send + 'static> = Sending<flume::Sender<J>>;
    type Results<T: Send + 'static> = flume::IntoIter<T>;

    fn start<J, T, H>(shape: Shape, handler: H) -> (Self::Jobs<J>, Self::Results<T>)
    where
        J: Send + 'static,
        T: Send + 'static,
        H: Fn(J) -> T + Send + Sync + 'static,
    {
        let (jobs, receiver) = flume::bounded(shape.queue);
        let (sender, results) = shape.results.map_or_else(flume::unbounded, flume::bounded);
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

impl<J: Send> SendJob<J> for flume::Sender<J> {
    fn send(&self, job: J) {
        assert!(self.send(job).is_ok(), "the workers are there");
    }
}
