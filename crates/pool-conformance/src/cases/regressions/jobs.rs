//! Of jobs: panics, locks, bounds, nested submissions, wake-ups.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, TryLockError,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use pool::{
    Backend, CancellationToken, Config, Context, HandleError, JobErrorKind, Pool, PoolExt, Results,
    Task, Tasks, TrySubmitError,
};

use crate::{
    Gate, PATIENCE,
    fixtures::{gated, ids, jobs_of, knowing_itself},
    no_error,
};

/// Whoever counted on a result for every job waited for ever for one that had panicked.
pub fn threadpool_13_a_panicked_job_can_be_told_from_a_slow_one<B: Backend>() {
    let handler = |n: u32, _: &Context| {
        assert_ne!(n, 4, "unexpected failure added here");
        no_error(n)
    };
    let (pool, results) = B::spawn(Config::new(4), handler).unwrap();
    for n in 0..8 {
        pool.submit(n).unwrap();
    }
    // The pool is still open: nothing but the completions ends this.
    let completions: Vec<_> = results.take(8).collect();
    assert_eq!(jobs_of(&completions), ids(0..8));
    let sum: u32 = completions.into_iter().filter_map(|completion| completion.result.ok()).sum();
    assert_eq!(sum, 28 - 4);
}

/// A panic in one of two parallel jobs left the caller waiting for it without end.
pub fn rayon_10_a_panic_beside_a_slow_job_does_not_hang<B: Backend>() {
    let gate = Gate::new();
    let handler = {
        let gate = gate.clone();
        move |waits: bool, _: &Context| {
            assert!(waits, "not yet implemented");
            gate.pass();
            no_error(())
        }
    };
    let (pool, mut results) = B::spawn(Config::new(2), handler).unwrap();
    pool.submit(true).unwrap();
    let panics = pool.submit(false).unwrap();
    let completion = results.recv().unwrap();
    assert_eq!(completion.job, panics);
    let kind = completion.result.unwrap_err().kind;
    assert_eq!(kind, JobErrorKind::Panicked("not yet implemented".into()));
    gate.open();
    assert_eq!(results.recv().unwrap().result, Ok(()));
    pool.close();
    assert_eq!(results.count(), 0);
}

/// A worker that received under the lock's guard held it while its job ran: one at a time.
pub fn book_3651_the_queue_is_not_locked_while_a_job_runs<B: Backend>() {
    let gate = Gate::new();
    let (pool, _results) = gated::<B>(Config::new(4), &gate);
    for n in 0..4 {
        pool.submit(n).unwrap();
    }
    gate.wait_for_arrivals(4);
    gate.open();
}

/// With buffers smaller than the number of jobs, submitting all and reading after deadlocked.
pub fn gobyexample_125_small_buffers_do_not_deadlock_the_simplest_program<B: Backend>() {
    // As it is written: the queue is small, the results are as by default.
    let (pool, results) =
        B::spawn(Config::new(3).queue(2), |n: u32, _: &_| no_error(n * 2)).unwrap();
    for n in 0..100 {
        pool.submit(n).unwrap();
    }
    pool.close();
    assert_eq!(results.map(|completion| completion.result.unwrap()).sum::<u32>(), 9_900);

    // With small results as well, on one thread.
    let config = Config::new(3).queue(2).results(2);
    let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n * 2)).unwrap();
    let completions = pool.run(&mut results, 0..100).unwrap();
    assert_eq!(completions.into_iter().map(|c| c.result.unwrap()).sum::<u32>(), 9_900);
}

/// Jobs that came faster than they could be run piled up until memory ran out.
pub fn threadpool_102_a_producer_is_held_to_the_pace_of_the_workers<B: Backend>() {
    const WORKERS: usize = 2;
    const QUEUE: usize = 3;
    let finished = Arc::new(AtomicUsize::new(0));
    let handler = {
        let finished = Arc::clone(&finished);
        move |(): (), _: &Context| {
            thread::yield_now();
            // Release pairs with the load below: the room it waited for was made after this.
            finished.fetch_add(1, Ordering::Release);
            no_error(())
        }
    };
    let (pool, results) = B::spawn(Config::new(WORKERS).queue(QUEUE), handler).unwrap();
    drop(results);
    for submitted in 1..=2_000 {
        pool.submit(()).unwrap();
        let unfinished = submitted - finished.load(Ordering::Acquire);
        assert!(unfinished <= QUEUE + WORKERS, "{unfinished} unfinished jobs");
    }
}

/// `spawn` stored whatever came and could not refuse, until the process was killed.
pub fn rayon_1020_a_flood_of_endless_jobs_is_refused<B: Backend>() {
    let gate = Gate::new();
    let (pool, _results) = gated::<B>(Config::new(2).queue(5), &gate);
    for n in 0..2 {
        pool.submit(n).unwrap();
    }
    gate.wait_for_arrivals(2);
    let accepted = (0..10_000).filter(|n| match pool.try_submit(*n) {
        Ok(_) => true,
        Err(refused) => {
            assert_eq!(refused, TrySubmitError::Full(*n));
            false
        }
    });
    assert_eq!(accepted.count(), 5);
    assert_eq!(pool.stop().len(), 5);
    gate.open();
}

/// A task that submitted to its own pool while others kept that full blocked for ever.
pub fn ants_197_a_nested_submission_to_a_full_pool_does_not_deadlock<B: Backend>() {
    let inner_runs = Arc::new(AtomicUsize::new(0));
    let (pool, results) = {
        let inner_runs = Arc::clone(&inner_runs);
        knowing_itself::<B, _, _>(Config::new(2).queue(2), move |pool, outer: bool, _| {
            // Relaxed: the completion that comes after it orders it, and in the end the join.
            let run_inner = || _ = inner_runs.fetch_add(1, Ordering::Relaxed);
            if outer {
                (0..3).for_each(|_| _ = pool.submit(false).map_err(|_| run_inner()));
            } else {
                run_inner();
            }
        })
    };
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| (0..100).for_each(|_| _ = pool.submit(true).unwrap()));
        }
    });
    // Outer jobs submit until the last of them has run: read those, then close.
    let mut results = results;
    while inner_runs.load(Ordering::Relaxed) < 600 {
        results.recv().unwrap();
    }
    pool.shutdown(PATIENCE).unwrap();
    assert_eq!(inner_runs.load(Ordering::Relaxed), 600);
}

/// Nested calls that waited for their own pool deadlocked once every thread was waiting.
pub fn rayon_446_waiting_for_a_task_inside_a_task_is_refused<B: Backend>() {
    let (pool, _) = B::spawn(Config::new(1), Task::run).unwrap();
    let tasks = Arc::new(Tasks::new(pool));
    let itself = Arc::downgrade(&tasks);
    let outer = tasks.spawn(move |_| {
        let tasks = itself.upgrade().expect("the case holds the tasks");
        tasks.spawn(|_| 1).unwrap().join()
    });
    let inner = outer.unwrap().join().unwrap();
    assert!(matches!(inner, Err(HandleError::WouldDeadlock { .. })));
    tasks.pool().shutdown(PATIENCE).unwrap();
}

/// A worker that waited inside a job ran another in the meantime, on the same stack: which
/// then wanted a lock that the first one held.
pub fn rayon_592_a_worker_never_runs_a_job_inside_another<B: Backend>() {
    let entered = Arc::new([const { Mutex::new(()) }; 2]);
    let (pool, mut results) = {
        knowing_itself::<B, _, _>(Config::new(2).queue(2), move |pool, depth: u32, context| {
            let mutex = &entered[context.worker().get()];
            let entered = match mutex.try_lock() {
                Ok(guard) => guard,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => panic!("a job inside a job"),
            };
            // Everything that a handler may wait with.
            if depth > 0 {
                _ = pool.submit(depth - 1);
                _ = pool.submit_timeout(0, Duration::from_micros(10));
            }
            _ = context.sleep(Duration::from_micros(10));
            _ = pool.join(Some(Duration::ZERO));
            drop(entered);
        })
    };
    let completions = pool.run(&mut results, vec![3; 30]).unwrap();
    assert!(completions.iter().all(|completion| completion.result.is_ok()));
    pool.shutdown(PATIENCE).unwrap();
    assert!(results.all(|completion| completion.result.is_ok()));
}

/// A task started from a busy worker was queued without waking the idle one.
pub fn tokio_8056_a_job_submitted_by_a_busy_worker_wakes_an_idle_one<B: Backend>() {
    let gates: Vec<_> = (0..30).map(|_| Gate::new()).collect();
    let (pool, mut results) = {
        let gates = gates.clone();
        knowing_itself::<B, _, _>(Config::new(2), move |pool, (round, outer): (usize, bool), _| {
            if outer {
                pool.submit((round, false)).unwrap();
                // Only the other worker can open it.
                gates[round].pass();
            } else {
                gates[round].open();
            }
        })
    };
    for round in 0..gates.len() {
        pool.submit((round, true)).unwrap();
        assert_eq!(results.recv().unwrap().result, Ok(()));
        assert_eq!(results.recv().unwrap().result, Ok(()));
    }
}

/// Of several submitters that waited for room, the last was left waiting when no one
/// submitted any more.
pub fn pond_115_every_waiting_submitter_gets_its_turn<B: Backend>() {
    const SUBMITTERS: u32 = 8;
    for workers in [1, 3] {
        let gate = Gate::new();
        let (pool, results) = gated::<B>(Config::new(workers).queue(1), &gate);
        let accepted: BTreeSet<_> = thread::scope(|scope| {
            let submitters: Vec<_> = (0..SUBMITTERS)
                .map(|submitter| {
                    let pool = &pool;
                    scope.spawn(move || [(); 3].map(|()| pool.submit(submitter).unwrap()))
                })
                .collect();
            gate.wait_for_arrivals(workers);
            gate.open();
            submitters.into_iter().flat_map(|submitter| submitter.join().unwrap()).collect()
        });
        assert_eq!(accepted.len(), 3 * SUBMITTERS as usize);
        pool.close();
        assert_eq!(results.count(), accepted.len());
    }
}

/// A waiter on the reply that a job carries was stuck: the job, undone, was never dropped.
pub fn quickwit_2862_whoever_waits_on_an_undone_job_is_let_go<B: Backend>() {
    type Reply = Option<mpsc::Sender<()>>;
    let (gate, token) = (Gate::new(), CancellationToken::new());
    let handler = {
        let gate = gate.clone();
        move |_: Reply, _: &Context| {
            gate.pass();
            no_error(())
        }
    };
    let config = Config::new(1).cancellation_token(&token);
    let (pool, results) = B::spawn(config.clone(), handler.clone()).unwrap();
    pool.submit(None).unwrap();
    gate.wait_for_arrivals(1);
    let (reply, answer) = mpsc::channel();
    pool.submit(Some(reply)).unwrap();
    drop(pool.stop());
    assert_eq!(answer.recv(), Err(mpsc::RecvError));

    // Cancelled rather than stopped; and while the one worker is still held.
    let (pool, _results) = B::spawn(config, handler).unwrap();
    pool.submit(None).unwrap();
    gate.wait_for_arrivals(2);
    let (reply, answer) = mpsc::channel();
    pool.submit(Some(reply)).unwrap();
    token.cancel();
    assert_eq!(answer.recv(), Err(mpsc::RecvError));
    gate.open();
    assert_eq!(results.count(), 1);
}
