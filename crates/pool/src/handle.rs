//! Waiting for what becomes of one job.

use std::{
    any::Any,
    error::Error,
    fmt,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::Pin,
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

use crate::{
    CancellationToken, JobId,
    held::IsWorker,
    implement::{contain, discard, panic_message},
    sync::{Arc, Condvar, Mutex, lock, wait_for},
};

/// Waits for what one closure, or one request, comes to: by [`join`](Self::join), or by `.await`.
///
/// Dropping the handle abandons the value, not the job: it still runs. To end it early,
/// [cancel](Self::cancel) it.
///
/// ```
/// use pool::{Config, implement::block_on, prelude::*};
/// use pool_std::Std;
///
/// let tasks = Std::tasks(Config::new(2))?;
/// let (one, two) = (tasks.spawn(|_| 1)?, tasks.spawn(|_| 2)?);
/// assert_eq!(one.join()?, 1);
///
/// // In async code, of any runtime and on any pool:
/// let value = async { two.await };
/// # let value = block_on(value, None).unwrap();
/// assert_eq!(value, Ok(2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # After a stop
///
/// [`stop`](crate::Pool::stop) hands back the jobs that had not started, and any of them may still
/// be run, by hand or on another pool. So its handle waits until it has been run or dropped.
/// Drop the list before you wait:
///
/// ```
/// use pool::{Config, HandleError, prelude::*};
/// use pool_std::Std;
///
/// let tasks = Std::tasks(Config::new(1))?;
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
#[must_use = "dropping the handle abandons the value"]
pub struct Handle<R> {
    job: JobId,
    /// Whether this thread must not wait.
    is_worker: IsWorker,
    slot: Arc<Slot<R>>,
    /// The job's own, if it was submitted as cancellable.
    token: Option<CancellationToken>,
}

/// Where the value of one job goes.
pub(crate) struct Slot<R> {
    state: Mutex<State<R>>,
    filled: Condvar,
}

struct State<R> {
    outcome: Option<Result<R, NoValue>>,
    /// Of the task that waits.
    waker: Option<Waker>,
}

enum NoValue {
    Panicked(Box<str>, Payload),
    NotRun,
    WouldDeadlock,
}

/// What a panic was raised with. A panic of its `Drop` goes no further.
struct Payload(Option<Box<dyn Any + Send>>);

impl Drop for Payload {
    fn drop(&mut self) {
        discard(self.0.take());
    }
}

/// Fills a slot, also if it is dropped instead.
pub(crate) struct Promise<R> {
    /// `None` once it is filled.
    slot: Option<Arc<Slot<R>>>,
}

impl<R> Promise<R> {
    pub(crate) fn new() -> (Self, Arc<Slot<R>>) {
        let state = Mutex::new(State { outcome: None, waker: None });
        let slot = Arc::new(Slot { state, filled: Condvar::new() });
        (Self { slot: Some(Arc::clone(&slot)) }, slot)
    }

    /// Fills the slot with what `f` returns. A panic goes there, and on to the pool, which counts
    /// it.
    pub(crate) fn fulfil(mut self, f: impl FnOnce() -> R) {
        match catch_unwind(AssertUnwindSafe(f)) {
            Ok(value) => self.fill(Ok(value)),
            Err(payload) => {
                let message = panic_message(&*payload);
                let payload = Payload(Some(payload));
                self.fill(Err(NoValue::Panicked(message.as_str().into(), payload)));
                resume_unwind(Box::new(message));
            }
        }
    }

    fn fill(&mut self, outcome: Result<R, NoValue>) {
        let Some(slot) = self.slot.take() else { return };
        let waker = {
            let mut state = lock(&slot.state);
            state.outcome = Some(outcome);
            state.waker.take()
        };
        slot.filled.notify_all();
        if let Some(waker) = waker {
            _ = contain(|| waker.wake());
        }
    }
}

impl<R> Drop for Promise<R> {
    fn drop(&mut self) {
        self.fill(Err(NoValue::NotRun));
    }
}

impl<R> Handle<R> {
    pub(crate) fn new(
        job: JobId,
        is_worker: IsWorker,
        slot: Arc<Slot<R>>,
        token: Option<CancellationToken>,
    ) -> Self {
        Self { job, is_worker, slot, token }
    }

    /// The job's id in the pool below.
    pub fn job(&self) -> JobId {
        self.job
    }

    /// Whether [`join`](Self::join) would return at once.
    pub fn is_finished(&self) -> bool {
        lock(&self.slot.state).outcome.is_some()
    }

    /// Cancels this job and no other, if it was submitted as
    /// [cancellable](crate::JobOptions::cancellable), and says whether it was. If not, the job goes
    /// on.
    ///
    /// A job that is queued is not run: the handle gets [`NotRun`](HandleError::NotRun). One that
    /// runs learns of it through its [`Context`](crate::Context), and decides; the handle gets what
    /// it returns. A job that has ended keeps its value.
    ///
    /// ```
    /// use std::time::Duration;
    /// use pool::{Config, JobOptions, prelude::*};
    /// use pool_std::Std;
    ///
    /// let tasks = Std::tasks(Config::new(1))?;
    /// let options = JobOptions::new().cancellable();
    /// let slow = tasks.spawn_with(options, |context| context.sleep(Duration::MAX))?;
    /// if !slow.wait_timeout(Duration::from_millis(1)) {
    ///     assert!(slow.cancel());
    /// }
    /// match slow.join() {
    ///     Ok(slept) => assert!(slept.is_err()), // cancelled while it ran
    ///     Err(not_run) => println!("{not_run}"), // or while it was queued
    /// }
    ///
    /// let other = tasks.spawn(|_| 7)?; // nothing said that it may be cancelled
    /// assert!(!other.cancel());
    /// assert_eq!(other.join(), Ok(7));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cancel(&self) -> bool {
        self.token.as_ref().map(CancellationToken::cancel).is_some()
    }

    /// Waits for the value.
    ///
    /// # Errors
    ///
    /// If the job panicked, or was dropped without having been run: it was cancelled, it
    /// expired, or it was handed back by a stop, see [above](#after-a-stop). Called by a worker
    /// of the pool that the job was given to while there is nothing to return yet, it
    /// refuses with [`WouldDeadlock`](HandleError::WouldDeadlock): the worker that would have to
    /// make the value may be this one.
    ///
    /// # Blocking
    ///
    /// Blocks the thread until the job has ended, or is dropped.
    pub fn join(self) -> Result<R, HandleError> {
        self.wait_forever().map_err(|why| why.of(self.job))
    }

    /// As [`join`](Self::join), for at most `timeout`.
    ///
    /// # Errors
    ///
    /// This handle, if the time is up and the job has not ended; within `Ok`, those of
    /// [`join`](Self::join).
    ///
    /// # Blocking
    ///
    /// As [`join`](Self::join), for at most `timeout`.
    pub fn join_timeout(self, timeout: Duration) -> Result<Result<R, HandleError>, Self> {
        let outcome = self.wait(Instant::now().checked_add(timeout), |state| state.outcome.take());
        outcome.map(|outcome| outcome.map_err(|why| why.of(self.job))).ok_or(self)
    }

    /// As [`join`](Self::join); if the job panicked, within `Ok`, what it panicked with, as
    /// std's [`JoinHandle::join`](thread::JoinHandle::join) returns it.
    ///
    /// ```
    /// use std::panic::{panic_any, resume_unwind};
    /// use pool::{Config, prelude::*};
    /// use pool_std::Std;
    ///
    /// #[derive(Debug, PartialEq)]
    /// struct OutOfCheese(u32);
    ///
    /// let tasks = Std::tasks(Config::new(1))?;
    /// let handle = tasks.spawn(|_| panic_any(OutOfCheese(7)))?;
    /// let payload = handle.join_unwind()?.unwrap_err(); // for `resume_unwind`, or
    /// assert_eq!(payload.downcast_ref(), Some(&OutOfCheese(7)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join), but for the panic.
    ///
    /// # Blocking
    ///
    /// As [`join`](Self::join).
    pub fn join_unwind(self) -> Result<thread::Result<R>, HandleError> {
        match self.wait_forever() {
            Ok(value) => Ok(Ok(value)),
            Err(NoValue::Panicked(message, mut payload)) => {
                Ok(Err(payload.0.take().unwrap_or_else(|| Box::new(message))))
            }
            Err(why) => Err(why.of(self.job)),
        }
    }

    /// Waits until the job has ended, for at most `timeout`, and says whether it has: then
    /// [`join`](Self::join) returns at once. A worker of the job's own pool only looks.
    ///
    /// ```
    /// use std::time::Duration;
    /// use pool::{Config, prelude::*};
    /// use pool_std::Std;
    ///
    /// let tasks = Std::tasks(Config::new(1))?;
    /// let handle = tasks.spawn(|context| context.sleep(Duration::MAX))?;
    /// while !handle.wait_timeout(Duration::from_millis(1)) {
    ///     tasks.pool().stop(); // or print that it still runs, and wait on
    /// }
    /// assert!(handle.is_finished());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Blocking
    ///
    /// Blocks the thread for at most `timeout`. One too long for the clock means forever.
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let deadline = Instant::now().checked_add(timeout);
        let finished = |state: &mut State<R>| state.outcome.is_some().then_some(Ok(()));
        self.wait(deadline, finished).is_some_and(|waited| waited.is_ok())
    }

    fn wait_forever(&self) -> Result<R, NoValue> {
        self.wait(None, |state| state.outcome.take())
            .expect("without a deadline it waits for an outcome")
    }

    /// Waits until `look` finds something; a worker of the pool only looks.
    fn wait<V>(
        &self,
        deadline: Option<Instant>,
        mut look: impl FnMut(&mut State<R>) -> Option<Result<V, NoValue>>,
    ) -> Option<Result<V, NoValue>> {
        let is_worker = (self.is_worker)();
        wait_for(&self.slot.state, &self.slot.filled, deadline, |state| {
            look(state).or_else(|| is_worker.then_some(Err(NoValue::WouldDeadlock)))
        })
    }
}

/// Ready with what [`join`](Handle::join) returns. Polled by a worker of the job's own pool before
/// there is anything, it is ready with [`WouldDeadlock`](HandleError::WouldDeadlock).
impl<R> Future for Handle<R> {
    type Output = Result<R, HandleError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let is_worker = (self.is_worker)();
        let waker = cx.waker().clone();
        let (outcome, unused) = {
            let mut state = lock(&self.slot.state);
            match state.outcome.take() {
                None if is_worker => (Some(Err(NoValue::WouldDeadlock)), Some(waker)),
                None => (None, state.waker.replace(waker)),
                outcome => (outcome, Some(waker)),
            }
        };
        // Outside the lock: what a waker does as it is dropped is not ours to know.
        discard(unused);
        outcome
            .map_or(Poll::Pending, |outcome| Poll::Ready(outcome.map_err(|why| why.of(self.job))))
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

impl NoValue {
    fn of(self, job: JobId) -> HandleError {
        match self {
            Self::Panicked(message, _) => HandleError::Panicked { job, message },
            Self::NotRun => HandleError::NotRun { job },
            Self::WouldDeadlock => HandleError::WouldDeadlock { job },
        }
    }
}

/// Why a [`Handle`] has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HandleError {
    /// The job panicked.
    Panicked {
        /// The job's id.
        job: JobId,
        /// The panic's message. What it panicked with, [`join_unwind`](Handle::join_unwind) has.
        message: Box<str>,
    },
    /// The job was dropped without having been run: it was cancelled, it expired, or it was
    /// handed back by a stop.
    NotRun {
        /// The job's id.
        job: JobId,
    },
    /// A worker of the job's own pool asked, and there was nothing yet.
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
                write!(f, "a worker of the same pool must not wait for job {job}")
            }
        }
    }
}

impl Error for HandleError {}
