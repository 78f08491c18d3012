//! What a job allocates once a pool has warmed up, next to the simplest loop over its library.
//!
//! In a binary of its own, with one test: the allocator counts for the whole process. What
//! varies from batch to batch is how often somebody waits, for which flume and Tokio allocate;
//! so of several batches the leanest counts.

use std::time::Duration;

use pool_benches::{SHAPE, loops::LOOPS};
use pool_measure::{contender::Shape, throughput::Session};
use pool_runner::BACKENDS;
use pool_workloads::{Speed, Workload};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const JOBS: usize = 20_000;
const CAPACITY: usize = 256;
const BATCHES: usize = 5;

/// What starting the producer's thread, and the first waits of each thread, may cost a batch.
const PER_BATCH: u64 = 200;

#[test]
fn a_job_allocates_where_its_library_spawns_and_else_nothing_or_seldom() {
    let _profiler = dhat::Profiler::builder().testing().build();
    let empty = Workload::cpu(Duration::ZERO, Speed::measure());
    for (backend, simplest) in BACKENDS.iter().zip(LOOPS) {
        let pool = leanest(backend.start, &empty);
        let simplest = leanest(simplest.start, &empty);
        println!("{}: {pool:?} for {JOBS} jobs; the simplest loop: {simplest:?}", backend.name);
        let allowed = match (backend.name, simplest) {
            // Bounded channels are arrays: nothing at all.
            ("std" | "crossbeam", _) => 0,
            // One for each job that is spawned.
            ("rayon", simplest) => simplest.blocks,
            // Now and then, for a wait or a block of the channel; none for each job.
            _ => JOBS as u64 / 4,
        };
        assert!(pool.blocks <= allowed + PER_BATCH, "{}: allowed are {allowed}", backend.name);
    }
}

/// What was allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Allocated {
    blocks: u64,
    bytes: u64,
}

/// Of the leanest of some batches of jobs, after one that has warmed everything up.
fn leanest(start: fn(Shape) -> Box<dyn Session>, workload: &Workload) -> Allocated {
    let shape = Shape { queue: CAPACITY, results: Some(CAPACITY), ..SHAPE };
    let mut session = start(shape);
    let mut push = |seed| {
        let batch = workload.batch(JOBS, seed);
        let before = dhat::HeapStats::get();
        session.push(batch, 1).expect("the results are those of the jobs");
        let after = dhat::HeapStats::get();
        Allocated {
            blocks: after.total_blocks - before.total_blocks,
            bytes: after.total_bytes - before.total_bytes,
        }
    };
    push(0);
    (1..=BATCHES).map(|batch| push(batch as u64)).min().expect("there are batches")
}
