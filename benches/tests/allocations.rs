//! What a job allocates once a pool has warmed up, beside the bare loop of its library.
//!
//! In a binary of its own, with one test: the allocator counts for the whole process. What
//! varies from batch to batch is how often somebody waits, for which flume and Tokio allocate;
//! so of several batches the leanest counts.

use pool_benches::{Contender, Pooled, floor, push, start};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const JOBS: u64 = 20_000;
const CAPACITY: usize = 256;
const BATCHES: usize = 5;

/// What starting the producer's thread, and the first waits of each thread, may cost a batch.
const PER_BATCH: u64 = 200;

#[test]
fn a_job_allocates_no_more_than_its_library_does() {
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
        let allowed = match name {
            // Bounded channels are arrays: nothing at all.
            "std" | "crossbeam" => 0,
            // One for each job that is spawned.
            "rayon" => floor,
            // Now and then, for a wait or a block of the channel; none for each job.
            _ => JOBS / 4,
        };
        assert!(pool <= allowed + PER_BATCH, "{name}: {pool}, allowed are {allowed}");
    }
}

/// Allocations of the leanest of some batches of jobs, after one that has warmed everything up.
fn count<C: Contender>() -> u64 {
    let (jobs, mut results) = start::<C>(2, CAPACITY, Some(CAPACITY));
    let mut batch = || {
        let before = dhat::HeapStats::get().total_blocks;
        push(&jobs, &mut results, JOBS);
        dhat::HeapStats::get().total_blocks - before
    };
    batch();
    (0..BATCHES).map(|_| batch()).min().expect("there are batches")
}
