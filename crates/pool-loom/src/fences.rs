//! One scene for each protocol whose correctness rests on a fence, or on a chain of orderings.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Waker},
};

use contract::{JobId, Wait, WorkerId};
use loom::{cell::UnsafeCell, model::Builder, sync::Arc, thread};

use crate::admission::Admission;

/// All of `capacity` places, taken by the jobs from 0 on.
fn full(capacity: usize, workers: usize) -> Arc<Admission> {
    let admission = Arc::new(Admission::new(capacity, workers));
    for _ in 0..capacity {
        admission.acquire(Wait::Never).unwrap();
    }
    admission
}

fn is_ready(future: &mut (impl Future + Unpin)) -> bool {
    pin!(future).poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

/// A worker takes this job; does it see the end?
fn take(admission: &Admission, worker: usize, job: u64) -> bool {
    admission.take(WorkerId::new(worker), JobId::new(job))
        && admission.is_closed()
        && admission.is_first_to_see_the_end()
}

#[test]
fn one_who_joins_the_line_sees_the_place_or_is_seen() {
    loom::model(|| {
        let admission = full(1, 1);
        let worker = thread::spawn({
            let admission = Arc::clone(&admission);
            move || {
                if admission.take(WorkerId::new(0), JobId::new(0)) {
                    admission.attend(WorkerId::new(0));
                }
            }
        });
        let mut place = admission.acquire_async();
        let at_once = is_ready(&mut place);
        worker.join().unwrap();
        assert!(at_once || is_ready(&mut place), "a lost wake-up");
    });
}

#[test]
fn a_close_and_the_last_taking_see_the_end_once() {
    loom::model(|| {
        let admission = full(1, 1);
        let worker = thread::spawn({
            let admission = Arc::clone(&admission);
            move || take(&admission, 0, 0)
        });
        admission.close();
        let seen = admission.is_first_to_see_the_end();
        assert!(seen != worker.join().unwrap());
    });
}

#[test]
fn of_two_workers_that_take_the_last_jobs_one_sees_the_end() {
    loom::model(|| {
        let admission = full(2, 2);
        admission.close();
        let other = thread::spawn({
            let admission = Arc::clone(&admission);
            move || take(&admission, 0, 0)
        });
        let seen = take(&admission, 1, 1);
        assert!(seen != other.join().unwrap());
    });
}

#[test]
fn a_stop_and_a_worker_that_take_the_last_jobs_see_the_end_once() {
    loom::model(|| {
        let admission = full(2, 2);
        admission.close();
        let worker = thread::spawn({
            let admission = Arc::clone(&admission);
            move || take(&admission, 0, 0)
        });
        admission.withdraw(1);
        let seen = admission.is_first_to_see_the_end();
        assert!(seen != worker.join().unwrap());
    });
}

// In the scenes below a third thread passes on what the first has done to the second. They are
// played in that order first, and then with up to two preemptions, since all schedules would take
// minutes.

fn play_in_order(scene: impl Fn() + Send + Sync + 'static) {
    let mut model = Builder::new();
    model.preemption_bound = Some(2);
    model.check(scene);
}

#[test]
fn a_place_below_the_limit_is_empty() {
    play_in_order(|| {
        const CAPACITY: usize = 2;
        let admission = full(CAPACITY, 1);
        // The queue. loom fails if two threads are at one place without an order between them.
        let places = Arc::new([(); CAPACITY].map(UnsafeCell::new));
        // The first to come raises the limit, and the second may find it raised.
        let submitters = [0, 1].map(|_| {
            let (admission, places) = (Arc::clone(&admission), Arc::clone(&places));
            thread::spawn(move || {
                if let Ok(ids) = admission.try_acquire(1) {
                    places[usize::try_from(ids.start).unwrap() % CAPACITY].with_mut(|_| ());
                }
            })
        });
        for (job, place) in (0..).zip(places.iter()) {
            place.with(|_| ());
            admission.take(WorkerId::new(0), JobId::new(job));
        }
        for submitter in submitters {
            submitter.join().unwrap();
        }
    });
}

#[test]
fn who_sees_a_job_accepted_sees_the_taking_that_made_room_for_it() {
    play_in_order(|| {
        let admission = full(1, 1);
        let submitter = thread::spawn({
            let admission = Arc::clone(&admission);
            move || admission.try_acquire(1).is_ok()
        });
        let onlooker = thread::spawn({
            let admission = Arc::clone(&admission);
            move || (admission.accepted(), admission.taken())
        });
        admission.take(WorkerId::new(0), JobId::new(0));
        submitter.join().unwrap();
        let (accepted, taken) = onlooker.join().unwrap();
        assert!(accepted - taken <= 1, "{accepted} accepted, {taken} taken");
    });
}
