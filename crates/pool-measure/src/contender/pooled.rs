//! A backend's pool as a contender.

use std::{convert::Infallible, fmt, marker::PhantomData};

use pool::{Backend, Completion, Config, Context, Pool, Results};

use super::{Contender, Jobs, Shape};

/// The pool of backend `B`.
#[derive(Debug)]
pub struct Pooled<B>(PhantomData<B>);

/// Its sending half.
#[derive(Debug)]
pub struct PooledJobs<P>(P);

/// Its receiving half.
#[derive(Debug)]
pub struct PooledResults<R>(R);

impl<B: Backend + 'static> Contender for Pooled<B> {
    type Jobs<J: Send + 'static> = PooledJobs<B::Pool<J>>;
    type Results<T: Send + 'static> = PooledResults<B::Results<T, Infallible>>;

    fn start<J, T, H>(shape: Shape, handler: H) -> (Self::Jobs<J>, Self::Results<T>)
    where
        J: Send + 'static,
        T: Send + 'static,
        H: Fn(J) -> T + Send + Sync + 'static,
    {
        let (pool, results) = spawn::<B, J, T, H>(shape, handler);
        (PooledJobs(pool), PooledResults(results))
    }
}

fn spawn<B, J, T, H>(shape: Shape, handler: H) -> (B::Pool<J>, B::Results<T, Infallible>)
where
    B: Backend,
    J: Send + 'static,
    T: Send + 'static,
    H: Fn(J) -> T + Send + Sync + 'static,
{
    let config = Config::new(shape.workers).queue(shape.queue);
    let config = match shape.results {
        Some(results) => config.results(results),
        None => config,
    };
    B::spawn(config, move |job, _: &Context| Ok(handler(job))).expect("a pool can be started")
}

impl<J, P: Pool<J>> Jobs<J> for PooledJobs<P> {
    fn submit(&self, job: J) {
        self.0.submit(job).expect("the pool is open");
    }
}

impl<T, R: Results<T, Infallible>> Iterator for PooledResults<R>
where
    R: Iterator<Item = Completion<T, Infallible>>,
{
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.recv().ok().map(value)
    }
}

/// # Panics
///
/// If the handler panicked: a measurement in which jobs fail measures something else.
fn value<T, E: fmt::Debug>(completion: Completion<T, E>) -> T {
    completion.result.expect("a measured job succeeds")
}
