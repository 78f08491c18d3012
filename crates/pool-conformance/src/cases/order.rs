//! In which order jobs start, and completions come.
//!
//! Ordered results after conc's `stream` and Python's `Executor.map`.

use std::{
    cell::Cell,
    iter,
    sync::{Arc, Barrier, Mutex},
    thread,
    time::Duration,
};

use pool::{
    Backend, CancellationToken, Config, Context, JobErrorKind, JobOptions, Pool, PoolExt, Results,
    ResultsExt,
};

use crate::{Call, Census, Counted, Gate, eventually, no_error};

/// One worker starts jobs in the order they were submitted in, however full the queue is.
pub fn one_worker_is_first_in_first_out<B: Backend>() {
    for capacity in [1, 2, 7, 1000] {
        let (pool, results) =
            B::spawn(Config::new(1).queue(capacity), |n: u32, _: &_| no_error(n)).unwrap();
        for n in 0..500 {
            pool.submit(n).unwrap();
        }
        pool.close();
        assert!(results.map(|completion| completion.result.unwrap()).eq(0..500));
    }
}

/// With several producers, the order holds for each of them.
pub fn one_worker_keeps_the_order_of_each_producer<B: Backend>() {
    let (pool, results) =
        B::spawn(Config::new(1).queue(3), |job: (usize, u32), _: &_| no_error(job)).unwrap();
    thread::scope(|scope| {
        for producer in 0..4 {
            let pool = &pool;
            scope.spawn(move || (0..250).for_each(|n| _ = pool.submit((producer, n)).unwrap()));
        }
    });
    pool.close();
    let mut next = [0; 4];
    for (producer, n) in results.map(|completion| completion.result.unwrap()) {
        assert_eq!(n, next[producer], "of producer {producer}");
        next[producer] += 1;
    }
    assert_eq!(next, [250; 4]);
}

/// Plain results come as jobs end, not as they began.
pub fn plain_results_come_in_completion_order<B: Backend>() {
    let gate = Gate::new();
    let at_gate = gate.clone();
    let handler = move |n: u32, _: &_| {
        if n == 0 {
            at_gate.pass();
        }
        no_error(n)
    };
    let (pool, mut results) = B::spawn(Config::new(2), handler).unwrap();
    for n in 0..3 {
        pool.submit(n).unwrap();
    }
    assert_eq!(results.recv().unwrap().result, Ok(1));
    assert_eq!(results.recv().unwrap().result, Ok(2));
    gate.open();
    assert_eq!(results.recv().unwrap().result, Ok(0));
}

/// How the pool goes on once the queue is full of cancelled jobs with others behind them.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Then {
    Run,
    Close,
    Stop,
    Cancel,
}

/// Most of a full queue is cancelled. What is left is not lost, whatever happens next, and keeps
/// its order.
pub fn jobs_behind_cancelled_ones_keep_their_order<B: Backend>() {
    const CAPACITY: usize = 16;
    const JOBS: u64 = 17;
    for then in [Then::Run, Then::Close, Then::Stop, Then::Cancel] {
        let gate = Gate::new();
        let pool_token = CancellationToken::new();
        let config = Config::new(1).queue(CAPACITY).cancellation_token(&pool_token);
        let (pool, results) = B::spawn(config, gate.handler::<u64>()).unwrap();
        pool.submit(0).unwrap();
        gate.wait_for_arrivals(1);
        for n in 1..JOBS {
            let token = CancellationToken::new();
            let options = JobOptions::new().cancellation_token(&token);
            assert_eq!(pool.submit_with(n, options).unwrap().get(), n);
            if !n.is_multiple_of(4) {
                token.cancel();
            }
        }
        let live = [4, 8, 12, 16];
        assert_eq!(pool.stats().queued, 4);

        let mut undone = Vec::new();
        match then {
            Then::Run => {}
            Then::Close => pool.close(),
            Then::Stop => undone = pool.stop(),
            Then::Cancel => pool_token.cancel(),
        }
        gate.open();
        if then == Then::Run {
            eventually("the worker gets to all of them", || pool.stats().settled() == JOBS);
        }
        pool.close();
        let completions: Vec<_> = results.collect();
        let ran: Vec<_> = completions.iter().filter_map(|done| done.result.clone().ok()).collect();
        match then {
            Then::Run | Then::Close => assert_eq!(ran, [0, 4, 8, 12, 16], "{then:?}"),
            Then::Stop => {
                assert_eq!(undone.into_iter().map(|(_, n)| n).collect::<Vec<_>>(), live);
                assert_eq!(ran, [0]);
            }
            Then::Cancel => {
                let cancelled = completions.iter().filter(|done| done.result.is_err());
                let cancelled: Vec<_> = cancelled.map(|done| done.job.get()).collect();
                assert!(live.iter().all(|id| cancelled.contains(id)), "{cancelled:?}");
                assert_eq!(ran, [0]);
            }
        }
        let stats = pool.join(None).unwrap().stats;
        assert_eq!(stats.submitted, JOBS);
        assert_eq!(stats.settled(), JOBS, "{then:?}");
    }
}

/// The same while the worker runs: no job overtakes those that had no room in the queue.
pub fn jobs_keep_their_order_while_others_are_cancelled<B: Backend>() {
    const CAPACITY: u32 = 8;
    let handler = |n: u32, _: &_| no_error(n);
    let (pool, results) = B::spawn(Config::new(1).queue(CAPACITY as usize), handler).unwrap();
    for n in 0..16_000 {
        // As many cancelled ones as there is room for, then as many live ones behind them.
        if (n / CAPACITY).is_multiple_of(2) {
            let token = CancellationToken::new();
            pool.submit_with(n, JobOptions::new().cancellation_token(&token)).unwrap();
            token.cancel();
        } else {
            pool.submit(n).unwrap();
        }
    }
    pool.close();
    let ran: Vec<_> = results.filter_map(|completion| completion.result.ok()).collect();
    assert!(ran.is_sorted(), "a job has overtaken another");
    assert_eq!(ran.iter().filter(|n| **n / CAPACITY % 2 == 1).count(), 8_000);
}

/// Input order, although the first job ends last of all.
pub fn an_ordered_map_waits_for_the_slowest_first_job<B: Backend>() {
    for config in [Config::new(2).queue(4), Config::new(2).queue(4).results(1)] {
        let others = Gate::new();
        others.open();
        let handler = move |n: usize, _: &_| {
            if n == 0 {
                // As many as fit in between: the queue is 4 and the workers 2, less this one.
                others.wait_for_arrivals(5);
            } else {
                others.pass();
            }
            no_error(n * 10)
        };
        let (pool, mut results) = B::spawn(config, handler).unwrap();
        let mapped: Vec<_> = pool.map_ordered(&mut results, 0..20).map(Result::unwrap).collect();
        assert_eq!(mapped, (0..20).map(|n| n * 10).collect::<Vec<_>>());
    }
}

/// Many workers, one place in the queue, one in the results: the order holds.
pub fn an_ordered_map_keeps_input_order_in_the_smallest_pool<B: Backend>() {
    for workers in [1, 4] {
        let config = Config::new(workers).queue(1).results(1);
        let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
        let mapped = pool.map_ordered(&mut results, 0..500).map(Result::unwrap);
        assert!(mapped.eq(0..500));
    }
}

/// A failure stands where its job stood; what follows is still there.
pub fn an_error_stands_at_its_place_in_an_ordered_map<B: Backend>() {
    let handler = |n: u32, _: &Context| match n {
        3 => Err("three"),
        5 => std::panic::resume_unwind(Box::new("five")),
        _ => Ok(n),
    };
    let (pool, mut results) = B::spawn(Config::new(3), handler).unwrap();
    let mapped: Vec<_> = pool.map_ordered(&mut results, 0..8).collect();
    assert_eq!(mapped.len(), 8);
    for (n, result) in (0..).zip(mapped) {
        let expected = match n {
            3 => Err(JobErrorKind::Failed("three")),
            5 => Err(JobErrorKind::Panicked("five".into())),
            _ => Ok(n),
        };
        assert_eq!(result.as_ref().map_err(|error| error.job.get()).err(), {
            expected.as_ref().err().map(|_| u64::from(n))
        });
        assert_eq!(result.map_err(|error| error.kind), expected);
    }
}

/// An endless iterator is read no further ahead than the pool has room for.
pub fn an_ordered_map_reads_an_endless_iterator_only_so_far_ahead<B: Backend>() {
    const AHEAD: usize = 3 + 2;
    let (pool, mut results) =
        B::spawn(Config::new(2).queue(3), |n: usize, _: &_| no_error(n)).unwrap();
    let taken = Cell::new(0);
    let endless = (0..).inspect(|_| taken.set(taken.get() + 1));
    let mut mapped = pool.map_ordered(&mut results, endless);
    assert_eq!(taken.get(), 0, "lazy");
    for n in 0..1_000 {
        assert_eq!(mapped.next().unwrap().unwrap(), n);
        assert!(taken.get() <= n + AHEAD, "{} taken for {n}", taken.get());
    }
}

/// While the first job runs, the map takes as many as its window holds, and no more: by
/// default one for each place in the queue and for each worker, or as many as the caller says.
pub fn an_ordered_map_takes_as_many_jobs_as_its_window_holds<B: Backend>() {
    for (window, taken) in [(None, 5), (Some(0), 1), (Some(1), 1), (Some(2), 2), (Some(9), 9)] {
        let gate = Gate::new();
        let at_gate = gate.clone();
        let handler = move |n: u64, _: &_| {
            if n == 0 {
                at_gate.pass();
            }
            no_error(n)
        };
        let (pool, mut results) = B::spawn(Config::new(2).queue(3), handler).unwrap();
        let pool = Arc::new(pool);
        let asked = Gate::new();
        asked.open();
        let next = {
            let (pool, asked) = (Arc::clone(&pool), asked.clone());
            Call::begin(move || {
                let jobs = (0..).inspect(|_| asked.pass());
                let map = pool.map_ordered(&mut results, jobs);
                match window {
                    Some(jobs) => map.window(jobs),
                    None => map,
                }
                .next()
                .unwrap()
            })
        };
        eventually("all but the first have ended", || pool.stats().succeeded == taken - 1);
        next.wait_until_asleep();
        assert_eq!(asked.arrivals() as u64, taken);
        gate.open();
        assert_eq!(next.returned(), Ok(0));
    }
}

/// A result that is ready is given out before the iterator, which may be slow, is asked for
/// another job.
pub fn an_ordered_map_gives_a_ready_result_before_it_asks_for_more<B: Backend>() {
    let (pool, mut results) =
        B::spawn(Config::new(1).queue(8), |n: u64, _: &_| no_error(n)).unwrap();
    let given = Cell::new(0);
    let slow = (0..50).inspect(|&n| {
        assert!(given.get() + 1 >= n, "{} given when job {n} was asked for", given.get());
        eventually("all before have been delivered", || {
            let open = pool.join(Some(Duration::ZERO)).unwrap_err();
            open.busy.is_empty() && pool.stats().succeeded == n
        });
    });
    for (n, result) in (0..).zip(pool.map_ordered(&mut results, slow)) {
        assert_eq!(result, Ok(n));
        given.set(n + 1);
    }
    assert_eq!(given.get(), 50);
}

/// An iterator that has ended need not stay ended: it is not asked again.
pub fn an_iterator_that_has_ended_is_not_asked_again<B: Backend>() {
    let (pool, mut results) =
        B::spawn(Config::new(1).queue(8), |n: u32, _: &_| no_error(n)).unwrap();
    let three = || {
        let mut jobs = vec![None, Some(2), Some(1), Some(0)];
        iter::from_fn(move || jobs.pop().expect("asked after the end"))
    };
    let mut map = pool.map_ordered(&mut results, three());
    assert!(map.by_ref().map(Result::unwrap).eq(0..3));
    assert_eq!((map.next(), map.next()), (None, None));
    drop(map);
    assert_eq!(pool.run(&mut results, three()).unwrap().len(), 3);
}

/// A map that is dropped half way leaves completions behind: the next one does not take them
/// for its own, and none is lost.
pub fn an_ordered_map_may_be_abandoned<B: Backend>() {
    let (pool, mut results) =
        B::spawn(Config::new(2).queue(4), |n: u32, _: &_| no_error(n)).unwrap();
    for _ in 0..50 {
        assert!(pool.map_ordered(&mut results, 0..).take(3).map(Result::unwrap).eq(0..3));
        assert!(pool.map_ordered(&mut results, 100..103).map(Result::unwrap).eq(100..103));
    }
    pool.close();
    let left = results.outcomes().map(Result::unwrap).collect::<Vec<_>>();
    assert!(left.iter().all(|n| *n < 100), "{left:?}");
    assert_eq!(50 * 6 + left.len() as u64, pool.stats().submitted);
}

/// What a map has received and not given out can be received when the map is dropped, in the
/// order in which it came: results of its own whose turn had not come, and other completions.
pub fn an_ordered_map_puts_back_what_it_has_not_given_out<B: Backend>() {
    let gate = Gate::new();
    let at_gate = gate.clone();
    let handler = move |n: u64, _: &_| {
        // The first job is overtaken by those between.
        if n == 0 || n == 5 {
            at_gate.pass();
        }
        no_error(n)
    };
    let (pool, mut results) = B::spawn(Config::new(2).queue(8), handler).unwrap();
    for n in 100..103 {
        pool.submit(n).unwrap();
    }
    thread::scope(|scope| {
        scope.spawn(|| {
            gate.wait_for_arrivals(2);
            gate.open();
        });
        let mut map = pool.map_ordered(&mut results, 0..);
        assert_eq!(map.next(), Some(Ok(0)));
        drop(map);
    });
    pool.close();
    let left: Vec<_> = results.map(|completion| completion.result.unwrap()).collect();
    assert_eq!(1 + left.len() as u64, pool.stats().submitted);
    // Two workers may end two neighbours in any order.
    let mut first = left[..7].to_vec();
    first.sort_unstable();
    assert_eq!(first, [1, 2, 3, 4, 100, 101, 102], "{left:?}");
    let position = |n| left.iter().position(|other| *other == n);
    assert!(position(1) < position(4) && position(100) < position(4), "{left:?}");
}

/// A job that was taken from the iterator has been submitted, and one that was not is there.
pub fn an_ordered_map_takes_no_job_that_it_does_not_submit<B: Backend>() {
    for (workers, queue) in [(1, 1), (2, 3)] {
        let config = Config::new(workers).queue(queue);
        let (pool, mut results) = B::spawn(config, |n: u64, _: &_| no_error(n)).unwrap();
        let mut jobs = 0..;
        for taken in [2, 1, 5] {
            let mapped = pool.map_ordered(&mut results, &mut jobs).take(taken);
            assert_eq!(mapped.map(Result::unwrap).count(), taken);
            let submitted = pool.stats().submitted;
            assert_eq!(jobs.next(), Some(submitted));
            pool.submit(submitted).unwrap();
        }
    }
}

/// It fills the pool, so that all workers have a job, however small the queue is.
pub fn an_ordered_map_keeps_every_worker_busy<B: Backend>() {
    const WORKERS: usize = 4;
    let barrier = Barrier::new(WORKERS);
    let handler = move |n: u32, _: &_| {
        barrier.wait();
        no_error(n)
    };
    let (pool, mut results) = B::spawn(Config::new(WORKERS).queue(1), handler).unwrap();
    assert!(pool.map_ordered(&mut results, 0..40).map(Result::unwrap).eq(0..40));
}

/// It has no job in hand when it is dropped, so it need not wait until the full queue has room.
pub fn dropping_an_ordered_map_waits_for_no_running_job<B: Backend>() {
    let (first, others) = (Gate::new(), Gate::new());
    let handler = {
        let (first, others) = (first.clone(), others.clone());
        move |n: u32, _: &_| {
            let gate = if n == 0 { &first } else { &others };
            gate.pass();
            no_error(n)
        }
    };
    let (pool, mut results) = B::spawn(Config::new(1).queue(1), handler).unwrap();
    let pool = Arc::new(pool);
    let mapping = {
        let pool = Arc::clone(&pool);
        Call::begin(move || {
            let mut map = pool.map_ordered(&mut results, 0..).window(9);
            assert_eq!(map.next(), Some(Ok(0)));
            pool.submit(100).unwrap();
            drop(map);
            results
        })
    };
    first.wait_for_arrivals(1);
    eventually("the queue is full", || pool.stats().queued == 1);
    mapping.wait_until_asleep();
    first.open();
    let results = mapping.returned();
    others.open();
    pool.close();
    assert!(results.map(|completion| completion.result.unwrap()).eq([1, 100]));
}

/// Also while other submitters take the room that it has seen.
pub fn an_ordered_map_among_other_submitters_loses_nothing<B: Backend>() {
    const OTHERS: u64 = 500;
    let config = Config::new(2).queue(1).results(1);
    let (pool, mut results) = B::spawn(config, |n: u64, _: &_| no_error(n)).unwrap();
    let mut jobs = OTHERS..;
    let mut given = 0;
    thread::scope(|scope| {
        let others = scope.spawn(|| (0..OTHERS).for_each(|n| _ = pool.submit(n).unwrap()));
        while !others.is_finished() {
            let mapped = pool.map_ordered(&mut results, &mut jobs).take(3);
            given += mapped.map(Result::unwrap).count();
        }
    });
    assert_eq!(jobs.next(), Some(pool.stats().submitted));
    let submitted = pool.stats().submitted;
    pool.close();
    let left: Vec<_> = results.map(|completion| completion.result.unwrap()).collect();
    assert_eq!(left.iter().filter(|n| **n < OTHERS).count() as u64, OTHERS);
    assert_eq!(given as u64 + left.len() as u64, submitted);
}

/// What another map has left behind is not dropped with the one that comes across it, and
/// dropped once in the end.
pub fn an_ordered_map_keeps_nothing_that_is_not_its_own<B: Backend>() {
    let census = Census::new();
    let (pool, mut results) =
        B::spawn(Config::new(1).queue(8), |job: Counted, _: &_| no_error(job)).unwrap();
    let endless = || iter::repeat_with(|| census.count());
    drop(pool.map_ordered(&mut results, endless()).next());
    let left = pool.stats().submitted - 1;
    let mut map = pool.map_ordered(&mut results, endless().take(3));
    // One worker: what the first has left behind comes before the last of these.
    assert_eq!(map.by_ref().filter_map(Result::ok).count(), 3);
    assert!(map.next().is_none());
    drop(map);
    assert_eq!(census.alive() as u64, left);
    for _ in 0..left {
        results.try_recv().unwrap();
    }
    assert_eq!(census.alive(), 0);
}

/// When the pool is stopped meanwhile, the map ends: what had started has its value, what
/// was taken back stands as cancelled, and what was refused can be had.
pub fn an_ordered_map_ends_with_a_stopped_pool<B: Backend>() {
    let gate = Gate::new();
    let at_gate = gate.clone();
    let handler = move |n: u32, _: &_| {
        if n == 1 {
            at_gate.pass();
        }
        no_error(n)
    };
    let (pool, mut results) = B::spawn(Config::new(1).queue(2), handler).unwrap();
    let refused = Arc::new(Mutex::new(None));
    thread::scope(|scope| {
        let (pool, results, kept) = (&pool, &mut results, Arc::clone(&refused));
        let mapping = scope.spawn(move || {
            let mut map = pool.map_ordered(results, 0..);
            let mapped: Vec<_> = map.by_ref().collect();
            *kept.lock().unwrap() = map.into_refused();
            mapped
        });
        gate.wait_for_arrivals(1);
        eventually("the queue is full", || pool.stats().queued == 2);
        let undone = pool.stop();
        gate.open();
        let mapped = mapping.join().unwrap();
        let good: Vec<_> = mapped.iter().map_while(|result| result.as_ref().ok()).collect();
        assert_eq!(good, [&0, &1]);
        assert_eq!(mapped.len() - good.len(), undone.len());
        for (result, (id, _)) in mapped[good.len()..].iter().zip(&undone) {
            let error = result.as_ref().unwrap_err();
            assert_eq!((error.job, &error.kind), (*id, &JobErrorKind::Cancelled));
        }
        let next = u32::try_from(mapped.len()).unwrap();
        assert_eq!(*refused.lock().unwrap(), Some(next));
    });
}

/// A result is given out as its job ends, however long a job before it takes; and the map reads
/// no further ahead than its window.
pub fn an_unordered_map_gives_each_result_as_its_job_ends<B: Backend>() {
    let gate = Gate::new();
    let at_gate = gate.clone();
    let handler = move |n: u32, _: &_| {
        if n == 0 {
            at_gate.pass();
        }
        no_error(n)
    };
    let (pool, mut results) = B::spawn(Config::new(2).queue(4), handler).unwrap();
    let taken = Cell::new(0);
    let jobs = (0..20).inspect(|_| taken.set(taken.get() + 1));
    let mut map = pool.map_unordered(&mut results, jobs).window(3);
    assert_eq!(taken.get(), 0, "lazy");
    for n in 1..20 {
        assert_eq!(map.next(), Some(Ok(n)));
        assert!(taken.get() <= n + 3, "{} taken for {n}", taken.get());
    }
    gate.open();
    assert_eq!((map.next(), map.next()), (Some(Ok(0)), None));
}

/// Dropped half way, it loses neither a job nor a completion, its own or another's.
pub fn an_unordered_map_among_other_submitters_loses_nothing<B: Backend>() {
    const OTHERS: u64 = 500;
    let config = Config::new(2).queue(1).results(1);
    let (pool, mut results) = B::spawn(config, |n: u64, _: &_| no_error(n)).unwrap();
    let mut jobs = OTHERS..;
    let mut given = 0;
    thread::scope(|scope| {
        let others = scope.spawn(|| (0..OTHERS).for_each(|n| _ = pool.submit(n).unwrap()));
        while !others.is_finished() {
            let mapped = pool.map_unordered(&mut results, &mut jobs).take(3);
            given += mapped.map(Result::unwrap).filter(|n| *n >= OTHERS).count() as u64;
        }
    });
    let submitted = pool.stats().submitted;
    assert_eq!(jobs.next(), Some(submitted));
    pool.close();
    let left: Vec<_> = results.map(|completion| completion.result.unwrap()).collect();
    assert_eq!(left.iter().filter(|n| **n < OTHERS).count() as u64, OTHERS);
    assert_eq!(given + left.len() as u64, submitted);
}

/// When the pool is stopped meanwhile, what was taken back stands as cancelled, and what was
/// refused can be had.
pub fn an_unordered_map_ends_with_a_stopped_pool<B: Backend>() {
    let gate = Gate::new();
    let at_gate = gate.clone();
    let handler = move |n: u32, _: &_| (at_gate.pass(), no_error(n)).1;
    let (pool, mut results) = B::spawn(Config::new(1).queue(2), handler).unwrap();
    thread::scope(|scope| {
        let (pool, results) = (&pool, &mut results);
        let mapping = scope.spawn(move || {
            let mut map = pool.map_unordered(results, 0..);
            (map.by_ref().collect::<Vec<_>>(), map.into_refused())
        });
        gate.wait_for_arrivals(1);
        eventually("the queue is full", || pool.stats().queued == 2);
        let undone = pool.stop();
        gate.open();
        let (mapped, refused) = mapping.join().unwrap();
        let cancelled = mapped.iter().filter_map(|result| result.as_ref().err());
        assert!(cancelled.map(|error| error.job).eq(undone.iter().map(|(id, _)| *id)));
        assert_eq!((mapped.len() - undone.len(), &mapped[0]), (1, &Ok(0)));
        assert_eq!(refused.map_or(3, u64::from), 3);
    });
    let mut map = pool.map_unordered(&mut results, [9]);
    assert_eq!((map.next(), map.into_refused()), (None, Some(9)));
}
