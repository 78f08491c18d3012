//! Closures as jobs, over any pool.

use std::{
    convert::Infallible,
    error::Error,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    time::{Duration, Instant},
};

use crate::{
    Context, JobId, JobOptions, Pool, SubmitError, TrySubmitError,
    implement::panic_message,
    sync::{Arc, Condvar, Mutex, Weak, lock, wait_for, yield_now},
};

/// A pool that runs closures.
///
/// A thin layer: the pool below is an ordinary one whose jobs are [`Task`]s and whose
/// handler is [`Task::run`]. It adds no thread. The completions of that pool carry nothing of
/// interest, so [discard](crate::Config::discard_results) them. The pool itself stays in reach
/// through [`pool`](Self::pool), to be closed, stopped and joined as ever.
///
/// ```
/// use pool::{Backend, Config, Pool, PoolExt, Task, Tasks};
/// use pool_std::Std;
///
/// let (pool, _) = Std::spawn(Config::new(2).discard_results(), Task::run)?;
/// let tasks = Tasks::new(pool);
///
/// tasks.execute(|_| println!("nothing waits for this"))?;
/// let sum = tasks.spawn(|_| (1..=10).sum::<u32>())?;
/// let oops = tasks.spawn(|_| -> u32 { panic!("out of cheese") })?;
///
/// assert_eq!(sum.join()?, 55);
/// assert_eq!(oops.join().unwrap_err().to_string(), "job 2 panicked: out of cheese");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Tasks<P> {
    /// `None` only while it is dropped. Handles have weak references.
    pool: Option<Arc<P>>,
}

impl<P: Pool<Task> + 'static> Tasks<P> {
    /// Runs closures on `pool`, whose handler must be [`Task::run`].
    pub fn new(pool: P) -> Self {
        Self { pool: Some(Arc::new(pool)) }
    }

    /// Runs `closure` some time, and forgets what it returns. A panic is contained and
    /// counted.
    ///
    /// # Errors
    ///
    /// As [`submit`](Pool::submit).
    ///
    /// # Blocking
    ///
    /// As [`submit`](Pool::submit).
    pub fn execute<R>(
        &self,
        closure: impl FnOnce(&Context) -> R + Send + 'static,
    ) -> Result<JobId, SubmitError<Task>> {
        self.pool().submit(Task::new(closure))
    }

    /// As [`execute`](Self::execute), if there is room at once.
    ///
    /// # Errors
    ///
    /// As [`try_submit`](Pool::try_submit).
    pub fn try_execute<R>(
        &self,
        closure: impl FnOnce(&Context) -> R + Send + 'static,
    ) -> Result<JobId, TrySubmitError<Task>> {
        self.pool().try_submit(Task::new(closure))
    }

    /// Runs `closure` some time; the handle waits for what it returns.
    ///
    /// # Errors
    ///
    /// As [`submit`](Pool::submit).
    ///
    /// # Blocking
    ///
    /// As [`submit`](Pool::submit).
    pub fn spawn<R: Send + 'static>(
        &self,
        closure: impl FnOnce(&Context) -> R + Send + 'static,
    ) -> Result<Handle<R>, SubmitError<Task>> {
        self.spawn_with(JobOptions::new(), closure)
    }

    /// As [`spawn`](Self::spawn), with a deadline or a cancellation token.
    ///
    /// # Errors
    ///
    /// As [`submit`](Pool::submit).
    ///
    /// # Blocking
    ///
    /// As [`submit`](Pool::submit).
    pub fn spawn_with<R: Send + 'static>(
        &self,
        options: JobOptions,
        closure: impl FnOnce(&Context) -> R + Send + 'static,
    ) -> Result<Handle<R>, SubmitError<Task>> {
        self.hand_in(closure, |task| self.pool().submit_with(task, options))
    }

    /// As [`spawn`](Self::spawn), if there is room at once.
    ///
    /// ```
    /// use pool::{Backend, Config, Pool, Task, Tasks, TrySubmitError};
    /// use pool_std::Std;
    ///
    /// let (pool, _) = Std::spawn(Config::new(1).discard_results(), Task::run)?;
    /// let tasks = Tasks::new(pool);
    /// assert_eq!(tasks.try_spawn(|_| 7)?.join(), Ok(7));
    ///
    /// tasks.pool().close();
    /// assert!(matches!(tasks.try_spawn(|_| 8), Err(TrySubmitError::Closed(_))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`try_submit`](Pool::try_submit).
    pub fn try_spawn<R: Send + 'static>(
        &self,
        closure: impl FnOnce(&Context) -> R + Send + 'static,
    ) -> Result<Handle<R>, TrySubmitError<Task>> {
        self.hand_in(closure, |task| self.pool().try_submit(task))
    }

    fn hand_in<R: Send + 'static, X>(
        &self,
        closure: impl FnOnce(&Context) -> R + Send + 'static,
        submit: impl FnOnce(Task) -> Result<JobId, X>,
    ) -> Result<Handle<R>, X> {
        let slot = Arc::new(Slot { outcome: Mutex::new(None), filled: Condvar::new() });
        // Fills the slot even if the closure is dropped without being called.
        let promise = Promise { slot: Arc::clone(&slot) };
        let job = submit(Task::new(move |context| {
            match catch_unwind(AssertUnwindSafe(|| closure(context))) {
                Ok(value) => promise.slot.fill(Ok(value)),
                Err(payload) => {
                    promise.slot.fill(Err(NoValue::Panicked(panic_message(&*payload).into())));
                    // On to the pool, which counts it.
                    resume_unwind(payload);
                }
            }
        }))?;
        let pool = Arc::downgrade(self.shared()) as Weak<dyn Workers>;
        Ok(Handle { job, pool, slot })
    }
}

impl<P> Tasks<P> {
    /// The pool below.
    pub fn pool(&self) -> &P {
        self.shared()
    }

    fn shared(&self) -> &Arc<P> {
        self.pool.as_ref().expect("it is there until it is dropped")
    }
}

impl<P> Drop for Tasks<P> {
    fn drop(&mut self) {
        // The pool is to be dropped here. A handle may have it for the moment in which it asks
        // for its workers.
        let mut pool = self.pool.take();
        while let Some(shared) = pool {
            match Arc::try_unwrap(shared) {
                Ok(last) => return drop(last),
                Err(shared) => pool = Some(shared),
            }
            yield_now();
        }
    }
}

/// A pool of any type, to ask for its workers.
trait Workers: Send + Sync {
    /// As [`Pool::is_worker`].
    fn is_worker(&self) -> bool;
}

impl<P: Pool<Task>> Workers for P {
    fn is_worker(&self) -> bool {
        Pool::is_worker(self)
    }
}

/// A closure on its way to a worker: the job of a pool under [`Tasks`].
pub struct Task(Box<dyn FnOnce(&Context) + Send>);

impl Task {
    /// A job that calls `closure` and forgets what it returns, to be submitted by any of the
    /// ways that a [`Pool`] has. [`Tasks`] makes one of each closure.
    ///
    /// ```
    /// use std::time::Duration;
    /// use pool::{Backend, Config, Pool, Task};
    /// use pool_std::Std;
    ///
    /// let (pool, _) = Std::spawn(Config::new(1).discard_results(), Task::run)?;
    /// pool.submit_timeout(Task::new(|context| context.job_id()), Duration::from_secs(1))?;
    /// pool.close();
    /// assert_eq!(pool.join(None)?.stats.succeeded, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new<R>(closure: impl FnOnce(&Context) -> R + Send + 'static) -> Self {
        Self(Box::new(move |context| _ = closure(context)))
    }

    /// Runs the closure: the handler of a pool under [`Tasks`].
    ///
    /// # Errors
    ///
    /// None: what a closure returns goes to its [`Handle`].
    pub fn run(self, context: &Context) -> Result<(), Infallible> {
        (self.0)(context);
        Ok(())
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").finish_non_exhaustive()
    }
}

/// Waits for what one closure returns.
///
/// Dropping the handle abandons the value, not the closure: it still runs.
///
/// # After a stop
///
/// [`stop`](Pool::stop) hands back the closures that had not started, and any of them may still
/// be run, by hand or on another pool. So its handle waits until it has been run or dropped.
/// Drop the list before you wait:
///
/// ```
/// use pool::{Backend, Config, HandleError, Pool, Task, Tasks};
/// use pool_std::Std;
///
/// let (pool, _) = Std::spawn(Config::new(1).discard_results(), Task::run)?;
/// let tasks = Tasks::new(pool);
/// let handles: Vec<_> = (0..10).map(|n| tasks.spawn(move |_| n)).collect::<Result<_, _>>()?;
///
/// let undone = tasks.pool().stop();
/// let count = undone.len();
/// drop(undone); // a `join` of the last would wait until this
/// let not_run = handles
///     .into_iter()
///     .filter_map(|handle| handle.join().err())
///     .filter(|error| matches!(error, HandleError::NotRun { .. }));
/// assert_eq!(not_run.count(), count);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "dropping the handle abandons the value; use `execute` if it is not wanted"]
pub struct Handle<R> {
    job: JobId,
    /// Whose workers must not wait. Weak: a handle does not keep the pool.
    pool: Weak<dyn Workers>,
    slot: Arc<Slot<R>>,
}

struct Slot<R> {
    outcome: Mutex<Option<Result<R, NoValue>>>,
    filled: Condvar,
}

enum NoValue {
    Panicked(Box<str>),
    NotRun,
}

struct Promise<R> {
    slot: Arc<Slot<R>>,
}

impl<R> Slot<R> {
    /// The first outcome counts.
    fn fill(&self, outcome: Result<R, NoValue>) {
        lock(&self.outcome).get_or_insert(outcome);
        self.filled.notify_all();
    }
}

impl<R> Drop for Promise<R> {
    fn drop(&mut self) {
        self.slot.fill(Err(NoValue::NotRun));
    }
}

impl<R> Handle<R> {
    /// The job's id in the pool below.
    pub fn job(&self) -> JobId {
        self.job
    }

    /// Whether [`join`](Self::join) would return at once.
    pub fn is_finished(&self) -> bool {
        lock(&self.slot.outcome).is_some()
    }

    /// Waits for the closure's value.
    ///
    /// # Errors
    ///
    /// If the closure panicked, or was dropped without having been run: it was cancelled, it
    /// expired, or it was handed back by a stop, see [above](#after-a-stop). Called by a worker
    /// of the pool that the closure was given to while there is nothing to return yet, it
    /// refuses with [`WouldDeadlock`](HandleError::WouldDeadlock): the worker that would have to
    /// make the value may be this one.
    ///
    /// # Blocking
    ///
    /// Blocks the thread until the closure has ended, or is dropped.
    #[expect(clippy::missing_panics_doc, reason = "without a deadline it waits for an outcome")]
    pub fn join(self) -> Result<R, HandleError> {
        self.wait(None).expect("without a deadline it waits for an outcome")
    }

    /// As [`join`](Self::join), for at most `timeout`.
    ///
    /// # Errors
    ///
    /// This handle, if the time is up and the closure has not ended; within `Ok`, those of
    /// [`join`](Self::join).
    ///
    /// # Blocking
    ///
    /// As [`join`](Self::join), for at most `timeout`.
    pub fn join_timeout(self, timeout: Duration) -> Result<Result<R, HandleError>, Self> {
        self.wait(Instant::now().checked_add(timeout)).ok_or(self)
    }

    fn wait(&self, deadline: Option<Instant>) -> Option<Result<R, HandleError>> {
        let is_worker = self.pool.upgrade().is_some_and(|pool| pool.is_worker());
        wait_for(&self.slot.outcome, &self.slot.filled, deadline, |outcome| {
            let refused = || is_worker.then_some(HandleError::WouldDeadlock { job: self.job });
            self.look(outcome).or_else(|| refused().map(Err))
        })
    }

    /// What there is to return, if there is something.
    fn look(&self, outcome: &mut Option<Result<R, NoValue>>) -> Option<Result<R, HandleError>> {
        let job = self.job;
        match outcome.take() {
            Some(Ok(value)) => Some(Ok(value)),
            Some(Err(NoValue::Panicked(message))) => {
                Some(Err(HandleError::Panicked { job, message }))
            }
            Some(Err(NoValue::NotRun)) => Some(Err(HandleError::NotRun { job })),
            None => None,
        }
    }
}

impl<R> fmt::Debug for Handle<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("job", &self.job)
            .field("finished", &self.is_finished())
            .finish_non_exhaustive()
    }
}

/// Why a [`Handle`] has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HandleError {
    /// The closure panicked.
    Panicked {
        /// The job's id.
        job: JobId,
        /// The panic's message.
        message: Box<str>,
    },
    /// The closure was dropped without having been run: it was cancelled, it expired, or it was
    /// handed back by a stop.
    NotRun {
        /// The job's id.
        job: JobId,
    },
    /// A worker of the closure's own pool asked, and there was nothing yet.
    WouldDeadlock {
        /// The job's id.
        job: JobId,
    },
}

impl fmt::Display for HandleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panicked { job, message } => write!(f, "job {job} panicked: {message}"),
            Self::NotRun { job } => write!(f, "job {job} was not run"),
            Self::WouldDeadlock { job } => {
                write!(f, "a closure of the same `Tasks` must not wait for job {job}")
            }
        }
    }
}

impl Error for HandleError {}
