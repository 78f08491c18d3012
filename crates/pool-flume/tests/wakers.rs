//! A waker is the user's code, which a worker calls as it delivers.

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    task::{self, Poll, Wake, Waker},
    thread,
};

use pool::{
    AsyncResults, Backend, CancellationToken, Config, Context, Pool, Results, implement::block_on,
};
use pool_conformance::{Gate, PATIENCE, no_error, run_case};
use pool_flume::{Flume, FlumeResults};

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

/// A waker that calls a closure.
struct Calls<F>(F);

impl<F: Fn() + Send + Sync> Wake for Calls<F> {
    fn wake(self: Arc<Self>) {
        (self.0)();
    }
}

fn waker(call: impl Fn() + Send + Sync + 'static) -> Waker {
    Waker::from(Arc::new(Calls(call)))
}

fn double(n: u32, _: &Context) -> Result<u32, Infallible> {
    no_error(2 * n)
}

type Doubled = FlumeResults<u32, Infallible>;

/// An executor without a queue, whose waker runs the task.
struct Inline(Mutex<Doubled>, mpsc::Sender<Option<u32>>);

impl Wake for Inline {
    fn wake(self: Arc<Self>) {
        let waker = Waker::from(Arc::clone(&self));
        let mut results = self.0.lock().unwrap();
        while let Poll::Ready(received) = results.poll_recv(&mut task::Context::from_waker(&waker))
        {
            let ended = received.is_none();
            self.1.send(received.map(|done| done.result.unwrap())).unwrap();
            if ended {
                break;
            }
        }
    }
}

#[test]
fn a_waker_may_poll_for_a_completion_and_for_the_end() {
    run_case("a waker polls", PATIENCE, || {
        let (pool, results) = Flume::spawn(Config::new(1), double).unwrap();
        let (sender, received) = mpsc::channel();
        Arc::new(Inline(Mutex::new(results), sender)).wake();
        for n in 0..10 {
            pool.submit(n).unwrap();
            assert_eq!(received.recv().unwrap(), Some(2 * n));
        }
        pool.close();
        assert_eq!(received.recv().unwrap(), None);
        pool.join(None).unwrap();
    });
}

#[test]
fn a_waker_may_wait_for_a_lock_that_is_held_around_a_poll() {
    run_case("a waker waits for a lock", PATIENCE, || {
        let (pool, results) = Flume::spawn(Config::new(1), double).unwrap();
        let results = Arc::new(Mutex::new(results));
        let (called, calls) = mpsc::channel();
        let same = Arc::clone(&results);
        let waker = waker(move || {
            called.send(()).unwrap();
            drop(same.lock().unwrap());
        });
        let cx = &mut task::Context::from_waker(&waker);
        let mut held = results.lock().unwrap();
        assert!(held.poll_recv(cx).is_pending());
        pool.submit(1).unwrap();
        calls.recv().unwrap();
        let Poll::Ready(Some(done)) = held.poll_recv(cx) else { panic!("it has been delivered") };
        assert_eq!(done.result, Ok(2));
    });
}

#[test]
fn a_waker_may_cancel_the_pool() {
    run_case("a waker cancels", PATIENCE, || {
        let token = CancellationToken::new();
        let config = Config::new(1).cancellation_token(&token);
        let gate = Gate::new();
        let (pool, mut results) = Flume::spawn(config, gate.handler::<u32>()).unwrap();
        (0..5).for_each(|n| _ = pool.submit(n).unwrap());
        let waker = waker(move || token.cancel());
        assert!(results.poll_recv(&mut task::Context::from_waker(&waker)).is_pending());
        gate.open();
        pool.join(None).unwrap();
        assert_eq!(results.count(), 5);
    });
}

/// Each receives with a waker of its own, while four workers wait for room.
#[test]
fn tasks_that_take_over_from_one_another_miss_nothing() {
    run_case("tasks take over", PATIENCE, || {
        let (pool, mut results) = Flume::spawn(Config::new(4).results(1), double).unwrap();
        let submit = move || {
            (0..2000).for_each(|n| _ = pool.submit(n).unwrap());
            pool.close();
            pool.join(None).unwrap();
        };
        let submitter = thread::spawn(submit);
        let mut sum = 0;
        while let Ok(done) = block_on(results.recv_async(), None).unwrap() {
            sum += done.result.unwrap();
        }
        assert_eq!(sum, 2000 * 1999);
        submitter.join().unwrap();
    });
}
