//! What one worker is doing and has done, for others to read.

use pool::{
    JobErrorKind, JobId,
    sync::atomic::{AtomicU64, Ordering},
};

/// One worker's counters. Only that worker writes them, so no counter is ever contended.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// Messages taken from the queue: each has freed its place.
    pub(crate) taken: AtomicU64,
    /// Of these, jobs whose cancellation had completed them already.
    passed: AtomicU64,
    /// The job in hand, plus one; 0 for none.
    job: AtomicU64,
    succeeded: AtomicU64,
    failed: AtomicU64,
    panicked: AtomicU64,
    cancelled: AtomicU64,
    expired: AtomicU64,
}

/// A sum over records.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) started: u64,
    pub(crate) succeeded: u64,
    pub(crate) failed: u64,
    pub(crate) panicked: u64,
    pub(crate) cancelled: u64,
    pub(crate) expired: u64,
}

impl Record {
    /// Has taken a job to run.
    pub(crate) fn start(&self, job: JobId) {
        // Relaxed: `busy` is a snapshot, and orders nothing.
        self.job.store(job.get() + 1, Ordering::Relaxed);
        // Release pairs with the loads in `add_to` and `Admission::gather`: who sees the job
        // taken sees the one before it counted, and its place in the queue empty.
        bump(&self.taken);
    }

    /// Has taken what is left of a job that its cancellation has completed.
    pub(crate) fn pass(&self) {
        // First, so that whoever sees it taken sees that it was not started. Release as in
        // `start`.
        bump(&self.passed);
        bump(&self.taken);
    }

    pub(crate) fn count<T, E>(&self, result: &Result<T, JobErrorKind<E>>) {
        let counter = match result {
            Ok(_) => &self.succeeded,
            Err(JobErrorKind::Failed(_)) => &self.failed,
            Err(JobErrorKind::Panicked(_)) => &self.panicked,
            Err(JobErrorKind::Cancelled) => &self.cancelled,
            Err(JobErrorKind::DeadlineExceeded) => &self.expired,
            Err(_) => unreachable!("no completion has this"),
        };
        // Release pairs with the loads in `add_to`: who sees the job counted sees it submitted.
        bump(counter);
    }

    /// Has delivered the completion.
    pub(crate) fn finish(&self) {
        self.job.store(0, Ordering::Relaxed);
    }

    /// The job in hand.
    pub(crate) fn busy(&self) -> Option<JobId> {
        self.job.load(Ordering::Relaxed).checked_sub(1).map(JobId::new)
    }

    pub(crate) fn add_to(&self, totals: &mut Totals) {
        // Acquire pairs with the stores in `start`, `pass` and `count`. Each is exact for
        // whoever has received the completion that it counts, or has joined the worker. Taken
        // before passed: see `pass`.
        let taken = self.taken.load(Ordering::Acquire);
        totals.started += taken.saturating_sub(self.passed.load(Ordering::Acquire));
        totals.succeeded += self.succeeded.load(Ordering::Acquire);
        totals.failed += self.failed.load(Ordering::Acquire);
        totals.panicked += self.panicked.load(Ordering::Acquire);
        totals.cancelled += self.cancelled.load(Ordering::Acquire);
        totals.expired += self.expired.load(Ordering::Acquire);
    }
}

/// Adds one to a counter that only this thread writes: no locked instruction is needed. The
/// callers say what Release pairs with.
fn bump(counter: &AtomicU64) {
    counter.store(counter.load(Ordering::Relaxed) + 1, Ordering::Release);
}
