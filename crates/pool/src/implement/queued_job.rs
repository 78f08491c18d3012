//! A job on its way to a worker.

use std::{future::Future, time::Instant};

use super::{discard, run_handler, run_handler_async};
use crate::{CancellationToken, Completion, Context, JobErrorKind, JobId};

/// A job as it waits in a pool's queue, with what is left of its
/// [`JobOptions`](crate::JobOptions).
#[derive(Debug)]
pub struct QueuedJob<J> {
    /// Its id.
    pub id: JobId,
    /// The job itself.
    pub job: J,
    /// When it must be started: [`JobOptions::start_by`](crate::JobOptions::start_by), asked when
    /// it was submitted.
    pub deadline: Option<Instant>,
    /// Its own token.
    pub token: Option<CancellationToken>,
}

impl<J> QueuedJob<J> {
    /// Calls `handler` on the job, and contains its panic; or drops the job, if it is late, or
    /// its own token or `cancelled`, the pool's, has been cancelled.
    ///
    /// `context` is the worker's, and is reused for each of its jobs. Its token is a child of
    /// `cancelled`, which a stop cancels as well: a job that a worker has received before the
    /// stop could take it back is to be run all the same.
    ///
    /// ```
    /// use pool::{CancellationToken, Context, JobErrorKind, JobId, WorkerId};
    /// use pool::implement::QueuedJob;
    ///
    /// let token = CancellationToken::new();
    /// let mut context = Context::new(WorkerId::new(0), JobId::new(0), None, token.child(), None);
    /// let halve = |n: u8, _: &Context| if n % 2 == 0 { Ok(n / 2) } else { Err("odd") };
    ///
    /// let job = QueuedJob { id: JobId::new(0), job: 8, deadline: None, token: None };
    /// assert_eq!(job.run(&mut context, &token, halve).result, Ok(4));
    ///
    /// token.cancel();
    /// let job = QueuedJob { id: JobId::new(1), job: 8, deadline: None, token: None };
    /// let error = job.run(&mut context, &token, halve).result.unwrap_err();
    /// assert_eq!(error.kind, JobErrorKind::Cancelled);
    /// ```
    #[inline]
    pub fn run<T, E>(
        self,
        context: &mut Context,
        cancelled: &CancellationToken,
        handler: impl FnOnce(J, &Context) -> Result<T, E>,
    ) -> Completion<T, E> {
        let id = self.id;
        let (worker, result) = match self.take(cancelled) {
            Ok(Self { job, deadline, token, .. }) => {
                context.reset_for(id, deadline, token);
                let watch = context.job_starts();
                let result = run_handler(|| handler(job, context));
                watch.job_ended(&result);
                (Some(context.worker()), result)
            }
            Err(kind) => (None, Err(kind)),
        };
        Completion::new(id, worker, result)
    }

    /// As [`run`](Self::run), for an async handler, which has a context of its own.
    ///
    /// ```
    /// use pool::{CancellationToken, Context, JobId, WorkerId};
    /// use pool::implement::{QueuedJob, block_on};
    ///
    /// let token = CancellationToken::new();
    /// let context = Context::new(WorkerId::new(0), JobId::new(0), None, token.child(), None);
    /// let job = QueuedJob { id: JobId::new(0), job: 7, deadline: None, token: None };
    /// let double = |n: u8, _| async move { n.checked_mul(2).ok_or("overflow") };
    /// let completion = block_on(job.run_async(context, &token, double), None).unwrap();
    /// assert_eq!(completion.result, Ok(14));
    /// ```
    pub async fn run_async<T, E, F>(
        self,
        mut context: Context,
        cancelled: &CancellationToken,
        handler: impl FnOnce(J, Context) -> F,
    ) -> Completion<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let id = self.id;
        let (worker, result) = match self.take(cancelled) {
            Ok(Self { job, deadline, token, .. }) => {
                context.reset_for(id, deadline, token);
                let (worker, watch) = (context.worker(), context.job_starts());
                let result = run_handler_async(|| handler(job, context)).await;
                watch.job_ended(&result);
                (Some(worker), result)
            }
            Err(kind) => (None, Err(kind)),
        };
        Completion::new(id, worker, result)
    }

    /// The job as it is; or why it is not to be run, and then it is dropped.
    #[inline]
    fn take<E>(self, cancelled: &CancellationToken) -> Result<Self, JobErrorKind<E>> {
        let token = self.token.as_ref();
        let kind = if cancelled.is_cancelled() || token.is_some_and(CancellationToken::is_cancelled)
        {
            JobErrorKind::Cancelled
        } else if self.deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            JobErrorKind::DeadlineExceeded
        } else {
            return Ok(self);
        };
        discard(self.job);
        Err(kind)
    }
}
