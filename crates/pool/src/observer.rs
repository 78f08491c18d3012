//! Hooks that are told of each job, and the times that they are told.

use std::{
    collections::VecDeque,
    fmt,
    time::{Duration, Instant},
};

use crate::{
    Config, JobErrorKind, JobId, WorkerId,
    implement::contain,
    sync::{Arc, Mutex, lock},
};

pub(crate) type JobStartHook = Arc<dyn Fn(&JobStart) + Send + Sync>;
pub(crate) type JobEndHook = Arc<dyn Fn(&JobEnd) + Send + Sync>;

/// What a [hook](Config::on_job_start) is told of a job whose handler is about to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobStart {
    /// Which job.
    pub job: JobId,
    /// Which worker runs it.
    pub worker: WorkerId,
    /// How long it was in the queue: since it was accepted.
    pub queued: Duration,
}

/// What a [hook](Config::on_job_end) is told of a job whose handler has returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobEnd {
    /// Which job.
    pub job: JobId,
    /// Which worker ran it.
    pub worker: WorkerId,
    /// How long it was in the queue: since it was accepted.
    pub queued: Duration,
    /// How long the handler took.
    pub ran: Duration,
    /// What the handler came to.
    pub outcome: JobOutcome,
}

/// What a handler came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobOutcome {
    /// It returned `Ok`.
    Succeeded,
    /// It returned `Err`.
    Failed,
    /// It panicked.
    Panicked,
}

/// A pool's hooks for jobs. A pool without them has none of this.
pub(crate) struct Observer {
    on_start: Option<JobStartHook>,
    on_end: Option<JobEndHook>,
    queued: Mutex<Queued>,
}

/// When the jobs that may be in the queue were accepted.
struct Queued {
    since: VecDeque<Option<Instant>>,
    /// The id of the first of `since`.
    first: u64,
    /// More than can be in the queue at once.
    most: usize,
}

impl Observer {
    /// The observer of a new pool with so many workers, if there is a hook.
    pub(crate) fn of(config: &Config, workers: usize) -> Option<Arc<Self>> {
        let (on_start, on_end) = (config.on_job_start.clone(), config.on_job_end.clone());
        if on_start.is_none() && on_end.is_none() {
            return None;
        }
        // Twice as many as fit: ids may be in the queue in another order than they were given.
        let most = 2 * (config.queue + workers);
        let queued = Mutex::new(Queued { since: VecDeque::new(), first: 0, most });
        Some(Arc::new(Self { on_start, on_end, queued }))
    }

    /// A job has been accepted, and no worker can have received it.
    pub(crate) fn accepted(&self, job: JobId) {
        lock(&self.queued).insert(job.get(), Instant::now());
    }

    /// A job's handler is about to be called.
    pub(crate) fn started(&self, job: JobId, worker: WorkerId) -> (JobStart, Instant) {
        let now = Instant::now();
        let since = lock(&self.queued).remove(job.get()).unwrap_or(now);
        let start = JobStart { job, worker, queued: now.saturating_duration_since(since) };
        if let Some(hook) = &self.on_start {
            _ = contain(|| hook(&start));
        }
        // Read again only if a hook may have taken time.
        (start, if self.on_start.is_some() { Instant::now() } else { now })
    }

    /// It has returned.
    pub(crate) fn ended<T, E>(
        &self,
        (start, began): (JobStart, Instant),
        result: &Result<T, JobErrorKind<E>>,
    ) {
        let Some(hook) = &self.on_end else { return };
        let JobStart { job, worker, queued } = start;
        let ran = Instant::now().saturating_duration_since(began);
        let outcome = match result {
            Ok(_) => JobOutcome::Succeeded,
            Err(JobErrorKind::Panicked(_)) => JobOutcome::Panicked,
            Err(_) => JobOutcome::Failed,
        };
        _ = contain(|| hook(&JobEnd { job, worker, queued, ran, outcome }));
    }
}

impl Queued {
    fn insert(&mut self, job: u64, now: Instant) {
        // Submitters at the same time may come here in another order than they get their ids.
        let Some(index) = self.index(job) else { return };
        if index >= self.since.len() {
            self.since.resize(index + 1, None);
        }
        self.since[index] = Some(now);
        while self.since.len() > self.most {
            self.since.pop_front();
            self.first += 1;
        }
    }

    fn remove(&mut self, job: u64) -> Option<Instant> {
        let index = self.index(job)?;
        self.since.get_mut(index)?.take()
    }

    fn index(&self, job: u64) -> Option<usize> {
        job.checked_sub(self.first).and_then(|index| usize::try_from(index).ok())
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_whatever_the_order_and_forgotten_in_time() {
        let mut queued = Queued { since: VecDeque::new(), first: 0, most: 4 };
        let now = Instant::now();
        let at = |millis| now + Duration::from_millis(millis);
        for job in [1, 0, 2] {
            queued.insert(job, at(job));
        }
        assert_eq!((queued.remove(0), queued.remove(0)), (Some(at(0)), None));
        assert_eq!(queued.remove(2), Some(at(2)));
        // Jobs that never start, because they are cancelled or handed back.
        for job in 3..100 {
            queued.insert(job, at(job));
        }
        assert_eq!((queued.remove(1), queued.since.len()), (None, 4));
        assert_eq!((queued.remove(99), queued.remove(100)), (Some(at(99)), None));
    }
}
