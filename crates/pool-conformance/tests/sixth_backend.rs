//! Bring your own backend.
//!
//! This file is a whole backend, over a queue written by hand, and the one line that holds it
//! to the contract. To bring yours, put your library in the place of [`channel`], and keep to
//! the order of this file:
//!
//! 1. **How jobs wait.** A sending end that is a [`JobSender`]: it puts a job at the back
//!    without waiting, and dropping it ends the queue. A receiving end that is a
//!    [`JobReceiver`]: it takes a job without waiting, for a stop or a cancellation. How your
//!    workers wait on it is your own affair: a blocking receive, an `.await`, a ticket.
//! 2. **How completions travel.** A workers' end that is an [`Outlet`]: it delivers without
//!    waiting, for cancellations; and waiting for room, for your workers, so no trait asks for
//!    that. A reader's end that is a [`Results`]: it ends once the workers' end is dropped, and
//!    once it is dropped itself, deliveries succeed and go nowhere.
//! 3. **How a worker works.** A loop of four calls: take the next job, run it, deliver, finish.
//! 4. **How it starts.** [`Backend::spawn_with_state`]: make the core, the two channels and the
//!    pool, then the threads. If those fail, return: dropping the pool joins what there is.
//!
//! What you need not think of, because the machinery does it: the bound and the fair line of
//! waiting submitters, close, stop and join, ids, counters, cancellation, deadlines, panics,
//! hooks, worker states, threads and their names, and submissions by the pool's own workers.
//! Nor of races between these: a worker, a stop and a cancellation may all reach for a job in
//! your queue, and exactly one gets it.

use std::{
    collections::VecDeque,
    error::Error,
    sync::{Arc, Condvar, Mutex, MutexGuard},
    time::{Duration, Instant},
};

use pool::{
    Backend, Completion, Config, Context, Ended, Halves, RecvTimeoutError, Results, SpawnError,
    TryRecvError, WorkerId,
    machinery::{
        Core, Intake, JobReceiver, JobSender, Outlet, QueuePool, Queued, Startup, Worker, discard,
    },
};

pool_conformance::conformance!(by_hand, ByHand);

// 1. How jobs wait.

impl<J: Send + 'static> JobSender<J> for Sender<Queued<J>> {
    fn try_send(&self, job: Queued<J>) -> Result<(), Queued<J>> {
        self.send_if_room(job)
    }
}

impl<J: Send + 'static> JobReceiver<J> for Receiver<Queued<J>> {
    fn try_recv(&self) -> Option<Queued<J>> {
        self.0.lock().items.pop_front()
    }
}

// 2. How completions travel.

impl<T: Send + 'static, E: Send + 'static> Outlet for Sender<Completion<T, E>> {
    type Output = T;
    type Error = E;

    fn try_send(&self, completion: Completion<T, E>) -> Result<(), Completion<T, E>> {
        self.send_if_room(completion)
    }
}

impl<T: Send, E: Send> Results<T, E> for Receiver<Completion<T, E>> {
    fn recv(&mut self) -> Result<Completion<T, E>, Ended> {
        self.recv_until(None).map_err(|_| Ended)
    }

    fn try_recv(&mut self) -> Result<Completion<T, E>, TryRecvError> {
        self.recv_timeout(Duration::ZERO).map_err(|error| match error {
            RecvTimeoutError::TimedOut => TryRecvError::Empty,
            RecvTimeoutError::Ended => TryRecvError::Ended,
        })
    }

    fn recv_timeout(&mut self, timeout: Duration) -> Result<Completion<T, E>, RecvTimeoutError> {
        // Too long for the clock means forever.
        self.recv_until(Instant::now().checked_add(timeout))
    }
}

impl<T: Send, E: Send> Iterator for Receiver<Completion<T, E>> {
    type Item = Completion<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        self.recv().ok()
    }
}

// 3. How a worker works.

fn work<J, T, E, S, H>(
    mut worker: Worker<S, H>,
    intake: &Intake<J, Sender<Queued<J>>, Receiver<Queued<J>>>,
    outlet: &Sender<Completion<T, E>>,
) where
    J: Send + 'static,
    H: Fn(&mut S, J, &Context) -> Result<T, E>,
{
    while let Some(job) = worker.next(intake, |jobs| jobs.recv_until(None).ok()) {
        // `None` if a cancellation has been here first.
        if let Some(completion) = worker.run(job, intake) {
            outlet.send(completion);
            worker.finish();
        }
    }
}

// 4. How it starts.

/// The backend.
struct ByHand;

impl Backend for ByHand {
    const NAME: &'static str = "by hand";

    type Pool<J: Send + 'static> = QueuePool<J, Sender<Queued<J>>, Receiver<Queued<J>>>;

    type Results<T: Send + 'static, E: Send + 'static> = Receiver<Completion<T, E>>;

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
        let core = Core::new(&config);
        let (sender, receiver) = channel(Some(config.queue_capacity()));
        let intake = Arc::new(Intake::new(sender, receiver, config.queue_capacity()));
        let (outlet, results) = channel(config.results_capacity());
        let outlet = Arc::new(outlet);
        let pool = QueuePool::new(&core, &intake, &outlet);

        let (init, handler) = (Arc::new(init), Arc::new(handler));
        Startup::new(&core, &config).spawn_all(move |starting| {
            if let Some(worker) = starting.ready(&*init, Arc::clone(&handler)) {
                work(worker, &intake, &outlet);
            }
        })?;
        Ok((pool, results))
    }
}

// The library: a queue between two ends, for jobs and for completions alike.

struct Channel<T> {
    state: Mutex<State<T>>,
    /// Signalled when an item comes, and when none will come any more.
    not_empty: Condvar,
    /// Signalled when an item goes, and when nobody will take one any more.
    not_full: Condvar,
}

struct State<T> {
    items: VecDeque<T>,
    /// `None` for any number.
    capacity: Option<usize>,
    /// Whether the sending end has been dropped.
    ended: bool,
    /// Whether the receiving end has been dropped.
    abandoned: bool,
}

struct Sender<T>(Arc<Channel<T>>);

struct Receiver<T>(Arc<Channel<T>>);

fn channel<T>(capacity: Option<usize>) -> (Sender<T>, Receiver<T>) {
    let items = VecDeque::new();
    let channel = Arc::new(Channel {
        state: Mutex::new(State { items, capacity, ended: false, abandoned: false }),
        not_empty: Condvar::new(),
        not_full: Condvar::new(),
    });
    (Sender(Arc::clone(&channel)), Receiver(channel))
}

impl<T> Channel<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().expect("no code of a user runs under this lock")
    }
}

impl<T> State<T> {
    fn has_room(&self) -> bool {
        self.abandoned || self.capacity.is_none_or(|capacity| self.items.len() < capacity)
    }
}

impl<T> Sender<T> {
    /// Waits for room.
    fn send(&self, item: T) {
        let state = self.0.lock();
        let state = self.0.not_full.wait_while(state, |state| !state.has_room());
        self.put(state.expect("as in `lock`"), item);
    }

    fn send_if_room(&self, item: T) -> Result<(), T> {
        let state = self.0.lock();
        if state.has_room() {
            self.put(state, item);
            Ok(())
        } else {
            Err(item)
        }
    }

    fn put(&self, mut state: MutexGuard<'_, State<T>>, item: T) {
        if state.abandoned {
            drop(state);
            discard(item);
        } else {
            state.items.push_back(item);
            drop(state);
            self.0.not_empty.notify_one();
        }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.not_empty.notify_all();
    }
}

impl<T> Receiver<T> {
    /// Waits for an item; without a deadline, forever.
    fn recv_until(&self, deadline: Option<Instant>) -> Result<T, RecvTimeoutError> {
        let mut state = self.0.lock();
        loop {
            if let Some(item) = state.items.pop_front() {
                drop(state);
                self.0.not_full.notify_one();
                return Ok(item);
            }
            if state.ended {
                return Err(RecvTimeoutError::Ended);
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let waited = match left {
                None => self.0.not_empty.wait(state).ok(),
                Some(Duration::ZERO) => return Err(RecvTimeoutError::TimedOut),
                Some(left) => {
                    self.0.not_empty.wait_timeout(state, left).ok().map(|(state, _)| state)
                }
            };
            state = waited.expect("as in `lock`");
        }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.abandoned = true;
        let left = std::mem::take(&mut state.items);
        drop(state);
        self.0.not_full.notify_all();
        for item in left {
            discard(item);
        }
    }
}
