//! Bringing up all workers of a pool, or none.

use std::io;

use pool::{
    SpawnError, WorkerId,
    implement::drop_at_thread_exit,
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
};

use crate::{Work, core::Core};

/// Makes a worker, on the thread that it is to have.
type Seat<M> = Arc<dyn Fn(WorkerId) -> Result<Box<dyn Work<M>>, SpawnError> + Send + Sync>;

/// A pool's workers, to be started by its library.
///
/// A worker receives messages of type `M` from the library's queue, and hands each to
/// [`Work::run`].
pub struct Crew<M> {
    core: Arc<Core>,
    seat: Seat<M>,
    startup: Startup,
}

impl<M: 'static> Crew<M> {
    pub(crate) fn new(core: &Arc<Core>, seat: Seat<M>) -> Self {
        Self { core: Arc::clone(core), seat, startup: Startup::new() }
    }

    /// How many workers there are to be.
    pub fn workers(&self) -> usize {
        self.core.lifecycle.config().worker_count()
    }

    /// Starts a thread for each worker, which runs `work`; and waits until every one is ready.
    ///
    /// # Errors
    ///
    /// The first failure.
    pub fn spawn_all(
        self,
        work: impl Fn(Box<dyn Work<M>>) + Clone + Send + 'static,
    ) -> Result<(), SpawnError> {
        for worker in (0..self.workers()).map(WorkerId::new) {
            if self.spawn(worker, work.clone()).is_err() {
                break;
            }
        }
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
        work: impl FnOnce(Box<dyn Work<M>>) + Send + 'static,
    ) -> io::Result<()> {
        let (seat, failures) = (Arc::clone(&self.seat), self.startup.failures.clone());
        self.startup.spawn_thread(&self.core, worker, &worker.to_string(), move || {
            let seated = seat(worker);
            // It holds the results open.
            drop(seat);
            match seated {
                Ok(worker) => {
                    // Ready.
                    drop(failures);
                    work(worker);
                }
                Err(failure) => _ = failures.send(failure),
            }
        })
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
#[derive(Debug)]
pub(crate) struct Startup {
    pub(crate) failures: Sender<SpawnError>,
    failed: Receiver<SpawnError>,
}

impl Startup {
    pub(crate) fn new() -> Self {
        let (failures, failed) = mpsc::channel();
        Self { failures, failed }
    }

    /// Starts a thread `{prefix}-{suffix}` of the pool, on behalf of `worker`.
    pub(crate) fn spawn_thread(
        &self,
        core: &Core,
        worker: WorkerId,
        suffix: &str,
        body: impl FnOnce() + Send + 'static,
    ) -> io::Result<()> {
        let (id, presence) = (core.lifecycle.id(), core.threads.expect(worker));
        let spawned = core.lifecycle.config().spawn_thread_named(suffix, move || {
            id.claim_thread();
            drop_at_thread_exit(presence);
            body();
        });
        spawned.map(|thread| core.threads.keep(thread)).map_err(|source| {
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
