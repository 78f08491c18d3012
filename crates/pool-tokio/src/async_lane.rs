//! The async lane: handlers that await, more jobs in flight than threads.

use std::{
    future::Future,
    num::NonZero,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicUsize, Ordering},
};

use pool::{Config, Context, Pool, SpawnError, implement::panic_message};
use pool_managed::{Lane, lane};
use tokio::runtime::{Builder, Handle, Runtime};

use crate::{TokioPool, TokioResults};

/// The async lane of the backend over Tokio: a pool whose handler is an async function.
///
/// Its workers are tasks: [`Config::new`] says how many jobs are in flight at once, and the
/// runtime's threads are counted apart. So it suits jobs that wait; a job that computes or
/// blocks holds up the others on its thread, and belongs in a pool of [`Tokio`](crate::Tokio).
///
/// Beyond that it is the same pool, under the same contract, with its ends: jobs are submitted
/// to a [`TokioPool`], completions come out of [`TokioResults`]. Three things differ:
///
/// - The runtime is driven by `{prefix}-runtime`, and its threads are `{prefix}-runtime-0` and
///   on. The pool has ended when all of them have.
/// - Hooks run on whichever of these threads their worker is on.
/// - A [`Config::spawner`] is asked for the first alone; the others are Tokio's.
///
/// What a handler leaves behind on the runtime ends with the pool: tasks are dropped, and
/// blocking tasks are waited for. None of these may be the last to hold the pool: its
/// drop would wait for the thread that it is on.
///
/// ```
/// use std::{num::NonZero, time::Duration};
/// use pool::{Config, Context, Pool};
/// use pool_tokio::TokioAsync;
///
/// // A hundred jobs in flight on one thread: they all wait at the same time.
/// let (pool, results) = TokioAsync::spawn(
///     Config::new(100),
///     NonZero::<usize>::MIN,
///     |millis: u64, _: Context| async move {
///         tokio::time::sleep(Duration::from_millis(millis)).await;
///         Ok::<_, std::convert::Infallible>(millis)
///     },
/// )?;
/// for _ in 0..100 {
///     pool.submit(10)?;
/// }
/// pool.close();
/// assert_eq!(results.count(), 100);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioAsync;

impl TokioAsync {
    /// Starts a pool that runs `handler` on every job, on a runtime of its own with `threads`
    /// threads, I/O and time.
    ///
    /// # Errors
    ///
    /// If the configuration is invalid, or a thread is refused. Of the runtime's own threads
    /// Tokio tells only if the first is refused; with fewer than it asked for it goes on.
    pub fn spawn<J, T, E, F, H>(
        config: Config,
        threads: NonZero<usize>,
        handler: H,
    ) -> Result<(TokioPool<J>, TokioResults<T, E>), SpawnError>
    where
        J: Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
        F: Future<Output = Result<T, E>> + Send + 'static,
        H: Fn(J, Context) -> F + Send + Sync + 'static,
    {
        let lane = lane(&config, handler)?;
        lane.drive(
            move || build(&config, threads),
            |runtime, workers| {
                let tasks: Vec<_> = workers.into_iter().map(|w| runtime.spawn(w)).collect();
                runtime.block_on(async {
                    for task in tasks {
                        // A worker contains its handler's panics.
                        _ = task.await;
                    }
                });
                // Here, on a thread that may block: a runtime waits for what was left on it.
                drop(runtime);
            },
        )
    }

    /// As [`spawn`](Self::spawn), on a runtime that the application already has: the pool starts
    /// no thread, and its workers are tasks of that runtime.
    ///
    /// The pool has ended when these tasks have. A drop closes it and does not wait, since it may
    /// be on the thread that the tasks need; [`join`](Pool::join) waits, on a thread that may
    /// block (`spawn_blocking`). A runtime that shuts down earlier drops the tasks: that cancels
    /// the pool.
    ///
    /// ```
    /// use pool::{AsyncPool, AsyncResults, Config, Context, Pool};
    /// use pool_tokio::TokioAsync;
    /// use tokio::runtime::Handle;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let twice = |n: u32, _: Context| async move { Ok::<_, std::convert::Infallible>(2 * n) };
    /// let (pool, mut results) = TokioAsync::spawn_on(&Handle::current(), Config::new(8), twice)?;
    /// pool.submit_async(21).await?;
    /// assert_eq!(results.recv_async().await?.result, Ok(42));
    /// pool.close();
    /// assert!(results.recv_async().await.is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the configuration is invalid.
    #[expect(clippy::needless_pass_by_value, reason = "as every other way to spawn a pool")]
    pub fn spawn_on<J, T, E, F, H>(
        runtime: &Handle,
        config: Config,
        handler: H,
    ) -> Result<(TokioPool<J>, TokioResults<T, E>), SpawnError>
    where
        J: Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
        F: Future<Output = Result<T, E>> + Send + 'static,
        H: Fn(J, Context) -> F + Send + Sync + 'static,
    {
        let Lane { pool, results, workers, .. } = lane(&config, handler)?;
        pool.detach();
        for worker in workers {
            runtime.spawn(worker);
        }
        Ok((pool, results))
    }
}

/// Builds the runtime. `Builder::build` panics if the system refuses it a thread.
fn build(config: &Config, threads: NonZero<usize>) -> Result<Runtime, SpawnError> {
    let prefix = config.thread_name_prefix().to_owned();
    let next = AtomicUsize::new(0);
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(threads.get()).enable_all().thread_name_fn(move || {
        // Relaxed: only uniqueness matters.
        format!("{prefix}-runtime-{}", next.fetch_add(1, Ordering::Relaxed))
    });
    if let Some(bytes) = config.stack_bytes() {
        builder.thread_stack_size(bytes);
    }
    match catch_unwind(AssertUnwindSafe(|| builder.build())) {
        Ok(Ok(runtime)) => Ok(runtime),
        Ok(Err(error)) => Err(SpawnError::Library(error.into())),
        Err(panic) => Err(SpawnError::Library(panic_message(&*panic).into())),
    }
}
