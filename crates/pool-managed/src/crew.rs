//! Bringing up all workers of a pool, or none.

use std::{error::Error, io};

use pool::{
    SpawnError, StopReason, WorkerId,
    implement::contain,
    sync::{Arc, Condvar, Mutex, lock, wait_for},
};

use crate::{Work, core::Core};

/// Makes a worker on the thread that it is to have; `None` if it could not be made, which has
/// been reported then.
type Seat<M> = Arc<dyn Fn(Starting) -> Option<Box<dyn Work<M>>> + Send + Sync>;

/// A pool's workers, to be started by its library.
///
/// A worker receives messages of type `M` from the library's queue, and hands each to
/// [`Work::run`].
pub struct Crew<M> {
    startup: Startup,
    seat: Seat<M>,
}

impl<M: 'static> Crew<M> {
    pub(crate) fn new(
        core: &Arc<Core>,
        seat: impl Fn(Starting) -> Option<Box<dyn Work<M>>> + Send + Sync + 'static,
    ) -> Self {
        Self { startup: Startup::new(core), seat: Arc::new(seat) }
    }

    /// How many workers there are to be.
    pub fn workers(&self) -> usize {
        self.startup.core.config.worker_count()
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
        let (starting, seat) = (self.startup.starting(worker), Arc::clone(&self.seat));
        self.startup.spawn_thread(worker, &worker.to_string(), move || {
            let seated = seat(starting);
            // It holds the results open.
            drop(seat);
            if let Some(worker) = seated {
                work(worker);
            }
        })
    }

    /// Waits until every worker that was started is ready or has failed.
    ///
    /// # Errors
    ///
    /// The first failure. Workers that did start are still there; they leave when the pool is
    /// closed, which dropping it does.
    pub fn wait(self) -> Result<(), SpawnError> {
        self.startup.wait()
    }
}

impl<M> std::fmt::Debug for Crew<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Crew").field("startup", &self.startup).finish_non_exhaustive()
    }
}

/// Starts threads, and hears from each worker whether it is ready.
#[derive(Debug)]
pub(crate) struct Startup {
    core: Arc<Core>,
    progress: Arc<Progress>,
}

#[derive(Debug, Default)]
struct Progress {
    state: Mutex<State>,
    /// Signalled when no worker is pending any more.
    all_heard: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Workers that have not yet been heard of.
    pending: usize,
    /// The first failure.
    failure: Option<(WorkerId, SpawnError)>,
}

impl Startup {
    pub(crate) fn new(core: &Arc<Core>) -> Self {
        Self { core: Arc::clone(core), progress: Arc::default() }
    }

    pub(crate) fn starting(&self, worker: WorkerId) -> Starting {
        self.core.worker_comes();
        lock(&self.progress.state).pending += 1;
        Starting {
            core: Arc::clone(&self.core),
            worker,
            progress: Some(Arc::clone(&self.progress)),
            hooked: false,
        }
    }

    /// Starts a thread `{prefix}-{suffix}` of the pool, whose failure is `worker`'s.
    pub(crate) fn spawn_thread(
        &self,
        worker: WorkerId,
        suffix: &str,
        body: impl FnOnce() + Send + 'static,
    ) -> io::Result<()> {
        let (id, exit) = (self.core.id, self.core.threads.expect(worker));
        let spawned = self.core.config.spawn_thread_named(suffix, move || {
            exit.at_thread_exit();
            id.claim_thread();
            body();
        });
        match spawned {
            Ok(thread) => {
                self.core.threads.keep(thread);
                Ok(())
            }
            Err(source) => {
                let kind = source.kind();
                // The refused closure is dropped by now, and has reported that its worker
                // never got ready. This is the cause.
                let failure = &mut lock(&self.progress.state).failure;
                if failure.as_ref().is_none_or(|(failed, _)| *failed == worker) {
                    *failure = Some((worker, SpawnError::Thread { worker, source }));
                }
                Err(kind.into())
            }
        }
    }

    /// Where to say why no worker can be started.
    pub(crate) fn failure(&self) -> Failure {
        Failure(Arc::clone(&self.progress))
    }

    pub(crate) fn wait(self) -> Result<(), SpawnError> {
        let Progress { state, all_heard } = &*self.progress;
        let failure = wait_for(state, all_heard, None, |state| {
            (state.pending == 0).then(|| state.failure.take())
        });
        failure.flatten().map_or(Ok(()), |(_, failure)| Err(failure))
    }
}

/// Says why no worker can be started, before they are dropped.
pub(crate) struct Failure(Arc<Progress>);

impl Failure {
    pub(crate) fn set(self, failure: SpawnError) {
        lock(&self.0.state).failure.get_or_insert((WorkerId::new(0), failure));
    }
}

impl Progress {
    fn heard(&self, worker: WorkerId, failure: Option<SpawnError>) {
        let mut state = lock(&self.state);
        state.pending -= 1;
        if state.failure.is_none() {
            state.failure = failure.map(|failure| (worker, failure));
        }
        if state.pending == 0 {
            self.all_heard.notify_all();
        }
    }
}

/// A worker that is not ready yet. Dropped in that state, it reports that it failed.
#[derive(Debug)]
pub(crate) struct Starting {
    core: Arc<Core>,
    pub(crate) worker: WorkerId,
    /// Where to report; `None` once done.
    progress: Option<Arc<Progress>>,
    /// Whether the start hook has run, so that the stop hook must.
    hooked: bool,
}

impl Starting {
    /// Runs the start hook, makes the worker's state, and reports that it is ready; or, if
    /// `init` fails or panics, that it is not.
    pub(crate) fn ready<S, X>(mut self, init: &impl Fn(WorkerId) -> Result<S, X>) -> Option<S>
    where
        X: Into<Box<dyn Error + Send + Sync>>,
    {
        self.hooked = true;
        self.core.config.call_start_hook(self.worker);
        let source = match contain(|| init(self.worker)) {
            Ok(Ok(state)) => {
                self.report(None);
                return Some(state);
            }
            Ok(Err(error)) => error.into(),
            Err(panic) => format!("panicked: {panic}").into(),
        };
        let worker = self.worker;
        self.fail(SpawnError::Init { worker, source });
        None
    }

    /// Reports that the worker cannot be started.
    pub(crate) fn fail(mut self, failure: SpawnError) {
        self.report(Some(failure));
    }

    fn report(&mut self, failure: Option<SpawnError>) {
        if let Some(progress) = self.progress.take() {
            if failure.is_some() {
                // Before the report: whoever hears it joins this worker.
                if self.hooked {
                    self.core.config.call_stop_hook(self.worker, StopReason::InitFailed);
                }
                self.core.worker_leaves();
            }
            progress.heard(self.worker, failure);
        }
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        let source = "its thread ended before it was ready".into();
        self.report(Some(SpawnError::Init { worker: self.worker, source }));
    }
}
