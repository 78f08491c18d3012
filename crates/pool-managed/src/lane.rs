//! Workers that are tasks: handlers that await, more jobs in flight than threads.

use std::{convert::Infallible, future::Future};

use pool::{Config, Context, Halves, SpawnError, WorkerId, sync::Arc};

use crate::{
    AsyncLibrary, Library, Managed, ManagedPool, ManagedResults, core::Core, crew::Startup,
    delivery::Delivery, intake::Intake, managed::Parts, worker::Worker,
};

/// A managed pool with an async handler, whose workers do not run yet: each is a future, to be
/// spawned on an executor.
///
/// The pool has ended when every worker has. A worker that is dropped earlier, begun or not,
/// cancels the pool.
pub struct Lane<J, T, E, L, W>
where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    L: AsyncLibrary,
{
    core: Arc<Core>,
    startup: Startup,
    /// The sending half.
    pub pool: ManagedPool<J, L>,
    /// The receiving half.
    pub results: ManagedResults<T, E, L>,
    /// As many as configured. Each runs jobs until the queue has ended.
    pub workers: Vec<W>,
}

/// A [`Lane`] over the library `L`.
///
/// # Errors
///
/// If the configuration is invalid.
pub fn lane<J, T, E, L, F, H>(
    config: &Config,
    handler: H,
) -> Result<Lane<J, T, E, L, impl Future<Output = ()> + Send + 'static>, SpawnError>
where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    L: AsyncLibrary,
    F: Future<Output = Result<T, E>> + Send + 'static,
    H: Fn(J, Context) -> F + Send + Sync + 'static,
{
    let Parts { pool, results, intake, delivery } = Parts::<J, T, E, L>::new(config)?;
    let (core, startup) = (Arc::clone(&intake.core), Startup::new());
    let handler = Arc::new(handler);
    let worker = |id| {
        let parts = Unbegun(Some((Arc::clone(&intake), Arc::clone(&delivery))));
        let (handler, failures) = (Arc::clone(&handler), startup.failures.clone());
        let presence = core.threads.expect(id);
        // All of it in the pool's scope: hooks, and what is dropped, may use it as handlers may.
        core.lifecycle.id().scope(async move {
            let _presence = presence;
            let (intake, delivery) = parts.begin();
            let lifecycle = &intake.core.lifecycle;
            if lifecycle.begin_worker(id, &|_| Ok::<_, Infallible>(())).is_ok() {
                // Ready.
                drop(failures);
                Worker::new(intake, delivery, id, (), handler).run_async().await;
            }
        })
    };
    let workers = (0..config.worker_count()).map(WorkerId::new).map(worker).collect();
    Ok(Lane { core, startup, pool, results, workers })
}

/// Both ends of the way of a job.
type Ends<J, T, E, L> = (Arc<Intake<J, L>>, Arc<Delivery<T, E, L>>);

/// What a worker is made from. Dropped before its task has begun, it cancels the pool, as a
/// worker does that is dropped before its end.
struct Unbegun<J, T, E, L>(Option<Ends<J, T, E, L>>)
where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    L: Library;

impl<J, T, E, L> Unbegun<J, T, E, L>
where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    L: Library,
{
    fn begin(mut self) -> Ends<J, T, E, L> {
        self.0.take().expect("taken by this alone")
    }
}

impl<J, T, E, L> Drop for Unbegun<J, T, E, L>
where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    L: Library,
{
    fn drop(&mut self) {
        if let Some((intake, _delivery)) = &self.0 {
            intake.cancel();
        }
    }
}

impl<J, T, E, L, W> Lane<J, T, E, L, W>
where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    L: AsyncLibrary,
    W: Future<Output = ()> + Send + 'static,
{
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
        run: impl FnOnce(R, Vec<W>) + Send + 'static,
    ) -> Result<Halves<Managed<L>, J, T, E>, SpawnError> {
        let Self { core, startup, pool, results, workers } = self;
        let failures = startup.failures.clone();
        // A refusal is kept for `wait`.
        _ = startup.spawn_thread(&core, WorkerId::new(0), "runtime", move || match build() {
            Ok(executor) => {
                drop(failures);
                run(executor, workers);
            }
            Err(failure) => _ = failures.send(failure),
        });
        startup.wait()?;
        Ok((pool, results))
    }
}
