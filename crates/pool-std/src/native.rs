//! A pool as one writes it with the standard library alone: a channel, mutexes, condition
//! variables.
//!
//! Since Rust 1.67, `std::sync::mpsc` *is* crossbeam's channel (`std::sync::mpmc`, still unstable,
//! says so: "The implementation comes from the crossbeam-channel crate"). Its receiver cannot be
//! shared, though, and there is no `select!`. So a comparison with the pool over crossbeam compares
//! one queue, with and without a mutex at its receiving end.
//!
//! # What the library gives
//!
//! - [`mpsc::Receiver::recv`] takes what is queued and then says that the sender is gone. So a
//!   worker's loop ends by itself.
//! - [`Condvar::wait_timeout_while`] waits for any condition, with a timeout.
//! - [`thread::Builder`] reports it when the system has no thread to give, and
//!   [`JoinHandle::join`](thread::JoinHandle::join) waits until one has really exited.
//!
//! # What is written by hand
//!
//! - The workers take turns at the receiver, by a mutex. One of them waits in `recv` and the others
//!   for the mutex. It must be unlocked before the job runs, or one job runs at a time. (In
//!   `while let Ok(job) = queue.lock().unwrap().recv() { .. }` it is not: rust-lang/book 3651.)
//! - A [`SyncSender::send`] that waits for room is woken by nothing else: by no timeout
//!   (`send_timeout` is unstable) and by no close. And it has the job in hand by then, so that an id
//!   would be used up even by a job that is refused. So the pool counts the queue's places and waits
//!   for one at a condition variable. When it sends, there is room.
//! - A bounded and an unbounded channel have senders of two types: [`Outlet`] is either.
//! - Nothing joins a thread with a timeout. So each thread holds an [`Alive`], and a join waits at
//!   a condition variable until all of them are dropped.
//!
//! # What it does not give
//!
//! One message cannot be taken out of a channel. So a cancelled job keeps its place until a worker
//! comes to it, and completes then, not at once. And a thread that comes may overtake one that waits
//! at a condition variable. `native-exceptions.txt` lists the cases of the suite that fail for these
//! reasons.

use std::{
    error::Error,
    iter,
    sync::{
        Arc, Condvar, Mutex,
        mpsc::{self, SendError, SyncSender},
    },
    thread,
    time::{Duration, Instant},
};

use pool::{
    Backend, CancelGuard, Completion, Config, Context, Ended, Halves, JobId, JobOptions,
    JoinTimeout, Pool, RecvTimeoutError, Refusal, RefusalReason, Results, ShutdownReport,
    SpawnError, Stats, TryRecvError, Wait, WorkerId,
    implement::{
        Lifecycle, PoolId, PutBack, QueuedJob, Tally, check_memory, discard, drop_at_thread_exit,
    },
};

/// The pool that is written with the standard library alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Native;

/// The sending half of a pool over `std::sync::mpsc`.
#[derive(Debug)]
pub struct NativePool<J: Send + 'static> {
    shared: Arc<Shared<J>>,
    threads: Mutex<Vec<thread::JoinHandle<()>>>,
    _close_on_cancel: CancelGuard,
}

/// What the pool and its workers look at.
#[derive(Debug)]
struct Shared<J> {
    lifecycle: Lifecycle,
    tally: Tally,
    intake: Mutex<Intake<J>>,
    /// Notified when a place is free, and when the pool is closed.
    room: Condvar,
    queue: Mutex<mpsc::Receiver<QueuedJob<J>>>,
    /// Threads that have not exited.
    alive: Mutex<usize>,
    /// Notified when that is 0.
    all_exited: Condvar,
}

#[derive(Debug)]
struct Intake<J> {
    /// `None` once the pool is closed.
    jobs: Option<SyncSender<QueuedJob<J>>>,
    queued: usize,
    /// Submitters that wait for a place.
    waiting: usize,
}

impl<J> Shared<J> {
    /// The next job; waits for it. `None` once the pool is closed and the queue is empty.
    fn next_job(&self) -> Option<QueuedJob<J>> {
        let queue = self.queue.lock().unwrap();
        let job = queue.recv().ok()?;
        // The queue stays locked for this: once a stop has emptied it, no job counts as queued.
        let mut intake = self.intake.lock().unwrap();
        intake.queued -= 1;
        let awaited = intake.waiting > 0;
        drop(intake);
        // A call of the system, even if no thread waits.
        if awaited {
            self.room.notify_one();
        }
        Some(job)
    }

    fn close(&self) {
        self.lifecycle.closed();
        self.intake.lock().unwrap().jobs = None;
        self.room.notify_all();
    }
}

/// A thread that has not exited.
struct Alive<J>(Arc<Shared<J>>);

impl<J> Alive<J> {
    fn new(shared: &Arc<Shared<J>>) -> Self {
        *shared.alive.lock().unwrap() += 1;
        Self(Arc::clone(shared))
    }
}

impl<J> Drop for Alive<J> {
    fn drop(&mut self) {
        let mut alive = self.0.alive.lock().unwrap();
        *alive -= 1;
        if *alive == 0 {
            self.0.all_exited.notify_all();
        }
    }
}

/// The workers' end of the results.
enum Outlet<T, E> {
    Bounded(mpsc::SyncSender<Completion<T, E>>),
    Unbounded(mpsc::Sender<Completion<T, E>>),
}

impl<T, E> Outlet<T, E> {
    fn channel(capacity: Option<usize>) -> (Self, mpsc::Receiver<Completion<T, E>>) {
        match capacity {
            Some(capacity) => {
                let (sender, receiver) = mpsc::sync_channel(capacity);
                (Self::Bounded(sender), receiver)
            }
            None => {
                let (sender, receiver) = mpsc::channel();
                (Self::Unbounded(sender), receiver)
            }
        }
    }

    fn send(&self, completion: Completion<T, E>) -> Result<(), SendError<Completion<T, E>>> {
        match self {
            Self::Bounded(sender) => sender.send(completion),
            Self::Unbounded(sender) => sender.send(completion),
        }
    }
}

impl Backend for Native {
    const NAME: &'static str = "std-native";

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
        // A bounded channel allocates all of its slots at once.
        check_memory::<QueuedJob<J>>("queue", config.queue_capacity())?;
        check_memory::<Completion<T, E>>("results", config.results_capacity().unwrap_or(0))?;
        let (jobs, queue) = mpsc::sync_channel(config.queue_capacity());
        let (outlet, results) = Outlet::channel(config.results_capacity());
        let lifecycle = Lifecycle::new(&config);
        let shared = Arc::new(Shared {
            tally: Tally::new(&lifecycle),
            lifecycle,
            intake: Mutex::new(Intake { jobs: Some(jobs), queued: 0, waiting: 0 }),
            room: Condvar::new(),
            queue: Mutex::new(queue),
            alive: Mutex::new(0),
            all_exited: Condvar::new(),
        });
        let pool = NativePool {
            shared: Arc::clone(&shared),
            threads: Mutex::new(Vec::new()),
            _close_on_cancel: config.token().on_cancel({
                let shared = Arc::clone(&shared);
                move || shared.close()
            }),
        };

        let work = Arc::new((init, handler, outlet));
        let (failure, failures) = mpsc::channel();
        for worker in (0..config.worker_count()).map(WorkerId::new) {
            let alive = Alive::new(&shared);
            let (shared, work, failure) = (Arc::clone(&shared), Arc::clone(&work), failure.clone());
            let body = move || {
                shared.lifecycle.id().claim_thread();
                drop_at_thread_exit(alive);
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
                discard(work);
                shared.lifecycle.exits_thread(worker);
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
        // Unwanted results have no receiver, and their reader no sender.
        let results = if config.discards_results() { mpsc::channel().1 } else { results };
        Ok((pool, NativeResults { results, put_back: PutBack::new() }))
    }
}

/// The worker's loop, which ends once the pool is closed and the queue is empty.
fn run_jobs<J, T, E>(
    worker: WorkerId,
    shared: &Shared<J>,
    outlet: &Outlet<T, E>,
    mut handler: impl FnMut(J, &Context) -> Result<T, E>,
) {
    let mut context = shared.lifecycle.context(worker);
    while let Some(job) = shared.next_job() {
        shared.tally.start(worker, job.id);
        let completion = job.run(&mut context, shared.lifecycle.config().token(), &mut handler);
        shared.tally.count(worker, &completion);
        // Waits while bounded results are full, and fails once they have been dropped.
        if let Err(SendError(completion)) = outlet.send(completion) {
            discard(completion);
        }
        shared.tally.finish(worker);
    }
}

impl<J: Send + 'static> Pool<J> for NativePool<J> {
    fn admit(&self, job: J, options: JobOptions, wait: Wait) -> Result<JobId, Refusal<J>> {
        let Shared { lifecycle, tally, intake, room, .. } = &*self.shared;
        let deadline = options.start_by();
        let (wait, no_room) = lifecycle.patience(wait);
        let capacity = lifecycle.config().queue_capacity();
        let is_full = |intake: &mut Intake<J>| intake.jobs.is_some() && intake.queued == capacity;
        let mut intake = intake.lock().unwrap();
        intake.waiting += 1;
        let mut intake = match wait {
            Wait::Never => intake,
            Wait::Until(instant) => {
                let timeout = instant.saturating_duration_since(Instant::now());
                room.wait_timeout_while(intake, timeout, is_full).unwrap().0
            }
            Wait::Forever => room.wait_while(intake, is_full).unwrap(),
        };
        intake.waiting -= 1;
        let Intake { jobs: Some(jobs), queued, .. } = &mut *intake else {
            return Err(Refusal::new(job, RefusalReason::Closed));
        };
        if *queued == capacity {
            return Err(Refusal::new(job, no_room));
        }
        *queued += 1;
        let id = tally.accept();
        let job = QueuedJob { id, job, deadline, token: options.token };
        jobs.send(job).expect("the pool has the receiver");
        Ok(id)
    }

    fn close(&self) {
        self.shared.close();
    }

    fn stop(&self) -> Vec<(JobId, J)> {
        self.shared.lifecycle.stopped();
        self.shared.close();
        // A worker that waits for a job has the receiver; it leaves at the close.
        let undone = self.shared.tally.hand_back(iter::from_fn(|| self.shared.next_job()));
        self.shared.lifecycle.token().cancel();
        undone
    }

    fn join(&self, timeout: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        let Shared { lifecycle, tally, intake, alive, all_exited, .. } = &*self.shared;
        if let Some(deadline) = lifecycle.join_deadline(timeout) {
            tally.busy();
            let timeout = deadline.saturating_duration_since(Instant::now());
            let alive = alive.lock().unwrap();
            let waited = all_exited.wait_timeout_while(alive, timeout, |alive| *alive > 0);
            if waited.unwrap().1.timed_out() {
                let Intake { jobs, queued, .. } = &*intake.lock().unwrap();
                let late = JoinTimeout::new(tally.busy(), *queued as u64, jobs.is_some());
                return Err(late.exiting(lifecycle.exiting()));
            }
        }
        if !self.is_worker() {
            // Several joiners: one joins the threads, the others wait for the mutex.
            for thread in self.threads.lock().unwrap().drain(..) {
                _ = thread.join();
            }
        }
        Ok(lifecycle.report(self.stats()))
    }

    fn stats(&self) -> Stats {
        // Unlocked before `tally` is: a stop locks them in the other order.
        let queued = self.shared.intake.lock().unwrap().queued;
        self.shared.tally.stats(self.shared.lifecycle.config().queue_capacity(), queued as u64)
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
    put_back: PutBack<T, E>,
}

impl<T: Send, E: Send> Results<T, E> for NativeResults<T, E> {
    fn put_back(&mut self, completion: Completion<T, E>) {
        self.put_back.push(completion);
    }

    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        self.next().ok_or(Ended)
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
        let received = self.put_back.pop_or_else(|| self.results.try_recv());
        received.map_err(|error| match error {
            mpsc::TryRecvError::Empty => TryRecvError::Empty,
            mpsc::TryRecvError::Disconnected => TryRecvError::Ended,
        })
    }

    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        let received = self.put_back.pop_or_else(|| self.results.recv_timeout(timeout));
        received.map_err(|error| match error {
            mpsc::RecvTimeoutError::Timeout => RecvTimeoutError::TimedOut,
            mpsc::RecvTimeoutError::Disconnected => RecvTimeoutError::Ended,
        })
    }
}

impl<T: Send, E: Send> Iterator for NativeResults<T, E> {
    type Item = Completion<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        self.put_back.pop().or_else(|| self.results.recv().ok())
    }
}

impl<T, E> Drop for NativeResults<T, E> {
    fn drop(&mut self) {
        // Each by itself: a `Drop` that panics does not keep the others.
        self.results.try_iter().for_each(discard);
    }
}
