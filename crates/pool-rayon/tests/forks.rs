//! What a handler may do with rayon: fork, and spawn.

use std::{
    panic::panic_any,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use pool::{Backend, Config, Context, HandleError, Pool, Task, Tasks};
use pool_conformance::{PATIENCE, no_error, run_case};

/// Runs each test on both pools.
macro_rules! on_both_pools {
    ($($test:ident)*) => {
        mod managed {
            $(#[test]
            fn $test() {
                super::$test::<pool_rayon::Rayon>();
            })*
        }
        mod native {
            $(#[test]
            fn $test() {
                super::$test::<pool_rayon::Native>();
            })*
        }
    };
}

on_both_pools! {
    a_stolen_half_does_not_wait_for_a_handle
    a_panic_in_what_a_handler_spawns_ends_nothing
    a_payload_that_panics_in_what_a_handler_spawns_ends_nothing
    a_half_that_submits_does_not_keep_its_worker_from_the_other_half
    what_a_half_submits_comes_to_a_worker_without_a_job
}

/// The worker that stole a half of a closure is a worker: it must not wait for another closure,
/// which the one that runs the other half might have to run.
fn a_stolen_half_does_not_wait_for_a_handle<B: Backend>() {
    run_case("half of a closure joins a handle", PATIENCE, || {
        let (pool, _) = B::spawn(Config::new(2).discard_results(), Task::run).unwrap();
        let tasks = Arc::new(Tasks::new(pool));
        let same = Arc::clone(&tasks);
        let outer = tasks.spawn(move |_| {
            let stolen = AtomicBool::new(false);
            let wait = || {
                // Relaxed: only that it is stolen matters.
                while !stolen.load(Ordering::Relaxed) {
                    thread::yield_now();
                }
            };
            let ask = || {
                stolen.store(true, Ordering::Relaxed);
                let handle = same.spawn(|_| 1).expect("there is room");
                matches!(handle.join(), Ok(1) | Err(HandleError::WouldDeadlock { .. }))
            };
            rayon::join(wait, ask).1
        });
        assert!(outer.unwrap().join().unwrap());
    });
}

/// Ten jobs that spawn this all complete, and the pool ends.
fn each_job_spawns<B: Backend>(panics: fn()) {
    let handler = move |n: u32, _: &Context| {
        rayon::spawn(panics);
        no_error(n)
    };
    let (pool, results) = B::spawn(Config::new(2), handler).unwrap();
    (0..10).for_each(|n| _ = pool.submit(n).unwrap());
    pool.close();
    assert_eq!(results.count(), 10);
    pool.join(None).unwrap();
}

/// Without a panic handler rayon aborts the process.
fn a_panic_in_what_a_handler_spawns_ends_nothing<B: Backend>() {
    each_job_spawns::<B>(|| panic!("not waited for"));
}

/// What a closure panics with is dropped on the thread that ran it.
struct PanicsAsItIsDropped;

impl Drop for PanicsAsItIsDropped {
    fn drop(&mut self) {
        panic!("as the payload is dropped");
    }
}

/// The panic handler drops the payload; if it panics, rayon aborts the process.
fn a_payload_that_panics_in_what_a_handler_spawns_ends_nothing<B: Backend>() {
    each_job_spawns::<B>(|| panic_any(PanicsAsItIsDropped));
}

/// The worker's deque is a stack, and the other half lies below what the first half submits.
fn a_half_that_submits_does_not_keep_its_worker_from_the_other_half<B: Backend>() {
    run_case("half of a closure submits", PATIENCE, || {
        let (pool, _) = B::spawn(Config::new(1).discard_results(), Task::run).unwrap();
        let tasks = Arc::new(Tasks::new(pool));
        let same = Arc::clone(&tasks);
        let outer = tasks.spawn(move |_| rayon::join(|| same.spawn(|_| 1), || 2));
        let (inner, other) = outer.unwrap().join().unwrap();
        assert_eq!((inner.unwrap().join().unwrap(), other), (1, 2));
    });
}

/// A worker with a job in hand has put the ticket back, and does not end that job before.
fn what_a_half_submits_comes_to_a_worker_without_a_job<B: Backend>() {
    run_case("another worker runs it", PATIENCE, || {
        let (pool, _) = B::spawn(Config::new(2).discard_results(), Task::run).unwrap();
        let tasks = Arc::new(Tasks::new(pool));
        for _ in 0..100 {
            let same = Arc::clone(&tasks);
            let outer = tasks.spawn(move |_| {
                let ran = Arc::new(AtomicBool::new(false));
                let runs = Arc::clone(&ran);
                // Relaxed: only that it is run matters.
                let inner = move || same.spawn(move |_| runs.store(true, Ordering::Relaxed));
                let (inner, ()) = rayon::join(inner, || ());
                while !ran.load(Ordering::Relaxed) {
                    thread::yield_now();
                }
                inner
            });
            outer.unwrap().join().unwrap().unwrap().join().unwrap();
        }
    });
}
