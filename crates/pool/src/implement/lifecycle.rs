//! From the start of a pool to the exit of its last worker.

use std::{
    collections::BTreeSet,
    error::Error,
    process,
    sync::OnceLock,
    time::{Duration, Instant},
};

use super::{PoolId, contain, discard, drop_at_thread_exit};
use crate::{
    CancellationToken, Config, Context, JobId, RefusalReason, ShutdownReport, SpawnError, Stats,
    StopReason, Wait, WorkerId,
    observer::Observer,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
        lock, thread,
    },
};

/// What has happened to a pool so far, and what the contract makes of that: who may wait, what
/// the hooks learn, what a join reports. It carries no job and wakes no thread.
///
/// ```
/// use pool::{Config, RefusalReason, StopReason, Wait, WorkerId, implement::Lifecycle};
///
/// let (worker, config) = (WorkerId::new(0), Config::new(1));
/// let config = config.on_worker_stop(|_, reason| assert_eq!(reason, StopReason::Closed));
/// let lifecycle = Lifecycle::new(&config);
/// assert_eq!(lifecycle.patience(Wait::Forever), (Wait::Forever, RefusalReason::TimedOut));
///
/// let body = |_| Ok::<_, String>(Vec::<u8>::new());
/// let state = lifecycle.begin_worker(worker, &body).unwrap();
/// let context = lifecycle.context(worker); // and it runs jobs
/// lifecycle.closed();
/// lifecycle.end_worker(worker, state);
/// lifecycle.exits_thread(worker);
/// assert_eq!(lifecycle.exiting(), [worker]); // as long as this thread is there
/// assert!(!context.is_cancelled());
/// ```
#[derive(Debug)]
pub struct Lifecycle {
    id: PoolId,
    /// The process that has the workers: one that was forked has none.
    process: u32,
    config: Config,
    workers: usize,
    /// Of the hooks for jobs, if there are any.
    observer: Option<Arc<Observer>>,
    /// A child of the configuration's: cancelled when the pool is stopped or cancelled.
    token: CancellationToken,
    stopped: AtomicBool,
    detached: AtomicBool,
    closed_at: OnceLock<Instant>,
    exited_at: Mutex<Option<Instant>>,
    /// How many workers have not had their last job.
    working: AtomicU64,
    /// Workers with nothing more to do on threads that are still there.
    exiting: Arc<Mutex<BTreeSet<WorkerId>>>,
}

impl Lifecycle {
    /// Of a pool whose workers are yet to be started.
    pub fn new(config: &Config) -> Self {
        Self::for_workers(config, config.workers)
    }

    /// Of a pool with another number of workers than is configured: on threads that are lent.
    pub fn for_workers(config: &Config, workers: usize) -> Self {
        Self {
            workers,
            id: PoolId::next(),
            process: process::id(),
            config: config.clone(),
            observer: Observer::of(config, workers),
            token: config.token.child(),
            stopped: AtomicBool::new(false),
            detached: AtomicBool::new(false),
            closed_at: OnceLock::new(),
            exited_at: Mutex::new(None),
            working: AtomicU64::new(workers as u64),
            exiting: Arc::default(),
        }
    }

    /// Which pool this is. Each worker claims its thread for it, or enters it, first of all.
    #[inline]
    pub fn id(&self) -> PoolId {
        self.id
    }

    /// What the pool was made from.
    #[inline]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Cancelled when the pool is stopped or cancelled: for the contexts of running jobs.
    #[inline]
    pub fn token(&self) -> &CancellationToken {
        &self.token
    }

    /// Who is to know of the pool's jobs, if anybody is.
    pub(crate) fn observer(&self) -> Option<&Arc<Observer>> {
        self.observer.as_ref()
    }

    pub(crate) fn workers(&self) -> usize {
        self.workers
    }

    /// What a worker does before it may receive a job: calls the start hook, and makes the
    /// worker's state. If there is none, calls the stop hook as well.
    ///
    /// # Errors
    ///
    /// [`SpawnError::Init`] if `init` fails or panics.
    pub fn begin_worker<S, X: Into<Box<dyn Error + Send + Sync>>>(
        &self,
        worker: WorkerId,
        init: &impl Fn(WorkerId) -> Result<S, X>,
    ) -> Result<S, SpawnError> {
        self.config.call_start_hook(worker);
        // An error becomes one of ours by code of the user's, too.
        let source = match contain(|| init(worker).map_err(Into::into)) {
            Ok(Ok(state)) => return Ok(state),
            Ok(Err(error)) => error,
            Err(message) => format!("panicked: {message}").into(),
        };
        self.config.call_stop_hook(worker, StopReason::InitFailed);
        Err(SpawnError::Init { worker, source })
    }

    /// A worker's context, to be reused for each of its jobs.
    pub fn context(&self, worker: WorkerId) -> Context {
        let context = Context::new(worker, JobId::new(0), None, self.token.clone(), None);
        context.observed(self.observer.clone())
    }

    /// What a worker does after its last job: drops its state, calls the stop hook, and
    /// [leaves](Self::leave). Returns whether it was the last.
    pub fn end_worker<S>(&self, worker: WorkerId, state: S) -> bool {
        discard(state);
        // Relaxed: a stop notes itself before it closes the queue, whose end a worker has seen.
        // A cancellation closes it before it has come to the child, `self.token`.
        let stopped = self.stopped.load(Ordering::Relaxed) || self.config.token.is_cancelled();
        let reason = if stopped { StopReason::Stopped } else { StopReason::Closed };
        self.config.call_stop_hook(worker, reason);
        self.leave()
    }

    /// Notes that a worker has ended, or will never begin. The last cancels the
    /// [token](Config::ended_token) of the end. Returns whether this was the last.
    pub fn leave(&self) -> bool {
        // Release and Acquire pair with each other: the last has what the others have done before.
        let was_last = self.working.fetch_sub(1, Ordering::AcqRel) == 1;
        if was_last {
            self.config.ended.iter().for_each(CancellationToken::cancel);
        }
        was_last
    }

    /// Notes that a worker has nothing more to do, its hook included. The last to do so ends the
    /// time that is in the [`report`](Self::report).
    pub fn exited(&self) {
        *lock(&self.exited_at) = Some(Instant::now());
    }

    /// As [`exited`](Self::exited), for a worker with a thread of its own, on that thread. Until
    /// the thread exits, the worker is among [`exiting`](Self::exiting).
    pub fn exits_thread(&self, worker: WorkerId) {
        self.exited();
        lock(&self.exiting).insert(worker);
        drop_at_thread_exit(Exit { worker, exiting: Arc::clone(&self.exiting) });
    }

    /// The workers that have nothing more to do, but whose threads have not exited, in order of
    /// their ids: for a [`JoinTimeout`](crate::JoinTimeout).
    pub fn exiting(&self) -> Vec<WorkerId> {
        lock(&self.exiting).iter().copied().collect()
    }

    /// How long a submission may wait for room, and why it is refused if it finds none: a worker
    /// of this pool never waits.
    #[inline]
    pub fn patience(&self, wait: Wait) -> (Wait, RefusalReason) {
        match wait {
            Wait::Never => (wait, RefusalReason::Full),
            _ if self.id.is_current() => (Wait::Never, RefusalReason::WouldDeadlock),
            Wait::Until(_) | Wait::Forever => (wait, RefusalReason::TimedOut),
        }
    }

    /// Notes that the pool is closed, before it is. The first call counts.
    pub fn closed(&self) {
        self.closed_at.get_or_init(Instant::now);
    }

    /// Notes that the pool is stopped, before it is closed for that: a worker that sees the end
    /// tells its stop hook why.
    pub fn stopped(&self) {
        // Relaxed: pairs with the load in `end_worker`, see there.
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Until when a join may wait, `None` for ever: a worker of this pool does not wait, nor a
    /// process that was forked from the pool's.
    pub fn join_deadline(&self, timeout: Option<Duration>) -> Option<Instant> {
        let looks = self.id.is_current() || self.is_forked();
        let timeout = if looks { Some(Duration::ZERO) } else { timeout };
        timeout.and_then(|timeout| Instant::now().checked_add(timeout))
    }

    /// What a join returns, once every worker has exited.
    pub fn report(&self, stats: Stats) -> ShutdownReport {
        let (closed_at, exited_at) = (self.closed_at.get(), *lock(&self.exited_at));
        let elapsed = closed_at.zip(exited_at).map_or(Duration::ZERO, |(closed_at, exited_at)| {
            exited_at.saturating_duration_since(*closed_at)
        });
        ShutdownReport::new(stats, elapsed)
    }

    /// Notes that the pool is given up: its drop is not to wait.
    pub fn detached(&self) {
        // Relaxed: pairs with the load in `drop_waits`, for which the pool has one owner left.
        self.detached.store(true, Ordering::Relaxed);
    }

    /// Whether the pool's drop is to wait for its workers: unless it is given up, or dropped by
    /// one of them, or in a process that was forked, which has none, or by a panic that unwinds,
    /// where workers may wait for what that is about to drop.
    pub fn drop_waits(&self) -> bool {
        let given_up = self.detached.load(Ordering::Relaxed);
        !given_up && !self.id.is_current() && !self.is_forked() && !thread::panicking()
    }

    /// Whether this process has a copy of the pool, and not its threads.
    fn is_forked(&self) -> bool {
        process::id() != self.process
    }
}

/// Kept by the thread of a worker that has nothing more to do.
struct Exit {
    worker: WorkerId,
    exiting: Arc<Mutex<BTreeSet<WorkerId>>>,
}

impl Drop for Exit {
    fn drop(&mut self) {
        lock(&self.exiting).remove(&self.worker);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Threads do not come along into a process that is forked, so nothing may wait for them.
    #[test]
    fn a_forked_process_does_not_wait() {
        let mut lifecycle = Lifecycle::new(&Config::new(1));
        assert!(lifecycle.drop_waits());
        assert_eq!(lifecycle.join_deadline(None), None);
        lifecycle.process += 1;
        assert!(!lifecycle.drop_waits());
        assert!(lifecycle.join_deadline(None).is_some_and(|deadline| deadline <= Instant::now()));
    }

    /// The worker is not begun, and the spawn learns why, as if `init` itself had panicked.
    #[test]
    fn an_error_of_init_may_panic_as_it_becomes_one_of_ours() {
        struct Panics;
        impl From<Panics> for Box<dyn Error + Send + Sync> {
            fn from(_: Panics) -> Self {
                panic!("of an error");
            }
        }
        let stopped = Arc::new(OnceLock::new());
        let stop = Arc::clone(&stopped);
        let config = Config::new(1).on_worker_stop(move |_, reason| stop.set(reason).unwrap());
        let init = |_| Err::<(), _>(Panics);
        let begun = Lifecycle::new(&config).begin_worker(WorkerId::new(0), &init);
        let Err(SpawnError::Init { source, .. }) = begun else { panic!("begun") };
        assert_eq!(source.to_string(), "panicked: of an error");
        assert_eq!(stopped.get(), Some(&StopReason::InitFailed));
    }
}
