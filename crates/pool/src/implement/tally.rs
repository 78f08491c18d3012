//! Counting jobs, and knowing which worker is on which.

use std::time::Instant;

use super::{Lifecycle, Padded, QueuedJob};
use crate::{
    BusyWorker, Completion, JobErrorKind, JobId, Stats, WorkerId,
    observer::Observer,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
        lock,
    },
};

/// What has become of a pool's jobs, and what its workers are on: for
/// [`Pool::stats`](crate::Pool::stats), and for the [`JoinTimeout`](crate::JoinTimeout) of a join.
///
/// Each worker writes counters of its own, so workers do not contend for them.
///
/// ```
/// use pool::{CancellationToken, Config, Context, WorkerId};
/// use pool::implement::{Lifecycle, QueuedJob, Tally};
///
/// let tally = Tally::new(&Lifecycle::new(&Config::new(1)));
/// let job = QueuedJob { id: tally.accept(), job: 20, deadline: None, token: None };
///
/// let (worker, token) = (WorkerId::new(0), CancellationToken::new());
/// let mut context = Context::new(worker, job.id, None, token.child(), None);
/// tally.start(worker, job.id);
/// assert_eq!(tally.busy()[0].job, job.id);
///
/// let completion = job.run(&mut context, &token, |n: u32, _| Ok::<_, String>(n + 1));
/// tally.count(worker, &completion); // before it is delivered
/// assert_eq!(tally.stats(8, 0).succeeded, 1);
/// tally.finish(worker); // after it is delivered
/// assert!(tally.busy().is_empty());
/// ```
#[derive(Debug)]
pub struct Tally {
    /// Jobs accepted, which is also the next job's id.
    submitted: AtomicU64,
    /// Jobs handed back. Locked for all of a stop.
    undone: Mutex<u64>,
    workers: Box<[Padded<Record>]>,
    /// Of the hooks for jobs, if there are any.
    observer: Option<Arc<Observer>>,
    /// The job that each worker was on when it was last looked at, and since when at least.
    looked: Mutex<Vec<Option<(JobId, Instant)>>>,
}

/// One worker's part, which only that worker writes.
#[derive(Debug, Default)]
struct Record {
    /// The job in hand, plus one; 0 for none.
    job: AtomicU64,
    started: AtomicU64,
    succeeded: AtomicU64,
    failed: AtomicU64,
    panicked: AtomicU64,
    cancelled: AtomicU64,
    expired: AtomicU64,
}

impl Tally {
    /// For a new pool, without jobs yet.
    pub fn new(lifecycle: &Lifecycle) -> Self {
        let workers = lifecycle.workers();
        Self {
            observer: lifecycle.observer().cloned(),
            submitted: AtomicU64::new(0),
            undone: Mutex::new(0),
            workers: (0..workers).map(|_| Padded::default()).collect(),
            looked: Mutex::new(vec![None; workers]),
        }
    }

    /// Counts a job as submitted, and gives it its id. To be called once the job has its place,
    /// so that a refused job uses up no id, and before a worker can receive it.
    pub fn accept(&self) -> JobId {
        // Relaxed: the queue orders it before all that a worker counts for this job.
        let job = JobId::new(self.submitted.fetch_add(1, Ordering::Relaxed));
        self.accepted(job);
        job
    }

    /// For a pool that gives its jobs their ids by itself: this one has been accepted. To be
    /// called before a worker can receive it, for the hooks for jobs.
    #[inline]
    pub fn accepted(&self, job: JobId) {
        if let Some(observer) = &self.observer {
            observer.accepted(job);
        }
    }

    /// The worker has received this job.
    #[inline]
    pub fn start(&self, worker: WorkerId, job: JobId) {
        let record = &self.workers[worker.get()];
        add_one(&record.started);
        // Pairs with the load in `busy`; which needs no more than the number.
        record.job.store(job.get() + 1, Ordering::Relaxed);
    }

    /// The job has ended. To be called before its completion is delivered: a completion that is
    /// received is counted.
    #[inline]
    pub fn count<T, E>(&self, worker: WorkerId, completion: &Completion<T, E>) {
        let record = &self.workers[worker.get()];
        let kind = completion.result.as_ref().map_err(|error| &error.kind);
        add_one(match kind {
            Ok(_) => &record.succeeded,
            Err(JobErrorKind::Failed(_)) => &record.failed,
            Err(JobErrorKind::Panicked(_)) => &record.panicked,
            Err(JobErrorKind::Cancelled) => &record.cancelled,
            Err(JobErrorKind::DeadlineExceeded) => &record.expired,
            Err(JobErrorKind::WouldDeadlock) => unreachable!("no completion has this"),
        });
    }

    /// The completion is delivered: the worker is no longer busy.
    #[inline]
    pub fn finish(&self, worker: WorkerId) {
        // Pairs with the load in `busy`; which needs no more than the number.
        self.workers[worker.get()].job.store(0, Ordering::Relaxed);
    }

    /// What [`Pool::stop`](crate::Pool::stop) is to return: all of `jobs`, oldest first, counted
    /// as undone.
    ///
    /// Until they are, [`stats`](Self::stats) waits. So a thread that has seen the queue end
    /// because this took its last job finds that job counted.
    pub fn hand_back<J>(&self, jobs: impl Iterator<Item = QueuedJob<J>>) -> Vec<(JobId, J)> {
        let mut undone = lock(&self.undone);
        let mut jobs: Vec<_> = jobs.map(|queued| (queued.id, queued.job)).collect();
        *undone += jobs.len() as u64;
        // Submitters at the same time may queue in another order than they get their ids.
        jobs.sort_unstable_by_key(|(id, _)| *id);
        jobs
    }

    /// Jobs that workers have received.
    pub fn started(&self) -> u64 {
        self.sum(|record| &record.started)
    }

    /// The counters, for a queue with room for `capacity` jobs in which `queued` are.
    pub fn stats(&self, capacity: usize, queued: u64) -> Stats {
        // Started before ended: a worker between two jobs is not to be counted as running two.
        let started: Vec<_> = self.workers.iter().map(|record| get(&record.started)).collect();
        let running = started.iter().zip(&self.workers).map(|(started, record)| {
            let Record { succeeded, failed, panicked, cancelled, expired, .. } = &record.0;
            let ended = [succeeded, failed, panicked, cancelled, expired].map(get);
            started.saturating_sub(ended.iter().sum())
        });
        Stats {
            workers: self.workers.len(),
            queue_capacity: capacity,
            queued,
            running: running.sum(),
            succeeded: self.sum(|record| &record.succeeded),
            failed: self.sum(|record| &record.failed),
            panicked: self.sum(|record| &record.panicked),
            cancelled: self.sum(|record| &record.cancelled),
            expired: self.sum(|record| &record.expired),
            undone: *lock(&self.undone),
            // Last, so that it is no less than the others together. Relaxed: they acquire.
            submitted: self.submitted.load(Ordering::Relaxed),
        }
    }

    /// The workers that have a job in hand, in order of their ids.
    ///
    /// A worker counts as busy with a job from the first look that finds it so, because reading
    /// the clock for every job would cost more than all else here. So a join looks twice: when
    /// it begins to wait, and when it gives up.
    pub fn busy(&self) -> Vec<BusyWorker> {
        let mut looked = lock(&self.looked);
        let mut busy = Vec::new();
        for (index, (record, looked)) in self.workers.iter().zip(&mut *looked).enumerate() {
            // Pairs with the stores in `start` and `finish`.
            let job = record.job.load(Ordering::Relaxed).checked_sub(1).map(JobId::new);
            let (before, now) = (looked.take(), Instant::now());
            *looked = job.map(|job| before.filter(|(last, _)| *last == job).unwrap_or((job, now)));
            if let Some((job, since)) = *looked {
                let elapsed = now.saturating_duration_since(since);
                busy.push(BusyWorker { worker: WorkerId::new(index), job, elapsed });
            }
        }
        busy
    }

    fn sum(&self, counter: impl Fn(&Record) -> &AtomicU64) -> u64 {
        self.workers.iter().map(|record| get(counter(record))).sum()
    }
}

/// Adds one to a counter that only this thread writes, so no locked instruction is needed.
#[inline]
fn add_one(counter: &AtomicU64) {
    // Release pairs with the load in `get`: a reader that sees a job ended sees it started and
    // submitted; one that sees it started sees the job before it ended.
    counter.store(counter.load(Ordering::Relaxed) + 1, Ordering::Release);
}

fn get(counter: &AtomicU64) -> u64 {
    // Pairs with the store in `add_one`.
    counter.load(Ordering::Acquire)
}
