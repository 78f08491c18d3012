//! A backend's pool as a contender.

use std::{collections::VecDeque, convert::Infallible, fmt, marker::PhantomData, time::Duration};

use pool::{Backend, Completion, Config, Context, Pool, Results};

use super::{Contender, Jobs, Shape};
use crate::placement::Placement;

/// The pool of backend `B`.
#[derive(Debug)]
pub struct Pooled<B>(PhantomData<B>);

/// Its sending half.
#[derive(Debug)]
pub struct PooledJobs<P>(P);

/// Its receiving half.
#[derive(Debug)]
pub struct PooledResults<R, T> {
    results: R,
    linger: Option<Duration>,
    /// Where batches are received.
    batch: Vec<Completion<T, Infallible>>,
    /// What has come in a batch and has not yet been given out.
    values: VecDeque<T>,
}

/// How many results make a batch, even if there is time for more.
const BATCH: usize = 1024;

impl<B: Backend + 'static> Contender for Pooled<B> {
    type Jobs<J: Send + 'static> = PooledJobs<B::Pool<J>>;
    type Results<T: Send + 'static> = PooledResults<B::Results<T, Infallible>, T>;

    fn start<J, T, H>(shape: Shape, handler: H) -> (Self::Jobs<J>, Self::Results<T>)
    where
        J: Send + 'static,
        T: Send + 'static,
        H: Fn(J) -> T + Send + Sync + 'static,
    {
        let handler = move |job, _: &Context| Ok(handler(job));
        let (pool, results) =
            B::spawn(shape.config(shape.workers), handler).expect("a pool can be started");
        (PooledJobs::new(pool), PooledResults::new(results, shape))
    }
}

impl Shape {
    /// The configuration of a pool of this shape, but for its workers.
    pub fn config(self, workers: usize) -> Config {
        let Self { queue, results, placement, .. } = self;
        let mut config = Config::new(workers).queue(queue);
        if let Some(results) = results {
            config = config.results(results);
        }
        if placement == Placement::Apart {
            config = config.on_worker_start(move |worker| placement.settle(worker.get()));
        }
        config
    }
}

impl<P> PooledJobs<P> {
    /// The sending half of a pool that has been started.
    pub fn new(pool: P) -> Self {
        Self(pool)
    }
}

impl<J, P: Pool<J>> Jobs<J> for PooledJobs<P> {
    fn submit(&self, job: J) {
        self.0.submit(job).expect("the pool is open");
    }
}

impl<R, T> PooledResults<R, T> {
    /// The receiving half of a pool of this shape that has been started.
    pub fn new(results: R, shape: Shape) -> Self {
        Self { results, linger: shape.linger, batch: Vec::new(), values: VecDeque::new() }
    }
}

impl<R: Results<T, Infallible>, T> Iterator for PooledResults<R, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let Some(linger) = self.linger else {
            return self.results.recv().ok().map(value);
        };
        if self.values.is_empty() {
            self.results.recv_batch(&mut self.batch, BATCH, linger).ok()?;
            self.values.extend(self.batch.drain(..).map(value));
        }
        self.values.pop_front()
    }
}

/// # Panics
///
/// If the handler panicked: a measurement in which jobs fail measures something else.
fn value<T, E: fmt::Debug>(completion: Completion<T, E>) -> T {
    completion.result.expect("a measured job succeeds")
}
