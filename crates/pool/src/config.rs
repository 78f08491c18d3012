//! What a pool is built from.

use std::{error::Error, fmt, io, num::NonZero};

use crate::{
    CancellationToken, JobEnd, JobStart, WorkerId,
    implement::contain,
    observer::{JobEndHook, JobStartHook},
    sync::{Arc, thread},
};

/// The settings of a pool. Nothing is checked until the pool is spawned.
///
/// | setting | default |
/// |---|---|
/// | [`workers`](Self::new) | the machine's available parallelism |
/// | [`queue`](Self::queue) | 1,024 jobs |
/// | [`results`](Self::results) | unbounded: keeps every completion until it is received |
/// | [`thread_name`](Self::thread_name) | `"worker"`: threads are `worker-0`, `worker-1`, ... |
/// | [`stack_size`](Self::stack_size) | std's, commonly 2 MiB |
///
/// ```
/// use pool::Config;
///
/// let config = Config::new(4).queue(256).results(256).thread_name("resize");
/// assert!(config.validate().is_ok());
/// assert_eq!(Config::new(0).validate().unwrap_err().to_string(), "a pool needs at least 1 worker");
/// ```
///
/// # For implementors
///
/// [`validate`](Self::validate) comes first. The getters say what was asked for;
/// [`spawn_thread`](Self::spawn_thread) starts a worker's thread as configured, and
/// [`call_start_hook`](Self::call_start_hook) and [`call_stop_hook`](Self::call_stop_hook) run
/// the hooks. A clone is cheap, so a worker may keep one.
#[derive(Clone)]
pub struct Config {
    pub(crate) workers: usize,
    pub(crate) queue: usize,
    pub(crate) results: Option<usize>,
    pub(crate) discards_results: bool,
    pub(crate) thread_name: String,
    pub(crate) stack_size: Option<usize>,
    pub(crate) token: CancellationToken,
    pub(crate) ended: Option<CancellationToken>,
    pub(crate) on_worker_start: Option<StartHook>,
    pub(crate) on_worker_stop: Option<StopHook>,
    pub(crate) on_job_start: Option<JobStartHook>,
    pub(crate) on_job_end: Option<JobEndHook>,
    pub(crate) spawner: Option<Spawner>,
}

pub(crate) type StartHook = Arc<dyn Fn(WorkerId) + Send + Sync>;
pub(crate) type StopHook = Arc<dyn Fn(WorkerId, StopReason) + Send + Sync>;
pub(crate) type Spawner = Arc<
    dyn Fn(thread::Builder, Box<dyn FnOnce() + Send>) -> io::Result<thread::JoinHandle<()>>
        + Send
        + Sync,
>;

/// Why a worker stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopReason {
    /// The pool was closed (or dropped) and its queue is empty.
    Closed,
    /// The pool was stopped, or cancelled through its token.
    Stopped,
    /// The worker's state could not be made, so the pool did not start.
    InitFailed,
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "the pool was closed, and its queue is empty",
            Self::Stopped => "the pool was stopped or cancelled",
            Self::InitFailed => "the worker's state could not be made",
        })
    }
}

impl Config {
    /// The most workers a pool may have: what rayon's counters have room for.
    pub const MAX_WORKERS: usize = 0xFFFF;

    /// The most jobs, or results, that a bound may allow. Array-backed channels allocate
    /// the whole bound at once.
    pub const MAX_CAPACITY: usize = 1 << 24;

    /// No address space holds a stack of this many bytes (128 TiB on 64-bit machines).
    pub const MAX_STACK_SIZE: usize =
        if usize::BITS == 64 { usize::MAX >> 17 } else { usize::MAX >> 1 };

    /// A pool of `workers` threads, from 1 to [`MAX_WORKERS`](Self::MAX_WORKERS).
    pub fn new(workers: usize) -> Self {
        Self {
            workers,
            queue: 1024,
            results: None,
            discards_results: false,
            thread_name: "worker".to_owned(),
            stack_size: None,
            token: CancellationToken::new(),
            ended: None,
            on_worker_start: None,
            on_worker_stop: None,
            on_job_start: None,
            on_job_end: None,
            spawner: None,
        }
    }

    /// At most this many accepted jobs wait; from 1 to
    /// [`MAX_CAPACITY`](Self::MAX_CAPACITY).
    pub fn queue(self, jobs: usize) -> Self {
        Self { queue: jobs, ..self }
    }

    /// At most this many completions wait to be received; from 1 to
    /// [`MAX_CAPACITY`](Self::MAX_CAPACITY).
    ///
    /// Once there are so many, workers wait for the reader. So receive while you submit, and
    /// receive the rest, or drop the results half, before the pool is joined or dropped. In a
    /// struct that has both halves, declare the results first, see
    /// [`Backend`](crate::Backend#the-two-halves).
    pub fn results(self, completions: usize) -> Self {
        Self { results: Some(completions), discards_results: false, ..self }
    }

    /// Any number of completions may wait to be received: the default.
    ///
    /// Completions that are not received are kept for as long as the results half is: a million
    /// of 1 KiB are 1 GB. If they are not wanted, [discard](Self::discard_results) them, or drop
    /// the results half.
    pub fn unbounded_results(self) -> Self {
        Self { results: None, discards_results: false, ..self }
    }

    /// No completion is kept: each is dropped as its job ends. For pools whose results are not
    /// wanted, such as those under [`Tasks`](crate::Tasks).
    ///
    /// [`spawn`](crate::Backend::spawn) still returns a results half, which has ended from the
    /// beginning. [`stats`](crate::Pool::stats) counts as usual. [`run`](crate::PoolExt::run) and
    /// [`map_ordered`](crate::PoolExt::map_ordered) receive completions, so they need a pool that
    /// keeps them.
    ///
    /// ```
    /// use pool::{Backend, Config, Context, Pool};
    /// use pool_std::Std;
    ///
    /// let print = |line: &str, _: &Context| Ok::<_, String>(println!("{line}"));
    /// let (pool, _) = Std::spawn(Config::new(2).discard_results(), print)?;
    /// pool.submit("hello")?;
    /// pool.close();
    /// assert_eq!(pool.join(None)?.stats.succeeded, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn discard_results(self) -> Self {
        Self { results: None, discards_results: true, ..self }
    }

    /// Worker `3` runs on a thread named `{prefix}-3`. Linux shows the first 15 bytes.
    pub fn thread_name(self, prefix: impl Into<String>) -> Self {
        Self { thread_name: prefix.into(), ..self }
    }

    /// The size of each worker's stack, in bytes.
    ///
    /// Jobs and results pass over that stack by value, a few times each. A stack of 2 MiB has
    /// room for jobs of some 60 KiB in a dev build, and of 128 KiB in a release build; bigger ones
    /// may overflow it, which ends the process. Box them: `Box<[u8; 1 << 20]>` is one word.
    pub fn stack_size(self, bytes: usize) -> Self {
        Self { stack_size: Some(bytes), ..self }
    }

    /// Cancelling `token` cancels the whole pool: it closes, queued jobs complete as
    /// cancelled, running ones learn of it through their context.
    ///
    /// The pool takes a child: stopping the pool does not cancel `token`.
    ///
    /// To cancel when the process gets a signal, call
    /// [`cancel`](CancellationToken::cancel) on a thread that waits for signals, as the `ctrlc`
    /// crate does. It takes locks, so it must not be called in a signal handler itself.
    ///
    /// ```
    /// use pool::{Backend, CancellationToken, Config, Context, Pool};
    /// use pool_std::Std;
    ///
    /// let token = CancellationToken::new(); // one may cancel many pools
    /// let config = Config::new(1).cancellation_token(&token);
    /// let (pool, _) = Std::spawn(config, |n: u32, _: &Context| Ok::<_, String>(n)).unwrap();
    /// token.cancel(); // by `ctrlc::set_handler(move || token.cancel())`, say
    /// assert!(pool.submit(1).is_err());
    /// ```
    pub fn cancellation_token(self, token: &CancellationToken) -> Self {
        Self { token: token.clone(), ..self }
    }

    /// The pool cancels `token` once its last worker has nothing more to do: after its last job,
    /// and after its [stop hook](Self::on_worker_stop).
    ///
    /// So the end can be awaited, on any pool. [`join`](crate::Pool::join) then waits for no
    /// handler, only for the threads to exit, and has the report:
    ///
    /// ```
    /// use pool::{CancellationToken, Config, implement::block_on, prelude::*};
    /// use pool_std::Std;
    ///
    /// # let main = async {
    /// let ended = CancellationToken::new();
    /// let config = Config::new(2).ended_token(&ended);
    /// let (pool, _) = Std::spawn(config, infallible(|n: u32, _| n))?;
    /// pool.submit(1)?;
    /// pool.close();
    /// ended.cancelled().await; // in a `select!` with a timer, say
    /// println!("{}", pool.join(None)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # };
    /// # block_on(main, None).unwrap()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// A pool that could not be spawned may leave the token as it is.
    pub fn ended_token(self, token: &CancellationToken) -> Self {
        Self { ended: Some(token.clone()), ..self }
    }

    /// Runs on each worker's thread before anything else does. A panic in it is contained.
    pub fn on_worker_start(self, hook: impl Fn(WorkerId) + Send + Sync + 'static) -> Self {
        Self { on_worker_start: Some(Arc::new(hook)), ..self }
    }

    /// Runs on each worker's thread after its last job, and after its state is dropped.
    /// A panic in it is contained.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use pool::{Backend, Config, Context, StopReason, WorkerId};
    /// use pool_std::Std;
    ///
    /// let (stopped, reasons) = mpsc::channel();
    /// let config = Config::new(1).on_worker_stop(move |worker, reason| {
    ///     _ = stopped.send((worker, reason));
    /// });
    /// drop(Std::spawn(config, |(), _: &Context| Ok::<_, String>(())).unwrap());
    /// assert_eq!(reasons.recv(), Ok((WorkerId::new(0), StopReason::Closed)));
    /// ```
    pub fn on_worker_stop(
        self,
        hook: impl Fn(WorkerId, StopReason) + Send + Sync + 'static,
    ) -> Self {
        Self { on_worker_stop: Some(Arc::new(hook)), ..self }
    }

    /// Runs on the worker's thread right before the handler is called for a job. It gets how long
    /// the job was queued: for a span, say, that the hook at the [end](Self::on_job_end)
    /// closes. A panic in it is contained.
    ///
    /// A job that is cancelled, late or handed back is not started, so no hook is called;
    /// [`stats`](crate::Pool::stats) counts it.
    ///
    /// A pool with neither of these hooks reads no clock for them. With one, it reads the clock and
    /// takes a lock, at each submission and each start.
    pub fn on_job_start(self, hook: impl Fn(&JobStart) + Send + Sync + 'static) -> Self {
        Self { on_job_start: Some(Arc::new(hook)), ..self }
    }

    /// Runs on the worker's thread right after the handler has returned or panicked, before the
    /// completion is delivered. It gets how long the job was queued, how long it ran, and what
    /// came of it. A panic in it is contained. Otherwise as [`on_job_start`](Self::on_job_start).
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use pool::{JobOutcome, prelude::*};
    /// use pool_std::Std;
    ///
    /// let (ended, ends) = mpsc::channel();
    /// let config = Config::new(2).on_job_end(move |end| _ = ended.send(*end));
    /// let (pool, _) = Std::spawn(config, |n: &str, _: &Context| n.parse::<u8>())?;
    /// pool.submit("three")?;
    ///
    /// let end = ends.recv()?; // a service would add it to a histogram
    /// println!("job {}: {:?} in the queue, {:?} running", end.job, end.queued, end.ran);
    /// assert_eq!(end.outcome, JobOutcome::Failed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn on_job_end(self, hook: impl Fn(&JobEnd) + Send + Sync + 'static) -> Self {
        Self { on_job_end: Some(Arc::new(hook)), ..self }
    }

    /// How a worker's thread is started: by default `|builder, body| builder.spawn(body)`.
    ///
    /// For pinning, priorities, namespaces, and for tests that refuse a thread. The spawner
    /// must run `body` to its end on the thread whose handle it returns.
    ///
    /// ```
    /// use pool::Config;
    ///
    /// let config = Config::new(2).spawner(|builder, body| {
    ///     builder.spawn(move || {
    ///         // Here, on the new thread: pin it, lower its priority, ...
    ///         body();
    ///     })
    /// });
    /// ```
    pub fn spawner(
        self,
        spawner: impl Fn(
            thread::Builder,
            Box<dyn FnOnce() + Send>,
        ) -> io::Result<thread::JoinHandle<()>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self { spawner: Some(Arc::new(spawner)), ..self }
    }

    /// Checks every setting; what spawning a pool does first.
    ///
    /// # Errors
    ///
    /// The first setting that is wrong.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let bound_error = |bound: usize| match bound {
            0 => Some(BoundError::Zero),
            1..=Self::MAX_CAPACITY => None,
            _ => Some(BoundError::TooLarge(bound)),
        };
        if self.workers == 0 {
            return Err(ConfigError::NoWorkers);
        }
        if self.workers > Self::MAX_WORKERS {
            return Err(ConfigError::TooManyWorkers(self.workers));
        }
        if let Some(error) = bound_error(self.queue) {
            return Err(ConfigError::Queue(error));
        }
        if let Some(error) = self.results.and_then(bound_error) {
            return Err(ConfigError::Results(error));
        }
        if self.thread_name.contains('\0') {
            return Err(ConfigError::ThreadName);
        }
        match self.stack_size {
            Some(size) if size == 0 || size >= Self::MAX_STACK_SIZE => {
                Err(ConfigError::StackSize(size))
            }
            _ => Ok(()),
        }
    }

    /// Starts the thread of one worker, named, sized and spawned as configured.
    ///
    /// # Errors
    ///
    /// What the system, or the spawner, said.
    pub fn spawn_thread(
        &self,
        worker: WorkerId,
        body: impl FnOnce() + Send + 'static,
    ) -> io::Result<thread::JoinHandle<()>> {
        self.spawn_thread_named(&worker.to_string(), body)
    }

    /// As [`spawn_thread`](Self::spawn_thread), for a thread `{prefix}-{suffix}`.
    ///
    /// # Errors
    ///
    /// As [`spawn_thread`](Self::spawn_thread).
    pub fn spawn_thread_named(
        &self,
        suffix: &str,
        body: impl FnOnce() + Send + 'static,
    ) -> io::Result<thread::JoinHandle<()>> {
        let mut builder = thread::Builder::new().name(format!("{}-{suffix}", self.thread_name));
        if let Some(bytes) = self.stack_size {
            builder = builder.stack_size(bytes);
        }
        match &self.spawner {
            Some(spawner) => spawner(builder, Box::new(body)),
            None => builder.spawn(body),
        }
    }

    /// Calls the start hook, if there is one, on the worker's own thread. Contains its panic.
    pub fn call_start_hook(&self, worker: WorkerId) {
        if let Some(hook) = &self.on_worker_start {
            _ = contain(|| hook(worker));
        }
    }

    /// Calls the stop hook, if there is one, on the worker's own thread. Contains its panic.
    pub fn call_stop_hook(&self, worker: WorkerId, reason: StopReason) {
        if let Some(hook) = &self.on_worker_stop {
            _ = contain(|| hook(worker, reason));
        }
    }

    /// The token whose cancellation cancels the pool.
    #[inline]
    pub fn token(&self) -> &CancellationToken {
        &self.token
    }

    /// Worker threads.
    pub fn worker_count(&self) -> usize {
        self.workers
    }

    /// The prefix of the workers' thread names.
    pub fn thread_name_prefix(&self) -> &str {
        &self.thread_name
    }

    /// The size of each worker's stack, in bytes; `None` for std's own.
    pub fn stack_bytes(&self) -> Option<usize> {
        self.stack_size
    }

    /// The bound on waiting jobs.
    pub fn queue_capacity(&self) -> usize {
        self.queue
    }

    /// The bound on waiting completions; `None` if there is none.
    pub fn results_capacity(&self) -> Option<usize> {
        self.results
    }

    /// Whether completions are to be dropped as jobs end. The results half then says
    /// [`Ended`](crate::Ended) from the beginning, and no worker waits for it.
    pub fn discards_results(&self) -> bool {
        self.discards_results
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::new(std::thread::available_parallelism().map_or(1, NonZero::get))
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("workers", &self.workers)
            .field("queue", &self.queue)
            .field("results", &self.results)
            .field("discards_results", &self.discards_results)
            .field("thread_name", &self.thread_name)
            .field("stack_size", &self.stack_size)
            .field("cancellation_token", &self.token)
            .finish_non_exhaustive()
    }
}

/// What is wrong with a [`Config`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// No workers.
    NoWorkers,
    /// More workers than [`Config::MAX_WORKERS`].
    TooManyWorkers(usize),
    /// The bound on waiting jobs.
    Queue(BoundError),
    /// The bound on waiting completions.
    Results(BoundError),
    /// The thread name holds a NUL byte.
    ThreadName,
    /// The stack size, in bytes, is zero or absurd.
    StackSize(usize),
}

/// What is wrong with a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BoundError {
    /// Nothing would ever fit.
    Zero,
    /// More than [`Config::MAX_CAPACITY`].
    TooLarge(usize),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, bound) = match self {
            Self::NoWorkers => return f.write_str("a pool needs at least 1 worker"),
            Self::TooManyWorkers(workers) => {
                return write!(
                    f,
                    "{workers} workers are too many, at most {} fit",
                    Config::MAX_WORKERS
                );
            }
            Self::ThreadName => return f.write_str("the thread name holds a NUL byte"),
            Self::StackSize(0) => return f.write_str("the stack size is 0 bytes"),
            Self::StackSize(bytes) => {
                return write!(
                    f,
                    "a stack of {bytes} bytes is more than an address space holds, ask for less than {}",
                    Config::MAX_STACK_SIZE
                );
            }
            Self::Queue(bound) => ("queue", bound),
            Self::Results(bound) => ("results", bound),
        };
        match bound {
            BoundError::Zero => {
                write!(f, "a {what} capacity of 0 lets nothing through, ask for at least 1")
            }
            BoundError::TooLarge(bound) => {
                write!(
                    f,
                    "a {what} capacity of {bound} is too large, ask for at most {}",
                    Config::MAX_CAPACITY
                )
            }
        }
    }
}

impl Error for ConfigError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_values_are_valid_and_one_more_is_not() {
        let (workers, capacity, stack) =
            (Config::MAX_WORKERS, Config::MAX_CAPACITY, Config::MAX_STACK_SIZE);
        let largest = Config::new(workers).queue(capacity).results(capacity).stack_size(stack - 1);
        assert_eq!(largest.validate(), Ok(()));
        let (too_large, valid) = (BoundError::TooLarge(capacity + 1), || Config::new(1));
        for (config, error) in [
            (Config::new(workers + 1), ConfigError::TooManyWorkers(workers + 1)),
            (valid().queue(capacity + 1), ConfigError::Queue(too_large)),
            (valid().results(capacity + 1), ConfigError::Results(too_large)),
            (valid().stack_size(stack), ConfigError::StackSize(stack)),
        ] {
            assert_eq!(config.validate(), Err(error));
        }
        // Not so large that a thread could be refused for it before the system is asked.
        assert!((1 << 30..=usize::MAX / 2).contains(&stack));
    }

    #[test]
    fn of_what_is_said_of_the_results_the_last_counts() {
        let base = || Config::new(3);
        for before in
            [base(), base().results(7), base().unbounded_results(), base().discard_results()]
        {
            for (config, expected) in [
                (before.clone().results(5), (Some(5), false)),
                (before.clone().unbounded_results(), (None, false)),
                (before.clone().discard_results(), (None, true)),
            ] {
                assert_eq!((config.results_capacity(), config.discards_results()), expected);
                assert_eq!(config.worker_count(), 3, "the rest stays");
            }
        }
    }

    #[test]
    fn what_was_set_can_be_asked_for() {
        let config = Config::new(2).queue(3).thread_name("crew").stack_size(1 << 20);
        assert_eq!((config.worker_count(), config.queue_capacity()), (2, 3));
        assert_eq!((config.thread_name_prefix(), config.stack_bytes()), ("crew", Some(1 << 20)));
        assert_eq!(Config::new(1).stack_bytes(), None);
    }
}
