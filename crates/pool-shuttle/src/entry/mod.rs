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

use pool::{JobId, RefusalReason, Wait, WorkerId, implement::block_on};
use shuttle::thread;

use crate::admission::Admission;

/// Of those admissions that [`full`] makes.
const WORKERS: usize = 2;

type Admitted = Result<JobId, RefusalReason>;

/// Polls a future once, with a waker that does nothing.
pub(crate) fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// All of `capacity` places, taken by the jobs from 0 on.
fn full(capacity: usize) -> Arc<Admission> {
    let admission = Arc::new(Admission::new(capacity, WORKERS));
    for _ in 0..capacity {
        admission.acquire(Wait::Never).unwrap();
    }
    admission
}

/// Takes a place on a thread of its own, and keeps it.
fn acquire(admission: &Arc<Admission>, wait: Wait) -> thread::JoinHandle<Admitted> {
    let admission = Arc::clone(admission);
    thread::spawn(move || admission.acquire(wait))
}

/// As [`acquire`], without blocking; so it comes to the line at once.
fn acquire_async(admission: &Arc<Admission>) -> thread::JoinHandle<Admitted> {
    let admission = Arc::clone(admission);
    thread::spawn(move || block_on(admission.acquire_async(), None).unwrap())
}

/// Takes a place without blocking, and has to wait for it in line.
fn queued_up(admission: &Admission) -> impl Future<Output = Admitted> + Unpin {
    let mut place = admission.acquire_async();
    assert_eq!(poll_once(&mut place), Poll::Pending);
    place
}

/// Frees a place as a worker does, which takes this job.
pub(crate) fn take(admission: &Admission, worker: usize, job: JobId) {
    let worker = WorkerId::new(worker);
    if admission.take(worker, job) {
        admission.attend(worker);
    }
}

/// As [`take`], on a thread of its own.
fn take_job(admission: &Arc<Admission>, worker: usize, job: u64) -> thread::JoinHandle<()> {
    let admission = Arc::clone(admission);
    thread::spawn(move || take(&admission, worker, JobId::new(job)))
}

fn job(id: u64) -> Admitted {
    Ok(JobId::new(id))
}
