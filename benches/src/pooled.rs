//! A pool as a contender.

use std::{convert::Infallible, marker::PhantomData};

use pool::{Backend, Config, Context, Pool};

use crate::{Contender, Jobs};

/// The pool of backend `B`.
#[derive(Debug)]
pub struct Pooled<B>(PhantomData<B>);

/// Its sending half.
#[derive(Debug)]
pub struct PooledJobs<P>(P);

/// Its receiving half.
#[derive(Debug)]
pub struct PooledResults<R>(R);

impl<B: Backend> Contender for Pooled<B> {
    type Jobs = PooledJobs<B::Pool<u64>>;
    type Results = PooledResults<B::Results<u64, Infallible>>;

    fn start(workers: usize, queue: usize, results: Option<usize>) -> (Self::Jobs, Self::Results) {
        let config = Config::new(workers).queue(queue);
        let config = match results {
            Some(results) => config.results(results),
            None => config,
        };
        let handler = |job: u64, _: &Context| Ok(job + 1);
        let (pool, results) = B::spawn(config, handler).expect("a pool can be started");
        (PooledJobs(pool), PooledResults(results))
    }
}

impl<P: Pool<u64>> Jobs for PooledJobs<P> {
    fn submit(&self, job: u64) {
        self.0.submit(job).expect("the pool is open");
    }
}

impl<R> Iterator for PooledResults<R>
where
    R: pool::Results<u64, Infallible>,
{
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.0.recv().ok().map(|completion| completion.result.expect("an empty job succeeds"))
    }
}
