//! Every variant runs what it is given, and leaves no thread behind.
//!
//! One test, in a binary of its own: it counts the threads of the process.

use std::fs;

use pool_benches::{Contender, Jobs, push, start, variant};
use pool_conformance::{PATIENCE, eventually, run_case};

const JOBS: u64 = 10_000;

#[test]
fn each_runs_every_job_and_leaves_no_thread_behind() {
    check::<variant::CrossbeamSelect>("crossbeam_select");
    check::<variant::CrossbeamFlag>("crossbeam_flag");
    check::<variant::CrossbeamDeque>("crossbeam_deque");
    check::<variant::StdCondvar>("std_condvar");
    check::<variant::StdChannelEach>("std_channel_each");
    check::<variant::RayonFifo>("rayon_fifo");
    check::<variant::RayonParBridge>("rayon_par_bridge");
    check::<variant::TokioTasks>("tokio_tasks");
    check::<variant::TokioPermits>("tokio_permits");
    check::<variant::TokioBlocking>("tokio_blocking");
}

fn check<C: Contender>(name: &'static str) {
    for workers in [1, 2, 4] {
        for results in [None, Some(16)] {
            println!("{name}: {workers} workers, {results:?} results");
            run_case(name, PATIENCE, move || run_all::<C>(workers, results));
        }
        run_case(name, PATIENCE, move || give_up::<C>(workers));
    }
}

fn run_all<C: Contender>(workers: usize, results: Option<usize>) {
    let before = threads();
    let (jobs, mut results) = start::<C>(workers, 64, results);
    push(&jobs, &mut results, JOBS);
    drop(results);
    drop(jobs);
    // Joined, but the system may count them a moment longer.
    eventually("the threads are gone", || threads() <= before);
}

/// One result waits and one worker waits to deliver when nobody wants them any more.
fn give_up<C: Contender>(workers: usize) {
    let before = threads();
    let (jobs, results) = start::<C>(workers, 64, Some(1));
    jobs.submit(0);
    jobs.submit(1);
    drop(results);
    drop(jobs);
    eventually("the threads are gone", || threads() <= before);
}

/// The threads of this process; `None` where the system does not say (only Linux does).
fn threads() -> Option<usize> {
    Some(fs::read_dir("/proc/self/task").ok()?.count())
}
