//! Receiving in batches.

use std::{sync::Arc, thread, time::Duration};

use pool::{
    Backend, CancellationToken, Completion, Config, Ended, JobErrorKind, JobOptions, Pool, Results,
    TryRecvError,
};

use crate::{
    Call, Gate, PATIENCE, eventually,
    fixtures::{expired, gated, ids, jobs_of},
    no_error,
};

/// Not at all; for less than it takes to look again; for longer; and for ever.
const LINGERS: [Duration; 4] =
    [Duration::ZERO, Duration::from_micros(100), Duration::from_millis(3), Duration::MAX];

/// A way for a pool to end. Says how many jobs it has handed back.
type End<P> = fn(P, &CancellationToken) -> usize;

fn ends<P: Pool<u32>>() -> [End<Arc<P>>; 4] {
    [
        |pool, _| {
            pool.close();
            0
        },
        |pool, _| pool.stop().len(),
        |_, token| {
            token.cancel();
            0
        },
        |pool, _| {
            drop(pool);
            0
        },
    ]
}

fn values<T, E>(batch: Vec<Completion<T, E>>) -> impl Iterator<Item = T> {
    batch.into_iter().filter_map(|completion| completion.result.ok())
}

/// Waits until a pool with one worker and room for one result has got rid of two: then
/// somebody who receives a batch holds the first.
fn wait_until_one_is_held(pool: &impl Pool<u32>) {
    eventually("the batch holds a completion", || {
        pool.stats().succeeded == 2
            && pool.join(Some(Duration::ZERO)).is_err_and(|late| late.busy.is_empty())
    });
}

/// What is there comes as it ended, up to as many as are asked for; the rest is left there.
pub fn a_batch_takes_what_is_there_in_order<B: Backend>() {
    for linger in LINGERS {
        let (pool, mut results) = B::spawn(Config::new(1), |n: u32, _: &_| no_error(n)).unwrap();
        for n in 0..10 {
            pool.submit(n).unwrap();
        }
        pool.close();
        pool.join(None).unwrap();
        for expected in [0..4, 4..8, 8..10] {
            let mut batch = Vec::new();
            assert_eq!(results.recv_batch(&mut batch, 4, linger), Ok(expected.len()));
            assert!(values(batch).eq(expected));
        }
        assert_eq!(results.recv_batch(&mut Vec::new(), 4, linger), Err(Ended));
    }
}

/// A batch goes behind what the vector holds.
pub fn a_batch_is_appended<B: Backend>() {
    let (pool, mut results) = B::spawn(Config::new(1), |n: u32, _: &_| no_error(n)).unwrap();
    let mut batch = Vec::new();
    for linger in LINGERS {
        for n in 0..3 {
            pool.submit(n).unwrap();
        }
        let before = batch.len();
        while batch.len() < before + 3 {
            let (held, max) = (batch.len(), before + 3 - batch.len());
            let received = results.recv_batch(&mut batch, max, linger).unwrap();
            assert_eq!(batch.len(), held + received);
        }
    }
    assert!(values(batch).eq((0..LINGERS.len()).flat_map(|_| 0..3)));
}

/// A batch of none waits for nothing, takes nothing, and tells no end.
pub fn a_batch_of_none_is_had_at_once<B: Backend>() {
    let gate = Gate::new();
    let (pool, mut results) = gated::<B>(Config::new(1), &gate);
    let take_none = |results: &mut B::Results<_, _>| {
        for linger in LINGERS {
            let mut batch = Vec::new();
            assert_eq!(results.recv_batch(&mut batch, 0, linger), Ok(0));
            assert_eq!(batch, []);
        }
    };
    pool.submit(7).unwrap();
    take_none(&mut results);
    gate.open();
    pool.close();
    pool.join(None).unwrap();
    take_none(&mut results);
    assert_eq!(results.recv().unwrap().result, Ok(7));
    take_none(&mut results);
    assert_eq!(results.recv(), Err(Ended));
}

/// Whoever waits for a batch with empty hands gets the first completion, once it has lingered.
pub fn a_waiting_batch_is_woken_by_the_first_completion<B: Backend>() {
    let (pool, mut results) = B::spawn(Config::new(1), |n: u32, _: &_| no_error(n)).unwrap();
    for (n, linger) in (0..).zip(LINGERS) {
        // For ever is only over when the batch is full.
        let max = if linger == Duration::MAX { 1 } else { 9 };
        let reader = Call::begin_and_wait(move || {
            let mut batch = Vec::new();
            let received = results.recv_batch(&mut batch, max, linger);
            (received, batch, results)
        });
        pool.submit(n).unwrap();
        let (received, batch, back) = reader.returned();
        assert_eq!(received, Ok(1));
        assert!(values(batch).eq([n]));
        results = back;
    }
}

/// However a pool ends, a reader that waits for a batch, and has none yet, learns of it.
pub fn a_waiting_batch_is_woken_by_the_end<B: Backend>() {
    for (end, linger) in ends::<B::Pool<u32>>().into_iter().zip(LINGERS) {
        let token = CancellationToken::new();
        let config = Config::new(2).cancellation_token(&token);
        let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
        let reader = Call::begin_and_wait(move || {
            let mut batch = Vec::new();
            (results.recv_batch(&mut batch, 9, linger), batch)
        });
        assert_eq!(end(Arc::new(pool), &token), 0);
        assert_eq!(reader.returned(), (Err(Ended), Vec::new()));
    }
}

/// A batch that is full is over, however long it would linger.
pub fn a_full_batch_lingers_no_longer<B: Backend>() {
    for linger in [Duration::MAX, 2 * PATIENCE] {
        let config = Config::new(1).results(1);
        let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
        let reader = Call::begin(move || {
            let mut batch = Vec::new();
            let received = results.recv_batch(&mut batch, 3, linger);
            (received, batch, results)
        });
        pool.submit(0).unwrap();
        pool.submit(1).unwrap();
        wait_until_one_is_held(&pool);
        pool.submit(2).unwrap();
        pool.submit(3).unwrap();
        let (received, batch, mut results) = reader.returned();
        assert_eq!(received, Ok(3));
        assert!(values(batch).eq(0..3));
        assert_eq!(results.recv().unwrap().result, Ok(3));
    }
}

/// A batch is over when the results end, however long it would linger; the end comes with the
/// next.
pub fn a_batch_that_lingers_ends_with_the_results<B: Backend>() {
    for end in ends::<B::Pool<u32>>() {
        for linger in [Duration::MAX, 2 * PATIENCE] {
            let token = CancellationToken::new();
            let config = Config::new(1).results(1).cancellation_token(&token);
            let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
            let reader = Call::begin(move || {
                let mut batch = Vec::new();
                let received = results.recv_batch(&mut batch, 3, linger);
                (received, batch, results)
            });
            pool.submit(0).unwrap();
            pool.submit(1).unwrap();
            wait_until_one_is_held(&pool);
            assert_eq!(end(Arc::new(pool), &token), 0);
            let (received, batch, mut results) = reader.returned();
            assert_eq!(received, Ok(2));
            assert!(values(batch).eq(0..2));
            assert_eq!(results.recv_batch(&mut Vec::new(), 3, linger), Err(Ended));
        }
    }
}

/// Once ended, always ended, and the vector is as it was.
pub fn the_end_of_batches_is_told_as_often_as_one_asks<B: Backend>() {
    let (pool, mut results) = B::spawn(Config::new(2), |n: u32, _: &_| no_error(n)).unwrap();
    pool.submit(7).unwrap();
    pool.close();
    let mut batch = Vec::new();
    assert_eq!(results.recv_batch(&mut batch, 2, Duration::MAX), Ok(1));
    for linger in LINGERS {
        assert_eq!(results.recv_batch(&mut batch, 1, linger), Err(Ended));
        assert_eq!(results.try_recv(), Err(TryRecvError::Ended));
        assert_eq!(results.recv(), Err(Ended));
        assert_eq!(results.recv_batch(&mut batch, usize::MAX, linger), Err(Ended));
    }
    assert!(values(batch).eq([7]));
}

/// Whichever way one receives, each completion comes once, and in its order.
pub fn recv_batch_recv_and_try_recv_agree<B: Backend>() {
    let (pool, mut results) = B::spawn(Config::new(1), |n: usize, _: &_| no_error(n)).unwrap();
    for n in 0..400 {
        pool.submit(n).unwrap();
    }
    pool.close();
    let mut received = Vec::new();
    for turn in 0.. {
        let linger = LINGERS[turn / 4 % 4];
        let ended = match turn % 4 {
            0 => results.recv().map(|completion| received.push(completion)).is_err(),
            1 => results.recv_batch(&mut received, 1, linger).is_err(),
            2 => results.recv_batch(&mut received, 2 + turn % 7, linger).is_err(),
            _ => match results.try_recv() {
                Ok(completion) => {
                    received.push(completion);
                    false
                }
                Err(error) => error == TryRecvError::Ended,
            },
        };
        if ended {
            break;
        }
    }
    assert!(values(received).eq(0..400));
}

/// Many producers, many workers, and a reader that never asks the same way twice.
pub fn batches_of_many_producers_lose_nothing<B: Backend>() {
    const PRODUCERS: u64 = 4;
    const JOBS: u64 = 1_000;
    let config = Config::new(4).queue(16);
    let (pool, mut results) = B::spawn(config, |n: u64, _: &_| no_error(n)).unwrap();
    // The last producer drops the pool, and so closes it.
    let pool = Arc::new(pool);
    let producers: Vec<_> = (0..PRODUCERS)
        .map(|_| {
            let pool = Arc::clone(&pool);
            thread::spawn(move || (0..JOBS).for_each(|n| _ = pool.submit(n).unwrap()))
        })
        .collect();
    drop(pool);
    let mut received = Vec::new();
    for turn in 0.. {
        // How many have come is as good as a random number.
        let linger = LINGERS[(received.len() + turn) % 4];
        let max = 1 + received.len() % 50;
        if turn % 3 == 0 {
            match results.try_recv() {
                Ok(completion) => received.push(completion),
                Err(TryRecvError::Empty) => thread::yield_now(),
                Err(TryRecvError::Ended) => break,
            }
        } else if turn % 7 == 0 {
            let Ok(completion) = results.recv() else { break };
            received.push(completion);
        } else {
            let before = received.len();
            let Ok(count) = results.recv_batch(&mut received, max, linger) else { break };
            assert_eq!(received.len(), before + count);
            assert!((1..=max).contains(&count));
        }
    }
    for producer in producers {
        producer.join().unwrap();
    }
    assert_eq!(jobs_of(&received), ids(0..PRODUCERS * JOBS));
}

/// With room for a single result, workers wait for a reader who sleeps, and go on.
pub fn batches_of_full_results_lose_nothing_and_block_nobody<B: Backend>() {
    for linger in LINGERS {
        let config = Config::new(3).queue(2).results(1);
        let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
        let producer = thread::spawn(move || {
            (0..100).for_each(|n| _ = pool.submit(n).unwrap());
            // Dropping the pool waits for its workers, and those for the reader.
        });
        let mut received = Vec::new();
        while results.recv_batch(&mut received, 7, linger).is_ok() {}
        producer.join().unwrap();
        assert_eq!(jobs_of(&received), ids(0..100));
    }
}

/// However a pool ends, what it leaves comes in batches, and then the end.
pub fn batches_outlive_their_pool<B: Backend>() {
    for (end, linger) in ends::<B::Pool<u32>>().into_iter().zip(LINGERS) {
        let (gate, token) = (Gate::new(), CancellationToken::new());
        let config = Config::new(2).cancellation_token(&token);
        let (pool, mut results) = gated::<B>(config, &gate);
        for n in 0..20 {
            pool.submit(n).unwrap();
        }
        gate.wait_for_arrivals(2);
        let pool = Arc::new(pool);
        let undone = end(Arc::clone(&pool), &token);
        gate.open();
        drop(pool);
        let mut received = Vec::new();
        while let Ok(count) = results.recv_batch(&mut received, 7, linger) {
            assert!((1..=7).contains(&count));
        }
        assert_eq!(jobs_of(&received).len() + undone, 20);
    }
}

/// A failure, a panic and a missed deadline stand where they happened.
pub fn whatever_comes_of_a_job_stands_at_its_place_in_a_batch<B: Backend>() {
    let handler = |n: u64, _: &_| match n % 4 {
        0 => Ok(n),
        1 => Err(n),
        _ => std::panic::resume_unwind(Box::new("oh no")),
    };
    let (pool, mut results) = B::spawn(Config::new(1), handler).unwrap();
    for n in 0..8 {
        let late = JobOptions::new().timeout(Duration::ZERO);
        pool.submit_with(n, if n % 4 == 3 { late } else { JobOptions::new() }).unwrap();
    }
    let mut batch = Vec::new();
    assert_eq!(results.recv_batch(&mut batch, 8, Duration::MAX), Ok(8));
    for (n, completion) in (0..).zip(batch) {
        assert_eq!(completion.job.get(), n);
        if n % 4 == 3 {
            assert_eq!(completion, expired(completion.job));
            continue;
        }
        match completion.result.map_err(|error| error.kind) {
            Ok(value) => assert_eq!((value, n % 4), (n, 0)),
            Err(JobErrorKind::Failed(value)) => assert_eq!((value, n % 4), (n, 1)),
            Err(JobErrorKind::Panicked(_)) => assert_eq!(n % 4, 2),
            Err(other) => panic!("job {n} ended otherwise: {other:?}"),
        }
    }
}
