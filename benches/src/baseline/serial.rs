//! A plain loop: no thread but the consumer's.
//!
//! A pool has two ends and a loop has none, so the jobs travel through a channel, and each is
//! run when its result is asked for. Next to a loop over a vector, that costs the channel.
//! The channel has no bound: a producer on the consumer's own thread could not wait for room.

use std::{
    iter::{self, FromFn},
    sync::mpsc,
};

use pool_measure::contender::{Contender, Jobs, Shape};

use super::Baseline;

/// Every job on the consumer's thread; [`Shape::workers`] says nothing.
///
/// No parallelism, no bound, a panic ends the consumer.
#[derive(Debug)]
pub struct Serial;

impl Baseline for Serial {
    const NAME: &'static str = "serial loop";
}

impl Contender for Serial {
    type Jobs<J: Send + 'static> = ToConsumer<J>;
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
        (ToConsumer(jobs), iter::from_fn(next))
    }
}

/// The end that jobs go into.
#[derive(Debug)]
pub struct ToConsumer<J>(mpsc::Sender<J>);

impl<J: Send> Jobs<J> for ToConsumer<J> {
    fn submit(&self, job: J) {
        assert!(self.0.send(job).is_ok(), "the consumer is there");
    }
}
