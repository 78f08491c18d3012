//! Bring your own backend.
//!
//! This file is a whole backend, over a queue written by hand, and the one line that holds it
//! to the contract. To bring yours, put your library in the place of [`Channel`], and keep to
//! the order of this file:
//!
//! 1. **How jobs wait.** A [`Queue`]: it puts a message at the back, and takes the one at the
//!    front without waiting. How a worker waits for one is your own affair: a blocking receive,
//!    an `.await`, a ticket.
//! 2. **How completions travel.** The workers' end is an [`Outlet`]: it delivers by waiting for
//!    room, or without waiting. The reader's end is an [`Inlet`]: it ends once the workers' end
//!    is dropped. Once it is dropped itself, deliveries give the message back.
//! 3. **How it starts.** [`Library::start`]: each worker of the [`Crew`] receives a message and
//!    runs it, until that says that the queue has ended.
//!
//! The layer does everything else: the bound and the fair line of waiting submitters, close,
//! stop and join, ids, counters, cancellation, deadlines, panics, hooks, threads and their
//! names, and submissions by the pool's own workers. It also settles the races: a worker, a stop
//! and a cancellation may all reach for a job in your queue, and exactly one gets it.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard},
    time::{Duration, Instant},
};

use pool::{RecvTimeoutError, SpawnError, Wait, implement::discard};
use pool_managed::{Crew, Inlet, Library, Managed, Outlet, Queue};

pool_conformance::conformance!(by_hand, Managed<ByHand>);

// 1. How jobs wait.

impl<M: Send + 'static> Queue<M> for Channel<M> {
    fn send(&self, message: M) {
        // There is room: the layer sees to the bound.
        self.put(self.lock(), message);
    }

    fn try_recv(&self) -> Option<M> {
        self.take_until(Some(Instant::now())).ok()
    }
}

// 2. How completions travel.

struct Sender<M>(Arc<Channel<M>>);

impl<M: Send + 'static> Outlet<M> for Sender<M> {
    fn send(&self, message: M) -> Result<(), M> {
        let state = self.0.not_full.wait_while(self.0.lock(), |state| state.is_full());
        let state = state.expect("as in `lock`");
        if state.abandoned {
            return Err(message);
        }
        self.0.put(state, message);
        Ok(())
    }

    fn try_send(&self, message: M) -> bool {
        let state = self.0.lock();
        if state.is_full() {
            return false;
        }
        if !state.abandoned {
            self.0.put(state, message);
        }
        true
    }
}

impl<M> Drop for Sender<M> {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.not_empty.notify_all();
    }
}

struct Receiver<M>(Arc<Channel<M>>);

impl<M: Send + 'static> Inlet<M> for Receiver<M> {
    fn recv(&mut self, wait: Wait) -> Result<M, RecvTimeoutError> {
        self.0.take_until(match wait {
            Wait::Never => Some(Instant::now()),
            Wait::Until(deadline) => Some(deadline),
            Wait::Forever => None,
        })
    }
}

impl<M> Drop for Receiver<M> {
    fn drop(&mut self) {
        let left = {
            let mut state = self.0.lock();
            state.abandoned = true;
            std::mem::take(&mut state.messages)
        };
        self.0.not_full.notify_all();
        left.into_iter().for_each(discard);
    }
}

// 3. How it starts.

/// The library, as the layer sees it.
struct ByHand;

impl Library for ByHand {
    const NAME: &'static str = "by hand";

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
        crew.spawn_all(move |mut work| while queue.take_until(None).is_ok_and(&mut work) {})
    }
}

// The library itself: a queue under a lock, for jobs and for completions alike.

struct Channel<M> {
    state: Mutex<State<M>>,
    /// Signalled when a message comes, and when none will come any more.
    not_empty: Condvar,
    /// Signalled when a message goes, and when none will be received any more.
    not_full: Condvar,
}

struct State<M> {
    messages: VecDeque<M>,
    /// `None` for any number.
    capacity: Option<usize>,
    /// Whether the sending end has been dropped.
    ended: bool,
    /// Whether the receiving end has been dropped.
    abandoned: bool,
}

impl<M> Channel<M> {
    fn new(capacity: Option<usize>) -> Self {
        let messages = VecDeque::new();
        Self {
            state: Mutex::new(State { messages, capacity, ended: false, abandoned: false }),
            not_empty: Condvar::new(),
            not_full: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<M>> {
        self.state.lock().expect("no code of a user runs under this lock")
    }

    fn put(&self, mut state: MutexGuard<'_, State<M>>, message: M) {
        state.messages.push_back(message);
        drop(state);
        self.not_empty.notify_one();
    }

    /// Waits for a message; without a deadline, forever.
    fn take_until(&self, deadline: Option<Instant>) -> Result<M, RecvTimeoutError> {
        let mut state = self.lock();
        loop {
            if let Some(message) = state.messages.pop_front() {
                drop(state);
                self.not_full.notify_one();
                return Ok(message);
            }
            if state.ended {
                return Err(RecvTimeoutError::Ended);
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let waited = match left {
                None => self.not_empty.wait(state).ok(),
                Some(Duration::ZERO) => return Err(RecvTimeoutError::TimedOut),
                Some(left) => self.not_empty.wait_timeout(state, left).ok().map(|(state, _)| state),
            };
            state = waited.expect("as in `lock`");
        }
    }
}

impl<M> State<M> {
    /// Whether there is somebody to receive, and no room.
    fn is_full(&self) -> bool {
        !self.abandoned && self.capacity.is_some_and(|capacity| self.messages.len() >= capacity)
    }
}
