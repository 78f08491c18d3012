//! A waker is the user's code, which a worker calls as it delivers.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{self, Wake, Waker},
    thread,
};

use pool::{AsyncResults, Backend, Config, Context, Pool, Results};
use pool_flume::Flume;

/// Says that it is called, and panics.
struct Panics(Arc<AtomicUsize>);

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
        panic!("as it is woken");
    }
}

impl Drop for Panics {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
        panic!("as it is dropped");
    }
}

/// Polls with a waker that is gone elsewhere, so that the results have to drop it.
fn poll(results: &mut impl AsyncResults<u32, Infallible>, calls: &Arc<AtomicUsize>) {
    let waker = Waker::from(Arc::new(Panics(Arc::clone(calls))));
    assert!(results.poll_recv(&mut task::Context::from_waker(&waker)).is_pending());
}

#[test]
fn a_waker_that_panics_as_it_is_woken_or_dropped_harms_neither_worker_nor_reader() {
    let handler = |n: u32, _: &Context| Ok::<_, Infallible>(n);
    let (pool, mut results) = Flume::spawn(Config::new(1), handler).unwrap();
    let calls = Arc::default();
    poll(&mut results, &calls);
    pool.submit(1).unwrap();
    while calls.load(Ordering::Relaxed) == 0 {
        thread::yield_now();
    }
    assert_eq!(results.recv().unwrap().result, Ok(1));
    pool.submit(2).unwrap();
    assert_eq!(results.recv().unwrap().result, Ok(2));

    // One is replaced by the next, and that one goes with the results.
    poll(&mut results, &calls);
    drop(results);
    assert_eq!(calls.load(Ordering::Relaxed), 3);
}
