//! Running jobs, one at a time.

use std::{future::Future, time::Instant};

use super::{
    Claimed, Core, Intake, JobReceiver, JobSender, Queued, discard, job_clock::JobClock, yielding,
};
use crate::{
    CancellationToken, Completion, Context, JobError, JobErrorKind, JobId, WorkerId,
    implement::{contain, contain_async},
    sync::{
        Arc,
        atomic::{Ordering, fence},
    },
};

/// One worker, on its thread: its state, and the handler it shares with the others.
///
/// Dropping it is its end: the state is dropped, the stop hook runs, and the pool is told.
#[derive(Debug)]
pub struct Worker<S, H> {
    core: Arc<Core>,
    id: WorkerId,
    /// Turned to each job in turn, so that a job costs no new one.
    context: Context,
    clock: JobClock,
    /// `None` only while it is dropped.
    state: Option<S>,
    handler: Arc<H>,
}

impl<S, H> Worker<S, H> {
    pub(crate) fn new(core: Arc<Core>, id: WorkerId, state: S, handler: Arc<H>) -> Self {
        let context = Context::new(id, JobId::new(0), None, core.token().clone(), None);
        let clock = JobClock::new(core.epoch());
        Self { core, id, context, clock, state: Some(state), handler }
    }

    /// Which worker this is.
    pub fn id(&self) -> WorkerId {
        self.id
    }

    /// The next job: one that is there, or else what `wait` receives. `None` once the queue
    /// has ended.
    pub fn next<J, Tx, Rx>(
        &mut self,
        intake: &Intake<J, Tx, Rx>,
        wait: impl FnOnce(&Rx) -> Option<Queued<J>>,
    ) -> Option<Queued<J>>
    where
        Tx: JobSender<J>,
        Rx: JobReceiver<J>,
    {
        self.try_next(intake).or_else(|| intake.received(wait(intake.receiver())))
    }

    /// The next job if there is one, or if one comes within a few yields. If not, the worker is
    /// to wait, and hand what it receives to [`Intake::received`].
    pub fn try_next<J, Tx, Rx>(&mut self, intake: &Intake<J, Tx, Rx>) -> Option<Queued<J>>
    where
        Tx: JobSender<J>,
        Rx: JobReceiver<J>,
    {
        intake.receiver().try_recv().or_else(|| {
            self.clock.wait();
            yielding(|| intake.receiver().try_recv())
        })
    }

    /// Says that the library has waited for the next job, where that is not done by
    /// [`next`](Self::next).
    pub fn waited(&mut self) {
        self.clock.wait();
    }

    /// Takes a job and frees its place in the queue; then runs the handler on it, unless it
    /// is cancelled or late.
    ///
    /// Returns what is to be delivered, after which [`finish`](Self::finish) is to be
    /// called; or `None` if a cancellation has completed the job already.
    #[expect(clippy::missing_panics_doc, reason = "a worker has its state until it is dropped")]
    pub fn run<J, Tx, Rx, T, E>(
        &mut self,
        job: Queued<J>,
        intake: &Intake<J, Tx, Rx>,
    ) -> Option<Completion<T, E>>
    where
        Tx: JobSender<J>,
        Rx: JobReceiver<J>,
        H: Fn(&mut S, J, &Context) -> Result<T, E>,
    {
        let Claimed { id, job, deadline, token } = self.take(job, intake)?;
        if let Some(reason) = self.reason_not_to_run(deadline, token.as_ref()) {
            discard(job);
            return Some(self.complete(id, None, Err(reason)));
        }
        self.context.reset_for(id, deadline, token);
        let Self { handler, context, state, .. } = self;
        let state = state.as_mut().expect("a worker has its state until it is dropped");
        let result = contain(|| handler(state, job, context));
        Some(self.complete(id, Some(self.id), returned(result)))
    }

    /// As [`run`](Self::run), for an async handler; to be awaited in the pool's
    /// [`scope`](super::PoolId::scope).
    pub async fn run_async<J, Tx, Rx, T, E, F>(
        &mut self,
        job: Queued<J>,
        intake: &Intake<J, Tx, Rx>,
    ) -> Option<Completion<T, E>>
    where
        Tx: JobSender<J>,
        Rx: JobReceiver<J>,
        H: Fn(J, Context) -> F,
        F: Future<Output = Result<T, E>>,
    {
        let Claimed { id, job, deadline, token } = self.take(job, intake)?;
        if let Some(reason) = self.reason_not_to_run(deadline, token.as_ref()) {
            discard(job);
            return Some(self.complete(id, None, Err(reason)));
        }
        let context = Context::new(self.id, id, deadline, self.core.token().clone(), token);
        let result = contain_async(|| (self.handler)(job, context)).await;
        Some(self.complete(id, Some(self.id), returned(result)))
    }

    /// Takes a job, if it is still there to be taken, and frees its place in the queue.
    fn take<J, Tx, Rx>(&mut self, job: Queued<J>, intake: &Intake<J, Tx, Rx>) -> Option<Claimed<J>>
    where
        Tx: JobSender<J>,
        Rx: JobReceiver<J>,
    {
        let claimed = job.claim();
        match &claimed {
            Some(Claimed { id, .. }) => {
                self.core.record(self.id).start(*id, self.clock.start_job());
                self.core.admission().release_by(self.id);
            }
            // As in `release_by`: pairs with the fence of a submission that spills.
            None => fence(Ordering::SeqCst),
        }
        intake.room_was_made();
        claimed
    }

    fn reason_not_to_run<E>(
        &self,
        deadline: Option<Instant>,
        token: Option<&CancellationToken>,
    ) -> Option<JobErrorKind<E>> {
        // A stop is no reason: it has handed back what no worker had received, and this job is
        // not among that. It runs, and is told by its context.
        if self.core.is_cancelled() || token.is_some_and(CancellationToken::is_cancelled) {
            Some(JobErrorKind::Cancelled)
        } else if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            Some(JobErrorKind::DeadlineExceeded)
        } else {
            None
        }
    }

    fn complete<T, E>(
        &self,
        job: JobId,
        worker: Option<WorkerId>,
        result: Result<T, JobErrorKind<E>>,
    ) -> Completion<T, E> {
        self.core.record(self.id).count(&result);
        Completion { job, worker, result: result.map_err(|kind| JobError { job, kind }) }
    }

    /// Says that the completion has been delivered: the worker is idle.
    pub fn finish(&mut self) {
        self.core.record(self.id).finish();
    }
}

impl<S, H> Drop for Worker<S, H> {
    fn drop(&mut self) {
        discard(self.state.take());
        self.core.call_stop_hook(self.id, self.core.stop_reason());
        self.core.worker_goes();
    }
}

/// What a handler that was called has come to.
fn returned<T, E>(result: Result<Result<T, E>, String>) -> Result<T, JobErrorKind<E>> {
    match result {
        Ok(returned) => returned.map_err(JobErrorKind::Failed),
        Err(message) => Err(JobErrorKind::Panicked(message.into())),
    }
}
