//! Step 1: the pool of the Book.
//!
//! `ThreadPool` is the pool of the Book's last chapter, in our words: a channel of closures, its
//! receiver behind a mutex, a `Worker` for each thread, and a `Drop` that closes the channel and
//! joins the threads. (`jobs` is the Book's `sender`, and `queue` its `receiver`. Older editions send
//! each worker a message, `Terminate`, instead of dropping the sender.)
//!
//! It keeps more than one might think. Jobs are run in their order, and several at a time. None is
//! lost while none panics.
//!
//! A job must not run under the lock of the receiver, or one runs at a time
//! (`regressions::book_3651_the_queue_is_not_locked_while_a_job_runs`). In
//! `while let Ok(job) = queue.lock().unwrap().recv() { job() }` it does: the guard lives until the
//! body ends. So `next_job` is a function of its own, which ends before the body begins.
//!
//! What stands below it is for the suite. `NativePool` makes a closure of each job and gives it an
//! id. A second channel brings back what comes of the jobs. It adds no power to the Book's pool:
//! what that cannot do is answered in the plainest way. `close` is a drop, so it waits. `stop` hands
//! nothing back. `stats` are zero. A state is made for each job.

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
    Backend, CancellationToken, Completion, Config, Context, Ended, Halves, JobError, JobErrorKind,
    JobId, JobOptions, JoinTimeout, Pool, RecvTimeoutError, Refusal, RefusalReason, Results,
    ShutdownReport, SpawnError, Stats, TryRecvError, Wait, WorkerId,
};

/// The pool that is written with the standard library alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Native;

/// A pool as the Book builds it.
struct ThreadPool {
    workers: Vec<Worker>,
    /// `None` while the pool is dropped.
    jobs: Option<mpsc::Sender<Job>>,
}

type Job = Box<dyn FnOnce() + Send>;

struct Worker {
    thread: thread::JoinHandle<()>,
}

impl ThreadPool {
    fn new(size: usize) -> Self {
        assert!(size > 0, "a pool without a worker runs nothing");
        let (jobs, queue) = mpsc::channel();
        let queue = Arc::new(Mutex::new(queue));
        let workers = (0..size).map(|_| Worker::new(Arc::clone(&queue))).collect();
        Self { workers, jobs: Some(jobs) }
    }

    fn execute(&self, job: impl FnOnce() + Send + 'static) {
        let jobs = self.jobs.as_ref().expect("there until the drop");
        jobs.send(Box::new(job)).unwrap();
    }
}

impl Worker {
    fn new(queue: Arc<Mutex<mpsc::Receiver<Job>>>) -> Self {
        // Unlocks as it returns: the lock is free while the job runs.
        let next_job = move || queue.lock().unwrap().recv().ok();
        let thread = thread::spawn(move || {
            while let Some(job) = next_job() {
                job();
            }
        });
        Self { thread }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        // The workers' `recv` fails once the queue is empty: their loops end.
        self.jobs = None;
        for worker in self.workers.drain(..) {
            worker.thread.join().unwrap();
        }
    }
}

/// The sending half, as the suite wants it.
pub struct NativePool<J: Send + 'static> {
    /// `None` once the pool is closed.
    open: Mutex<Option<Open<J>>>,
    submitted: AtomicU64,
}

struct Open<J> {
    pool: ThreadPool,
    /// A closure that runs the job, and sends what comes of it.
    to_closure: Box<dyn Fn(JobId, J) -> Job + Send + Sync>,
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
        let (outlet, results) = mpsc::channel();
        let work = Arc::new((init, handler, outlet));
        let to_closure = move |id, job| -> Job {
            let work = Arc::clone(&work);
            Box::new(move || {
                let (init, handler, outlet) = &*work;
                // A closure does not know its worker, so it says that it is the first, and has a
                // state to itself.
                let worker = WorkerId::new(0);
                let Ok(mut state) = init(worker) else { panic!("job {id} has no state") };
                let context = Context::new(worker, id, None, CancellationToken::new(), None);
                let result = handler(&mut state, job, &context).map_err(JobErrorKind::Failed);
                let result = result.map_err(|kind| JobError { job: id, kind });
                // Fails once the results have been dropped.
                _ = outlet.send(Completion { job: id, worker: Some(worker), result });
            })
        };
        let pool = ThreadPool::new(config.worker_count());
        let open = Open { pool, to_closure: Box::new(to_closure) };
        let pool = NativePool { open: Mutex::new(Some(open)), submitted: AtomicU64::new(0) };
        Ok((pool, NativeResults { results }))
    }
}

impl<J: Send + 'static> Pool<J> for NativePool<J> {
    fn admit(&self, job: J, _: JobOptions, _: Wait) -> Result<JobId, Refusal<J>> {
        let Some(Open { pool, to_closure }) = &*self.open.lock().unwrap() else {
            return Err(Refusal::new(job, RefusalReason::Closed));
        };
        // Relaxed: the lock orders it.
        let id = JobId::new(self.submitted.fetch_add(1, Ordering::Relaxed));
        pool.execute(to_closure(id, job));
        Ok(id)
    }

    fn close(&self) {
        let open = self.open.lock().unwrap().take();
        // Only a drop ends it, and waits.
        drop(open);
    }

    fn stop(&self) -> Vec<(JobId, J)> {
        self.close();
        Vec::new()
    }

    fn join(&self, _: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        // There is nothing to wait for: a pool that is closed has no threads.
        match &*self.open.lock().unwrap() {
            Some(_) => Err(JoinTimeout::new(Vec::new(), 0, true)),
            None => Ok(ShutdownReport::new(self.stats(), Duration::ZERO)),
        }
    }

    fn stats(&self) -> Stats {
        Stats::default()
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
