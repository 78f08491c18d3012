//! The library that carries a broken pool's messages: a queue, for jobs and for completions.

use std::{
    cell::Cell,
    collections::VecDeque,
    mem,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use pool::{RecvTimeoutError, SpawnError, Wait, implement::discard, sync::lock};
use pool_managed::{Crew, Inlet, Library, Outlet, Queue};

use crate::fault::{Fault, is};

thread_local! {
    /// Whether this worker ends before its next job.
    static DIES: Cell<bool> = const { Cell::new(false) };
    /// Whether this thread drops results without emptying them.
    static LEAVES_RESULTS: Cell<bool> = const { Cell::new(false) };
}

/// Has the worker of this thread end before its next job.
pub(crate) fn die() {
    DIES.set(true);
}

/// Drops results without emptying them.
pub(crate) fn drop_unread<R>(results: R) {
    LEAVES_RESULTS.set(true);
    drop(results);
    LEAVES_RESULTS.set(false);
}

/// The library, as the layer sees it.
#[derive(Debug)]
pub(crate) struct ByHand;

impl Library for ByHand {
    const NAME: &'static str = "broken";

    type Queue<M: Send + 'static> = Channel<M>;
    type Outlet<M: Send + 'static> = Sender<M>;
    type Inlet<M: Send + 'static> = Receiver<M>;

    fn queue<M: Send + 'static>(capacity: usize) -> Result<Channel<M>, SpawnError> {
        Ok(Channel::new(Some(capacity)))
    }

    fn results<M: Send + 'static>(
        capacity: Option<usize>,
    ) -> Result<(Sender<M>, Receiver<M>), SpawnError> {
        let channel = Arc::new(Channel::new(capacity));
        Ok((Sender(Arc::clone(&channel)), Receiver(channel)))
    }

    fn start<M: Send + 'static>(queue: &Arc<Channel<M>>, crew: Crew<M>) -> Result<(), SpawnError> {
        let queue = Arc::clone(queue);
        crew.spawn_all(move |mut work| while work(queue.next()) && !DIES.get() {})
    }
}

pub(crate) struct Channel<M> {
    state: Mutex<State<M>>,
    changed: Condvar,
}

struct State<M> {
    messages: VecDeque<M>,
    /// `None` for any number.
    capacity: Option<usize>,
    /// Whether the sending end has been dropped.
    ended: bool,
    /// Whether the receiving end has been dropped.
    abandoned: bool,
    /// How many messages were sent.
    sent: usize,
}

impl<M> Channel<M> {
    fn new(capacity: Option<usize>) -> Self {
        let messages = VecDeque::new();
        let state = State { messages, capacity, ended: false, abandoned: false, sent: 0 };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Puts a message at the back, if there is room or once there is.
    fn put(&self, message: M, waits: bool) -> Result<(), M> {
        let mut state = lock(&self.state);
        while waits && state.is_full() {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.abandoned || state.is_full() {
            return Err(message);
        }
        state.sent += 1;
        state.messages.push_back(message);
        self.changed.notify_all();
        Ok(())
    }

    fn take_until(&self, deadline: Option<Instant>) -> Result<M, RecvTimeoutError> {
        let mut state = lock(&self.state);
        loop {
            if let Some(message) = state.messages.pop_front() {
                self.changed.notify_all();
                return Ok(message);
            }
            if state.ended {
                return Err(RecvTimeoutError::Ended);
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return Err(RecvTimeoutError::TimedOut);
            }
            let waited = self.changed.wait_timeout(state, left.unwrap_or(Duration::MAX));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// What a worker runs next.
    fn next(&self) -> M {
        loop {
            let deadline = is(Fault::BusyWhenIdle).then(Instant::now);
            match self.take_until(deadline) {
                Ok(message) => return message,
                Err(_) => thread::yield_now(),
            }
        }
    }
}

impl<M> State<M> {
    /// Whether there is somebody to receive, and no room.
    fn is_full(&self) -> bool {
        !self.abandoned && self.capacity.is_some_and(|capacity| self.messages.len() >= capacity)
    }
}

impl<M: Send + 'static> Queue<M> for Channel<M> {
    fn send(&self, message: M) {
        if is(Fault::Reorders) {
            lock(&self.state).messages.push_front(message);
            self.changed.notify_all();
        } else {
            self.put(message, false).unwrap_or_else(|_| unreachable!("there is room"));
        }
    }

    fn try_recv(&self) -> Option<M> {
        self.take_until(Some(Instant::now())).ok()
    }
}

/// The workers' end of the results.
pub(crate) struct Sender<M>(Arc<Channel<M>>);

impl<M: Send + 'static> Outlet<M> for Sender<M> {
    fn send(&self, message: M) -> Result<(), M> {
        if is(Fault::LosesACompletion) {
            let mut state = lock(&self.0.state);
            state.sent += 1;
            if state.sent.is_multiple_of(3) {
                drop(state);
                discard(message);
                return Ok(());
            }
        }
        self.0.put(message, true).inspect_err(|_| {
            if is(Fault::DroppedResultsKillWorkers) {
                die();
            }
        })
    }

    fn try_send(&self, message: M) -> bool {
        self.0.put(message, false).is_ok() || lock(&self.0.state).abandoned
    }
}

impl<M> Drop for Sender<M> {
    fn drop(&mut self) {
        lock(&self.0.state).ended = !is(Fault::ResultsNeverEnd);
        self.0.changed.notify_all();
    }
}

/// The reader's end of the results.
pub(crate) struct Receiver<M>(Arc<Channel<M>>);

impl<M: Send + 'static> Inlet<M> for Receiver<M> {
    fn recv(&mut self, wait: Wait) -> Result<M, RecvTimeoutError> {
        self.0.take_until(match wait {
            Wait::Never if LEAVES_RESULTS.get() => return Err(RecvTimeoutError::TimedOut),
            Wait::Never => Some(Instant::now()),
            Wait::Until(deadline) => Some(deadline),
            Wait::Forever => None,
        })
    }
}

impl<M> Drop for Receiver<M> {
    fn drop(&mut self) {
        if is(Fault::CompletionsSlipByADrop) {
            // Some come meanwhile.
            thread::sleep(Duration::from_millis(1));
        }
        let left = {
            let mut state = lock(&self.0.state);
            state.abandoned = true;
            mem::take(&mut state.messages)
        };
        self.0.changed.notify_all();
        if is(Fault::CompletionsSlipByADrop) || is(Fault::UnreadResultsOutliveTheirReader) {
            mem::forget(left);
        } else {
            left.into_iter().for_each(discard);
        }
    }
}
