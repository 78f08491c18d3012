//! N workers run N jobs at once, and never more.

use std::{
    collections::HashSet,
    sync::{Arc, Barrier},
};

use pool::{Backend, Config, Pool, Results};

use crate::{Call, Gate, no_error};

/// A barrier of N inside the handler can be passed, again and again: no worker keeps
/// another from its job, and none is left asleep (tokio issue 8056).
pub fn as_many_jobs_run_at_once_as_there_are_workers<B: Backend>() {
    const WORKERS: usize = 4;
    let barrier = Arc::new(Barrier::new(WORKERS));
    let handler = move |(): (), _: &_| no_error(barrier.wait().is_leader());
    let (pool, mut results) = B::spawn(Config::new(WORKERS), handler).unwrap();
    for _ in 0..100 {
        for _ in 0..WORKERS {
            pool.submit(()).unwrap();
        }
        let workers: HashSet<_> =
            (0..WORKERS).map(|_| results.recv().unwrap().worker.unwrap().get()).collect();
        assert_eq!(workers, (0..WORKERS).collect());
    }
}

/// The same when the jobs wait already as the workers come to them.
pub fn a_backlog_is_shared_by_all_workers<B: Backend>() {
    const WORKERS: usize = 3;
    let barrier = Arc::new(Barrier::new(WORKERS));
    let handler = move |(): (), _: &_| no_error(barrier.wait().is_leader());
    let (pool, results) = B::spawn(Config::new(WORKERS).queue(300), handler).unwrap();
    for _ in 0..100 * WORKERS {
        pool.submit(()).unwrap();
    }
    pool.close();
    assert_eq!(results.count(), 100 * WORKERS);
}

/// While one job takes its time, all others get done.
pub fn a_slow_job_holds_up_no_other<B: Backend>() {
    let gate = Gate::new();
    let at_gate = gate.clone();
    let handler = move |slow: bool, _: &_| {
        if slow {
            at_gate.pass();
        }
        no_error(slow)
    };
    let (pool, mut results) = B::spawn(Config::new(2).queue(4), handler).unwrap();
    pool.submit(true).unwrap();
    for _ in 0..200 {
        pool.submit(false).unwrap();
    }
    for _ in 0..200 {
        assert_eq!(results.recv().unwrap().result, Ok(false));
    }
    gate.open();
    assert_eq!(results.recv().unwrap().result, Ok(true));
}

/// With N jobs on the workers, one more stays in the queue, and keeps its place there.
pub fn never_more_jobs_run_than_there_are_workers<B: Backend>() {
    const WORKERS: usize = 3;
    let gate = Gate::new();
    let (pool, results) = B::spawn(Config::new(WORKERS).queue(1), gate.handler::<()>()).unwrap();
    for n in 1..=WORKERS {
        pool.submit(()).unwrap();
        gate.wait_for_arrivals(n);
    }
    pool.submit(()).unwrap();
    let pool = Arc::new(pool);
    let no_room = Call::begin_and_wait({
        let pool = Arc::clone(&pool);
        move || pool.submit(())
    });
    assert_eq!(gate.arrivals(), WORKERS);
    let stats = pool.stats();
    assert_eq!((stats.running, stats.queued), (WORKERS as u64, 1));
    gate.open();
    no_room.returned().unwrap();
    pool.close();
    assert_eq!(results.count(), WORKERS + 2);
}
