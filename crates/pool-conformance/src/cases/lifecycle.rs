//! From open to closing to ended.
//!
//! After Java's `ThreadPoolExecutorTest` (JSR-166 TCK) and Python's
//! `test_concurrent_futures.ExecutorShutdownTest`.

use std::{
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

use pool::{
    Backend, BoundError, CancellationToken, Config, ConfigError, Ended, JobOptions, Pool,
    RefusalReason, Results, SpawnError, SubmitError, SubmitTimeoutError, TrySubmitError,
};

use crate::{Call, Gate, eventually, live_threads, no_error, unique_prefix};

/// One job in, one completion out, with the job's id and a worker's.
pub fn runs_one_job<B: Backend>() {
    let (pool, mut results) = B::spawn(Config::new(1), |n: u32, _: &_| no_error(n + 1)).unwrap();
    let id = pool.submit(41).unwrap();
    let completion = results.recv().unwrap();
    assert_eq!(completion.job, id);
    assert_eq!(completion.worker.map(pool::WorkerId::get), Some(0));
    assert_eq!(completion.result, Ok(42));
}

/// Whatever is wrong with a configuration, `spawn` says what it is.
pub fn an_invalid_config_is_a_typed_error<B: Backend>() {
    use BoundError::{TooLarge, Zero};
    let valid = || Config::new(1);
    for (config, expected) in [
        (Config::new(0), ConfigError::NoWorkers),
        (Config::new(65_536), ConfigError::TooManyWorkers(65_536)),
        (Config::new(usize::MAX), ConfigError::TooManyWorkers(usize::MAX)),
        (valid().queue(0), ConfigError::Queue(Zero)),
        (valid().queue(usize::MAX), ConfigError::Queue(TooLarge(usize::MAX))),
        (valid().results(0), ConfigError::Results(Zero)),
        (valid().results(usize::MAX), ConfigError::Results(TooLarge(usize::MAX))),
        (valid().thread_name("a\0b"), ConfigError::ThreadName),
        (valid().stack_size(0), ConfigError::StackSize(0)),
        (valid().stack_size(usize::MAX), ConfigError::StackSize(usize::MAX)),
    ] {
        match B::spawn(config, |(): (), _: &_| no_error(())).map(drop) {
            Err(SpawnError::Config(error)) => assert_eq!(error, expected),
            other => panic!("expected {expected:?}, got {other:?}"),
        }
    }
}

/// A pool that is not closed does not end, and says so.
pub fn join_on_an_open_pool_times_out<B: Backend>() {
    let (pool, _results) = B::spawn(Config::new(2), |(): (), _: &_| no_error(())).unwrap();
    let late = pool.join(Some(Duration::from_millis(10))).unwrap_err();
    assert!(late.open);
    assert_eq!(late.busy, []);
    assert_eq!(late.queued, 0);
}

/// The states a pool goes through, as `join` and `submit` tell them.
pub fn a_pool_is_open_then_closing_then_ended<B: Backend>() {
    let gate = Gate::new();
    let (pool, mut results) = B::spawn(Config::new(1), gate.handler::<u32>()).unwrap();
    pool.submit(1).unwrap();
    pool.submit(2).unwrap();
    gate.wait_for_arrivals(1);

    let open = pool.join(Some(Duration::ZERO)).unwrap_err();
    assert!(open.open);
    assert_eq!((open.busy.len(), open.queued), (1, 1));

    pool.close();
    let closed = Instant::now();
    let closing = pool.join(Some(Duration::from_millis(5))).unwrap_err();
    assert!(!closing.open);
    assert_eq!((closing.busy.len(), closing.queued), (1, 1));
    assert_eq!(pool.submit(3), Err(SubmitError::Closed(3)));

    let closing_for = closed.elapsed();
    pool.close();
    gate.open();
    let report = pool.join(None).unwrap();
    assert!(report.elapsed >= closing_for, "counted from the first close");
    assert_eq!((report.stats.submitted, report.stats.succeeded), (2, 2));
    assert_eq!(pool.join(Some(Duration::ZERO)), Ok(report), "an ended pool stays so");
    assert_eq!(
        results.by_ref().map(|completion| completion.result).collect::<Vec<_>>(),
        [Ok(1), Ok(2)]
    );
}

/// `Duration::MAX` is past the end of the clock, and means forever.
pub fn join_takes_the_longest_timeout_for_none<B: Backend>() {
    let gate = Gate::new();
    let (pool, _results) = B::spawn(Config::new(1), gate.handler::<()>()).unwrap();
    pool.submit(()).unwrap();
    pool.close();
    let pool = Arc::new(pool);
    let joiner = Call::begin_and_wait({
        let pool = Arc::clone(&pool);
        move || pool.join(Some(Duration::MAX))
    });
    gate.open();
    assert_eq!(joiner.returned().unwrap().stats.succeeded, 1);
}

/// A pool that never had a job ends as well as any.
pub fn close_without_jobs_ends_the_pool<B: Backend>() {
    let (pool, mut results) = B::spawn(Config::new(3), |(): (), _: &_| no_error(())).unwrap();
    pool.close();
    assert_eq!(results.recv(), Err(Ended));
    assert_eq!(pool.join(None).unwrap().stats.submitted, 0);
}

/// `close`, `stop` and `join`, one after the other in each order, twice each.
pub fn close_stop_and_join_may_come_in_any_order<B: Backend>() {
    for order in ["csj", "cjs", "scj", "sjc", "jcs", "jsc"] {
        let (pool, results) =
            B::spawn(Config::new(2).queue(4), |n: u32, _: &_| no_error(n)).unwrap();
        for n in 0..4 {
            pool.submit(n).unwrap();
        }
        let (mut undone, mut ended) = (0, false);
        for step in order.chars().chain(order.chars()) {
            match step {
                'c' => pool.close(),
                's' => undone += pool.stop().len(),
                // Nothing has ended the pool if this comes first.
                _ if order.starts_with('j') && !ended => {
                    assert!(pool.join(Some(Duration::ZERO)).unwrap_err().open);
                }
                _ => _ = pool.join(None).unwrap(),
            }
            ended |= step != 'j';
        }
        assert_eq!(results.count() + undone, 4, "{order}");
        assert_eq!(pool.join(None).unwrap().stats.settled(), 4, "{order}");
    }
}

/// The same from several threads at once, over and over.
pub fn close_stop_and_join_may_race<B: Backend>() {
    for _ in 0..50 {
        let (pool, results) =
            B::spawn(Config::new(2).queue(4), |n: u32, _: &_| no_error(n)).unwrap();
        for n in 0..4 {
            pool.submit(n).unwrap();
        }
        let start = Barrier::new(6);
        let undone: usize = thread::scope(|scope| {
            let each = |end: fn(&B::Pool<u32>) -> usize| {
                let (pool, start) = (&pool, &start);
                scope.spawn(move || (start.wait(), end(pool)).1)
            };
            let stops = [each(|pool| pool.stop().len()), each(|pool| pool.stop().len())];
            for _ in 0..2 {
                each(|pool| (pool.close(), 0).1);
                each(|pool| (pool.join(None).unwrap(), 0).1);
            }
            stops.map(|stop| stop.join().unwrap()).iter().sum()
        });
        let stats = pool.join(None).unwrap().stats;
        assert_eq!((stats.submitted, stats.undone), (4, undone as u64));
        assert_eq!(results.count() + undone, 4);
    }
}

/// Each way to submit gives the job back once the pool is closed, full or not.
pub fn every_way_to_submit_is_refused_after_close<B: Backend>() {
    for jobs in [0, 1] {
        let gate = Gate::new();
        let (pool, _results) = B::spawn(Config::new(1).queue(1), gate.handler::<()>()).unwrap();
        for _ in 0..2 * jobs {
            pool.submit(()).unwrap();
            gate.wait_for_arrivals(1);
        }
        pool.close();
        assert_eq!(pool.submit(()), Err(SubmitError::Closed(())));
        assert_eq!(pool.try_submit(()), Err(TrySubmitError::Closed(())));
        for timeout in [Duration::ZERO, Duration::from_secs(1), Duration::MAX] {
            assert_eq!(pool.submit_timeout((), timeout), Err(SubmitTimeoutError::Closed(())));
        }
        assert_eq!(pool.submit_with((), JobOptions::new()), Err(SubmitError::Closed(())));
        gate.open();
        assert_eq!(pool.join(None).unwrap().stats.submitted, 2 * jobs);
    }
}

/// A job that is dropped because it is cancelled may use its pool even then, and close it.
pub fn a_job_may_close_the_pool_as_it_is_dropped<B: Backend>() {
    struct LastWord(Option<Box<dyn FnOnce() + Send>>);
    impl Drop for LastWord {
        fn drop(&mut self) {
            self.0.take().into_iter().for_each(|speak| speak());
        }
    }
    for cancel_first in [true, false] {
        let gate = Gate::new();
        let (pool, results) =
            B::spawn(Config::new(1).queue(2), gate.handler::<LastWord>()).unwrap();
        let pool = Arc::new(pool);
        pool.submit(LastWord(None)).unwrap();
        gate.wait_for_arrivals(1);
        let token = CancellationToken::new();
        if cancel_first {
            token.cancel();
        }
        let own = Arc::downgrade(&pool);
        let speak = move || {
            let pool = own.upgrade().unwrap();
            pool.try_submit(LastWord(None)).expect("there is another place");
            pool.close();
        };
        let options = JobOptions::new().cancellation_token(&token);
        pool.submit_with(LastWord(Some(Box::new(speak))), options).unwrap();
        token.cancel();
        let refused = pool.submit(LastWord(None)).unwrap_err();
        assert_eq!(refused.reason(), RefusalReason::Closed);
        gate.open();
        assert_eq!(results.count(), 3);
    }
}

/// Ending one pool leaves its neighbour, made from the same configuration, as it is.
pub fn two_pools_do_not_touch<B: Backend>() {
    let config = Config::new(1).queue(1);
    let spawn = || B::spawn(config.clone(), |n: u32, _: &_| no_error(n)).unwrap();
    let ((one, mut ones), (other, mut others)) = (spawn(), spawn());
    assert_eq!(one.submit(1).unwrap(), other.submit(2).unwrap(), "each counts from 0");
    assert_eq!(ones.recv().unwrap().result, Ok(1));
    assert_eq!(others.recv().unwrap().result, Ok(2));

    assert_eq!(one.stop(), []);
    one.join(None).unwrap();
    assert_eq!(ones.recv(), Err(Ended));
    other.submit(3).unwrap();
    assert_eq!(others.recv().unwrap().result, Ok(3));

    drop((one, ones));
    other.submit(4).unwrap();
    assert_eq!(others.recv().unwrap().result, Ok(4));
}

/// Nothing piles up from pool to pool.
pub fn a_thousand_pools_in_a_row<B: Backend>() {
    let prefix = unique_prefix();
    for n in 0..1000 {
        let config = Config::new(2).queue(1).thread_name(&prefix);
        let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
        pool.submit(n).unwrap();
        assert_eq!(results.recv().unwrap().result, Ok(n));
        drop(pool);
        assert_eq!(results.recv(), Err(Ended));
    }
    eventually("all threads are gone", || live_threads(&prefix).unwrap_or(0) == 0);
}
