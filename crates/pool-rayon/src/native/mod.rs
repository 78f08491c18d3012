//! A pool as rayon's own users write it: a semaphore of std before it, a channel of std behind it.
//!
//! Rayon has threads that steal work from one another, and neither a bound, nor a channel, nor a
//! way to take a closure back. So this is the way of one job:
//!
//! ```text
//! admit ── room in `jobs`? ── push the job ── ThreadPool::spawn(ticket)
//!                                                    ║ rayon's deques
//!    recv ══ a channel of std ══ handler ── pop the oldest job ── redeem the ticket
//! ```
//!
//! # What the library gives
//!
//! - Waiting for work, waking for it, and sharing it out: a worker has no loop here.
//! - A handler may use `rayon::join`, scopes and parallel iterators: they run on these threads.
//! - `spawn_handler` starts a thread in our way, so threads are named, refused and joined.
//! - A `ThreadPool` that is dropped runs what it has been given, and then its threads return.
//! - [`ThreadPool::current_thread_index`] knows a worker wherever it is, in half a `join` too.
//! - `panic_handler`, for what a handler gives to `rayon::spawn`: without it a panic aborts.
//! - [`ThreadPool::broadcast`] runs a hook once on each thread, of somebody else's pool too.
//!
//! # What had to be written by hand
//!
//! - The bound (rayon issues 1020 and 1170). `spawn` never waits, so a full queue is for us to
//!   notice, and a waiting submitter for us to wake: a `Mutex` and a `Condvar`, which is a semaphore.
//! - A backlog that can be abandoned (rayon issue 544). What `spawn` has been given will run. So
//!   jobs wait in a deque of ours, and rayon gets a ticket for each: "run the oldest job". After a
//!   stop the tickets find nothing.
//! - One job at a time. A thread that waits in `rayon::join` runs whatever it finds, a ticket too
//!   (rayon issue 592). A worker that has a job in hand puts the ticket back; to spawn it again would
//!   not do, since a thread's own deque is a stack, and what it waits for may lie below.
//! - A worker's state. It is in a thread-local, since a closure may run on any thread.
//! - The end. Dropping a `ThreadPool` does not wait (rayon issues 688 and 1242): we keep the join
//!   handles.
//!
//! # What it does not give
//!
//! - Submitters that wait may be overtaken by one that comes.
//! - A cancelled job keeps its place until a worker comes to it, and completes then.
//! - A thread that has stolen half of a job, and waits within it, runs another job on top of that
//!   half (rayon issue 1174). So hold no lock across a fork that a job may want as well.
//!
//! The cases of the suite that follow from this are in `native-exceptions.txt`.

mod results;

use std::{
    any::Any,
    cell::RefCell,
    collections::VecDeque,
    error::Error,
    fmt, io, iter, mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, mpsc},
    thread,
    time::{Duration, Instant},
};

use pool::{
    Backend, CancelGuard, Config, Context, Halves, JobId, JobOptions, JoinTimeout, Pool, Refusal,
    RefusalReason, ShutdownReport, SpawnError, Stats, Wait, WorkerId,
    implement::{Entered, Lifecycle, PoolId, QueuedJob, Tally, discard, drop_at_thread_exit},
};
use rayon::{ThreadPool, ThreadPoolBuilder};

pub use self::results::NativeResults;

/// The native pool over rayon: on threads of its own, or [on a `ThreadPool`](Self::spawn_on) that
/// is there already.
#[derive(Clone, Copy, Debug, Default)]
pub struct Native;

/// The sending half of a pool over rayon's threads.
pub struct NativePool<J: Send + 'static> {
    shared: Arc<Shared<J>>,
    /// None on a `ThreadPool` of the user's.
    threads: Mutex<Vec<thread::JoinHandle<()>>>,
    _close_on_cancel: CancelGuard,
}

impl<J: Send + 'static> fmt::Debug for NativePool<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NativePool").field("stats", &self.stats()).finish_non_exhaustive()
    }
}

/// What the pool and its tickets look at.
struct Shared<J: Send + 'static> {
    lifecycle: Lifecycle,
    tally: Tally,
    /// Each worker's, locked while it has a job in hand.
    contexts: Vec<Mutex<Context>>,
    /// The user's threads, if it runs on these; they live on.
    lent: Option<Arc<ThreadPool>>,
    queue: Mutex<Queue<J>>,
    /// Notified when there is room in the queue, and when the pool is closed.
    room: Condvar,
    /// Notified when a worker has left.
    left: Condvar,
}

struct Queue<J: Send + 'static> {
    jobs: VecDeque<QueuedJob<J>>,
    open: bool,
    /// Submitters that wait for room.
    waiting: usize,
    /// Jobs that workers have in hand.
    running: usize,
    /// Tickets that came to a worker with a job in hand: for the first to end its job.
    put_back: usize,
    /// These two are let go of once the pool is closed and every job has ended.
    run: Option<Arc<RunJob<J>>>,
    threads: Option<Arc<ThreadPool>>,
    /// Workers that have not left.
    alive: usize,
}

/// Runs a job in its worker's context, and delivers the completion.
type RunJob<J> = dyn Fn(QueuedJob<J>, &mut Context, &Shared<J>) + Send + Sync;

impl<J: Send + 'static> Shared<J> {
    /// Marks a thread of the user's as a worker's, whatever it is running; rayon knows its own.
    fn enter_if_worker(&self) -> Option<Entered> {
        self.lent.as_ref()?.current_thread_index().map(|_| self.lifecycle.id().enter())
    }

    /// Says what the tickets run on.
    fn run_on(self: &Arc<Self>, threads: Arc<ThreadPool>) {
        let mut queue = self.queue.lock().unwrap();
        queue.threads = Some(threads);
        // The pool may have been cancelled before it was made.
        self.end_if_over(queue);
    }

    fn close(self: &Arc<Self>) {
        self.lifecycle.closed();
        let mut queue = self.queue.lock().unwrap();
        queue.open = false;
        self.room.notify_all();
        self.end_if_over(queue);
    }

    /// Lets go of the handler and the threads, once the pool is closed and every job has ended.
    fn end_if_over(self: &Arc<Self>, mut queue: MutexGuard<'_, Queue<J>>) {
        if queue.open || queue.running > 0 || !queue.jobs.is_empty() {
            return;
        }
        let (run, threads) = (queue.run.take(), queue.threads.take());
        drop(queue);
        // With it goes the sender of the results. It may also be the last hold on the pool.
        discard(run);
        // The pool's own threads leave when their `ThreadPool` is dropped; the user's are asked to.
        if let (Some(threads), true) = (threads, self.lent.is_some()) {
            let shared = Arc::clone(self);
            threads.spawn_broadcast(move |thread| {
                let _entered = shared.lifecycle.id().enter();
                shared.lifecycle.end_worker(WorkerId::new(thread.index()), ());
                shared.lifecycle.exited();
                drop(Alive(Arc::clone(&shared)));
            });
        }
    }
}

/// Counts as a worker until it is dropped.
struct Alive<J: Send + 'static>(Arc<Shared<J>>);

impl<J: Send + 'static> Drop for Alive<J> {
    fn drop(&mut self) {
        self.0.queue.lock().unwrap().alive -= 1;
        self.0.left.notify_all();
    }
}

thread_local! {
    /// The state of the worker on this thread.
    static STATE: RefCell<Option<Box<dyn Any>>> = const { RefCell::new(None) };
}

impl Backend for Native {
    const NAME: &'static str = "rayon-native";

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
        let handler = move |job, context: &Context| {
            STATE.with_borrow_mut(|state| {
                let state = state.as_mut().and_then(|state| state.downcast_mut());
                handler(state.expect("made before the thread ran a job"), job, context)
            })
        };
        let (pool, results) = open(&config, None, handler)?;
        let (init, (failure, failures)) = (Arc::new(init), mpsc::channel());
        let mut refused = None;
        let built = ThreadPoolBuilder::new()
            .num_threads(config.worker_count())
            .panic_handler(discard)
            .spawn_handler(|thread| {
                let worker = WorkerId::new(thread.index());
                let (init, failure) = (Arc::clone(&init), failure.clone());
                pool.shared.queue.lock().unwrap().alive += 1;
                let alive = Alive(Arc::clone(&pool.shared));
                let body = move || {
                    let shared = Arc::clone(&alive.0);
                    shared.lifecycle.id().claim_thread();
                    drop_at_thread_exit(alive);
                    let state = shared.lifecycle.begin_worker(worker, &*init);
                    let state = state.map_err(|error| failure.send(error)).ok();
                    drop((init, failure));
                    if let Some(state) = state {
                        STATE.set(Some(Box::new(state)));
                        // Until the `ThreadPool` is dropped, and the last ticket is redeemed.
                        thread.run();
                        shared.lifecycle.end_worker(worker, STATE.take());
                    }
                    shared.lifecycle.exits_thread(worker);
                };
                let spawned = config.spawn_thread(worker, body).map_err(|source| {
                    let kind = source.kind();
                    refused = Some(SpawnError::Thread { worker, source });
                    io::Error::from(kind)
                })?;
                pool.threads.lock().unwrap().push(spawned);
                Ok(())
            })
            .build();
        drop((init, failure));
        // On an error here or below, the pool is dropped, which closes and joins it.
        let threads =
            built.map_err(|error| refused.unwrap_or_else(|| SpawnError::Library(error.into())))?;
        pool.shared.run_on(Arc::new(threads));
        match failures.recv() {
            Ok(failure) => Err(failure),
            Err(_) => Ok((pool, results)),
        }
    }
}

impl Native {
    /// Starts a pool on the threads of `threads`, which may do other work as well.
    ///
    /// Each of them is a worker. Their number, names and stacks are that `ThreadPool`'s business,
    /// whatever `config` says of them. The threads outlive the pool: [`join`](Pool::join) waits
    /// until every job has ended and each thread has called the stop hook. On one of the threads
    /// it only looks, and a drop does not wait, whatever that thread is doing.
    ///
    /// ```
    /// use std::{convert::Infallible, sync::Arc};
    /// use pool::{Config, Context, Pool};
    /// use pool_rayon::Native;
    /// use rayon::{ThreadPoolBuilder, prelude::*};
    ///
    /// let threads = Arc::new(ThreadPoolBuilder::new().num_threads(2).build()?);
    /// let sum = |n: u64, _: &Context| Ok::<u64, Infallible>((1..=n).into_par_iter().sum());
    /// let (pool, results) = Native::spawn_on(&threads, &Config::default(), sum)?;
    /// pool.submit(10)?;
    /// pool.submit(100)?;
    /// pool.close();
    /// assert_eq!(results.filter_map(|done| done.result.ok()).sum::<u64>(), 55 + 5050);
    /// pool.join(None)?;
    /// assert_eq!(threads.install(|| (1..=10).into_par_iter().sum::<u64>()), 55);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the configuration is invalid.
    ///
    /// # Blocking
    ///
    /// Blocks until each of the threads has called the start hook.
    pub fn spawn_on<J: Send + 'static, T: Send + 'static, E: Send + 'static>(
        threads: &Arc<ThreadPool>,
        config: &Config,
        handler: impl Fn(J, &Context) -> Result<T, E> + Send + Sync + 'static,
    ) -> Result<(NativePool<J>, NativeResults<T, E>), SpawnError> {
        let (pool, results) = open(config, Some(threads), handler)?;
        threads.broadcast(|thread| config.call_start_hook(WorkerId::new(thread.index())));
        pool.shared.run_on(Arc::clone(threads));
        Ok((pool, results))
    }
}

/// Makes a pool that does not run anything yet.
fn open<J, T, E>(
    config: &Config,
    lent: Option<&Arc<ThreadPool>>,
    handler: impl Fn(J, &Context) -> Result<T, E> + Send + Sync + 'static,
) -> Result<(NativePool<J>, NativeResults<T, E>), SpawnError>
where
    J: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    config.validate()?;
    let (send, results) = results::channel(config)?;
    let run = move |job: QueuedJob<J>, context: &mut Context, shared: &Shared<J>| {
        let completion = job.run(context, shared.lifecycle.config().token(), &handler);
        shared.tally.count(context.worker(), &completion);
        // Blocks one of rayon's threads while bounded results are full.
        send(completion);
    };
    let workers = lent.map_or(config.worker_count(), |threads| threads.current_num_threads());
    let lifecycle = Lifecycle::for_workers(config, workers);
    let context = |worker| Mutex::new(lifecycle.context(WorkerId::new(worker)));
    let shared = Arc::new(Shared {
        contexts: (0..workers).map(context).collect(),
        tally: Tally::new(&lifecycle),
        lifecycle,
        lent: lent.cloned(),
        queue: Mutex::new(Queue {
            jobs: VecDeque::new(),
            open: true,
            waiting: 0,
            running: 0,
            put_back: 0,
            run: Some(Arc::new(run)),
            threads: None,
            alive: if lent.is_some() { workers } else { 0 },
        }),
        room: Condvar::new(),
        left: Condvar::new(),
    });
    let cancelled = Arc::clone(&shared);
    let pool = NativePool {
        shared,
        threads: Mutex::default(),
        _close_on_cancel: config.token().on_cancel(move || cancelled.close()),
    };
    Ok((pool, results))
}

/// Gives rayon so many tickets: not under the lock, which a thread that this wakes will want.
fn spawn_tickets<J: Send + 'static>(
    shared: &Arc<Shared<J>>,
    queue: MutexGuard<'_, Queue<J>>,
    tickets: usize,
) {
    let threads = queue.threads.clone().expect("there until the last job has ended");
    drop(queue);
    for shared in iter::repeat_n(shared, tickets).map(Arc::clone) {
        threads.spawn(move || {
            if !redeem_ticket(&shared) {
                put_back_ticket(shared);
            }
        });
    }
}

/// What a ticket does: runs the oldest job, if a stop has not taken it back. Not on a worker that
/// has a job in hand: then `false`.
fn redeem_ticket<J: Send + 'static>(shared: &Arc<Shared<J>>) -> bool {
    let worker = rayon::current_thread_index().expect("tickets run on rayon's threads");
    // If it is locked, this thread's job waits for rayon, in `join`, say, and lends the thread to
    // other work.
    let Ok(mut context) = shared.contexts[worker].try_lock() else { return false };
    let _entered = shared.lifecycle.id().enter();
    let mut queue = shared.queue.lock().unwrap();
    let Some(job) = queue.jobs.pop_front() else { return true };
    let run = queue.run.clone().expect("there until the last job has ended");
    queue.running += 1;
    shared.tally.start(context.worker(), job.id);
    let awaited = queue.waiting > 0;
    drop(queue);
    // A call of the system, even if no thread waits.
    if awaited {
        shared.room.notify_one();
    }
    run(job, &mut context, shared);
    shared.tally.finish(context.worker());
    drop((context, run));
    let mut queue = shared.queue.lock().unwrap();
    queue.running -= 1;
    match mem::take(&mut queue.put_back).min(queue.jobs.len()) {
        0 => shared.end_if_over(queue),
        tickets => spawn_tickets(shared, queue, tickets),
    }
    true
}

/// Leaves a ticket to the first worker that has no job in hand.
fn put_back_ticket<J: Send + 'static>(shared: Arc<Shared<J>>) {
    let mut queue = shared.queue.lock().unwrap();
    queue.put_back += 1;
    let any_idle = queue.running < shared.contexts.len();
    drop(queue);
    // A thread's own deque is for itself, until another comes to steal. This reaches all of them.
    if any_idle {
        rayon::spawn_broadcast(move |_| _ = redeem_ticket(&shared));
    }
}

impl<J: Send + 'static> Pool<J> for NativePool<J> {
    fn admit(&self, job: J, options: JobOptions, wait: Wait) -> Result<JobId, Refusal<J>> {
        let Shared { lifecycle, tally, queue, room, .. } = &*self.shared;
        let capacity = lifecycle.config().queue_capacity();
        let full = |queue: &mut Queue<J>| queue.open && queue.jobs.len() == capacity;
        let deadline = options.start_by();
        let _worker = self.shared.enter_if_worker();
        let (wait, no_room) = lifecycle.patience(wait);
        let until = match wait {
            Wait::Never => Some(Instant::now()),
            Wait::Until(instant) => Some(instant),
            Wait::Forever => None,
        };
        let mut queue = queue.lock().unwrap();
        queue.waiting += 1;
        let mut queue = wait_while(room, queue, until, full);
        queue.waiting -= 1;
        if !queue.open {
            return Err(Refusal::new(job, RefusalReason::Closed));
        }
        if full(&mut queue) {
            return Err(Refusal::new(job, no_room));
        }
        let id = tally.accept();
        queue.jobs.push_back(QueuedJob { id, job, deadline, token: options.token });
        spawn_tickets(&self.shared, queue, 1);
        Ok(id)
    }

    fn close(&self) {
        self.shared.close();
    }

    fn stop(&self) -> Vec<(JobId, J)> {
        let mut queue = self.shared.queue.lock().unwrap();
        queue.open = false;
        self.shared.lifecycle.stopped();
        let undone = self.shared.tally.hand_back(queue.jobs.drain(..));
        drop(queue);
        self.close();
        self.shared.lifecycle.token().cancel();
        undone
    }

    fn join(&self, timeout: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        let Shared { lifecycle, tally, queue, left, .. } = &*self.shared;
        tally.busy();
        let _worker = self.shared.enter_if_worker();
        let deadline = lifecycle.join_deadline(timeout);
        let queue = wait_while(left, queue.lock().unwrap(), deadline, |queue| queue.alive > 0);
        if queue.alive > 0 {
            let (queued, open) = (queue.jobs.len() as u64, queue.open);
            drop(queue);
            let late = JoinTimeout::new(tally.busy(), queued, open);
            return Err(late.exiting(lifecycle.exiting()));
        }
        drop(queue);
        if !lifecycle.id().is_current() {
            for thread in self.threads.lock().unwrap().drain(..) {
                _ = thread.join();
            }
        }
        Ok(lifecycle.report(self.stats()))
    }

    fn stats(&self) -> Stats {
        let queued = self.shared.queue.lock().unwrap().jobs.len() as u64;
        self.shared.tally.stats(self.shared.lifecycle.config().queue_capacity(), queued)
    }

    fn is_worker(&self) -> bool {
        let _worker = self.shared.enter_if_worker();
        self.shared.lifecycle.id().is_current()
    }

    fn pool_id(&self) -> Option<PoolId> {
        Some(self.shared.lifecycle.id())
    }

    fn detach(&self) {
        self.shared.lifecycle.detached();
    }
}

/// Waits while `condition` holds, and until `deadline` if there is one.
fn wait_while<'a, T>(
    condvar: &Condvar,
    guard: MutexGuard<'a, T>,
    deadline: Option<Instant>,
    condition: impl FnMut(&mut T) -> bool,
) -> MutexGuard<'a, T> {
    match deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())) {
        Some(timeout) => condvar.wait_timeout_while(guard, timeout, condition).unwrap().0,
        None => condvar.wait_while(guard, condition).unwrap(),
    }
}

impl<J: Send + 'static> Drop for NativePool<J> {
    fn drop(&mut self) {
        self.close();
        if self.shared.lifecycle.drop_waits() {
            // On a thread of the user's this only looks.
            _ = self.join(None);
        }
    }
}
