//! Workers that are tasks, over flume's channels.

use std::{
    any::Any,
    future::pending,
    sync::{Arc, OnceLock, Weak, mpsc},
    task::{self, Waker},
    thread,
    time::Instant,
};

use pool::{
    Backend, CancellationToken, Config, Context, JobErrorKind, Pool, Results, SubmitError,
    implement::block_on,
};
use pool_conformance::{PATIENCE, no_error, run_case};
use pool_flume::{Channels, Flume};
use pool_managed::{Lane, LaneWorker, ManagedPool, lane};

fn poll(worker: &mut LaneWorker) -> bool {
    worker.as_mut().poll(&mut task::Context::from_waker(Waker::noop())).is_ready()
}

/// With room for one result, so that the tasks wait to deliver as well.
#[test]
fn tasks_run_every_job_and_deliver_what_comes_of_it() {
    run_case("a lane over flume", PATIENCE, || {
        let config = Config::new(2).queue(4).results(1);
        let handler = |n: u32, _: Context| async move { no_error(n) };
        let lane = lane::<_, _, _, Channels, _, _>(&config, handler).unwrap();
        let Lane { pool, results, workers, .. } = lane;
        let mut received = thread::scope(|scope| {
            for worker in workers {
                scope.spawn(|| block_on(worker, None));
            }
            scope.spawn(|| {
                (0..100).for_each(|n| _ = pool.submit(n).unwrap());
                pool.close();
            });
            results.map(|done| done.result.unwrap()).collect::<Vec<_>>()
        });
        received.sort_unstable();
        assert!(received.into_iter().eq(0..100));
        assert_eq!(pool.join(None).unwrap().stats.succeeded, 100);
    });
}

/// As by a runtime that shuts down on the reader's thread. Nothing waits for room, nothing is lost.
#[test]
fn tasks_that_are_dropped_leave_what_the_results_have_no_room_for() {
    run_case("dropped tasks", PATIENCE, || {
        let handler = |n: u32, _: Context| async move {
            if n > 0 {
                pending::<()>().await;
            }
            no_error(n)
        };
        let config = Config::new(1).results(1);
        let lane = lane::<_, _, _, Channels, _, _>(&config, handler).unwrap();
        let Lane { pool, results, mut workers, .. } = lane;
        for n in 0..4 {
            pool.submit(n).unwrap();
        }
        assert!(!poll(&mut workers[0]));
        assert_eq!((pool.stats().succeeded, pool.stats().running), (1, 1));
        drop(workers);
        let mut completions = results.collect::<Vec<_>>();
        completions.sort_unstable_by_key(|completion| completion.job);
        let mut kinds = completions.iter().map(|done| done.result.as_ref().map_err(|e| &e.kind));
        assert_eq!(kinds.next(), Some(Ok(&0)));
        assert!(matches!(kinds.next(), Some(Err(JobErrorKind::Panicked(_)))));
        assert!(kinds.eq([Err(&JobErrorKind::Cancelled), Err(&JobErrorKind::Cancelled)]));
        let stats = pool.join(None).unwrap().stats;
        assert_eq!((stats.queued, stats.cancelled, stats.settled()), (0, 2, 4));
    });
}

#[test]
fn a_task_that_is_dropped_cancels_what_the_others_run() {
    run_case("a dropped task", PATIENCE, || {
        let handler = |(): (), context: Context| async move {
            context.cancelled().await;
            no_error(())
        };
        let lane = lane::<_, _, _, Channels, _, _>(&Config::new(2), handler).unwrap();
        let Lane { pool, results, mut workers, .. } = lane;
        pool.submit(()).unwrap();
        assert!(!poll(&mut workers[0]));
        drop(workers.pop());
        assert_eq!(pool.submit(()), Err(SubmitError::Closed(())));
        block_on(workers.remove(0), None);
        assert_eq!(results.count(), 1);
    });
}

/// Also those that never began.
#[test]
fn tasks_that_are_dropped_have_ended() {
    let ended = CancellationToken::new();
    let config = Config::new(2).ended_token(&ended);
    let handler = |n: u32, _: Context| async move { no_error(n) };
    let lane = lane::<_, _, _, Channels, _, _>(&config, handler).unwrap();
    let mut workers = lane.workers;
    assert!(!poll(&mut workers[0]));
    drop(workers.remove(0));
    assert!(!ended.is_cancelled());
    drop(workers);
    assert!(ended.is_cancelled());
    lane.pool.join(None).unwrap();
}

/// As a job does that holds the pool by which it was submitted. A drop there that waits for the
/// workers waits for itself.
#[test]
fn a_worker_that_is_dropped_may_have_the_last_hold_on_the_pool() {
    run_case("a lane over flume", PATIENCE, || {
        let handler = |own: Box<dyn Any + Send>, _: Context| async move {
            pending::<()>().await;
            no_error(own)
        };
        let lane = lane::<_, _, _, Channels, _, _>(&Config::new(1), handler).unwrap();
        let Lane { pool, results, mut workers, .. } = lane;
        let pool = Arc::new(pool);
        pool.submit(Box::new(Arc::clone(&pool))).unwrap();
        assert_eq!(block_on(workers[0].as_mut(), Some(Instant::now())), None);
        assert_eq!(pool.stats().running, 1);
        drop(pool);
        drop(workers);
        assert_eq!(results.count(), 1);
    });
}

#[test]
fn the_stop_hook_of_a_worker_that_is_dropped_runs_on_a_worker() {
    run_case("a lane over flume", PATIENCE, || {
        let own = Arc::new(OnceLock::<Weak<ManagedPool<u32, Channels>>>::new());
        let (pool, (answer, answers)) = (Arc::clone(&own), mpsc::channel());
        let config = Config::new(1).on_worker_stop(move |_, _| {
            let pool = pool.get().unwrap().upgrade().unwrap();
            answer.send((pool.is_worker(), pool.join(None).is_err())).unwrap();
        });
        let handler = |n: u32, _: Context| async move { no_error(n) };
        let lane = lane::<_, _, _, Channels, _, _>(&config, handler).unwrap();
        let pool = Arc::new(lane.pool);
        own.set(Arc::downgrade(&pool)).unwrap();
        let mut workers = lane.workers;
        assert_eq!(block_on(workers[0].as_mut(), Some(Instant::now())), None);
        drop(workers);
        assert_eq!(answers.recv(), Ok((true, true)));
    });
}

/// That worker waits for the task, so the task must not wait for it.
#[test]
fn a_task_that_a_worker_of_another_pool_runs_is_that_worker_too() {
    run_case("a lane within a job", PATIENCE, || {
        let own = Arc::new(OnceLock::<Weak<<Flume as Backend>::Pool<u32>>>::new());
        let outer = Arc::clone(&own);
        let handler = move |n: u32, _: &Context| {
            if n > 0 {
                return no_error(None);
            }
            let outer = outer.get().unwrap().upgrade().unwrap();
            let handler = move |(): (), _: Context| {
                let submitted = [outer.submit(1), outer.submit(2)];
                let asked = (outer.is_worker(), outer.join(None).is_err(), submitted);
                async move { no_error(asked) }
            };
            let inner = lane::<_, _, _, Channels, _, _>(&Config::new(1), handler).unwrap();
            let Lane { pool, mut results, workers, .. } = inner;
            pool.submit(()).unwrap();
            pool.close();
            for worker in workers {
                block_on(worker, None).unwrap();
            }
            no_error(Some(results.recv().unwrap().result.unwrap()))
        };
        let (pool, mut results) = Flume::spawn(Config::new(1).queue(1), handler).unwrap();
        let pool = Arc::new(pool);
        own.set(Arc::downgrade(&pool)).unwrap();
        pool.submit(0).unwrap();
        let asked = results.recv().unwrap().result.unwrap().unwrap();
        let (is_worker, join_only_looks, submitted) = asked;
        assert!(is_worker && join_only_looks);
        assert!(matches!(submitted, [Ok(_), Err(SubmitError::WouldDeadlock(2))]));
    });
}
