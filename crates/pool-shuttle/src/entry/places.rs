//! Places: never too many, and none that is free while somebody waits for it.

use std::sync::Arc;

use pool::{JobId, RefusalReason, Wait, implement::block_on};
use shuttle::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use super::{WORKERS, acquire, acquire_async, full, job, queued_up, take, take_job};
use crate::{admission::Admission, explore::explore};

#[test]
fn places_never_exceed_the_capacity_and_everyone_is_served() {
    explore(|| {
        const CAPACITY: usize = 2;
        let admission = Arc::new(Admission::new(CAPACITY, 4));
        let inside = Arc::new(AtomicUsize::new(0));
        let threads = (0..4).map(|worker| {
            let (admission, inside) = (Arc::clone(&admission), Arc::clone(&inside));
            thread::spawn(move || {
                let job = admission.acquire(Wait::Forever).unwrap();
                assert!(inside.fetch_add(1, Ordering::SeqCst) < CAPACITY);
                inside.fetch_sub(1, Ordering::SeqCst);
                take(&admission, worker, job);
            })
        });
        for thread in threads.collect::<Vec<_>>() {
            thread.join().unwrap();
        }
        // None was lost and none was made.
        for id in 4..4 + CAPACITY as u64 {
            assert_eq!(admission.acquire(Wait::Never), job(id));
        }
        assert_eq!(admission.acquire(Wait::Never), Err(RefusalReason::Full));
    });
}

#[test]
fn a_taking_that_races_with_one_who_joins_the_line_serves_it() {
    explore(|| {
        let admission = full(1);
        let waiter = acquire(&admission, Wait::Forever);
        take(&admission, 0, JobId::new(0));
        assert_eq!(waiter.join().unwrap(), job(1));
    });
}

#[test]
fn as_many_are_served_as_workers_free_places() {
    explore(|| {
        let admission = full(2);
        let waiters = [acquire(&admission, Wait::Forever), acquire(&admission, Wait::Forever)];
        let workers = [take_job(&admission, 0, 0), take_job(&admission, 1, 1)];
        // Both keep their place: no other thread will serve one that is left in line.
        let mut ids = waiters.map(|waiter| waiter.join().unwrap().unwrap());
        ids.sort_unstable();
        assert_eq!(ids, [JobId::new(2), JobId::new(3)]);
        for worker in workers {
            worker.join().unwrap();
        }
        assert_eq!(admission.acquire(Wait::Never), Err(RefusalReason::Full));
    });
}

#[test]
fn nobody_waits_in_line_while_a_place_is_free() {
    explore(|| {
        let admission = full(2);
        let waiters = [acquire_async(&admission), acquire_async(&admission)];
        // From here on nothing happens that would serve one who is left in line.
        take(&admission, 0, JobId::new(0));
        take(&admission, 1, JobId::new(1));
        for waiter in waiters {
            assert!(waiter.join().unwrap().is_ok());
        }
        assert_eq!(admission.acquire(Wait::Never), Err(RefusalReason::Full));
        // The line is empty: the next place is a newcomer's.
        take(&admission, 0, JobId::new(2));
        assert_eq!(admission.acquire(Wait::Never), job(4));
    });
}

#[test]
fn one_who_waits_for_half_the_places_gets_the_first_in_the_end() {
    explore(|| {
        let admission = full(4);
        let waiter = acquire(&admission, Wait::Forever);
        take(&admission, 0, JobId::new(0));
        assert_eq!(waiter.join().unwrap(), job(4));
        assert_eq!(admission.acquire(Wait::Never), Err(RefusalReason::Full));
    });
}

#[test]
fn several_places_at_once_are_as_many_as_are_free() {
    explore(|| {
        let admission = full(3);
        let waiter = queued_up(&admission);
        let workers = [take_job(&admission, 0, 0), take_job(&admission, 1, 1)];
        let many = admission.try_acquire(9);
        assert!(block_on(waiter, None).unwrap().is_ok());
        for worker in workers {
            worker.join().unwrap();
        }
        let taken = many.map_or(0, |ids| ids.end - ids.start);
        assert!(taken <= 1, "{taken} places beside the one that was waited for");
        // None was lost and none was made.
        let rest = admission.try_acquire(9).map_or(0, |ids| ids.end - ids.start);
        assert_eq!(taken + rest, 1);
        assert_eq!(admission.accepted(), 5);
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
                    let job = admission.acquire(Wait::Forever).unwrap();
                    assert!(inside.fetch_add(1, Ordering::SeqCst) < CAPACITY);
                    queue.send(job).unwrap();
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
                    let Ok(job) = job else { break };
                    inside.fetch_sub(1, Ordering::SeqCst);
                    take(&admission, worker, job);
                }
            })
        });
        for thread in submitters.into_iter().chain(workers) {
            thread.join().unwrap();
        }
        // None was lost and none was made, and the ids have no gap.
        for id in 0..CAPACITY {
            assert_eq!(admission.acquire(Wait::Never), job((SUBMITTERS * JOBS + id) as u64));
        }
        assert_eq!(admission.acquire(Wait::Never), Err(RefusalReason::Full));
    });
}
