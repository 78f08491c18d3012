//! What a pool costs while it has little or nothing to do.

use std::{
    thread,
    time::{Duration, Instant},
};

use pool::Config;

use crate::{
    contender::Shape,
    cost::{Cost, cpu_of_other_threads, resident_bytes},
    shutdown::{SETTLING, idle_pool},
    words::Start,
};

/// The CPU time that an idle pool's own threads take over `period`: workers that have worked, and
/// wait. The calling thread, which sleeps meanwhile and has to be woken, is not counted. `None`
/// where the system does not say.
///
/// # Panics
///
/// If the pool cannot be started.
pub fn idle(start: Start, shape: Shape, period: Duration) -> Option<Duration> {
    let _both = idle_pool(start, shape);
    let before = cpu_of_other_threads()?;
    thread::sleep(period);
    Some(cpu_of_other_threads()?.saturating_sub(before))
}

/// What sparse jobs cost: empty ones, one every `interval`, each of which finds all threads
/// asleep. Of all `jobs` together, the pacing subtracted; `None` where the system does not say.
///
/// # Panics
///
/// If the pool cannot be started, or loses a job.
pub fn sparse(start: Start, shape: Shape, jobs: u32, interval: Duration) -> Option<Cost> {
    let (pool, mut results) = start(shape.config(shape.workers), Box::new(|job, _| job));
    let mut one = || {
        pool.submit(0).expect("the pool is open");
        results.next().expect("every job gives its result");
    };
    // Starting threads, and the first job of each, are not what it is about.
    (0..10 * shape.workers).for_each(|_| one());
    thread::sleep(SETTLING);
    let with = paced(jobs, interval, one)?;
    let without = paced(jobs, interval, || ())?;
    Some(with - without)
}

fn paced(jobs: u32, interval: Duration, mut each: impl FnMut()) -> Option<Cost> {
    let measured = || {
        let start = Instant::now();
        for job in 0..jobs {
            thread::sleep((interval * job).saturating_sub(start.elapsed()));
            each();
        }
    };
    Cost::of(measured).1
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
pub fn memory(start: Start, workers: usize, capacity: usize) -> Option<u64> {
    // Asking takes memory, too: once beforehand.
    resident_bytes()?;
    let before = resident_bytes()?;
    let config = Config::new(workers).queue(capacity).results(capacity);
    let (pool, results) = start(config, Box::new(|job, _| job));
    // There is room for all of them and for no other, since none is received yet. Once the last is
    // accepted, all is full.
    let jobs = (workers + 2 * capacity) as u64;
    for job in 0..jobs {
        pool.submit(job).expect("it is open");
    }
    let after = resident_bytes();
    pool.close();
    assert_eq!(results.count() as u64, jobs, "completions are missing");
    Some(after?.saturating_sub(before))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use pool_std::Std;

    use super::*;
    use crate::{placement::Placement, words};

    #[test]
    fn each_is_measured_where_the_system_tells() {
        let placement = Placement::System;
        let shape = Shape { workers: 2, queue: 4, results: None, linger: None, placement };
        let std = words::start::<Std>;
        assert!(idle(std, shape, Duration::from_millis(10)).is_some());
        assert!(sparse(std, shape, 10, Duration::from_millis(1)).is_some());
        assert!(memory(std, 2, 16).is_some());
    }
}
