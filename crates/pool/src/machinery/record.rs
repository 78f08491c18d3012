//! What one worker is doing and has done, for others to read.

use std::time::{Duration, Instant};

use crate::{
    BusyWorker, JobErrorKind, JobId, WorkerId,
    sync::atomic::{AtomicU64, Ordering, fence},
};

/// One worker's counters. Written by that worker alone, so no counter is ever contended.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// The job in hand, plus one; 0 for none.
    job: AtomicU64,
    /// When it was taken, in nanoseconds since the pool was made.
    since: AtomicU64,
    started: AtomicU64,
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
    /// Takes a job, `since` so many nanoseconds after the pool was made.
    pub(crate) fn start(&self, job: JobId, since: u64) {
        // Release pairs with the load in `add_to`: who sees this job started sees the one
        // before it counted.
        bump(&self.started);
        // Release pairs with the fence in `busy`: who sees this time sees that the job
        // before it is finished.
        self.since.store(since, Ordering::Release);
        // Release pairs with the first load in `busy`: who sees the job sees its time.
        self.job.store(job.get() + 1, Ordering::Release);
    }

    pub(crate) fn count<T, E>(&self, result: &Result<T, JobErrorKind<E>>) {
        let counter = match result {
            Ok(_) => &self.succeeded,
            Err(JobErrorKind::Failed(_)) => &self.failed,
            Err(JobErrorKind::Panicked(_)) => &self.panicked,
            Err(JobErrorKind::Cancelled) => &self.cancelled,
            Err(JobErrorKind::DeadlineExceeded) => &self.expired,
            Err(JobErrorKind::WouldDeadlock) => unreachable!("no completion has this"),
        };
        // Release pairs with the loads in `add_to`: who sees the job counted sees it submitted.
        bump(counter);
    }

    pub(crate) fn finish(&self) {
        // Relaxed: ordered for `busy` by the next job's time.
        self.job.store(0, Ordering::Relaxed);
    }

    /// What the worker is on. Reads the job twice around the time: ids do not come back, so
    /// the same id on both sides means that the time in between is that job's.
    pub(crate) fn busy(&self, worker: WorkerId, epoch: Instant) -> Option<BusyWorker> {
        loop {
            // Acquire pairs with the store in `start`.
            let job = self.job.load(Ordering::Acquire);
            let since = self.since.load(Ordering::Relaxed);
            // Pairs with the store of the time in `start`.
            fence(Ordering::Acquire);
            if self.job.load(Ordering::Relaxed) == job {
                return Some(BusyWorker {
                    worker,
                    job: JobId::new(job.checked_sub(1)?),
                    elapsed: epoch.elapsed().saturating_sub(Duration::from_nanos(since)),
                });
            }
        }
    }

    pub(crate) fn add_to(&self, totals: &mut Totals) {
        // Acquire pairs with the stores in `start` and `count`. Each is exact for whoever has
        // received the completion it counts, or joined the worker.
        totals.started += self.started.load(Ordering::Acquire);
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
