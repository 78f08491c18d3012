//! The end of the queue: it takes no more jobs, and all that it took are gone.

use std::mem;

use pool::sync::{
    atomic::{Ordering, fence},
    lock,
};

use super::{Admission, CLOSED, line::wake_all};

impl Admission {
    /// Whether the pool takes no more jobs.
    pub(crate) fn is_closed(&self) -> bool {
        // Acquire pairs with `close`: what `accepted` says after this is final.
        self.gate.word.load(Ordering::Acquire) & CLOSED != 0
    }

    /// Refuses everyone who waits and everyone who comes. From here on every taking of a job
    /// needs attention.
    pub(crate) fn close(&self) {
        let refused = {
            let mut line = lock(&self.line);
            // Release pairs with the load in `is_closed`. Under the lock, since a reserved
            // place is taken up there.
            self.gate.word.fetch_or(CLOSED, Ordering::Release);
            let refused = mem::take(&mut line.waiting);
            self.set_attention(&mut line);
            refused
        };
        wake_all(refused);
    }

    /// A stop or a cancellation is done with so many jobs, which it has taken out of the queue.
    pub(crate) fn withdraw(&self, jobs: u64) {
        // Release pairs with the load in `gone`.
        self.withdrawn.fetch_add(jobs, Ordering::Release);
    }

    /// How many of the accepted jobs are no longer in the queue, nor on their way to it.
    pub(crate) fn gone(&self) -> u64 {
        // Acquire pairs with `withdraw`.
        self.taken() + self.withdrawn.load(Ordering::Acquire)
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
            && self.gone() == self.accepted()
            && !self.ended.swap(true, Ordering::Relaxed)
    }
}
