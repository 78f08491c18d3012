//! Leaving the line: at a deadline, or as a future is dropped.

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Wake, Waker},
    time::Instant,
};

use pool::{JobId, RefusalReason, Wait};
use shuttle::{sync::mpsc, thread};

use super::{acquire, acquire_async, full, job, queued_up, take, take_job};
use crate::{admission::Admission, explore::explore};

#[test]
fn a_future_dropped_in_line_passes_its_place_on() {
    explore(|| {
        let admission = full(1);
        let (in_line, is_in_line) = mpsc::channel();
        let giver_up = thread::spawn({
            let admission = Arc::clone(&admission);
            move || {
                let place = queued_up(&admission);
                in_line.send(()).unwrap();
                drop(place);
            }
        });
        is_in_line.recv().unwrap();
        let next = acquire(&admission, Wait::Forever);
        take(&admission, 0, JobId::new(0));
        giver_up.join().unwrap();
        assert_eq!(next.join().unwrap(), job(1));
        assert_eq!(admission.acquire(Wait::Never), Err(RefusalReason::Full));
    });
}

#[test]
fn a_future_dropped_when_it_was_served_passes_its_place_on() {
    explore(|| {
        let admission = full(1);
        let place = queued_up(&admission);
        let next = acquire_async(&admission);
        take(&admission, 1, JobId::new(0));
        drop(place);
        assert_eq!(next.join().unwrap(), job(1));
        assert_eq!(admission.acquire(Wait::Never), Err(RefusalReason::Full));
    });
}

#[test]
fn a_place_that_was_given_up_is_a_newcomers_when_the_line_is_empty() {
    explore(|| {
        let admission = full(1);
        let place = queued_up(&admission);
        let worker = take_job(&admission, 0, 0);
        drop(place);
        worker.join().unwrap();
        assert_eq!(admission.acquire(Wait::Never), job(1));
        assert_eq!(admission.acquire(Wait::Never), Err(RefusalReason::Full));
    });
}

#[test]
fn one_who_leaves_the_line_leaves_the_place_to_the_next() {
    explore(|| {
        let admission = full(4);
        let leaver = acquire(&admission, Wait::Until(Instant::now()));
        let next = acquire(&admission, Wait::Forever);
        let worker = take_job(&admission, 0, 0);
        if let Ok(job) = leaver.join().unwrap() {
            take(&admission, 1, job);
        }
        assert!(next.join().unwrap().is_ok());
        worker.join().unwrap();
        assert_eq!(admission.acquire(Wait::Never), Err(RefusalReason::Full));
    });
}

#[test]
fn one_who_gives_up_at_a_deadline_neither_keeps_nor_loses_a_place() {
    explore(|| {
        let admission = Arc::new(Admission::new(1, 3));
        let first = admission.acquire(Wait::Never).unwrap();
        let impatient = acquire(&admission, Wait::Until(Instant::now()));
        let patient = thread::spawn({
            let admission = Arc::clone(&admission);
            move || {
                let job = admission.acquire(Wait::Forever).unwrap();
                take(&admission, 1, job);
            }
        });
        take(&admission, 0, first);
        match impatient.join().unwrap() {
            Ok(job) => take(&admission, 2, job),
            Err(error) => assert_eq!(error, RefusalReason::Full),
        }
        patient.join().unwrap();
        assert!(admission.acquire(Wait::Never).is_ok());
    });
}

/// A waker that comes back to the line as it wakes, and as it is dropped.
struct Meddler {
    admission: Arc<Admission>,
    calls: Arc<AtomicUsize>,
    returns: Arc<AtomicUsize>,
}

impl Meddler {
    // Counted, since the layer contains a panic of this.
    fn meddle(&self) {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.admission.close();
        self.returns.fetch_add(1, Ordering::SeqCst);
    }
}

impl Wake for Meddler {
    fn wake(self: Arc<Self>) {
        self.meddle();
    }
}

impl Drop for Meddler {
    fn drop(&mut self) {
        self.meddle();
    }
}

#[test]
fn a_waker_may_use_the_line() {
    explore(|| {
        let admission = full(1);
        let worker = take_job(&admission, 0, 0);
        let (calls, returns) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let mut place = admission.acquire_async();
        for _ in 0..2 {
            let waker = Waker::from(Arc::new(Meddler {
                admission: Arc::clone(&admission),
                calls: Arc::clone(&calls),
                returns: Arc::clone(&returns),
            }));
            _ = pin!(&mut place).poll(&mut Context::from_waker(&waker));
        }
        drop(place);
        worker.join().unwrap();
        assert!(admission.is_closed());
        assert_eq!(calls.load(Ordering::SeqCst), returns.load(Ordering::SeqCst));
    });
}
