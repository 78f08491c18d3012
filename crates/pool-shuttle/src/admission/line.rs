//! The line of those who wait: first come, first served, until the end.

use std::{sync::Arc, task::Poll};

use pool::{
    Wait,
    machinery::{Admission, AdmissionError, block_on},
};
use shuttle::{
    sync::{Mutex, mpsc},
    thread,
};

use super::{full, poll_once, release};
use crate::explore::explore;

#[test]
fn the_first_in_line_are_served_whoever_frees_the_places() {
    explore(|| {
        let admission = full(2);
        let mut line: Vec<_> = (0..3).map(|_| admission.acquire_async()).collect();
        for place in &mut line {
            assert_eq!(poll_once(place), Poll::Pending);
        }
        let workers = [release(&admission, 0), release(&admission, 1)];
        // There is always one left in line: nobody gets past.
        assert_eq!(admission.acquire(Wait::Never), Err(AdmissionError::Full));
        for worker in workers {
            worker.join().unwrap();
        }
        let served: Vec<_> = line.iter_mut().map(|place| poll_once(place).is_ready()).collect();
        assert_eq!(served, [true, true, false]);
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
