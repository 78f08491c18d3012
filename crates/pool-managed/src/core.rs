//! What is true of a pool whatever carries its jobs: its counters, its workers, its end.

use std::time::Duration;

use pool::{
    Config, JobId, JobIds, JoinTimeout, RefusalReason, ShutdownReport, Stats, Wait,
    implement::{Lifecycle, Tally},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering, fence},
    },
};

use crate::{
    admission::{Admission, AdmissionError},
    threads::Threads,
};

/// The part of a pool that does not depend on its library or its types.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) lifecycle: Lifecycle,
    pub(crate) tally: Tally,
    pub(crate) admission: Admission,
    pub(crate) threads: Arc<Threads>,
    /// Jobs completed as cancelled by a cancellation, not by a worker.
    cancelled: AtomicU64,
    /// Jobs handed back by a stop.
    undone: AtomicU64,
    /// Messages taken out of the queue by a stop or a cancellation.
    withdrawn: AtomicU64,
    stopped: AtomicBool,
    ended: AtomicBool,
}

impl Core {
    /// The core of a pool with a valid configuration.
    pub(crate) fn new(config: &Config) -> Self {
        let lifecycle = Lifecycle::new(config);
        Self {
            tally: Tally::new(&lifecycle),
            lifecycle,
            admission: Admission::new(config.queue_capacity(), config.worker_count()),
            threads: Arc::default(),
            cancelled: AtomicU64::new(0),
            undone: AtomicU64::new(0),
            withdrawn: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            ended: AtomicBool::new(false),
        }
    }

    /// Takes a place in the queue; one of the pool's own workers never waits for it.
    pub(crate) fn acquire(&self, wait: Wait) -> Result<JobId, RefusalReason> {
        let (wait, no_room) = self.lifecycle.patience(wait);
        self.admission.acquire(wait).map_err(|error| match error {
            AdmissionError::Closed => RefusalReason::Closed,
            AdmissionError::Full => no_room,
        })
    }

    /// Takes up to `most` places at once, one at least; waits for the first, as `wait` says.
    pub(crate) fn acquire_many(&self, most: usize, wait: Wait) -> Result<JobIds, RefusalReason> {
        if let Ok(ids) = self.admission.try_acquire(most as u64) {
            let count = usize::try_from(ids.end - ids.start).unwrap_or(most);
            return Ok(JobIds::consecutive(JobId::new(ids.start), count));
        }
        self.acquire(wait).map(|id| JobIds::consecutive(id, 1))
    }

    /// As `acquire` with [`Wait::Forever`], without blocking.
    pub(crate) async fn acquire_async(&self) -> Result<JobId, RefusalReason> {
        if self.lifecycle.id().is_current() {
            return self.acquire(Wait::Forever);
        }
        self.admission.acquire_async().await.map_err(|_| RefusalReason::Closed)
    }

    /// Counts a job as cancelled by its cancellation, if `deliver` finds room for that.
    pub(crate) fn count_cancelled_if(&self, deliver: impl FnOnce() -> bool) -> bool {
        // Counted first, so that the receiver of the completion finds it counted. Release pairs
        // with the load in `stats`: who sees the job counted sees it submitted.
        self.cancelled.fetch_add(1, Ordering::Release);
        let delivered = deliver();
        if !delivered {
            self.cancelled.fetch_sub(1, Ordering::Release);
        }
        delivered
    }

    pub(crate) fn count_undone(&self) {
        // Release as in `count_cancelled_if`.
        self.undone.fetch_add(1, Ordering::Release);
    }

    /// A stop or a cancellation has taken a message out of the queue, and is done with it.
    pub(crate) fn count_withdrawn(&self) {
        // Release pairs with the load in `gone`.
        self.withdrawn.fetch_add(1, Ordering::Release);
    }

    /// How many of the accepted jobs are no longer in the queue, nor on their way to it.
    pub(crate) fn gone(&self) -> u64 {
        // Acquire pairs with `count_withdrawn`.
        self.admission.taken() + self.withdrawn.load(Ordering::Acquire)
    }

    /// Refuses all jobs from here on, and notes when.
    pub(crate) fn close(&self) {
        self.lifecycle.closed();
        self.admission.close();
    }

    /// Whether the queue has ended: the pool is closed, and no job is left. `true` once, for
    /// whoever is to tell the workers.
    pub(crate) fn is_first_to_see_the_end(&self) -> bool {
        // Between what the caller has written and what this reads: pairs with itself, and with
        // the one in `Admission::take`. `pool-loom` has a test for each pair.
        fence(Ordering::SeqCst);
        // Closed first: what is accepted after that is final. Relaxed: only the choice of one
        // matters.
        self.admission.is_closed()
            && self.gone() == self.admission.accepted()
            && !self.ended.swap(true, Ordering::Relaxed)
    }

    /// Says, once, that this is the first stop.
    pub(crate) fn begin_stop(&self) -> bool {
        self.lifecycle.stopped();
        // Relaxed: only the choice of one matters.
        !self.stopped.swap(true, Ordering::Relaxed)
    }

    /// The counters, now.
    pub(crate) fn stats(&self) -> Stats {
        // Read before what is subtracted from it, so that `queued` is never too large. Who sees a
        // job accepted sees the taking whose place it got (see `accepted`), so it never exceeds
        // the bound.
        let accepted = self.admission.accepted();
        let mut stats = self.tally.stats(self.admission.capacity(), 0);
        let started = self.tally.started();
        // Acquire pairs with `count_cancelled_if` and `count_undone`.
        let cancelled = self.cancelled.load(Ordering::Acquire);
        stats.undone = self.undone.load(Ordering::Acquire);
        stats.cancelled += cancelled;
        stats.queued = accepted.saturating_sub(started + cancelled + stats.undone);
        // Again, so that it is not less than what came of it.
        stats.submitted = self.admission.accepted();
        stats
    }

    /// Waits until all workers' threads have exited.
    pub(crate) fn join(&self, timeout: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        self.tally.busy();
        // `None` is for ever, unless this is a worker: it cannot wait for its own thread.
        if self.threads.join(self.lifecycle.join_deadline(timeout)) {
            return Ok(self.lifecycle.report(self.stats()));
        }
        let (busy, open) = (self.tally.busy(), !self.admission.is_closed());
        Err(JoinTimeout::new(busy, self.stats().queued, open).exiting(self.threads.exiting()))
    }
}
