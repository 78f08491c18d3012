//! How completions leave: the workers' end of the results.

use pool::{
    Completion, JobError, JobErrorKind, JobId,
    implement::{contain, discard},
};

use crate::{AsyncLibrary, Library, Outlet, library::Undelivered};

/// The workers' end of the results.
pub(crate) struct Delivery<T: Send + 'static, E: Send + 'static, L: Library>(
    pub(crate) L::Outlet<Completion<T, E>>,
);

impl<T: Send + 'static, E: Send + 'static, L: Library> Delivery<T, E, L> {
    /// Delivers a completion, waiting for room; drops it if the reader has gone.
    pub(crate) fn deliver(&self, completion: Completion<T, E>) {
        if let Err(unread) = self.0.send(completion) {
            discard(unread);
        }
    }
}

impl<T: Send + 'static, E: Send + 'static, L: AsyncLibrary> Delivery<T, E, L> {
    /// As `deliver`, without blocking the thread.
    pub(crate) async fn deliver_async(&self, completion: Completion<T, E>) {
        if let Err(unread) = L::send(&self.0, completion).await {
            discard(unread);
        }
    }
}

/// A [`Delivery`] of any types, for completions that have no value.
pub(crate) trait Cancellations: Send + Sync {
    /// Delivers that a job was cancelled, and says whether there was room for it.
    fn try_deliver_cancelled(&self, job: JobId) -> bool;
}

impl<T: Send + 'static, E: Send + 'static, L: Library> Cancellations for Delivery<T, E, L> {
    fn try_deliver_cancelled(&self, job: JobId) -> bool {
        let result = Err(JobError { job, kind: JobErrorKind::Cancelled });
        let completion = Completion { job, worker: None, result };
        !matches!(contain(|| self.0.try_send(completion)), Ok(Err(Undelivered::Full(_))))
    }
}
