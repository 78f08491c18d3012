//! Hooks that are called for each job, and the times that they get.

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

/// What a [hook](Config::on_job_start) gets of a job whose handler is about to be called.
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

/// What a [hook](Config::on_job_end) gets of a job whose handler has returned.
///
/// Prints as `job 7 failed on worker 1 after 2.0ms in the queue and 1.5s of work`.
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

impl fmt::Display for JobEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { job, worker, queued, ran, outcome } = self;
        write!(
            f,
            "job {job} {outcome} on worker {worker} after {queued:.1?} in the queue and {ran:.1?} of work"
        )
    }
}

impl fmt::Display for JobOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Panicked => "panicked",
        })
    }
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
}

/// One run of a job, for the [hooks](Config::on_job_end) of its pool, if there are any: what
/// [`Context::job_starts`](crate::Context::job_starts) returns.
#[must_use = "the hook for the end of the job is called by `job_ended`"]
#[derive(Debug)]
pub struct JobWatch(Option<Running>);

#[derive(Debug)]
struct Running {
    observer: Arc<Observer>,
    start: JobStart,
    since: Instant,
}

impl JobWatch {
    #[inline]
    pub(crate) fn start(observer: Option<&Arc<Observer>>, job: JobId, worker: WorkerId) -> Self {
        Self(observer.map(|observer| Running::start(Arc::clone(observer), job, worker)))
    }

    /// Calls the hook for the end of the job, if there is one: right after the handler, before the
    /// completion is delivered.
    #[inline]
    pub fn job_ended<T, E>(self, result: &Result<T, JobErrorKind<E>>) {
        if let Some(running) = self.0 {
            running.end(match result {
                Ok(_) => JobOutcome::Succeeded,
                Err(JobErrorKind::Panicked(_)) => JobOutcome::Panicked,
                Err(_) => JobOutcome::Failed,
            });
        }
    }
}

impl Running {
    fn start(observer: Arc<Observer>, job: JobId, worker: WorkerId) -> Self {
        let now = Instant::now();
        let accepted = lock(&observer.queued).remove(job.get()).unwrap_or(now);
        let start = JobStart { job, worker, queued: now.saturating_duration_since(accepted) };
        let Some(hook) = &observer.on_start else { return Self { observer, start, since: now } };
        _ = contain(|| hook(&start));
        // Without the time that the hook has taken.
        Self { observer, start, since: Instant::now() }
    }

    fn end(self, outcome: JobOutcome) {
        let Some(hook) = &self.observer.on_end else { return };
        let JobStart { job, worker, queued } = self.start;
        let ran = Instant::now().saturating_duration_since(self.since);
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
    fn an_end_is_a_line_of_a_log() {
        let end = JobEnd {
            job: JobId::new(7),
            worker: WorkerId::new(1),
            queued: Duration::from_millis(2),
            ran: Duration::from_millis(1500),
            outcome: JobOutcome::Failed,
        };
        let line = "job 7 failed on worker 1 after 2.0ms in the queue and 1.5s of work";
        assert_eq!(end.to_string(), line);
    }

    #[test]
    fn times_are_kept_for_twice_as_many_jobs_as_a_pool_holds() {
        let config = Config::new(1).queue(5).on_job_end(|_| ());
        let observer = Observer::of(&config, 3).unwrap();
        for job in 0..100 {
            observer.accepted(JobId::new(job));
        }
        assert_eq!(lock(&observer.queued).since.len(), 16);
        assert_eq!(format!("{observer:?}"), "Observer { .. }");
    }

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
