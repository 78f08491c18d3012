//! What submitters, workers and cancellations share: the pool's counters, its queue, its end.

use std::time::Duration;

use pool::{
    Config, JobId, JobOptions, RefusalReason, Wait, WorkerId,
    implement::{Lifecycle, QueuedJob, Tally, discard},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        sleep,
    },
};

use crate::{
    Library, Queue,
    admission::Admission,
    queued::{Carriage, Queued, Shared},
    threads::Threads,
};

/// How long a stop waits before it looks again for a job that is on its way to the queue.
const LOOK_AGAIN: Duration = Duration::from_micros(50);

/// The part of a pool that its two halves and its workers share.
///
/// # How the queue ends
///
/// No job is accepted once the pool is closed, so the number of accepted jobs is final. Each of
/// them is *gone* when a worker has taken it, or a stop or a cancellation is done with it. When
/// all are gone, the queue is empty, and each worker is sent an end marker. Everyone who closes
/// the pool or makes a job go looks whether that is so. The orderings are in `Admission`.
pub(crate) struct Core<J: Send + 'static, L: Library> {
    pub(crate) lifecycle: Lifecycle,
    pub(crate) tally: Tally,
    pub(crate) admission: Admission,
    pub(crate) threads: Arc<Threads>,
    pub(crate) queue: Arc<L::Queue<Queued<J>>>,
    /// Delivers that a job was cancelled in the queue, and says whether there was room for it.
    deliver_cancelled: Box<dyn Fn(JobId) -> bool + Send + Sync>,
    /// Jobs completed as cancelled by a cancellation, not by a worker.
    pub(crate) cancelled: AtomicU64,
    /// Whether a stop or a cancellation empties the queue, or has. The first does it for all.
    drained: AtomicBool,
}

impl<J: Send + 'static, L: Library> Core<J, L> {
    /// Of a pool with a valid configuration.
    pub(crate) fn new(
        config: &Config,
        queue: L::Queue<Queued<J>>,
        deliver_cancelled: Box<dyn Fn(JobId) -> bool + Send + Sync>,
    ) -> Self {
        let lifecycle = Lifecycle::new(config);
        Self {
            tally: Tally::new(&lifecycle),
            lifecycle,
            admission: Admission::new(config.queue_capacity(), config.worker_count()),
            threads: Arc::default(),
            queue: Arc::new(queue),
            deliver_cancelled,
            cancelled: AtomicU64::new(0),
            drained: AtomicBool::new(false),
        }
    }

    /// Takes a place in the queue; one of the pool's own workers never waits for it.
    pub(crate) fn acquire(&self, wait: Wait) -> Result<JobId, RefusalReason> {
        let (wait, no_room) = self.lifecycle.patience(wait);
        let refused = self.admission.acquire(wait);
        refused.map_err(|reason| if reason == RefusalReason::Full { no_room } else { reason })
    }

    /// Queues a job that has a place, and no options: these are many words, and most jobs have none.
    #[inline]
    pub(crate) fn enqueue_plain(&self, id: JobId, job: J) -> JobId {
        self.tally.accepted(id);
        self.queue.send(Queued::new(id, Carriage::Plain(job)));
        id
    }

    /// Queues a job that has a place.
    pub(crate) fn enqueue(self: &Arc<Self>, id: JobId, job: J, options: JobOptions) -> JobId {
        match (options.start_by(), options.token) {
            (None, None) => self.enqueue_plain(id, job),
            (deadline, token) => self.share(QueuedJob { id, job, deadline, token }),
        }
    }

    /// Queues a job with options.
    #[cold]
    fn share(self: &Arc<Self>, job: QueuedJob<J>) -> JobId {
        let (id, token) = (job.id, job.token.clone());
        self.tally.accepted(id);
        let shared = Shared::new(job);
        self.queue.send(Queued::new(id, Carriage::Shared(Arc::clone(&shared))));
        // Only then: a job may stop its pool as it is dropped, and a stop waits for its message.
        if let Some(token) = token {
            let core = Arc::downgrade(self);
            shared.on_cancel(&token, move |shared| {
                if let Some(core) = core.upgrade() {
                    core.discard(shared.cancel(|| core.cancelled(id)));
                }
            });
        }
        id
    }

    /// A worker has taken a message out of the queue. Serves those who wait for places, or for
    /// the end, if that is due.
    #[inline]
    pub(crate) fn took(&self, worker: WorkerId, job: JobId) {
        if self.admission.take(worker, job) {
            if self.admission.is_closed() {
                self.end_if_over();
            } else {
                self.admission.attend(worker);
            }
        }
    }

    /// Accepts no more jobs. The queue ends when it is empty.
    pub(crate) fn close(&self) {
        self.lifecycle.closed();
        self.admission.close();
        self.end_if_over();
    }

    /// Sends each worker its end marker, if the pool is closed and every job is gone.
    fn end_if_over(&self) {
        if self.admission.is_first_to_see_the_end() {
            let workers = self.lifecycle.config().worker_count();
            let end = |_| Queued::new(JobId::new(u64::MAX), Carriage::End);
            self.queue.end((0..workers).map(end));
        }
    }

    /// A stop or a cancellation is done with so many jobs, which it has taken out of the queue.
    pub(crate) fn withdraw(&self, jobs: usize) {
        self.admission.withdraw(jobs as u64);
        self.end_if_over();
    }

    /// Closes, and completes every queued job as cancelled. Those for whose completion the
    /// results have no room are left to the workers, which find the pool cancelled.
    pub(crate) fn cancel(&self) {
        self.close();
        let mut done = Vec::new();
        for QueuedJob { id, job, .. } in self.drain() {
            if self.cancelled(id) {
                done.push(job);
            } else {
                self.queue.send(Queued::new(id, Carriage::Plain(job)));
            }
        }
        self.withdraw(done.len());
        for job in done {
            self.discard(job);
        }
    }

    /// Drops what a cancelled job was, on the canceller's thread. It may own the pool: as on a worker,
    /// nothing in it waits for that.
    fn discard<T>(&self, value: T) {
        let _entered = self.lifecycle.id().enter();
        discard(value);
    }

    /// The last worker ends before its time: takes what is left in the queue.
    pub(crate) fn abandon(&self, mut cancelled: impl FnMut(JobId)) {
        while let Some(message) = self.queue.try_recv() {
            let id = message.id;
            match message.into_carriage().claim(id) {
                Ok(QueuedJob { job, .. }) => {
                    // Release as in `cancelled`.
                    self.cancelled.fetch_add(1, Ordering::Release);
                    cancelled(id);
                    self.withdraw(1);
                    self.discard(job);
                }
                Err(None) => self.withdraw(1),
                Err(Some(_)) => {}
            }
        }
    }

    /// Takes all jobs out of the queue of a closed pool, if this is the first call. Waits for
    /// those that have been accepted and are on their way to it, which takes no longer than to
    /// send them.
    pub(crate) fn drain(&self) -> Vec<QueuedJob<J>> {
        let mut messages = Vec::new();
        // Relaxed: only the choice of one matters.
        if !self.drained.swap(true, Ordering::Relaxed) {
            while self.admission.taken() + (messages.len() as u64) < self.admission.accepted() {
                match self.queue.try_recv() {
                    Some(message) => messages.push(message),
                    None => sleep(LOOK_AGAIN),
                }
            }
        }
        let mut jobs = Vec::with_capacity(messages.len());
        for message in messages {
            let id = message.id;
            match message.into_carriage().claim(id) {
                Ok(job) => jobs.push(job),
                Err(None) => self.withdraw(1),
                // Left to the workers: a job that is just being cancelled; or an end marker, if one
                // of them took the last job, and ended the queue, after the last look.
                Err(Some(carriage)) => self.queue.send(Queued::new(id, carriage)),
            }
        }
        jobs
    }

    /// Delivers and counts one cancelled job, if the results have room for it.
    fn cancelled(&self, id: JobId) -> bool {
        // Counted first, so that the receiver of the completion finds it counted. Release pairs
        // with the load in `stats`: who sees the job counted sees it submitted.
        self.cancelled.fetch_add(1, Ordering::Release);
        let delivered = (self.deliver_cancelled)(id);
        if !delivered {
            self.cancelled.fetch_sub(1, Ordering::Release);
        }
        delivered
    }
}
