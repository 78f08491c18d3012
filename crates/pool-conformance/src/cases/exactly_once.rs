//! Every accepted job ends once: as one completion, or as one entry of what `stop` returned.
//!
//! After Java's `ExecutorCompletionServiceTest` (JSR-166 TCK), and the bugs threadpool 10,
//! rayon 10, ants 202 and tokio 7499.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use pool::{Backend, Config, Ended, JobErrorKind, Pool, RecvTimeoutError, Results, TryRecvError};

use crate::{Census, Gate, no_error};

/// As many completions as jobs, each of a job of its own, with that job's value; ids count
/// up from 0.
pub fn n_jobs_give_n_completions_with_unique_ids<B: Backend>() {
    let (pool, results) =
        B::spawn(Config::new(3).queue(8), |n: u64, _: &_| no_error(n * 2)).unwrap();
    for n in 0..500 {
        assert_eq!(pool.submit(n).unwrap().get(), n);
    }
    pool.close();
    let mut completions: Vec<_> = results.collect();
    completions.sort_unstable_by_key(|completion| completion.job);
    assert_eq!(completions.len(), 500);
    for (n, completion) in (0..).zip(completions) {
        assert_eq!((completion.job.get(), completion.result), (n, Ok(n * 2)));
    }
}

/// Failing is no reason to run a job again, nor panicking.
pub fn the_handler_is_called_once_a_job_whatever_comes_of_it<B: Backend>() {
    let calls: Arc<[AtomicUsize]> = (0..300).map(|_| AtomicUsize::new(0)).collect();
    let seen = Arc::clone(&calls);
    let handler = move |n: usize, _: &_| {
        // Relaxed: read after a join of the workers.
        seen[n].fetch_add(1, Ordering::Relaxed);
        match n % 3 {
            0 => Ok(n),
            1 => Err(n),
            _ => std::panic::resume_unwind(Box::new("quietly")),
        }
    };
    let (pool, results) = B::spawn(Config::new(3), handler).unwrap();
    for n in 0..300 {
        pool.submit(n).unwrap();
    }
    pool.close();
    assert_eq!(results.count(), 300);
    pool.join(None).unwrap();
    assert!(calls.iter().all(|calls| calls.load(Ordering::Relaxed) == 1));
}

/// Good and bad ends both arrive, and after them nothing more.
pub fn successes_and_failures_are_delivered_and_nothing_more<B: Backend>() {
    let handler = |n: u32, _: &_| if n.is_multiple_of(2) { Ok(n) } else { Err(n) };
    let (pool, mut results) = B::spawn(Config::new(2), handler).unwrap();
    for n in 0..100 {
        pool.submit(n).unwrap();
    }
    let mut seen = HashSet::new();
    for _ in 0..100 {
        match results.recv().unwrap().result {
            Ok(n) => assert!(n.is_multiple_of(2) && seen.insert(n)),
            Err(error) => assert!(seen.insert(error.into_failure().unwrap())),
        }
    }
    assert_eq!(results.try_recv(), Err(TryRecvError::Empty));
    pool.close();
    assert_eq!(results.recv(), Err(Ended));
}

/// While the handler has not returned there is nothing to receive.
pub fn no_completion_comes_before_the_handler_returned<B: Backend>() {
    let gate = Gate::new();
    let (pool, mut results) = B::spawn(Config::new(2), gate.handler::<()>()).unwrap();
    pool.submit(()).unwrap();
    gate.wait_for_arrivals(1);
    assert_eq!(results.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(results.recv_timeout(Duration::from_millis(5)), Err(RecvTimeoutError::TimedOut));
    assert_eq!(pool.stats().settled(), 0);
    gate.open();
    results.recv().unwrap();
    assert_eq!(pool.stats().succeeded, 1, "counted before it is delivered");
}

/// Each way to receive gives the next completion, whichever way the one before was taken.
pub fn recv_try_recv_and_recv_timeout_agree<B: Backend>() {
    let (pool, mut results) = B::spawn(Config::new(1), |n: u32, _: &_| no_error(n)).unwrap();
    assert_eq!(results.try_recv(), Err(TryRecvError::Empty));
    for n in 0..400 {
        pool.submit(n).unwrap();
    }
    for n in 0..400 {
        let completion = match n % 4 {
            0 => results.recv().unwrap(),
            1 => results.recv_timeout(Duration::MAX).unwrap(),
            2 => results.next().unwrap(),
            _ => loop {
                match results.try_recv() {
                    Ok(completion) => break completion,
                    Err(empty) => assert_eq!(empty, TryRecvError::Empty),
                }
                thread::yield_now();
            },
        };
        assert_eq!(completion.result, Ok(n));
    }
    assert_eq!(results.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::TimedOut));
}

/// Many producers, many workers, a small queue: every job comes out.
pub fn many_producers_lose_nothing<B: Backend>() {
    const PRODUCERS: u64 = 8;
    const JOBS: u64 = 2_500;
    let (pool, results) = B::spawn(Config::new(4).queue(16), |n: u64, _: &_| no_error(n)).unwrap();
    thread::scope(|scope| {
        for producer in 0..PRODUCERS {
            let pool = &pool;
            scope.spawn(move || {
                for n in 0..JOBS {
                    pool.submit(producer * JOBS + n).unwrap();
                }
            });
        }
    });
    pool.close();
    let done: Vec<_> = results.map(|completion| completion.result.unwrap()).collect();
    assert_eq!(done.len() as u64, PRODUCERS * JOBS);
    assert_eq!(done.iter().collect::<HashSet<_>>().len(), done.len());
}

/// Closing or dropping the pool loses nothing that is under way, the last one least of all.
pub fn the_last_completion_survives_the_pool<B: Backend>() {
    for n in 0..100 {
        let (pool, mut results) = B::spawn(Config::new(2), |n: u32, _: &_| no_error(n)).unwrap();
        pool.submit(n).unwrap();
        drop(pool);
        assert_eq!(results.recv().unwrap().result, Ok(n));
        assert_eq!(results.recv(), Err(Ended));
    }
}

/// The pool drops what it is given once, and keeps nothing.
pub fn every_value_is_dropped_exactly_once<B: Backend>() {
    let census = Census::new();
    // The first job waits until the queue is closed, and the rest are stopped behind it.
    let gate = Gate::new();
    let (pool, results) = B::spawn(Config::new(1).queue(4), gate.handler()).unwrap();
    pool.submit(census.count()).unwrap();
    gate.wait_for_arrivals(1);
    for _ in 0..4 {
        pool.submit(census.count()).unwrap();
    }
    drop(pool.try_submit(census.count()).unwrap_err());
    assert_eq!(census.alive(), 5);
    let undone = pool.stop();
    assert_eq!((undone.len(), census.alive()), (4, 5));
    drop(undone);
    gate.open();
    pool.join(None).unwrap();
    assert_eq!(census.alive(), 1, "the completed one, in the results");
    assert_eq!(results.count(), 1);
    assert_eq!(census.alive(), 0);
}

/// The counters rise with the jobs, say no more than is true, and add up in the end.
pub fn stats_never_overestimate_and_add_up<B: Backend>() {
    const JOBS: u64 = 5_000;
    let (entered, left) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let handler = {
        let (entered, left) = (Arc::clone(&entered), Arc::clone(&left));
        move |n: u64, _: &_| {
            // Sequentially consistent, as all in this case: it is about what is seen when.
            entered.fetch_add(1, Ordering::SeqCst);
            let result = if n.is_multiple_of(3) { Err(n) } else { Ok(n) };
            left.fetch_add(1, Ordering::SeqCst);
            result
        }
    };
    let (pool, results) = B::spawn(Config::new(2).queue(4), handler).unwrap();
    let mut before = pool.stats();
    assert_eq!((before.workers, before.queue_capacity, before.submitted), (2, 4, 0));
    let submitting = AtomicUsize::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..JOBS {
                submitting.fetch_add(1, Ordering::SeqCst);
                pool.submit(n).unwrap();
            }
            pool.close();
        });
        while before.settled() < JOBS {
            let now = pool.stats();
            // What is compared with comes after: it may be more by now, never less.
            let truth = |count: &AtomicUsize| count.load(Ordering::SeqCst) as u64;
            assert!(now.succeeded + now.failed <= truth(&left));
            assert!(now.submitted <= truth(&submitting));
            assert!(now.running <= 2 && now.queued <= 4, "{now:?}");
            assert!(now.submitted >= before.submitted && now.succeeded >= before.succeeded);
            assert!(now.failed >= before.failed && now.settled() <= now.submitted);
            before = now;
            thread::yield_now();
        }
    });
    let stats = pool.join(None).unwrap().stats;
    assert_eq!((stats.submitted, stats.succeeded, stats.failed), (5_000, 3_333, 1_667));
    assert_eq!((stats.queued, stats.running, stats.settled()), (0, 0, JOBS));
    let failed = results.filter(|completion| {
        matches!(&completion.result, Err(error) if matches!(error.kind, JobErrorKind::Failed(_)))
    });
    assert_eq!(failed.count() as u64, stats.failed);
    assert_eq!(entered.load(Ordering::SeqCst) as u64, JOBS);
}
