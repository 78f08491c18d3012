//! The end of the queue: it takes no more jobs, and all that it took are gone.

use std::mem;

use pool::sync::{
    atomic::{Ordering, fence},
    lock,
};

use super::{Admission, CLOSED, line::unlock};

impl Admission {
    /// Whether the pool takes no more jobs.
    pub(crate) fn is_closed(&self) -> bool {
        // Acquire pairs with `close`: what `accepted` says after this is final.
        self.gate.word.load(Ordering::Acquire) & CLOSED != 0
    }

    /// Refuses everyone who waits and everyone who comes. From here on every taking of a job
    /// needs attention.
    pub(crate) fn close(&self) {
        let mut line = lock(&self.line);
        // Release pairs with the load in `is_closed`. Under the lock, since a reserved place is
        // taken up there.
        self.gate.word.fetch_or(CLOSED, Ordering::Release);
        line.awake = mem::take(&mut line.waiting).into();
        self.set_attention(&mut line);
        unlock(line);
    }

    /// A stop or a cancellation is done with so many jobs, which it has taken out of the queue.
    pub(crate) fn withdraw(&self, jobs: u64) {
        // Release pairs with the load in `taken`.
        self.taken[self.taken.len() - 1].fetch_add(jobs, Ordering::Release);
    }

    /// Whether the pool is closed, and no job is left. `true` once: for the one who is to end
    /// the queue.
    pub(crate) fn is_first_to_see_the_end(&self) -> bool {
        // Between what the caller has written and what this reads: pairs with itself, and with
        // the one in `take`. `pool-loom` has a test for each pair.
        fence(Ordering::SeqCst);
        // Closed first: what is accepted after that is final. Relaxed: only the choice of one
        // matters.
        self.is_closed()
            && self.taken() == self.accepted()
            && !self.ended.swap(true, Ordering::Relaxed)
    }
}
