//! A job on its way to a worker.

use std::{future::Future, time::Instant};

use super::{discard, run_handler, run_handler_async};
use crate::{
    CancellationToken, Completion, Context, JobError, JobErrorKind, JobId, JobOptions, WorkerId,
};

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
        let result = match self.reason_not_to_run(cancelled) {
            Some(reason) => return self.drop_for(reason),
            None => {
                let deadline = self.options.start_by();
                context.reset_for(self.id, deadline, self.options.token);
                run_handler(|| handler(self.job, context))
            }
        };
        completion(self.id, Some(context.worker()), result)
    }

    /// As [`run`](Self::run), for an async handler, which is given a context of its own on
    /// `worker`; `token` is the child of `cancelled` for it.
    pub async fn run_async<T, E, F>(
        self,
        worker: WorkerId,
        token: &CancellationToken,
        cancelled: &CancellationToken,
        handler: impl FnOnce(J, Context) -> F,
    ) -> Completion<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        if let Some(reason) = self.reason_not_to_run(cancelled) {
            return self.drop_for(reason);
        }
        let Self { id, job, options } = self;
        let context = Context::new(worker, id, options.start_by(), token.clone(), options.token);
        completion(id, Some(worker), run_handler_async(|| handler(job, context)).await)
    }

    fn reason_not_to_run<E>(&self, cancelled: &CancellationToken) -> Option<JobErrorKind<E>> {
        let JobOptions { token, .. } = &self.options;
        if cancelled.is_cancelled() || token.as_ref().is_some_and(CancellationToken::is_cancelled) {
            Some(JobErrorKind::Cancelled)
        } else if self.options.start_by().is_some_and(|deadline| deadline <= Instant::now()) {
            Some(JobErrorKind::DeadlineExceeded)
        } else {
            None
        }
    }

    #[cold]
    fn drop_for<T, E>(self, reason: JobErrorKind<E>) -> Completion<T, E> {
        discard(self.job);
        completion(self.id, None, Err(reason))
    }
}

fn completion<T, E>(
    job: JobId,
    worker: Option<WorkerId>,
    result: Result<T, JobErrorKind<E>>,
) -> Completion<T, E> {
    Completion { job, worker, result: result.map_err(|kind| JobError { job, kind }) }
}
