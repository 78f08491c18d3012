//! The receiving half: slow, early or late.
//!
//! After Java's `ExecutorCompletionServiceTest` (JSR-166 TCK), and the bugs flume 89 and
//! pond 61.

use std::{
    convert::Infallible,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use pool::{
    Backend, CancellationToken, Config, Ended, JobOptions, Pool, RecvTimeoutError, Results,
    TryRecvError,
};

use crate::{Call, Census, Counted, Gate, eventually, no_error};

/// A reader that takes its time gets everything, however small the bound.
pub fn a_slow_reader_loses_nothing<B: Backend>() {
    for config in [Config::new(3), Config::new(3).queue(2).results(1)] {
        let (pool, results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
        let producer = thread::spawn(move || {
            (0..500).for_each(|n| _ = pool.submit(n).unwrap());
            // Dropping the pool waits for its workers, and those for the reader.
        });
        let mut read: Vec<_> = results
            .map(|completion| {
                thread::yield_now();
                completion.result.unwrap()
            })
            .collect();
        producer.join().unwrap();
        read.sort_unstable();
        assert!(read.into_iter().eq(0..500));
    }
}

/// The results hold what has not been read yet, after the pool has ended and gone.
pub fn iterating_after_join_yields_what_was_left<B: Backend>() {
    let (pool, mut results) = B::spawn(Config::new(2), |n: u32, _: &_| no_error(n)).unwrap();
    for n in 0..50 {
        pool.submit(n).unwrap();
    }
    let mut read = vec![results.recv().unwrap().result.unwrap()];
    pool.close();
    pool.join(None).unwrap();
    drop(pool);
    read.extend(results.map(|completion| completion.result.unwrap()));
    read.sort_unstable();
    assert!(read.into_iter().eq(0..50));
}

/// Once ended, always ended, whichever way one asks.
pub fn the_end_is_told_as_often_as_one_asks<B: Backend>() {
    let (pool, mut results) = B::spawn(Config::new(2), |n: u32, _: &_| no_error(n)).unwrap();
    pool.submit(1).unwrap();
    pool.close();
    results.recv().unwrap();
    for _ in 0..3 {
        assert_eq!(results.recv(), Err(Ended));
        assert_eq!(results.try_recv(), Err(TryRecvError::Ended));
        for timeout in [Duration::ZERO, Duration::from_secs(1), Duration::MAX] {
            assert_eq!(results.recv_timeout(timeout), Err(RecvTimeoutError::Ended));
        }
        assert_eq!(results.next(), None);
    }
}

/// The results end when the last worker has delivered, not when the first has gone.
pub fn results_do_not_end_while_a_worker_is_busy<B: Backend>() {
    let gate = Gate::new();
    let (pool, mut results) = B::spawn(Config::new(3), gate.handler::<u32>()).unwrap();
    pool.submit(7).unwrap();
    gate.wait_for_arrivals(1);
    pool.close();
    // The other two workers may go now, and some backends' do.
    let reader = Call::begin_and_wait(move || (results.recv(), results.recv()));
    gate.open();
    let (last, end) = reader.returned();
    assert_eq!(last.unwrap().result, Ok(7));
    assert_eq!(end, Err(Ended));
}

/// Whoever waits for a completion gets it as it comes.
pub fn a_waiting_reader_is_woken_by_a_completion<B: Backend>() {
    let (pool, mut results) = B::spawn(Config::new(1), |n: u32, _: &_| no_error(n)).unwrap();
    for n in 0..10 {
        let reader = Call::begin_and_wait(move || {
            let completion = match n % 3 {
                0 => results.recv().unwrap(),
                1 => results.recv_timeout(crate::PATIENCE).unwrap(),
                _ => results.recv_timeout(Duration::MAX).unwrap(),
            };
            (completion.result, results)
        });
        pool.submit(n).unwrap();
        let (result, back) = reader.returned();
        assert_eq!(result, Ok(n));
        results = back;
    }
}

/// However a pool ends, a reader that waits for a completion learns that none will come.
pub fn a_waiting_reader_is_woken_by_the_end<B: Backend>() {
    type End<P> = fn(P, &CancellationToken);
    let ends: [End<Arc<B::Pool<u32>>>; 4] = [
        |pool, _| pool.close(),
        |pool, _| assert_eq!(pool.stop(), []),
        |_, token| token.cancel(),
        |pool, _| drop(pool),
    ];
    for end in ends {
        let token = CancellationToken::new();
        let config = Config::new(2).cancellation_token(&token);
        let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
        let pool = Arc::new(pool);
        let reader = Call::begin_and_wait(move || results.recv());
        end(pool, &token);
        assert_eq!(reader.returned(), Err(Ended));
    }
}

/// `recv_timeout` waits for all of its time, and takes nothing with it.
pub fn a_timed_receive_waits_for_its_timeout<B: Backend>() {
    let (pool, mut results) = B::spawn(Config::new(1), |n: u32, _: &_| no_error(n)).unwrap();
    for timeout in [Duration::ZERO, Duration::from_millis(15)] {
        let start = Instant::now();
        assert_eq!(results.recv_timeout(timeout), Err(RecvTimeoutError::TimedOut));
        assert!(start.elapsed() >= timeout, "gave up after {:?}", start.elapsed());
    }
    pool.submit(1).unwrap();
    pool.close();
    pool.join(None).unwrap();
    assert_eq!(results.recv_timeout(Duration::ZERO).unwrap().result, Ok(1));
}

/// What was put back comes before everything else, by every way to receive, and after the end.
pub fn what_was_put_back_is_received_first<B: Backend>() {
    let (pool, mut results) = B::spawn(Config::new(1), |n: u32, _: &_| no_error(n)).unwrap();
    for n in 0..6 {
        pool.submit(n).unwrap();
    }
    pool.close();
    pool.join(None).unwrap();
    let first = [results.recv().unwrap(), results.recv().unwrap()];
    let put_back = |results: &mut B::Results<u32, Infallible>| {
        first.iter().rev().for_each(|completion| results.put_back(completion.clone()));
    };
    put_back(&mut results);
    assert_eq!((results.recv().as_ref(), results.try_recv().as_ref()), {
        (Ok(&first[0]), Ok(&first[1]))
    });
    put_back(&mut results);
    assert_eq!(results.recv_timeout(Duration::ZERO).as_ref(), Ok(&first[0]));
    assert_eq!(results.next().as_ref(), Some(&first[1]));
    put_back(&mut results);
    let mut batch = Vec::new();
    assert_eq!(results.recv_batch(&mut batch, 4, Duration::ZERO), Ok(4));
    assert!(batch.into_iter().map(|completion| completion.result.unwrap()).eq(0..4));
    assert_eq!(results.by_ref().count(), 2);

    assert_eq!(results.recv(), Err(Ended));
    put_back(&mut results);
    assert!(results.by_ref().eq(first.iter().cloned()));
    assert_eq!(results.try_recv(), Err(TryRecvError::Ended));
}

/// What was put back and never received goes with the results; a panic of its drop goes no
/// further.
pub fn what_was_put_back_is_dropped_with_the_results<B: Backend>() {
    let census = Census::new();
    let handler = {
        let census = census.clone();
        move |(): (), _: &_| no_error(PanicsOnDrop(census.count()))
    };
    let (pool, mut results) = B::spawn(Config::new(1), handler).unwrap();
    for _ in 0..3 {
        pool.submit(()).unwrap();
    }
    let received: Vec<_> = results.by_ref().take(3).collect();
    received.into_iter().rev().for_each(|completion| results.put_back(completion));
    assert_eq!(census.alive(), 3);
    drop(results);
    assert_eq!(census.alive(), 0);
}

/// Says so when it is dropped, by a panic.
struct PanicsOnDrop(#[expect(dead_code, reason = "counted while it lives")] Counted);

impl Drop for PanicsOnDrop {
    fn drop(&mut self) {
        panic!("of a value's drop");
    }
}

/// A pool whose results are not wanted keeps none, says so from the beginning, and counts.
pub fn a_pool_that_discards_its_results_keeps_none<B: Backend>() {
    let census = Census::new();
    let handler = |job: Counted, _: &_| no_error(job);
    let (pool, mut results) = B::spawn(Config::new(2).discard_results(), handler).unwrap();
    assert!(matches!(results.recv(), Err(Ended)));
    let token = CancellationToken::new();
    token.cancel();
    for n in 0..100 {
        let options = JobOptions::new();
        let options = if n % 4 == 0 { options.cancellation_token(&token) } else { options };
        pool.submit_with(census.count(), options).unwrap();
    }
    eventually("no value is kept", || pool.stats().completed() == 100 && census.alive() == 0);
    assert!(matches!(results.try_recv(), Err(TryRecvError::Ended)));
    pool.close();
    let stats = pool.join(None).unwrap().stats;
    assert_eq!((stats.succeeded, stats.cancelled), (75, 25));
    assert!(results.next().is_none());
}
