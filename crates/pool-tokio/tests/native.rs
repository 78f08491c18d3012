//! What the native pool alone can get wrong: a runtime that is not its own, what handlers do with
//! the runtime they are in, and handlers that await.

use std::{
    num::NonZero,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use pool::{AsyncPool, Backend, Config, Context, JobErrorKind, Pool, Results};
use pool_conformance::{Gate, PATIENCE, no_error, run_case};
use pool_tokio::Native;
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::Barrier,
};

pool_conformance::async_conformance!(
    native,
    Native,
    except[
        (
            "a_stop_as_a_worker_has_received_a_job_lets_it_run",
            "Tokio wakes the submitter while the worker holds the receiver, and a waker that stops \
             the pool waits for it; to allow that, wakers would have to be called with no lock held",
        ),
        (
            "a_task_that_never_waits_lets_others_run",
            "Tokio counts how often a task goes on, on its own runtimes and nowhere else",
        ),
    ]
);

fn one_thread() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

/// A handler that waits for a task which it spawns on the runtime that it is in.
fn spawns(n: u32, _: &Context) -> Result<(u32, tokio::runtime::Id), mpsc::RecvError> {
    let (answer, answered) = mpsc::channel();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(1)).await;
        answer.send(n)
    });
    Ok((answered.recv()?, Handle::current().id()))
}

#[test]
fn what_a_handler_spawns_runs_on_the_pools_runtime() {
    let (pool, mut results) = Native::spawn(Config::new(1), spawns).unwrap();
    pool.submit(7).unwrap();
    assert_eq!(results.recv().unwrap().result.unwrap().0, 7);
}

#[test]
fn what_a_handler_spawns_runs_on_the_users_runtime() {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
    let (pool, mut results) = Native::spawn_on(runtime.handle(), &Config::new(2), spawns).unwrap();
    pool.submit(7).unwrap();
    assert_eq!(results.recv().unwrap().result, Ok((7, runtime.handle().id())));
    drop(pool);
    assert_eq!(runtime.block_on(async { 7 }), 7);
}

#[test]
fn a_pool_lives_and_ends_inside_a_task() {
    let ends: [fn(_); 2] = [
        |pool| drop::<pool_tokio::NativePool<u32>>(pool),
        |pool| {
            pool.close();
            pool.join(Some(PATIENCE)).unwrap();
        },
    ];
    for end in ends {
        one_thread().block_on(async {
            let (pool, results) =
                Native::spawn(Config::new(2), |n: u32, _: &Context| no_error(n)).unwrap();
            // More than a task may receive before it has to yield.
            for n in 0..1_000 {
                pool.submit(n).unwrap();
            }
            end(pool);
            assert_eq!(Iterator::count(results), 1_000);
        });
    }
}

/// Eight jobs that wait for one another, on one thread; and with eight workers never nine.
#[test]
fn as_many_jobs_await_as_there_are_workers() {
    const WORKERS: NonZero<usize> = NonZero::new(8).unwrap();
    let (barrier, in_flight) =
        (Arc::new(Barrier::new(WORKERS.get())), Arc::new(AtomicUsize::new(0)));
    let handler = move |(): (), _: Context| {
        let (barrier, in_flight) = (Arc::clone(&barrier), Arc::clone(&in_flight));
        async move {
            // Relaxed: one thread runs them all.
            let now = in_flight.fetch_add(1, Ordering::Relaxed) + 1;
            barrier.wait().await;
            in_flight.fetch_sub(1, Ordering::Relaxed);
            no_error(now)
        }
    };
    let runtime = one_thread();
    let config = Config::new(WORKERS.get());
    let (pool, results) = Native::spawn_async(runtime.handle(), &config, handler).unwrap();
    let most = runtime.block_on(async move {
        for _ in 0..4 * WORKERS.get() {
            pool.submit_async(()).await.unwrap();
        }
        pool.close();
        let done: Vec<_> = futures::StreamExt::collect(results).await;
        done.into_iter().map(|done| done.result.unwrap()).max()
    });
    assert_eq!(most, Some(WORKERS.get()));
}

/// A drop that waited would wait for tasks that need its thread.
#[test]
fn a_drop_beside_its_awaiting_handlers_does_not_wait() {
    run_case("drops inside the runtime", PATIENCE, || {
        let runtime = one_thread();
        let handler = |n: u32, _: Context| async move {
            tokio::task::yield_now().await;
            no_error(n)
        };
        let config = Config::new(2);
        let (pool, results) = Native::spawn_async(runtime.handle(), &config, handler).unwrap();
        let count = runtime.block_on(async move {
            for n in 0..10 {
                pool.submit_async(n).await.unwrap();
            }
            drop(pool);
            futures::StreamExt::count(results).await
        });
        assert_eq!(count, 10);
    });
}

#[test]
fn a_stop_reaches_the_jobs_that_await_and_hands_back_the_rest() {
    let gate = Gate::new();
    let at_gate = gate.clone();
    let handler = move |n: u32, context: Context| {
        let gate = at_gate.clone();
        async move {
            gate.pass();
            context.cancelled().await;
            no_error(n)
        }
    };
    gate.open();
    let runtime = Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let config = Config::new(2);
    let (pool, results) = Native::spawn_async(runtime.handle(), &config, handler).unwrap();
    let jobs: Vec<_> = (0..5).map(|n| (pool.submit(n).unwrap(), n)).collect();
    gate.wait_for_arrivals(2);
    assert_eq!(pool.stop(), jobs[2..]);
    pool.join(None).unwrap();
    assert_eq!(Iterator::count(results), 2);
}

#[test]
fn panics_are_contained_on_both_sides_of_an_await() {
    let handler = |when: u32, _: Context| {
        assert_ne!(when, 0, "before there is a future");
        async move {
            tokio::task::yield_now().await;
            assert_ne!(when, 1, "after an await");
            no_error(when)
        }
    };
    let runtime = Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let config = Config::new(1);
    let (pool, mut results) = Native::spawn_async(runtime.handle(), &config, handler).unwrap();
    for (when, expected) in (0..).zip(["before there is a future", "after an await"]) {
        pool.submit(when).unwrap();
        match results.recv().unwrap().result.unwrap_err().kind {
            JobErrorKind::Panicked(message) => assert!(message.contains(expected), "{message}"),
            other => panic!("{other:?}"),
        }
    }
    pool.submit(2).unwrap();
    assert_eq!(results.recv().unwrap().result, Ok(2));
}
