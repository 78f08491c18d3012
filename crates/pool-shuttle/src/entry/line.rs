//! The line of those who wait: first come, first served, until the end.

use std::{sync::Arc, task::Poll};

use pool::{
    JobId, RefusalReason, Wait,
    implement::block_on,
    sync::watched::{Kind, watch, watched},
};
use shuttle::{
    sync::{Mutex, mpsc},
    thread,
};

use super::{acquire, acquire_async, full, job, poll_once, queued_up, take, take_job};
use crate::explore::explore;

#[test]
fn the_first_in_line_are_served_whoever_frees_the_places() {
    explore(|| {
        let admission = full(2);
        let mut line: Vec<_> = (0..3).map(|_| queued_up(&admission)).collect();
        let workers = [take_job(&admission, 0, 0), take_job(&admission, 1, 1)];
        // There is always one left in line: none gets past.
        assert_eq!(admission.acquire(Wait::Never), Err(RefusalReason::Full));
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
        let admission = full(1);
        let served = Arc::new(Mutex::new(Vec::new()));
        let (in_line, is_in_line) = mpsc::channel();
        let mut threads = Vec::new();
        for number in 0..2 {
            let (admission, served, in_line) =
                (Arc::clone(&admission), Arc::clone(&served), in_line.clone());
            threads.push(thread::spawn(move || {
                let place = queued_up(&admission);
                in_line.send(()).unwrap();
                let job = block_on(place, None).unwrap().unwrap();
                served.lock().unwrap().push(number);
                take(&admission, number, job);
            }));
            is_in_line.recv().unwrap();
        }
        let newcomer = acquire(&admission, Wait::Forever);
        take(&admission, 1, JobId::new(0));
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(newcomer.join().unwrap(), job(3));
        assert_eq!(*served.lock().unwrap(), [0, 1]);
    });
}

#[test]
fn a_reserved_place_is_not_a_newcomers() {
    explore(|| {
        let admission = full(2);
        let mut line = [admission.acquire_async(), admission.acquire_async()];
        for place in &mut line {
            assert_eq!(poll_once(place), Poll::Pending);
        }
        let workers = [take_job(&admission, 0, 0), take_job(&admission, 1, 1)];
        for worker in workers {
            worker.join().unwrap();
        }
        let [first, second] = &mut line;
        assert_eq!(poll_once(first), Poll::Ready(job(2)));
        assert_eq!(admission.acquire(Wait::Never), Err(RefusalReason::Full));
        assert_eq!(poll_once(second), Poll::Ready(job(3)));
        assert_eq!(admission.acquire(Wait::Never), Err(RefusalReason::Full));
    });
}

#[test]
fn a_newcomer_and_the_first_in_line_do_not_get_the_same_place() {
    explore(|| {
        let admission = full(1);
        let worker = take_job(&admission, 0, 0);
        let newcomer = thread::spawn({
            let admission = Arc::clone(&admission);
            // More than once: the place may be free for a moment only.
            move || (0..4).any(|_| admission.acquire(Wait::Never).is_ok())
        });
        let mut place = admission.acquire_async();
        let at_once = poll_once(&mut place).is_ready();
        worker.join().unwrap();
        let newcomer = newcomer.join().unwrap();
        let served = at_once || poll_once(&mut place).is_ready();
        assert_ne!(newcomer, served);
        assert_eq!(admission.accepted(), 2);
    });
}

#[test]
fn nobody_waits_after_close_and_no_job_is_accepted() {
    explore(|| {
        let admission = full(1);
        let waiters = [
            acquire_async(&admission),
            acquire(&admission, Wait::Forever),
            acquire(&admission, Wait::Forever),
        ];
        let closer = thread::spawn({
            let admission = Arc::clone(&admission);
            move || {
                admission.close();
                admission.accepted()
            }
        });
        take(&admission, 0, JobId::new(0));
        // Final, too, for a thread that sees the pool closed.
        let seen = admission.is_closed().then(|| admission.accepted());
        let served = waiters.map(|waiter| match waiter.join().unwrap() {
            Ok(_) => 1,
            Err(error) => {
                assert_eq!(error, RefusalReason::Closed);
                0
            }
        });
        let accepted = 1 + served.iter().sum::<u64>();
        assert!(accepted <= 2);
        assert_eq!(closer.join().unwrap(), accepted);
        assert_eq!(seen.unwrap_or(accepted), accepted);
        assert_eq!(admission.acquire(Wait::Never), Err(RefusalReason::Closed));
        assert_eq!(admission.acquire(Wait::Forever), Err(RefusalReason::Closed));
    });
}

#[test]
fn what_a_closed_pool_has_accepted_is_final() {
    explore(|| {
        let admission = full(1);
        let mut place = queued_up(&admission);
        take(&admission, 0, JobId::new(0));
        let closer = thread::spawn({
            let admission = Arc::clone(&admission);
            move || admission.close()
        });
        let onlooker = thread::spawn({
            let admission = Arc::clone(&admission);
            move || admission.is_closed().then(|| admission.accepted())
        });
        // It has a place, and takes it up or is refused.
        assert!(poll_once(&mut place).is_ready());
        closer.join().unwrap();
        let accepted = admission.accepted();
        assert_eq!(onlooker.join().unwrap().unwrap_or(accepted), accepted);
    });
}

#[test]
fn a_newcomer_gets_what_is_free_apart_from_a_reserved_place() {
    explore(|| {
        let admission = full(2);
        let mut place = queued_up(&admission);
        // The first place is reserved. Of the other the line does not hear.
        for worker in [take_job(&admission, 0, 0), take_job(&admission, 1, 1)] {
            worker.join().unwrap();
        }
        assert_eq!(admission.acquire(Wait::Never), job(2));
        assert_eq!(admission.acquire(Wait::Never), Err(RefusalReason::Full));
        assert_eq!(poll_once(&mut place), Poll::Ready(job(3)));
    });
}

#[test]
fn once_the_line_is_empty_no_newcomer_takes_its_lock() {
    explore(|| {
        let admission = full(4);
        let [mut served, mut dropped] = [admission.acquire_async(), admission.acquire_async()];
        assert_eq!(poll_once(&mut served), Poll::Pending);
        assert_eq!(poll_once(&mut dropped), Poll::Pending);
        let workers = [take_job(&admission, 0, 0), take_job(&admission, 1, 1)];
        drop(dropped);
        for worker in workers {
            worker.join().unwrap();
        }
        assert_eq!(poll_once(&mut served), Poll::Ready(job(4)));
        take(&admission, 1, JobId::new(2));
        take(&admission, 1, JobId::new(3));
        // One of these looks for places, and finds several: the next needs no look.
        assert!(admission.acquire(Wait::Never).is_ok());
        assert!(admission.acquire(Wait::Never).is_ok());
        watch();
        assert!(admission.acquire(Wait::Never).is_ok());
        assert!(watched().iter().all(|access| access.kind != Kind::Lock));
    });
}

#[test]
fn a_future_that_is_passed_on_wakes_the_one_who_polled_it_last() {
    explore(|| {
        let admission = full(1);
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
        take(&admission, 0, JobId::new(0));
        assert_eq!(waiter.join().unwrap(), job(1));
    });
}
