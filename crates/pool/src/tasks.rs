//! Closures as jobs, over any pool.

use std::{
    cell::Cell,
    convert::Infallible,
    error::Error,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use crate::{
    Context, JobId, JobOptions, Pool, SubmitError,
    implement::panic_message,
    sync::{Arc, Condvar, Mutex, lock, thread_local, wait_for},
};

/// A pool that runs closures.
///
/// A thin layer: the pool below is an ordinary one whose jobs are [`Task`]s and whose
/// handler is [`Task::run`]. It adds no thread. The results half of that pool carries
/// nothing of interest and is best dropped; the pool itself stays in reach through
/// [`pool`](Self::pool), to be closed, stopped and joined as ever.
///
/// ```
/// use pool::{Backend, Config, Pool, PoolExt, Task, Tasks};
/// use pool_std::Std;
///
/// let (pool, _) = Std::spawn(Config::new(2), Task::run)?;
/// let tasks = Tasks::new(pool);
///
/// tasks.execute(|_| println!("nobody waits for this"))?;
/// let sum = tasks.spawn(|_| (1..=10).sum::<u32>())?;
/// let oops = tasks.spawn(|_| -> u32 { panic!("out of cheese") })?;
///
/// assert_eq!(sum.join()?, 55);
/// assert_eq!(oops.join().unwrap_err().to_string(), "job 2 panicked: out of cheese");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Tasks<P> {
    pool: P,
    id: u64,
}

impl<P: Pool<Task>> Tasks<P> {
    /// Runs closures on `pool`, whose handler must be [`Task::run`].
    ///
    /// Make one for a pool: only closures of the same `Tasks` are kept from waiting for one
    /// another, see [`Handle::join`].
    pub fn new(pool: P) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        // Only uniqueness matters: pairs with nothing.
        Self { pool, id: NEXT.fetch_add(1, Ordering::Relaxed) }
    }

    /// The pool below.
    pub fn pool(&self) -> &P {
        &self.pool
    }

    /// Runs `closure` some time, and forgets what it returns. A panic is contained and
    /// counted.
    ///
    /// # Errors
    ///
    /// As [`submit`](Pool::submit).
    pub fn execute<R>(
        &self,
        closure: impl FnOnce(&Context) -> R + Send + 'static,
    ) -> Result<JobId, SubmitError<Task>> {
        self.pool
            .submit(Task { owner: self.id, run: Box::new(move |context| _ = closure(context)) })
    }

    /// Runs `closure` some time; the handle waits for what it returns.
    ///
    /// # Errors
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
    pub fn spawn_with<R: Send + 'static>(
        &self,
        options: JobOptions,
        closure: impl FnOnce(&Context) -> R + Send + 'static,
    ) -> Result<Handle<R>, SubmitError<Task>> {
        let slot = Arc::new(Slot { outcome: Mutex::new(None), filled: Condvar::new() });
        // Fills the slot even if the closure is dropped without being called.
        let promise = Promise { slot: Arc::clone(&slot) };
        let run = Box::new(move |context: &Context| {
            match catch_unwind(AssertUnwindSafe(|| closure(context))) {
                Ok(value) => promise.slot.fill(Ok(value)),
                Err(payload) => {
                    promise.slot.fill(Err(NoValue::Panicked(panic_message(&*payload).into())));
                    // On to the pool, which counts it.
                    resume_unwind(payload);
                }
            }
        });
        let job = self.pool.submit_with(Task { owner: self.id, run }, options)?;
        Ok(Handle { job, owner: self.id, slot })
    }
}

/// A closure on its way to a worker: the job of a pool under [`Tasks`].
pub struct Task {
    /// Which `Tasks` it was submitted to.
    owner: u64,
    run: Box<dyn FnOnce(&Context) + Send>,
}

thread_local! {
    /// The `Tasks` whose closure this thread is running; 0 for none.
    static RUNNING: Cell<u64> = const { Cell::new(0) };
}

impl Task {
    /// Runs the closure: the handler of a pool under [`Tasks`].
    ///
    /// # Errors
    ///
    /// None: what a closure returns goes to its [`Handle`].
    pub fn run(self, context: &Context) -> Result<(), Infallible> {
        struct Restore(u64);
        impl Drop for Restore {
            fn drop(&mut self) {
                RUNNING.with(|running| running.set(self.0));
            }
        }
        let _restore = Restore(RUNNING.with(|running| running.replace(self.owner)));
        (self.run)(context);
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
#[must_use = "dropping the handle abandons the value; use `execute` if nobody wants it"]
pub struct Handle<R> {
    job: JobId,
    owner: u64,
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
    /// If the closure panicked, or will not be run: it was cancelled, expired, or handed
    /// back by a stop. Called from a closure of the same [`Tasks`] while there is nothing to
    /// return yet, it refuses with [`WouldDeadlock`](HandleError::WouldDeadlock): the
    /// worker that would have to make the value may be this one.
    ///
    /// # Blocking
    ///
    /// Blocks the thread until the closure has ended.
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
    /// Blocks the thread until the closure has ended, for at most `timeout`.
    pub fn join_timeout(self, timeout: Duration) -> Result<Result<R, HandleError>, Self> {
        self.wait(Instant::now().checked_add(timeout)).ok_or(self)
    }

    fn wait(&self, deadline: Option<Instant>) -> Option<Result<R, HandleError>> {
        wait_for(&self.slot.outcome, &self.slot.filled, deadline, |outcome| self.look(outcome))
    }

    /// What there is to return: `None` while it is right to wait.
    fn look(&self, outcome: &mut Option<Result<R, NoValue>>) -> Option<Result<R, HandleError>> {
        let job = self.job;
        match outcome.take() {
            Some(Ok(value)) => Some(Ok(value)),
            Some(Err(NoValue::Panicked(message))) => {
                Some(Err(HandleError::Panicked { job, message }))
            }
            Some(Err(NoValue::NotRun)) => Some(Err(HandleError::NotRun { job })),
            None if RUNNING.with(Cell::get) == self.owner => {
                Some(Err(HandleError::WouldDeadlock { job }))
            }
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
    /// The closure will not be run: it was cancelled, expired, or handed back by a stop.
    NotRun {
        /// The job's id.
        job: JobId,
    },
    /// A closure of the same [`Tasks`] asked, and there was nothing yet.
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
