//! Which pool the running code works for.

use std::{
    cell::Cell,
    future::{Future, poll_fn},
    pin::pin,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::sync::thread_local;

/// Tells pools apart within the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolId(u64);

thread_local! {
    // Has no destructor, so it can be read while the thread's other locals are dropped.
    static CURRENT: Cell<Option<PoolId>> = const { Cell::new(None) };
}

impl PoolId {
    /// An id that no other pool of this process has.
    pub fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        // Only uniqueness matters: pairs with nothing.
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// Whether this code runs on one of that pool's workers.
    #[inline]
    pub fn is_current(self) -> bool {
        CURRENT.with(Cell::get) == Some(self)
    }

    /// Marks this thread as the pool's for as long as the thread lives: its thread-local
    /// destructors, and what runs on it after the worker's loop, count as the worker's.
    pub fn claim_thread(self) {
        CURRENT.with(|current| current.set(Some(self)));
    }

    /// Marks this thread as the pool's until the guard is dropped.
    pub fn enter(self) -> Entered {
        Entered { outer: CURRENT.with(|current| current.replace(Some(self))) }
    }

    /// Runs `future`, and marks each thread that polls it as the pool's for that poll: for
    /// workers that are tasks.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|cx| {
            let _entered = self.enter();
            future.as_mut().poll(cx)
        })
        .await
    }
}

/// Marks a thread as working for a pool; dropping it restores what was before.
#[derive(Debug)]
pub struct Entered {
    outer: Option<PoolId>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.with(|current| current.set(self.outer));
    }
}
