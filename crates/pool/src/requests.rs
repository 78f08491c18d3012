//! One request, one answer, over any pool.

use std::{error::Error, fmt};

use crate::{
    AsyncPool, CancellationToken, Handle, JobId, JobOptions, Pool, SubmitError, TrySubmitError,
    handle::{Promise, Slot},
    held::Held,
    sync::Arc,
};

/// A pool that is asked: each job is a request, and a [`Handle`] waits for its answer alone.
///
/// Completions come out of a pool in the order in which jobs end, for the one reader. A service
/// wants the answer where the request came in. So here each job is a [`Request`], which knows
/// where its answer goes, and the handler [answers](Request::answer) it. This adds no thread, and
/// no reader. The completions of the pool carry nothing of interest, so
/// [discard](crate::Config::discard_results) them.
///
/// Unlike a closure of [`Tasks`](crate::Tasks), a request can use the
/// [state of its worker](crate::Backend::spawn_with):
///
/// ```
/// use std::collections::HashMap;
/// use pool::{Request, Requests, prelude::*};
/// use pool_std::Std;
///
/// struct Table(HashMap<&'static str, u32>); // a connection, say
///
/// let (pool, _) = Std::spawn_with(
///     Config::new(2).discard_results(),
///     |_| Table([("cheese", 7)].into()),
///     |table: &mut Table, request: Request<&str, u32, String>, _: &Context| {
///         request.answer(|name| table.0.get(name).copied().ok_or(format!("no {name}")))
///     },
/// )?;
/// let requests = Requests::new(pool);
///
/// let (cheese, ham) = (requests.submit_for("cheese")?, requests.submit_for("ham")?);
/// assert_eq!(cheese.join()?, Ok(7));
/// assert_eq!(ham.join()?, Err("no ham".to_owned()));
///
/// requests.pool().close();
/// let stats = requests.pool().join(None)?.stats;
/// assert_eq!((stats.succeeded, stats.failed), (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Giving up
///
/// Dropping the handle abandons the answer, not the request. To end the request too, as when a
/// client has gone or waits no longer, give it a timeout, or [cancel](Handle::cancel) it:
///
/// ```
/// use std::time::Duration;
/// use pool::{JobOptions, Request, Requests, prelude::*};
/// use pool_std::Std;
///
/// let handler = |request: Request<_, _, _>, context: &Context| {
///     request.answer(|time| context.sleep(time)) // until it is cancelled, or late
/// };
/// let (pool, _) = Std::spawn(Config::new(1).discard_results(), handler)?;
/// let requests = Requests::new(pool);
///
/// let options = JobOptions::new().timeout(Duration::from_secs(5)).cancellable();
/// let answer = requests.submit_for_with(Duration::MAX, options)?;
/// answer.cancel();
/// match answer.join() {
///     Ok(answer) => assert!(answer.is_err()), // while it ran
///     Err(not_run) => println!("{not_run}"), // while it was queued
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Requests<P> {
    pool: Held<P>,
}

/// What a request is answered with, when it is: a [`Handle`] waits for it.
pub type Answer<T, E> = Handle<Result<T, E>>;

impl<P: 'static> Requests<P> {
    /// Asks `pool`, whose handler [answers](Request::answer).
    pub fn new<J, T, E>(pool: P) -> Self
    where
        P: Pool<Request<J, T, E>>,
    {
        Self { pool: Held::new(pool) }
    }

    /// Asks for `job`'s answer, and waits while the queue is full.
    ///
    /// # Errors
    ///
    /// The job, as from [`submit`](Pool::submit).
    ///
    /// # Blocking
    ///
    /// As [`submit`](Pool::submit); not until there is an answer.
    pub fn submit_for<J, T, E>(&self, job: J) -> Result<Answer<T, E>, SubmitError<J>>
    where
        P: Pool<Request<J, T, E>>,
    {
        self.submit_for_with(job, JobOptions::new())
    }

    /// As [`submit_for`](Self::submit_for), with a deadline, a cancellation token, or a handle that
    /// can [cancel](Handle::cancel) the request.
    ///
    /// # Errors
    ///
    /// As [`submit_for`](Self::submit_for).
    ///
    /// # Blocking
    ///
    /// As [`submit_for`](Self::submit_for).
    pub fn submit_for_with<J, T, E>(
        &self,
        job: J,
        options: JobOptions,
    ) -> Result<Answer<T, E>, SubmitError<J>>
    where
        P: Pool<Request<J, T, E>>,
    {
        let (request, slot) = Request::new(job);
        let (options, token) = options.for_handle();
        let submitted = self.pool().submit_with(request, options);
        let job = submitted.map_err(|refused| refused.map(Request::into_job))?;
        Ok(self.handle(job, slot, token))
    }

    /// As [`submit_for`](Self::submit_for), if there is room at once.
    ///
    /// # Errors
    ///
    /// The job, as from [`try_submit`](Pool::try_submit).
    pub fn try_submit_for<J, T, E>(&self, job: J) -> Result<Answer<T, E>, TrySubmitError<J>>
    where
        P: Pool<Request<J, T, E>>,
    {
        let (request, slot) = Request::new(job);
        let submitted = self.pool().try_submit(request);
        let job = submitted.map_err(|refused| refused.map(Request::into_job))?;
        Ok(self.handle(job, slot, None))
    }

    /// As [`submit_for_with`](Self::submit_for_with), and waits for room without blocking the
    /// thread.
    ///
    /// ```
    /// use pool::{JobOptions, Request, Requests, implement::block_on, prelude::*};
    /// use pool_flume::Flume;
    ///
    /// # let main = async {
    /// let handler = |request: Request<&str, u8, _>, _: &Context| request.answer(str::parse);
    /// let (pool, _) = Flume::spawn(Config::new(2).discard_results(), handler)?;
    /// let requests = Requests::new(pool);
    /// let answer = requests.submit_for_async("7", JobOptions::new()).await?;
    /// assert_eq!(answer.await?, Ok(7));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # };
    /// # block_on(main, None).unwrap()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The job, as from [`submit_async`](AsyncPool::submit_async).
    pub async fn submit_for_async<J: Send, T: Send, E: Send>(
        &self,
        job: J,
        options: JobOptions,
    ) -> Result<Answer<T, E>, SubmitError<J>>
    where
        P: AsyncPool<Request<J, T, E>>,
    {
        let (request, slot) = Request::new(job);
        let (options, token) = options.for_handle();
        let submitted = self.pool().submit_async_with(request, options).await;
        let job = submitted.map_err(|refused| refused.map(Request::into_job))?;
        Ok(self.handle(job, slot, token))
    }

    fn handle<R>(
        &self,
        job: JobId,
        slot: Arc<Slot<R>>,
        token: Option<CancellationToken>,
    ) -> Handle<R> {
        Handle::new(job, self.pool.is_worker(), slot, token)
    }
}

impl<P> Requests<P> {
    /// The pool below, to be closed, stopped and joined as ever.
    pub fn pool(&self) -> &P {
        self.pool.pool()
    }
}

/// A job that knows where its answer goes: the job of a pool under [`Requests`].
///
/// If it is dropped unanswered, its handle says so.
pub struct Request<J, T, E> {
    job: J,
    promise: Promise<Result<T, E>>,
}

impl<J, T, E> Request<J, T, E> {
    fn new(job: J) -> (Self, Arc<Slot<Result<T, E>>>) {
        let (promise, slot) = Promise::new();
        (Self { job, promise }, slot)
    }

    /// Calls `handler` on the job, and gives what it returns to the handle: what the handler of a
    /// pool under [`Requests`] does.
    ///
    /// # Errors
    ///
    /// If `handler` returns an error, for the pool to count. The error itself is the answer. A
    /// panic goes to the handle, and on to the pool.
    pub fn answer(self, handler: impl FnOnce(J) -> Result<T, E>) -> Result<(), RequestFailed> {
        let mut outcome = Ok(());
        self.promise.fulfil(|| {
            let answer = handler(self.job);
            outcome = answer.as_ref().map(|_| ()).map_err(|_| RequestFailed);
            answer
        });
        outcome
    }

    /// What was asked, as of a request that a [`stop`](Pool::stop) has handed back. Its handle
    /// gets that it was not run.
    pub fn into_job(self) -> J {
        self.job
    }
}

impl<J, T, E> fmt::Debug for Request<J, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").finish_non_exhaustive()
    }
}

/// A request was answered with an error, which its handle has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestFailed;

impl fmt::Display for RequestFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request was answered with an error")
    }
}

impl Error for RequestFailed {}
