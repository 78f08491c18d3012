//! Step 4: start all workers, or none.
//!
//! **What breaks.** `thread::spawn` panics when the system has no thread to give. The caller wants
//! an error (`regressions::tokio_2309_a_refused_thread_is_an_error_and_not_a_panic`). A state that
//! cannot be made ends one thread, and the caller never hears of it. And the threads have no names.
//!
//! **The change.** `config.spawn_thread` is `thread::Builder::spawn`: it names the thread, and
//! returns a refusal as an error. `spawn` then waits until every worker has its state. Each worker
//! holds a sender called `failure` until then. On an error, the pool is dropped, which joins what was
//! started. `Lifecycle` calls `init` and the hooks of the configuration.

use std::{
    error::Error,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use pool::{
    Backend, CancellationToken, Completion, Config, Context, Ended, Halves, JobId, JobOptions,
    JoinTimeout, Pool, RecvTimeoutError, Refusal, RefusalReason, Results, ShutdownReport,
    SpawnError, Stats, TryRecvError, Wait, WorkerId,
    implement::{Lifecycle, QueuedJob},
};

/// The pool that is written with the standard library alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Native;

/// The sending half of a pool over `std::sync::mpsc`.
#[derive(Debug)]
pub struct NativePool<J: Send + 'static> {
    shared: Arc<Shared<J>>,
    threads: Mutex<Vec<thread::JoinHandle<()>>>,
}

/// What the pool and its workers look at.
#[derive(Debug)]
struct Shared<J> {
    lifecycle: Lifecycle,
    submitted: AtomicU64,
    /// `None` once the pool is closed.
    jobs: Mutex<Option<mpsc::Sender<QueuedJob<J>>>>,
    queue: Mutex<mpsc::Receiver<QueuedJob<J>>>,
}

impl<J> Shared<J> {
    /// The next job; waits for it. `None` once the pool is closed and the queue is empty.
    fn next_job(&self) -> Option<QueuedJob<J>> {
        let queue = self.queue.lock().unwrap();
        queue.recv().ok()
    }
}

impl Backend for Native {
    const NAME: &'static str = module_path!();

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
        config.validate()?;
        let (jobs, queue) = mpsc::channel();
        let (outlet, results) = mpsc::channel();
        let shared = Arc::new(Shared {
            lifecycle: Lifecycle::new(&config),
            submitted: AtomicU64::new(0),
            jobs: Mutex::new(Some(jobs)),
            queue: Mutex::new(queue),
        });
        let pool = NativePool { shared: Arc::clone(&shared), threads: Mutex::new(Vec::new()) };

        let work = Arc::new((init, handler, outlet));
        let (failure, failures) = mpsc::channel();
        for worker in (0..config.worker_count()).map(WorkerId::new) {
            let (shared, work, failure) = (Arc::clone(&shared), Arc::clone(&work), failure.clone());
            let body = move || {
                let (init, handler, outlet) = &*work;
                match shared.lifecycle.begin_worker(worker, init) {
                    Ok(mut state) => {
                        drop(failure);
                        run_jobs(worker, &shared, outlet, |job, context| {
                            handler(&mut state, job, context)
                        });
                        shared.lifecycle.end_worker(worker, state);
                    }
                    Err(error) => _ = failure.send(error),
                }
            };
            let spawned = config.spawn_thread(worker, body);
            let thread = spawned.map_err(|source| SpawnError::Thread { worker, source })?;
            pool.threads.lock().unwrap().push(thread);
        }
        // What is left of these now is the workers'.
        drop((work, failure));
        if let Ok(failure) = failures.recv() {
            return Err(failure);
        }
        Ok((pool, NativeResults { results }))
    }
}

/// The worker's loop, which ends once the pool is closed and the queue is empty.
fn run_jobs<J, T, E>(
    worker: WorkerId,
    shared: &Shared<J>,
    outlet: &mpsc::Sender<Completion<T, E>>,
    mut handler: impl FnMut(J, &Context) -> Result<T, E>,
) {
    let mut context = shared.lifecycle.context(worker);
    let never = CancellationToken::new();
    while let Some(job) = shared.next_job() {
        let completion = job.run(&mut context, &never, &mut handler);
        // Fails once the results have been dropped.
        _ = outlet.send(completion);
    }
}

impl<J: Send + 'static> Pool<J> for NativePool<J> {
    fn admit(&self, job: J, _: JobOptions, _: Wait) -> Result<JobId, Refusal<J>> {
        let Some(jobs) = &*self.shared.jobs.lock().unwrap() else {
            return Err(Refusal::new(job, RefusalReason::Closed));
        };
        // Relaxed: the lock orders it.
        let id = JobId::new(self.shared.submitted.fetch_add(1, Ordering::Relaxed));
        let job = QueuedJob { id, job, deadline: None, token: None };
        jobs.send(job).expect("the pool has the receiver");
        Ok(id)
    }

    fn close(&self) {
        *self.shared.jobs.lock().unwrap() = None;
        for thread in self.threads.lock().unwrap().drain(..) {
            thread.join().unwrap();
        }
    }

    fn stop(&self) -> Vec<(JobId, J)> {
        self.close();
        Vec::new()
    }

    fn join(&self, _: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        // There is nothing to wait for: a pool that is closed has no threads.
        match &*self.shared.jobs.lock().unwrap() {
            Some(_) => Err(JoinTimeout::new(Vec::new(), 0, true)),
            None => Ok(ShutdownReport::new(self.stats(), Duration::ZERO)),
        }
    }

    fn stats(&self) -> Stats {
        Stats::default()
    }
}

impl<J: Send + 'static> Drop for NativePool<J> {
    fn drop(&mut self) {
        self.close();
    }
}

/// The receiving half of a pool over `std::sync::mpsc`.
#[derive(Debug)]
pub struct NativeResults<T, E> {
    results: mpsc::Receiver<Completion<T, E>>,
}

impl<T: Send, E: Send> Results<T, E> for NativeResults<T, E> {
    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        self.next().ok_or(Ended)
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
        self.results.try_recv().map_err(|error| match error {
            mpsc::TryRecvError::Empty => TryRecvError::Empty,
            mpsc::TryRecvError::Disconnected => TryRecvError::Ended,
        })
    }

    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        self.results.recv_timeout(timeout).map_err(|error| match error {
            mpsc::RecvTimeoutError::Timeout => RecvTimeoutError::TimedOut,
            mpsc::RecvTimeoutError::Disconnected => RecvTimeoutError::Ended,
        })
    }
}

impl<T: Send, E: Send> Iterator for NativeResults<T, E> {
    type Item = Completion<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        self.results.recv().ok()
    }
}
