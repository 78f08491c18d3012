//! Of threads: refused, leaked, outliving their pool; and a hook they forgot.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use pool::{Backend, Config, Context, Pool, PoolExt, SpawnError, StopReason};

use crate::{
    PATIENCE, eventually,
    fixtures::{Log, at_thread_exit, counting_threads},
    live_threads, no_error, unique_prefix,
};

/// Once a thread had been refused, a poisoned lock made every later call panic.
pub fn blocking_24_a_refused_thread_does_not_spoil_the_next_pool<B: Backend>() {
    let refuses = AtomicBool::new(true);
    let config = Config::new(2).spawner(move |builder, body| {
        // Relaxed: it orders nothing, only the first may have it.
        if refuses.swap(false, Ordering::Relaxed) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        builder.spawn(body)
    });
    let handler = |n: u32, _: &Context| no_error(n);
    assert!(B::spawn(config.clone(), handler).is_err());
    let (pool, mut results) = B::spawn(config, handler).unwrap();
    assert_eq!(pool.run(&mut results, 0..10).unwrap().len(), 10);
}

/// With every thread refused, the pool asked again and again without end.
pub fn blocking_79_threads_refused_for_good_are_not_asked_for_again_and_again<B: Backend>() {
    let asked = Arc::new(AtomicUsize::new(0));
    let config = Config::new(4).spawner({
        let asked = Arc::clone(&asked);
        move |_, _| {
            // Relaxed: read after `spawn`, which asks.
            asked.fetch_add(1, Ordering::Relaxed);
            Err(io::ErrorKind::WouldBlock.into())
        }
    });
    assert!(B::spawn(config, |n: u32, _: &_| no_error(n)).is_err());
    assert!((1..=4).contains(&asked.load(Ordering::Relaxed)));
}

/// A thread that the system refused was a panic.
pub fn tokio_2309_a_refused_thread_is_an_error_and_not_a_panic<B: Backend>() {
    let config = Config::new(2).spawner(|_, _| Err(io::ErrorKind::WouldBlock.into()));
    let spawned =
        catch_unwind(AssertUnwindSafe(|| B::spawn(config, |n: u32, _: &_| no_error(n)).err()));
    let Ok(Some(SpawnError::Thread { worker, source })) = spawned else {
        panic!("neither a pool nor an error");
    };
    assert_eq!((worker.get(), source.kind()), (0, io::ErrorKind::WouldBlock));
}

/// A pool that had some of its threads and was refused the rest kept a job that none of them
/// would run.
pub fn tokio_8406_a_pool_that_is_short_of_a_thread_keeps_nothing<B: Backend>() {
    let held = Arc::new(());
    let (in_init, in_handler, in_hook) = (held.clone(), held.clone(), held.clone());
    let asked = AtomicUsize::new(0);
    let config = Config::new(3).on_worker_start(move |_| _ = Arc::strong_count(&in_hook)).spawner(
        move |builder, body| {
            // Relaxed: only the third to ask matters.
            if asked.fetch_add(1, Ordering::Relaxed) == 2 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            builder.spawn(body)
        },
    );
    let spawned = B::spawn_with_state(
        config,
        move |_| no_error(Arc::clone(&in_init)),
        move |state: &mut Arc<()>, n: u32, _: &Context| {
            no_error(n + u32::from(Arc::ptr_eq(state, &in_handler)))
        },
    );
    assert!(matches!(spawned, Err(SpawnError::Thread { .. })));
    // No pool, so no job; and nothing of what it was made from.
    assert_eq!(Arc::strong_count(&held), 1);
}

/// `drop` returned while threads, and their thread-locals' destructors, were still running.
pub fn rayon_688_thread_locals_are_gone_when_drop_returns<B: Backend>() {
    let gone = Arc::new(AtomicUsize::new(0));
    let config = Config::new(4).on_worker_start({
        let gone = Arc::clone(&gone);
        move |_| {
            let gone = Arc::clone(&gone);
            at_thread_exit(move || {
                // A destructor that takes its time.
                (0..50).for_each(|_| thread::yield_now());
                // Relaxed: read after a join of the thread.
                gone.fetch_add(1, Ordering::Relaxed);
            });
        }
    });
    let (pool, _results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
    pool.submit(1).unwrap();
    drop(pool);
    assert_eq!(gone.load(Ordering::Relaxed), 4);
}

/// To unload a library one had to sleep, and hope that the pool's threads were gone by then.
pub fn rayon_1242_a_shutdown_that_succeeds_has_ended_every_thread<B: Backend>() {
    for _ in 0..20 {
        let (config, threads) = counting_threads(Config::new(4));
        let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
        pool.run(&mut results, 0..8).unwrap();
        pool.shutdown(PATIENCE).unwrap();
        assert_eq!((threads.peak(), threads.alive()), (4, 0));
    }
}

/// Every database that was opened and closed left its pool's threads behind.
pub fn surrealdb_5594_opening_and_closing_in_a_loop_leaks_no_thread<B: Backend>() {
    let prefix = unique_prefix();
    for n in 0..50 {
        let (config, threads) = counting_threads(Config::new(2).thread_name(&prefix));
        let (pool, results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
        pool.submit(n).unwrap();
        // Either half first.
        if n % 2 == 0 {
            drop(results);
            drop(pool);
        } else {
            drop(pool);
            drop(results);
        }
        assert_eq!((threads.peak(), threads.alive()), (2, 0));
    }
    eventually("no thread is left", || live_threads(&prefix).unwrap_or(0) == 0);
}

/// A task that panicked took the worker's thread with it, past the hook that undoes what the
/// start hook did.
pub fn tikv_20095_a_panic_does_not_skip_the_stop_hook<B: Backend>() {
    let log = Log::new();
    let (at_start, at_stop) = (log.clone(), log.clone());
    let config = Config::new(1)
        .on_worker_start(move |worker| at_start.push((worker.get(), None)))
        .on_worker_stop(move |worker, reason| at_stop.push((worker.get(), Some(reason))));
    let (pool, results) = B::spawn(config, |panics: bool, _: &Context| {
        assert!(!panics, "a task panics");
        no_error(())
    })
    .unwrap();
    pool.submit(false).unwrap();
    pool.submit(true).unwrap();
    drop(pool);
    assert_eq!(results.filter(|completion| completion.result.is_err()).count(), 1);
    assert_eq!(log.take(), [(0, None), (0, Some(StopReason::Closed))]);
}
