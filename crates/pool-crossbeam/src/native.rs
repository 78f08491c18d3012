//! A pool as users of crossbeam write it: out of channels.
//!
//! | channel | carries | disconnects when |
//! |---|---|---|
//! | `jobs` to `queue`, bounded | each job to the worker that comes first | the pool is closed |
//! | `completions` to `results`, bounded or not | completions to the reader | the workers are done |
//! | `closing` to `closed` | nothing | the pool is closed: wakes submitters that wait |
//! | `failure` to `failures` | a state that could not be made | all workers are ready |
//! | `alive` to `ended` | nothing | the last worker's thread exits: wakes joiners |
//!
//! # What the library gives
//!
//! - Receivers can be cloned. Each worker has one, and iterates over it until it disconnects.
//! - `select!` waits for room, for the close and for a timeout at once. It makes the message when
//!   there is room for it, and not before. So that is when a job gets its id: a refused job uses
//!   up none.
//! - [`at`] and [`never`]: a timeout is one more channel, and so is no timeout.
//! - A disconnected channel tells any number of threads that something is over, and they can wait
//!   for that with a timeout. (`WaitGroup` of `crossbeam-utils` has no wait with a timeout.)
//! - [`Receiver::iter`] goes on until the last sender is dropped. So a stop also takes back the job
//!   of a submission that was under way.
//!
//! # What is written by hand
//!
//! - A channel is closed by dropping its last sender; there is no `close`. So the pool's sender is
//!   in a mutex, from which closing takes it, and each submission clones it.
//! - `select!` registers at its channels before it spins, and is woken for each place that is free.
//!   `send` spins first, by [`Backoff`], and mostly need not be woken. So a submission does that too:
//!   with a full queue, an empty job takes a fifth of the time.
//! - Messages in a bounded channel outlive its receivers, until the last sender is dropped
//!   (crossbeam issue 1102). So [`NativeResults`] empties it.
//!
//! # What it does not give
//!
//! One message cannot be taken out of a channel. So a cancelled job keeps its place until a worker
//! comes to it, and completes then, not at once. And a sender that comes may overtake one that
//! waits. `native-exceptions.txt` lists the cases of the suite that fail for these reasons.

use std::{
    convert::Infallible,
    error::Error,
    iter,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{
    Receiver, RecvError, RecvTimeoutError, SendError, Sender, TryRecvError, at, bounded, never,
    select_biased, unbounded,
};
use crossbeam_utils::Backoff;
use pool::{
    Backend, CancelGuard, Completion, Config, Context, Ended, Halves, JobId, JobOptions,
    JoinTimeout, Pool, Refusal, RefusalReason, Results, ShutdownReport, SpawnError, Stats, Wait,
    WorkerId,
    implement::{
        Lifecycle, PoolId, PutBack, QueuedJob, Tally, check_memory, discard, drop_at_thread_exit,
    },
};

/// The pool that is written with crossbeam's channels alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Native;

/// The sending half of a pool over crossbeam's channels.
#[derive(Debug)]
pub struct NativePool<J: Send + 'static> {
    shared: Arc<Shared<J>>,
    /// For a stop; each worker has a clone.
    queue: Receiver<QueuedJob<J>>,
    closed: Receiver<Infallible>,
    ended: Receiver<Infallible>,
    threads: Mutex<Vec<thread::JoinHandle<()>>>,
    _close_on_cancel: CancelGuard,
}

/// What the pool and its workers look at.
#[derive(Debug)]
struct Shared<J> {
    lifecycle: Lifecycle,
    tally: Tally,
    /// `None` once the pool is closed.
    senders: Mutex<Option<Senders<J>>>,
}

#[derive(Debug)]
struct Senders<J> {
    jobs: Sender<QueuedJob<J>>,
    /// Never cloned, so `closed` disconnects as soon as it is dropped.
    _closing: Sender<Infallible>,
}

impl<J> Shared<J> {
    fn close(&self) {
        self.lifecycle.closed();
        drop(self.senders.lock().unwrap().take());
    }
}

impl Backend for Native {
    const NAME: &'static str = "crossbeam-native";

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
        let (jobs, queue) = bounded(config.queue_capacity());
        let (completions, results) = config.results_capacity().map_or_else(unbounded, bounded);
        let (closing, closed) = bounded(0);
        let (alive, ended) = bounded::<Infallible>(0);
        let (failure, failures) = bounded(config.worker_count());

        let lifecycle = Lifecycle::new(&config);
        let shared = Arc::new(Shared {
            tally: Tally::new(&lifecycle),
            lifecycle,
            senders: Mutex::new(Some(Senders { jobs, _closing: closing })),
        });
        let pool = NativePool {
            queue: queue.clone(),
            closed,
            ended,
            threads: Mutex::new(Vec::new()),
            _close_on_cancel: config.token().on_cancel({
                let shared = Arc::clone(&shared);
                move || shared.close()
            }),
            shared: Arc::clone(&shared),
        };

        let (init, handler) = (Arc::new(init), Arc::new(handler));
        let worker_thread = move |worker| {
            shared.lifecycle.id().claim_thread();
            drop_at_thread_exit(alive);
            let state = shared.lifecycle.begin_worker(worker, &*init);
            let state = state.map_err(|error| failure.send(error)).ok();
            drop(failure);
            if let Some(mut state) = state {
                run_jobs(worker, &shared, queue, &completions, |job, context| {
                    handler(&mut state, job, context)
                });
                shared.lifecycle.end_worker(worker, state);
            }
            // This may be the last hold on the handler, which may hold the pool.
            discard((init, handler));
            shared.lifecycle.exits_thread(worker);
        };
        // The last worker gets the original, not a clone: the channels disconnect with the workers.
        let threads = iter::repeat_n(worker_thread, config.worker_count());
        for (worker, thread) in threads.enumerate() {
            let worker = WorkerId::new(worker);
            // On an error here or below, the pool is dropped, which closes and joins it.
            let thread = config
                .spawn_thread(worker, move || thread(worker))
                .map_err(|source| SpawnError::Thread { worker, source })?;
            pool.threads.lock().unwrap().push(thread);
        }
        if let Ok(failure) = failures.recv() {
            return Err(failure);
        }
        // Unwanted results have no receiver, and their reader no sender.
        let receiver = if config.discards_results() { bounded(0).1 } else { results };
        Ok((pool, NativeResults { receiver, put_back: PutBack::new() }))
    }
}

/// The worker's loop, which ends once the pool is closed and the queue is empty.
fn run_jobs<J, T, E>(
    worker: WorkerId,
    shared: &Shared<J>,
    queue: Receiver<QueuedJob<J>>,
    completions: &Sender<Completion<T, E>>,
    mut handler: impl FnMut(J, &Context) -> Result<T, E>,
) {
    let mut context = shared.lifecycle.context(worker);
    for job in queue {
        shared.tally.start(worker, job.id);
        let completion = job.run(&mut context, shared.lifecycle.config().token(), &mut handler);
        shared.tally.count(worker, &completion);
        // Waits while bounded results are full, and fails once they have been dropped.
        if let Err(SendError(completion)) = completions.send(completion) {
            discard(completion);
        }
        shared.tally.finish(worker);
    }
}

impl<J: Send + 'static> Pool<J> for NativePool<J> {
    fn admit(&self, job: J, options: JobOptions, wait: Wait) -> Result<JobId, Refusal<J>> {
        // A clone, so that the lock is not held while this waits.
        let jobs = match &*self.shared.senders.lock().unwrap() {
            Some(senders) => senders.jobs.clone(),
            None => return Err(Refusal::new(job, RefusalReason::Closed)),
        };
        let deadline = options.start_by();
        let (wait, no_room) = self.shared.lifecycle.patience(wait);
        let timeout = match wait {
            Wait::Never => at(Instant::now()),
            Wait::Until(instant) => at(instant),
            Wait::Forever => never(),
        };
        // Before it sleeps, as `send` does.
        let backoff = Backoff::new();
        while wait != Wait::Never && jobs.is_full() && !backoff.is_completed() {
            backoff.snooze();
        }
        let id;
        select_biased! {
            recv(self.closed) -> _ => Err(Refusal::new(job, RefusalReason::Closed)),
            // Evaluated once there is room.
            send(jobs, {
                id = self.shared.tally.accept();
                QueuedJob { id, job, deadline, token: options.token }
            }) -> sent => {
                sent.expect("the pool has a receiver");
                Ok(id)
            }
            recv(timeout) -> _ => Err(Refusal::new(job, no_room)),
        }
    }

    fn close(&self) {
        self.shared.close();
    }

    fn stop(&self) -> Vec<(JobId, J)> {
        self.shared.lifecycle.stopped();
        self.close();
        // Until no sender is left: neither the pool's, nor a clone in a submission under way.
        let undone = self.shared.tally.hand_back(self.queue.iter());
        self.shared.lifecycle.token().cancel();
        undone
    }

    fn join(&self, timeout: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        self.shared.tally.busy();
        let waited = match self.shared.lifecycle.join_deadline(timeout) {
            Some(deadline) => self.ended.recv_deadline(deadline),
            None => self.ended.recv().map_err(RecvTimeoutError::from),
        };
        if waited == Err(RecvTimeoutError::Timeout) {
            let (busy, queued) = (self.shared.tally.busy(), self.queue.len() as u64);
            let open = self.shared.senders.lock().unwrap().is_some();
            let late = JoinTimeout::new(busy, queued, open);
            return Err(late.exiting(self.shared.lifecycle.exiting()));
        }
        if !self.is_worker() {
            for thread in self.threads.lock().unwrap().drain(..) {
                _ = thread.join();
            }
        }
        Ok(self.shared.lifecycle.report(self.stats()))
    }

    fn stats(&self) -> Stats {
        let capacity = self.shared.lifecycle.config().queue_capacity();
        self.shared.tally.stats(capacity, self.queue.len() as u64)
    }

    fn pool_id(&self) -> Option<PoolId> {
        Some(self.shared.lifecycle.id())
    }

    fn detach(&self) {
        self.shared.lifecycle.detached();
    }
}

impl<J: Send + 'static> Drop for NativePool<J> {
    fn drop(&mut self) {
        self.close();
        // Waiting or not, the workers run what is queued.
        if self.shared.lifecycle.drop_waits() {
            _ = self.join(None);
        }
    }
}

/// The receiving half of a pool over crossbeam's channels.
#[derive(Debug)]
pub struct NativeResults<T, E> {
    receiver: Receiver<Completion<T, E>>,
    put_back: PutBack<T, E>,
}

impl<T: Send, E: Send> Results<T, E> for NativeResults<T, E> {
    fn put_back(&mut self, completion: Completion<T, E>) {
        self.put_back.push(completion);
    }

    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        self.put_back.pop_or_else(|| self.receiver.recv()).map_err(|RecvError| Ended)
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, pool::TryRecvError> {
        self.put_back.pop_or_else(|| self.receiver.try_recv()).map_err(|error| match error {
            TryRecvError::Empty => pool::TryRecvError::Empty,
            TryRecvError::Disconnected => pool::TryRecvError::Ended,
        })
    }

    fn recv_timeout(
        &mut self,
        timeout: Duration,
    ) -> Result<Completion<T, E>, pool::RecvTimeoutError> {
        let received = self.put_back.pop_or_else(|| self.receiver.recv_timeout(timeout));
        received.map_err(|error| match error {
            RecvTimeoutError::Timeout => pool::RecvTimeoutError::TimedOut,
            RecvTimeoutError::Disconnected => pool::RecvTimeoutError::Ended,
        })
    }
}

impl<T: Send, E: Send> Iterator for NativeResults<T, E> {
    type Item = Completion<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        self.recv().ok()
    }
}

impl<T, E> Drop for NativeResults<T, E> {
    fn drop(&mut self) {
        // Each by itself: a `Drop` that panics does not keep the others.
        self.receiver.try_iter().for_each(discard);
    }
}
