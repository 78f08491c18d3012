//! `Admission`: the bound, the line of those who wait, and the end.

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    time::Instant,
};

use pool::{
    Wait, WorkerId,
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

const WORKERS: usize = 2;

/// All of `capacity` places, taken.
fn full(capacity: usize) -> Arc<Admission> {
    let admission = Arc::new(Admission::new(capacity, WORKERS));
    for _ in 0..capacity {
        admission.acquire(Wait::Never).unwrap();
    }
    admission
}

/// Takes a place on a thread of its own, and keeps it.
fn acquire(admission: &Arc<Admission>) -> thread::JoinHandle<Result<(), AdmissionError>> {
    let admission = Arc::clone(admission);
    thread::spawn(move || admission.acquire(Wait::Forever))
}

/// As [`acquire`], without blocking; so it comes to the line at once.
fn acquire_async(admission: &Arc<Admission>) -> thread::JoinHandle<Result<(), AdmissionError>> {
    let admission = Arc::clone(admission);
    thread::spawn(move || block_on(admission.acquire_async(), None).unwrap())
}

/// One place is freed, on a thread of its own, by a worker.
fn release(admission: &Arc<Admission>, worker: usize) -> thread::JoinHandle<()> {
    let admission = Arc::clone(admission);
    thread::spawn(move || admission.release_by(WorkerId::new(worker)))
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
fn a_future_dropped_when_it_was_served_passes_its_place_on() {
    explore(|| {
        let admission = full(1);
        let mut place = admission.acquire_async();
        assert_eq!(poll_once(&mut place), Poll::Pending);
        let next = acquire_async(&admission);
        admission.release_by(WorkerId::new(1));
        drop(place);
        assert_eq!(next.join().unwrap(), Ok(()));
        assert_eq!(admission.acquire(Wait::Never), Err(AdmissionError::Full));
    });
}

#[test]
fn one_who_leaves_the_line_leaves_the_place_to_the_next() {
    explore(|| {
        let admission = full(4);
        let leaver = thread::spawn({
            let admission = Arc::clone(&admission);
            move || {
                if admission.acquire(Wait::Until(Instant::now())).is_ok() {
                    admission.release();
                }
            }
        });
        let next = acquire(&admission);
        let worker = release(&admission, 0);
        leaver.join().unwrap();
        assert_eq!(next.join().unwrap(), Ok(()));
        worker.join().unwrap();
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
