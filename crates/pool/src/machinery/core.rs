//! What is true of a pool whatever carries its jobs: ids, counters, workers, the end.

use std::time::{Duration, Instant};

use super::{
    Admission, PoolId,
    padded::Padded,
    record::{Record, Totals},
};
use crate::{
    CancellationToken, Config, JobId, JoinTimeout, RefusalReason, ShutdownReport, Stats,
    StopReason, Wait, WorkerId,
    config::{StartHook, StopHook},
    implement::contain,
    machinery::AdmissionError,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
        lock, thread, wait_for,
    },
};

/// The part of a pool that its sending half, its workers and its cancellations share.
pub struct Core {
    id: PoolId,
    epoch: Instant,
    /// From the configuration: cancelled when the pool is cancelled.
    outer_token: CancellationToken,
    /// A child of that: cancelled when the pool is stopped or cancelled.
    token: CancellationToken,
    admission: Admission,
    /// Jobs accepted so far, which is also the next job's id.
    submitted: Padded<AtomicU64>,
    /// Jobs completed as cancelled by a cancellation, not by a worker.
    cancelled: Mutex<u64>,
    /// Jobs handed back by a stop.
    undone: AtomicU64,
    /// One for each worker.
    records: Box<[Padded<Record>]>,
    stopped: AtomicBool,
    life: Mutex<Life>,
    /// Signalled when `life.alive` falls to zero.
    all_exited: Condvar,
    /// Joined, under the lock, by the first joiner that waits forever or finds all workers gone.
    threads: Mutex<Vec<thread::JoinHandle<()>>>,
    on_worker_start: Option<StartHook>,
    on_worker_stop: Option<StopHook>,
}

#[derive(Debug, Default)]
struct Life {
    /// Workers whose thread has been asked for and has not announced its exit.
    alive: usize,
    closed_at: Option<Instant>,
    exited_at: Option<Instant>,
}

impl Core {
    /// The core of a pool with a valid configuration.
    pub fn new(config: &Config) -> Arc<Self> {
        Arc::new(Self {
            id: PoolId::next(),
            epoch: Instant::now(),
            outer_token: config.token.clone(),
            token: config.token.child(),
            admission: Admission::new(config.queue, config.workers),
            submitted: Padded::default(),
            cancelled: Mutex::default(),
            undone: AtomicU64::new(0),
            records: (0..config.workers).map(|_| Padded::default()).collect(),
            stopped: AtomicBool::new(false),
            life: Mutex::default(),
            all_exited: Condvar::new(),
            threads: Mutex::default(),
            on_worker_start: config.on_worker_start.clone(),
            on_worker_stop: config.on_worker_stop.clone(),
        })
    }

    /// Which pool this is.
    pub fn id(&self) -> PoolId {
        self.id
    }

    /// Cancelled when the pool is stopped or cancelled.
    pub fn token(&self) -> &CancellationToken {
        &self.token
    }

    /// Whether the pool was cancelled, by its user's token; which a stop does not do.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.outer_token.is_cancelled()
    }

    /// The queue's places.
    pub fn admission(&self) -> &Admission {
        &self.admission
    }

    /// Takes a place in the queue, waiting as told; but one of the pool's own workers never
    /// waits.
    ///
    /// # Errors
    ///
    /// Why there is none, as [`admit`](crate::Pool::admit) is to say it.
    ///
    /// # Blocking
    ///
    /// As [`Admission::acquire`].
    pub fn take_place(&self, wait: Wait) -> Result<(), RefusalReason> {
        let own_worker = wait != Wait::Never && self.id.is_current();
        let effective = if own_worker { Wait::Never } else { wait };
        self.admission.acquire(effective).map_err(|error| match (error, wait) {
            (AdmissionError::Closed, _) => RefusalReason::Closed,
            (AdmissionError::Full, _) if own_worker => RefusalReason::WouldDeadlock,
            (AdmissionError::Full, Wait::Never) => RefusalReason::Full,
            (AdmissionError::Full, _) => RefusalReason::TimedOut,
        })
    }

    /// As [`take_place`](Self::take_place) with [`Wait::Forever`], without blocking.
    ///
    /// # Errors
    ///
    /// As [`take_place`](Self::take_place).
    pub async fn take_place_async(&self) -> Result<(), RefusalReason> {
        if self.id.is_current() {
            return self.take_place(Wait::Forever);
        }
        self.admission.acquire_async().await.map_err(|_| RefusalReason::Closed)
    }

    /// The next job's id. The job counts as submitted from here on.
    pub(crate) fn next_id(&self) -> JobId {
        // Release pairs with the first load in `stats`; the queue orders the job itself.
        JobId::new(self.submitted.fetch_add(1, Ordering::Release))
    }

    pub(crate) fn record(&self, worker: WorkerId) -> &Record {
        &self.records[worker.get()]
    }

    /// When the pool was made.
    pub(crate) fn epoch(&self) -> Instant {
        self.epoch
    }

    /// Delivers a job's cancellation and counts it, if there was room for it, which it says.
    pub(crate) fn count_cancelled_if(&self, deliver: impl FnOnce() -> bool) -> bool {
        // Held meanwhile: whoever receives the completion finds it counted, and nobody finds
        // one counted that is not delivered.
        let mut cancelled = lock(&self.cancelled);
        let delivered = deliver();
        *cancelled += u64::from(delivered);
        delivered
    }

    pub(crate) fn count_undone(&self) {
        // Release pairs with the load in `stats`: who sees the job counted sees it submitted.
        self.undone.fetch_add(1, Ordering::Release);
    }

    /// Notes when the end began, and refuses whoever waits for a place.
    pub(crate) fn close(&self) {
        lock(&self.life).closed_at.get_or_insert_with(Instant::now);
        self.admission.close();
    }

    /// Says, once, that this is the first stop.
    pub(crate) fn begin_stop(&self) -> bool {
        // Relaxed: the choice of the first is all, for stops; for `stop_reason`, see there.
        !self.stopped.swap(true, Ordering::Relaxed)
    }

    pub(crate) fn stop_reason(&self) -> StopReason {
        // Not the token alone: a stop cancels it only after it has ended the queue, which an
        // idle worker may be quick to see. Relaxed: the end of the queue orders the flag.
        if self.stopped.load(Ordering::Relaxed) || self.token.is_cancelled() {
            StopReason::Stopped
        } else {
            StopReason::Closed
        }
    }

    pub(crate) fn call_start_hook(&self, worker: WorkerId) {
        if let Some(hook) = &self.on_worker_start {
            _ = contain(|| hook(worker));
        }
    }

    pub(crate) fn call_stop_hook(&self, worker: WorkerId, reason: StopReason) {
        if let Some(hook) = &self.on_worker_stop {
            _ = contain(|| hook(worker, reason));
        }
    }

    /// A worker's thread is about to be asked for.
    pub(crate) fn worker_comes(&self) {
        lock(&self.life).alive += 1;
    }

    /// A worker has nothing more to do; or its thread was refused.
    pub(crate) fn worker_goes(&self) {
        let mut life = lock(&self.life);
        life.alive -= 1;
        if life.alive == 0 {
            life.exited_at = Some(Instant::now());
            self.all_exited.notify_all();
        }
    }

    pub(crate) fn keep_thread(&self, thread: thread::JoinHandle<()>) {
        lock(&self.threads).push(thread);
    }

    /// The counters, now.
    pub fn stats(&self) -> Stats {
        // What is derived by subtraction reads what it subtracts last, so that it is never too
        // large. Acquire pairs with the addition in `next_id`: who sees a job submitted sees
        // whichever had to start before there was a place for it, so `queued` never exceeds
        // the bound. `started` keeps `running` to the number of workers in the same way, see
        // `Record`.
        let submitted = self.submitted.load(Ordering::Acquire);
        let started: u64 = self.totals().started;
        let totals = self.totals();
        let cancelled = *lock(&self.cancelled);
        let undone = self.undone.load(Ordering::Acquire);
        let Totals { succeeded, failed, panicked, expired, .. } = totals;
        let returned = succeeded + failed + panicked + expired + totals.cancelled;
        Stats {
            workers: self.records.len(),
            queue_capacity: self.admission.capacity(),
            queued: submitted.saturating_sub(totals.started + cancelled + undone),
            running: started.saturating_sub(returned),
            succeeded,
            failed,
            panicked,
            cancelled: totals.cancelled + cancelled,
            expired,
            undone,
            // Relaxed: read after what it must not be less than, by loads that acquire.
            submitted: self.submitted.load(Ordering::Relaxed),
        }
    }

    fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        self.records.iter().for_each(|record| record.add_to(&mut totals));
        totals
    }

    /// Waits until all workers' threads have exited.
    ///
    /// # Errors
    ///
    /// As [`Pool::join`](crate::Pool::join).
    ///
    /// # Blocking
    ///
    /// As [`Pool::join`](crate::Pool::join).
    pub fn join(&self, timeout: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        let own_worker = self.id.is_current();
        let timeout = if own_worker { Some(Duration::ZERO) } else { timeout };
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        if deadline.is_none() {
            // With all the time in the world, straight to the threads: to wait for what the
            // workers announce first would be one more time to be woken.
            self.join_threads();
        }
        let elapsed = self.wait_for_exit(deadline).ok_or_else(|| self.join_timeout())?;
        // A worker may come here after it has announced its exit, if the handler that it lets go
        // of was the last to hold the pool; it cannot wait for its own thread.
        if !own_worker {
            self.join_threads();
        }
        Ok(ShutdownReport::new(self.stats(), elapsed))
    }

    /// Waits for the workers' threads themselves. Not to be called by one of them.
    fn join_threads(&self) {
        // Held until the last is joined, so that every joiner returns after that.
        let mut threads = lock(&self.threads);
        for thread in threads.drain(..) {
            // A panic outside a handler has been reported by the panic hook; the worker is gone
            // either way.
            _ = thread.join();
        }
    }

    /// From the beginning of the end to the last worker's exit; `None` if that has not come
    /// by `deadline`.
    fn wait_for_exit(&self, deadline: Option<Instant>) -> Option<Duration> {
        wait_for(&self.life, &self.all_exited, deadline, |life| {
            let closed_at = life.closed_at.filter(|_| life.alive == 0)?;
            let exited_at = life.exited_at.unwrap_or(closed_at);
            Some(exited_at.saturating_duration_since(closed_at))
        })
    }

    fn join_timeout(&self) -> JoinTimeout {
        let workers = self.records.iter().enumerate();
        let busy = workers
            .filter_map(|(index, record)| record.busy(WorkerId::new(index), self.epoch))
            .collect();
        JoinTimeout::new(busy, self.stats().queued, !self.admission.is_closed())
    }
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core")
            .field("id", &self.id)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
