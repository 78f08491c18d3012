//! Which pools the running code works for.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    mem::ManuallyDrop,
    pin::Pin,
    sync::atomic::{AtomicU64, Ordering},
    task::{Context, Poll},
};

use crate::sync::thread_local;

/// Tells pools apart within the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolId(u64);

thread_local! {
    // These have no destructor, so they can be read while the thread's other locals are dropped.
    static INNERMOST: Cell<Option<PoolId>> = const { Cell::new(None) };
    /// The pools around that one: a worker may run the tasks of another pool within its job. It
    /// owns no memory while it is empty.
    static OUTER: ManuallyDrop<RefCell<Vec<PoolId>>> =
        const { ManuallyDrop::new(RefCell::new(Vec::new())) };
}

impl PoolId {
    /// An id that no other pool of this process has.
    pub fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        // Only uniqueness matters: pairs with nothing.
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// Whether this code runs on one of that pool's workers: also if it runs there for another
    /// pool, since the worker waits for it.
    #[inline]
    pub fn is_current(self) -> bool {
        match INNERMOST.with(Cell::get) {
            None => false,
            Some(pool) => pool == self || OUTER.with(|outer| outer.borrow().contains(&self)),
        }
    }

    /// Marks this thread as the pool's for as long as the thread lives: its thread-local
    /// destructors, and what runs on it after the worker's loop, count as the worker's.
    pub fn claim_thread(self) {
        if let Some(pool) = INNERMOST.with(|innermost| innermost.replace(Some(self))) {
            OUTER.with(|outer| outer.borrow_mut().push(pool));
        }
    }

    /// Marks this thread as the pool's until the guard is dropped.
    pub fn enter(self) -> Entered {
        let is_new = !self.is_current();
        if is_new {
            self.claim_thread();
        }
        Entered { pool: is_new.then_some(self) }
    }

    /// Runs `future`, and marks each thread that polls it, or drops it, as the pool's meanwhile:
    /// for workers that are tasks.
    pub fn scope<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        Scope { pool: self, future: Some(Box::pin(future)) }
    }
}

struct Scope<F> {
    pool: PoolId,
    /// `None` only while it is dropped. Boxed, so that it can be dropped in the scope.
    future: Option<Pin<Box<F>>>,
}

impl<F: Future> Future for Scope<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let _entered = self.pool.enter();
        self.future.as_mut().expect("it is there until it is dropped").as_mut().poll(cx)
    }
}

impl<F> Drop for Scope<F> {
    fn drop(&mut self) {
        let _entered = self.pool.enter();
        drop(self.future.take());
    }
}

/// Marks a thread as working for a pool; dropping it restores what was before.
#[derive(Debug)]
pub struct Entered {
    /// `None` if the thread was the pool's before.
    pool: Option<PoolId>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        let Some(pool) = self.pool else { return };
        OUTER.with(|outer| {
            let mut outer = outer.borrow_mut();
            if INNERMOST.with(Cell::get) == Some(pool) {
                INNERMOST.with(|innermost| innermost.set(outer.pop()));
            } else {
                outer.retain(|other| *other != pool);
            }
            if outer.is_empty() {
                *outer = Vec::new();
            }
        });
    }
}
