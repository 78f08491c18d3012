//! Shutdown latency: how long a pool takes to end, in each of the ways it can.
//!
//! An end is reached when every thread has been joined, never when a `drop` returns: some
//! libraries' drops return with their threads still running. After each end every job is
//! accounted for.

use std::{
    convert::Infallible,
    hint,
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

use pool::{Backend, Config, Context, Halves, Pool, Results, Stats};
use pool_workloads::Batch;

use crate::{
    contender::{Contender, Jobs, Shape},
    machine::{cores, parallelism},
    throughput::serial,
};

/// How long all is left alone before a clock starts, so that idle threads are asleep.
pub(crate) const SETTLING: Duration = Duration::from_millis(3);

/// From `close` to all threads joined, with nothing to do: workers that wait for jobs.
///
/// # Panics
///
/// If jobs are missing, as everything here; or if the pool cannot be started.
pub fn idle<B: Backend>(workers: usize) -> Duration {
    let (pool, _results) = idle_pool::<B>(workers);
    let start = Instant::now();
    pool.close();
    let ended = join(&pool);
    let elapsed = start.elapsed();
    assert_eq!(ended.succeeded, ended.submitted, "{}: jobs are missing", B::NAME);
    elapsed
}

/// A pool whose workers have each run a job, and are asleep.
pub(crate) fn idle_pool<B: Backend>(workers: usize) -> Halves<B, Arc<Barrier>, u64, Infallible> {
    let handler = |all: Arc<Barrier>, _: &Context| u64::from(all.wait().is_leader());
    let (pool, mut results) = spawn::<B, _>(Config::new(workers), handler);
    let all = Arc::new(Barrier::new(workers));
    for _ in 0..workers {
        pool.submit(Arc::clone(&all)).expect("the pool is open");
    }
    for _ in 0..workers {
        results.recv().expect("every job completes");
    }
    thread::sleep(SETTLING);
    (pool, results)
}

/// As [`idle`], for the bare loop of a library: from dropping the end that jobs go into to all
/// threads joined. Where it exceeds bare threads, so must every pool over that library.
///
/// # Panics
///
/// If it cannot be started, or loses a job.
pub fn idle_bare<C: Contender>(workers: usize) -> Duration {
    let shape = Shape { workers, queue: 1024, results: None, linger: None };
    let (jobs, mut results) = C::start(shape, |job: usize| job);
    for job in 0..10 * workers {
        jobs.submit(job);
        results.next().expect("every job gives its result");
    }
    thread::sleep(SETTLING);
    let start = Instant::now();
    drop(jobs);
    start.elapsed()
}

/// The floor of both: bare threads that are parked; from the first `unpark` to all joined.
///
/// # Panics
///
/// If a thread is refused.
pub fn idle_floor(workers: usize) -> Duration {
    let parked: Vec<_> = (0..workers).map(|_| thread::spawn(thread::park)).collect();
    thread::sleep(SETTLING);
    let start = Instant::now();
    for handle in &parked {
        handle.thread().unpark();
    }
    for handle in parked {
        handle.join().expect("a parked thread only returns");
    }
    start.elapsed()
}

/// What a drain took, and what it would have taken without any delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drain {
    /// From `close` to all threads joined.
    pub elapsed: Duration,
    /// The same jobs on one thread, over the number of workers, or of cores if that is less.
    pub ideal: Duration,
}

/// Closes a pool with a batch queued, which is to be run. Nobody receives meanwhile.
///
/// `batch` makes the batch: once for the pool and once for one thread alone.
///
/// # Panics
///
/// As [`idle`].
pub fn drain<B: Backend>(workers: usize, batch: impl Fn() -> Batch) -> Drain {
    let Batch { jobs, answer } = batch();
    let count = jobs.len();
    let start_line = Arc::new(Barrier::new(workers + 1));
    let line = Arc::clone(&start_line);
    let config = Config::new(workers).queue((count + workers).max(1));
    let (pool, results) = spawn::<B, _>(config, move |job, _| match job {
        Some(job) => pool_workloads::Job::run(job),
        None => {
            line.wait();
            0
        }
    });
    hold_every_worker(workers, &pool, || None);
    for job in jobs {
        pool.submit(Some(job)).expect("the pool is open");
    }
    let start = Instant::now();
    pool.close();
    start_line.wait();
    let ended = join(&pool);
    let elapsed = start.elapsed();
    assert_eq!(ended.succeeded, (count + workers) as u64, "{}: jobs are missing", B::NAME);
    let received = results.map(|completion| completion.result.unwrap_or_default());
    assert_eq!(received.fold(0, u64::wrapping_add), answer, "{}: results are missing", B::NAME);

    let alone = serial(batch()).expect("the same jobs give the same answer").wall;
    Drain { elapsed, ideal: alone / parallelism(workers, cores()) }
}

/// What every worker is on when the stop comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Running {
    /// A job that waits on its context, which a stop wakes.
    Waiting,
    /// A job that works, and looks at its context every few microseconds.
    Polling,
    /// A job that goes on for this long from the stop on, whatever it is told.
    Deaf(Duration),
}

/// What a stop took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// From `stop` to the list of undone jobs in hand.
    pub in_hand: Duration,
    /// From `stop` to all threads joined.
    pub joined: Duration,
    /// For how long, of that, the last job went on after it was told. What exceeds it is the
    /// pool's.
    pub ran_on: Duration,
}

/// Stops a pool with so many jobs `queued`, and every worker `running` one.
///
/// # Panics
///
/// As [`idle`].
pub fn stop<B: Backend>(workers: usize, queued: usize, running: Running) -> Stop {
    let config = Config::new(workers).queue((queued + workers).max(1));
    let (pool, results) = spawn::<B, _>(config, |job: Option<Running>, context| {
        let told = match job {
            Some(Running::Waiting) => {
                _ = context.sleep(Duration::MAX);
                Instant::now()
            }
            Some(Running::Polling) => {
                while context.check().is_ok() {
                    hint::black_box((0..1_000_u64).fold(0, |sum, n| hint::black_box(sum + n)));
                }
                Instant::now()
            }
            Some(Running::Deaf(length)) => {
                _ = context.sleep(Duration::MAX);
                let told = Instant::now();
                thread::sleep(length);
                told
            }
            None => Instant::now(),
        };
        u64::try_from(told.elapsed().as_nanos()).unwrap_or(u64::MAX)
    });
    hold_every_worker(workers, &pool, || Some(running));
    for _ in 0..queued {
        pool.submit(None).expect("the pool is open");
    }
    let start = Instant::now();
    let undone = pool.stop();
    let in_hand = start.elapsed();
    let ended = join(&pool);
    let joined = start.elapsed();
    assert_eq!(undone.len(), queued, "{}: undone jobs are missing", B::NAME);
    let ran_on: Vec<u64> = results.filter_map(|completion| completion.result.ok()).collect();
    assert_eq!(ran_on.len(), workers, "{}: completions are missing", B::NAME);
    assert_eq!(ended.settled(), ended.submitted, "{}: jobs are missing", B::NAME);
    let ran_on = Duration::from_nanos(ran_on.into_iter().max().unwrap_or_default());
    Stop { in_hand, joined, ran_on }
}

/// From the last completion received to all threads joined, on a pool that has been closed.
///
/// # Panics
///
/// As [`idle`].
pub fn last_completion_to_joined<B: Backend>(workers: usize) -> Duration {
    let start_line = Arc::new(Barrier::new(workers + 1));
    let line = Arc::clone(&start_line);
    let (pool, mut results) = spawn::<B, _>(Config::new(workers), move |(): (), _| {
        line.wait();
        0
    });
    hold_every_worker(workers, &pool, || ());
    pool.close();
    start_line.wait();
    for _ in 0..workers {
        results.recv().expect("every job completes");
    }
    let start = Instant::now();
    let ended = join(&pool);
    let elapsed = start.elapsed();
    assert_eq!(ended.succeeded, workers as u64, "{}: jobs are missing", B::NAME);
    elapsed
}

fn spawn<B: Backend, J: Send + 'static>(
    config: Config,
    handler: impl Fn(J, &Context) -> u64 + Send + Sync + 'static,
) -> Halves<B, J, u64, Infallible> {
    B::spawn(config, move |job, context| Ok(handler(job, context))).expect("a pool can be started")
}

/// Gives every worker a job that holds it, and waits until it is on it.
pub(crate) fn hold_every_worker<J>(workers: usize, pool: &impl Pool<J>, job: impl Fn() -> J) {
    for _ in 0..workers {
        pool.submit(job()).expect("the pool is open");
    }
    while pool.stats().running < workers as u64 {
        thread::yield_now();
    }
}

fn join<J>(pool: &impl Pool<J>) -> Stats {
    pool.join(None).expect("a closed pool ends").stats
}

#[cfg(test)]
mod tests {
    use pool_std::Std;

    use super::*;

    #[test]
    fn every_scenario_comes_to_its_end_with_all_jobs_accounted_for() {
        assert!(idle::<Std>(2) > Duration::ZERO);
        assert!(idle_floor(2) > Duration::ZERO);
        for running in [Running::Waiting, Running::Polling, Running::Deaf(Duration::ZERO)] {
            let Stop { in_hand, joined, ran_on } = stop::<Std>(2, 100, running);
            assert!(in_hand <= joined && ran_on <= joined);
        }
        assert!(last_completion_to_joined::<Std>(2) > Duration::ZERO);
    }

    #[test]
    fn a_deaf_job_is_waited_for() {
        let length = Duration::from_millis(20);
        assert!(stop::<Std>(1, 0, Running::Deaf(length)).ran_on >= length);
    }
}
