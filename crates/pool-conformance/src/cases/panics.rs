//! Panics are contained: a worker outlives whatever a job does.
//!
//! After threadpool's `test_massive_task_creation_after_panic` and `rusty_pool`'s panic tests,
//! and the bugs threadpool 10, rayon 10 and tikv 20095.

use std::{
    collections::HashSet,
    convert::Infallible,
    panic::{panic_any, resume_unwind},
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use pool::{
    Backend, CancellationToken, Completion, Config, Context, JobErrorKind, JobOptions, Pool,
    Results, StopReason, TryRecvError,
};

use crate::{Gate, eventually, live_threads, no_error, unique_prefix};

/// Panics when it is dropped; but not while the thread unwinds, which would abort.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !thread::panicking() {
            resume_unwind(Box::new("bomb"));
        }
    }
}

/// The panic of a completion that has one.
fn panic_of<T, E>(completion: Completion<T, E>) -> Option<String> {
    match completion.result.err()?.kind {
        JobErrorKind::Panicked(message) => Some(message.into()),
        _ => None,
    }
}

/// A panic is an end like another: it has the job's id, the worker's, and the message.
pub fn a_panic_gives_a_completion_with_id_and_message<B: Backend>() {
    let handler = |n: u32, _: &_| -> Result<(), Infallible> { panic!("panic {n}") };
    let (pool, mut results) = B::spawn(Config::new(1), handler).unwrap();
    for n in 0..3 {
        let id = pool.submit(n).unwrap();
        let completion = results.recv().unwrap();
        assert_eq!(completion.job, id);
        assert_eq!(completion.worker.unwrap().get(), 0);
        assert_eq!(completion.result.as_ref().unwrap_err().job, id);
        assert_eq!(panic_of(completion), Some(format!("panic {n}")));
    }
    let stats = pool.stats();
    assert_eq!((stats.panicked, stats.failed, stats.succeeded), (3, 0, 0));
}

/// A `&str`, a `String`, and anything else.
pub fn every_payload_has_a_message<B: Backend>() {
    let handler = |n: u32, _: &_| -> Result<(), Infallible> {
        match n {
            0 => panic_any("a str"),
            1 => panic_any(String::from("a string")),
            2 => panic_any(vec![n]),
            _ => panic_any(Box::new("a box")),
        }
    };
    let (pool, results) = B::spawn(Config::new(1), handler).unwrap();
    for n in 0..4 {
        pool.submit(n).unwrap();
    }
    pool.close();
    let messages: Vec<_> = results.filter_map(panic_of).collect();
    assert_eq!(messages, ["a str", "a string", "non-string payload", "non-string payload"]);
}

/// All workers panic at the same time, and all of them work on, with the state they had.
pub fn every_worker_panics_and_the_pool_still_works<B: Backend>() {
    const WORKERS: usize = 4;
    let barrier = Arc::new(Barrier::new(WORKERS));
    let (pool, mut results) = B::spawn_with_state(
        Config::new(WORKERS),
        |_| no_error(0),
        move |jobs: &mut u32, panic: bool, _: &Context| {
            *jobs += 1;
            barrier.wait();
            assert!(!panic, "each of them");
            no_error((*jobs, thread::current().id()))
        },
    )
    .unwrap();
    for panic in [true, true, false] {
        for _ in 0..WORKERS {
            pool.submit(panic).unwrap();
        }
    }
    let outcomes: Vec<_> = (0..3 * WORKERS).map(|_| results.recv().unwrap().result).collect();
    let good: Vec<_> = outcomes.into_iter().filter_map(Result::ok).collect();
    assert_eq!(good.len(), WORKERS);
    assert!(good.iter().all(|(jobs, _)| *jobs == 3), "the third on each: {good:?}");
    assert_eq!(good.iter().map(|(_, thread)| thread).collect::<HashSet<_>>().len(), WORKERS);
}

/// Ten thousand panics later there are as many threads as before: the same ones.
pub fn ten_thousand_panics_leave_the_same_threads<B: Backend>() {
    const WORKERS: usize = 3;
    let prefix = unique_prefix();
    let threads = Arc::new(std::sync::Mutex::new(HashSet::new()));
    let seen = Arc::clone(&threads);
    let handler = move |(): (), _: &_| -> Result<(), Infallible> {
        seen.lock().unwrap().insert(thread::current().id());
        // As `panic!`, without ten thousand messages on the way.
        resume_unwind(Box::new("again"))
    };
    let config = Config::new(WORKERS).thread_name(&prefix);
    let (pool, mut results) = B::spawn(config, handler).unwrap();
    for _ in 0..100 {
        for _ in 0..100 {
            pool.submit(()).unwrap();
        }
        for _ in 0..100 {
            assert_eq!(panic_of(results.recv().unwrap()).as_deref(), Some("again"));
        }
    }
    eventually("no thread has come, none has gone", || {
        live_threads(&prefix).is_none_or(|threads| threads == WORKERS)
    });
    assert!(threads.lock().unwrap().len() <= WORKERS);
    assert_eq!(pool.stats().panicked, 10_000);
}

/// What a panic carries may panic in its turn when it is dropped.
pub fn a_payload_whose_drop_panics_is_contained<B: Backend>() {
    let handler = |(): (), _: &_| -> Result<(), Infallible> { panic_any(Bomb) };
    let (pool, mut results) = B::spawn(Config::new(1), handler).unwrap();
    for _ in 0..3 {
        pool.submit(()).unwrap();
        assert_eq!(panic_of(results.recv().unwrap()).as_deref(), Some("non-string payload"));
    }
    assert_eq!(pool.stats().panicked, 3);
}

/// A job whose `Drop` panics: in the handler, that is a panic of the handler; in the queue,
/// cancelled or late, it changes nothing.
pub fn a_job_whose_drop_panics_is_contained<B: Backend>() {
    let gate = Gate::new();
    let at_gate = gate.clone();
    let handler = move |bomb: Bomb, _: &_| {
        at_gate.pass();
        drop(bomb);
        no_error(())
    };
    let (pool, results) = B::spawn(Config::new(1), handler).unwrap();
    pool.submit(Bomb).unwrap();
    gate.wait_for_arrivals(1);
    let (now, later) = (CancellationToken::new(), CancellationToken::new());
    now.cancel();
    pool.submit_with(Bomb, JobOptions::new().cancellation_token(&now)).unwrap();
    pool.submit_with(Bomb, JobOptions::new().cancellation_token(&later)).unwrap();
    pool.submit_with(Bomb, JobOptions::new().timeout(Duration::ZERO)).unwrap();
    pool.submit(Bomb).unwrap();
    later.cancel();
    gate.open();
    pool.close();
    let mut ends: Vec<_> = results.map(|completion| completion.result.unwrap_err()).collect();
    ends.sort_unstable_by_key(|error| error.job);
    assert_eq!(
        ends.into_iter().map(|error| error.kind).collect::<Vec<_>>(),
        [
            JobErrorKind::Panicked("bomb".into()),
            JobErrorKind::Cancelled,
            JobErrorKind::Cancelled,
            JobErrorKind::DeadlineExceeded,
            JobErrorKind::Panicked("bomb".into()),
        ]
    );
    assert_eq!(pool.join(None).unwrap().stats.settled(), 5);
}

/// The same when the whole pool is cancelled with such jobs in its queue.
pub fn a_cancelled_pool_contains_jobs_whose_drop_panics<B: Backend>() {
    let gate = Gate::new();
    let token = CancellationToken::new();
    let config = Config::new(1).cancellation_token(&token);
    let (pool, results) = B::spawn(config, gate.handler::<Option<Bomb>>()).unwrap();
    pool.submit(None).unwrap();
    gate.wait_for_arrivals(1);
    for _ in 0..3 {
        pool.submit(Some(Bomb)).unwrap();
    }
    token.cancel();
    gate.open();
    assert_eq!(results.filter(|completion| completion.result.is_err()).count(), 3);
    assert_eq!(pool.join(None).unwrap().stats.cancelled, 3);
}

/// With no reader, a value is dropped by the worker, and may panic there.
pub fn a_discarded_value_whose_drop_panics_is_contained<B: Backend>() {
    for config in [Config::new(1), Config::new(1).results(1)] {
        let handler = |fail: bool, _: &_| if fail { Err(Bomb) } else { Ok(Bomb) };
        let (pool, results) = B::spawn(config, handler).unwrap();
        drop(results);
        for n in 0..10 {
            pool.submit(n % 2 == 0).unwrap();
        }
        pool.close();
        let stats = pool.join(None).unwrap().stats;
        assert_eq!((stats.succeeded, stats.failed), (5, 5));
    }
}

/// Dropping the pool while its jobs panic waits for them all.
pub fn a_pool_can_be_dropped_while_its_jobs_panic<B: Backend>() {
    let handler = |(): (), _: &_| -> Result<(), Infallible> { resume_unwind(Box::new("!")) };
    let (pool, mut results) = B::spawn(Config::new(2).queue(200), handler).unwrap();
    for _ in 0..200 {
        pool.submit(()).unwrap();
    }
    drop(pool);
    for _ in 0..200 {
        assert_eq!(panic_of(results.try_recv().unwrap()).as_deref(), Some("!"));
    }
    assert_eq!(results.try_recv(), Err(TryRecvError::Ended));
}

/// A job that panics after the pool was closed leaves no thread waiting.
pub fn a_panic_after_close_deadlocks_nothing<B: Backend>() {
    let gate = Gate::new();
    let at_gate = gate.clone();
    let handler = move |(): (), _: &_| -> Result<(), Infallible> {
        at_gate.pass();
        panic!("late")
    };
    let (pool, results) = B::spawn(Config::new(2).queue(4), handler).unwrap();
    for _ in 0..6 {
        pool.submit(()).unwrap();
    }
    gate.wait_for_arrivals(2);
    pool.close();
    gate.open();
    assert_eq!(pool.join(None).unwrap().stats.panicked, 6);
    assert_eq!(results.count(), 6);
}

/// A worker whose last job panicked stops like any other: its hook runs, once.
pub fn the_stop_hook_runs_after_panics<B: Backend>() {
    let stops = Arc::new(AtomicUsize::new(0));
    let stopped = Arc::clone(&stops);
    let config = Config::new(2).on_worker_stop(move |_, reason| {
        assert_eq!(reason, StopReason::Closed);
        // Relaxed: read after a join of the workers.
        stopped.fetch_add(1, Ordering::Relaxed);
    });
    let handler = |(): (), _: &_| -> Result<(), Infallible> { resume_unwind(Box::new("!")) };
    let (pool, _results) = B::spawn(config, handler).unwrap();
    for _ in 0..10 {
        pool.submit(()).unwrap();
    }
    pool.close();
    pool.join(None).unwrap();
    assert_eq!(stops.load(Ordering::Relaxed), 2);
}

/// A worker's state that panics as it is dropped: the worker still ends in good order.
pub fn a_state_whose_drop_panics_is_contained<B: Backend>() {
    let stops = Arc::new(AtomicUsize::new(0));
    let stopped = Arc::clone(&stops);
    let config = Config::new(2).on_worker_stop(move |_, _| {
        // Relaxed: read after a join of the workers.
        stopped.fetch_add(1, Ordering::Relaxed);
    });
    let (pool, results) = B::spawn_with_state(
        config,
        |_| no_error(Bomb),
        |_: &mut Bomb, (): (), _: &Context| no_error(()),
    )
    .unwrap();
    pool.submit(()).unwrap();
    pool.close();
    assert_eq!(results.count(), 1);
    assert_eq!(pool.join(None).unwrap().stats.succeeded, 1);
    assert_eq!(stops.load(Ordering::Relaxed), 2);
}
