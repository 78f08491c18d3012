//! Bringing up all workers of a pool, or none.

use std::io;

use pool::{
    Config, SpawnError, WorkerId,
    implement::{PoolId, drop_at_thread_exit},
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
};

use crate::{Library, core::Core, threads::Threads};

/// What a worker does with a message that it has received. Says `false` when the queue has ended,
/// and the worker is to leave.
pub type Work<M> = Box<dyn FnMut(M) -> bool>;

/// Makes a worker, on the thread that it is to have.
type Seat<M> = Arc<dyn Fn(WorkerId) -> Result<Work<M>, SpawnError> + Send + Sync>;

/// A pool's workers, to be started by its library.
///
/// A worker receives messages of type `M` from the library's queue, and calls its [`Work`] with
/// each.
pub struct Crew<M> {
    pub(crate) seat: Seat<M>,
    pub(crate) startup: Startup,
}

impl<M: 'static> Crew<M> {
    /// How many workers there are to be.
    pub fn workers(&self) -> usize {
        self.startup.config.worker_count()
    }

    /// Starts a thread for each worker, which runs `body`; and waits until every one is ready.
    ///
    /// # Errors
    ///
    /// The first failure.
    pub fn spawn_all(
        self,
        body: impl Fn(Work<M>) + Clone + Send + 'static,
    ) -> Result<(), SpawnError> {
        let mut workers = (0..self.workers()).map(WorkerId::new);
        // The first refusal is kept for `wait`.
        _ = workers.try_for_each(|worker| self.spawn(worker, body.clone()));
        self.wait()
    }

    /// Starts one worker's thread, for libraries that ask for their threads one by one.
    ///
    /// # Errors
    ///
    /// What the system said. The error in full is kept for [`wait`](Self::wait).
    pub fn spawn(
        &self,
        worker: WorkerId,
        body: impl FnOnce(Work<M>) + Send + 'static,
    ) -> io::Result<()> {
        let seat = Arc::clone(&self.seat);
        self.startup.spawn(worker, &worker.to_string(), move || seat(worker), body)
    }

    /// Waits until every worker that was started is ready, or one has failed.
    ///
    /// # Errors
    ///
    /// The first failure. Workers that did start leave when the pool is closed.
    pub fn wait(self) -> Result<(), SpawnError> {
        self.startup.wait()
    }
}

/// Hears from each worker whether it is ready: it drops its sender then.
pub(crate) struct Startup {
    pool: PoolId,
    config: Config,
    threads: Arc<Threads>,
    pub(crate) failures: Sender<SpawnError>,
    failed: Receiver<SpawnError>,
}

impl Startup {
    pub(crate) fn new<J: Send + 'static, L: Library>(core: &Core<J, L>) -> Self {
        let (pool, config) = (core.lifecycle.id(), core.lifecycle.config().clone());
        let (failures, failed) = mpsc::channel();
        Self { pool, config, threads: Arc::clone(&core.threads), failures, failed }
    }

    /// Starts a thread `{prefix}-{suffix}` of the pool, on behalf of `worker`. It is ready when
    /// `make` has returned, whose value `body` is called with.
    pub(crate) fn spawn<R>(
        &self,
        worker: WorkerId,
        suffix: &str,
        make: impl FnOnce() -> Result<R, SpawnError> + Send + 'static,
        body: impl FnOnce(R) + Send + 'static,
    ) -> io::Result<()> {
        let (pool, presence, failures) = (self.pool, self.threads.expect(), self.failures.clone());
        let spawned = self.config.spawn_thread_named(suffix, move || {
            pool.claim_thread();
            drop_at_thread_exit(presence);
            match make() {
                Ok(made) => {
                    drop(failures);
                    body(made);
                }
                Err(failure) => _ = failures.send(failure),
            }
        });
        spawned.map(|thread| self.threads.keep(thread)).map_err(|source| {
            let kind = source.kind();
            _ = self.failures.send(SpawnError::Thread { worker, source });
            kind.into()
        })
    }

    pub(crate) fn wait(self) -> Result<(), SpawnError> {
        drop(self.failures);
        self.failed.recv().map_or(Ok(()), Err)
    }
}
