//! The sending half of a managed pool.

use std::time::Duration;

use pool::{
    CancelGuard, JobId, JobIds, JobOptions, JoinTimeout, Pool, Refusal, ShutdownReport, Stats,
    SubmitBatchError, Wait, sync::Arc,
};

use crate::{Library, intake::Intake};

/// The sending half of a managed pool over the library `L`.
///
/// Dropping it closes the pool, lets queued jobs run, and joins the workers, as the contract
/// says.
pub struct ManagedPool<J: Send + 'static, L: Library> {
    pub(crate) intake: Arc<Intake<J, L>>,
    /// Cancels the pool when its token is cancelled.
    _cancel: CancelGuard,
}

impl<J: Send + 'static, L: Library> ManagedPool<J, L> {
    /// A pool whose workers are yet to be started.
    pub(crate) fn new(intake: &Arc<Intake<J, L>>) -> Self {
        let weak = Arc::downgrade(intake);
        let cancel = intake.core.lifecycle.token().on_cancel(move || {
            if let Some(intake) = weak.upgrade() {
                intake.cancel();
            }
        });
        Self { intake: Arc::clone(intake), _cancel: cancel }
    }
}

impl<J: Send + 'static, L: Library> Pool<J> for ManagedPool<J, L> {
    fn admit(&self, job: J, options: JobOptions, wait: Wait) -> Result<JobId, Refusal<J>> {
        let options = (!options.is_empty()).then(|| options.submitted_now());
        match self.intake.core.acquire(wait) {
            Ok(id) => {
                match options {
                    None => self.intake.enqueue_plain(id, job),
                    Some(options) => self.intake.enqueue(id, job, options),
                }
                Ok(id)
            }
            Err(reason) => Err(Refusal::new(job, reason)),
        }
    }

    fn admit_batch(&self, jobs: Vec<J>, wait: Wait) -> Result<JobIds, SubmitBatchError<J>> {
        let mut accepted = JobIds::new();
        let mut jobs = jobs.into_iter();
        while jobs.len() > 0 {
            match self.intake.core.acquire_many(jobs.len(), wait) {
                Ok(ids) => {
                    for (id, job) in ids.iter().zip(&mut jobs) {
                        self.intake.enqueue_plain(id, job);
                    }
                    accepted.extend(&ids);
                }
                Err(reason) => return Err(SubmitBatchError::new(accepted, jobs.collect(), reason)),
            }
        }
        Ok(accepted)
    }

    fn close(&self) {
        self.intake.close();
    }

    fn stop(&self) -> Vec<(JobId, J)> {
        self.intake.stop()
    }

    fn join(&self, timeout: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        self.intake.core.join(timeout)
    }

    fn stats(&self) -> Stats {
        self.intake.core.stats()
    }

    fn is_worker(&self) -> bool {
        self.intake.core.lifecycle.id().is_current()
    }

    fn detach(&self) {
        self.intake.core.lifecycle.detached();
    }
}

impl<J: Send + 'static, L: Library> Drop for ManagedPool<J, L> {
    fn drop(&mut self) {
        self.intake.close();
        if self.intake.core.lifecycle.drop_waits() {
            _ = self.intake.core.join(None);
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
