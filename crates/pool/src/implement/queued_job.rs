//! A job on its way to a worker.

use std::{future::Future, time::Instant};

use super::{discard, run_handler, run_handler_async};
use crate::{CancellationToken, Completion, Context, JobError, JobErrorKind, JobId, JobOptions};

/// A job as it waits in a pool's queue, and what it was submitted with.
#[derive(Debug)]
pub struct QueuedJob<J> {
    /// Its id.
    pub id: JobId,
    /// The job itself.
    pub job: J,
    /// Its deadline and its token.
    pub options: JobOptions,
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
    /// use pool::{CancellationToken, Context, JobErrorKind, JobId, JobOptions, WorkerId};
    /// use pool::implement::QueuedJob;
    ///
    /// let token = CancellationToken::new();
    /// let mut context = Context::new(WorkerId::new(0), JobId::new(0), None, token.child(), None);
    /// let halve = |n: u8, _: &Context| if n % 2 == 0 { Ok(n / 2) } else { Err("odd") };
    ///
    /// let job = QueuedJob { id: JobId::new(0), job: 8, options: JobOptions::new() };
    /// assert_eq!(job.run(&mut context, &token, halve).result, Ok(4));
    ///
    /// token.cancel();
    /// let job = QueuedJob { id: JobId::new(1), job: 8, options: JobOptions::new() };
    /// let error = job.run(&mut context, &token, halve).result.unwrap_err();
    /// assert_eq!(error.kind, JobErrorKind::Cancelled);
    /// ```
    pub fn run<T, E>(
        self,
        context: &mut Context,
        cancelled: &CancellationToken,
        handler: impl FnOnce(J, &Context) -> Result<T, E>,
    ) -> Completion<T, E> {
        let id = self.id;
        let (worker, result) = match self.take(cancelled) {
            Ok((job, options)) => {
                context.reset_for(id, options.deadline, options.token);
                (Some(context.worker()), run_handler(|| handler(job, context)))
            }
            Err(kind) => (None, Err(kind)),
        };
        Completion { job: id, worker, result: result.map_err(|kind| JobError { job: id, kind }) }
    }

    /// As [`run`](Self::run), for an async handler, which has a context of its own.
    ///
    /// ```
    /// use pool::{CancellationToken, Context, JobId, JobOptions, WorkerId};
    /// use pool::implement::{QueuedJob, block_on};
    ///
    /// let token = CancellationToken::new();
    /// let context = Context::new(WorkerId::new(0), JobId::new(0), None, token.child(), None);
    /// let job = QueuedJob { id: JobId::new(0), job: 7, options: JobOptions::new() };
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
            Ok((job, options)) => {
                context.reset_for(id, options.deadline, options.token);
                let worker = context.worker();
                (Some(worker), run_handler_async(|| handler(job, context)).await)
            }
            Err(kind) => (None, Err(kind)),
        };
        Completion { job: id, worker, result: result.map_err(|kind| JobError { job: id, kind }) }
    }

    /// The job; or why it is not to be run, and then it is dropped.
    fn take<E>(self, cancelled: &CancellationToken) -> Result<(J, JobOptions), JobErrorKind<E>> {
        let Self { job, options, .. } = self;
        let token = options.token.as_ref();
        let kind = if cancelled.is_cancelled() || token.is_some_and(CancellationToken::is_cancelled)
        {
            JobErrorKind::Cancelled
        } else if options.deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            JobErrorKind::DeadlineExceeded
        } else {
            return Ok((job, options));
        };
        discard(job);
        Err(kind)
    }
}
