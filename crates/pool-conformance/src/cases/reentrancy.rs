//! Handlers, and hooks, that use the pool they run in, or another.
//!
//! After panjf2000/ants 197, rayon 446, and the nested submissions that deadlock Python's
//! `ThreadPoolExecutor`.

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex, OnceLock, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use pool::{
    Backend, Config, Context, ContextError, JobErrorKind, JobOptions, Pool, PoolExt,
    RecvTimeoutError, RefusalReason, Results, SubmitError, SubmitTimeoutError, TrySubmitError,
};

use crate::{
    Gate, PATIENCE,
    fixtures::{Log, at_thread_exit, gated, ids, jobs_of, knowing_itself},
    no_error,
};

/// With room it is a submission like any other, from the only worker as well.
pub fn a_handler_submits_to_its_own_pool<B: Backend>() {
    for workers in [1, 3] {
        let (pool, mut results) =
            knowing_itself::<B, _, _>(Config::new(workers).queue(4), |pool, n: u32, _| {
                if n > 0 { pool.submit(n - 1).unwrap().get() } else { 0 }
            });
        pool.submit(50).unwrap();
        for completion in results.by_ref().take(51) {
            let next = (completion.job.get() + 1) % 51;
            assert_eq!(completion.result, Ok(next));
        }
        assert_eq!(pool.shutdown(PATIENCE).unwrap().stats.succeeded, 51);
    }
}

/// On a full queue it is refused at once, however long it would wait, and has its job back.
pub fn a_handler_is_refused_rather_than_left_waiting_on_its_own_full_queue<B: Backend>() {
    let (pool, mut results) = knowing_itself::<B, _, _>(Config::new(1).queue(1), |pool, n, _| {
        if n == 0 {
            pool.submit(1).unwrap();
            assert_eq!(pool.submit(2), Err(SubmitError::WouldDeadlock(2)));
            let refused = pool.submit_with(3, JobOptions::new());
            assert_eq!(refused, Err(SubmitError::WouldDeadlock(3)));
            let refused = pool.submit_timeout(4, Duration::MAX);
            assert_eq!(refused, Err(SubmitTimeoutError::WouldDeadlock(4)));
            assert_eq!(pool.try_submit(5), Err(TrySubmitError::Full(5)));
        }
    });
    pool.submit(0).unwrap();
    assert_eq!(results.recv().unwrap().result, Ok(()));
    assert_eq!(results.recv().unwrap().result, Ok(()));
    assert_eq!(pool.shutdown(PATIENCE).unwrap().stats.submitted, 2);
}

/// Every page links to others: what does not fit into the queue is visited on the spot, and
/// the visit of the last page closes the pool.
pub fn a_crawler_feeds_itself<B: Backend>() {
    const DEPTH: u32 = 6;
    const LINKS: usize = 3;

    /// Visits a page and, through the pool or here, all that it links to.
    fn visit(pool: &impl Pool<u32>, depth: u32, unvisited: &AtomicUsize) -> u64 {
        let mut visited = 1;
        if depth > 0 {
            for _ in 0..LINKS {
                // Relaxed, here and below: only the count itself matters.
                unvisited.fetch_add(1, Ordering::Relaxed);
                if let Err(refused) = pool.submit(depth - 1) {
                    visited += visit(pool, refused.into_inner(), unvisited);
                }
            }
        }
        if unvisited.fetch_sub(1, Ordering::Relaxed) == 1 {
            pool.close();
        }
        visited
    }

    let unvisited = AtomicUsize::new(1);
    let config = Config::new(3).queue(2);
    let (pool, results) =
        knowing_itself::<B, _, _>(config, move |pool, depth, _| visit(pool, depth, &unvisited));
    pool.submit(DEPTH).unwrap();
    let visited: u64 = results.map(|completion| completion.result.unwrap()).sum();
    assert_eq!(visited, (3_u64.pow(DEPTH + 1) - 1) / 2);
    pool.join(None).unwrap();
}

/// What is queued behind it still runs.
pub fn a_handler_closes_its_own_pool<B: Backend>() {
    let gate = Gate::new();
    let (pool, results) = {
        let gate = gate.clone();
        knowing_itself::<B, _, _>(Config::new(1), move |pool, n: u32, _| {
            gate.pass();
            pool.close();
            pool.submit(n) == Err(SubmitError::Closed(n))
        })
    };
    for n in 0..5 {
        pool.submit(n).unwrap();
    }
    gate.open();
    let completions: Vec<_> = results.collect();
    assert_eq!(jobs_of(&completions), ids(0..5));
    assert!(completions.iter().all(|completion| completion.result == Ok(true)));
    pool.join(None).unwrap();
}

/// It gets what is queued behind it, sees it like every running job, and completes.
pub fn a_handler_stops_its_own_pool<B: Backend>() {
    let gate = Gate::new();
    let (pool, mut results) = {
        let gate = gate.clone();
        knowing_itself::<B, _, _>(Config::new(1), move |pool, _: u32, context| {
            gate.pass();
            let undone = pool.stop();
            (undone, context.is_cancelled(), pool.stop())
        })
    };
    for n in 0..5 {
        pool.submit(n).unwrap();
    }
    gate.open();
    let expected: Vec<_> = ids(1..5).into_iter().zip(1..).collect();
    assert_eq!(results.recv().unwrap().result, Ok((expected, true, Vec::new())));
    assert_eq!(results.count(), 0);
    let stats = pool.join(None).unwrap().stats;
    assert_eq!((stats.succeeded, stats.undone), (1, 4));
}

/// A thread cannot outwait itself: the answer is that this very worker is busy.
pub fn a_handler_that_joins_its_own_pool_only_looks<B: Backend>() {
    let (pool, mut results) = knowing_itself::<B, _, _>(Config::new(2), |pool, (), context| {
        for timeout in [None, Some(Duration::MAX), Some(Duration::ZERO)] {
            let late = pool.join(timeout).unwrap_err();
            let (worker, job) = (context.worker(), context.job_id());
            assert!(late.busy.iter().any(|busy| (busy.worker, busy.job) == (worker, job)));
        }
        pool.stats().running
    });
    pool.submit(()).unwrap();
    assert_eq!(results.recv().unwrap().result, Ok(1));
    pool.close();
    pool.submit(()).unwrap_err();
    pool.join(None).unwrap();
}

/// Stop hooks run on the workers, too, and the pool they see is closed.
pub fn a_stop_hook_may_use_its_pool<B: Backend>() {
    let itself = Arc::new(OnceLock::<Weak<B::Pool<u32>>>::new());
    let seen = Log::new();
    let config = Config::new(2).on_worker_stop({
        let (itself, seen) = (Arc::clone(&itself), seen.clone());
        move |_, _| {
            if let Some(pool) = itself.get().and_then(Weak::upgrade) {
                pool.close();
                let waited = pool.join(None).is_ok();
                seen.push((pool.submit(1), pool.stop(), waited, pool.stats().submitted));
            }
        }
    });
    let (pool, _results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
    let pool = Arc::new(pool);
    assert!(itself.set(Arc::downgrade(&pool)).is_ok());
    pool.submit(0).unwrap();
    pool.close();
    pool.join(None).unwrap();
    let refused = (Err(SubmitError::Closed(1)), Vec::new(), false, 1);
    assert_eq!(seen.take(), [refused.clone(), refused]);
}

/// What holds for the pool's own workers does not hold for others: they wait for room.
pub fn a_worker_may_wait_for_room_in_another_pool<B: Backend>() {
    let gate = Gate::new();
    let (inner, inner_results) = gated::<B>(Config::new(1).queue(1), &gate);
    inner.submit(0).unwrap();
    gate.wait_for_arrivals(1);
    inner.submit(1).unwrap();
    let inner = Arc::new(inner);
    let (outer, mut outer_results) = {
        let inner = Arc::clone(&inner);
        B::spawn(Config::new(1), move |n: u32, _: &Context| inner.submit(n)).unwrap()
    };
    outer.submit(2).unwrap();
    let early = outer_results.recv_timeout(Duration::from_millis(10));
    assert_eq!(early, Err(RecvTimeoutError::TimedOut));
    gate.open();
    assert_eq!(outer_results.recv().unwrap().result, Ok(ids([2])[0]));
    inner.close();
    assert!(inner_results.map(|completion| completion.result.unwrap()).eq(0..3));
}

/// Made, used, and dropped, in each of several workers at once.
pub fn a_handler_runs_a_pool_of_its_own<B: Backend>() {
    let handler = |upto: u64, context: &Context| {
        context.check()?;
        let (pool, mut results) =
            B::spawn(Config::new(2).queue(1), |n: u64, _: &_| no_error(n)).unwrap();
        let completions = pool.run(&mut results, 1..=upto).unwrap();
        Ok::<_, ContextError>(completions.into_iter().filter_map(|c| c.result.ok()).sum::<u64>())
    };
    let (pool, results) = B::spawn(Config::new(3), handler).unwrap();
    for _ in 0..9 {
        pool.submit(10).unwrap();
    }
    pool.close();
    let sums: Vec<_> = results.map(|completion| completion.result).collect();
    assert_eq!(sums, vec![Ok(55); 9]);
}

/// A handler that panics while it uses the pool leaves it usable.
pub fn a_handler_that_panics_amid_a_submission_harms_nobody<B: Backend>() {
    let (pool, mut results) = knowing_itself::<B, _, _>(Config::new(1), |pool, n: u32, _| {
        if n == 0 {
            pool.submit(1).unwrap();
            panic!("after a submission");
        }
    });
    pool.submit(0).unwrap();
    let error = results.recv().unwrap().result.unwrap_err();
    assert_eq!(error.kind, JobErrorKind::Panicked("after a submission".into()));
    assert_eq!(results.recv().unwrap().result, Ok(()));
    assert_eq!(pool.shutdown(PATIENCE).unwrap().stats.panicked, 1);
}

/// Both halves, for a handler to use.
type Halves<B> = (<B as Backend>::Pool<u32>, Mutex<<B as Backend>::Results<u32, Infallible>>);

/// A pool of one worker, whose handler gets both halves with the job 10, and returns other jobs
/// as they are.
fn splitting<B: Backend>(
    split: impl Fn(&Halves<B>) -> u32 + Send + Sync + 'static,
) -> Arc<OnceLock<Halves<B>>> {
    let halves = Arc::new(OnceLock::<Halves<B>>::new());
    let handler = {
        let halves = Arc::downgrade(&halves);
        move |n: u32, _: &Context| {
            let halves = halves.upgrade().filter(|_| n == 10);
            no_error(halves.map_or(n, |halves| split(halves.get().unwrap())))
        }
    };
    let (pool, results) = B::spawn(Config::new(1), handler).unwrap();
    assert!(halves.set((pool, Mutex::new(results))).is_ok());
    halves
}

/// A handler that gives parts of its job to its own pool, and waits for them, would wait for
/// itself: `run` gives the first part back and takes no other.
pub fn a_handler_that_runs_jobs_on_its_own_pool_is_refused<B: Backend>() {
    let halves = splitting::<B>(|(pool, results)| {
        let mut parts = 1..4;
        let error = pool.run(&mut *results.lock().unwrap(), &mut parts).unwrap_err();
        assert_eq!((error.completions, error.refused, error.undone), (vec![], Some(1), 0));
        assert_eq!(error.reason, RefusalReason::WouldDeadlock);
        assert_eq!(pool.run(&mut *results.lock().unwrap(), []).unwrap(), []);
        parts.map(|_| 1).sum()
    });
    let (pool, results) = halves.get().unwrap();
    pool.submit(10).unwrap();
    pool.close();
    assert_eq!(pool.join(None).unwrap().stats.submitted, 1);
    assert_eq!(results.lock().unwrap().recv().unwrap().result, Ok(2));
}

/// The same with an ordered map, which ends with an error and takes no job.
pub fn a_handler_that_maps_jobs_over_its_own_pool_is_refused<B: Backend>() {
    let halves = splitting::<B>(|(pool, results)| {
        let mut parts = 1..4;
        let mut results = results.lock().unwrap();
        let mut map = pool.map_ordered(&mut *results, &mut parts);
        let error = map.next().unwrap().unwrap_err();
        assert_eq!(error.kind, JobErrorKind::WouldDeadlock);
        assert!(map.next().is_none());
        drop(map);
        parts.map(|_| 1).sum()
    });
    let (pool, results) = halves.get().unwrap();
    pool.submit(10).unwrap();
    pool.close();
    assert_eq!(pool.join(None).unwrap().stats.submitted, 1);
    assert_eq!(results.lock().unwrap().recv().unwrap().result, Ok(3));
}

/// A thread is one of the pool's workers in its hooks, in its handler and to its last
/// thread-local; and no other thread is.
pub fn a_worker_is_one_for_as_long_as_its_thread_lives<B: Backend>() {
    let itself = Arc::new(OnceLock::<Weak<B::Pool<u32>>>::new());
    let known = Gate::new();
    let seen = Log::new();
    let look = {
        let (itself, known, seen) = (Arc::clone(&itself), known.clone(), seen.clone());
        move |place: &'static str| {
            known.pass();
            let pool = itself.get().unwrap().upgrade().expect("the case holds the pool");
            seen.push((place, pool.is_worker()));
        }
    };
    let [in_handler, in_hook] = [(); 2].map(|()| look.clone());
    let handler = move |n: u32, _: &Context| {
        in_handler("handler");
        let look = in_handler.clone();
        at_thread_exit(move || look("thread-local"));
        no_error(n)
    };
    let config = Config::new(1).on_worker_stop(move |_, _| in_hook("stop hook"));
    let (pool, results) = B::spawn(config, handler).unwrap();
    let pool = Arc::new(pool);
    assert!(itself.set(Arc::downgrade(&pool)).is_ok());
    known.open();
    assert!(!pool.is_worker());
    pool.submit(0).unwrap();
    pool.close();
    pool.join(None).unwrap();
    assert_eq!(seen.take(), [("handler", true), ("stop hook", true), ("thread-local", true)]);
    assert!(!pool.is_worker());

    // Nor is a worker of one pool a worker of another.
    let other = Arc::clone(&pool);
    let asks = move |(): (), _: &Context| no_error(other.is_worker());
    let (other, mut answers) = B::spawn(Config::new(1), asks).unwrap();
    other.submit(()).unwrap();
    assert_eq!(answers.recv().unwrap().result, Ok(false));
    assert_eq!(results.count(), 1);
}
