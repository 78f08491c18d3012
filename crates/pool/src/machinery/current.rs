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
    static CURRENT: Cell<Option<PoolId>> = const { Cell::new(None) };
}

impl PoolId {
    pub(crate) fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        // Only uniqueness matters: pairs with nothing.
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// Whether this code runs for that pool: on one of its workers.
    pub fn is_current(self) -> bool {
        CURRENT.with(Cell::get) == Some(self)
    }

    /// Marks this thread as working for the pool, until the guard is dropped.
    ///
    /// A worker's thread does so once; a worker that is a task is run in a
    /// [`scope`](Self::scope).
    pub fn enter(self) -> Entered {
        Entered { outer: CURRENT.with(|current| current.replace(Some(self))) }
    }

    /// Runs `future` with whichever thread polls it marked as working for the pool, for as long
    /// as the poll takes.
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
