//! Workers that are tasks: handlers that await, more jobs in flight than threads.

use std::{convert::Infallible, future::Future, pin::Pin};

use pool::{Config, Context, Halves, SpawnError, WorkerId, sync::Arc};

use crate::{
    AsyncLibrary, Managed, ManagedPool, ManagedResults, contained::Contained, crew::Startup,
    managed::parts, worker::Worker,
};

/// A managed pool with an async handler, whose workers do not run yet: each is a future, to be
/// spawned on an executor.
///
/// The pool has ended when every worker has. A worker that is dropped earlier, begun or not,
/// cancels the pool; a completion for which it waits to find room is lost with it.
pub struct Lane<J: Send + 'static, T: Send + 'static, E: Send + 'static, L: AsyncLibrary> {
    startup: Startup,
    /// The sending half.
    pub pool: ManagedPool<J, L>,
    /// The receiving half.
    pub results: ManagedResults<T, E, L>,
    /// As many as configured. Each runs jobs until the queue has ended.
    pub workers: Vec<LaneWorker>,
}

/// A worker that is a task.
pub type LaneWorker = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A [`Lane`] over the library `L`.
///
/// # Errors
///
/// If the configuration is invalid.
pub fn lane<J, T, E, L, F, H>(config: &Config, handler: H) -> Result<Lane<J, T, E, L>, SpawnError>
where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    L: AsyncLibrary,
    F: Future<Output = Result<T, E>> + Send + 'static,
    H: Fn(J, Context) -> F + Send + Sync + 'static,
{
    let (pool, results, delivery) = parts::<J, T, E, L>(config)?;
    let core = &pool.core;
    let (startup, handler) = (Startup::new(core), Arc::new(handler));
    let worker = |id| {
        // Dropped before it has begun, it cancels the pool.
        let mut worker = Worker::new(&pool.core, &delivery, id, false);
        let handler = Contained::new(Arc::clone(&handler));
        let failures = startup.failures.clone();
        let presence = core.threads.expect();
        // All of it in the pool's scope: hooks, and what is dropped, may use it as handlers may.
        let work = core.lifecycle.id().scope(async move {
            let _presence = presence;
            if worker.begin(&|_| Ok::<_, Infallible>(()), Arc::clone(&handler)).is_ok() {
                // Ready.
                drop(failures);
                worker.run_async().await;
            }
        });
        Box::pin(work) as LaneWorker
    };
    let workers = (0..config.worker_count()).map(WorkerId::new).map(worker).collect();
    Ok(Lane { startup, pool, results, workers })
}

impl<J: Send + 'static, T: Send + 'static, E: Send + 'static, L: AsyncLibrary> Lane<J, T, E, L> {
    /// Runs the workers on an executor of their own: starts a thread `{prefix}-runtime`, which
    /// calls `build` and then `run` there, and waits until every worker is ready. The thread is
    /// the pool's, so joining the pool waits for it.
    ///
    /// # Errors
    ///
    /// If the thread is refused, or `build` fails.
    pub fn drive<R>(
        self,
        build: impl FnOnce() -> Result<R, SpawnError> + Send + 'static,
        run: impl FnOnce(R, Vec<LaneWorker>) + Send + 'static,
    ) -> Result<Halves<Managed<L>, J, T, E>, SpawnError> {
        let Self { startup, pool, results, workers } = self;
        // A refusal is kept for `wait`.
        _ = startup.spawn(WorkerId::new(0), "runtime", build, |made| run(made, workers));
        startup.wait()?;
        Ok((pool, results))
    }
}
