//! Whether the threads of a pool have really returned.

use std::sync::Arc;

use shuttle::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

/// Owned by what runs on a pool's threads, so that it is dropped by the last to return, after
/// the last worker has announced its exit.
pub(crate) struct OnThreads(Arc<AtomicBool>);

/// Says whether that has happened.
#[derive(Clone)]
pub(crate) struct Returned(Arc<AtomicBool>);

pub(crate) fn on_threads() -> (OnThreads, Returned) {
    let flag = Arc::new(AtomicBool::new(false));
    (OnThreads(Arc::clone(&flag)), Returned(flag))
}

impl Drop for OnThreads {
    fn drop(&mut self) {
        // Between the announcement and the return: the time a join has to wait for.
        thread::yield_now();
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Returned {
    #[track_caller]
    pub(crate) fn assert(&self) {
        assert!(self.0.load(Ordering::SeqCst), "a worker's thread has not returned");
    }
}
