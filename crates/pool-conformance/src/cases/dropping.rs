//! Dropping either half, anywhere.
//!
//! After async-executor's `tests/drop.rs`, `rusty_pool`'s drop tests, and rayon 688.

use std::{
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, OnceLock, mpsc},
    thread,
    time::Duration,
};

use pool::{Backend, CancellationToken, Config, Context, Ended, Pool, PoolExt, Results};

use crate::{
    Call, Census, Counted, Gate, PATIENCE, eventually,
    fixtures::{at_thread_exit, counting_threads, gated, ids, jobs_of, knowing_itself},
    live_threads, no_error, unique_prefix,
};

/// Queued jobs run, the threads exit; and the results are there to be read.
pub fn dropping_a_pool_drains_it_and_joins_its_threads<B: Backend>() {
    let prefix = unique_prefix();
    let (config, threads) = counting_threads(Config::new(3).thread_name(&prefix));
    let gate = Gate::new();
    let (pool, results) = gated::<B>(config, &gate);
    for n in 0..50 {
        pool.submit(n).unwrap();
    }
    // Three jobs at most have begun by now, so the drop meets a queue.
    let dropping = Call::begin_and_wait(move || drop(pool));
    gate.open();
    dropping.returned();
    assert_eq!(gate.arrivals(), 50);
    assert_eq!((threads.peak(), threads.alive()), (3, 0));
    // The system may list a thread for a moment after it can be joined.
    eventually("no thread is left", || live_threads(&prefix).unwrap_or(0) == 0);
    assert_eq!(jobs_of(&results.collect::<Vec<_>>()), ids(0..50));
}

/// Eight sleepers wake and leave.
pub fn dropping_an_idle_pool_ends_it<B: Backend>() {
    let (config, threads) = counting_threads(Config::new(8));
    let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
    drop(pool);
    assert_eq!((threads.peak(), threads.alive()), (8, 0));
    assert_eq!(results.recv(), Err(Ended));
}

/// Closed, stopped or joined before: a drop has nothing to add.
pub fn dropping_a_pool_that_has_ended_does_nothing<B: Backend>() {
    let (pool, mut results) = B::spawn(Config::new(2), |n: u32, _: &_| no_error(n)).unwrap();
    pool.submit(1).unwrap();
    pool.shutdown(PATIENCE).unwrap();
    drop(pool);
    assert_eq!(results.recv().unwrap().result, Ok(1));
    assert_eq!(results.recv(), Err(Ended));

    let (pool, results) = B::spawn(Config::new(2), |n: u32, _: &_| no_error(n)).unwrap();
    pool.stop();
    drop(results);
    drop(pool);
}

/// A handler drops the last hold on its own pool: no deadlock, and what is queued still
/// runs.
pub fn a_pool_dropped_by_its_own_handler_still_drains<B: Backend>() {
    for panics in [false, true] {
        let prefix = unique_prefix();
        let gate = Gate::new();
        let own_pool = Arc::new(Mutex::new(None::<B::Pool<bool>>));
        let handler = {
            let (gate, own_pool) = (gate.clone(), Arc::clone(&own_pool));
            move |drops: bool, _: &Context| {
                gate.pass();
                if drops {
                    let _own_pool = own_pool.lock().unwrap().take();
                    assert!(!panics, "dropped while unwinding");
                }
                no_error(())
            }
        };
        let config = Config::new(2).thread_name(&prefix);
        let (pool, results) = B::spawn(config, handler).unwrap();
        pool.submit(true).unwrap();
        for _ in 0..10 {
            pool.submit(false).unwrap();
        }
        *own_pool.lock().unwrap() = Some(pool);
        gate.open();
        let completions: Vec<_> = results.collect();
        assert_eq!(jobs_of(&completions), ids(0..11));
        assert_eq!(completions.iter().filter(|c| c.result.is_err()).count(), usize::from(panics));
        eventually("no thread is left", || live_threads(&prefix).unwrap_or(0) == 0);
    }
}

/// The handler owns its pool, so the last worker to leave drops it, on its way out. It must
/// not try to join itself.
pub fn a_pool_owned_by_its_own_handler_is_dropped_in_peace<B: Backend>() {
    let own_pool = Arc::new(OnceLock::<B::Pool<u32>>::new());
    let (exited, exits) = mpsc::channel();
    let config = Config::new(2).spawner(move |builder, body| {
        let exited = exited.clone();
        builder.spawn(move || {
            exited.send(catch_unwind(AssertUnwindSafe(body)).is_ok()).unwrap();
        })
    });
    let gate = Gate::new();
    let handler = {
        let (gate, own_pool) = (gate.clone(), Arc::clone(&own_pool));
        move |n: u32, _: &Context| {
            gate.pass();
            own_pool.get().expect("the pool is set before it runs").close();
            no_error(n)
        }
    };
    let (pool, results) = B::spawn(config, handler).unwrap();
    pool.submit(1).unwrap();
    assert!(own_pool.set(pool).is_ok());
    // From here on the workers alone hold it.
    drop(own_pool);
    gate.open();
    assert_eq!(results.count(), 1);
    // Both threads ended without a panic.
    assert_eq!(exits.iter().take(2).collect::<Vec<_>>(), [true, true]);
}

/// A worker keeps a hold on its pool in a thread-local, whose destructor is the last to let go. It
/// is a worker's still, so neither a join nor the drop there waits for its thread.
///
/// Over Tokio alone this takes ten seconds: so long a runtime keeps a thread that has nothing to do.
pub fn a_pool_dropped_by_a_thread_local_of_its_worker_is_dropped_in_peace<B: Backend>() {
    let token = CancellationToken::new();
    let (left, leaves) = mpsc::channel();
    let config = Config::new(1).cancellation_token(&token);
    let (pool, mut results) = knowing_itself::<B, u32, _>(config, move |pool, n, _| {
        let (pool, left) = (Arc::clone(pool), left.clone());
        at_thread_exit(move || {
            let joined = pool.join(None).is_ok();
            drop(pool);
            left.send(joined).unwrap();
        });
        n
    });
    pool.submit(1).unwrap();
    assert_eq!(results.recv().unwrap().result, Ok(1));
    // From here on the worker alone holds it.
    drop(pool);
    token.cancel();
    assert_eq!(leaves.recv(), Ok(false));
    assert_eq!(results.recv(), Err(Ended));
}

/// A panic drops a pool whose worker waits for what the panic is about to drop.
pub fn a_drop_during_unwinding_does_not_wait<B: Backend>() {
    let prefix = unique_prefix();
    let gate = Gate::new();
    let (pool, results) = gated::<B>(Config::new(1).thread_name(&prefix), &gate);
    pool.submit(0).unwrap();
    pool.submit(1).unwrap();
    gate.wait_for_arrivals(1);
    let unwound = catch_unwind(AssertUnwindSafe(|| {
        let _pool = pool;
        panic!("the pool is dropped while this unwinds");
    }));
    assert!(unwound.is_err());
    // Only now: a drop that waits would wait for ever.
    gate.open();
    assert_eq!(jobs_of(&results.collect::<Vec<_>>()), ids(0..2));
    eventually("no thread is left", || live_threads(&prefix).unwrap_or(0) == 0);
}

/// With no reader, completions are discarded; jobs run, and count, as ever.
pub fn dropping_the_results_neither_blocks_nor_kills_a_worker<B: Backend>() {
    for config in [Config::new(2), Config::new(2).results(1)] {
        let calls = Gate::new();
        calls.open();
        let (pool, results) = gated::<B>(config.queue(4), &calls);
        drop(results);
        for n in 0..100 {
            pool.submit(n).unwrap();
        }
        assert_eq!(pool.shutdown(PATIENCE).unwrap().stats.succeeded, 100);
        assert_eq!(calls.arrivals(), 100);
    }
}

/// A worker that waits for room in the results is let go when there will be none.
pub fn dropping_the_results_frees_a_worker_that_waits_to_deliver<B: Backend>() {
    let calls = Gate::new();
    calls.open();
    let (pool, results) = gated::<B>(Config::new(2).results(1), &calls);
    for n in 0..10 {
        pool.submit(n).unwrap();
    }
    eventually("the workers wait to deliver", || pool.stats().succeeded == 3);
    drop(results);
    assert_eq!(pool.shutdown(PATIENCE).unwrap().stats.succeeded, 10);
}

/// What lies in the results is dropped with them, and what comes after as it comes: neither
/// waits for the end of the pool, which is open, or of its workers, which are idle.
pub fn dropping_the_results_drops_what_lies_in_them<B: Backend>() {
    const JOBS: u64 = 8;
    for config in [Config::new(2), Config::new(2).results(8)] {
        let census = Census::new();
        let (pool, results) = B::spawn(config, return_it).unwrap();
        let submit_all = || (0..JOBS).for_each(|_| _ = pool.submit(census.count()).unwrap());
        submit_all();
        eventually("all are delivered", || is_idle_after(&pool, JOBS));
        assert_eq!(census.alive(), 8);
        drop(results);
        assert_eq!(census.alive(), 0);

        submit_all();
        eventually("what comes after is dropped", || {
            pool.stats().succeeded == 2 * JOBS && census.alive() == 0
        });
    }
}

/// What did not fit in is dropped too, at the latest when the pool ends.
pub fn dropping_the_results_drops_what_workers_wait_to_deliver<B: Backend>() {
    let census = Census::new();
    let (pool, results) = B::spawn(Config::new(3).results(1), return_it).unwrap();
    pool.submit(census.count()).unwrap();
    eventually("the results are full", || is_idle_after(&pool, 1));
    for _ in 0..3 {
        pool.submit(census.count()).unwrap();
    }
    eventually("the workers wait to deliver", || pool.stats().succeeded == 4);
    assert_eq!(census.alive(), 4);
    drop(results);
    pool.shutdown(PATIENCE).unwrap();
    assert_eq!(census.alive(), 0);
}

/// And so is what comes in the very moment in which the results are dropped.
pub fn no_completion_slips_by_as_the_results_are_dropped<B: Backend>() {
    const JOBS: u64 = 60;
    const BOUND: usize = 30;
    for round in 0..2 * JOBS {
        let census = Census::new();
        let config = match round % 2 {
            0 => Config::new(2),
            _ => Config::new(2).results(BOUND),
        };
        let (pool, results) = B::spawn(config, return_it).unwrap();
        for _ in 0..JOBS {
            pool.submit(census.count()).unwrap();
        }
        while pool.stats().succeeded < round / 4 {
            thread::yield_now();
        }
        drop(results);
        assert_eq!(pool.shutdown(PATIENCE).unwrap().stats.succeeded, JOBS);
        assert_eq!(census.alive(), 0);
    }
}

/// A handler.
fn return_it(job: Counted, _: &Context) -> Result<Counted, Infallible> {
    no_error(job)
}

/// Whether a pool that is open has run and delivered `jobs`.
fn is_idle_after<J>(pool: &impl Pool<J>, jobs: u64) -> bool {
    let open = pool.join(Some(Duration::ZERO)).unwrap_err();
    open.busy.is_empty() && pool.stats().succeeded == jobs
}

/// Values that are not read are dropped, each once, by the time the pool is joined and its
/// results are gone.
pub fn completions_that_nobody_reads_are_dropped_once<B: Backend>() {
    for read_first in [0, 3] {
        for drop_results_first in [false, true] {
            let census = Census::new();
            let handler = {
                let census = census.clone();
                move |(): (), _: &Context| no_error(census.count())
            };
            let (pool, mut results) = B::spawn(Config::new(2).queue(64), handler).unwrap();
            for _ in 0..20 {
                pool.submit(()).unwrap();
            }
            let read: Vec<_> = results.by_ref().take(read_first).collect();
            if drop_results_first {
                eventually("all have run", || pool.stats().succeeded == 20);
                drop(results);
                pool.shutdown(PATIENCE).unwrap();
            } else {
                pool.shutdown(PATIENCE).unwrap();
                assert_eq!(census.alive(), 20);
                drop(results);
            }
            assert_eq!(census.alive(), read_first);
            drop(read);
            assert_eq!(census.alive(), 0);
        }
    }
}

/// The results stand on their own: they outlive the pool, and end when they are read.
pub fn results_outlive_their_pool<B: Backend>() {
    let gate = Gate::new();
    let (pool, mut results) = gated::<B>(Config::new(2).results(64), &gate);
    pool.submit_batch((0..20).collect()).unwrap();
    let dropping = Call::begin_and_wait(move || drop(pool));
    gate.open();
    dropping.returned();
    let mut values: Vec<_> = results.by_ref().map(|c| c.result.unwrap()).collect();
    values.sort_unstable();
    assert_eq!(values, (0..20).collect::<Vec<_>>());
    assert_eq!(results.recv(), Err(Ended));
}
