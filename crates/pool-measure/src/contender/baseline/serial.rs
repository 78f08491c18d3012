//! A plain loop: no thread but the consumer's.
//!
//! A pool has two ends and a loop has none, so the jobs travel through a channel, and each is
//! run when its result is asked for. Next to a loop over a vector, that costs the channel.
//! The channel has no bound: a producer on the consumer's own thread could not wait for room.

use std::{
    iter::{self, FromFn},
    sync::mpsc,
};

use super::Baseline;
use crate::contender::{Contender, SendJob, Sending, Shape};

/// Every job on the consumer's thread; [`Shape::workers`] says nothing.
#[derive(Debug)]
pub struct Serial;

impl Baseline for Serial {
    const NAME: &'static str = "serial loop";
    const LACKS: &'static str = "no parallelism, no bound, a panic ends the consumer";
}

impl Contender for Serial {
    type Jobs<J: Send + 'static> = Sending<mpsc::Sender<J>>;
    type Results<T: Send + 'static> = FromFn<Box<dyn FnMut() -> Option<T> + Send>>;

    fn start<J, T, H>(_: Shape, handler: H) -> (Self::Jobs<J>, Self::Results<T>)
    where
        J: Send + 'static,
        T: Send + 'static,
        H: Fn(J) -> T + Send + Sync + 'static,
    {
        let (jobs, receiver) = mpsc::channel();
        let next: Box<dyn FnMut() -> Option<T> + Send> =
            Box::new(move || receiver.recv().ok().map(&handler));
        (Sending::new(jobs, Vec::new()), iter::from_fn(next))
    }
}

impl<J: Send> SendJob<J> for mpsc::Sender<J> {
    fn send(&self, job: J) {
        assert!(self.send(job).is_ok(), "the consumer is there");
    }
}
