//! What the async lane alone can get wrong: its workers share threads.

use std::{
    convert::Infallible,
    future,
    num::NonZero,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, OnceLock, Weak,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use pool::{
    AsyncPool, AsyncResults, CancellationToken, Config, Context, Ended, JobErrorKind, JobOptions,
    Pool, Results, SpawnError, SubmitError,
};
use pool_conformance::{PATIENCE, eventually, live_threads, run_case, unique_prefix};
use pool_tokio::{TokioAsync, TokioPool};
use tokio::runtime::{Builder, Handle};

/// A stop takes the receiving end in turn with the idle workers. One that found the queue ended
/// used to block their one thread until the stop was over, so their turn never came.
#[test]
fn a_stop_gets_past_idle_workers_on_one_thread() {
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || {
        for _ in 0..200 {
            let handler = |(): (), _: Context| async { Ok::<_, Infallible>(()) };
            let (pool, _results) =
                TokioAsync::spawn(Config::new(8), NonZero::<usize>::MIN, handler).unwrap();
            pool.submit(()).unwrap();
            pool.stop();
            pool.join(None).unwrap();
        }
        sender.send(()).unwrap();
    });
    ended.recv_timeout(Duration::from_secs(60)).expect("no stop hangs");
}

/// The other worker waits for a job, on the thread that the end occupies: an end that waited for
/// it to let go of the channel would wait for ever.
#[test]
fn a_handler_ends_its_own_pool_beside_an_idle_worker() {
    let ends: [fn(&TokioPool<bool>, &CancellationToken) -> usize; 2] = [
        |pool, _| pool.stop().len(),
        |_, token| {
            token.cancel();
            0
        },
    ];
    run_case("ends its own pool", PATIENCE, move || {
        for end in ends {
            let itself = Arc::new(OnceLock::<Weak<TokioPool<bool>>>::new());
            let token = CancellationToken::new();
            let (known, own_token) = (Arc::clone(&itself), token.clone());
            let handler = move |ends: bool, _: Context| {
                let (pool, token) = (known.get().and_then(Weak::upgrade), own_token.clone());
                async move {
                    // Lets the other worker come to wait.
                    tokio::task::yield_now().await;
                    let pool = pool.expect("the test holds the pool");
                    Ok::<_, Infallible>(if ends { end(&pool, &token) } else { 0 })
                }
            };
            let config = Config::new(2).cancellation_token(&token);
            let (pool, mut results) = TokioAsync::spawn(config, ONE_THREAD, handler).unwrap();
            let pool = Arc::new(pool);
            itself.get_or_init(|| Arc::downgrade(&pool));
            pool.submit(false).unwrap();
            assert_eq!(results.recv().unwrap().result, Ok(0));
            pool.submit(true).unwrap();
            assert_eq!(results.recv().unwrap().result, Ok(0));
            assert_eq!(pool.submit(false), Err(SubmitError::Closed(false)));
            pool.join(None).unwrap();
        }
    });
}

const ONE_THREAD: NonZero<usize> = NonZero::<usize>::MIN;

/// Eight jobs that wait for one another, on one thread; and with eight workers never nine.
#[test]
fn as_many_jobs_are_in_flight_as_there_are_workers() {
    const WORKERS: usize = 8;
    let (barrier, in_flight) =
        (Arc::new(tokio::sync::Barrier::new(WORKERS)), Arc::new(AtomicUsize::new(0)));
    let handler = move |(): (), _: Context| {
        let (barrier, in_flight) = (Arc::clone(&barrier), Arc::clone(&in_flight));
        async move {
            // Relaxed: one thread runs them all.
            let now = in_flight.fetch_add(1, Ordering::Relaxed) + 1;
            barrier.wait().await;
            in_flight.fetch_sub(1, Ordering::Relaxed);
            Ok::<_, Infallible>(now)
        }
    };
    let (pool, results) = TokioAsync::spawn(Config::new(WORKERS), ONE_THREAD, handler).unwrap();
    for _ in 0..4 * WORKERS {
        pool.submit(()).unwrap();
    }
    pool.close();
    let most = results.map(|done| done.result.unwrap()).max();
    assert_eq!(most, Some(WORKERS));
}

/// A panic before the first await and one after it are completions like any other.
#[test]
fn panics_are_contained_wherever_they_come() {
    let handler = |when: u32, _: Context| {
        assert_ne!(when, 0, "before there is a future");
        async move {
            assert_ne!(when, 1, "before the first await");
            tokio::task::yield_now().await;
            assert_ne!(when, 2, "after the first await");
            Ok::<_, Infallible>(when)
        }
    };
    let (pool, mut results) = TokioAsync::spawn(Config::new(1), ONE_THREAD, handler).unwrap();
    let expected = ["before there is a future", "before the first await", "after the first await"];
    for (when, expected) in (0..).zip(expected) {
        let job = pool.submit(when).unwrap();
        let error = results.recv().unwrap().result.unwrap_err();
        assert_eq!(error.job, job);
        assert!(
            matches!(error.kind, JobErrorKind::Panicked(message) if message.contains(expected))
        );
    }
    pool.submit(3).unwrap();
    assert_eq!(results.recv().unwrap().result, Ok(3));
}

/// A running job awaits its cancellation; the queued ones are handed back.
#[test]
fn a_stop_reaches_the_jobs_in_flight_and_hands_back_the_rest() {
    let (sender, begun) = mpsc::channel();
    let handler = move |n: u32, context: Context| {
        let sender = sender.clone();
        async move {
            sender.send(n).unwrap();
            context.cancelled().await;
            Ok::<_, Infallible>(n)
        }
    };
    let (pool, results) = TokioAsync::spawn(Config::new(2), ONE_THREAD, handler).unwrap();
    for n in 0..5 {
        pool.submit(n).unwrap();
    }
    let mut running = [begun.recv().unwrap(), begun.recv().unwrap()];
    running.sort_unstable();
    let undone: Vec<_> = pool.stop().into_iter().map(|(_, job)| job).collect();
    assert_eq!((running, &*undone), ([0, 1], &[2, 3, 4][..]));
    let mut completed: Vec<_> = results.map(|done| done.result.unwrap()).collect();
    completed.sort_unstable();
    assert_eq!(completed, running);
}

/// Hooks run once a worker, ids are `0..N`, and no thread is left after the join.
#[test]
fn the_pool_has_ended_when_its_runtime_has() {
    let prefix = unique_prefix();
    let events = Arc::new(Mutex::new(Vec::new()));
    let (on_start, on_stop) = (Arc::clone(&events), Arc::clone(&events));
    let config = Config::new(3)
        .thread_name(&*prefix)
        .on_worker_start(move |worker| on_start.lock().unwrap().push((worker.get(), "starts")))
        .on_worker_stop(move |worker, _| on_stop.lock().unwrap().push((worker.get(), "stops")));
    let handler = |(): (), context: Context| async move { Ok::<_, Infallible>(context.worker()) };
    let (pool, results) = TokioAsync::spawn(config, NonZero::new(2).unwrap(), handler).unwrap();
    for _ in 0..100 {
        pool.submit(()).unwrap();
    }
    pool.close();
    pool.join(None).unwrap();
    assert!(results.map(|done| done.result.unwrap().get()).all(|worker| worker < 3));
    let mut events = events.lock().unwrap().clone();
    events.sort_unstable();
    let once = (0..3).flat_map(|worker| [(worker, "starts"), (worker, "stops")]);
    assert!(events.into_iter().eq(once));
    eventually("the system lists none of its threads", || {
        live_threads(&prefix).is_none_or(|threads| threads == 0)
    });
}

/// A handler may submit to its own pool with room, and does not wait without.
#[test]
fn an_async_handler_does_not_wait_for_its_own_pool() {
    let itself = Arc::new(OnceLock::<Weak<TokioPool<u32>>>::new());
    let known = Arc::clone(&itself);
    let handler = move |n: u32, _: Context| {
        let pool = known.get().and_then(Weak::upgrade);
        async move {
            if n > 0 {
                return Ok::<_, Infallible>(n);
            }
            let pool = pool.expect("the test holds the pool");
            pool.submit_async(1).await.expect("there is room");
            match pool.submit_async(2).await {
                Err(SubmitError::WouldDeadlock(job)) => Ok(100 + job),
                other => panic!("{other:?}"),
            }
        }
    };
    let (pool, results) = TokioAsync::spawn(Config::new(1).queue(1), ONE_THREAD, handler).unwrap();
    let pool = Arc::new(pool);
    itself.get_or_init(|| Arc::downgrade(&pool));
    pool.submit(0).unwrap();
    let results: Vec<_> = results.take(2).map(|done| done.result.unwrap()).collect();
    assert_eq!(results, [102, 1]);
}

/// Stop hooks run on the workers, too: they cannot wait for the end that they are part of.
#[test]
fn a_stop_hook_may_use_its_pool() {
    run_case("a stop hook", PATIENCE, || {
        let itself = Arc::new(OnceLock::<Weak<TokioPool<u32>>>::new());
        let (sender, seen) = mpsc::channel();
        let known = Arc::clone(&itself);
        let config = Config::new(2).on_worker_stop(move |_, _| {
            if let Some(pool) = known.get().and_then(Weak::upgrade) {
                let waited = pool.join(None).is_ok();
                sender.send((pool.submit(1), pool.stop(), waited)).unwrap();
            }
        });
        let handler = |n: u32, _: Context| async move { Ok::<_, Infallible>(n) };
        let (pool, _results) = TokioAsync::spawn(config, ONE_THREAD, handler).unwrap();
        let pool = Arc::new(pool);
        itself.get_or_init(|| Arc::downgrade(&pool));
        pool.close();
        pool.join(None).unwrap();
        let refused = (Err(SubmitError::Closed(1)), Vec::new(), false);
        assert_eq!(seen.try_iter().collect::<Vec<_>>(), [refused.clone(), refused]);
    });
}

/// A worker drops a late job, and with it the last hold on the pool.
#[test]
fn a_pool_owned_by_a_job_that_does_not_run_is_dropped_in_peace() {
    struct Job {
        _owns: Option<Arc<TokioPool<Self>>>,
    }
    run_case("owned by its job", PATIENCE, || {
        let gate = Arc::new(tokio::sync::Semaphore::new(0));
        let handler = {
            let gate = Arc::clone(&gate);
            move |_: Job, _: Context| {
                let gate = Arc::clone(&gate);
                async move { gate.acquire().await.map(drop) }
            }
        };
        let (pool, results) = TokioAsync::spawn(Config::new(1), ONE_THREAD, handler).unwrap();
        let pool = Arc::new(pool);
        pool.submit(Job { _owns: None }).unwrap();
        let late = JobOptions::new().deadline(Instant::now());
        pool.submit_with(Job { _owns: Some(Arc::clone(&pool)) }, late).unwrap();
        drop(pool);
        gate.add_permits(1);
        let kinds: Vec<_> = results.map(|done| done.result.map_err(|error| error.kind)).collect();
        assert!(matches!(kinds[..], [Ok(()), Err(JobErrorKind::DeadlineExceeded)]), "{kinds:?}");
    });
}

/// The last hold on the handler, and so on the pool, goes on the thread that drives the runtime.
#[test]
fn a_pool_owned_by_its_own_handler_is_dropped_in_peace() {
    run_case("owned by its handler", PATIENCE, || {
        let own_pool = Arc::new(OnceLock::<TokioPool<u32>>::new());
        let (exited, exits) = mpsc::channel();
        let config = Config::new(2).spawner(move |builder, body| {
            let exited = exited.clone();
            builder.spawn(move || {
                exited.send(catch_unwind(AssertUnwindSafe(body)).is_ok()).unwrap();
            })
        });
        let gate = Arc::new(tokio::sync::Semaphore::new(0));
        let handler = {
            let (gate, own_pool) = (Arc::clone(&gate), Arc::clone(&own_pool));
            move |n: u32, _: Context| {
                let gate = Arc::clone(&gate);
                own_pool.get().expect("the pool is set before it runs").close();
                async move { gate.acquire().await.map(|_| n) }
            }
        };
        let (pool, results) = TokioAsync::spawn(config, ONE_THREAD, handler).unwrap();
        assert!(own_pool.set(pool).is_ok());
        own_pool.get().expect("it has just been set").submit(1).unwrap();
        // From here on the workers alone hold it.
        drop(own_pool);
        gate.add_permits(1);
        assert_eq!(results.count(), 1);
        // The thread ended without a panic.
        assert_eq!(exits.recv(), Ok(true));
    });
}

/// The system refuses the runtime its thread: an error, and nothing is left.
#[test]
fn a_refused_thread_is_an_error() {
    let prefix = unique_prefix();
    let handler = |(): (), _: Context| async { Ok::<_, Infallible>(()) };
    let config = Config::new(2).thread_name(&*prefix).stack_size(1 << 46);
    let refused = TokioAsync::spawn(config, ONE_THREAD, handler).unwrap_err();
    assert!(matches!(refused, SpawnError::Thread { .. } | SpawnError::Library(_)), "{refused}");
    eventually("the system lists none of its threads", || {
        live_threads(&prefix).is_none_or(|threads| threads == 0)
    });
}

/// Made, used and dropped inside another runtime's task.
#[test]
fn a_pool_lives_and_dies_inside_an_async_task() {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
        let handler = |n: u32, _: Context| async move { Ok::<_, Infallible>(n) };
        let (pool, mut results) = TokioAsync::spawn(Config::new(2), ONE_THREAD, handler).unwrap();
        pool.submit_async(7).await.unwrap();
        assert_eq!(results.recv_async().await.unwrap().result, Ok(7));
    });
}

/// A runtime that shuts down drops its tasks: what is in flight, and what comes later, is not left
/// to nobody.
#[test]
fn a_runtime_that_shuts_down_cancels_the_pool() {
    for begun in [true, false] {
        run_case("the runtime shuts down", PATIENCE, move || {
            let runtime = Builder::new_current_thread().build().unwrap();
            let handler = |(): (), _: Context| future::pending::<Result<(), Infallible>>();
            let (pool, results) =
                TokioAsync::spawn_on(runtime.handle(), Config::new(1), handler).unwrap();
            pool.submit(()).unwrap();
            pool.submit(()).unwrap();
            if begun {
                runtime.block_on(async {
                    while pool.stats().running == 0 {
                        tokio::task::yield_now().await;
                    }
                });
            }
            drop(runtime);
            assert_eq!(pool.submit(()), Err(SubmitError::Closed(())));
            let kinds: Vec<_> = results.map(|done| done.result.unwrap_err().kind).collect();
            assert_eq!(kinds.len(), 2);
            let panicked = |kind: &JobErrorKind<_>| matches!(kind, JobErrorKind::Panicked(_));
            assert_eq!(kinds.iter().any(panicked), begun, "{kinds:?}");
            pool.join(None).unwrap();
        });
    }
}

/// A drop that waited would wait for tasks that need its thread.
#[test]
fn a_drop_on_the_users_runtime_does_not_wait() {
    run_case("drops inside the runtime", PATIENCE, || {
        let runtime = Builder::new_current_thread().build().unwrap();
        let handler = |n: u32, _: Context| async move { Ok::<_, Infallible>(n) };
        runtime.block_on(async {
            let (pool, mut results) =
                TokioAsync::spawn_on(&Handle::current(), Config::new(2), handler).unwrap();
            pool.submit(7).unwrap();
            drop(pool);
            assert_eq!(results.recv_async().await.unwrap().result, Ok(7));
            assert_eq!(results.recv_async().await, Err(Ended));
        });
    });
}
