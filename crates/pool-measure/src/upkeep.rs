//! What a pool costs while it has little or nothing to do, and whether its memory is flat.

use std::{
    thread,
    time::{Duration, Instant},
};

use pool::{Backend, Config, Pool};
use pool_workloads::{Job, Mix};

use crate::{
    contender::{Contender, Jobs, Shape},
    cost::{Cost, cpu_of_other_threads, resident_bytes},
    shutdown::{SETTLING, idle_pool, words},
};

/// The CPU time that an idle pool's own threads take over `period`: workers that have worked, and
/// wait. The calling thread, which sleeps meanwhile and has to be woken, is not counted. `None`
/// where the system does not say.
///
/// # Panics
///
/// If the pool cannot be started.
pub fn idle<B: Backend>(shape: Shape, period: Duration) -> Option<Duration> {
    let _both = idle_pool::<B>(shape);
    let before = cpu_of_other_threads()?;
    thread::sleep(period);
    Some(cpu_of_other_threads()?.saturating_sub(before))
}

/// What sparse jobs cost: empty ones, one every `interval`, each of which finds all threads
/// asleep. Of all `jobs` together, the pacing subtracted; `None` where the system does not say.
///
/// # Panics
///
/// If it cannot be started, or a result is not that of its job.
pub fn sparse<C: Contender>(shape: Shape, jobs: u32, interval: Duration) -> Option<Cost> {
    let (sender, mut results) = C::start(shape, Job::run);
    pace(&sender, &mut results, shape.workers, jobs, interval)
}

/// By trait objects, so it is compiled once.
fn pace(
    sender: &dyn Jobs<Job>,
    results: &mut dyn Iterator<Item = u64>,
    workers: usize,
    jobs: u32,
    interval: Duration,
) -> Option<Cost> {
    // Starting threads, and the first job of each, are not what it is about.
    let empty = |key| Job::Mix(Mix { key, rounds: 0 });
    for key in (0..).take(10 * workers) {
        sender.submit(empty(key));
        results.next().expect("every job gives its result");
    }
    thread::sleep(SETTLING);
    let with = paced(jobs, interval, |key| {
        sender.submit(empty(key));
        assert_eq!(results.next(), Some(empty(key).run()), "the result is not that of the job");
    })?;
    let without = paced(jobs, interval, |_| ())?;
    Some(with - without)
}

fn paced(jobs: u32, interval: Duration, mut each: impl FnMut(u32)) -> Option<Cost> {
    let measured = || {
        let start = Instant::now();
        for job in 0..jobs {
            thread::sleep((interval * job).saturating_sub(start.elapsed()));
            each(job);
        }
    };
    Cost::of(measured).1
}

/// By how many bytes the process grows over `jobs` empty jobs with a bounded queue and bounded
/// results, once a tenth of them has warmed everything up. `None` where the system does not
/// say.
///
/// # Panics
///
/// If the pool cannot be started, or loses a job.
pub fn growth<B: Backend>(workers: usize, capacity: usize, jobs: u64) -> Option<u64> {
    let config = Config::new(workers).queue(capacity).results(capacity);
    let (pool, mut results) = words::<B>(config, Box::new(|job, _| job));
    let step = (jobs / 10).max(1);
    let mut push = || {
        thread::scope(|scope| {
            scope.spawn(|| (0..step).for_each(|job| _ = pool.submit(job).expect("it is open")));
            let received = results.by_ref().take(usize::try_from(step).unwrap_or(usize::MAX));
            assert_eq!(received.count() as u64, step, "{}: completions are missing", B::NAME);
        });
        resident_bytes()
    };
    let before = push()?;
    let after = (0..9).filter_map(|_| push()).max()?;
    Some(after.saturating_sub(before))
}

/// How many bytes the process takes for a pool at its fullest: its workers started, `capacity`
/// jobs of a word queued, as many results waiting to be received, and a result in the hands of
/// every worker. `None` where the system does not say.
///
/// Memory comes in pages, and what was freed before is taken again: only in a process that has
/// done nothing else yet does it mean anything.
///
/// # Panics
///
/// If the pool cannot be started, or loses a job.
pub fn memory<B: Backend>(workers: usize, capacity: usize) -> Option<u64> {
    // Asking takes memory, too: once beforehand.
    resident_bytes()?;
    let before = resident_bytes()?;
    let config = Config::new(workers).queue(capacity).results(capacity);
    let (pool, results) = words::<B>(config, Box::new(|job, _| job));
    // There is room for all of them, and for none beside: nobody receives yet. Once the last is
    // accepted, all is full.
    let jobs = (workers + 2 * capacity) as u64;
    for job in 0..jobs {
        pool.submit(job).expect("it is open");
    }
    let after = resident_bytes();
    pool.close();
    assert_eq!(results.count() as u64, jobs, "{}: completions are missing", B::NAME);
    Some(after?.saturating_sub(before))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use pool_std::Std;

    use super::*;
    use crate::{contender::Pooled, placement::Placement};

    #[test]
    fn each_is_measured_where_the_system_tells() {
        let placement = Placement::System;
        let shape = Shape { workers: 2, queue: 4, results: None, linger: None, placement };
        assert!(idle::<Std>(shape, Duration::from_millis(10)).is_some());
        assert!(sparse::<Pooled<pool_std::Std>>(shape, 10, Duration::from_millis(1)).is_some());
        assert!(growth::<Std>(2, 16, 1_000).is_some());
        assert!(memory::<Std>(2, 16).is_some());
    }
}
