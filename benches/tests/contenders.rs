//! Whatever is measured next to the pools runs what it is given, and leaves no thread behind.
//!
//! One test, in a binary of its own: it counts the threads of the process.

use std::{fs, thread};

use pool_benches::{SHAPE, baseline, loops, variant};
use pool_conformance::{PATIENCE, eventually, run_case};
use pool_measure::contender::{Contender, Jobs, Shape};

const JOBS: u64 = 10_000;

#[test]
fn each_runs_every_job_and_leaves_no_thread_behind() {
    check::<loops::Std>("the loop over std");
    check::<loops::Crossbeam>("the loop over crossbeam");
    check::<loops::Flume>("the loop over flume");
    check::<loops::Rayon>("the loop over rayon");
    check::<loops::Tokio>("the loop over tokio");
    check::<variant::StdCondvar>("std_condvar");
    check::<variant::StdChannelEach>("std_channel_each");
    check::<variant::CrossbeamSelect>("crossbeam_select");
    check::<variant::CrossbeamFlag>("crossbeam_flag");
    check::<variant::CrossbeamDeque>("crossbeam_deque");
    check::<variant::RayonFifo>("rayon_fifo");
    check::<variant::RayonParBridge>("rayon_par_bridge");
    check::<variant::TokioTasks>("tokio_tasks");
    check::<variant::TokioPermits>("tokio_permits");
    check::<variant::TokioBlocking>("tokio_blocking");
    check::<baseline::Serial>("serial loop");
    check::<baseline::ThreadPerJob>("thread per job");
    check::<baseline::SpawnBlocking>("tokio::spawn_blocking");
    #[cfg(feature = "baselines")]
    {
        check::<baseline::Threadpool>("threadpool");
        check::<baseline::RustyPool>("rusty_pool");
        check::<baseline::Executors>("executors");
    }
}

fn check<C: Contender>(name: &'static str) {
    for workers in [1, 2, 4] {
        for results in [None, Some(16)] {
            let shape = Shape { workers, queue: 64, results, ..SHAPE };
            println!("{name}: {shape:?}");
            run_case(name, PATIENCE, move || run_all::<C>(shape));
        }
        run_case(name, PATIENCE, move || give_up::<C>(workers));
    }
}

fn run_all<C: Contender>(shape: Shape) {
    let before = threads();
    let (jobs, mut results) = C::start(shape, |job: u64| job + 1);
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

/// One result waits and one worker waits to deliver when they are not wanted any more.
fn give_up<C: Contender>(workers: usize) {
    let before = threads();
    let shape = Shape { workers, queue: 64, results: Some(1), ..SHAPE };
    let (jobs, results) = C::start(shape, |job: u64| job);
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
