//! Running jobs, one at a time.

use std::time::Instant;

use super::{
    Claimed, Core, Intake, JobReceiver, JobSender, Queued, discard, job_clock::JobClock,
    unwind::contain, yielding,
};
use crate::{
    CancellationToken, Completion, Context, JobError, JobErrorKind, JobId, WorkerId,
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

    /// The next job if there is one, or one comes while others run first for a moment. If
    /// not, the worker is to wait, and hand what it receives to [`Intake::received`].
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
        let Some(Claimed { id, job, deadline, token }) = job.claim() else {
            // Pairs with the fence of a submission that spills.
            fence(Ordering::SeqCst);
            intake.room_was_made();
            return None;
        };
        let record = self.core.record(self.id);
        record.start(id, self.clock.start_job());
        self.core.admission().release_by(self.id);
        // After the fence in `release_by`.
        intake.room_was_made();

        let cancelled = self.core.token().is_cancelled()
            || token.as_ref().is_some_and(CancellationToken::is_cancelled);
        let expired = deadline.is_some_and(|deadline| deadline <= Instant::now());
        let not_run = match (cancelled, expired) {
            (true, _) => Some(JobErrorKind::Cancelled),
            (_, true) => Some(JobErrorKind::DeadlineExceeded),
            _ => None,
        };
        let (worker, result) = match (not_run, &mut self.state) {
            (None, Some(state)) => {
                self.context.turn_to(id, deadline, token);
                let (handler, context) = (&*self.handler, &self.context);
                let result = match contain(|| handler(state, job, context)) {
                    Ok(returned) => returned.map_err(JobErrorKind::Failed),
                    Err(message) => Err(JobErrorKind::Panicked(message.into())),
                };
                (Some(self.id), result)
            }
            (reason, _) => {
                discard(job);
                (None, Err(reason.unwrap_or(JobErrorKind::Cancelled)))
            }
        };
        record.count(&result);
        let result = result.map_err(|kind| JobError { job: id, kind });
        Some(Completion { job: id, worker, result })
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
