//! Blocking calls inside a Tokio task, which has a budget of some 128 receives until it yields.

use pool::{Backend, Config, Context, Pool, Results};
use pool_conformance::{PATIENCE, no_error, run_case};
use pool_tokio::Tokio;

/// More than a task's budget.
const JOBS: u64 = 300;

/// Submits jobs to a pool, receives each by a call that blocks, and stops the pool.
fn use_a_pool() -> u64 {
    let (pool, mut results) =
        Tokio::spawn(Config::new(2), |n: u64, _: &Context| no_error(n)).unwrap();
    let received = (0..JOBS).map(|n| {
        pool.submit(n).unwrap();
        results.recv_timeout(PATIENCE / 2).expect("it is there, or comes").result.unwrap()
    });
    let sum = received.sum();
    assert_eq!(pool.stop(), []);
    sum
}

#[test]
fn a_task_may_block_on_any_number_of_completions() {
    run_case("in a task", PATIENCE, || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        assert_eq!(runtime.block_on(async { use_a_pool() }), (0..JOBS).sum());
    });
}

/// A worker over Tokio is a task that yields only between two jobs, if at all.
#[test]
fn a_handler_may_block_on_any_number_of_completions() {
    run_case("in a handler", PATIENCE, || {
        let handler = |(): (), _: &Context| no_error(use_a_pool());
        let (pool, mut results) = Tokio::spawn(Config::new(1), handler).unwrap();
        pool.submit(()).unwrap();
        assert_eq!(results.recv().unwrap().result, Ok((0..JOBS).sum()));
    });
}
