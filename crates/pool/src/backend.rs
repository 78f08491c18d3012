//! The static face of a backend: what tests, benches and the chooser are generic over.

use std::{convert::Infallible, error::Error};

use crate::{Config, Context, Pool, Results, SpawnError, Task, Tasks, WorkerId};

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
/// # Jobs that borrow
///
/// A job, its result and the handler are `'static`: a pool outlives the call that makes it, and its
/// drop, which would have to end every borrow, can be skipped by `mem::forget`. To lend what is on
/// a stack to other threads takes `unsafe`, or a scope that is sure to end, which std has: so for
/// borrowed data take its scoped threads and a channel,
///
/// ```
/// use std::{sync::{Mutex, mpsc}, thread};
///
/// let words = vec!["one".to_owned(), "three".to_owned()];
/// let (jobs, queue) = mpsc::sync_channel::<&str>(16);
/// let queue = Mutex::new(queue);
/// let total: usize = thread::scope(|scope| {
///     let worker = || {
///         // Not locked while a job runs: the guard lives for one statement.
///         let next = || queue.lock().unwrap().recv();
///         std::iter::from_fn(|| next().ok()).map(str::len).sum::<usize>()
///     };
///     let workers = [(); 2].map(|()| scope.spawn(worker));
///     words.iter().for_each(|word| jobs.send(word).unwrap());
///     drop(jobs);
///     workers.map(|worker| worker.join().unwrap()).iter().sum()
/// });
/// assert_eq!(total, 8);
/// ```
///
/// or share what would be borrowed: a job that is an `Arc` of the whole and an index takes any pool.
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
    /// If `init` cannot fail, take [`spawn_with`](Self::spawn_with). The compiler has to know the error
    /// of one that can: if it uses `?`, it is best a function, such as
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

    /// As [`spawn_with_state`](Self::spawn_with_state), for a state that can always be made.
    ///
    /// ```
    /// use pool::prelude::*;
    /// use pool_std::Std;
    ///
    /// let handler = |buffer: &mut String, job: u32, _: &Context| {
    ///     *buffer += &job.to_string();
    ///     buffer.parse::<u32>()
    /// };
    /// let (pool, mut results) = Std::spawn_with(Config::new(1), |_| String::new(), handler)?;
    /// pool.submit_batch(vec![4, 2])?;
    /// assert_eq!(results.recv()?.result, Ok(4));
    /// assert_eq!(results.recv()?.result, Ok(42));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`spawn_with_state`](Self::spawn_with_state).
    fn spawn_with<J, T, E, S, I, H>(
        config: Config,
        init: I,
        handler: H,
    ) -> Result<Halves<Self, J, T, E>, SpawnError>
    where
        J: Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
        S: 'static,
        I: Fn(WorkerId) -> S + Send + Sync + 'static,
        H: Fn(&mut S, J, &Context) -> Result<T, E> + Send + Sync + 'static,
    {
        Self::spawn_with_state(config, move |worker| Ok::<_, Infallible>(init(worker)), handler)
    }

    /// Starts a pool that runs `handler` on every job. One that cannot fail is made of a function
    /// that returns its value by [`infallible`](crate::infallible).
    ///
    /// # If it does not compile
    ///
    /// | the compiler says | write |
    /// |---|---|
    /// | implementation of `Fn` is not general enough | the type of the context: `\|job: u32, context: &Context\|` |
    /// | type annotations needed, at `Ok` | the type of the error, as in `Ok::<_, io::Error>(value)`; or [`infallible`](crate::infallible), if there is no error |
    /// | expected `Result<_, _>` | [`infallible`](crate::infallible)`(handler)` |
    /// | the trait `From<ContextError>` is not implemented | what it is in your own errors, as shown at [`Context`] |
    /// | `str: Error` is not satisfied, at `completion.result?` | an error type of your own, see [`JobError`](crate::JobError) |
    /// | argument requires that it is borrowed for `'static` | a job that owns what it needs, see [above](Backend#jobs-that-borrow) |
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
        Self::spawn_with(config, |_| (), move |(), job, context| handler(job, context))
    }

    /// Starts a pool that runs closures.
    ///
    /// ```
    /// use pool::{Config, prelude::*};
    /// use pool_std::Std;
    ///
    /// let tasks = Std::tasks(Config::new(2).queue(100))?;
    /// assert_eq!(tasks.spawn(|_| 6 * 7)?.join()?, 42);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`spawn`](Self::spawn).
    fn tasks(config: Config) -> Result<Tasks<Self::Pool<Task>>, SpawnError> {
        let (pool, _) = Self::spawn(config.discard_results(), Task::run)?;
        Ok(Tasks::new(pool))
    }
}

/// The two halves of a pool of backend `B`. Take them apart, or mind the
/// [order in which they are dropped](Backend#the-two-halves).
pub type Halves<B, J, T, E> = (<B as Backend>::Pool<J>, <B as Backend>::Results<T, E>);
