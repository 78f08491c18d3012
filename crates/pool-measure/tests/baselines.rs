//! Every baseline runs what it is given, and leaves no thread behind.
//!
//! One test, in a binary of its own: it counts the threads of the process.

use std::{fs, thread};

use pool_conformance::{PATIENCE, eventually, run_case};
use pool_measure::contender::{
    Jobs, Shape,
    baseline::{
        Baseline, Executors, QubitThreadPool, RustyPool, Serial, SpawnBlocking, ThreadPerJob,
        Threadpool,
    },
    floor,
};

const JOBS: u64 = 10_000;

#[test]
fn each_runs_every_job_and_leaves_no_thread_behind() {
    check::<Serial>();
    check::<ThreadPerJob>();
    check::<Threadpool>();
    check::<RustyPool>();
    check::<Executors>();
    check::<QubitThreadPool>();
    check::<floor::Rayon>();
    check::<SpawnBlocking>();
}

fn check<B: Baseline>() {
    assert!(!B::LACKS.is_empty(), "{} lacks nothing, so it is no baseline", B::NAME);
    for workers in [1, 2, 4] {
        for results in [None, Some(16)] {
            let shape = Shape { workers, queue: 64, results };
            println!("{}: {shape:?}", B::NAME);
            run_case(B::NAME, PATIENCE, move || run_all::<B>(shape));
        }
        run_case(B::NAME, PATIENCE, move || give_up::<B>(workers));
    }
}

fn run_all<B: Baseline>(shape: Shape) {
    let before = threads();
    let (jobs, mut results) = B::start(shape, |job: u64| job + 1);
    let sum: u64 = thread::scope(|scope| {
        scope.spawn(|| (0..JOBS).for_each(|job| jobs.submit(job)));
        results.by_ref().take(usize::try_from(JOBS).unwrap()).sum()
    });
    assert_eq!(sum, JOBS * (JOBS + 1) / 2);
    drop(results);
    drop(jobs);
    // Some libraries wait for the work alone; their threads end a moment after.
    eventually("the threads are gone", || threads() <= before);
}

/// One result waits and one worker waits to deliver when nobody wants them any more.
fn give_up<B: Baseline>(workers: usize) {
    let before = threads();
    let shape = Shape { workers, queue: 64, results: Some(1) };
    let (jobs, results) = B::start(shape, |job: u64| job);
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
