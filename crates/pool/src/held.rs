//! A pool whose handles may ask it for its workers.

use std::fmt;

use crate::{
    Pool,
    implement::PoolId,
    sync::{Arc, yield_now},
};

/// Whether the calling thread is a worker of a pool, which its owner may have dropped by now.
pub(crate) type IsWorker = Arc<dyn Fn() -> bool + Send + Sync>;

/// The one owner of a pool. Dropping it drops the pool.
pub(crate) struct Held<P> {
    /// `None` only while it is dropped. `is_worker` has a weak reference.
    pool: Option<Arc<P>>,
    is_worker: IsWorker,
}

impl<P: 'static> Held<P> {
    pub(crate) fn new<J>(pool: P) -> Self
    where
        P: Pool<J>,
    {
        let pool = Arc::new(pool);
        let (id, weak) = (pool.pool_id(), Arc::downgrade(&pool));
        let is_worker = move || {
            // Its workers outlive the pool: they run what is queued while it is dropped, or after.
            id.is_some_and(PoolId::is_current)
                || weak.upgrade().is_some_and(|pool| pool.is_worker())
        };
        Self { pool: Some(pool), is_worker: Arc::new(is_worker) }
    }
}

impl<P> Held<P> {
    pub(crate) fn pool(&self) -> &P {
        self.pool.as_ref().expect("it is there until it is dropped")
    }

    /// For a handle, which does not keep the pool.
    pub(crate) fn is_worker(&self) -> IsWorker {
        Arc::clone(&self.is_worker)
    }
}

impl<P> Drop for Held<P> {
    fn drop(&mut self) {
        // The pool is to be dropped here. A handle may have it for the moment in which it asks
        // for its workers.
        let mut pool = self.pool.take();
        while let Some(shared) = pool {
            match Arc::try_unwrap(shared) {
                Ok(last) => return drop(last),
                Err(shared) => pool = Some(shared),
            }
            yield_now();
        }
    }
}

impl<P: fmt::Debug> fmt::Debug for Held<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pool().fmt(f)
    }
}
