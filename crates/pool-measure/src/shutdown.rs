//! Shutdown latency: how long a pool takes to end, in each of the ways it can.
//!
//! An end is reached when every thread has been joined, never when a `drop` returns: some
//! libraries' drops return with their threads still running. After each end every job is
//! accounted for.

use std::{
    hint,
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

use pool::{Context, Pool, Stats};
use pool_workloads::Batch;

use crate::{
    contender::Shape,
    machine::{cores, parallelism},
    throughput::serial,
    words::{Shelf, Start, Words, hold_every_worker},
};

/// How long all is left alone before a clock starts, so that idle threads are asleep.
pub(crate) const SETTLING: Duration = Duration::from_millis(3);

/// From `close` to all threads joined, with nothing to do: workers that wait for jobs.
///
/// # Panics
///
/// If jobs are missing, as everything here; or if the pool cannot be started.
pub fn idle(start: Start, shape: Shape) -> Duration {
    let (pool, _results) = idle_pool(start, shape);
    let start = Instant::now();
    pool.close();
    let ended = join(&*pool);
    let elapsed = start.elapsed();
    assert_eq!(ended.succeeded, ended.submitted, "jobs are missing");
    elapsed
}

/// A pool whose workers have each run a job, and are asleep.
pub(crate) fn idle_pool(start: Start, shape: Shape) -> Words {
    let workers = shape.workers;
    let all = Barrier::new(workers);
    let handler = Box::new(move |_, _: &Context| u64::from(all.wait().is_leader()));
    let (pool, mut results) = start(shape.config(workers), handler);
    for _ in 0..workers {
        pool.submit(0).expect("the pool is open");
    }
    assert_eq!(results.by_ref().take(workers).count(), workers, "jobs are missing");
    thread::sleep(SETTLING);
    (pool, results)
}

/// The floor of [`idle`]: bare threads that are parked; from the first `unpark` to all joined.
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

/// A job that holds its worker until the drain begins. Others are places of the batch's jobs.
const HELD: u64 = u64::MAX;

/// Closes a pool with a batch queued, which is to be run. Nobody receives meanwhile.
///
/// `batch` makes the batch: once for the pool and once for one thread alone.
///
/// # Panics
///
/// As [`idle`].
pub fn drain(start: Start, shape: Shape, batch: impl Fn() -> Batch) -> Drain {
    let workers = shape.workers;
    let Batch { jobs, answer } = batch();
    let count = jobs.len();
    let start_line = Arc::new(Barrier::new(workers + 1));
    let line = Arc::clone(&start_line);
    let config = shape.config(workers).queue((count + workers).max(1));
    let shelf = Shelf::new(jobs);
    let handler = Box::new(move |place, _: &Context| {
        if place == HELD {
            line.wait();
        }
        shelf.run(place)
    });
    let (pool, results) = start(config, handler);
    hold_every_worker(workers, &*pool, HELD);
    for place in 0..count as u64 {
        pool.submit(place).expect("the pool is open");
    }
    let start = Instant::now();
    pool.close();
    start_line.wait();
    let ended = join(&*pool);
    let elapsed = start.elapsed();
    assert_eq!(ended.succeeded, (count + workers) as u64, "jobs are missing");
    let received = results.map(|completion| completion.result.unwrap_or_default());
    assert_eq!(received.fold(0, u64::wrapping_add), answer, "results are missing");

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
    /// A job that goes on for this long from the stop on, whatever it learns.
    Deaf(Duration),
}

/// What a stop took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// From `stop` to the list of undone jobs in hand.
    pub in_hand: Duration,
    /// From `stop` to all threads joined.
    pub joined: Duration,
    /// For how long, of that, the last job went on after it knew. What exceeds it is the
    /// pool's.
    pub ran_on: Duration,
}

/// The jobs of a stop.
const RUNNING: u64 = 0;
const QUEUED: u64 = 1;

/// Stops a pool with so many jobs `queued`, and every worker `running` one.
///
/// # Panics
///
/// As [`idle`].
pub fn stop(start: Start, shape: Shape, queued: usize, running: Running) -> Stop {
    let workers = shape.workers;
    let config = shape.config(workers).queue((queued + workers).max(1));
    let handler = Box::new(move |job, context: &Context| {
        let knew = match running {
            _ if job == QUEUED => Instant::now(),
            Running::Waiting => {
                _ = context.sleep(Duration::MAX);
                Instant::now()
            }
            Running::Polling => {
                while context.check().is_ok() {
                    hint::black_box((0..1_000_u64).fold(0, |sum, n| hint::black_box(sum + n)));
                }
                Instant::now()
            }
            Running::Deaf(length) => {
                _ = context.sleep(Duration::MAX);
                let knew = Instant::now();
                thread::sleep(length);
                knew
            }
        };
        u64::try_from(knew.elapsed().as_nanos()).unwrap_or(u64::MAX)
    });
    let (pool, results) = start(config, handler);
    hold_every_worker(workers, &*pool, RUNNING);
    for _ in 0..queued {
        pool.submit(QUEUED).expect("the pool is open");
    }
    let start = Instant::now();
    let undone = pool.stop();
    let in_hand = start.elapsed();
    let ended = join(&*pool);
    let joined = start.elapsed();
    assert_eq!(undone.len(), queued, "undone jobs are missing");
    let ran_on: Vec<u64> = results.filter_map(|completion| completion.result.ok()).collect();
    assert_eq!(ran_on.len(), workers, "completions are missing");
    assert_eq!(ended.settled(), ended.submitted, "jobs are missing");
    let ran_on = Duration::from_nanos(ran_on.into_iter().max().unwrap_or_default());
    Stop { in_hand, joined, ran_on }
}

/// From the last completion received to all threads joined, on a pool that has been closed.
///
/// # Panics
///
/// As [`idle`].
pub fn last_completion_to_joined(start: Start, shape: Shape) -> Duration {
    let workers = shape.workers;
    let start_line = Arc::new(Barrier::new(workers + 1));
    let line = Arc::clone(&start_line);
    let handler = Box::new(move |_, _: &Context| u64::from(line.wait().is_leader()));
    let (pool, mut results) = start(shape.config(workers), handler);
    hold_every_worker(workers, &*pool, 0);
    pool.close();
    start_line.wait();
    let received = results.by_ref().take(workers).count();
    let start = Instant::now();
    let ended = join(&*pool);
    let elapsed = start.elapsed();
    assert_eq!((received, ended.succeeded), (workers, workers as u64), "jobs are missing");
    elapsed
}

fn join(pool: &dyn Pool<u64>) -> Stats {
    pool.join(None).expect("a closed pool ends").stats
}

#[cfg(test)]
mod tests {
    use pool_std::Std;

    use super::*;
    use crate::{placement::Placement, words};

    const STD: Start = words::start::<Std>;

    fn shape(workers: usize) -> Shape {
        let placement = Placement::apart(workers);
        Shape { workers, queue: 4, results: None, linger: None, placement }
    }

    #[test]
    fn every_scenario_comes_to_its_end_with_all_jobs_accounted_for() {
        assert!(idle(STD, shape(2)) > Duration::ZERO);
        assert!(idle_floor(2) > Duration::ZERO);
        for running in [Running::Waiting, Running::Polling, Running::Deaf(Duration::ZERO)] {
            let Stop { in_hand, joined, ran_on } = stop(STD, shape(2), 100, running);
            assert!(in_hand <= joined && ran_on <= joined);
        }
        assert!(last_completion_to_joined(STD, shape(2)) > Duration::ZERO);
    }

    #[test]
    fn a_deaf_job_is_waited_for() {
        let length = Duration::from_millis(20);
        assert!(stop(STD, shape(1), 0, Running::Deaf(length)).ran_on >= length);
    }
}
