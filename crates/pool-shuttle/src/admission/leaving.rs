//! Leaving the line: at a deadline, or as a future is dropped.

use std::{
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    time::Instant,
};

use pool::{
    Wait, WorkerId,
    machinery::{Admission, AdmissionError},
};
use shuttle::{sync::mpsc, thread};

use super::{acquire, acquire_async, full, poll_once, release};
use crate::explore::explore;

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
