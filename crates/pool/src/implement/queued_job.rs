//! A job on its way to a worker.

use std::time::Instant;

use super::{discard, run_handler};
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
        let Self { id, job, options } = self;
        let (deadline, token) = (options.start_by(), options.token);
        let is_cancelled =
            cancelled.is_cancelled() || token.as_ref().is_some_and(CancellationToken::is_cancelled);
        let is_late = deadline.is_some_and(|deadline| deadline <= Instant::now());
        let (worker, result): (Option<WorkerId>, _) = if is_cancelled || is_late {
            discard(job);
            let kind =
                if is_cancelled { JobErrorKind::Cancelled } else { JobErrorKind::DeadlineExceeded };
            (None, Err(kind))
        } else {
            context.reset_for(id, deadline, token);
            (Some(context.worker()), run_handler(|| handler(job, context)))
        };
        Completion { job: id, worker, result: result.map_err(|kind| JobError { job: id, kind }) }
    }
}
