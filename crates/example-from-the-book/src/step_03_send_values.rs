//! Step 3: send values, not closures.
//!
//! **What breaks.** A closure does not know which worker runs it. So every job says "worker 0", and
//! opens its own connection or buffer
//! (`identity::worker_ids_count_from_zero_and_stay_with_their_threads`).
//!
//! **The change.** The handler is given once, when the pool starts. The channel carries values, each
//! with an id. A worker's thread owns its state, and takes it to each job. `ThreadPool` and `Worker`
//! become `NativePool`, `Shared` and the loop `run_jobs`. `QueuedJob::run` calls the handler,
//! contains its panic, and makes the completion.
//!
//! This is the largest of the diffs, and the last with a closure for each job.

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
    SpawnError, Stats, TryRecvError, Wait, WorkerId, implement::QueuedJob,
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
        let (jobs, queue) = mpsc::channel();
        let (outlet, results) = mpsc::channel();
        let shared = Arc::new(Shared {
            submitted: AtomicU64::new(0),
            jobs: Mutex::new(Some(jobs)),
            queue: Mutex::new(queue),
        });
        let pool = NativePool { shared: Arc::clone(&shared), threads: Mutex::new(Vec::new()) };

        let work = Arc::new((init, handler, outlet));
        for worker in (0..config.worker_count()).map(WorkerId::new) {
            let (shared, work) = (Arc::clone(&shared), Arc::clone(&work));
            let body = move || {
                let (init, handler, outlet) = &*work;
                let Ok(mut state) = init(worker) else { panic!("worker {worker} has no state") };
                run_jobs(worker, &shared, outlet, |job, context| handler(&mut state, job, context));
            };
            pool.threads.lock().unwrap().push(thread::spawn(body));
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
    let never = CancellationToken::new();
    let mut context = Context::new(worker, JobId::new(0), None, never.clone(), None);
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
