//! Pools of every backend, made, used and dropped on threads that belong to somebody else: an
//! async runtime's, and a rayon pool's. (Laws 15 and 20.)
//!
//! Here and not among the cases, which know no library but `pool`.

use std::{sync::Arc, time::Duration};

use pool::{Config, Context, Pool, PoolExt};
use pool_any::{BoxedHalves, Kind};
use pool_conformance::{PATIENCE, no_error, run_case};
use tokio::task::coop;

/// Two workers behind narrow bounds, so that there is something to wait for.
fn spawn(kind: Kind) -> BoxedHalves<u64, u64, std::convert::Infallible> {
    let config = Config::new(2).queue(2).results(2);
    pool_any::spawn(kind, config, |n: u64, _: &Context| no_error(n)).unwrap()
}

/// All that a pool's life has: made, used, joined or stopped or merely dropped.
fn live_and_die(kind: Kind) {
    let (pool, mut results) = spawn(kind);
    let completions = pool.run(&mut results, 0..50).unwrap();
    assert_eq!(completions.len(), 50, "{kind}");
    pool.shutdown(PATIENCE).unwrap();

    let (pool, results) = spawn(kind);
    pool.submit(1).unwrap();
    drop(pool);
    assert_eq!(results.count(), 1, "{kind}");

    let (pool, mut results) = spawn(kind);
    pool.submit(1).unwrap();
    assert!(results.recv_timeout(PATIENCE).is_ok(), "{kind}");
    assert!(results.recv_timeout(Duration::from_millis(1)).is_err(), "{kind}");
    drop(results);
    pool.submit_timeout(2, PATIENCE).unwrap();
    pool.stop();
    pool.join(None).unwrap();
}

fn for_each_kind(name: &str, body: impl Fn(Kind) + Send + Sync + 'static) {
    run_case(name, PATIENCE, move || Kind::ALL.iter().copied().for_each(&body));
}

#[test]
fn a_pool_lives_and_dies_inside_an_async_task() {
    for_each_kind("inside a task", |kind| {
        let runtimes = [
            tokio::runtime::Builder::new_current_thread().build().unwrap(),
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap(),
        ];
        for runtime in runtimes {
            runtime.block_on(async { live_and_die(kind) });
            runtime.block_on(runtime.spawn(async move { live_and_die(kind) })).unwrap();
            runtime.block_on(runtime.spawn_blocking(move || live_and_die(kind))).unwrap();
        }
    });
}

/// A task may receive some 128 times until it is to yield, which a call that blocks it never does.
#[test]
fn a_pool_lives_and_dies_inside_a_task_that_has_spent_its_budget() {
    async fn spend_budget() {
        while coop::has_budget_remaining() {
            coop::consume_budget().await;
        }
    }
    for_each_kind("without a budget", |kind| {
        let runtimes = [
            tokio::runtime::Builder::new_current_thread().build().unwrap(),
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap(),
        ];
        for runtime in runtimes {
            let life = move || async move {
                spend_budget().await;
                live_and_die(kind);
            };
            runtime.block_on(life());
            runtime.block_on(runtime.spawn(life())).unwrap();
        }
    });
}

#[test]
fn a_pool_made_outside_can_be_dropped_inside_an_async_task() {
    for_each_kind("dropped inside a task", |kind| {
        let (pool, results) = spawn(kind);
        pool.submit(1).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async { drop(pool) });
        assert_eq!(results.count(), 1, "{kind}");
    });
}

#[test]
fn a_pool_lives_and_dies_inside_a_rayon_thread() {
    for_each_kind("inside rayon", |kind| {
        let rayon = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        rayon.install(|| rayon::join(|| live_and_die(kind), || live_and_die(kind)));
    });
}

#[test]
fn pools_of_all_backends_feed_one_another() {
    run_case("all backends", PATIENCE, || {
        // Each hands its jobs on to the next, and waits there for room.
        let (mut next, results) = spawn(Kind::ALL[0]);
        let mut outer = Vec::new();
        for &kind in Kind::ALL {
            let inner = Arc::new(next);
            outer.push(Arc::clone(&inner));
            let handler = move |n: u64, _: &Context| inner.submit(n + 1).map(pool::JobId::get);
            let config = Config::new(2).queue(2);
            let (pool, unread) = pool_any::spawn(kind, config, handler).unwrap();
            drop(unread);
            next = pool;
        }
        let hands = Kind::ALL.len() as u64;
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for n in 0..200 {
                    next.submit(n).unwrap();
                }
                // From the outermost in, so that none is refused.
                next.shutdown(PATIENCE).unwrap();
                for pool in outer.iter().rev() {
                    pool.shutdown(PATIENCE).unwrap();
                }
            });
            let sum: u64 = results.map(|completion| completion.result.unwrap()).sum();
            assert_eq!(sum, (0..200).sum::<u64>() + 200 * hands);
        });
    });
}
