//! How completions leave: the workers' end of the results, whatever becomes of the values.

use pool::{
    Completion, JobError, JobErrorKind, JobId,
    implement::{contain, discard},
};

use crate::{AsyncLibrary, Library, Outlet, library::Undelivered};

/// A value whose `Drop` does not panic: what a library drops for us is dropped whole, once, and
/// in peace.
///
/// Channels drop what lies in them in a loop, which a panic would end.
#[derive(Debug)]
pub struct Contained<V>(Option<V>);

impl<V> Contained<V> {
    pub(crate) fn new(value: V) -> Self {
        Self(Some(value))
    }

    #[expect(clippy::missing_panics_doc, reason = "taken once, by value")]
    pub(crate) fn into_inner(mut self) -> V {
        self.0.take().expect("taken once, by value")
    }
}

impl<V> Drop for Contained<V> {
    fn drop(&mut self) {
        if let Some(value) = self.0.take() {
            discard(value);
        }
    }
}

/// The workers' end of the results.
pub(crate) struct Delivery<T: Send + 'static, E: Send + 'static, L: Library>(
    pub(crate) L::Outlet<Contained<Completion<T, E>>>,
);

impl<T: Send + 'static, E: Send + 'static, L: Library> Delivery<T, E, L> {
    /// Delivers a completion, waiting for room; drops it if the reader has gone.
    pub(crate) fn deliver(&self, completion: Completion<T, E>) {
        drop(self.0.send(Contained::new(completion)));
    }
}

impl<T: Send + 'static, E: Send + 'static, L: AsyncLibrary> Delivery<T, E, L> {
    /// As `deliver`, without blocking the thread.
    pub(crate) async fn deliver_async(&self, completion: Completion<T, E>) {
        drop(L::send(&self.0, Contained::new(completion)).await);
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
        let completion = Contained::new(Completion { job, worker: None, result });
        !matches!(contain(|| self.0.try_send(completion)), Ok(Err(Undelivered::Full(_))))
    }
}
