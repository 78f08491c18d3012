//! Who is still there: a pool's workers and their threads, until each has been joined.

use std::time::Instant;

use pool::{
    WorkerId,
    sync::{Arc, Condvar, Mutex, lock, thread, wait_for},
};

/// A pool's workers and their threads. A timed join has no untimed wait in it.
#[derive(Debug, Default)]
pub(crate) struct Threads {
    state: Mutex<State>,
    /// Signalled when the last thread has exited, or the last join is over.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Workers whose threads have not exited, and whether they have left the queue.
    present: Vec<(WorkerId, bool)>,
    handles: Vec<thread::JoinHandle<()>>,
    /// Handles that some thread is joining.
    joining: usize,
}

/// Says that a worker's thread has exited, or that its task is over, when it is dropped.
#[derive(Debug)]
pub(crate) struct Presence {
    threads: Arc<Threads>,
    worker: WorkerId,
}

impl Threads {
    /// A worker is about to be started. Its thread keeps this until it exits.
    pub(crate) fn expect(self: &Arc<Self>, worker: WorkerId) -> Presence {
        lock(&self.state).present.push((worker, false));
        Presence { threads: Arc::clone(self), worker }
    }

    pub(crate) fn keep(&self, handle: thread::JoinHandle<()>) {
        lock(&self.state).handles.push(handle);
    }

    /// A worker has nothing more to do.
    pub(crate) fn leave(&self, worker: WorkerId) {
        let mut state = lock(&self.state);
        state.present.iter_mut().filter(|present| present.0 == worker).for_each(|p| p.1 = true);
    }

    /// Workers that have nothing more to do, but whose threads have not exited.
    pub(crate) fn exiting(&self) -> Vec<WorkerId> {
        let state = lock(&self.state);
        let mut exiting: Vec<_> = state.present.iter().filter(|p| p.1).map(|p| p.0).collect();
        exiting.sort_unstable();
        exiting
    }

    /// Joins every thread. `false` if one has not exited by `deadline`; `None` means forever.
    pub(crate) fn join(&self, deadline: Option<Instant>) -> bool {
        let present = |state: &mut State| state.present.is_empty().then_some(());
        let joining = |state: &mut State| (state.joining == 0).then_some(());
        // With a deadline, no handle is touched before all threads have exited: to join one
        // would wait for it however long it takes. Without, that saves one wake-up.
        if deadline.is_some() && wait_for(&self.state, &self.changed, deadline, present).is_none() {
            return false;
        }
        while let Some(thread) = self.next_handle() {
            // A panic of a thread has been reported by the panic hook.
            _ = thread.join();
            let last = {
                let mut state = lock(&self.state);
                state.joining -= 1;
                state.joining == 0
            };
            self.signal_if(last);
        }
        wait_for(&self.state, &self.changed, deadline, joining).is_some()
            && wait_for(&self.state, &self.changed, deadline, present).is_some()
    }

    /// Each signal is a system call, so only the last of many gives one.
    fn signal_if(&self, last: bool) {
        if last {
            self.changed.notify_all();
        }
    }

    /// Joined outside of the lock, which a timed joiner must not wait for.
    fn next_handle(&self) -> Option<thread::JoinHandle<()>> {
        let mut state = lock(&self.state);
        let next = state.handles.pop();
        state.joining += usize::from(next.is_some());
        next
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        let last = {
            let mut state = lock(&self.threads.state);
            state.present.retain(|present| present.0 != self.worker);
            state.present.is_empty()
        };
        self.threads.signal_if(last);
    }
}
