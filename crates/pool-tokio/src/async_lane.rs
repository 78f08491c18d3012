//! The async lane: handlers that await, more jobs in flight than threads.

use std::{
    future::Future,
    num::NonZero,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use ::pool::{
    Config, Context, SpawnError,
    machinery::{Core, Intake, QueuePool, Starting, Startup, Worker, panic_message},
};
use tokio::runtime::{Builder, Runtime};

use crate::{
    TokioPool, TokioResults,
    queue::{self, Receiver, Sender},
    results,
};

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
        config.validate()?;
        let core = Core::new(&config);
        let (sender, receiver) = queue::bounded(config.queue_capacity());
        let intake = Arc::new(Intake::new(sender, receiver, config.queue_capacity()));
        let (outlet, results) = results::channel(config.results_capacity());
        let outlet = Arc::new(outlet);
        let pool = TokioPool(QueuePool::new(&core, &intake, &outlet));

        let (id, handler) = (core.id(), Arc::new(handler));
        let startup = Startup::new(&core, &config);
        // A refusal is told by `wait`, in full.
        _ = startup.spawn_runtime(move |workers| {
            let runtime = match build(&config, threads) {
                Ok(runtime) => runtime,
                Err(message) => return refuse(workers, &message),
            };
            let tasks: Vec<_> = workers
                .into_iter()
                .map(|starting| {
                    let handler = Arc::clone(&handler);
                    let (intake, outlet) = (Arc::clone(&intake), Arc::clone(&outlet));
                    // All of it: hooks, and what is dropped, may use the pool as handlers may.
                    runtime.spawn(id.scope(async move {
                        let init = |_| Ok::<_, std::convert::Infallible>(());
                        if let Some(worker) = starting.ready(&init, handler) {
                            run(worker, &intake, &outlet).await;
                        }
                    }))
                })
                .collect();
            // Or the results would not end before the runtime has.
            drop((intake, outlet));
            runtime.block_on(async {
                for task in tasks {
                    // A worker contains its handler's panics.
                    _ = task.await;
                }
            });
            // Here, on a thread that may block: a runtime waits for what was left on it.
            drop(runtime);
        });
        startup.wait()?;
        Ok((pool, results))
    }
}

/// Builds the runtime. `Builder::build` panics if the system refuses it a thread.
fn build(config: &Config, threads: NonZero<usize>) -> Result<Runtime, String> {
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
        Ok(Err(error)) => Err(error.to_string()),
        Err(panic) => Err(panic_message(&*panic)),
    }
}

fn refuse(workers: Vec<Starting>, message: &str) {
    for starting in workers {
        starting.fail(SpawnError::Library(message.into()));
    }
}

/// Runs jobs until the queue has ended.
async fn run<J, T, E, F, H>(
    mut worker: Worker<(), H>,
    intake: &Intake<J, Sender<J>, Receiver<J>>,
    outlet: &results::Sender<T, E>,
) where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    F: Future<Output = Result<T, E>>,
    H: Fn(J, Context) -> F,
{
    while let Some(job) = intake.received(intake.receiver().recv().await) {
        worker.waited();
        if let Some(completion) = worker.run_async(job, intake).await {
            outlet.send(completion).await;
            worker.finish();
        }
    }
}
