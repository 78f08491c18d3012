//! The sending half of a managed pool.

use std::time::Duration;

use pool::{
    CancelGuard, JobId, JobIds, JobOptions, JoinTimeout, Pool, Refusal, ShutdownReport, Stats,
    SubmitBatchError, Wait,
    implement::PoolId,
    sync::{Arc, atomic::Ordering},
};

use crate::{Library, core::Core};

/// The sending half of a managed pool over the library `L`.
///
/// Dropping it closes the pool, lets queued jobs run, and joins the workers, as the contract
/// says.
pub struct ManagedPool<J: Send + 'static, L: Library> {
    pub(crate) core: Arc<Core<J, L>>,
    /// Cancels the pool when its token is cancelled.
    _cancel: CancelGuard,
}

impl<J: Send + 'static, L: Library> ManagedPool<J, L> {
    /// A pool whose workers are yet to be started.
    pub(crate) fn new(core: Arc<Core<J, L>>) -> Self {
        let weak = Arc::downgrade(&core);
        let cancel = core.lifecycle.token().on_cancel(move || {
            if let Some(core) = weak.upgrade() {
                core.cancel();
            }
        });
        Self { core, _cancel: cancel }
    }
}

impl<J: Send + 'static, L: Library> Pool<J> for ManagedPool<J, L> {
    fn admit(&self, job: J, options: JobOptions, wait: Wait) -> Result<JobId, Refusal<J>> {
        let options = (!options.is_empty()).then(|| options.submitted_now());
        match self.core.acquire(wait) {
            Ok(id) => Ok(match options {
                None => self.core.enqueue_plain(id, job),
                Some(options) => self.core.enqueue(id, job, options),
            }),
            Err(reason) => Err(Refusal::new(job, reason)),
        }
    }

    fn admit_batch(&self, jobs: Vec<J>, wait: Wait) -> Result<JobIds, SubmitBatchError<J>> {
        let (mut accepted, mut jobs) = (JobIds::new(), jobs.into_iter());
        while jobs.len() > 0 {
            // As many at once as there are; or one, once there is one.
            let ids = self.core.admission.try_acquire(jobs.len() as u64);
            match ids.or_else(|_| self.core.acquire(wait).map(|id| id.get()..id.get() + 1)) {
                Ok(ids) => ids.map(JobId::new).zip(&mut jobs).for_each(|(id, job)| {
                    accepted.push(self.core.enqueue_plain(id, job));
                }),
                Err(reason) => return Err(SubmitBatchError::new(accepted, jobs.collect(), reason)),
            }
        }
        Ok(accepted)
    }

    fn close(&self) {
        self.core.close();
    }

    fn stop(&self) -> Vec<(JobId, J)> {
        let core = &self.core;
        // Before the queue ends: a worker that sees the end tells its hook why.
        core.lifecycle.stopped();
        core.close();
        // Counted before they are gone: no worker leaves before that, so a join finds them
        // counted.
        let undone = core.tally.hand_back(core.drain().into_iter());
        core.withdraw(undone.len());
        core.lifecycle.token().cancel();
        undone
    }

    fn join(&self, timeout: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        let Core { lifecycle, tally, admission, threads, .. } = &*self.core;
        tally.busy();
        // `None` is for ever, unless this is a worker: it cannot wait for its own thread.
        if threads.join(lifecycle.join_deadline(timeout)) {
            return Ok(lifecycle.report(self.stats()));
        }
        let late = JoinTimeout::new(tally.busy(), self.stats().queued, !admission.is_closed());
        Err(late.exiting(lifecycle.exiting()))
    }

    fn stats(&self) -> Stats {
        let Core { lifecycle, tally, admission, cancelled, .. } = &*self.core;
        // Read before what is subtracted from it, so that `queued` is never too large. Who sees a
        // job accepted sees the taking whose place it got (see `accepted`), so it never exceeds
        // the bound.
        let accepted = admission.accepted();
        let mut stats = tally.stats(lifecycle.config().queue_capacity(), 0);
        let started = tally.started();
        // Acquire pairs with `cancelled`.
        let cancelled = cancelled.load(Ordering::Acquire);
        stats.cancelled += cancelled;
        stats.queued = accepted.saturating_sub(started + cancelled + stats.undone);
        // Again, so that it is not less than what came of it.
        stats.submitted = admission.accepted();
        stats
    }

    fn pool_id(&self) -> Option<PoolId> {
        Some(self.core.lifecycle.id())
    }

    fn detach(&self) {
        self.core.lifecycle.detached();
    }
}

impl<J: Send + 'static, L: Library> Drop for ManagedPool<J, L> {
    fn drop(&mut self) {
        self.core.close();
        if self.core.lifecycle.drop_waits() {
            _ = self.join(None);
        }
    }
}

impl<J: Send + 'static, L: Library> std::fmt::Debug for ManagedPool<J, L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ManagedPool")
            .field("library", &L::NAME)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
