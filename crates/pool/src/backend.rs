//! The static face of a backend: what tests, benches and the chooser are generic over.

use std::{convert::Infallible, error::Error};

use crate::{Config, Context, Pool, Results, SpawnError, WorkerId};

/// A library that carries jobs and results: the type that names it and starts its pools.
///
/// ```
/// use pool::{Backend, Config, Context, Pool};
/// use pool_std::Std;
///
/// fn squares<B: Backend>(upto: u64) -> u64 {
///     let (pool, results) =
///         B::spawn(Config::new(2), |n: u64, _: &Context| Ok::<_, std::convert::Infallible>(n * n))
///             .expect("two threads can be had");
///     for n in 1..=upto {
///         pool.submit(n).expect("the pool is open");
///     }
///     pool.close();
///     results.filter_map(|completion| completion.result.ok()).sum()
/// }
///
/// assert_eq!(squares::<Std>(3), 14);
/// ```
///
/// # The two halves
///
/// The results half is to be received from, or dropped. If no result is wanted, write
/// `let (pool, _) = Std::spawn(..)`, or [discard](Config::discard_results) the results.
///
/// In a struct that has both halves, declare the results first. Fields are dropped in the order
/// in which they are declared, and so are the elements of the tuple that `spawn` returns. A pool
/// that is dropped first waits for its workers, and with [bounded results](Config::results) these
/// may wait for the reader, which is then dropped second: neither comes to an end.
///
/// ```
/// use std::convert::Infallible;
/// use pool::{Backend, Config, Context, Pool, Results};
/// use pool_std::{Std, StdPool, StdResults};
///
/// struct Service {
///     results: StdResults<u32, Infallible>, // dropped first
///     pool: StdPool<u32>,
/// }
///
/// let handler = |n: u32, _: &Context| Ok::<_, Infallible>(n);
/// let (pool, results) = Std::spawn(Config::new(1).results(1), handler).unwrap();
/// let mut service = Service { results, pool };
/// for n in 0..10 {
///     service.pool.submit(n).unwrap();
/// }
/// assert_eq!(service.results.recv().unwrap().result, Ok(0));
/// drop(service); // nine results unread, and no deadlock
/// ```
///
/// # Big jobs
///
/// A job, and a result, is moved by value through queues and over the worker's
/// [stack](Config::stack_size). Box what has more than some kilobytes.
pub trait Backend {
    /// The name people know it by: `"crossbeam"`.
    const NAME: &'static str;

    /// The sending half.
    type Pool<J: Send + 'static>: Pool<J> + 'static;

    /// The receiving half.
    type Results<T: Send + 'static, E: Send + 'static>: Results<T, E> + 'static;

    /// Starts a pool in which every worker owns a state: a connection, a buffer, a cache.
    ///
    /// `init` runs once on each worker's thread before its first job; the state is dropped
    /// on that thread too, so it need not be `Send`. Returns when every worker is ready.
    ///
    /// `init` returns a `Result`, and the compiler has to know its error. An `init` that cannot fail
    /// returns `Ok::<_, Infallible>(state)`. One that uses `?` is best a function, such as
    /// `fn open(worker: WorkerId) -> io::Result<Connection>`.
    ///
    /// ```
    /// use std::convert::Infallible;
    /// use pool::{Backend, Config, Context, Pool, Results};
    /// use pool_std::Std;
    ///
    /// let (pool, mut results) = Std::spawn_with_state(
    ///     Config::new(1),
    ///     |worker| Ok::<_, Infallible>(format!("buffer of worker {worker}: ")),
    ///     |buffer: &mut String, job: char, _: &Context| {
    ///         buffer.push(job);
    ///         Ok::<_, Infallible>(buffer.clone())
    ///     },
    /// )
    /// .unwrap();
    /// pool.submit('a').unwrap();
    /// pool.submit('b').unwrap();
    /// assert_eq!(results.recv().unwrap().result.unwrap(), "buffer of worker 0: a");
    /// assert_eq!(results.recv().unwrap().result.unwrap(), "buffer of worker 0: ab");
    /// ```
    ///
    /// # Errors
    ///
    /// If the configuration is invalid, a thread is refused, or `init` fails or panics on
    /// any worker. Whatever had been started has then been joined.
    fn spawn_with_state<J, T, E, S, X, I, H>(
        config: Config,
        init: I,
        handler: H,
    ) -> Result<Halves<Self, J, T, E>, SpawnError>
    where
        J: Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
        S: 'static,
        X: Into<Box<dyn Error + Send + Sync>>,
        I: Fn(WorkerId) -> Result<S, X> + Send + Sync + 'static,
        H: Fn(&mut S, J, &Context) -> Result<T, E> + Send + Sync + 'static;

    /// Starts a pool that runs `handler` on every job.
    ///
    /// # Errors
    ///
    /// If the configuration is invalid or a thread is refused.
    fn spawn<J, T, E, H>(config: Config, handler: H) -> Result<Halves<Self, J, T, E>, SpawnError>
    where
        J: Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
        H: Fn(J, &Context) -> Result<T, E> + Send + Sync + 'static,
    {
        Self::spawn_with_state(
            config,
            |_| Ok::<_, Infallible>(()),
            move |(), job, context| handler(job, context),
        )
    }
}

/// The two halves of a pool of backend `B`. Take them apart, or mind the
/// [order in which they are dropped](Backend#the-two-halves).
pub type Halves<B, J, T, E> = (<B as Backend>::Pool<J>, <B as Backend>::Results<T, E>);
