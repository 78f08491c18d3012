//! A pool's threads, until each has been joined.

use std::time::Instant;

use pool::sync::{Arc, Condvar, Mutex, lock, thread, wait_for};

/// A pool's threads, and those of its workers that are tasks. A timed join has no untimed wait in
/// it.
#[derive(Default)]
pub(crate) struct Threads {
    /// How many threads have not exited, and tasks are not over.
    present: Mutex<usize>,
    /// Signalled when there is none.
    all_left: Condvar,
    /// Locked for a whole join, so that the joiners wait for each other.
    handles: Mutex<Vec<thread::JoinHandle<()>>>,
}

/// Says that a thread has exited, or that a task is over, when it is dropped.
pub(crate) struct Presence(Arc<Threads>);

impl Threads {
    /// A thread or a task is about to be started. It keeps this until its end.
    pub(crate) fn expect(self: &Arc<Self>) -> Presence {
        *lock(&self.present) += 1;
        Presence(Arc::clone(self))
    }

    pub(crate) fn keep(&self, handle: thread::JoinHandle<()>) {
        lock(&self.handles).push(handle);
    }

    /// Joins every thread. `false` if one has not exited by `deadline`; `None` means forever.
    pub(crate) fn join(&self, deadline: Option<Instant>) -> bool {
        let none = |present: &mut usize| (*present == 0).then_some(());
        let all_left = || wait_for(&self.present, &self.all_left, deadline, none).is_some();
        // With a deadline, not before all threads have exited: a join, or the lock of one who
        // joins, may take however long a thread does. Without, that saves one wake-up.
        if deadline.is_some() && !all_left() {
            return false;
        }
        // A panic of a thread has been reported by the panic hook.
        lock(&self.handles).drain(..).for_each(|thread| _ = thread.join());
        all_left()
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        let mut present = lock(&self.0.present);
        *present -= 1;
        if *present == 0 {
            self.0.all_left.notify_all();
        }
    }
}
