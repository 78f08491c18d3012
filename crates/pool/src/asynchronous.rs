//! What some backends can do beyond the contract: wait without blocking a thread.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll},
};

use crate::{Completion, Ended, JobId, JobOptions, Pool, Results, SubmitError};

/// A pool that jobs can be submitted to from async code, with backpressure.
///
/// It is a bound: a program says that it needs it, and the compiler checks that the backend has
/// it. It holds through `&P`, `Box<P>` and `Arc<P>` as well, and as a trait object there is
/// [`DynAsyncPool`].
///
/// ```
/// use pool::{AsyncPool, AsyncResults, Backend, Config, Context, implement::block_on};
/// use pool_flume::Flume;
///
/// async fn sum(
///     pool: &impl AsyncPool<u32>,
///     results: &mut impl AsyncResults<u32, String>,
///     jobs: u32,
/// ) -> u32 {
///     for job in 1..=jobs {
///         pool.submit_async(job).await.expect("the pool is open");
///     }
///     pool.close();
///     let mut sum = 0;
///     while let Ok(completion) = results.recv_async().await {
///         sum += completion.result.unwrap_or(0);
///     }
///     sum
/// }
///
/// let (pool, mut results) =
///     Flume::spawn(Config::new(2), |n: u32, _: &Context| Ok::<_, String>(n * n)).unwrap();
/// // Any executor will do, and so does none.
/// assert_eq!(block_on(sum(&pool, &mut results, 3), None), Some(14));
/// ```
///
/// # Await it or drop it
///
/// A place in the queue that becomes free belongs to the submitter that has waited longest, even
/// before its task has run again. So a future that has begun to wait and is kept without being
/// polled holds up all submitters behind it. In a `select!` that goes on to submit something
/// else, drop the first future, or poll both:
///
/// ```
/// use pool::{AsyncPool, Backend, Config, Context, Pool, implement::block_on};
/// use pool_flume::Flume;
///
/// # let (pool, _) = Flume::spawn(Config::new(1), |n: u32, _: &Context| Ok::<_, String>(n))?;
/// # let main = async {
/// let mut first = Some(Box::pin(pool.submit_async(1)));
/// // ... a `select!` over `first` and a timer, in which the timer was quicker ...
/// drop(first.take()); // and then
/// pool.submit_async(2).await
/// # };
/// # block_on(main, None).unwrap()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "jobs cannot be submitted to `{Self}` by `.await`",
    note = "of the pools here, those of flume and Tokio can be awaited: `pool_flume::Flume`, \
            `pool_tokio::Tokio`; others by `pool.submit` on a thread that may block"
)]
pub trait AsyncPool<J>: Pool<J> {
    /// Takes the job out of `job` once there is room for it; waits for that without blocking the
    /// thread. All `submit_async` methods call this.
    ///
    /// Async and blocking submitters wait in one line. Dropping the future before it is ready
    /// gives up its place in that line, and the job is still in `job`. So it is what a `select!`
    /// needs that does not want to lose the job:
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use pool::{Config, JobOptions, implement::block_on, prelude::*};
    /// use pool_flume::Flume;
    ///
    /// let sleep = |time, context: &Context| context.sleep(time);
    /// let (pool, _) = Flume::spawn(Config::new(1).queue(1), sleep)?;
    /// pool.submit(Duration::MAX)?;
    /// pool.submit(Duration::MAX)?; // waits until the worker has the first; the queue is full
    ///
    /// let mut job = Some(Duration::ZERO);
    /// let submission = pool.submit_async_from(&mut job, JobOptions::new());
    /// // Gives up at once, as a `select!` does whose other future is ready.
    /// let submitted = block_on(submission, Some(Instant::now()));
    /// assert!(submitted.is_none() && job.is_some());
    /// pool.stop();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// There are no permits to be kept, as other queues give for a place: one that is kept unused
    /// would keep the place from others, and a job's id has no gap before it.
    ///
    /// # Errors
    ///
    /// The job, as from [`submit_with`](Pool::submit_with).
    ///
    /// # Panics
    ///
    /// If there is no job in `job`.
    fn submit_async_from(
        &self,
        job: &mut Option<J>,
        options: JobOptions,
    ) -> impl Future<Output = Result<JobId, SubmitError<J>>> + Send
    where
        J: Send;

    /// Takes a job, and waits, without blocking the thread, while the queue is full.
    ///
    /// Dropping the future before it is ready drops the job. To keep it, see
    /// [`submit_async_from`](Self::submit_async_from).
    ///
    /// # Errors
    ///
    /// The job, as from [`submit_with`](Pool::submit_with).
    fn submit_async_with(
        &self,
        job: J,
        options: JobOptions,
    ) -> impl Future<Output = Result<JobId, SubmitError<J>>> + Send
    where
        J: Send,
    {
        async move { self.submit_async_from(&mut Some(job), options).await }
    }

    /// As [`submit_async_with`](Self::submit_async_with), with neither deadline nor token.
    ///
    /// # Errors
    ///
    /// As [`submit_async_with`](Self::submit_async_with).
    fn submit_async(&self, job: J) -> impl Future<Output = Result<JobId, SubmitError<J>>> + Send
    where
        J: Send,
    {
        self.submit_async_with(job, JobOptions::new())
    }
}

/// [`AsyncPool`] as a trait object: every `AsyncPool` is one, and `dyn DynAsyncPool<J>` is an
/// `AsyncPool`. Each submission allocates its future.
///
/// ```
/// use pool::{AsyncPool, Backend, Config, Context, DynAsyncPool, implement::block_on};
/// use pool_flume::Flume;
///
/// let (pool, _) = Flume::spawn(Config::new(1), |n: u32, _: &Context| Ok::<_, String>(n))?;
/// let pool: Box<dyn DynAsyncPool<u32>> = Box::new(pool);
/// let id = block_on(pool.submit_async(7), None).unwrap()?;
/// assert_eq!(id.get(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait DynAsyncPool<J>: Pool<J> {
    /// As [`AsyncPool::submit_async_from`].
    fn submit_boxed<'a>(
        &'a self,
        job: &'a mut Option<J>,
        options: JobOptions,
    ) -> BoxedSubmission<'a, J>
    where
        J: Send + 'a;
}

/// The future of [`DynAsyncPool::submit_boxed`].
pub type BoxedSubmission<'a, J> =
    Pin<Box<dyn Future<Output = Result<JobId, SubmitError<J>>> + Send + 'a>>;

impl<J, P: AsyncPool<J>> DynAsyncPool<J> for P {
    fn submit_boxed<'a>(
        &'a self,
        job: &'a mut Option<J>,
        options: JobOptions,
    ) -> BoxedSubmission<'a, J>
    where
        J: Send + 'a,
    {
        Box::pin(self.submit_async_from(job, options))
    }
}

impl<J> AsyncPool<J> for dyn DynAsyncPool<J> + '_ {
    async fn submit_async_from(
        &self,
        job: &mut Option<J>,
        options: JobOptions,
    ) -> Result<JobId, SubmitError<J>>
    where
        J: Send,
    {
        self.submit_boxed(job, options).await
    }
}

/// A results half that can be awaited. Backends that have it implement
/// `futures_core::Stream` as well. It holds through `&mut R` and `Box<R>`, and as
/// `dyn AsyncResults<T, E>`.
pub trait AsyncResults<T, E>: Results<T, E> + Unpin {
    /// The next completion if there is one, `None` once the results have ended; else the
    /// task is woken when either comes.
    fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<Completion<T, E>>>;

    /// The next completion; waits for it without blocking the thread.
    ///
    /// Nothing is lost if the future is dropped before it is ready.
    ///
    /// # Errors
    ///
    /// [`Ended`] once no completion can come any more; then always.
    fn recv_async(&mut self) -> impl Future<Output = Result<Completion<T, E>, Ended>> + Send
    where
        Self: Sized,
    {
        poll_fn(|cx| self.poll_recv(cx).map(|completion| completion.ok_or(Ended)))
    }
}
