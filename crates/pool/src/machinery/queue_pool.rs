//! The sending half of a pool, over any queue.

use std::time::Duration;

use super::{
    Claimed, Core, Intake, JobReceiver, JobSender, Outlet, Queued, discard, queued::Shared,
};
use crate::{
    CancelGuard, Completion, JobError, JobErrorKind, JobId, JobOptions, JoinTimeout, Pool, Refusal,
    RefusalReason, ShutdownReport, Stats, SubmitError, Wait,
    sync::{Arc, Weak, thread},
};

/// Admits jobs to a backend's queue, and ends it: the whole of [`Pool`], for any pair of
/// queue ends.
///
/// A backend wraps it in a type of its own. Dropping it closes and joins, as the contract
/// says; so a backend makes it first and its workers after, and if those fail, drops it.
pub struct QueuePool<J, S, R>
where
    J: Send + 'static,
    S: JobSender<J>,
    R: JobReceiver<J>,
{
    core: Arc<Core>,
    intake: Arc<Intake<J, S, R>>,
    /// For jobs cancelled in the queue. Weak: the results end when the workers have gone.
    outlet: Weak<dyn Cancellations>,
    /// Cancels the pool when its token is cancelled.
    _cancel: CancelGuard,
}

impl<J, S, R> QueuePool<J, S, R>
where
    J: Send + 'static,
    S: JobSender<J>,
    R: JobReceiver<J>,
{
    /// A pool whose workers are yet to be started.
    pub fn new(core: &Arc<Core>, intake: &Arc<Intake<J, S, R>>, outlet: &Arc<impl Outlet>) -> Self {
        let outlet = Arc::downgrade(outlet) as Weak<dyn Cancellations>;
        let cancel = core.token().on_cancel({
            let (core, intake) = (Arc::downgrade(core), Arc::downgrade(intake));
            let outlet = Weak::clone(&outlet);
            move || {
                if let (Some(core), Some(intake)) = (core.upgrade(), intake.upgrade()) {
                    core.close();
                    intake.close();
                    cancel_all(&core, &intake, &outlet);
                }
            }
        });
        Self { core: Arc::clone(core), intake: Arc::clone(intake), outlet, _cancel: cancel }
    }

    /// As [`Pool::submit_with`], waiting for room without blocking the thread: what a
    /// backend's [`AsyncPool`](crate::AsyncPool) is made of.
    ///
    /// # Errors
    ///
    /// As [`Pool::submit_with`].
    pub async fn submit_async_with(
        &self,
        job: J,
        options: JobOptions,
    ) -> Result<JobId, SubmitError<J>> {
        match self.core.take_place_async().await {
            Ok(()) => Ok(self.enter(job, options)?),
            Err(reason) => Err(Refusal::new(job, reason).into()),
        }
    }

    /// Queues a job that has been given a place.
    fn enter(&self, job: J, options: JobOptions) -> Result<JobId, Refusal<J>> {
        let gate = self.intake.gate();
        let Some(sender) = &*gate else {
            self.core.admission().release();
            return Err(Refusal::new(job, RefusalReason::Closed));
        };
        let id = self.core.next_id();
        let job = Queued::new(id, job, options);
        let cancellable = job.cancellable();
        self.intake.send(sender, job);
        drop(gate);
        // With the gate let go: a token cancelled by now drops the job here, and what a job's
        // `Drop` does is not ours to know; it may close the pool.
        if let Some(job) = cancellable {
            let (core, outlet) = (Arc::clone(&self.core), Weak::clone(&self.outlet));
            job.on_cancel(move |job| cancel_one(&core, &outlet, id, job));
        }
        Ok(id)
    }
}

impl<J, S, R> Pool<J> for QueuePool<J, S, R>
where
    J: Send + 'static,
    S: JobSender<J>,
    R: JobReceiver<J>,
{
    fn admit(&self, job: J, options: JobOptions, wait: Wait) -> Result<JobId, Refusal<J>> {
        match self.core.take_place(wait) {
            Ok(()) => self.enter(job, options),
            Err(reason) => Err(Refusal::new(job, reason)),
        }
    }

    fn close(&self) {
        self.core.close();
        self.intake.close();
    }

    fn stop(&self) -> Vec<(JobId, J)> {
        // Before the queue ends: a worker that sees the end tells its hook why.
        let first = self.core.begin_stop();
        self.close();
        let mut undone = Vec::new();
        // The first stop does it all: a second that cancelled the token meanwhile would have
        // what is still queued completed as cancelled.
        if first {
            self.intake.sift(|job| {
                if let Some(Claimed { id, job, .. }) = job.claim() {
                    // Its place is not released, since nobody can take one any more. Counted here,
                    // where no worker leaves: whoever joins finds them counted.
                    self.core.count_undone();
                    undone.push((id, job));
                }
                None
            });
            // Racing submitters may have queued in another order than they got their ids.
            undone.sort_unstable_by_key(|(id, _)| *id);
            self.core.token().cancel();
        }
        undone
    }

    fn join(&self, timeout: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        self.core.join(timeout)
    }

    fn stats(&self) -> Stats {
        self.core.stats()
    }
}

impl<J, S, R> Drop for QueuePool<J, S, R>
where
    J: Send + 'static,
    S: JobSender<J>,
    R: JobReceiver<J>,
{
    fn drop(&mut self) {
        self.close();
        if !thread::panicking() {
            // On a worker of its own this only looks, so it does not wait for itself.
            _ = self.core.join(None);
        }
    }
}

impl<J, S, R> std::fmt::Debug for QueuePool<J, S, R>
where
    J: Send + 'static,
    S: JobSender<J>,
    R: JobReceiver<J>,
{
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QueuePool").field("core", &self.core).finish_non_exhaustive()
    }
}

/// An [`Outlet`] of any type, for completions that have no value.
trait Cancellations: Send + Sync {
    /// Delivers that a job was cancelled, and says whether there was room for it.
    fn try_deliver(&self, job: JobId) -> bool;
}

impl<O: Outlet> Cancellations for O {
    fn try_deliver(&self, job: JobId) -> bool {
        let result = Err(JobError { job, kind: JobErrorKind::Cancelled });
        self.try_send(Completion { job, worker: None, result }).is_ok()
    }
}

/// Completes every queued job as cancelled; those the results have no room for are left to
/// the workers.
fn cancel_all<J, S: JobSender<J>, R: JobReceiver<J>>(
    core: &Core,
    intake: &Intake<J, S, R>,
    outlet: &Weak<dyn Cancellations>,
) {
    let mut cancelled = Vec::new();
    intake.sift(|job| {
        let id = job.id();
        match job.claim_if(|| deliver_cancelled(core, outlet, id)) {
            Ok(claimed) => {
                cancelled.extend(claimed);
                None
            }
            Err(no_room) => Some(no_room),
        }
    });
    // Outside the lock that `sift` holds: what a job's `Drop` does is not ours to know.
    // Their places are not released: as in a stop, nobody can take one any more.
    for job in cancelled {
        discard(job);
    }
}

/// Completes a queued job as cancelled; unless the results are full. A worker will do it
/// then, and the job keeps its place until that.
fn cancel_one<J>(core: &Core, outlet: &Weak<dyn Cancellations>, id: JobId, job: &Shared<J>) {
    if let Some(job) = job.claim_if(|| deliver_cancelled(core, outlet, id)) {
        core.admission().release();
        discard(job);
    }
}

/// Delivers and counts one cancelled job, if the results have room for it.
fn deliver_cancelled(core: &Core, outlet: &Weak<dyn Cancellations>, id: JobId) -> bool {
    // No outlet: the workers have gone, and nobody can be waiting for this.
    let Some(outlet) = outlet.upgrade() else { return false };
    core.count_cancelled_if(|| outlet.try_deliver(id))
}
