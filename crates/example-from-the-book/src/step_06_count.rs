//! Step 6: count.
//!
//! **What breaks.** The pool cannot say how many jobs it took, or what came of them. So nothing can
//! be checked: not even that no job was lost
//! (`conservation::every_job_is_accounted_for_when_the_pool_is_dropped`).
//!
//! **The change.** A `Tally` counts. Each worker has counters of its own, so workers do not contend.
//! A job is counted before its completion is sent: what a reader has received is counted.

use std::{
    error::Error,
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

use pool::{
    Backend, CancellationToken, Completion, Config, Context, Ended, Halves, JobId, JobOptions,
    JoinTimeout, Pool, RecvTimeoutError, Refusal, RefusalReason, Results, ShutdownReport,
    SpawnError, Stats, TryRecvError, Wait, WorkerId,
    implement::{Lifecycle, PoolId, QueuedJob, Tally},
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
    tally: Tally,
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

    fn close(&self) {
        self.lifecycle.closed();
        *self.jobs.lock().unwrap() = None;
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
        let lifecycle = Lifecycle::new(&config);
        let shared = Arc::new(Shared {
            tally: Tally::new(&lifecycle),
            lifecycle,
            jobs: Mutex::new(Some(jobs)),
            queue: Mutex::new(queue),
        });
        let pool = NativePool { shared: Arc::clone(&shared), threads: Mutex::new(Vec::new()) };

        let work = Arc::new((init, handler, outlet));
        let (failure, failures) = mpsc::channel();
        for worker in (0..config.worker_count()).map(WorkerId::new) {
            let (shared, work, failure) = (Arc::clone(&shared), Arc::clone(&work), failure.clone());
            let body = move || {
                shared.lifecycle.id().claim_thread();
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
                shared.lifecycle.exited();
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
        shared.tally.start(worker, job.id);
        let completion = job.run(&mut context, &never, &mut handler);
        shared.tally.count(worker, &completion);
        // Fails once the results have been dropped.
        _ = outlet.send(completion);
        shared.tally.finish(worker);
    }
}

impl<J: Send + 'static> Pool<J> for NativePool<J> {
    fn admit(&self, job: J, _: JobOptions, _: Wait) -> Result<JobId, Refusal<J>> {
        let Some(jobs) = &*self.shared.jobs.lock().unwrap() else {
            return Err(Refusal::new(job, RefusalReason::Closed));
        };
        let id = self.shared.tally.accept();
        let job = QueuedJob { id, job, deadline: None, token: None };
        jobs.send(job).expect("the pool has the receiver");
        Ok(id)
    }

    fn close(&self) {
        self.shared.close();
    }

    fn stop(&self) -> Vec<(JobId, J)> {
        self.close();
        Vec::new()
    }

    fn join(&self, _: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        // Several joiners: one joins the threads, the others wait for the mutex.
        for thread in self.threads.lock().unwrap().drain(..) {
            _ = thread.join();
        }
        Ok(self.shared.lifecycle.report(self.stats()))
    }

    fn stats(&self) -> Stats {
        // A channel has no bound, and does not say how many wait in it.
        self.shared.tally.stats(usize::MAX, 0)
    }

    fn pool_id(&self) -> Option<PoolId> {
        Some(self.shared.lifecycle.id())
    }

    fn detach(&self) {
        // Dropping its `JoinHandle` detaches a thread, so not to wait is all there is to do.
        self.shared.lifecycle.detached();
    }
}

impl<J: Send + 'static> Drop for NativePool<J> {
    fn drop(&mut self) {
        self.shared.close();
        if self.shared.lifecycle.drop_waits() {
            _ = self.join(None);
        }
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
