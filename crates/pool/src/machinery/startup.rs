//! Bringing up all workers of a pool, or none.

use std::{error::Error, io};

use super::{Core, Worker};
use crate::implement::contain;
use crate::{
    Config, SpawnError, StopReason, WorkerId,
    config::Spawner,
    sync::{Arc, Condvar, Mutex, lock, thread, wait_for},
};

/// Starts a pool's threads and hears from each worker whether it is ready.
pub struct Startup {
    core: Arc<Core>,
    workers: usize,
    thread_name: String,
    stack_size: Option<usize>,
    spawner: Option<Spawner>,
    progress: Arc<Progress>,
}

#[derive(Debug, Default)]
struct Progress {
    state: Mutex<State>,
    /// Signalled when nobody is pending any more.
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
    /// Nothing started yet.
    pub fn new(core: &Arc<Core>, config: &Config) -> Self {
        Self {
            core: Arc::clone(core),
            workers: config.workers,
            thread_name: config.thread_name.clone(),
            stack_size: config.stack_size,
            spawner: config.spawner.clone(),
            progress: Arc::default(),
        }
    }

    /// Starts a thread for each of the workers, all of which run `body`, and waits until
    /// every one is ready.
    ///
    /// # Errors
    ///
    /// The first failure. Workers that did start are still there: the caller closes the
    /// queue and joins them, which is what dropping a [`QueuePool`](super::QueuePool) does.
    pub fn spawn_all(
        self,
        body: impl Fn(Starting) + Clone + Send + 'static,
    ) -> Result<(), SpawnError> {
        for worker in (0..self.workers).map(WorkerId::new) {
            if self.spawn(worker, body.clone()).is_err() {
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
        body: impl FnOnce(Starting) + Send + 'static,
    ) -> io::Result<()> {
        let starting = self.starting(worker);
        self.spawn_thread(worker, &worker.to_string(), move || {
            let _entered = starting.core.id().enter();
            body(starting);
        })
    }

    /// Starts one thread named `{prefix}-runtime` for all workers, for libraries whose
    /// workers are tasks, each of which is to run in the pool's [`scope`](super::PoolId::scope).
    /// The pool has not ended before `body` has returned.
    ///
    /// # Errors
    ///
    /// As [`spawn`](Self::spawn).
    pub fn spawn_runtime(
        &self,
        body: impl FnOnce(Vec<Starting>) + Send + 'static,
    ) -> io::Result<()> {
        let workers = (0..self.workers).map(|worker| self.starting(WorkerId::new(worker)));
        let workers: Vec<_> = workers.collect();
        let alive = Alive::new(&self.core);
        self.spawn_thread(WorkerId::new(0), "runtime", move || {
            // What `body` lets go of last may be the handler, and with it the pool.
            let _entered = alive.0.id().enter();
            body(workers);
        })
    }

    fn starting(&self, worker: WorkerId) -> Starting {
        self.core.worker_comes();
        lock(&self.progress.state).pending += 1;
        Starting {
            core: Arc::clone(&self.core),
            worker,
            progress: Some(Arc::clone(&self.progress)),
            hooked: false,
        }
    }

    fn spawn_thread(
        &self,
        worker: WorkerId,
        suffix: &str,
        body: impl FnOnce() + Send + 'static,
    ) -> io::Result<()> {
        let mut builder = thread::Builder::new().name(format!("{}-{suffix}", self.thread_name));
        if let Some(bytes) = self.stack_size {
            builder = builder.stack_size(bytes);
        }
        let spawned = match &self.spawner {
            Some(spawner) => spawner(builder, Box::new(body)),
            None => builder.spawn(body),
        };
        match spawned {
            Ok(thread) => {
                self.core.keep_thread(thread);
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

    /// Waits until every worker that was started is ready or has failed.
    ///
    /// # Errors
    ///
    /// The first failure.
    pub fn wait(self) -> Result<(), SpawnError> {
        let Progress { state, all_heard } = &*self.progress;
        let failure = wait_for(state, all_heard, None, |state| {
            (state.pending == 0).then(|| state.failure.take())
        });
        failure.flatten().map_or(Ok(()), |(_, failure)| Err(failure))
    }
}

/// Counts as a worker for as long as it lives.
struct Alive(Arc<Core>);

impl Alive {
    fn new(core: &Arc<Core>) -> Self {
        core.worker_comes();
        Self(Arc::clone(core))
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.worker_goes();
    }
}

impl std::fmt::Debug for Startup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Startup").field("progress", &self.progress).finish_non_exhaustive()
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

/// A worker on its own thread that is not ready yet. Dropped in that state, it reports that
/// it failed.
#[derive(Debug)]
pub struct Starting {
    core: Arc<Core>,
    worker: WorkerId,
    /// To whom to report; `None` once done.
    progress: Option<Arc<Progress>>,
    /// Whether the start hook has run, so that the stop hook must.
    hooked: bool,
}

impl Starting {
    /// Which worker this is.
    pub fn worker(&self) -> WorkerId {
        self.worker
    }

    /// Runs the start hook, makes the worker's state, and reports that it is ready; or, if
    /// `init` fails or panics, that it is not.
    pub fn ready<S, H, X>(
        mut self,
        init: &impl Fn(WorkerId) -> Result<S, X>,
        handler: Arc<H>,
    ) -> Option<Worker<S, H>>
    where
        X: Into<Box<dyn Error + Send + Sync>>,
    {
        self.hooked = true;
        self.core.call_start_hook(self.worker);
        let source = match contain(|| init(self.worker)) {
            Ok(Ok(state)) => {
                self.report(None);
                let core = Arc::clone(&self.core);
                return Some(Worker::new(core, self.worker, state, handler));
            }
            Ok(Err(error)) => error.into(),
            Err(panic) => format!("panicked: {panic}").into(),
        };
        let worker = self.worker;
        self.fail(SpawnError::Init { worker, source });
        None
    }

    /// Reports that the library cannot start this worker.
    pub fn fail(mut self, failure: SpawnError) {
        self.report(Some(failure));
    }

    fn report(&mut self, failure: Option<SpawnError>) {
        if let Some(progress) = self.progress.take() {
            if failure.is_some() {
                // Before the report: whoever hears it joins this worker.
                if self.hooked {
                    self.core.call_stop_hook(self.worker, StopReason::InitFailed);
                }
                self.core.worker_goes();
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
