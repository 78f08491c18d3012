//! `Admission`: the bound, the line of those who wait, and the end.

mod leaving;
mod line;
mod places;

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use pool::{
    Wait, WorkerId,
    machinery::{Admission, AdmissionError, block_on},
};
use shuttle::thread;

/// Of those admissions whose places workers free.
const WORKERS: usize = 2;

/// Polls a future once, for nobody.
fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

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
