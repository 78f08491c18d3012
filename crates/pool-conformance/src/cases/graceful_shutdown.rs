//! Close, drain, join.
//!
//! After Java's `awaitTermination` cases (JSR-166 TCK), Python's `ThreadPoolShutdownTest`
//! and gammazero/workerpool's `StopWait`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Barrier, mpsc},
    thread,
    time::{Duration, Instant},
};

use pool::{
    Backend, CancellationToken, Config, Context, Ended, JobId, JoinTimeout, Pool, PoolExt, Results,
    TryRecvError, WorkerId,
};

use crate::{
    Call, Gate, PATIENCE, eventually,
    fixtures::{at_thread_exit, counting_threads, gated, ids, jobs_of},
    live_threads, no_error, unique_prefix,
};

const NOT_AT_ALL: Option<Duration> = Some(Duration::ZERO);

/// `close` returns while everything is still queued; `join` waits for all of it.
pub fn close_lets_everything_queued_run<B: Backend>() {
    let gate = Gate::new();
    let (pool, results) = gated::<B>(Config::new(2), &gate);
    for n in 0..50 {
        pool.submit(n).unwrap();
    }
    gate.wait_for_arrivals(2);
    pool.close();
    pool.close();
    assert_eq!(pool.join(NOT_AT_ALL).unwrap_err().queued, 48);
    assert_eq!(gate.arrivals(), 2);

    gate.open();
    let report = pool.join(None).unwrap();
    assert_eq!(gate.arrivals(), 50);
    assert_eq!((report.stats.submitted, report.stats.succeeded), (50, 50));
    assert_eq!((report.stats.queued, report.stats.running), (0, 0));
    assert_eq!(pool.stats(), report.stats);
    assert_eq!(jobs_of(&results.collect::<Vec<_>>()), ids(0..50));
}

/// Not when the pool is closed, not with the first workers that leave, but after the last
/// completion; and then for good.
pub fn results_end_after_the_last_workers_completion<B: Backend>() {
    const WORKERS: usize = 4;
    let gates: Vec<_> = (0..WORKERS).map(|_| Gate::new()).collect();
    let handler = {
        let gates = gates.clone();
        move |n: usize, _: &Context| {
            gates[n].pass();
            no_error(n)
        }
    };
    let (pool, mut results) = B::spawn(Config::new(WORKERS), handler).unwrap();
    for n in 0..WORKERS {
        pool.submit(n).unwrap();
    }
    for gate in &gates {
        gate.wait_for_arrivals(1);
    }
    pool.close();
    for (n, gate) in gates.iter().enumerate() {
        assert_eq!(results.try_recv(), Err(TryRecvError::Empty));
        gate.open();
        assert_eq!(results.recv().unwrap().result, Ok(n));
    }
    for _ in 0..2 {
        assert_eq!(results.recv(), Err(Ended));
        assert_eq!(results.try_recv(), Err(TryRecvError::Ended));
    }
}

/// Who is busy, with what, and no other worker; then the jobs end, and so does the pool.
pub fn a_join_that_times_out_names_the_busy_workers_and_their_jobs<B: Backend>() {
    const WORKERS: usize = 4;
    let gate = Gate::new();
    let barrier = Barrier::new(WORKERS);
    let (started, is_started) = mpsc::channel();
    let handler = {
        let gate = gate.clone();
        move |waits: bool, context: &Context| {
            if waits {
                started.send((context.worker(), context.job_id())).unwrap();
                gate.pass();
            } else {
                barrier.wait();
            }
            no_error(())
        }
    };
    let (pool, mut results) = B::spawn(Config::new(WORKERS), handler).unwrap();
    // A job for each of the workers, so that the one who is idle later has had one.
    for _ in 0..WORKERS {
        pool.submit(false).unwrap();
    }
    assert_eq!(results.by_ref().take(WORKERS).count(), WORKERS);
    let before = Instant::now();
    for _ in 0..3 {
        pool.submit(true).unwrap();
    }
    let busy: BTreeMap<WorkerId, JobId> = is_started.iter().take(3).collect();
    // On a worker that has delivered, the mark of being busy may stand a moment longer.
    eventually("one worker is idle", || pool.join(NOT_AT_ALL).unwrap_err().busy.len() == 3);
    pool.close();

    let timeout = Duration::from_millis(5);
    let assert_names_the_busy = |late: &JoinTimeout, waited: Duration| {
        assert_eq!(late.busy.len(), 3, "{late}");
        for (named, (worker, job)) in late.busy.iter().zip(&busy) {
            assert_eq!((named.worker, named.job), (*worker, *job));
            // At least so long: as long as was waited here, and not longer than it has run.
            assert!(waited <= named.elapsed && named.elapsed <= before.elapsed());
            assert!(late.to_string().contains(&format!("worker {worker} has been on job {job}")));
        }
        assert_eq!((late.queued, late.open), (0, false));
    };
    let asked = Instant::now();
    let late = pool.join(Some(timeout)).unwrap_err();
    assert!(asked.elapsed() >= timeout);
    assert_names_the_busy(&late, timeout);
    assert_names_the_busy(&pool.shutdown(Duration::ZERO).unwrap_err(), Duration::ZERO);

    gate.open();
    assert_eq!(pool.join(Some(PATIENCE)).unwrap().stats.succeeded, 7);
    assert_eq!(results.count(), 3);
}

/// Nothing is amiss with a job that ends after a join has given up on it.
pub fn a_late_finish_after_a_timeout_is_safe<B: Backend>() {
    let gate = Gate::new();
    let (pool, results) = gated::<B>(Config::new(1), &gate);
    pool.submit(0).unwrap();
    pool.submit(1).unwrap();
    pool.close();
    for _ in 0..100 {
        pool.join(NOT_AT_ALL).unwrap_err();
    }
    gate.open();
    let completions: Vec<_> = results.collect();
    assert_eq!(completions.iter().map(|c| c.result.clone()).collect::<Vec<_>>(), [Ok(0), Ok(1)]);
    assert_eq!(pool.join(None).unwrap().stats.succeeded, 2);
}

/// A worker that has nowhere to put a completion is not done with its job.
pub fn a_worker_that_waits_to_deliver_is_named_as_busy<B: Backend>() {
    let calls = Gate::new();
    calls.open();
    let (pool, mut results) = gated::<B>(Config::new(1).results(1), &calls);
    for n in 0..3 {
        pool.submit(n).unwrap();
    }
    pool.close();
    eventually("the worker waits to deliver", || pool.stats().succeeded == 2);
    let late = pool.join(Some(Duration::from_millis(1))).unwrap_err();
    assert_eq!(late.busy.iter().map(|busy| busy.job.get()).collect::<Vec<_>>(), [1]);
    assert_eq!(late.busy[0].worker.get(), 0);
    assert_eq!(late.queued, 1);
    assert_eq!(results.recv().unwrap().job.get(), 0);
    assert_eq!(jobs_of(&results.collect::<Vec<_>>()), ids(1..3));
    assert_eq!(pool.join(None).unwrap().stats.succeeded, 3);
}

/// However many, before the end or after it, however long they would wait: they return once
/// the workers have exited, and get one report.
pub fn every_joiner_returns_with_the_same_report<B: Backend>() {
    let gate = Gate::new();
    let (config, threads) = counting_threads(Config::new(2));
    let (pool, _results) = gated::<B>(config, &gate);
    let pool = Arc::new(pool);
    for n in 0..4 {
        pool.submit(n).unwrap();
    }
    let joiners = [None, None, Some(Duration::MAX), Some(PATIENCE)].map(|timeout| {
        let (pool, threads) = (Arc::clone(&pool), threads.clone());
        Call::begin_and_wait(move || (pool.join(timeout), threads.alive()))
    });
    pool.close();
    gate.open();
    let report = pool.join(None).unwrap();
    assert_eq!(report.stats.succeeded, 4);
    for joiner in joiners {
        assert_eq!(joiner.returned(), (Ok(report), 0));
    }
    assert_eq!(pool.join(NOT_AT_ALL), Ok(report));
}

/// A worker's thread runs code to the end of its last thread-local: `join` waits for that.
pub fn join_waits_until_every_thread_has_really_exited<B: Backend>() {
    const WORKERS: usize = 3;
    let leaving = Gate::new();
    let (config, threads) = counting_threads(Config::new(WORKERS));
    let prefix = unique_prefix();
    let init = {
        let leaving = leaving.clone();
        move |_| {
            let leaving = leaving.clone();
            // Runs before what `counting_threads` counts, or after: both end the thread.
            at_thread_exit(move || leaving.pass());
            no_error(())
        }
    };
    let handler = |(): &mut (), n: u32, _: &Context| no_error(n);
    let (pool, results) = B::spawn_with_state(config.thread_name(&prefix), init, handler).unwrap();
    pool.close();
    let (joined, is_joined) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(|| {
            let report = pool.join(None);
            joined.send((threads.alive(), report)).unwrap();
        });
        leaving.wait_for_arrivals(WORKERS);
        // A join that does not wait for this returns within this time.
        let early = is_joined.recv_timeout(Duration::from_millis(20));
        assert_eq!(early.unwrap_err(), mpsc::RecvTimeoutError::Timeout);
        leaving.open();
        let (alive, report) = is_joined.recv().unwrap();
        assert_eq!((threads.peak(), alive), (WORKERS, 0));
        assert_eq!(report.unwrap().stats.submitted, 0);
    });
    // The system may list a thread for a moment after it can be joined.
    eventually("no thread is left", || live_threads(&prefix).unwrap_or(0) == 0);
    assert_eq!(results.count(), 0);
}

/// All of them were asleep, and all of them must wake.
pub fn an_idle_pool_ends_when_it_is_closed<B: Backend>() {
    let (pool, mut results) = B::spawn(Config::new(8), |n: u32, _: &_| no_error(n)).unwrap();
    for n in 0..16 {
        pool.submit(n).unwrap();
        results.recv().unwrap();
    }
    assert_eq!(pool.shutdown(PATIENCE).unwrap().stats.succeeded, 16);
    assert_eq!(results.recv(), Err(Ended));
}

/// The report's time runs from the first close to the last exit.
pub fn the_report_tells_how_long_the_end_took<B: Backend>() {
    let gate = Gate::new();
    let (pool, _results) = gated::<B>(Config::new(1), &gate);
    pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    let before = Instant::now();
    pool.close();
    let closed = Instant::now();
    pool.join(Some(Duration::from_millis(3))).unwrap_err();
    pool.close();
    let held = closed.elapsed();
    gate.open();
    let elapsed = pool.join(None).unwrap().elapsed;
    assert!(held <= elapsed && elapsed <= before.elapsed());
    thread::sleep(Duration::from_millis(1));
    pool.close();
    assert_eq!(pool.join(None).unwrap().elapsed, elapsed);
}

/// A thread that has run its last job may take its time to exit, in a thread-local's destructor,
/// say. Whoever waits with a timeout waits no longer, and learns which worker it is.
pub fn a_timed_join_does_not_wait_for_a_thread_that_does_not_exit<B: Backend>() {
    let leaving = Gate::new();
    let handler = {
        let leaving = leaving.clone();
        move |n: u32, _: &Context| {
            let leaving = leaving.clone();
            at_thread_exit(move || leaving.pass());
            no_error(n)
        }
    };
    let (pool, mut results) = B::spawn(Config::new(1), handler).unwrap();
    pool.submit(0).unwrap();
    results.recv().unwrap();
    pool.close();
    leaving.wait_for_arrivals(1);
    for timeout in [Duration::ZERO, Duration::from_millis(2)] {
        let late = pool.join(Some(timeout)).unwrap_err();
        assert_eq!((late.busy.as_slice(), late.queued, late.open), (&[][..], 0, false));
        assert_eq!(late.exiting, [WorkerId::new(0)], "{late}");
    }
    let late = pool.shutdown(Duration::ZERO).unwrap_err();
    assert!(late.to_string().contains("worker 0 has no more jobs"), "{late}");
    leaving.open();
    assert_eq!(pool.join(None).unwrap().stats.succeeded, 1);
}

/// The error of a shutdown that timed out is seen: the drop behind `?` does not wait for the
/// handler that never returns.
pub fn a_pool_whose_shutdown_timed_out_is_dropped_at_once<B: Backend>() {
    let gate = Gate::new();
    let (pool, results) = gated::<B>(Config::new(1), &gate);
    pool.submit(0).unwrap();
    pool.submit(1).unwrap();
    gate.wait_for_arrivals(1);
    let serve = move || {
        // Owned here, and so dropped here.
        let pool = pool;
        pool.shutdown(Duration::from_millis(1))?;
        Ok::<_, JoinTimeout>(())
    };
    let late = serve().unwrap_err();
    assert_eq!((late.busy.len(), late.queued), (1, 1));
    // What was queued still runs.
    gate.open();
    assert_eq!(jobs_of(&results.collect::<Vec<_>>()), ids(0..2));
}

/// A pool that was given up can be used, stopped and joined as before; its drop closes it and
/// returns.
pub fn a_pool_that_was_given_up_ends_by_itself<B: Backend>() {
    let prefix = unique_prefix();
    let gate = Gate::new();
    let (pool, results) = gated::<B>(Config::new(1).thread_name(&prefix), &gate);
    pool.detach();
    pool.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    pool.submit(1).unwrap();
    assert!(pool.join(NOT_AT_ALL).unwrap_err().open);
    drop(pool);
    gate.open();
    assert_eq!(jobs_of(&results.collect::<Vec<_>>()), ids(0..2));
    eventually("no thread is left", || live_threads(&prefix).unwrap_or(0) == 0);

    let (pool, _) = gated::<B>(Config::new(1), &gate);
    pool.submit(0).unwrap();
    pool.detach();
    pool.close();
    assert_eq!(pool.join(None).unwrap().stats.succeeded, 1);
}

/// The token tells of the end when every worker has called its stop hook, and not before.
pub fn the_token_of_the_end_is_cancelled_after_the_last_worker<B: Backend>() {
    for (workers, stops) in [(1, false), (2, false), (2, true)] {
        let (ended, gate, in_hook) = (CancellationToken::new(), Gate::new(), Gate::new());
        let (at_gate, at_hook, told) = (gate.clone(), in_hook.clone(), ended.clone());
        let config = Config::new(workers).ended_token(&ended).on_worker_stop(move |_, _| {
            assert!(!told.is_cancelled());
            at_hook.pass();
        });
        let handler = move |(): (), _: &_| {
            at_gate.pass();
            no_error(())
        };
        let (pool, _) = B::spawn(config, handler).unwrap();
        pool.submit(()).unwrap();
        gate.wait_for_arrivals(1);
        if stops {
            assert!(pool.stop().is_empty());
        } else {
            pool.close();
        }
        gate.open();
        in_hook.wait_for_arrivals(workers);
        assert!(!ended.is_cancelled());
        in_hook.open();
        assert!(ended.wait_timeout(PATIENCE));
        assert_eq!(pool.join(None).unwrap().stats.succeeded, 1);
    }
}
