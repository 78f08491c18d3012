//! What the native pool alone can get wrong: threads that are not its own, and jobs that fork.

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex, OnceLock, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use pool::{
    Backend, CancellationToken, Config, Context, Ended, Pool, Results, StopReason, SubmitError,
};
use pool_conformance::{Gate, PATIENCE, no_error, run_case};
use pool_rayon::{Native, NativePool, NativeResults};
use rayon::{ThreadPool, ThreadPoolBuilder};

fn users_threads(threads: usize) -> Arc<ThreadPool> {
    let builder = ThreadPoolBuilder::new().num_threads(threads);
    Arc::new(builder.thread_name(|index| format!("mine-{index}")).build().unwrap())
}

#[test]
fn jobs_run_on_the_users_threads_which_live_on() {
    let threads = users_threads(3);
    let (started, stopped) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (at_start, at_stop) = (Arc::clone(&started), Arc::clone(&stopped));
    // Relaxed, here and below: read after a join.
    let config = Config::new(1)
        .on_worker_start(move |_| _ = at_start.fetch_add(1, Ordering::Relaxed))
        .on_worker_stop(move |_, reason| {
            assert_eq!(reason, StopReason::Closed);
            at_stop.fetch_add(1, Ordering::Relaxed);
        });
    let handler = |(): (), context: &Context| {
        no_error(thread::current().name() == Some(&format!("mine-{}", context.worker())))
    };
    let (pool, results) = Native::spawn_on(&threads, &config, handler).unwrap();
    assert_eq!(pool.stats().workers, 3);
    for _ in 0..100 {
        pool.submit(()).unwrap();
    }
    pool.close();
    assert!(results.map(|done| done.result.unwrap()).eq([true; 100]));
    assert_eq!(pool.join(None).unwrap().stats.succeeded, 100);
    assert_eq!((started.load(Ordering::Relaxed), stopped.load(Ordering::Relaxed)), (3, 3));
    assert_eq!(threads.install(|| 7), 7);
}

#[test]
fn a_join_on_the_users_threads_waits_for_the_jobs() {
    let gate = Gate::new();
    let (pool, results) =
        Native::spawn_on(&users_threads(2), &Config::default(), gate.handler()).unwrap();
    let job = pool.submit(7).unwrap();
    gate.wait_for_arrivals(1);
    pool.close();
    assert_eq!(pool.join(Some(Duration::ZERO)).unwrap_err().busy[0].job, job);
    gate.open();
    assert_eq!(pool.join(None).unwrap().stats.succeeded, 1);
    assert_eq!(results.count(), 1);
}

/// A job that waits for rayon lends its thread, but not for the end of its own worker.
#[test]
fn a_worker_on_the_users_threads_ends_after_its_job() {
    let (gate, stopped) = (Gate::new(), Arc::new(AtomicBool::new(false)));
    let (at_gate, at_stop, told) = (gate.clone(), Arc::clone(&stopped), Arc::clone(&stopped));
    let config =
        Config::default().on_worker_stop(move |_, _| at_stop.store(true, Ordering::Relaxed));
    let handler = move |(): (), _: &Context| {
        at_gate.pass();
        while rayon::yield_now() == Some(rayon::Yield::Executed) {}
        no_error(told.load(Ordering::Relaxed))
    };
    let (pool, results) = Native::spawn_on(&users_threads(1), &config, handler).unwrap();
    pool.submit(()).unwrap();
    gate.wait_for_arrivals(1);
    pool.close();
    gate.open();
    assert!(results.map(|done| done.result.unwrap()).eq([false]));
    pool.join(None).unwrap();
    assert!(stopped.load(Ordering::Relaxed));
}

/// The tickets of jobs that were taken back wait behind other work; the results do not.
#[test]
fn a_stop_waits_for_no_other_work_on_the_users_threads() {
    let (threads, other_work) = (users_threads(1), Gate::new());
    let handler = |n: u32, _: &Context| no_error(n);
    let (pool, mut results) = Native::spawn_on(&threads, &Config::default(), handler).unwrap();
    let at_gate = other_work.clone();
    threads.spawn(move || at_gate.pass());
    other_work.wait_for_arrivals(1);
    let jobs: Vec<_> = (0..3).map(|n| (pool.submit(n).unwrap(), n)).collect();
    assert_eq!(pool.stop(), jobs);
    assert_eq!(results.recv(), Err(Ended));
    pool.join(Some(Duration::ZERO)).expect_err("the thread has not called the stop hook");
    other_work.open();
    pool.join(None).unwrap();
}

#[test]
fn two_pools_share_the_users_threads() {
    let threads = users_threads(2);
    let handler = |n: u32, _: &Context| no_error(n);
    let (inner, inner_results) = Native::spawn_on(&threads, &Config::default(), handler).unwrap();
    let inner = Arc::new(inner);
    let handler = {
        let inner = Arc::clone(&inner);
        move |n: u32, _: &Context| inner.submit(n)
    };
    let (outer, outer_results) = Native::spawn_on(&threads, &Config::default(), handler).unwrap();
    for n in 0..100 {
        outer.submit(n).unwrap();
    }
    outer.close();
    assert!(outer_results.map(|done| done.result).all(|submitted| submitted.is_ok()));
    inner.close();
    assert_eq!(inner_results.count(), 100);
}

#[test]
fn a_pool_on_the_users_threads_may_be_cancelled_before_it_is_made() {
    let token = CancellationToken::new();
    token.cancel();
    let config = Config::default().cancellation_token(&token);
    let handler = |n: u32, _: &Context| no_error(n);
    let (pool, mut results) = Native::spawn_on(&users_threads(2), &config, handler).unwrap();
    assert_eq!(pool.submit(1), Err(SubmitError::Closed(1)));
    assert_eq!(results.recv(), Err(Ended));
    pool.join(None).unwrap();
}

/// That thread has not called the stop hook, and cannot while it is here.
#[test]
fn other_work_on_the_users_threads_drops_the_pool() {
    run_case("drops the pool", PATIENCE, || {
        let threads = users_threads(1);
        let handler = |n: u32, _: &Context| no_error(n);
        let (pool, results) = Native::spawn_on(&threads, &Config::default(), handler).unwrap();
        threads.install(|| {
            pool.close();
            drop(pool);
        });
        assert_eq!(results.count(), 0);
    });
}

#[test]
fn a_job_drops_its_pool_on_the_users_threads() {
    run_case("drops its pool", PATIENCE, || {
        let threads = users_threads(1);
        let held = Arc::new(Mutex::new(None::<NativePool<u32>>));
        let handler = {
            let held = Arc::clone(&held);
            move |n: u32, _: &Context| {
                drop(held.lock().unwrap().take());
                no_error(n)
            }
        };
        let (pool, results) = Native::spawn_on(&threads, &Config::default(), handler).unwrap();
        let mut lock = held.lock().unwrap();
        (0..3).for_each(|n| _ = pool.submit(n).unwrap());
        *lock = Some(pool);
        drop(lock);
        assert_eq!(results.count(), 3);
    });
}

/// The handler holds its pool, and goes with the last job: on a worker, which is no place to wait.
#[test]
fn a_pool_on_the_users_threads_may_be_owned_by_its_own_handler() {
    let (own_pool, ended) = (Arc::new(OnceLock::<NativePool<u32>>::new()), Gate::new());
    let stopped = ended.clone();
    stopped.open();
    let config = Config::default().on_worker_stop(move |_, _| stopped.pass());
    let handler = {
        let own_pool = Arc::clone(&own_pool);
        move |n: u32, _: &Context| {
            own_pool.wait().close();
            no_error(n)
        }
    };
    let (pool, results) = Native::spawn_on(&users_threads(2), &config, handler).unwrap();
    pool.submit(1).unwrap();
    assert!(own_pool.set(pool).is_ok());
    drop(own_pool);
    assert_eq!(results.count(), 1);
    ended.wait_for_arrivals(2);
}

type Halves = (NativePool<bool>, NativeResults<bool, Infallible>);

/// The thread that has stolen half of a job is a worker all the same: it must not wait for room.
#[test]
fn half_of_a_job_is_refused_rather_than_left_waiting() {
    type Spawn = fn(fn(bool, &Context) -> Result<bool, Infallible>) -> Halves;
    static POOL: Mutex<Weak<NativePool<bool>>> = Mutex::new(Weak::new());

    fn handler(forks: bool, _: &Context) -> Result<bool, Infallible> {
        let (begun, done) = (AtomicBool::new(false), OnceLock::new());
        if forks {
            // This thread is in this half, or waits for the other, so another thread has that.
            let wait = || {
                while !begun.load(Ordering::Relaxed) {
                    thread::yield_now();
                }
            };
            rayon::join(wait, || {
                begun.store(true, Ordering::Relaxed);
                let pool = POOL.lock().unwrap().upgrade().unwrap();
                pool.submit(false).expect("there is room");
                done.set(pool.submit(false) == Err(SubmitError::WouldDeadlock(false))).unwrap();
            });
        }
        no_error(done.into_inner().unwrap_or(true))
    }

    let spawns: [Spawn; 2] = [
        |handler| Native::spawn(Config::new(2).queue(1), handler).unwrap(),
        |handler| Native::spawn_on(&users_threads(2), &Config::new(2).queue(1), handler).unwrap(),
    ];
    for spawn in spawns {
        run_case("half of a job submits", PATIENCE, move || {
            let (pool, results) = spawn(handler);
            let pool = Arc::new(pool);
            *POOL.lock().unwrap() = Arc::downgrade(&pool);
            pool.submit(true).unwrap();
            assert!(results.take(2).map(|done| done.result.unwrap()).eq([true; 2]));
        });
    }
}

#[test]
fn a_pool_shows_what_it_has_done() {
    let (pool, _results) =
        Native::spawn(Config::new(1), |(): (), _: &Context| no_error(())).unwrap();
    let shown = format!("{pool:?}");
    assert!(shown.starts_with("NativePool { stats: Stats { workers: 1, "), "{shown}");
}
