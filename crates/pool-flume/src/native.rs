//! A pool as users of flume write it: out of channels that can be both blocked on and awaited.
//!
//! | channel | carries | disconnects when |
//! |---|---|---|
//! | `places`, filled at the start | leave to queue one job, back and forth | the pool is closed |
//! | `jobs` to `queue` | each job to the worker that comes first | the pool is closed |
//! | `completions` to `results`, bounded or not | completions to the reader | the workers are done |
//! | `failure` to `failures` | a state that could not be made | all workers are ready |
//! | `alive` to `ended` | nothing | the last worker's thread exits: wakes joiners |
//!
//! # What the library gives
//!
//! - One channel has blocking and async ends. So [`submit`](Pool::submit),
//!   [`submit_timeout`](Pool::submit_timeout) and [`submit_async`](AsyncPool::submit_async) wait at
//!   the same `places`, and [`NativeResults`] is an iterator and a [`Stream`], whatever the runtime.
//! - A message goes straight to the receiver that has waited longest. So no submitter that comes
//!   overtakes one that blocks.
//! - A [`WeakSender`] sends as long as the channel is wanted, and does not keep it connected.
//! - A bounded channel grows as it fills: no memory is taken ahead.
//!
//! # What is written by hand
//!
//! - A send takes the message before there is room for it: a job's id would be used up even if it is
//!   refused. And [`flume::Selector`] drops the message of a send that it does not select: the job
//!   could not be given back. So a submission first receives a place, from a channel that closing
//!   disconnects, and the jobs' own channel needs no bound.
//! - A channel is closed by dropping its last sender; there is no `close`. So the pool's senders are
//!   in a mutex, from which closing takes them.
//! - Queued messages outlive the last receiver (flume issue 89). So [`NativeResults`] takes them out.
//! - A future of [`flume::Receiver::recv_async`] that is polled a second time looks for a message
//!   and begins to wait in two steps, and may miss one that comes in between. Each poll here makes a
//!   new one, whose first poll is one step.
//!
//! # What it does not give
//!
//! One message cannot be taken out of a channel. So a cancelled job keeps its place until a worker
//! comes to it, and completes then, not at once. `native-exceptions.txt` lists the cases of the suite
//! that fail for this reason. And a task is woken for a message, not given it: until it is polled, a
//! submitter that comes may take the place. It is woken under the channel's lock, so a waker that
//! polls, submits or cancels, or waits for a lock that is held around a poll, may wait for ever.

use std::{
    convert::Infallible,
    error::Error,
    future::{Future, poll_fn},
    iter,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{self, Poll},
    thread,
    time::{Duration, Instant},
};

use flume::{Receiver, RecvError, SendError, Sender, WeakSender, r#async::RecvStream};
use futures_core::Stream;
use pool::{
    AsyncPool, AsyncResults, Backend, CancelGuard, CancellationToken, Completion, Config, Context,
    Ended, Halves, JobId, JobOptions, JoinTimeout, Pool, RecvTimeoutError, Refusal, RefusalReason,
    Results, ShutdownReport, SpawnError, Stats, SubmitError, TryRecvError, Wait, WorkerId,
    implement::{Lifecycle, PoolId, PutBack, QueuedJob, Tally, discard, drop_at_thread_exit},
};

/// The pool that is written with flume's channels alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Native;

/// The sending half of a pool over flume's channels.
#[derive(Debug)]
pub struct NativePool<J: Send + 'static> {
    shared: Arc<Shared<J>>,
    places: Receiver<()>,
    queue: Receiver<QueuedJob<J>>,
    ended: Receiver<Infallible>,
    threads: Mutex<Vec<thread::JoinHandle<()>>>,
    _close_on_cancel: CancelGuard,
}

/// What a worker, and a cancellation, need of the pool.
#[derive(Debug)]
struct Shared<J> {
    lifecycle: Lifecycle,
    tally: Tally,
    /// By which a worker returns the place of a job that it has received.
    places: WeakSender<()>,
    /// `None` once the pool is closed.
    senders: Mutex<Option<Senders<J>>>,
}

#[derive(Debug)]
struct Senders<J> {
    jobs: Sender<QueuedJob<J>>,
    /// Keeps `places` connected.
    _places: Sender<()>,
}

impl<J> Shared<J> {
    fn close(&self) {
        self.lifecycle.closed();
        drop(self.senders.lock().unwrap().take());
    }
}

impl Backend for Native {
    const NAME: &'static str = "flume-native";

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
        let (place, places) = flume::unbounded();
        (0..config.queue_capacity()).try_for_each(|_| place.send(())).expect("it has a receiver");
        let (jobs, queue) = flume::unbounded();
        let (completions, results) =
            config.results_capacity().map_or_else(flume::unbounded, flume::bounded);
        let (alive, ended) = flume::bounded(0);
        let lifecycle = Lifecycle::new(&config);
        let shared = Arc::new(Shared {
            tally: Tally::new(&lifecycle),
            lifecycle,
            places: place.downgrade(),
            senders: Mutex::new(Some(Senders { jobs, _places: place })),
        });
        let pool = NativePool {
            shared: Arc::clone(&shared),
            places,
            queue: queue.clone(),
            ended,
            threads: Mutex::new(Vec::new()),
            _close_on_cancel: config.token().on_cancel({
                let shared = Arc::clone(&shared);
                move || shared.close()
            }),
        };

        let work = Arc::new((init, handler));
        let (failure, failures) = flume::unbounded();
        let ends = (alive, failure, queue, completions);
        // The last worker gets the original, not a clone: the channels disconnect with the workers.
        for (worker, ends) in iter::repeat_n(ends, config.worker_count()).enumerate() {
            let (worker, work, shared) =
                (WorkerId::new(worker), Arc::clone(&work), Arc::clone(&shared));
            let (alive, failure, queue, completions): (Sender<Infallible>, _, _, _) = ends;
            let thread = config.spawn_thread(worker, move || {
                shared.lifecycle.id().claim_thread();
                drop_at_thread_exit(alive);
                let (init, handler) = &*work;
                match shared.lifecycle.begin_worker(worker, init) {
                    Err(error) => _ = failure.send(error),
                    Ok(mut state) => {
                        drop(failure);
                        let handler = |job, context: &_| handler(&mut state, job, context);
                        run_jobs(worker, &shared, &queue, &completions, handler);
                        shared.lifecycle.end_worker(worker, state);
                    }
                }
                discard(work);
                shared.lifecycle.exits_thread(worker);
            });
            let thread = thread.map_err(|source| SpawnError::Thread { worker, source })?;
            pool.threads.lock().unwrap().push(thread);
        }
        if let Ok(failure) = failures.recv() {
            return Err(failure);
        }
        // Unwanted results have no receiver, and their reader no sender.
        let receiver = if config.discards_results() { flume::bounded(0).1 } else { results };
        Ok((pool, NativeResults { receiver, waiting: None, put_back: PutBack::new() }))
    }
}

/// The worker's loop, which ends once the pool is closed and the queue is empty.
fn run_jobs<J, T, E>(
    worker: WorkerId,
    shared: &Shared<J>,
    queue: &Receiver<QueuedJob<J>>,
    completions: &Sender<Completion<T, E>>,
    mut handler: impl FnMut(J, &Context) -> Result<T, E>,
) {
    let mut context = shared.lifecycle.context(worker);
    for job in queue {
        shared.tally.start(worker, job.id);
        // Either fails once the pool is closed or dropped, and no submission needs a place.
        _ = shared.places.upgrade().map(|places| places.send(()));
        let completion = job.run(&mut context, shared.lifecycle.config().token(), &mut handler);
        shared.tally.count(worker, &completion);
        // Waits for room if results are bounded, and fails once `NativeResults` is dropped.
        if let Err(SendError(completion)) = completions.send(completion) {
            discard(completion);
        }
        shared.tally.finish(worker);
    }
}

impl<J: Send + 'static> NativePool<J> {
    /// Queues a job for which a place has been received.
    fn send(
        &self,
        job: J,
        deadline: Option<Instant>,
        token: Option<CancellationToken>,
    ) -> Result<JobId, Refusal<J>> {
        match &*self.shared.senders.lock().unwrap() {
            None => Err(Refusal::new(job, RefusalReason::Closed)),
            Some(Senders { jobs, .. }) => {
                let id = self.shared.tally.accept();
                jobs.send(QueuedJob { id, job, deadline, token }).expect("the pool has a receiver");
                Ok(id)
            }
        }
    }
}

impl<J: Send + 'static> Pool<J> for NativePool<J> {
    fn admit(&self, job: J, options: JobOptions, wait: Wait) -> Result<JobId, Refusal<J>> {
        let deadline = options.start_by();
        let (wait, no_room) = self.shared.lifecycle.patience(wait);
        let place = match wait {
            Wait::Never => self.places.try_recv().map_err(|error| match error {
                flume::TryRecvError::Empty => no_room,
                flume::TryRecvError::Disconnected => RefusalReason::Closed,
            }),
            Wait::Until(at) => self.places.recv_deadline(at).map_err(|error| match error {
                flume::RecvTimeoutError::Timeout => no_room,
                flume::RecvTimeoutError::Disconnected => RefusalReason::Closed,
            }),
            Wait::Forever => self.places.recv().map_err(|_| RefusalReason::Closed),
        };
        match place {
            Ok(()) => self.send(job, deadline, options.token),
            Err(reason) => Err(Refusal::new(job, reason)),
        }
    }

    fn close(&self) {
        self.shared.close();
    }

    fn stop(&self) -> Vec<(JobId, J)> {
        self.shared.lifecycle.stopped();
        self.shared.close();
        // No submission is under way any more: each sends while it locks `senders`.
        let undone = self.shared.tally.hand_back(self.queue.try_iter());
        self.shared.lifecycle.token().cancel();
        undone
    }

    fn join(&self, timeout: Option<Duration>) -> Result<ShutdownReport, JoinTimeout> {
        let Shared { lifecycle, tally, senders, .. } = &*self.shared;
        tally.busy();
        let waited = match lifecycle.join_deadline(timeout) {
            Some(deadline) => self.ended.recv_deadline(deadline),
            None => self.ended.recv().map_err(flume::RecvTimeoutError::from),
        };
        if waited == Err(flume::RecvTimeoutError::Timeout) {
            let open = senders.lock().unwrap().is_some();
            let late = JoinTimeout::new(tally.busy(), self.queue.len() as u64, open);
            return Err(late.exiting(lifecycle.exiting()));
        }
        if !self.is_worker() {
            for thread in self.threads.lock().unwrap().drain(..) {
                _ = thread.join();
            }
        }
        Ok(lifecycle.report(self.stats()))
    }

    fn stats(&self) -> Stats {
        let Shared { lifecycle, tally, .. } = &*self.shared;
        tally.stats(lifecycle.config().queue_capacity(), self.queue.len() as u64)
    }

    fn pool_id(&self) -> Option<PoolId> {
        Some(self.shared.lifecycle.id())
    }

    fn detach(&self) {
        self.shared.lifecycle.detached();
    }
}

impl<J: Send + 'static> AsyncPool<J> for NativePool<J> {
    async fn submit_async_from(
        &self,
        job: &mut Option<J>,
        options: JobOptions,
    ) -> Result<JobId, SubmitError<J>> {
        // Before it has a place: a place that is taken has to be filled.
        assert!(job.is_some(), "a job to submit");
        if self.is_worker() {
            let job = job.take().expect("it is there");
            return Ok(self.admit(job, options, Wait::Forever)?);
        }
        let deadline = options.start_by();
        let mut waiting = None;
        let place = poll_fn(|cx| {
            // Before the next begins to wait, since it passes on a place that it was woken for.
            waiting = None;
            Pin::new(waiting.insert(self.places.recv_async())).poll(cx)
        })
        .await;
        let job = job.take().expect("it is there");
        match place {
            Ok(()) => Ok(self.send(job, deadline, options.token)?),
            Err(RecvError::Disconnected) => Err(SubmitError::Closed(job)),
        }
    }
}

impl<J: Send + 'static> Drop for NativePool<J> {
    fn drop(&mut self) {
        self.close();
        if self.shared.lifecycle.drop_waits() {
            _ = self.join(None);
        }
    }
}

/// The receiving half of a pool over flume's channels: an iterator, and a [`Stream`].
#[derive(Debug)]
pub struct NativeResults<T: 'static, E: 'static> {
    receiver: Receiver<Completion<T, E>>,
    /// While a task waits. Before a thread waits, this is dropped: a task is woken before it.
    waiting: Option<RecvStream<'static, Completion<T, E>>>,
    put_back: PutBack<T, E>,
}

impl<T: Send, E: Send> Results<T, E> for NativeResults<T, E> {
    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        self.next().ok_or(Ended)
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
        self.waiting = None;
        self.put_back.pop_or_else(|| self.receiver.try_recv()).map_err(|error| match error {
            flume::TryRecvError::Empty => TryRecvError::Empty,
            flume::TryRecvError::Disconnected => TryRecvError::Ended,
        })
    }

    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        self.waiting = None;
        let received = self.put_back.pop_or_else(|| self.receiver.recv_timeout(timeout));
        received.map_err(|error| match error {
            flume::RecvTimeoutError::Timeout => RecvTimeoutError::TimedOut,
            flume::RecvTimeoutError::Disconnected => RecvTimeoutError::Ended,
        })
    }

    fn put_back(&mut self, completion: Completion<T, E>) {
        self.put_back.push(completion);
    }
}

impl<T: Send, E: Send> AsyncResults<T, E> for NativeResults<T, E> {
    fn poll_recv(&mut self, cx: &mut task::Context<'_>) -> Poll<Option<Completion<T, E>>> {
        self.waiting = None;
        if let Some(completion) = self.put_back.pop() {
            return Poll::Ready(Some(completion));
        }
        let stream = self.waiting.insert(self.receiver.clone().into_stream());
        Pin::new(stream).poll_next(cx)
    }
}

impl<T: Send, E: Send> Iterator for NativeResults<T, E> {
    type Item = Completion<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        self.waiting = None;
        self.put_back.pop().or_else(|| self.receiver.recv().ok())
    }
}

impl<T: Send, E: Send> Stream for NativeResults<T, E> {
    type Item = Completion<T, E>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> Poll<Option<Completion<T, E>>> {
        self.poll_recv(cx)
    }
}

impl<T, E> Drop for NativeResults<T, E> {
    fn drop(&mut self) {
        // Each by itself: a `Drop` that panics does not keep the others.
        self.receiver.try_iter().for_each(discard);
    }
}
