//! A queue, for jobs and for completions; healthy, but for how it may end.

use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use pool::{RecvTimeoutError, machinery::discard, sync::lock};

use crate::fault::{Fault, is};

struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
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

pub(crate) struct Sender<T>(Arc<Queue<T>>);

pub(crate) struct Receiver<T>(Arc<Queue<T>>);

pub(crate) fn channel<T>(capacity: Option<usize>) -> (Sender<T>, Receiver<T>) {
    let state = State { items: VecDeque::new(), capacity, ended: false, abandoned: false };
    let queue = Arc::new(Queue { state: Mutex::new(state), changed: Condvar::new() });
    (Sender(Arc::clone(&queue)), Receiver(queue))
}

impl<T> State<T> {
    fn has_room(&self) -> bool {
        self.abandoned || self.capacity.is_none_or(|capacity| self.items.len() < capacity)
    }
}

impl<T> Sender<T> {
    /// Whether there is anybody to receive.
    pub(crate) fn is_abandoned(&self) -> bool {
        lock(&self.0.state).abandoned
    }

    pub(crate) fn try_send(&self, item: T) -> Result<(), T> {
        self.put(item, false, false)
    }

    /// As `try_send`, but to the front.
    pub(crate) fn try_jump(&self, item: T) -> Result<(), T> {
        self.put(item, false, true)
    }

    pub(crate) fn send(&self, item: T) {
        _ = self.put(item, true, false);
    }

    fn put(&self, item: T, waits: bool, jumps: bool) -> Result<(), T> {
        let mut state = lock(&self.0.state);
        while !state.has_room() {
            if !waits {
                return Err(item);
            }
            state = self.0.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.abandoned {
            drop(state);
            discard(item);
        } else {
            let place = if jumps { 0 } else { state.items.len() };
            state.items.insert(place, item);
            self.0.changed.notify_all();
        }
        Ok(())
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        lock(&self.0.state).ended = true;
        self.0.changed.notify_all();
    }
}

impl<T> Receiver<T> {
    /// Whether nothing is left, and nothing will come.
    pub(crate) fn has_ended(&self) -> bool {
        let state = lock(&self.0.state);
        state.ended && state.items.is_empty()
    }

    pub(crate) fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        let deadline = Instant::now().checked_add(timeout);
        let mut state = lock(&self.0.state);
        loop {
            if let Some(item) = state.items.pop_front() {
                self.0.changed.notify_all();
                return Ok(item);
            }
            if state.ended {
                return Err(RecvTimeoutError::Ended);
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return Err(RecvTimeoutError::TimedOut);
            }
            let left = left.unwrap_or(Duration::MAX);
            let waited = self.0.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        if is(Fault::CompletionsSlipByADrop) {
            let left = mem::take(&mut lock(&self.0.state).items);
            left.into_iter().for_each(discard);
            // Some come meanwhile.
            thread::sleep(Duration::from_millis(1));
        }
        let keeps = is(Fault::CompletionsSlipByADrop) || is(Fault::UnreadResultsOutliveTheirReader);
        let left = {
            let mut state = lock(&self.0.state);
            state.abandoned = true;
            // What is kept is there until the sending end goes, too.
            if keeps { VecDeque::new() } else { mem::take(&mut state.items) }
        };
        self.0.changed.notify_all();
        left.into_iter().for_each(discard);
    }
}
