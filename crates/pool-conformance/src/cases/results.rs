//! The receiving half: slow, early or late.
//!
//! After Java's `ExecutorCompletionServiceTest` (JSR-166 TCK), and the bugs flume 89 and
//! pond 61.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use pool::{
    Backend, CancellationToken, Config, Ended, Pool, RecvTimeoutError, Results, TryRecvError,
};

use crate::{Call, Gate, no_error};

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

/// The results hold what nobody has read yet, after the pool has ended and gone.
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

/// However a pool ends, whoever waits for a completion is told that none will come.
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
