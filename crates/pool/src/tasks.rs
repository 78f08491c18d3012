//! Closures as jobs, over any pool.

use std::{convert::Infallible, fmt};

use crate::{
    AsyncPool, Context, Handle, JobId, JobOptions, Pool, SubmitError, TrySubmitError,
    handle::{Promise, Slot},
    held::Held,
    sync::Arc,
};

/// A pool that runs closures.
///
/// A thin layer: the pool below is an ordinary one whose jobs are [`Task`]s and whose
/// handler is [`Task::run`]. It adds no thread. [`Backend::tasks`](crate::Backend::tasks) makes
/// both. The pool itself stays in reach through [`pool`](Self::pool), to be closed, stopped and
/// joined as ever.
///
/// ```
/// use pool::{Config, prelude::*};
/// use pool_std::Std;
///
/// let tasks = Std::tasks(Config::new(2))?;
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
    pool: Held<P>,
}

impl<P: Pool<Task> + 'static> Tasks<P> {
    /// Runs closures on `pool`, whose handler must be [`Task::run`]. The completions of that pool
    /// carry nothing of interest, so [discard](crate::Config::discard_results) them.
    ///
    /// ```
    /// use pool::{Config, Task, Tasks, prelude::*};
    /// use pool_std::Std;
    ///
    /// let (pool, _) = Std::spawn(Config::new(2).discard_results(), Task::run)?;
    /// let pool: Box<dyn Pool<Task>> = Box::new(pool); // as those of `pool-any` are
    /// assert_eq!(Tasks::new(pool).spawn(|_| 7)?.join()?, 7);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(pool: P) -> Self {
        Self { pool: Held::new(pool) }
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

    /// As [`spawn`](Self::spawn), with a deadline, a cancellation token, or a handle that can
    /// [cancel](Handle::cancel) the closure.
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
        let (task, slot) = Task::promising(closure);
        let (options, token) = options.for_handle();
        let job = self.pool().submit_with(task, options)?;
        Ok(Handle::new(job, self.pool.is_worker(), slot, token))
    }

    /// As [`spawn`](Self::spawn), if there is room at once.
    ///
    /// ```
    /// use pool::{Config, TrySubmitError, prelude::*};
    /// use pool_std::Std;
    ///
    /// let tasks = Std::tasks(Config::new(1))?;
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
        let (task, slot) = Task::promising(closure);
        Ok(self.handle(self.pool().try_submit(task)?, slot))
    }

    /// As [`spawn`](Self::spawn), and waits for room without blocking the thread.
    ///
    /// ```
    /// use pool::{Config, implement::block_on, prelude::*};
    /// use pool_flume::Flume;
    ///
    /// # let main = async {
    /// let tasks = Flume::tasks(Config::new(2))?;
    /// let sum = tasks.spawn_async(|_| (1..=10).sum::<u32>()).await?;
    /// assert_eq!(sum.await?, 55);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # };
    /// # block_on(main, None).unwrap()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`submit_async`](AsyncPool::submit_async).
    pub async fn spawn_async<R: Send + 'static>(
        &self,
        closure: impl FnOnce(&Context) -> R + Send + 'static,
    ) -> Result<Handle<R>, SubmitError<Task>>
    where
        P: AsyncPool<Task>,
    {
        let (task, slot) = Task::promising(closure);
        Ok(self.handle(self.pool().submit_async(task).await?, slot))
    }

    fn handle<R>(&self, job: JobId, slot: Arc<Slot<R>>) -> Handle<R> {
        Handle::new(job, self.pool.is_worker(), slot, None)
    }
}

impl<P> Tasks<P> {
    /// The pool below.
    pub fn pool(&self) -> &P {
        self.pool.pool()
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

    /// A job that calls `closure`, and where what it returns goes.
    fn promising<R: Send + 'static>(
        closure: impl FnOnce(&Context) -> R + Send + 'static,
    ) -> (Self, Arc<Slot<R>>) {
        let (promise, slot) = Promise::new();
        (Self::new(move |context| promise.fulfil(|| closure(context))), slot)
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
