//! What every pool has from `PoolExt`: `run`, `submit_batch`, `wait_idle`. (`map_ordered` is among the
//! cases of [`order`](super::order), `shutdown` among those of shutting down.)

use std::{
    cell::Cell,
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::Duration,
};

use pool::{Backend, Config, Pool, PoolExt, RefusalReason, Results};

use crate::{Call, Gate, fixtures::knowing_itself, no_error};

/// `run` submits and drains on one thread, so no bound is too small for it.
pub fn run_ends_whatever_the_capacities<B: Backend>() {
    for workers in [1, 3] {
        for config in [
            Config::new(workers).queue(1).results(1),
            Config::new(workers).queue(1),
            Config::new(workers).queue(1000).results(1),
            Config::new(workers).queue(2).results(1000),
        ] {
            let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
            let completions = pool.run(&mut results, 0..300).unwrap();
            let mut done: Vec<_> =
                completions.into_iter().map(|completion| completion.result.unwrap()).collect();
            done.sort_unstable();
            assert!(done.into_iter().eq(0..300));
            // The pool is as it was, and can do it again.
            assert_eq!(pool.run(&mut results, 0..3).unwrap().len(), 3);
            assert_eq!(pool.run(&mut results, []).unwrap(), []);
        }
    }
}

/// Completions come in the order in which jobs end.
pub fn run_returns_completions_as_they_came<B: Backend>() {
    let gate = Gate::new();
    let at_gate = gate.clone();
    let handler = move |n: u32, _: &_| {
        match n {
            0 => at_gate.pass(),
            9 => at_gate.open(),
            _ => {}
        }
        no_error(n)
    };
    let (pool, mut results) = B::spawn(Config::new(2).queue(2), handler).unwrap();
    let completions = pool.run(&mut results, 0..10).unwrap();
    let done: Vec<_> =
        completions.into_iter().map(|completion| completion.result.unwrap()).collect();
    assert!(done[..8].iter().eq(&[1, 2, 3, 4, 5, 6, 7, 8]), "{done:?}");
}

/// What others left in the results is not taken for one's own, nor lost.
pub fn run_returns_its_own_jobs_only<B: Backend>() {
    let (pool, mut results) =
        B::spawn(Config::new(2).queue(8), |n: u32, _: &_| no_error(n)).unwrap();
    for n in 100..105 {
        pool.submit(n).unwrap();
    }
    let completions = pool.run(&mut results, 0..20).unwrap();
    let done: HashSet<_> =
        completions.iter().map(|completion| *completion.result.as_ref().unwrap()).collect();
    assert_eq!((completions.len(), done), (20, (0..20).collect()));
    pool.close();
    let mut left: Vec<_> = results.map(|completion| completion.result.unwrap()).collect();
    left.sort_unstable();
    assert_eq!(left, [100, 101, 102, 103, 104]);
}

/// What `run` has received for others comes out in the order in which it came, and before what
/// ends later.
pub fn run_puts_back_the_completions_of_others_in_order<B: Backend>() {
    let (pool, mut results) =
        B::spawn(Config::new(1).queue(8), |n: u32, _: &_| no_error(n)).unwrap();
    for round in 0..3 {
        for n in 0..5 {
            pool.submit(100 + 10 * round + n).unwrap();
        }
        assert_eq!(pool.run(&mut results, 0..20).unwrap().len(), 20);
    }
    pool.close();
    let left = results.map(|completion| completion.result.unwrap());
    assert!(left.eq((100..130).filter(|n| n % 10 < 5)));
}

/// When the iterator of its jobs panics, the completions that `run` has received are not lost.
pub fn run_puts_everything_back_when_its_iterator_panics<B: Backend>() {
    let (pool, mut results) =
        B::spawn(Config::new(1).queue(2), |n: u32, _: &_| no_error(n)).unwrap();
    pool.submit(100).unwrap();
    let jobs = (0..).inspect(|n| assert!(*n < 10, "no more"));
    let run = catch_unwind(AssertUnwindSafe(|| pool.run(&mut results, jobs)));
    assert!(run.is_err());
    pool.close();
    let left = results.map(|completion| completion.result.unwrap());
    assert!(left.eq([100].into_iter().chain(0..10)));
}

/// On a pool that takes nothing, `run` gives back the first job, and takes no other.
pub fn run_on_a_closed_pool_gives_the_job_back<B: Backend>() {
    type End<P> = fn(&P);
    let ends: [End<B::Pool<u32>>; 2] = [|pool| pool.close(), |pool| _ = pool.stop()];
    for end in ends {
        let (pool, mut results) = B::spawn(Config::new(1), |n: u32, _: &_| no_error(n)).unwrap();
        end(&pool);
        let taken = Cell::new(0);
        let jobs = (0..5).inspect(|_| taken.set(taken.get() + 1));
        let error = pool.run(&mut results, jobs).unwrap_err();
        assert_eq!((error.completions, error.refused, error.undone), (vec![], Some(0), 0));
        assert_eq!(taken.get(), 1);
        assert_eq!(pool.run(&mut results, []).unwrap(), [], "no job, nothing to refuse");
    }
}

/// Stopped in the middle of it, `run` says what was done, what was refused, and how many
/// jobs somebody else was handed.
pub fn run_on_a_stopped_pool_accounts_for_every_job<B: Backend>() {
    let gate = Gate::new();
    let at_gate = gate.clone();
    let handler = move |n: u32, _: &_| {
        if n == 5 {
            at_gate.pass();
        }
        no_error(n)
    };
    let (pool, mut results) = B::spawn(Config::new(1).queue(2), handler).unwrap();
    let mut jobs = 0..100;
    let (pool, remaining) = (&pool, &mut jobs);
    let (error, undone) = thread::scope(|scope| {
        let running = scope.spawn(move || pool.run(&mut results, remaining).unwrap_err());
        gate.wait_for_arrivals(1);
        let undone = pool.stop();
        gate.open();
        (running.join().unwrap(), undone)
    });
    let done: Vec<_> =
        error.completions.iter().map(|completion| *completion.result.as_ref().unwrap()).collect();
    assert_eq!(done, [0, 1, 2, 3, 4, 5]);
    assert_eq!(error.undone, undone.len());
    let refused = 6 + u32::try_from(undone.len()).unwrap();
    assert_eq!(error.refused, Some(refused));
    assert!(jobs.eq(refused + 1..100), "the rest has not been taken");
}

/// Every job of a batch is accepted, in order, more of them than the queue has room for.
pub fn submit_batch_waits_for_room<B: Backend>() {
    let (pool, results) = B::spawn(Config::new(1).queue(2), |n: u64, _: &_| no_error(n)).unwrap();
    let ids = pool.submit_batch((0..50).collect()).unwrap();
    assert!(ids.into_iter().map(pool::JobId::get).eq(0..50));
    assert_eq!(pool.submit_batch(Vec::new()).unwrap(), []);
    pool.close();
    assert!(results.map(|completion| completion.result.unwrap()).eq(0..50));
}

/// When the pool is closed in the middle of a batch, the rest comes back, in order.
pub fn submit_batch_gives_back_what_was_not_taken<B: Backend>() {
    let gate = Gate::new();
    let (pool, results) = B::spawn(Config::new(1).queue(3), gate.handler::<u32>()).unwrap();
    let error = thread::scope(|scope| {
        // One on the worker, three in the queue; the fifth waits.
        let batch = scope.spawn(|| pool.submit_batch((0..10).collect()).unwrap_err());
        crate::eventually("the queue is full", || pool.stats().submitted == 4);
        pool.close();
        gate.open();
        batch.join().unwrap()
    });
    assert!(error.accepted.into_iter().map(pool::JobId::get).eq(0..4));
    assert!(error.refused.into_iter().eq(4..10));
    assert_eq!(error.reason, RefusalReason::Closed);
    assert!(results.map(|completion| completion.result.unwrap()).eq(0..4));
}

/// Batches and single jobs from many threads share the ids, and a batch has those of its jobs,
/// in their order.
pub fn batches_of_many_submitters_have_the_ids_of_their_jobs<B: Backend>() {
    const SUBMITTERS: u32 = 4;
    const BATCHES: u32 = 25;
    let (pool, results) = B::spawn(Config::new(2).queue(7), |n: u32, _: &_| no_error(n)).unwrap();
    let submit_all = |first: u32| {
        let mut jobs = Vec::new();
        for batch in 0..BATCHES {
            let first = first + batch * 100;
            let ids = pool.submit_batch((first..first + batch).collect()).unwrap();
            assert_eq!(ids.len(), batch as usize);
            jobs.extend(ids.into_iter().zip(first..));
            jobs.push((pool.submit(first + 99).unwrap(), first + 99));
        }
        jobs
    };
    let mut jobs = thread::scope(|scope| {
        let submitters = (0..SUBMITTERS).map(|n| n * BATCHES * 100);
        let submitters: Vec<_> =
            submitters.map(|first| scope.spawn(move || submit_all(first))).collect();
        submitters.into_iter().flat_map(|jobs| jobs.join().unwrap()).collect::<Vec<_>>()
    });
    pool.close();
    jobs.sort_unstable();
    assert!(jobs.iter().map(|(id, _)| id.get()).eq(0..jobs.len() as u64));
    let mut done: Vec<_> = results.map(|done| (done.job, done.result.unwrap())).collect();
    done.sort_unstable();
    assert_eq!(done, jobs);
}

/// From a worker of the pool itself a batch does not wait: what has no room comes back.
pub fn submit_batch_from_a_worker_does_not_wait<B: Backend>() {
    let config = Config::new(1).queue(2);
    let (pool, mut results) = knowing_itself::<B, _, _>(config, |pool, n: u32, _| {
        (n == 0).then(|| {
            let error = pool.submit_batch((1..6).collect()).unwrap_err();
            (error.accepted.len(), error.refused, error.reason)
        })
    });
    pool.submit(0).unwrap();
    let seen = results.recv().unwrap().result.unwrap();
    assert_eq!(seen, Some((2, vec![3, 4, 5], RefusalReason::WouldDeadlock)));
    pool.close();
    assert_eq!(results.count(), 2);
}

/// Waits until all that was submitted has ended; the pool is open, and can be waited for again.
pub fn an_idle_pool_can_be_waited_for_and_goes_on<B: Backend>() {
    let (pool, mut results) = B::spawn(Config::new(2), |gate: Gate, _: &_| {
        gate.pass();
        no_error(())
    })
    .unwrap();
    let pool = Arc::new(pool);
    assert!(pool.wait_idle(Duration::ZERO));
    for jobs in [1, 3] {
        let gate = Gate::new();
        for _ in 0..jobs {
            pool.submit(gate.clone()).unwrap();
        }
        gate.wait_for_arrivals(jobs.min(2));
        assert!(!pool.wait_idle(Duration::ZERO));
        assert!(!pool.wait_idle(Duration::from_millis(5)));
        let waiting = {
            let pool = Arc::clone(&pool);
            Call::begin(move || pool.wait_idle(Duration::MAX))
        };
        gate.open();
        assert!(waiting.returned());
        assert_eq!(gate.arrivals(), jobs);
        let stats = pool.stats();
        assert_eq!((stats.succeeded, stats.queued, stats.running), (stats.submitted, 0, 0));
    }
    pool.close();
    assert_eq!(results.by_ref().count(), 4);
    assert!(pool.wait_idle(Duration::ZERO));
}

/// A worker that waited for its pool to be idle would wait for itself.
pub fn waiting_for_an_idle_pool_from_a_worker_only_looks<B: Backend>() {
    let (pool, mut results) = knowing_itself::<B, _, _>(Config::new(1), |pool, (): (), _: &_| {
        pool.wait_idle(Duration::MAX)
    });
    pool.submit(()).unwrap();
    assert_eq!(results.recv().unwrap().result, Ok(false));
}
