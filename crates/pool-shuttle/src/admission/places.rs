//! Places: never too many, and none that is free while somebody waits for it.

use std::sync::Arc;

use pool::{
    Wait, WorkerId,
    machinery::{Admission, AdmissionError},
};
use shuttle::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use super::{WORKERS, acquire, acquire_async, full, release};
use crate::explore::explore;

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
fn as_many_are_served_as_workers_free_places() {
    explore(|| {
        let admission = full(2);
        let waiters = [acquire(&admission), acquire(&admission)];
        let workers = [release(&admission, 0), release(&admission, 1)];
        // Both keep their place: nobody else will serve one who is left in line.
        for waiter in waiters {
            assert_eq!(waiter.join().unwrap(), Ok(()));
        }
        for worker in workers {
            worker.join().unwrap();
        }
        assert_eq!(admission.acquire(Wait::Never), Err(AdmissionError::Full));
    });
}

#[test]
fn nobody_waits_in_line_while_a_place_is_free() {
    explore(|| {
        let admission = full(2);
        let waiters = [acquire_async(&admission), acquire_async(&admission)];
        // From here on nothing happens that would serve one who is left in line.
        admission.release_by(WorkerId::new(0));
        admission.release_by(WorkerId::new(1));
        for waiter in waiters {
            assert_eq!(waiter.join().unwrap(), Ok(()));
        }
        assert_eq!(admission.acquire(Wait::Never), Err(AdmissionError::Full));
        // The line is empty: the next place is a newcomer's.
        admission.release();
        assert_eq!(admission.acquire(Wait::Never), Ok(()));
    });
}

#[test]
fn one_who_waits_for_half_the_places_gets_the_first_in_the_end() {
    explore(|| {
        let admission = full(4);
        let waiter = acquire(&admission);
        admission.release_by(WorkerId::new(0));
        assert_eq!(waiter.join().unwrap(), Ok(()));
        assert_eq!(admission.acquire(Wait::Never), Err(AdmissionError::Full));
    });
}

#[test]
fn places_go_round_between_submitters_and_workers() {
    explore(|| {
        const CAPACITY: usize = 4;
        const SUBMITTERS: usize = 3;
        const JOBS: usize = 4;
        let admission = Arc::new(Admission::new(CAPACITY, WORKERS));
        let inside = Arc::new(AtomicUsize::new(0));
        let (queue, jobs) = mpsc::channel();
        let jobs = Arc::new(Mutex::new(jobs));
        let submitters = (0..SUBMITTERS).map(|_| {
            let (admission, inside) = (Arc::clone(&admission), Arc::clone(&inside));
            let queue = queue.clone();
            thread::spawn(move || {
                for _ in 0..JOBS {
                    admission.acquire(Wait::Forever).unwrap();
                    assert!(inside.fetch_add(1, Ordering::SeqCst) < CAPACITY);
                    queue.send(()).unwrap();
                }
            })
        });
        let submitters: Vec<_> = submitters.collect();
        drop(queue);
        let workers = [0, 1].map(|worker| {
            let (admission, inside) = (Arc::clone(&admission), Arc::clone(&inside));
            let jobs = Arc::clone(&jobs);
            thread::spawn(move || {
                loop {
                    let job = jobs.lock().unwrap().recv();
                    if job.is_err() {
                        break;
                    }
                    inside.fetch_sub(1, Ordering::SeqCst);
                    admission.release_by(WorkerId::new(worker));
                }
            })
        });
        for thread in submitters.into_iter().chain(workers) {
            thread.join().unwrap();
        }
        // None was lost and none was made.
        for _ in 0..CAPACITY {
            assert_eq!(admission.acquire(Wait::Never), Ok(()));
        }
        assert_eq!(admission.acquire(Wait::Never), Err(AdmissionError::Full));
    });
}
