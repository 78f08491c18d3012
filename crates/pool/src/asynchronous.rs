//! What some backends can do beyond the contract: wait without blocking a thread.

use std::{
    future::{Future, poll_fn},
    task::{Context, Poll},
};

use crate::{Completion, Ended, JobId, JobOptions, Pool, Results, SubmitError};

/// A pool that jobs can be submitted to from async code, with backpressure.
///
/// It is a bound, so that a program says what it needs, and the compiler who has it:
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
pub trait AsyncPool<J>: Pool<J> {
    /// Takes a job, and waits, without blocking the thread, while the queue is full.
    ///
    /// Async and blocking submitters wait in one line. Dropping the future before it is
    /// ready gives up its place in that line, and drops the job.
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
        J: Send;

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

/// A results half that can be awaited. Backends that have it implement
/// `futures_core::Stream` as well.
pub trait AsyncResults<T, E>: Results<T, E> + Unpin {
    /// The next completion if there is one, `None` once the results have ended; else the
    /// task is woken when either comes.
    ///
    /// A cancellation wakes it while it holds the job it has completed. So a waker may do what
    /// wakers are for, and must not call the pool.
    fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<Completion<T, E>>>;

    /// The next completion; waits for it without blocking the thread.
    ///
    /// Nothing is lost if the future is dropped before it is ready.
    ///
    /// # Errors
    ///
    /// [`Ended`] once no completion can come any more; then always.
    fn recv_async(&mut self) -> impl Future<Output = Result<Completion<T, E>, Ended>> + Send {
        poll_fn(|cx| self.poll_recv(cx).map(|completion| completion.ok_or(Ended)))
    }
}
