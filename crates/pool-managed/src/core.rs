//! What is true of a pool whatever carries its jobs: its counters, its workers, its end.

use std::time::{Duration, Instant};

use pool::{
    BusyWorker, CancellationToken, Config, JobId, JobIds, JoinTimeout, RefusalReason,
    ShutdownReport, Stats, StopReason, Wait, WorkerId,
    implement::PoolId,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
        lock, wait_for,
    },
};

use crate::{
    admission::{Admission, AdmissionError},
    record::Totals,
    threads::Threads,
};

/// The part of a pool that does not depend on its library or its types.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) id: PoolId,
    pub(crate) config: Config,
    /// A child of the configured token: cancelled when the pool is stopped or cancelled.
    pub(crate) token: CancellationToken,
    pub(crate) admission: Admission,
    /// Jobs completed as cancelled by a cancellation, not by a worker.
    cancelled: AtomicU64,
    /// Jobs handed back by a stop.
    undone: AtomicU64,
    /// Messages taken out of the queue by a stop or a cancellation.
    withdrawn: AtomicU64,
    stopped: AtomicBool,
    detached: AtomicBool,
    ended: AtomicBool,
    life: Mutex<Life>,
    /// Signalled when `life.alive` falls to zero.
    all_left: Condvar,
    pub(crate) threads: Arc<Threads>,
    /// For each worker, the job that a `join` has last seen in its hands, and since when.
    sightings: Mutex<Vec<Option<(JobId, Instant)>>>,
}

#[derive(Debug, Default)]
struct Life {
    /// Workers that have been asked for and have not left.
    alive: usize,
    closed_at: Option<Instant>,
    left_at: Option<Instant>,
}

impl Core {
    /// The core of a pool with a valid configuration.
    pub(crate) fn new(config: &Config) -> Self {
        let workers = config.worker_count();
        Self {
            id: PoolId::next(),
            config: config.clone(),
            token: config.token().child(),
            admission: Admission::new(config.queue_capacity(), workers),
            cancelled: AtomicU64::new(0),
            undone: AtomicU64::new(0),
            withdrawn: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            detached: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            life: Mutex::default(),
            all_left: Condvar::new(),
            threads: Arc::default(),
            sightings: Mutex::new(vec![None; workers]),
        }
    }

    /// Whether the pool was cancelled by its user's token, which a stop does not do.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.config.token().is_cancelled()
    }

    /// Takes a place in the queue; one of the pool's own workers never waits for it.
    pub(crate) fn acquire(&self, wait: Wait) -> Result<JobId, RefusalReason> {
        let own_worker = wait != Wait::Never && self.id.is_current();
        let effective = if own_worker { Wait::Never } else { wait };
        self.admission.acquire(effective).map_err(|error| match (error, wait) {
            (AdmissionError::Closed, _) => RefusalReason::Closed,
            (AdmissionError::Full, _) if own_worker => RefusalReason::WouldDeadlock,
            (AdmissionError::Full, Wait::Never) => RefusalReason::Full,
            (AdmissionError::Full, _) => RefusalReason::TimedOut,
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
        if self.id.is_current() {
            return self.acquire(Wait::Forever);
        }
        self.admission.acquire_async().await.map_err(|_| RefusalReason::Closed)
    }

    /// Counts a job as cancelled by its cancellation, if `deliver` finds room for that.
    pub(crate) fn count_cancelled_if(&self, deliver: impl FnOnce() -> bool) -> bool {
        // Counted first, so that whoever receives the completion finds it counted. Release pairs
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
        lock(&self.life).closed_at.get_or_insert_with(Instant::now);
        self.admission.close();
    }

    /// Whether the queue has ended: the pool is closed, and no job is left. `true` once, for
    /// whoever is to tell the workers.
    pub(crate) fn is_first_to_see_the_end(&self) -> bool {
        // Closed first: what is accepted after that is final. AcqRel: only the choice of one
        // matters; it pairs with itself.
        self.admission.is_closed()
            && self.gone() == self.admission.accepted()
            && !self.ended.swap(true, Ordering::AcqRel)
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

    /// A worker is about to be asked for.
    pub(crate) fn worker_comes(&self) {
        lock(&self.life).alive += 1;
    }

    /// A worker has nothing more to do; or could not be started.
    pub(crate) fn worker_leaves(&self) {
        let mut life = lock(&self.life);
        life.alive -= 1;
        if life.alive == 0 {
            life.left_at = Some(Instant::now());
            self.all_left.notify_all();
        }
    }

    pub(crate) fn detach(&self) {
        // Relaxed: read by the drop, which has the pool to itself.
        self.detached.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_detached(&self) -> bool {
        self.detached.load(Ordering::Relaxed)
    }

    /// The counters, now.
    pub(crate) fn stats(&self) -> Stats {
        // What is derived by subtraction reads what it subtracts last, so that it is never too
        // large. Who sees a job accepted sees the taking whose place it got (see `accepted`), so
        // `queued` never exceeds the bound. `started` keeps `running` to the number of workers in
        // the same way, see `Record`.
        let submitted = self.admission.accepted();
        let started = self.totals().started;
        let totals = self.totals();
        // Acquire pairs with `count_cancelled_if` and `count_undone`.
        let cancelled = self.cancelled.load(Ordering::Acquire);
        let undone = self.undone.load(Ordering::Acquire);
        let Totals { succeeded, failed, panicked, expired, .. } = totals;
        let returned = succeeded + failed + panicked + expired + totals.cancelled;
        let mut stats = Stats::default();
        stats.workers = self.admission.records().len();
        stats.queue_capacity = self.admission.capacity();
        stats.queued = submitted.saturating_sub(totals.started + cancelled + undone);
        stats.running = started.saturating_sub(returned);
        stats.succeeded = succeeded;
        stats.failed = failed;
        stats.panicked = panicked;
        stats.cancelled = totals.cancelled + cancelled;
        stats.expired = expired;
        stats.undone = undone;
        // Again, so that it is not less than what came of it.
        stats.submitted = self.admission.accepted();
        stats
    }

    fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        self.admission.records().for_each(|record| record.add_to(&mut totals));
        totals
    }

    /// Waits until all workers' threads have exited.
    pub(crate) fn join(&self, timeout: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        let own_worker = self.id.is_current();
        let timeout = if own_worker { Some(Duration::ZERO) } else { timeout };
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        if deadline.is_some() {
            self.look_at_workers();
        } else {
            // No deadline: join the threads directly, and save one wake-up.
            self.threads.join(None);
        }
        let elapsed = self.wait_for_end(deadline).ok_or_else(|| self.join_timeout())?;
        // A worker cannot wait for its own thread. It may come here after it has left, if the
        // handler that it drops was the last to hold the pool.
        if !own_worker && !self.threads.join(deadline) {
            return Err(self.join_timeout());
        }
        Ok(ShutdownReport::new(self.stats(), elapsed))
    }

    /// From the beginning of the end to the last worker's leaving; `None` if that has not come
    /// by `deadline`.
    fn wait_for_end(&self, deadline: Option<Instant>) -> Option<Duration> {
        wait_for(&self.life, &self.all_left, deadline, |life| {
            let closed_at = life.closed_at.filter(|_| life.alive == 0)?;
            let left_at = life.left_at.unwrap_or(closed_at);
            Some(left_at.saturating_duration_since(closed_at))
        })
    }

    fn join_timeout(&self) -> JoinTimeout {
        let busy = self.look_at_workers();
        let timeout = JoinTimeout::new(busy, self.stats().queued, !self.admission.is_closed());
        // Workers that have left, but whose threads have not.
        if lock(&self.life).alive == 0 { timeout.exiting(self.threads.live()) } else { timeout }
    }

    /// What the workers are on, and for how long at least: since a `join` first saw it, so that
    /// no worker need read the clock for each job.
    fn look_at_workers(&self) -> Vec<BusyWorker> {
        let now = Instant::now();
        let mut sightings = lock(&self.sightings);
        let mut busy = Vec::new();
        for (index, record) in self.admission.records().enumerate() {
            let sighting = &mut sightings[index];
            *sighting = record.busy().map(|job| match *sighting {
                Some((seen, since)) if seen == job => (job, since),
                _ => (job, now),
            });
            busy.extend(sighting.map(|(job, since)| BusyWorker {
                worker: WorkerId::new(index),
                job,
                elapsed: now.saturating_duration_since(since),
            }));
        }
        busy
    }
}
