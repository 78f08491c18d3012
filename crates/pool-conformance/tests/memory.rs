//! What is left of jobs that are done: nothing, although their token lives on.
//!
//! In a binary of its own, with one test: the allocator counts for the whole process.

use pool::{Backend, CancellationToken, Config, Context, JobOptions, Pool, Results};
use pool_conformance::{PATIENCE, no_error, run_case};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const JOBS: u32 = 2_000;

#[test]
fn a_token_keeps_nothing_of_jobs_that_are_done() {
    run_case("memory", PATIENCE, || {
        let _profiler = dhat::Profiler::builder().testing().build();
        check::<pool_std::Std>();
        check::<pool_crossbeam::Crossbeam>();
        check::<pool_flume::Flume>();
        check::<pool_rayon::Rayon>();
        check::<pool_tokio::Tokio>();
        check::<pool_std::Native>();
        check::<pool_crossbeam::Native>();
        check::<pool_flume::Native>();
        check::<pool_rayon::Native>();
        check::<pool_tokio::Native>();
    });
}

/// As many blocks are in use after a thousand jobs as after the first, but for a few that the
/// library's channels keep.
fn check<B: Backend>() {
    let handler = |n: u32, context: &Context| {
        // A child of the token for each job, too.
        context.cancellation_token();
        no_error(n)
    };
    let (pool, mut results) = B::spawn(Config::new(1), handler).unwrap();
    let token = CancellationToken::new();
    let mut run = |jobs| {
        for n in 0..jobs {
            let options = JobOptions::new().cancellation_token(&token);
            pool.submit_with(n, options).unwrap();
            assert_eq!(results.recv().unwrap().result, Ok(n));
        }
        dhat::HeapStats::get().curr_blocks
    };
    let before = run(100);
    let after = run(JOBS);
    let kept = after.saturating_sub(before);
    assert!(kept < JOBS as usize / 10, "{}: {kept} blocks are kept after {JOBS} jobs", B::NAME);
}
