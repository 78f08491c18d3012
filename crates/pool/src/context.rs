//! What a handler knows about the job it runs.

use std::{
    error::Error,
    fmt,
    time::{Duration, Instant},
};

use crate::{
    CancellationToken, JobId, WorkerId, cancel::Flag, implement::JobWatch, observer::Observer,
    sync::Arc,
};

/// The circumstances of one running job: its id, its worker, and whether it should go on.
///
/// Cancellation is cooperative: nothing stops a handler that never looks here.
///
/// ```
/// use pool::{Context, ContextError};
///
/// fn handler(chunks: Vec<u64>, ctx: &Context) -> Result<u64, ContextError> {
///     let mut sum = 0;
///     for chunk in chunks {
///         ctx.check()?; // leaves early when the job is cancelled or late
///         sum += chunk;
///     }
///     Ok(sum)
/// }
/// # let _ = handler;
/// ```
///
/// A handler with an error type of its own says what a [`ContextError`] is there. Then `?` works:
///
/// ```
/// use pool::{Context, ContextError};
///
/// enum OrderError {
///     Negative(i64),
///     GivenUp(ContextError),
/// }
///
/// impl From<ContextError> for OrderError {
///     fn from(error: ContextError) -> Self {
///         Self::GivenUp(error)
///     }
/// }
///
/// fn handler(amount: i64, ctx: &Context) -> Result<i64, OrderError> {
///     ctx.check()?;
///     if amount < 0 { Err(OrderError::Negative(amount)) } else { Ok(amount) }
/// }
/// # let _ = handler;
/// ```
#[derive(Debug)]
pub struct Context {
    worker: WorkerId,
    job_id: JobId,
    deadline: Option<Instant>,
    /// Cancelled with the pool.
    pool: CancellationToken,
    /// The job's own token, if it was submitted with one.
    job: Option<CancellationToken>,
    /// Of the pool's hooks for jobs, if it has any.
    observer: Option<Arc<Observer>>,
}

impl Context {
    /// The context of one job; for implementors, and for testing handlers without a pool.
    ///
    /// ```
    /// use std::time::Duration;
    /// use pool::{CancellationToken, Context, ContextError, JobId, WorkerId};
    ///
    /// let handler = |_: u32, ctx: &Context| ctx.sleep(Duration::MAX);
    ///
    /// let token = CancellationToken::new();
    /// let context = Context::new(WorkerId::new(0), JobId::new(0), None, token.clone(), None);
    /// token.cancel();
    /// assert_eq!(handler(1, &context), Err(ContextError::Cancelled));
    /// ```
    pub fn new(
        worker: WorkerId,
        job_id: JobId,
        deadline: Option<Instant>,
        pool: CancellationToken,
        job: Option<CancellationToken>,
    ) -> Self {
        Self { worker, job_id, deadline, pool, job, observer: None }
    }

    /// The same context, for a pool with hooks for jobs.
    pub(crate) fn observed(self, observer: Option<Arc<Observer>>) -> Self {
        Self { observer, ..self }
    }

    /// Reuses this context for the worker's next job; for implementors. The pool's token stays.
    #[inline]
    pub fn reset_for(
        &mut self,
        job_id: JobId,
        deadline: Option<Instant>,
        job: Option<CancellationToken>,
    ) {
        self.job_id = job_id;
        self.deadline = deadline;
        self.job = job;
    }

    /// Calls the [hook for the start](crate::Config::on_job_start) of this context's job, if there
    /// is one; for implementors, right before they call the handler. What is returned is to be given
    /// the result.
    #[inline]
    pub fn job_starts(&self) -> JobWatch {
        JobWatch::start(self.observer.as_ref(), self.job_id, self.worker)
    }

    /// The job being run.
    pub fn job_id(&self) -> JobId {
        self.job_id
    }

    /// The worker running it.
    #[inline]
    pub fn worker(&self) -> WorkerId {
        self.worker
    }

    /// Whether the job or the whole pool has been cancelled, or the pool stopped.
    pub fn is_cancelled(&self) -> bool {
        self.pool.is_cancelled() || self.job.as_ref().is_some_and(CancellationToken::is_cancelled)
    }

    /// When the job should be done, if it was submitted with a deadline.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Time left until the deadline: zero once it has passed, `None` if there is none.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// `Ok` while the job should go on.
    ///
    /// # Errors
    ///
    /// [`Cancelled`](ContextError::Cancelled) first, else
    /// [`DeadlineExceeded`](ContextError::DeadlineExceeded).
    pub fn check(&self) -> Result<(), ContextError> {
        if self.is_cancelled() {
            return Err(ContextError::Cancelled);
        }
        match self.remaining() {
            Some(Duration::ZERO) => Err(ContextError::DeadlineExceeded),
            _ => Ok(()),
        }
    }

    /// Sleeps for `duration`, but wakes at once when the job is cancelled, and no later
    /// than its deadline.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check), after waking.
    ///
    /// # Blocking
    ///
    /// Blocks the worker's thread. A duration too long for the clock means forever.
    pub fn sleep(&self, duration: Duration) -> Result<(), ContextError> {
        let until = Instant::now().checked_add(duration);
        let until = [until, self.deadline].into_iter().flatten().min();
        let flag = Arc::new(Flag::default());
        let _guards = [Some(&self.pool), self.job.as_ref()].map(|token| {
            let flag = Arc::clone(&flag);
            token.map(|token| token.on_cancel(move || flag.set()))
        });
        flag.wait_until(until);
        self.check()
    }

    /// Waits, without blocking the thread, until the job or the whole pool is cancelled: for
    /// async handlers.
    ///
    /// A deadline does not end this wait: a pool has no timer. Where the handler's runtime has
    /// one, wait for the two together, as Tokio's `timeout_at` does with
    /// [`deadline`](Self::deadline).
    pub async fn cancelled(&self) {
        self.cancellation_token().cancelled().await;
    }

    /// A token cancelled with this job, to hand to what the handler starts.
    pub fn cancellation_token(&self) -> CancellationToken {
        match &self.job {
            Some(job) => CancellationToken::child_of(&[&self.pool, job]),
            None => self.pool.child(),
        }
    }
}

/// Why a job should not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContextError {
    /// The job, or its whole pool, was cancelled.
    Cancelled,
    /// The job's deadline has passed.
    DeadlineExceeded,
}

impl fmt::Display for ContextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cancelled => "cancelled",
            Self::DeadlineExceeded => "deadline exceeded",
        })
    }
}

impl Error for ContextError {}
