//! A pool as Tokio's own users write it: tasks on a runtime, and what ends them gracefully.
//!
//! ```text
//! admit ── Sender::reserve ── Permit::send ══ mpsc::channel ══ Mutex<Receiver>, in turn
//!                                                                    ║ N tasks
//!    recv or poll_recv ══ mpsc::channel ══ blocking_send ── handler ── next_job
//! ```
//!
//! # What the library gives
//!
//! - [`Sender::reserve`] waits for room before there is a message. So a job's id is taken when there
//!   is room for it, and a refused job takes none. Permits are given in the order in which they were
//!   asked for, to threads and tasks alike.
//! - [`Receiver::close`] refuses new permits and lets those under way send. So `recv` gives `None`
//!   once there is nothing more to come, and no job is lost.
//! - `CancellationToken::run_until_cancelled` gives any wait one more reason to end.
//! - A [`JoinSet`] waits for any number of tasks, as a future: so with or without a deadline.
//! - A [`Runtime`] names its threads, gives them stacks and calls a hook on each.
//! - Both halves can be awaited, and a handler may be an async function: [`Native::spawn_async`].
//!
//! # What had to be written by hand
//!
//! - More than one receiver. `mpsc` has one, so workers wait for it in turn, at an async `Mutex`.
//!   That is fair: it goes from one waiting worker to the next, so each job would wake another
//!   thread. So workers that block queue up at a mutex of std's first, as Tokio's documentation
//!   advises for what is not awaited, which the one that runs may take again.
//! - Waiting in a plain call. Tokio's `blocking_` methods panic on a thread that runs async code,
//!   and have no deadline: [`block_on`] parks the thread instead. It is [`unconstrained`], because a
//!   task that blocks never yields, and would not be given more messages than its budget.
//! - One type for bounded and unbounded results, which Tokio has two for: the bound of an unbounded
//!   channel is [`Semaphore::MAX_PERMITS`] here.
//! - Waiting for a runtime's threads. Dropping a runtime waits without a deadline, and panics where
//!   async code runs. So it is shut down in the background, and each thread tells of its exit.
//!
//! # Why each worker is a blocking task
//!
//! A handler that computes or blocks belongs into `spawn_blocking`. Tokio's documentation spawns one
//! such task a job and bounds them by a semaphore; any thread may then run any job. Here a worker
//! owns a state that is not `Send`, and has a thread of its own. So it is one blocking task for as
//! long as the pool is open. For tasks that long the documentation prefers threads of their own,
//! which these are: the runtime has no other use for them. Handlers run inside that runtime, on
//! threads that may block: `tokio::spawn`, timers and `Handle::block_on` all work in them.
//!
//! # What it does not give
//!
//! - A say in how a thread is started: [`Config::spawner`] is not asked. If the system refuses the
//!   first thread, Tokio panics, which is contained here. If it refuses a later one for the time
//!   being, Tokio waits until a thread is free, and so does `spawn`.
//! - A way to take a job out of the middle of the queue: a cancelled one keeps its place until a
//!   worker comes to it, and completes then.
//! - Room for those behind a submission that is neither awaited nor dropped. Once there is room it
//!   has its permit; and then the end waits for it as well.
//! - What is just being queued, to a stop: a submission that has its permit sends its job, which a
//!   worker then runs, with a context that is cancelled.
//!
//! The cases of the suite that follow from this are in `native-exceptions.txt`.
//!
//! [`Sender::reserve`]: mpsc::Sender::reserve
//! [`Receiver::close`]: mpsc::Receiver::close
//! [`Semaphore::MAX_PERMITS`]: tokio::sync::Semaphore::MAX_PERMITS

mod asynchronous;
mod results;

use std::{
    convert::Infallible,
    error::Error,
    future::Future,
    io, iter,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use pool::{
    Backend, CancelGuard, Completion, Config, Context, Halves, JobId, JobOptions, JoinTimeout,
    Pool, Refusal, RefusalReason, ShutdownReport, SpawnError, Stats, Wait, WorkerId,
    implement::{
        Lifecycle, PoolId, QueuedJob, Tally, block_on, contain, discard, drop_at_thread_exit,
    },
};
use tokio::{
    runtime::{self, Builder, Handle, Runtime},
    sync::mpsc::error::{SendError, TrySendError},
    sync::{self, mpsc, oneshot, watch},
    task::{JoinSet, unconstrained},
};
use tokio_util::sync::CancellationToken;

pub use self::results::NativeResults;

/// The native pool over Tokio: on a runtime of its own, or [on one](Self::spawn_on) that is there
/// already; with a handler that blocks, or [one that awaits](Self::spawn_async).
#[derive(Clone, Copy, Debug, Default)]
pub struct Native;

/// The sending half of a pool over Tokio's tasks.
#[derive(Debug)]
pub struct NativePool<J: Send + 'static> {
    shared: Arc<Shared<J>>,
    jobs: mpsc::Sender<QueuedJob<J>>,
    /// `None` on a runtime of the user's; and once it has been shut down. With a hold on a receiver
    /// that each of its threads has as well.
    runtime: Mutex<Option<(Runtime, Arc<watch::Receiver<()>>)>>,
    /// Closed once the pool's own threads have exited.
    alive: watch::Sender<()>,
    /// The runtime whose threads the workers need, where their handler awaits.
    awaits_on: Option<runtime::Id>,
    _close_on_cancel: CancelGuard,
}

/// What the pool and its workers look at.
#[derive(Debug)]
struct Shared<J> {
    lifecycle: Lifecycle,
    tally: Tally,
    /// Locked by the worker whose turn it is to wait for a job.
    queue: sync::Mutex<mpsc::Receiver<QueuedJob<J>>>,
    /// Cancelled once the pool is closed.
    closing: CancellationToken,
    /// Locked by the joiner whose turn it is to wait for them.
    workers: sync::Mutex<JoinSet<()>>,
}

impl<J> Shared<J> {
    /// Waits for a worker's turn, and then for its job: `None` once the pool is closed and the
    /// queue is empty.
    async fn next_job(&self) -> Option<QueuedJob<J>> {
        let mut queue = self.queue.lock().await;
        if let Some(received) = self.closing.run_until_cancelled(queue.recv()).await {
            return received;
        }
        queue.close();
        // Waits for permits only, whose holders are about to send.
        queue.recv().await
    }

    fn close(&self) {
        self.lifecycle.closed();
        self.closing.cancel();
    }
}

/// Both halves, and the end into which workers send completions.
type Opened<J, T, E> = (NativePool<J>, NativeResults<T, E>, mpsc::Sender<Completion<T, E>>);

impl Backend for Native {
    const NAME: &'static str = "tokio-native";

    type Pool<J: Send + 'static> = NativePool<J>;

    type Results<T: Send + 'static, E: Send + 'static> = NativeResults<T, E>;

    fn spawn_with_state<J, T, E, S, X, I, H>(
        config: Config,
        init: I,
        handler: H,
    ) -> Result<Halves<Self, J, T, E>, SpawnError>
    where
        J: Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
        S: 'static,
        X: Into<Box<dyn Error + Send + Sync>>,
        I: Fn(WorkerId) -> Result<S, X> + Send + Sync + 'static,
        H: Fn(&mut S, J, &Context) -> Result<T, E> + Send + Sync + 'static,
    {
        let (pool, results, completions) = open(&config)?;
        let runtime = pool.build_runtime(&config)?;
        pool.start_workers(&runtime, init, handler, &completions)?;
        Ok((pool, results))
    }
}

impl Native {
    /// Starts a pool on a runtime that is there already.
    ///
    /// Each worker is a blocking task for as long as the pool is open. So it takes one of the
    /// runtime's `max_blocking_threads`, with the runtime's names and stacks; if there are too few,
    /// this waits for them. What a handler gives to `tokio::spawn` runs on that runtime, which must
    /// outlive the pool.
    ///
    /// ```
    /// use pool::{AsyncPool, AsyncResults, Config, Context, Pool};
    /// use pool_tokio::Native;
    ///
    /// let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build()?;
    /// let parse = |line: &'static str, _: &Context| line.parse::<u32>();
    /// let (pool, mut results) = Native::spawn_on(runtime.handle(), &Config::new(3), parse)?;
    /// runtime.block_on(async {
    ///     pool.submit_async("1").await?;
    ///     pool.submit_async("two").await?;
    ///     pool.close();
    ///     let mut good = Vec::new();
    ///     while let Ok(completion) = results.recv_async().await {
    ///         good.extend(completion.result);
    ///     }
    ///     assert_eq!(good, [1]);
    ///     # Ok::<(), Box<dyn std::error::Error>>(())
    /// })?;
    /// pool.join(None)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the configuration is invalid, a thread is refused, or the runtime is being shut down.
    ///
    /// # Blocking
    ///
    /// Blocks until each worker has called the start hook.
    pub fn spawn_on<J, T, E, H>(
        runtime: &Handle,
        config: &Config,
        handler: H,
    ) -> Result<(NativePool<J>, NativeResults<T, E>), SpawnError>
    where
        J: Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
        H: Fn(J, &Context) -> Result<T, E> + Send + Sync + 'static,
    {
        let (pool, results, completions) = open(config)?;
        let handler = move |(): &mut (), job, context: &Context| handler(job, context);
        pool.start_workers(runtime, |_| Ok::<_, Infallible>(()), handler, &completions)?;
        Ok((pool, results))
    }
}

/// Makes a pool without workers.
fn open<J, T, E>(config: &Config) -> Result<Opened<J, T, E>, SpawnError>
where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    config.validate()?;
    let (jobs, queue) = mpsc::channel(config.queue_capacity());
    let (completions, results) = results::channel(config);
    let lifecycle = Lifecycle::new(config);
    let shared = Arc::new(Shared {
        tally: Tally::new(&lifecycle),
        lifecycle,
        queue: sync::Mutex::new(queue),
        closing: CancellationToken::new(),
        workers: sync::Mutex::default(),
    });
    let cancelled = Arc::clone(&shared);
    let pool = NativePool {
        shared,
        jobs,
        runtime: Mutex::default(),
        alive: watch::Sender::new(()),
        awaits_on: None,
        _close_on_cancel: config.token().on_cancel(move || cancelled.close()),
    };
    Ok((pool, results, completions))
}

impl<J: Send + 'static> NativePool<J> {
    /// A runtime whose blocking threads are named after the workers. It has one thread more, which
    /// drives what handlers spawn.
    fn build_runtime(&self, config: &Config) -> Result<Handle, SpawnError> {
        let (id, prefix) = (self.shared.lifecycle.id(), config.thread_name_prefix().to_owned());
        let threads = AtomicUsize::new(0);
        let alive = Arc::new(self.alive.subscribe());
        let mut builder = Builder::new_multi_thread();
        builder
            .enable_all()
            .worker_threads(1)
            .max_blocking_threads(config.worker_count() + 512)
            // Relaxed: only the number matters.
            .thread_name_fn(move || match threads.fetch_add(1, Ordering::Relaxed).checked_sub(1) {
                None => format!("{prefix}.runtime"),
                Some(worker) => format!("{prefix}-{worker}"),
            })
            .on_thread_start({
                // The runtime keeps this hook for longer than its threads live.
                let alive = Arc::downgrade(&alive);
                move || {
                    id.claim_thread();
                    drop_at_thread_exit(alive.upgrade());
                }
            });
        if let Some(bytes) = config.stack_bytes() {
            builder.thread_stack_size(bytes);
        }
        let built = contain(|| builder.build());
        let built = built.map_err(|message| refused(WorkerId::new(0), message))?;
        let runtime = built.map_err(|error| SpawnError::Library(error.into()))?;
        let handle = runtime.handle().clone();
        // The first thread may yet take the first worker's task for its own: wait until it runs.
        _ = wait_for(handle.spawn(async {}), None);
        *self.runtime.lock().unwrap() = Some((runtime, alive));
        Ok(handle)
    }

    /// Starts the workers one after the other, since a runtime names its threads in the order in
    /// which it starts them. On an error the pool is dropped, which closes and joins it.
    fn start_workers<T, E, S, X, I, H>(
        &self,
        runtime: &Handle,
        init: I,
        handler: H,
        completions: &mpsc::Sender<Completion<T, E>>,
    ) -> Result<(), SpawnError>
    where
        T: Send + 'static,
        E: Send + 'static,
        S: 'static,
        X: Into<Box<dyn Error + Send + Sync>>,
        I: Fn(WorkerId) -> Result<S, X> + Send + Sync + 'static,
        H: Fn(&mut S, J, &Context) -> Result<T, E> + Send + Sync + 'static,
    {
        let work = Arc::new((init, handler, Mutex::new(())));
        let mut workers = self.shared.workers.try_lock().expect("no join yet");
        let own_threads = self.runtime.lock().unwrap().is_some();
        for worker in (0..self.shared.lifecycle.config().worker_count()).map(WorkerId::new) {
            let (shared, work) = (Arc::clone(&self.shared), Arc::clone(&work));
            let (completions, (ready, is_ready)) = (completions.clone(), oneshot::channel());
            let task = move || {
                let _entered = shared.lifecycle.id().enter();
                let (init, handler, turn) = &*work;
                match shared.lifecycle.begin_worker(worker, init) {
                    Ok(mut state) => {
                        _ = ready.send(Ok(()));
                        run_jobs(worker, &shared, turn, &completions, |job, context| {
                            handler(&mut state, job, context)
                        });
                        shared.lifecycle.end_worker(worker, state);
                    }
                    Err(error) => _ = ready.send(Err(error)),
                }
                // This may be the last hold on the handler, which may hold the pool.
                discard(work);
                if own_threads {
                    shared.lifecycle.exits_thread(worker);
                } else {
                    shared.lifecycle.exited();
                }
            };
            contain(|| workers.spawn_blocking_on(task, runtime))
                .map_err(|message| refused(worker, message))?;
            match wait_for(is_ready, None) {
                Some(Ok(started)) => started?,
                _ => return Err(SpawnError::Library("the runtime is being shut down".into())),
            }
        }
        Ok(())
    }
}

/// Where the system refuses a thread, Tokio panics.
fn refused(worker: WorkerId, message: String) -> SpawnError {
    SpawnError::Thread { worker, source: io::Error::other(message) }
}

/// The worker's loop, which ends once the pool is closed and the queue is empty.
fn run_jobs<J, T, E>(
    worker: WorkerId,
    shared: &Shared<J>,
    turn: &Mutex<()>,
    completions: &mpsc::Sender<Completion<T, E>>,
    mut handler: impl FnMut(J, &Context) -> Result<T, E>,
) {
    let runtime = Handle::current();
    let mut context = shared.lifecycle.context(worker);
    let next_job = || {
        let _turn = turn.lock().unwrap();
        runtime.block_on(shared.next_job())
    };
    while let Some(job) = next_job() {
        shared.tally.start(worker, job.id);
        let completion = job.run(&mut context, shared.lifecycle.config().token(), &mut handler);
        shared.tally.count(worker, &completion);
        // Waits while bounded results are full, and fails once they have been dropped.
        if let Err(SendError(completion)) = completions.blocking_send(completion) {
            discard(completion);
        }
        shared.tally.finish(worker);
    }
}

impl<J: Send + 'static> NativePool<J> {
    /// Waits for room in the queue, or for the close.
    async fn reserve(&self) -> Result<mpsc::Permit<'_, QueuedJob<J>>, RefusalReason> {
        let reserved = self.shared.closing.run_until_cancelled(self.jobs.reserve()).await;
        reserved.and_then(Result::ok).ok_or(RefusalReason::Closed)
    }

    fn queued(&self) -> u64 {
        (self.jobs.max_capacity() - self.jobs.capacity()) as u64
    }
}

impl<J: Send + 'static> Pool<J> for NativePool<J> {
    fn admit(&self, job: J, options: JobOptions, wait: Wait) -> Result<JobId, Refusal<J>> {
        let deadline = options.start_by();
        let (wait, no_room) = self.shared.lifecycle.patience(wait);
        let permit = match self.jobs.try_reserve() {
            _ if self.shared.closing.is_cancelled() => Err(RefusalReason::Closed),
            Ok(permit) => Ok(permit),
            Err(TrySendError::Closed(())) => Err(RefusalReason::Closed),
            Err(TrySendError::Full(())) => match wait {
                Wait::Never => None,
                Wait::Until(instant) => wait_for(self.reserve(), Some(instant)),
                Wait::Forever => wait_for(self.reserve(), None),
            }
            .unwrap_or(Err(no_room)),
        };
        match permit {
            Ok(permit) => {
                let id = self.shared.tally.accept();
                permit.send(QueuedJob { id, job, deadline, token: options.token });
                Ok(id)
            }
            Err(reason) => Err(Refusal::new(job, reason)),
        }
    }

    fn close(&self) {
        self.shared.close();
    }

    fn stop(&self) -> Vec<(JobId, J)> {
        let Shared { lifecycle, tally, queue, .. } = &*self.shared;
        lifecycle.stopped();
        self.close();
        // The worker that waits for a job has the lock, and has just been woken.
        let mut queue = wait_for(queue.lock(), None).expect("no deadline passes");
        queue.close();
        let undone = tally.hand_back(iter::from_fn(|| queue.try_recv().ok()));
        drop(queue);
        lifecycle.token().cancel();
        undone
    }

    fn join(&self, timeout: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        let Shared { lifecycle, tally, workers, closing, .. } = &*self.shared;
        let ended = async {
            while workers.lock().await.join_next().await.is_some() {}
            if let Some((runtime, _)) = self.runtime.lock().unwrap().take() {
                runtime.shutdown_background();
            }
            self.alive.closed().await;
        };
        tally.busy();
        match wait_for(ended, lifecycle.join_deadline(timeout)) {
            Some(()) => Ok(lifecycle.report(self.stats())),
            None => {
                let late = JoinTimeout::new(tally.busy(), self.queued(), !closing.is_cancelled());
                Err(late.exiting(lifecycle.exiting()))
            }
        }
    }

    fn stats(&self) -> Stats {
        self.shared.tally.stats(self.jobs.max_capacity(), self.queued())
    }

    fn pool_id(&self) -> Option<PoolId> {
        Some(self.shared.lifecycle.id())
    }

    fn detach(&self) {
        self.shared.lifecycle.detached();
    }
}

/// Blocks the thread until `future` is ready, or until `deadline` passes: then `None`.
fn wait_for<F: Future>(future: F, deadline: Option<Instant>) -> Option<F::Output> {
    block_on(unconstrained(future), deadline)
}

impl<J: Send + 'static> Drop for NativePool<J> {
    fn drop(&mut self) {
        self.close();
        let here = Handle::try_current().ok().map(|runtime| runtime.id());
        let needs_this_thread = self.awaits_on.is_some() && self.awaits_on == here;
        if self.shared.lifecycle.drop_waits() && !needs_this_thread {
            _ = self.join(None);
        }
        // Where that has not waited, workers may still run what is queued; so nor must this.
        if let Some((runtime, _)) = self.runtime.get_mut().unwrap().take() {
            runtime.shutdown_background();
        }
    }
}
