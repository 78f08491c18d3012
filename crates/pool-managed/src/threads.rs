//! The threads of a pool: each is joined once, and a timed join has no untimed wait in it.

use std::{cell::Cell, time::Instant};

use pool::{
    WorkerId,
    sync::{Arc, Condvar, Mutex, lock, thread, thread_local, wait_for},
};

/// A pool's threads, from their start to their join.
#[derive(Debug, Default)]
pub(crate) struct Threads {
    state: Mutex<State>,
    /// Signalled when a thread has exited, or has been joined.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Threads that have not exited, each for its worker.
    live: Vec<WorkerId>,
    handles: Vec<thread::JoinHandle<()>>,
    /// Handles that somebody is joining.
    joining: usize,
}

impl Threads {
    /// A thread is about to be asked for. It takes the guard with it, and
    /// [keeps](Exit::at_thread_exit) it.
    pub(crate) fn expect(self: &Arc<Self>, worker: WorkerId) -> Exit {
        lock(&self.state).live.push(worker);
        Exit { threads: Arc::clone(self), worker }
    }

    pub(crate) fn keep(&self, handle: thread::JoinHandle<()>) {
        lock(&self.state).handles.push(handle);
    }

    /// Whose threads have not exited.
    pub(crate) fn live(&self) -> Vec<WorkerId> {
        let mut live = lock(&self.state).live.clone();
        live.sort_unstable();
        live
    }

    /// Joins every thread. `false` if one has not exited by `deadline`; `None` means forever.
    /// Not to be called by one of the threads.
    pub(crate) fn join(&self, deadline: Option<Instant>) -> bool {
        // With a deadline, no handle is touched before all have exited: to join one would wait
        // for that thread however long it takes.
        let all_exited = deadline.is_none()
            || wait_for(&self.state, &self.changed, deadline, |state| {
                state.live.is_empty().then_some(())
            })
            .is_some();
        all_exited && self.join_handles(deadline)
    }

    fn join_handles(&self, deadline: Option<Instant>) -> bool {
        loop {
            // Outside the lock, which a timed joiner must not wait for.
            let next = {
                let mut state = lock(&self.state);
                let next = state.handles.pop();
                state.joining += usize::from(next.is_some());
                next
            };
            let Some(thread) = next else { break };
            // A panic of a thread has been reported by the panic hook.
            _ = thread.join();
            lock(&self.state).joining -= 1;
            self.changed.notify_all();
        }
        wait_for(&self.state, &self.changed, deadline, |state| (state.joining == 0).then_some(()))
            .is_some()
    }
}

/// Says that a thread has exited, when it is dropped.
#[derive(Debug)]
pub(crate) struct Exit {
    threads: Arc<Threads>,
    worker: WorkerId,
}

thread_local! {
    static EXIT: Cell<Option<Exit>> = const { Cell::new(None) };
}

impl Exit {
    /// Keeps the guard until this thread exits. To be called before any code of the user's: the
    /// first thread-local with a destructor is dropped last.
    pub(crate) fn at_thread_exit(self) {
        EXIT.set(Some(self));
    }
}

impl Drop for Exit {
    fn drop(&mut self) {
        let mut state = lock(&self.threads.state);
        let live = state.live.iter().position(|worker| *worker == self.worker);
        live.map(|index| state.live.swap_remove(index));
        self.threads.changed.notify_all();
    }
}
