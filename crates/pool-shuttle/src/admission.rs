//! `Admission`: the bound, the line of those who wait, and the end.

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    time::Instant,
};

use pool::{
    Wait,
    machinery::{Admission, AdmissionError, block_on},
};
use shuttle::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use crate::explore::explore;

/// Polls a future once, for nobody.
fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn places_never_exceed_the_capacity_and_everyone_is_served() {
    explore(|| {
        const CAPACITY: usize = 2;
        let admission = Arc::new(Admission::new(CAPACITY, 0));
        let inside = Arc::new(AtomicUsize::new(0));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let (admission, inside) = (Arc::clone(&admission), Arc::clone(&inside));
                thread::spawn(move || {
                    admission.acquire(Wait::Forever).unwrap();
                    assert!(inside.fetch_add(1, Ordering::SeqCst) < CAPACITY);
                    inside.fetch_sub(1, Ordering::SeqCst);
                    admission.release();
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        // None was lost and none was made.
        for _ in 0..CAPACITY {
            assert_eq!(admission.acquire(Wait::Never), Ok(()));
        }
        assert_eq!(admission.acquire(Wait::Never), Err(AdmissionError::Full));
    });
}

#[test]
fn a_release_that_races_with_one_who_joins_the_line_serves_it() {
    explore(|| {
        let admission = Arc::new(Admission::new(1, 0));
        admission.acquire(Wait::Forever).unwrap();
        let waiter = thread::spawn({
            let admission = Arc::clone(&admission);
            move || admission.acquire(Wait::Forever)
        });
        admission.release();
        assert_eq!(waiter.join().unwrap(), Ok(()));
    });
}

#[test]
fn those_in_line_are_served_in_order_and_not_overtaken() {
    explore(|| {
        let admission = Arc::new(Admission::new(1, 0));
        let served = Arc::new(Mutex::new(Vec::new()));
        admission.acquire(Wait::Forever).unwrap();
        let (in_line, is_in_line) = mpsc::channel();
        let mut threads = Vec::new();
        for number in 0..2 {
            let (admission, served, in_line) =
                (Arc::clone(&admission), Arc::clone(&served), in_line.clone());
            threads.push(thread::spawn(move || {
                let mut place = admission.acquire_async();
                assert_eq!(poll_once(&mut place), Poll::Pending);
                in_line.send(()).unwrap();
                assert_eq!(block_on(place, None), Some(Ok(())));
                served.lock().unwrap().push(number);
                admission.release();
            }));
            is_in_line.recv().unwrap();
        }
        let (newcomer, log) = (Arc::clone(&admission), Arc::clone(&served));
        threads.push(thread::spawn(move || {
            newcomer.acquire(Wait::Forever).unwrap();
            log.lock().unwrap().push(2);
            newcomer.release();
        }));
        admission.release();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(*served.lock().unwrap(), [0, 1, 2]);
    });
}

#[test]
fn nobody_waits_after_close() {
    explore(|| {
        let admission = Arc::new(Admission::new(1, 0));
        admission.acquire(Wait::Forever).unwrap();
        let waiters: Vec<_> = (0..3)
            .map(|number| {
                let admission = Arc::clone(&admission);
                thread::spawn(move || {
                    let verdict = if number == 0 {
                        block_on(admission.acquire_async(), None).unwrap()
                    } else {
                        admission.acquire(Wait::Forever)
                    };
                    assert_ne!(verdict, Err(AdmissionError::Full));
                    // Whoever got a place keeps it: the others must be refused all the same.
                    verdict.is_ok()
                })
            })
            .collect();
        let closer = thread::spawn({
            let admission = Arc::clone(&admission);
            move || admission.close()
        });
        admission.release();
        let verdicts = waiters.into_iter().map(|waiter| waiter.join().unwrap());
        assert!(verdicts.filter(|served| *served).count() <= 1);
        closer.join().unwrap();
        assert_eq!(admission.acquire(Wait::Never), Err(AdmissionError::Closed));
        assert_eq!(admission.acquire(Wait::Forever), Err(AdmissionError::Closed));
    });
}

#[test]
fn a_future_dropped_in_line_passes_its_place_on() {
    explore(|| {
        let admission = Arc::new(Admission::new(1, 0));
        admission.acquire(Wait::Forever).unwrap();
        let (in_line, is_in_line) = mpsc::channel();
        let giver_up = thread::spawn({
            let admission = Arc::clone(&admission);
            move || {
                let mut place = admission.acquire_async();
                assert_eq!(poll_once(&mut place), Poll::Pending);
                in_line.send(()).unwrap();
                drop(place);
            }
        });
        is_in_line.recv().unwrap();
        let next = thread::spawn({
            let admission = Arc::clone(&admission);
            move || admission.acquire(Wait::Forever)
        });
        admission.release();
        giver_up.join().unwrap();
        assert_eq!(next.join().unwrap(), Ok(()));
        assert_eq!(admission.acquire(Wait::Never), Err(AdmissionError::Full));
    });
}

#[test]
fn one_who_gives_up_at_a_deadline_neither_keeps_nor_loses_a_place() {
    explore(|| {
        let admission = Arc::new(Admission::new(1, 0));
        admission.acquire(Wait::Forever).unwrap();
        let impatient = thread::spawn({
            let admission = Arc::clone(&admission);
            move || admission.acquire(Wait::Until(Instant::now()))
        });
        let patient = thread::spawn({
            let admission = Arc::clone(&admission);
            move || {
                admission.acquire(Wait::Forever).unwrap();
                admission.release();
            }
        });
        admission.release();
        match impatient.join().unwrap() {
            Ok(()) => admission.release(),
            Err(error) => assert_eq!(error, AdmissionError::Full),
        }
        patient.join().unwrap();
        assert_eq!(admission.acquire(Wait::Never), Ok(()));
    });
}

#[test]
fn a_future_that_is_passed_on_wakes_the_one_who_polled_it_last() {
    explore(|| {
        let admission = Arc::new(Admission::new(1, 0));
        admission.acquire(Wait::Forever).unwrap();
        let waiter = thread::spawn({
            let admission = Arc::clone(&admission);
            move || {
                let mut place = admission.acquire_async();
                match poll_once(&mut place) {
                    Poll::Ready(verdict) => verdict,
                    Poll::Pending => block_on(place, None).unwrap(),
                }
            }
        });
        admission.release();
        assert_eq!(waiter.join().unwrap(), Ok(()));
    });
}

/// A waker that comes back to the line as it is dropped.
struct Meddler(Arc<Admission>);

impl Wake for Meddler {
    fn wake(self: Arc<Self>) {}
}

impl Drop for Meddler {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[test]
fn a_waker_may_use_the_line_as_it_is_dropped() {
    explore(|| {
        let admission = Arc::new(Admission::new(1, 0));
        admission.acquire(Wait::Forever).unwrap();
        let releaser = thread::spawn({
            let admission = Arc::clone(&admission);
            move || admission.release()
        });
        let mut place = admission.acquire_async();
        for _ in 0..2 {
            let waker = Waker::from(Arc::new(Meddler(Arc::clone(&admission))));
            _ = pin!(&mut place).poll(&mut Context::from_waker(&waker));
        }
        drop(place);
        releaser.join().unwrap();
        assert!(admission.is_closed());
    });
}
