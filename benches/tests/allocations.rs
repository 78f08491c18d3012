//! What a job allocates once a pool has warmed up, against the bare loop of its library.
//!
//! In a binary of its own, with one test: the allocator counts for the whole process.

use pool_benches::{Contender, Pooled, floor, push};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const JOBS: u64 = 20_000;
const CAPACITY: usize = 256;

/// What starting the producer's thread, and the first waits of each thread, may cost.
const PER_BATCH: u64 = 200;

#[test]
fn a_job_allocates_no_more_than_in_the_bare_loop() {
    let _profiler = dhat::Profiler::builder().testing().build();
    let counts = [
        ("std", count::<Pooled<pool_std::Std>>(), count::<floor::Std>()),
        ("crossbeam", count::<Pooled<pool_crossbeam::Crossbeam>>(), count::<floor::Crossbeam>()),
        ("flume", count::<Pooled<pool_flume::Flume>>(), count::<floor::Flume>()),
        ("rayon", count::<Pooled<pool_rayon::Rayon>>(), count::<floor::Rayon>()),
        ("tokio", count::<Pooled<pool_tokio::Tokio>>(), count::<floor::Tokio>()),
    ];
    for (name, pool, floor) in counts {
        println!("{name}: {pool} allocations for {JOBS} jobs, {floor} in the bare loop");
    }
    for (name, pool, floor) in counts {
        // std's and crossbeam's bounded channels are arrays: nothing at all for a job.
        let allowed = if matches!(name, "std" | "crossbeam") { 0 } else { floor };
        assert!(pool <= allowed + PER_BATCH, "{name}: {pool}, allowed are {allowed}");
    }
}

/// Allocations of a batch of jobs, after one that has warmed everything up.
fn count<C: Contender>() -> u64 {
    let (jobs, mut results) = C::start(2, CAPACITY, Some(CAPACITY));
    push(&jobs, &mut results, JOBS);
    let before = dhat::HeapStats::get().total_blocks;
    push(&jobs, &mut results, JOBS);
    dhat::HeapStats::get().total_blocks - before
}
