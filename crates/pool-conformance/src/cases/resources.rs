//! Threads, memory, CPU, and a great many jobs.
//!
//! After smol-rs/blocking 24 and 79, Tokio 2309 and 8406 (threads refused), and the stress
//! tests of JSR-166.

use std::{
    fs, io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use pool::{Backend, Config, Context, Pool, PoolExt, SpawnError};

use crate::{
    Census, Counted, PATIENCE, eventually,
    fixtures::{at_thread_exit, ids, jobs_of},
    live_threads, no_error, unique_prefix,
};

/// Counts of what a pool's threads went through. Relaxed: read after they were joined.
#[derive(Clone, Default)]
struct Threads {
    started: Arc<AtomicUsize>,
    stopped: Arc<AtomicUsize>,
    exited: Arc<AtomicUsize>,
}

impl Threads {
    fn watch(&self, config: Config) -> Config {
        let (started, stopped) = (self.clone(), self.clone());
        config
            .on_worker_start(move |_| {
                started.started.fetch_add(1, Ordering::Relaxed);
                let exited = Arc::clone(&started.exited);
                at_thread_exit(move || _ = exited.fetch_add(1, Ordering::Relaxed));
            })
            .on_worker_stop(move |_, _| _ = stopped.stopped.fetch_add(1, Ordering::Relaxed))
    }

    #[track_caller]
    fn assert_all_gone(&self, started: usize) {
        assert_eq!(self.started.load(Ordering::Relaxed), started);
        assert_eq!(self.stopped.load(Ordering::Relaxed), started);
        assert_eq!(self.exited.load(Ordering::Relaxed), started);
    }
}

/// Whichever worker it is: `spawn` says so, and those that had started are gone, with their
/// hooks paired, when it returns.
pub fn a_thread_refused_to_any_worker_leaves_none_behind<B: Backend>() {
    const WORKERS: usize = 5;
    for refused in 0..WORKERS {
        let (threads, prefix) = (Threads::default(), unique_prefix());
        let asked = AtomicUsize::new(0);
        let config = threads.watch(Config::new(WORKERS).thread_name(&prefix)).spawner(
            move |builder, body| {
                // Relaxed: one thread asks, and no other counts.
                if asked.fetch_add(1, Ordering::Relaxed) == refused {
                    return Err(io::Error::other("no more threads today"));
                }
                builder.spawn(body)
            },
        );
        let error = B::spawn(config, |n: u32, _: &_| no_error(n)).err().unwrap();
        let SpawnError::Thread { worker, source } = error else { panic!("{error:?}") };
        assert_eq!(worker.get(), refused);
        assert_eq!(source.to_string(), "no more threads today");
        threads.assert_all_gone(refused);
        // The system may list a thread for a moment after it can be joined.
        eventually("no thread is left", || live_threads(&prefix).unwrap_or(0) == 0);
    }
}

/// Refused by the system itself, for want of address space.
pub fn a_stack_that_the_system_refuses_is_a_typed_error<B: Backend>() {
    let (threads, prefix) = (Threads::default(), unique_prefix());
    // The largest that is not refused as a setting. Three of them fit into no address space.
    let stack = Config::MAX_STACK_SIZE - (1 << 16);
    let config = threads.watch(Config::new(3).thread_name(&prefix).stack_size(stack));
    let error = B::spawn(config, |n: u32, _: &_| no_error(n)).err().unwrap();
    assert!(matches!(error, SpawnError::Thread { .. }), "{error:?}");
    let started = threads.started.load(Ordering::Relaxed);
    assert!(started < 3);
    threads.assert_all_gone(started);
    eventually("no thread is left", || live_threads(&prefix).unwrap_or(0) == 0);
}

/// A custom spawner's threads are the pool's: as many as workers, and joined at its end.
pub fn every_thread_comes_from_the_spawner_and_is_joined<B: Backend>() {
    let threads = Threads::default();
    let asked = Arc::new(AtomicUsize::new(0));
    let config = threads.watch(Config::new(4)).spawner({
        let asked = Arc::clone(&asked);
        move |builder, body| {
            // Relaxed: read after `spawn`, which asks.
            asked.fetch_add(1, Ordering::Relaxed);
            builder.spawn(body)
        }
    });
    let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
    assert_eq!(pool.run(&mut results, 0..100).unwrap().len(), 100);
    pool.shutdown(PATIENCE).unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 4);
    threads.assert_all_gone(4);
}

/// Under a slow consumer there are never more jobs and values than the bounds allow.
pub fn bounded_queue_and_results_bound_the_memory<B: Backend>() {
    const JOBS: usize = 2_000;
    const QUEUE: usize = 4;
    const RESULTS: usize = 3;
    const WORKERS: usize = 2;
    let census = Census::new();
    let config = Config::new(WORKERS).queue(QUEUE).results(RESULTS);
    let (pool, results) = B::spawn(config, |job: Counted, _: &Context| no_error(job)).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..JOBS {
                pool.submit(census.count()).unwrap();
            }
            pool.close();
        });
        for (n, completion) in results.enumerate() {
            if n % 100 == 0 {
                // Slow: everything before the consumer fills up.
                eventually("the pool is full", || {
                    n + QUEUE + RESULTS + WORKERS >= JOBS || pool.stats().queued == QUEUE as u64
                });
            }
            drop(completion);
        }
    });
    assert_eq!(census.alive(), 0);
    // One in the hands of the submitter, one in those of the consumer.
    let most = census.peak();
    assert!(most <= QUEUE + WORKERS + RESULTS + 2, "{most} at once");
}

/// Four producers, and a sum to check.
pub fn a_million_jobs_through_many_producers<B: Backend>() {
    const PRODUCERS: u64 = 4;
    const EACH: u64 = 250_000;
    let config = Config::new(2).results(1024);
    let (pool, results) = B::spawn(config, |n: u64, _: &_| no_error(n)).unwrap();
    let (count, sum) = thread::scope(|scope| {
        for producer in 0..PRODUCERS {
            let pool = &pool;
            scope.spawn(move || {
                for n in 0..EACH {
                    pool.submit(producer * EACH + n).unwrap();
                }
            });
        }
        let completions = results.take(usize::try_from(PRODUCERS * EACH).unwrap());
        completions.fold((0, 0), |(count, sum), c| (count + 1, sum + c.result.unwrap()))
    });
    let jobs = PRODUCERS * EACH;
    assert_eq!((count, sum), (jobs, jobs * (jobs - 1) / 2));
    assert_eq!(pool.shutdown(PATIENCE).unwrap().stats.succeeded, jobs);
}

/// CPU time of the threads whose names begin with `{prefix}-`; `None` where the system does
/// not say.
fn cpu_time(prefix: &str) -> Option<Duration> {
    let prefix = format!("{prefix}-");
    let mut sum = Duration::ZERO;
    for task in fs::read_dir("/proc/self/task").ok()? {
        // A thread of another pool may exit meanwhile.
        let Ok(task) = task.map(|task| task.path()) else { continue };
        let Ok(name) = fs::read_to_string(task.join("comm")) else { continue };
        if name.starts_with(&prefix) {
            let schedstat = fs::read_to_string(task.join("schedstat")).ok()?;
            sum += Duration::from_nanos(schedstat.split_whitespace().next()?.parse().ok()?);
        }
    }
    Some(sum)
}

/// Eight workers without a job take less than a millisecond of CPU in a second. Only Linux
/// says how much they take; elsewhere this case checks nothing.
pub fn idle_workers_use_no_cpu<B: Backend>() {
    let prefix = unique_prefix();
    let config = Config::new(8).thread_name(&prefix);
    let (pool, mut results) = B::spawn(config, |n: u32, _: &_| no_error(n)).unwrap();
    let completions = pool.run(&mut results, 0..100).unwrap();
    assert_eq!(jobs_of(&completions), ids(0..100));
    // A worker may look around for a while before it goes to sleep: up to three seconds.
    let mut used = Vec::new();
    while let Some(before) = cpu_time(&prefix) {
        thread::sleep(Duration::from_secs(1));
        let quiet = cpu_time(&prefix).unwrap().saturating_sub(before);
        used.push(quiet);
        if quiet < Duration::from_millis(1) {
            return;
        }
        assert!(used.len() < 3, "CPU time in each of three seconds: {used:?}");
    }
}
